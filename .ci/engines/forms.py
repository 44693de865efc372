"""What the engines say, in the form in which the command line says it.

`FORMS` is all that is made equal; nothing else is changed or left out.
"""

import re
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import captures

FORMS = (
    ("batch, spark", "they take whole paths, so the folder of the captures is cut off the names in their answers"),
    ("batch, spark", "an archive has a report for each file in it; that of one.zip is compared with analyze, those of two.zip with each other"),
    ("batch, spark", "each capture is a case of its own, so they get no cases of several captures or with witnesses"),
    ("batch", "it writes events as Parquet only, which crates/python/tests/spark.py compares"),
    ("python", "open() takes one capture, so it gets no events of archives"),
    ("python", "items of Detail are texts: those that are numbers, True, False or n/a are read as such"),
    ("browser", "without always, it gets no sample of a signature by itself; .ci/viewer compares their reports, too"),
    ("browser", "rows are saved capture by capture, so they do not name the file in an archive"),
    ("spark", "a table has all columns: with --columns all, and null where JSON has no member"),
    ("spark", "a time is microseconds, and the steps of 100 ns are in filetime"),
)
EPOCH = datetime(1601, 1, 1, tzinfo=timezone.utc)
#: 1970 in microseconds since 1601.
UNIX = 11_644_473_600_000_000


class Wanted:
    """What the command line says."""

    def __init__(self, work, reports, rows):
        self.questions = work.questions
        self.in_browser = {question["name"] for question in work.in_browser}
        self.folder = f"{work.captures}/"
        self.reports = reports(work, "cli")
        self.rows = rows(work, "cli")
        self.every_column = rows(work, "every column")
        self.batch = {}

    def single(self):
        """The reports on one capture. One in an archive is named as `batch` and Spark do."""
        for question in filter(captures.is_single, self.questions):
            name, members = question["name"], question["members"]
            if name in self.reports and len(members) < 2:
                yield "--".join([name, *members]), self.reports[name]


def of_rust(wanted, reports, rows):
    return [("report", wanted.reports, reports), ("event", wanted.rows, rows)]


def of_batch(wanted, reports, _):
    wanted.batch = cut(reports, wanted.folder)
    found = {name: report for name, report in wanted.batch.items() if not name.startswith("two.zip--")}
    return [("report", dict(wanted.single()), found), ("event", {}, {})]


def of_python(wanted, reports, rows):
    archives = [question["name"] for question in wanted.questions if question["members"]]
    ours = {name: its for name, its in wanted.rows.items() if name not in archives}
    for name in set(ours) & set(rows):
        for one, other in zip(ours[name], rows[name]):
            details = one.get("detail"), other.get("detail")
            if all(details):
                known, texts = details
                other["detail"] = {key: typed(text, known.get(key)) for key, text in texts.items()}
    return [("report", wanted.reports, reports), ("event", ours, rows)]


def typed(text, known):
    """The text, or the value that is known, where the text is that of this value."""
    if known is None:
        is_same = text == "n/a"
    elif isinstance(known, bool):
        is_same = text == str(known)
    elif isinstance(known, int):
        # Grouped as the locale has it.
        digits = text if text.startswith("0x") else re.sub(r"(?<=\d)[.,'\s](?=\d{3})", "", text)
        is_same = re.fullmatch(r"-?\d+|0x[0-9a-fA-F]+", digits) is not None and int(digits, 0 if "x" in digits else 10) == known
    elif isinstance(known, Decimal):
        number = re.fullmatch(r"(\d+)[.,](\d+)(?: \S+)?", text)
        is_same = number is not None and Decimal(f"{number[1]}.{number[2]}") == known
    else:
        is_same = False
    return known if is_same else text


def of_browser(wanted, reports, rows):
    asked = lambda answers: {name: its for name, its in answers.items() if name in wanted.in_browser}
    ours = by_capture(asked(wanted.rows))
    without = {name: [drop(row, "file") for row in its] for name, its in ours.items()}
    return [("report", asked(wanted.reports), reports), ("event", without, rows)]


def of_spark(wanted, reports, rows):
    ours = by_capture(wanted.rows)
    every = by_capture(wanted.every_column)
    known = lambda row: {key: value for key, value in row.items() if value is not None}
    filled = {name: [known({**more, **row}) for more, row in zip(every[name], its)] for name, its in ours.items()}
    found = cut(rows, wanted.folder)
    # The columns by which Spark makes folders of the rows.
    places = {name: {(row.pop("host"), row.pop("date")) for row in its} for name, its in found.items()}
    partitions = {name: [list(it) for it in its] for name, its in places.items()}
    of_report = {name: [partition(wanted.batch[name])] for name in partitions if name in wanted.batch}
    found = {name: [known(of_table(row)) for row in its] for name, its in found.items()}
    return [
        ("report", wanted.batch, cut(reports, wanted.folder)),
        ("event", filled, found),
        ("host and date of the events", of_report, partitions),
    ]


def partition(report):
    """The computer and the first date of a report."""
    first = report["captures"][0]
    names = first["computer"]["names"]
    host = names[0]["name"][:60] if names else None
    date = re.match(r"\d{4}-\d\d-\d\d", first["first_time"] or "")
    return [host or None, date and date[0]]


def of_table(row):
    """A row of the table as JSON lines have it."""
    ticks, offset, microseconds = (row.pop(key) for key in ("filetime", "utc_offset", "datetime_us"))
    # The same time, or both show.
    if ticks is not None and microseconds == ticks // 10 - UNIX:
        row["datetime"] = rfc_3339(ticks, offset or 0)
    else:
        row.update(filetime=ticks, datetime_us=microseconds)
    if row["neighbour"] is False:
        del row["neighbour"]
    return {"schema_version": 1, **row}


def rfc_3339(ticks, offset):
    """A time in steps of 100 ns since 1601 in UTC, on a clock so many minutes ahead of it."""
    clock = EPOCH + timedelta(seconds=ticks // 10**7, minutes=offset)
    zone = f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02}:{abs(offset) % 60:02}" if offset else "Z"
    return f"{clock:%Y-%m-%dT%H:%M:%S}.{ticks % 10**7:07}{zone}"


def by_capture(rows):
    """The rows of an archive by the file in it, named as `batch` and Spark do."""
    found = {}
    for name, its in rows.items():
        for row in its:
            file = row.get("file")
            found.setdefault(name if file is None else file.replace("/", "--"), []).append(row)
    return found


def drop(row, name):
    return {key: value for key, value in row.items() if key != name}


def cut(value, folder):
    """The value, without the folder in its texts."""
    if isinstance(value, str):
        return value.replace(folder, "")
    if isinstance(value, list):
        return [cut(it, folder) for it in value]
    if isinstance(value, dict):
        return {key: cut(it, folder) for key, it in value.items()}
    return value
