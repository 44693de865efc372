#!/usr/bin/env python3
"""The events of all parts of a capture are those of the capture, cell for cell, however it is cut.

    parts.py CAPTURE...

Beside the captures that are named, it cuts CSV files that are made here: of what a part must know
of those before it.
"""

import gzip
import sys
import tempfile
from pathlib import Path

import pyarrow as pa

import procmonkey
from procmonkey import _native


def csv_of(header, rows):
    line = lambda cells: ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    return ("\r\n".join(map(line, [header, *rows])) + "\r\n").encode()


def made(times=1, more_bytes=0):
    """Captures by name: what a part must know of those before it, and what is hard to cut; with so many
    times their rows, and so many bytes more in each."""
    long = "x" * more_bytes
    header = ["Time of Day", "Process Name", "PID", "Operation", "Path", "Detail"]
    clock = lambda second: f"{second // 3600 % 24:02}:{second // 60 % 60:02}:{second % 60:02}.1234567"
    row = lambda n, time, detail="": [time, f"p{n % 7}.exe", str(n), "ReadFile", f"C:\\{n}{long}", detail]
    # Four midnights, and steps back.
    days = [row(n, clock(n * 173 // times - 30 * (n % 5))) for n in range(2100 * times)]
    yield "midnights", csv_of(header, days)
    # What ends in one part looks like the beginning of a row in another.
    trap = 'x"\r\n"1:00:00.0","trap.exe","1","ReadFile","C:\\trap","\r\n"",'
    yield "traps", csv_of(header, [row(n, clock(n), trap if n % 3 else "ä" * (n % 50)) for n in range(900 * times)])
    # Only the last date says which number is the month.
    dated = ["Date & Time", *header]
    late = [[f"3/{1 + n // 200 // times}/2026 {clock(n)[:8]}", *row(n, clock(n))] for n in range(1600 * times)]
    late[-1][0] = "3/25/2026 00:30:00"
    yield "late order", csv_of(dated, late)
    yield "open order", csv_of(dated, late[:-1])
    # Dates that contradict each other: what they mean changes on the way.
    contrary = [list(cells) for cells in late]
    contrary[700 * times][0] = "25/3/2026 00:30:00"
    yield "contrary dates", csv_of(dated, contrary)
    # From the middle on, it is not written as Procmon writes it, or not text.
    whole = csv_of(header, [row(n, clock(n)) for n in range(1500 * times)])
    half = whole.index(f'"{752 * times}","ReadFile"'.encode())
    yield "bare cells", whole[:half] + whole[half:].replace(b'"ReadFile"', b"ReadFile")
    yield "code page", whole[:half] + whole[half:].replace(b"C:\\", b"C:\\\xe4\xf6\xfc\\")
    longest = csv_of(header, [row(n, clock(n)) for n in range(4000 * times)])
    end = len(longest) * 3 // 4
    yield "late code page", longest[:end] + longest[end:].replace(b"C:\\", b"C:\\\xe4\xf6\xfc\\")
    yield "cut", whole[: half + 5]
    yield "with a mark", b"\xef\xbb\xbf" + whole
    yield "rows of other lengths", whole.replace(f'"ReadFile","C:\\{800 * times}{long}"'.encode(), b'"ReadFile"')
    yield "header only", csv_of(header, [])


def rows(path, part, **options):
    stream = _native.rows(str(path), part=part, **options)
    return pa.RecordBatchReader.from_stream(stream).read_all()


def check(path, is_cut=None):
    capture = procmonkey.open(path)
    whole = pa.table(capture.events())
    [all_of_it] = procmonkey.open(path).parts(1)
    every = rows(path, all_of_it)
    assert every.num_rows == whole.num_rows, path
    some = pa.table(capture.events(filter=["Path contains 5"], columns=["Path", "Operation"]))
    most = 0
    for count in (1, 2, 4, 33):
        parts = procmonkey.open(path).parts(count)
        assert 1 <= len(parts) <= count, (path, count, parts)
        most = max(most, len(parts))
        tables = [pa.table(procmonkey.open(path).events(part=part)) for part in parts]
        assert pa.concat_tables(tables, promote_options="default").unify_dictionaries().equals(
            whole.unify_dictionaries()
        ) or same(tables, whole), (path, count)
        of_rows = [rows(path, part) for part in parts]
        assert pa.concat_tables(of_rows).equals(every), (path, count)
        if len(parts) == count:
            # None is empty, and none has all.
            assert all(0 < table.num_rows for table in of_rows) or whole.num_rows < count, (path, count)
        filtered = [
            pa.table(capture.events(filter=["Path contains 5"], columns=["Path", "Operation"], part=part))
            for part in parts
        ]
        assert pa.concat_tables(filtered).to_pylist() == some.to_pylist(), (path, count)
    if is_cut is not None:
        assert (most > 1) == is_cut, (path, most)
    return most


def same(tables, whole):
    """Whether the cells are the same: dictionaries may have their texts in another order."""
    cells = [row for table in tables for row in plain(table).to_pylist()]
    return cells == plain(whole).to_pylist()


def plain(table):
    for place, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            table = table.set_column(place, field.name, table.column(place).cast(pa.string()))
        elif pa.types.is_duration(field.type) or pa.types.is_timestamp(field.type):
            table = table.set_column(place, field.name, table.column(place).cast(pa.int64()))
    return table


def refused(path, other):
    """A part of another capture is refused, and so is what is no part."""
    parts = procmonkey.open(path).parts(4)
    for wrong in ["", "x", "-;-", "-;1 2;-", parts[1] + ";"]:
        try:
            procmonkey.open(path).events(part=wrong)
        except procmonkey.Error as error:
            assert error.kind == "invalid_value", error
        else:
            raise AssertionError(f"{wrong!r} was taken")
    try:
        pa.table(procmonkey.open(other).events(part=parts[2]))
    except procmonkey.Error as error:
        assert "is not the capture" in str(error), error
    else:
        raise AssertionError("a part of another capture was taken")


def main():
    with tempfile.TemporaryDirectory() as folder:
        # Each is cut somewhere, but for the one without a row, and one that is decoded as a stream.
        for name, content in made():
            path = Path(folder, f"{name}.csv")
            path.write_bytes(content)
            check(path, name not in ("header only", "code page"))
        for name in map(Path, sys.argv[1:]):
            path = name
            if name.suffix == ".gz":
                check(name, False)
                path = Path(folder, name.stem)
                path.write_bytes(gzip.decompress(name.read_bytes()))
            most = check(path, None)
            print(f"{path.name}: {most} parts at most")
        for kind in ("pml", "csv"):
            damaged = Path(folder, f"damaged.{kind}")
            content = Path(f"samples/restart.{kind}").read_bytes()
            for end in (len(content) // 3, len(content) - 7):
                damaged.write_bytes(content[:end])
                check(damaged)
            middle = len(content) // 2
            damaged.write_bytes(content[:middle] + bytes(300) + content[middle + 300 :])
            check(damaged)
        refused(Path(folder, "midnights.csv"), Path(folder, "traps.csv"))
    print("parts: the events of all parts are those of the capture")


if __name__ == "__main__":
    main()
