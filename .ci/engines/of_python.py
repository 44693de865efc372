"""Called by compare.py: of_python.py QUESTIONS FOLDER, in the folder of the captures, by the Python that
the package is installed in. Writes the reports, and the events in the members of the JSON lines.
"""

import json
import re
import sys
from pathlib import Path

import procmonkey

NUMBERS = ("pid", "tid", "parent_pid", "session")
#: The columns that a row has under other names.
ELSEWHERE = ("Date & Time", "Time of Day", "Detail", "Duration")


def main():
    questions, folder = json.loads(Path(sys.argv[1]).read_text("utf-8")), Path(sys.argv[2])
    for question in questions:
        witnesses = {}
        for kind, file in question["witnesses"]:
            witnesses.setdefault(kind, []).append(file)
        captures = question["captures"]
        try:
            report = procmonkey.analyze(captures, **witnesses)
        except procmonkey.Error:
            continue
        text = json.dumps(report.to_dict())
        (folder / f"{question['name']}.json").write_text(text, "utf-8")
        if len(captures) == 1 and not question["witnesses"] and not question["members"]:
            with open(folder / f"{question['name']}.rows.jsonl", "w", encoding="utf-8") as lines:
                for row in rows(captures[0]):
                    lines.write(json.dumps(row) + "\n")


def rows(path):
    capture = procmonkey.open(path)
    events = iter(capture.events())
    while True:
        try:
            event = next(events)
        except StopIteration:
            return
        except procmonkey.Error:
            # It breaks off here.
            return
        yield row(event, capture.id)


def row(event, capture_id):
    """The members of a row of JSON lines, from the attributes of the event."""
    quality, time = event.time_quality, event.time_text
    zoned = time is not None and re.search(r"(Z|[+-]\d\d:\d\d)$", time) is not None
    known = {
        "schema_version": 1,
        "event_id": f"{capture_id}:{event.number}",
        "event_number": event.number,
        "datetime": time if zoned else None,
        "local_time": None if zoned else time,
        "time_quality": quality,
    }
    columns = event.to_dict()
    if quality in ("date_ambiguous", "order_only"):
        text = columns.get("Date & Time") or columns.get("Time of Day")
        if text:
            known["time_text"] = text
    other, unread = {}, {}
    for column, text in columns.items():
        member = column.lower().replace(" ", "_")
        if column in ELSEWHERE:
            continue
        if column not in COLUMNS:
            other[column] = text
        elif member in NUMBERS or member == "virtualized":
            known[member] = typed(member, text, event)
            if known[member] is None and text not in (None, "", "n/a"):
                unread[column] = text
        else:
            known[member] = text
    if "Detail" in columns:
        known["detail_text"] = event.detail
        known["detail"] = items(event.detail_items)
    if "Duration" in columns:
        ticks = event.duration_ns
        known["duration"] = None if ticks is None else ticks / 10**9
        if ticks is None and columns["Duration"] not in (None, "", "n/a"):
            unread["Duration"] = columns["Duration"]
    return {**known, **({"other": other} if other else {}), **({"unread": unread} if unread else {})}


def typed(member, text, event):
    if member in ("pid", "tid"):
        return getattr(event, member)
    if member == "virtualized":
        return {"True": True, "False": False}.get(text)
    return int(text) if re.fullmatch(r"\d+", text or "") else None


def items(pairs):
    """An object of the items; a key that was there before gets a number behind it."""
    found, seen = {}, {}
    for key, text in pairs:
        seen[key] = seen.get(key, 0) + 1
        found[key if seen[key] == 1 else f"{key} ({seen[key]})"] = text
    return found


COLUMNS = (
    "Time of Day,Date & Time,Process Name,PID,TID,Operation,Path,Result,Detail,Duration,Relative Time,"
    "Completion Time,Event Class,Category,Sequence,Image Path,Command Line,Parent PID,User,"
    "Authentication ID,Session,Integrity,Architecture,Virtualized,Process Start,Company,Description,"
    "Version"
).split(",")

main()
