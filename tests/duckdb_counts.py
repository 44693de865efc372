#!/usr/bin/env python3
"""Compares what `procmonkey count` counts with DuckDB's GROUP BY on the same CSV.

duckdb_counts.py PROCMONKEY CSV[.gz]...

Every question is asked of every file that has its columns. A file that no question
fits, or a question that fits no file, is an error: then nothing would be compared.
"""

import gzip
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

DURATION = "try_cast(replace(\"Duration\", ',', '.') as decimal(18, 7))"


def length(*operations):
    """The bytes of a transfer that succeeded."""
    names = ", ".join(f"'{name}'" for name in operations)
    digits = "regexp_replace(regexp_extract(\"Detail\", 'Length: ([0-9.,]*[0-9])', 1), '[^0-9]', '', 'g')"
    return (f"case when \"Operation\" in ({names}) and \"Result\" = 'SUCCESS' "
            f"then try_cast({digits} as bigint) end")


READ = length("ReadFile", "TCP Receive", "UDP Receive")
WRITTEN = length("WriteFile", "TCP Send", "UDP Send")
# The clock of the export, as in 6:59:13.0390000 PM, to the second.
CLOCK = "strptime(regexp_replace(\"Time of Day\", '[.][0-9]+', ''), '%I:%M:%S %p')"
KEYS = {
    "second": f"strftime({CLOCK}, '%H:%M:%S')",
    "minute": f"strftime({CLOCK}, '%H:%M')",
    # At most so many parts; a share begins with two separators that part nothing.
    "folder:2": "regexp_extract(\"Path\", '^(?:\\\\\\\\)?[^\\\\]*(?:\\\\[^\\\\]*)?')",
    "hive": "case when starts_with(\"Path\", 'HK') then regexp_extract(\"Path\", '^[^\\\\]*') end",
    "extension": "case when not starts_with(\"Path\", 'HK') then "
                 "nullif(lower(regexp_extract(\"Path\", '[.]([^.\\\\]*)$', 1)), '') end",
}
MEASURES = {
    "--sum": "sum", "--min": "min", "--max": "max", "--mean": "avg",
    # The least value that 95 of 100 do not exceed.
    "--p95": "quantile_disc({}, 0.95)",
}
QUANTITIES = {"duration": DURATION, "read": READ, "written": WRITTEN}
NEEDS = {"second": "Time of Day", "minute": "Time of Day", "folder:2": "Path", "hive": "Path", "extension": "Path",
         "duration": "Duration", "read": "Detail", "written": "Detail"}

ALL = [(flag, "duration") for flag in MEASURES]
QUESTIONS = [
    # Columns to count by, measures, and a rule for both programs.
    (["Process Name"], [], None),
    (["PID", "Operation"], [], None),
    (["Path"], [], None),
    (["Path", "Result", "Detail"], [], None),
    (["Event Class", "User"], [], None),
    (["Operation", "Result"], ALL, None),
    (["Process Name"], ALL, None),
    (["Path"], ALL, None),
    (["Completion Time"], [], None),
    (["Process Name"], [("--sum", "read"), ("--sum", "written"), ("--max", "read"), ("--mean", "written")], None),
    (["Operation"], [("--p95", "read"), ("--min", "written")], None),
    (["second"], [], None),
    (["minute", "Operation"], [("--sum", "duration")], None),
    (["folder:2"], [("--sum", "duration")], None),
    (["hive", "Result"], [], None),
    (["extension"], [("--sum", "read")], None),
    (["Path"], [("--sum", "duration")], ("Operation begins with Reg", "starts_with(lower(\"Operation\"), 'reg')")),
    (["Result"], [("--mean", "duration")], ("Path contains crypto", "contains(lower(\"Path\"), 'crypto')")),
]


def quoted(name):
    return f'"{name}"'


def table(path):
    return (f"read_csv('{path}', all_varchar=true, header=true, delim=',', quote='\"', escape='\"', "
            "allow_quoted_nulls=false, parallel=false, max_line_size=16777216)")


