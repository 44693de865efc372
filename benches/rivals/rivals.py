"""What a user would write with Python packages: counts by operation, or rows.

rivals.py polars|duckdb|procmon-reader|procmon-parser|procmon-parser-rows FILE PROCESS
"""
import collections
import os
import sys

what, path, process = sys.argv[1:]
counts = collections.Counter()

if what == "polars":
    import polars as pl

    rows = (
        pl.scan_csv(path, infer_schema=False)
        .filter(pl.col("Process Name").str.to_lowercase() == process.lower())
        .group_by("Operation")
        .agg(pl.len())
        .collect(engine="streaming")
    )
    counts.update(dict(rows.iter_rows()))
elif what == "duckdb":
    import duckdb

    link = duckdb.connect()
    rows = link.execute(
        'select "Operation", count(*) from read_csv(?, all_varchar=true, header=true, quote=\'"\', '
        "escape='\"', delim=',', max_line_size=16777216) "
        'where lower("Process Name") = lower(?) group by 1',
        [path, process],
    )
    counts.update(dict(rows.fetchall()))
elif what == "procmon-reader":
    import re

    from procmon_reader import ProcmonReader

    reader = ProcmonReader(path)
    reader.apply_filters(
        [["process_name", "regex", f"^{re.escape(process)}$", "include"]], ["operation"]
    )
    for event in reader:
        counts[event["operation"]] += 1
elif what == "procmon-parser":
    from procmon_parser import ProcmonLogsReader

    with open(path, "rb") as file:
        reader = ProcmonLogsReader(file, should_get_stacktrace=False, should_get_details=False)
        for event in reader:
            if event.process.process_name.lower() == process.lower():
                counts[repr(event.operation)] += 1
elif what == "procmon-parser-rows":
    from procmon_parser import ProcmonLogsReader

    with open(path, "rb") as file:
        for event in ProcmonLogsReader(file, should_get_stacktrace=False):
            event.get_compatible_csv_info()
            counts["rows"] += 1
else:
    sys.exit(f"rivals.py: no rival is called {what}")

for operation, count in sorted(counts.items()):
    print(f"{operation}\t{count}")
