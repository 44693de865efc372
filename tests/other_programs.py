#!/usr/bin/env python3
"""Runs what docs/recipes.md says of other programs, and compares what they print.

other_programs.py PROCMONKEY

DuckDB and VisiData are Python packages; lnav is passed over where it is not installed,
which is said.
"""

import csv
import io
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "recipes.md"


def section(name):
    """The blocks of a section by their language."""
    text = PAGE.read_text()
    found = re.search(rf"^### {name}\n(.*?)(?=^### |\Z)", text, re.M | re.S)
    return dict(re.findall(r"^```(\w+)\n(.*?)^```", found[1], re.M | re.S))


def prepare(program, blocks, folder):
    """Runs the commands of a section, which write the files that are loaded."""
    for line in blocks["sh"].splitlines():
        words = line.replace("samples/", f"{ROOT}/samples/").split()
        assert words[0] == "procmonkey", line
        status = subprocess.run([program, *words[1:], "-q"], cwd=folder).returncode
        # Flagged is what some of the samples are.
        assert status in (0, 1), f"{line}: {status}"


def compare(name, found, wanted):
    if found != wanted:
        sys.exit(f"{name} prints\n{found}\nand docs/recipes.md shows\n{wanted}")
    print(f"{name}: as docs/recipes.md shows it")


def shown(value):
    """A value as DuckDB's own command line shows it."""
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def duckdb_section(program, folder, name, file):
    import duckdb

    blocks = section(name)
    prepare(program, blocks, folder)
    query = blocks["sql"].replace(f"'{file}'", f"'{folder}/{file}'")
    result = duckdb.sql(query)
    rows = [result.columns, *result.fetchall()]
    compare(name, "".join(",".join(map(shown, row)) + "\n" for row in rows), blocks["text"])


def sqlite_section(program, folder):
    blocks = section("SQLite")
    prepare(program, blocks, folder)
    database = sqlite3.connect(f"{folder}/guid-changed.sqlite")
    result = database.execute(blocks["sql"])
    rows = [[column[0] for column in result.description], *result.fetchall()]
    database.close()
    compare("SQLite", "".join(",".join(map(shown, row)) + "\n" for row in rows), blocks["text"])


def lnav_section(program, folder):
    if shutil.which("lnav") is None:
        print("skipped: lnav is not installed")
        return
    blocks = section("lnav")
    prepare(program, blocks, folder)
    formats = Path(folder) / "lnav" / "formats" / "procmonkey"
    formats.mkdir(parents=True)
    shutil.copy(ROOT / "docs" / "procmonkey.lnav.json", formats / "procmonkey.json")
    command = ["lnav", "-I", f"{folder}/lnav", "-n", "-c", f";{blocks['sql'].strip()}",
               "-c", ":write-csv-to -", f"{folder}/inetinfo.jsonl"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    compare("lnav", run.stdout, blocks["text"])


def visidata_section(folder):
    """It reads as many rows as there are, with the columns of the header."""
    source, copy = f"{folder}/inetinfo.csv", f"{folder}/copy.csv"
    command = [Path(sys.executable).parent / "vd", "-b", source, "-o", copy]
    subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL)
    rows = [list(csv.reader(io.StringIO(Path(path).read_text("utf-8-sig")))) for path in (source, copy)]
    assert len(rows[0]) > 200
    compare("VisiData", rows[1], rows[0])


def main():
    program = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        duckdb_section(program, folder, "DuckDB", "inetinfo.csv")
        duckdb_section(program, folder, "DuckDB from JSON lines", "inetinfo.ndjson")
        duckdb_section(program, folder, "Findings as rows", "findings.jsonl")
        duckdb_section(program, folder, "Parquet", "guid-changed.parquet")
        sqlite_section(program, folder)
        lnav_section(program, folder)
        visidata_section(folder)


if __name__ == "__main__":
    main()
