"""Called by compare.py: of_spark.py QUESTIONS FOLDER, in the folder of the captures, by the Python that
PySpark and the package are installed in. Writes the reports of `findings`, and the rows of `events` in
the members of the JSON lines, a file for each capture.
"""

import json
import os
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

from pyspark.sql import SparkSession

from procmonkey.spark import events, findings

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def main():
    questions, folder = json.loads(Path(sys.argv[1]).read_text("utf-8")), Path(sys.argv[2])
    single = [it for it in questions if len(it["captures"]) == 1 and not it["witnesses"]]
    paths = [str(Path.cwd() / it["captures"][0]) for it in single]
    # The executors have what this environment has.
    os.environ["PYSPARK_PYTHON"] = sys.executable
    spark = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    found = [row.asDict(recursive=True) for row in findings(spark, paths, base=Path.cwd(), tasks=16).collect()]
    named = {}
    for entry in found:
        member = "" if entry["member"] is None else f"/{entry['member']}"
        name = Path(entry["path"]).name + member
        stem = folder / name.replace("/", "--")
        if entry["findings"] is not None:
            Path(f"{stem}.json").write_text(entry["findings"], "utf-8")
        if entry["capture_id"] is not None:
            assert entry["capture_id"] not in named, (name, "has the id of", named[entry["capture_id"]])
            named[entry["capture_id"]] = stem
            # Where `batch` would put its rows.
            place = {"host": entry["host"], "date": entry["date"] and entry["date"].isoformat()}
            Path(f"{stem}.partition").write_text(json.dumps(place), "utf-8")
    rows = {stem: [] for stem in named.values()}
    table = events(spark, paths, tasks=16).toArrow()
    for row in table.to_pylist():
        rows[named[row["event_id"].split(":")[0]]].append(row)
    for stem, its in rows.items():
        its.sort(key=lambda row: row["event_number"])
        with open(f"{stem}.rows.jsonl", "w", encoding="utf-8") as lines:
            for row in its:
                lines.write(json.dumps(members(row)) + "\n")
    spark.stop()


def members(row):
    """A row of the table with the members of JSON lines; a time in steps of 100 ns is in `filetime`."""
    row["date"] = row["date"] and row["date"].isoformat()
    moment = row.pop("datetime")
    # Microseconds since 1970.
    row["datetime_us"] = None if moment is None else (moment - EPOCH) // timedelta(microseconds=1)
    for column in ("detail", "other", "unread"):
        row[column] = None if row[column] is None else json.loads(row[column])
    return row


if __name__ == "__main__":
    main()
