#!/usr/bin/env python3
"""Compares every cell of the Arrow stream with the CSV that the command line writes.

    python cells.py PROCMONKEY CAPTURE...

Once as texts, which have to be the same; once typed, where numbers and times are read from the
cells of the CSV by code of this script.
"""

import csv
import io
import re
import subprocess
import sys
from datetime import datetime, timezone

import pyarrow as pa

import procmonkey

NUMBERS = {"PID", "TID", "Parent PID", "Session"}
CLOCKS = {"Time of Day", "Completion Time"}
LENGTHS = {"Duration", "Relative Time"}
MOMENTS = {"Date & Time", "Process Start"}


def rows_of(program, path, arguments):
    """The header and the rows of the CSV."""
    command = [program, "events", "-q", "-f", "csv", *arguments, path]
    run = subprocess.run(command, capture_output=True, check=False)
    assert run.returncode in (0, 4), (command, run.returncode, run.stderr.decode())
    text = run.stdout.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    return rows[0], rows[1:]


def clock(cell):
    """Nanoseconds since midnight."""
    found = re.fullmatch(r"(\d+):(\d\d):(\d\d)(?:[.,](\d{7}))?(?: (AM|PM))?", cell)
    hours, minutes, seconds = (int(found[place]) for place in (1, 2, 3))
    if found[5]:
        hours = hours % 12 + (12 if found[5] == "PM" else 0)
    return ((hours * 60 + minutes) * 60 + seconds) * 10**9 + int(found[4] or 0) * 100


def length(cell):
    """Nanoseconds."""
    *larger, seconds = cell.split(":")
    whole, _, fraction = seconds.replace(",", ".").partition(".")
    total = int(whole) * 10**9 + int(fraction.ljust(7, "0")) * 100
    for unit, part in zip((60, 3600), reversed(larger)):
        total += int(part) * unit * 10**9
    return total


def moment(cell):
    """Seconds since 1970 on the clock of the cell."""
    form = "%m/%d/%Y %I:%M:%S %p" if cell.endswith(("AM", "PM")) else "%d.%m.%Y %H:%M:%S"
    return int(datetime.strptime(cell, form).replace(tzinfo=timezone.utc).timestamp())


def number_of(name, cell):
    if name in NUMBERS:
        return int(cell)
    if name in CLOCKS:
        return clock(cell)
    return length(cell)


def plain(column):
    """The values of a column: of times and lengths, their numbers."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return column.cast(pa.string()).to_pylist()
    if pa.types.is_temporal(kind):
        return column.cast(pa.int64()).to_pylist()
    return column.to_pylist()


def columns_of(table):
    return [plain(table.column(place)) for place in range(table.num_columns)]


def one_line(cell):
    """A CSV of Procmon has no line feeds."""
    return (cell or "").replace("\n", ";")


def compare(program, path, arguments=(), **keywords):
    header, rows = rows_of(program, path, arguments)
    capture = procmonkey.open(path, **keywords)
    events = capture.events(text=True)
    texts = pa.table(events)
    assert texts.num_rows == len(rows), (path, texts.num_rows, len(rows))
    assert capture.events_read == len(rows), path
    assert capture.columns == header, (capture.columns, header)
    cells = 0
    for place, column in enumerate(columns_of(texts)):
        for row, cell in enumerate(column):
            want = rows[row][place]
            assert one_line(cell) == want, (path, header[place], row + 1, cell, want)
            cells += 1
    typed = capture.events(batch_size=1000)
    table = pa.table(typed)
    assert table.num_rows == len(rows)
    unread = dict.fromkeys(header, 0)
    for place, column in enumerate(columns_of(table)):
        name = header[place]
        kind = table.schema.field(place).type
        for row, value in enumerate(column):
            check(path, name, kind, row, value, rows[row][place], unread)
    assert {name: count for name, count in unread.items() if count} == typed.unread, (
        path,
        unread,
        typed.unread,
    )
    return cells


def check(path, name, kind, row, value, cell, unread):
    where = (path, name, row + 1, value, cell)
    if name in MOMENTS and pa.types.is_timestamp(kind):
        if value is None:
            # A start that is not a date, such as that of Idle, is a number in Procmon's text.
            unread[name] += cell not in ("", "n/a") and not cell.lstrip("-").isdigit()
            return
        # In whole seconds, as the cell has it.
        assert value // 10**9 == moment(cell), where
    elif name in NUMBERS | CLOCKS | LENGTHS and not pa.types.is_string(kind):
        if value is None:
            unread[name] += cell not in ("", "n/a")
        else:
            assert value == number_of(name, cell), where
    else:
        assert one_line(value) == cell, where


def main():
    program, *paths = sys.argv[1:]
    total = 0
    for path in paths:
        cells = compare(program, path)
        total += cells
        print(f"{path}: {cells:,} cells")
    assert total > 0
    print(f"{total:,} cells are those of the CSV, as texts and typed")


main()
