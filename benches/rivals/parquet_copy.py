"""DuckDB writes a CSV as Parquet, on one thread.

parquet_copy.py FILE OUTPUT

Prints how many rows the output has.
"""
import sys

import duckdb

path, target = sys.argv[1], sys.argv[2]
link = duckdb.connect(config={"threads": 1})
link.execute(
    "copy (from read_csv(?, all_varchar=true, header=true, quote='\"', escape='\"', delim=',', "
    "allow_quoted_nulls=false, max_line_size=16777216)) to '" + target.replace("'", "''") + "' (format parquet)",
    [path],
)
print(link.execute("select count(*) from read_parquet(?)", [target]).fetchone()[0])
