#!/usr/bin/env python3
"""Two independent readers read redacted native logs, and see the same events without names.

Usage: redacted_readers.py PROCMONKEY

Each native log of the samples is redacted, and source and output are read with procmon-parser and with
procmon-reader: the events have the same times, operations, results, process ids and thread ids in
the same order, and no path or command line of the output has a name that was planted in the source.
"""

import pathlib
import subprocess
import sys
import tempfile

from pml_readers import SAMPLES, with_procmon_parser, with_procmon_reader
from procmon_parser import ProcmonLogsReader

CASES = [("restart.pml", 1), ("first-start.pml", 1), ("guid-changed.pml", 5)]

# What must not change. Others are texts, or depend on them.
SAME = {
    "procmon-parser": ["date_filetime", "event_class", "operation", "result", "tid"],
    "procmon-reader": ["time_of_day", "event_class", "operation", "result", "tid", "pid"],
}


def names(reader, event):
    """The texts of an event in which names may stand."""
    if reader == "procmon-parser":
        return [event["path"], *map(str, event["process"].values()), str(event["details"])]
    return [str(value) for value in event.values()]


def check(program, folder, name, step):
    source, output = SAMPLES / name, folder / name
    command = [program, "redact", "-q", str(source), "-o", str(output), "--key", str(folder / "key")]
    subprocess.run(command, check=True)
    with open(source, "rb") as one, open(output, "rb") as other:
        counts = len(ProcmonLogsReader(one)), len(ProcmonLogsReader(other))
    if counts[0] != counts[1]:
        print(f"{name}: {counts[0]} events became {counts[1]}")
        return 1
    failures = 0
    for reader, read in [
        ("procmon-parser", with_procmon_parser),
        ("procmon-reader", with_procmon_reader),
    ]:
        places = range(0, counts[0], step)
        events, wrong, changed, example = 0, 0, 0, None
        for before, after in zip(read(source, places), read(output, places), strict=True):
            events += 1
            fields = [key for key in SAME[reader] if key in before or key in after]
            if "error" not in before and len(fields) < 4:
                wrong, example = wrong + 1, f"fields {sorted(before)}"
            different = [key for key in fields if before.get(key) != after.get(key)]
            if different or ("error" in before) != ("error" in after):
                wrong += 1
                example = example or f"event {events}: {before} became {after}"[:600]
            elif "error" not in before:
                changed += names(reader, before) != names(reader, after)
        print(f"{name}: {reader}: {events} events, {wrong} wrong, {changed} with other names")
        if wrong or not changed:
            print(f"  {example}")
            failures += 1
    return failures


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as folder:
        failures = sum(check(program, pathlib.Path(folder), *case) for case in CASES)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
