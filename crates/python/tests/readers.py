#!/usr/bin/env python3
"""Opens streams in pyarrow, Polars, DuckDB and pandas: the same events in each, and twice.

    python readers.py CAPTURE...
"""

import sys
from collections import Counter

import duckdb
import pandas
import polars
import pyarrow

import procmonkey


def same_in_all(path):
    capture = procmonkey.open(path)
    events = capture.events(columns=["Operation", "Path", "Result"])
    want = Counter((event.operation, event.path, event.result) for event in events)
    assert sum(want.values()) == capture.events_read > 0, path

    # pyarrow, twice from one object.
    for _ in range(2):
        table = pyarrow.table(events)
        rows = zip(*(column.to_pylist() for column in table.columns))
        assert Counter(rows) == want, path
    reader = pyarrow.RecordBatchReader.from_stream(events)
    assert sum(batch.num_rows for batch in reader) == capture.events_read

    frame = polars.DataFrame(events)
    assert Counter(frame.rows()) == want, path
    grouped = frame.group_by("Operation").len()
    by_operation = Counter()
    for (operation, _, _), count in want.items():
        by_operation[operation] += count
    assert dict(grouped.rows()) == dict(by_operation), path

    query = "SELECT Operation, Path, Result FROM events"
    assert Counter(duckdb.sql(query).fetchall()) == want, path
    query = "SELECT Operation, count(*) FROM events GROUP BY ALL"
    assert dict(duckdb.sql(query).fetchall()) == dict(by_operation), path

    frame = pandas.DataFrame.from_arrow(events)
    assert Counter(frame.itertuples(index=False, name=None)) == want, path
    assert dict(frame["Operation"].value_counts()) == dict(by_operation), path


def types(path):
    """Every column of a native log in every program, with lists, in small batches."""
    capture = procmonkey.open(path)
    events = capture.events(detail=True, stack=True, batch_size=100)
    schema = pyarrow.schema(events)
    assert str(schema.field("PID").type) == "uint32"
    assert str(schema.field("Date & Time").type) == "timestamp[ns, tz=UTC]"
    assert str(schema.field("Duration").type) == "duration[ns]"
    assert str(schema.field("Time of Day").type) == "duration[ns]"
    for name in ("Process Name", "Operation", "Result", "Event Class", "Category", "User"):
        assert str(schema.field(name).type).startswith("dictionary<values=string, indices=int32")
    assert str(schema.field("Path").type) == "string"
    assert str(schema.field("Stack").type) == "list<item: uint64>"
    table = pyarrow.table(events)
    assert table.schema == schema and table.num_rows == capture.events_read
    table.validate(full=True)
    stacks = table.column("Stack").to_pylist()
    details = table.column("Detail").to_pylist()
    for event, stack, detail in zip(capture.events(), stacks, details):
        assert [frame.address for frame in event.stack] == stack
        assert event.detail_items == [(item["key"], item["value"]) for item in detail]
    assert polars.DataFrame(events).height == table.num_rows
    assert duckdb.sql("SELECT * FROM events").fetchall()
    assert len(pandas.DataFrame.from_arrow(capture.events())) == table.num_rows


def details():
    """The items of a native log are those of its exports, and what was recorded is there, too."""
    items = {}
    for end in ("csv", "pml"):
        events = procmonkey.open(f"samples/restart.{end}").events()
        items[end] = [(event.number, event.detail_items) for event in events]
    assert items["csv"] == items["pml"]
    mapped = next(it for it in procmonkey.open("samples/restart.pml").events() if it.operation == "CreateFileMapping")
    # Procmon reads the protection of another place than the one where it is.
    assert mapped.detail_items[1] == ("PageProtection", "PAGE_EXECUTE|PAGE_NOCACHE")
    assert mapped.recorded_items[1] == ("PageProtection", "")


def main():
    paths = sys.argv[1:]
    details()
    for path in paths:
        same_in_all(path)
        print(f"{path}: the same in five readers")
    native = [path for path in paths if ".pml" in path.lower()]
    assert native
    for path in native:
        types(path)
    print(f"all columns of {len(native)} native logs are taken by each")


main()
