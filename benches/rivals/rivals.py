"""What a user would write with Python packages: counts by operation, or rows.

rivals.py polars|duckdb|procmon-reader|procmon-parser|procmon-parser-rows FILE PROCESS [PLACE...]

With places, also how many events of whatever process have one of them in their Path,
in the same pass where the package can do that.
"""
import collections
import os
import sys

what, path, process, *places = sys.argv[1:]
lower = [place.lower() for place in places]
counts = collections.Counter()

if what == "polars":
    import polars as pl

    table = pl.scan_csv(path, infer_schema=False)
    of_process = (
        table.filter(pl.col("Process Name").str.to_lowercase() == process.lower())
        .group_by("Operation")
        .agg(pl.len())
    )
    questions = [of_process]
    if places:
        at_place = pl.col("Path").str.contains_any(places, ascii_case_insensitive=True)
        questions.append(table.filter(at_place).select(pl.len()))
    rows, *others = pl.collect_all(questions, engine="streaming")
    counts.update(dict(rows.iter_rows()))
    for other in others:
        counts["at the places"] = other.item()
elif what == "duckdb":
    import duckdb

    link = duckdb.connect()
    table = (
        "read_csv(?, all_varchar=true, header=true, quote='\"', escape='\"', delim=',', "
        "max_line_size=16777216)"
    )
    is_process = 'lower("Process Name") = lower(?)'
    at_place = " or ".join('contains(lower("Path"), ?)' for _ in places) or "false"
    rows = link.execute(
        f'select "Operation", count(*) filter (where {is_process}), count(*) filter (where {at_place}) '
        f"from {table} where {is_process} or {at_place} group by 1",
        [process, *lower, path, process, *lower],
    )
    for operation, own, at in rows.fetchall():
        if own:
            counts[operation] += own
        if places:
            counts["at the places"] += at
elif what == "procmon-reader":
    import re

    from procmon_reader import ProcmonReader

    def matching(rules, fields):
        reader = ProcmonReader(path)
        reader.apply_filters(rules, fields)
        return reader

    # Rules on different columns must all agree, so the two questions need a pass each.
    rule = ["process_name", "regex", f"^{re.escape(process)}$", "include"]
    for event in matching([rule], ["operation"]):
        counts[event["operation"]] += 1
    if places:
        rules = [["path", "contains", place, "include"] for place in places]
        counts["at the places"] = sum(1 for _ in matching(rules, ["operation"]))
elif what == "procmon-parser":
    from procmon_parser import ProcmonLogsReader

    with open(path, "rb") as file:
        reader = ProcmonLogsReader(file, should_get_stacktrace=False, should_get_details=False)
        for event in reader:
            if event.process.process_name.lower() == process.lower():
                counts[repr(event.operation)] += 1
            if places:
                text = event.path.lower()
                counts["at the places"] += any(place in text for place in lower)
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