def by_duckdb(path, keys, measures, rule):
    columns = [KEYS.get(key, quoted(key)) for key in keys]
    values = []
    for flag, quantity in measures:
        function = MEASURES[flag]
        function = function if "{}" in function else function + "({})"
        values.append(function.format(QUANTITIES[quantity]))
    where = f"where {rule[1]}" if rule else ""
    groups = ", ".join(str(place + 1) for place in range(len(columns)))
    query = f"select {', '.join([*columns, 'count(*)', *values])} from {table(path)} {where} group by {groups}"
    rows = duckdb.sql(query).fetchall()
    return {row[: len(keys)]: row[len(keys):] for row in rows}


def by_procmonkey(program, path, keys, measures, rule):
    command = [program, "count", str(path), "--by", ",".join(keys), "-q", "-f", "json"]
    for flag, quantity in measures:
        command += [flag, quantity]
    command += ["--filter", rule[0]] if rule else []
    run = subprocess.run(command, capture_output=True)
    if run.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {run.returncode}: {run.stderr.decode()}")
    groups = {}
    for group in json.loads(run.stdout):
        values = list(group.values())
        key = tuple(values[: len(keys)])
        if key in groups:
            sys.exit(f"{' '.join(command)} has the group {key} twice")
        groups[key] = values[len(keys):]
    return groups


def is_same(own, other):
    """Events are equal; of durations and means, all digits that a Duration has."""
    if own is None or other is None:
        return own is other
    return abs(float(own) - float(other)) < 0.5e-7 * max(1.0, abs(float(other)))


def differences(own, other, measures):
    """What two answers differ in, the first few. Measures stand in the order of the flags."""
    order = sorted(range(len(measures)), key=lambda place: list(MEASURES).index(measures[place][0]))
    found = []
    for key in sorted(own.keys() | other.keys(), key=repr):
        if key not in own or key not in other:
            found.append(f"{key}: only in {'procmonkey' if key in own else 'DuckDB'}")
            continue
        events, *values = other[key]
        wanted = [events, *(values[place] for place in order)]
        if not all(is_same(a, b) for a, b in zip(own[key], wanted, strict=True)):
            found.append(f"{key}: {own[key]}, DuckDB has {wanted}")
    return found[:5]


def fits(path, keys, measures, rule):
    """Whether the file can answer: it has the columns, and a clock that SQL can read here."""
    columns = duckdb.sql(f"select * from {table(path)} limit 0").columns
    needed = [NEEDS.get(key, key) for key in keys] + [NEEDS[quantity] for _, quantity in measures]
    if rule:
        needed.append(rule[0].split(" ")[0])
    if not set(needed) <= set(columns):
        return False
    if {"second", "minute"} & set(keys):
        # One day, with AM and PM.
        one_day = (f"select count(*) filter (where not regexp_matches(\"Time of Day\", '^[0-9]+:[0-9.:]+ [AP]M$')) = 0 "
                   f"and max({CLOCK}) - min({CLOCK}) < interval 12 hour from {table(path)}")
        try:
            return duckdb.sql(one_day).fetchall()[0][0]
        except duckdb.InvalidInputException:
            return False
    return True


def main():
    program, *files = sys.argv[1:]
    asked, failed, groups = [0] * len(QUESTIONS), False, 0
    with tempfile.TemporaryDirectory() as folder:
        for file in map(Path, files):
            if file.suffix == ".gz":
                path = Path(folder) / file.stem
                path.write_bytes(gzip.decompress(file.read_bytes()))
            else:
                path = file
            of_file = 0
            for number, question in enumerate(QUESTIONS):
                if not fits(path, *question):
                    continue
                own = by_procmonkey(program, path, *question)
                found = differences(own, by_duckdb(path, *question), question[1])
                asked[number] += 1
                of_file += 1
                groups += len(own)
                if found:
                    failed = True
                    print(f"{file.name}, {question}:", *found, sep="\n  ", file=sys.stderr)
            if of_file == 0:
                sys.exit(f"{file}: no question fits")
    for question, count in zip(QUESTIONS, asked):
        if count == 0:
            sys.exit(f"no file can answer {question}")
    if failed:
        sys.exit(1)
    print(f"{sum(asked)} counts of {len(files)} files have the same {groups} groups as DuckDB's")


if __name__ == "__main__":
    main()
