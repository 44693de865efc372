#!/usr/bin/env python3
"""Two independent readers read what this project writes as they read its source.

Usage: pml_readers.py COPY [CAPTURES]

COPY is the program `pml_copy IN OUT [--process NAME]`, CAPTURES a folder with real
captures. Each capture is copied, as a whole or one process of it, and both files
are read with procmon-parser and with procmon-reader: they must give the same events
with the same columns, stacks and modules. Whether a reader is right does not matter
here; what it makes of the copy must be what it makes of the source.
"""

import datetime
import gzip
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

from procmon_parser import ProcmonLogsReader
from procmon_reader import ProcmonReader
from procmon_reader.filters import _FIELD_NAME_ALIAS_TABLE

SAMPLES = pathlib.Path(__file__).resolve().parent.parent / "samples"

# Capture, process or everything, and every how many events procmon-parser reads: it
# is slow.
SAMPLE_CASES = [("restart.pml", None, 1), ("guid-changed.pml", "inetinfo.exe", 1)]
CAPTURE_CASES = [
    ("LogFileUTC64Process.PML", None, 1),
    ("LogFileUTC64Registry.PML", "LocalBridge.exe", 1),
    ("LogFileUTC64Filesystem.PML", "svchost.exe", 1),
    ("LogfileTests32bitUTC.PML", None, 10),
    ("LogfileTests32bitUTC.PML", "chrome.exe", 1),
]

# What tells where an event is in its file.
PLACE = "event_index"


def layout(path):
    """The process index of every event, and the names of the processes."""
    data = path.read_bytes()
    count = struct.unpack_from("<I", data, 0x234)[0]
    offsets, processes, strings = struct.unpack_from("<QQQ", data, 0x248)
    indexes = []
    for event in range(count):
        low, high = struct.unpack_from("<IB", data, offsets + 5 * event)
        indexes.append(struct.unpack_from("<I", data, low | high << 32)[0])
    number = struct.unpack_from("<I", data, processes)[0]
    names = {}
    for place in range(number):
        index = struct.unpack_from("<I", data, processes + 4 + 4 * place)[0]
        record = processes + struct.unpack_from("<I", data, processes + 4 + 4 * (number + place))[0]
        text = struct.unpack_from("<I", data, record + 0x40)[0]
        at = strings + struct.unpack_from("<I", data, strings + 4 + 4 * text)[0]
        size = struct.unpack_from("<I", data, at)[0]
        names[index] = data[at + 4 : at + 4 + size].decode("utf-16-le").split("\0")[0]
    return indexes, names


def with_procmon_parser(path, places):
    """The chosen events as dictionaries, or the name of the exception."""
    with open(path, "rb") as file:
        reader = ProcmonLogsReader(file)
        for place in places:
            try:
                event = vars(reader[place]).copy()
                event["process"] = vars(event["process"])
                yield event
            except Exception as error:  # it gives up on codes that it does not know
                yield {"error": type(error).__name__}


def with_procmon_reader(path, places):
    """The chosen events as dictionaries."""
    reader = ProcmonReader(str(path), tz=datetime.timezone.utc)
    reader.apply_filters(select_fields=list(_FIELD_NAME_ALIAS_TABLE))
    everything = reader[:]
    for place in places:
        yield everything[place]
    reader.close()


def compare(case, reader, source, copy):
    """Counts events and differing fields; (events, {field: number}, an example)."""
    events, fields, example = 0, {}, None
    for before, after in zip(source, copy, strict=True):
        events += 1
        for key in (before.keys() | after.keys()) - {PLACE}:
            old, new = before.get(key), after.get(key)
            if old != new:
                fields[key] = fields.get(key, 0) + 1
                example = example or f"event {events}, {key}: {old!r:.300} became {new!r:.300}"
    print(f"{case}: {reader}: {events} events, differences: {fields or 'none'}")
    return fields, example


def check(copier, folder, source, process, step):
    """Copies a capture and compares it in both readers; the number of failures."""
    copy = folder / "copy.pml"
    command = [copier, str(source), str(copy)] + (["--process", process] if process else [])
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    indexes, names = layout(source)
    chosen = [
        place for place, index in enumerate(indexes)
        if process is None or names.get(index) == process
    ]
    copied, _ = layout(copy)
    if len(copied) != len(chosen) or not chosen:
        print(f"{source.name}: {len(copied)} events were written, {len(chosen)} expected")
        return 1
    failures = 0
    case = f"{source.name} ({process or 'all'})"
    for reader, read, every in [
        ("procmon-parser", with_procmon_parser, step),
        ("procmon-reader", with_procmon_reader, 1),
    ]:
        places = range(0, len(chosen), every)
        fields, example = compare(
            case, reader, read(source, [chosen[place] for place in places]), read(copy, places)
        )
        if fields:
            print(f"  {example}")
            failures += 1
    return failures


def main():
    copier = sys.argv[1]
    captures = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None
    failures = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for sample, process, step in SAMPLE_CASES:
            failures += check(copier, folder, SAMPLES / sample, process, step)
        for capture, process, step in CAPTURE_CASES if captures else []:
            source = folder / capture
            if not source.exists():
                with gzip.open(captures / f"{capture}.gz") as packed, open(source, "wb") as out:
                    shutil.copyfileobj(packed, out)
            failures += check(copier, folder, source, process, step)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
