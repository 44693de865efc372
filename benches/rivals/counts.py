"""What DuckDB counts, on one thread: events in groups, with their durations added up.

counts.py FILE COLUMN,...

Prints a line of JSON for each group: the texts, the number of events, and the seconds or null.
"""
import json
import sys

import duckdb

path, columns = sys.argv[1], sys.argv[2].split(",")
link = duckdb.connect(config={"threads": 1})
keys = ", ".join('"' + column + '"' for column in columns)
rows = link.execute(
    f"select {keys}, count(*), sum(try_cast(\"Duration\" as decimal(18, 7))) "
    "from read_csv(?, all_varchar=true, header=true, quote='\"', escape='\"', delim=',', "
    "allow_quoted_nulls=false, max_line_size=16777216) group by all",
    [path],
)
for row in rows.fetchall():
    seconds = None if row[-1] is None else float(row[-1])
    print(json.dumps([*row[:-1], seconds]))
