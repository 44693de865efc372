#!/usr/bin/env python3
"""procmonkey.spark on a cluster of two executor processes: its rows are those of `procmonkey batch`.

    spark.py PROCMONKEY [CAPTURE...]

A damaged capture is a row; an executor that is killed changes nothing; a capture that is cut into
four gives the rows of one that is not.
"""

import gzip
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pyarrow as pa
from pyspark.sql import SparkSession

from procmonkey.spark import events, findings

SAMPLES = Path("samples")
#: What the manifest says of a capture, and the rows of findings, too.
SAME = (
    "path member status error bytes capture_id format events losses unknown broke_off verdict "
    "signatures belongs_to"
).split()


def fill(folder, captures):
    """Captures of every kind, whole and damaged."""
    for path in sorted(SAMPLES.glob("*.*")):
        if path.suffix in (".csv", ".pml", ".xml", ".txt"):
            shutil.copy(path, folder)
    below = folder / "below, with ä=%20"
    below.mkdir()
    csv = (SAMPLES / "guid-changed.csv").read_bytes()
    pml = (SAMPLES / "restart.pml").read_bytes()
    (below / "cut.csv").write_bytes(csv[: len(csv) * 2 // 3 + 11])
    (below / "cut.pml").write_bytes(pml[: len(pml) // 2])
    (below / "zeros.pml").write_bytes(pml[:150_000] + bytes(5000) + pml[155_000:])
    (below / "packed.csv.gz").write_bytes(gzip.compress(csv[:-700]))
    (below / "broken.csv.gz").write_bytes(gzip.compress(csv)[:-5000])
    (below / "empty.csv").write_bytes(b"")
    (below / "letter.txt").write_bytes(b"Dear Sir,\r\nno capture is in here.\r\n")
    (below / "broken.zip").write_bytes(b"PK\x03\x04 and nothing more")
    with zipfile.ZipFile(below / "two.zip", "w") as archive:
        archive.write(SAMPLES / "restart.csv", "a.csv")
        archive.writestr("notes.txt", "nothing")
        archive.write(SAMPLES / "first-start.pml", "b.pml")
    for capture in captures:
        content = gzip.decompress(capture.read_bytes())
        (folder / capture.stem).write_bytes(content)


def batch(program, folder, output, *more):
    command = [program, "batch", folder, "-o", output, "--events", "parquet", *more]
    run = subprocess.run(command, capture_output=True)
    # 3 and 4 say that something is damaged, or cannot be read.
    assert run.returncode in (1, 3, 4), (run.returncode, run.stderr.decode())
    lines = Path(output, "manifest.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def files(folder):
    return [str(path) for path in sorted(folder.rglob("*")) if path.is_file()]


def cells(frame):
    """All rows in one order, as pyarrow has them."""
    table = frame.toArrow()
    return table.sort_by([("event_id", "ascending")])


def same_findings(rows, manifest, output):
    """The rows of findings are the lines of the manifest, and the files beside it."""
    found = {(row["path"], row["member"]): row for row in rows}
    assert len(found) == len(rows)
    wanted = {(line["path"], line["member"]): line for line in manifest}
    assert set(found) == set(wanted), set(found) ^ set(wanted)
    statuses = set()
    for place, line in wanted.items():
        row = found[place]
        for name in SAME:
            assert row[name] == line[name], (place, name, row[name], line[name])
        statuses.add(row["status"])
        if line["findings_path"] is None:
            assert row["findings"] is None and row["name"] is None, place
            continue
        assert line["findings_path"] == f"findings/{row['name']}.json", place
        written = Path(output, line["findings_path"]).read_bytes()
        assert row["findings"].encode() == written, place
    assert statuses >= {"read", "damaged", "unreadable", "empty", "not_a_capture"}, statuses
    print(f"findings: {len(rows)} rows, as batch writes them: {', '.join(sorted(statuses))}")


def kill_once(mark):
    """A step of a task that kills the process of its executor, once in all."""

    def step(batches):
        for batch in batches:
            try:
                os.close(os.open(mark, os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                pass
            else:
                os.kill(executor(os.getpid()), signal.SIGKILL)
            yield batch

    return step


def page(spark, folder, results):
    """Runs the program of docs/scale.md over this folder."""
    text = Path("docs/scale.md").read_text("utf-8")
    [program] = re.findall(r"^```python\n(.*?)^```", text, re.M | re.S)
    program = program.replace("/mnt/captures", str(folder)).replace("/mnt/results", str(results))
    names = {"spark": spark}
    exec(program, names)
    assert {row["status"] for row in names["found"].collect()} >= {"read", "damaged"}
    return names["rows"].columns


def executor(process):
    """The process of the executor above this one."""
    while process > 1:
        words = Path(f"/proc/{process}/cmdline").read_bytes()
        if b"CoarseGrainedExecutorBackend" in words:
            return process
        status = Path(f"/proc/{process}/status").read_text()
        process = int(re.search(r"^PPid:\s*(\d+)", status, re.M)[1])
    raise AssertionError("no executor is above this process")


def plain(frame):
    """The rows of findings as Python's own values."""
    return [row.asDict(recursive=True) for row in frame.collect()]


def by_place(rows):
    return sorted(rows, key=lambda row: (row["path"], row["member"] or ""))


def main():
    program, captures = Path(sys.argv[1]).resolve(), list(map(Path, sys.argv[2:]))
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
    with tempfile.TemporaryDirectory() as made:
        folder, output = Path(made, "captures"), Path(made, "out")
        folder.mkdir()
        fill(folder, captures)
        manifest = batch(program, folder, output)
        paths = files(folder)

        given = findings(spark, paths, base=folder)
        assert given.rdd.getNumPartitions() == len(paths)
        rows = plain(given)
        same_findings(rows, manifest, output)

        mark = str(Path(made, "killed"))
        again = findings(spark, paths, base=folder).mapInArrow(kill_once(mark), given.schema)
        assert by_place(plain(again)) == by_place(rows)
        assert Path(mark).exists(), "no executor was killed"
        print("an executor was killed: the same rows")

        # As bytes that Spark has read.
        single = [path for path in paths if Path(path).parent == folder]
        frame = spark.read.format("binaryFile").load(str(folder / "*.*"))
        of_bytes = by_place(plain(findings(spark, frame, base=folder, tasks=3)))
        assert of_bytes == by_place([row for row in rows if row["path"] in single])
        print(f"bytes: {len(of_bytes)} captures, the same rows")

        # The whole dataset.
        dataset = spark.read.parquet(str(output / "events"))
        rows_of = events(spark, spark.createDataFrame([(path,) for path in paths], ["path"]))
        assert rows_of.schema == dataset.schema, (rows_of.schema, dataset.schema)
        wanted = cells(dataset)
        whole = cells(rows_of)
        assert whole.num_rows == sum(line["events"] or 0 for line in manifest)
        assert whole.equals(wanted)
        print(f"events: {whole.num_rows} rows of {whole.num_columns} columns, as batch writes them")

        # The parts of one capture.
        for path in paths:
            size = Path(path).stat().st_size
            if Path(path).suffix.lower() not in (".csv", ".pml") or size < 1000:
                continue
            one = events(spark, [path])
            four = events(spark, [path], part_size=-(-size // 4))
            assert (one.rdd.getNumPartitions(), four.rdd.getNumPartitions()) == (1, 4), path
            assert cells(four).equals(cells(one)), path
            print(f"{Path(path).name}: four parts, the same rows")

        # The same folders that `batch` makes, of some events and columns, and with an executor that
        # is killed.
        rule = "Result is NAME NOT FOUND"
        batch(program, folder, output.with_name("some"), "--filter", rule)
        wanted = cells(spark.read.parquet(str(output.with_name("some") / "events")))
        assert 0 < wanted.num_rows < whole.num_rows
        mark = str(Path(made, "killed, too"))
        columns = ["event_id", "result", "host", "date"]
        some = events(spark, paths, columns=columns, filter=rule, part_size=500_000)
        assert some.columns == columns
        some = some.mapInArrow(kill_once(mark), some.schema)
        some.write.partitionBy("host", "date").parquet(str(Path(made, "dataset")))
        assert Path(mark).exists(), "no executor was killed"
        made_of = cells(spark.read.parquet(str(Path(made, "dataset"))).select(columns))
        assert made_of.equals(wanted.select(columns))
        of_bytes = events(spark, frame.where("path like '%restart%'"), columns=columns, filter=rule)
        restarts = {row["capture_id"] for row in rows if "/restart" in row["path"]}
        is_of = pa.array([it.split(":")[0] in restarts for it in wanted.column("event_id").to_pylist()])
        ids = lambda table: table.column("event_id").unique().to_pylist()
        assert ids(cells(of_bytes)) == ids(wanted.filter(is_of))
        print("a dataset of some columns, and of bytes: the same rows")

        columns = page(spark, folder, Path(made, "page"))
        at_keys = spark.read.parquet(str(Path(made, "page", "events")))
        assert at_keys.columns == columns and at_keys.count() > 0
        print("the program of docs/scale.md runs")

        for wrong, error in [
            (lambda: events(spark, paths, columns=["nothing"]), "no column nothing"),
            (lambda: findings(spark, paths, filter="nothing"), "nothing"),
            (lambda: findings(spark, ["s3a://bucket/a.csv"]), "binaryFile"),
        ]:
            try:
                wrong()
            except Exception as raised:
                assert error in str(raised), raised
            else:
                raise AssertionError(error)
    spark.stop()


if __name__ == "__main__":
    main()
