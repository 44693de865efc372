"""Other programs read what `-f parquet` and `-f sqlite` write: DuckDB, pyarrow, and SQLite of Python.

Usage: tables.py PROCMONKEY CAPTURE...
"""

import json
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import pyarrow
import pyarrow.parquet

TYPES = {
    "event_number": ("BIGINT", pyarrow.int64()),
    "datetime": ("TIMESTAMP WITH TIME ZONE", pyarrow.timestamp("us", tz="UTC")),
    "process_name": ("VARCHAR", pyarrow.string()),
    "pid": ("UINTEGER", pyarrow.uint32()),
    "duration": ("DOUBLE", pyarrow.float64()),
    "virtualized": ("BOOLEAN", pyarrow.bool_()),
}
COLUMNS = ["event_id", "event_number", "pid", "operation", "path", "result", "duration"]


def main():
    program, *captures = sys.argv[1:]
    rows = 0
    with tempfile.TemporaryDirectory() as folder:
        for capture in captures:
            rows += check(program, capture, Path(folder))
    if rows < 2000:
        sys.exit(f"only {rows} rows")
    print(f"DuckDB, pyarrow and sqlite3: {rows} rows have the values of the JSON lines")


def check(program, capture, folder):
    files = {name: folder / f"a.{name}" for name in ["jsonl", "parquet", "sqlite"]}
    for file in files.values():
        command = [program, "events", "-q", capture, "-o", file]
        if subprocess.run(command, check=False).returncode != 0:
            sys.exit(f"{capture}: {file.name} was not written")
    lines = [json.loads(line) for line in files["jsonl"].read_text(encoding="utf-8").splitlines()]
    wanted = [tuple(line.get(name) for name in COLUMNS) for line in lines]

    table = pyarrow.parquet.read_table(files["parquet"])
    equal(capture, "pyarrow", list(zip(*(table[name].to_pylist() for name in COLUMNS))), wanted)
    for name, (_, kind) in TYPES.items():
        equal(capture, f"pyarrow: {name}", table.schema.field(name).type, kind)

    names = ", ".join(COLUMNS)
    source = f"read_parquet('{files['parquet']}')"
    equal(capture, "duckdb", duckdb.sql(f"SELECT {names} FROM {source}").fetchall(), wanted)
    kinds = {row[0]: row[1] for row in duckdb.sql(f"DESCRIBE SELECT * FROM {source}").fetchall()}
    for name, (kind, _) in TYPES.items():
        equal(capture, f"duckdb: {name}", kinds[name], kind)
    # What a process did is found through the Bloom filters, too.
    one = next((line["path"] for line in lines if line.get("path")), None)
    found = duckdb.execute(f"SELECT count(*) FROM {source} WHERE path = ?", [one]).fetchall()
    equal(capture, "duckdb: a path", found, [(sum(line.get("path") == one for line in lines),)])

    database = sqlite3.connect(files["sqlite"])
    for table in ["events", "full_events"]:
        found = database.execute(f"SELECT {names} FROM {table}").fetchall()
        equal(capture, f"sqlite3: {table}", found, wanted)
    for view in ["key_events", "machine_guid_reads", "by_process", "evidence"]:
        database.execute(f"SELECT * FROM {view}").fetchall()
    equal(capture, "sqlite3", database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
    database.close()
    return len(lines)


def equal(capture, what, found, wanted):
    if found != wanted:
        sys.exit(f"{capture}: {what}: {str(found)[:400]} instead of {str(wanted)[:400]}")


if __name__ == "__main__":
    main()
