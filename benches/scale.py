#!/usr/bin/env python3
"""What captures cost on one machine: by `procmonkey batch`, by a pool of processes with the Python
package, and by Apache Spark.

    scale.py PROCMONKEY [--size 256MiB] [--captures 400] [--runs 3]

It runs in a Python that has procmonkey, pyspark and pyarrow, as `.ci/spark` makes one. Two folders
are made of the samples: many small captures, and four large CSV files. Each way writes all findings;
in further rows, the events as Parquet, too. The first run of each way is not counted; seconds are
the best of the others. What Spark takes to start is said once, and not in the rows.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GIB = 1 << 30


def size_of(text):
    for end, factor in (("GiB", GIB), ("MiB", 1 << 20)):
        if text.endswith(end):
            return int(text[: -len(end)]) * factor
    return int(text)


def small(folder, captures):
    """Copies of the samples: three CSV files to one native log."""
    names = ["restart.csv", "guid-changed.csv", "first-start.csv", "restart.pml"]
    contents = [(ROOT / "samples" / name).read_bytes() for name in names]
    folder.mkdir()
    for number in range(captures):
        name, content = names[number % 4], contents[number % 4]
        (folder / f"{number:06}-{name}").write_bytes(content)
    return captures, sum(len(contents[number % 4]) for number in range(captures))


def large(folder, size):
    """Four CSV files, each of the rows of a sample again and again."""
    content = (ROOT / "samples" / "guid-changed.csv").read_bytes()
    header, _, rows = content.partition(b"\n")
    folder.mkdir()
    for number in range(4):
        with open(folder / f"large-{number}.csv", "wb") as file:
            file.write(header + b"\n")
            while file.tell() < size:
                file.write(rows)
    paths = list(folder.iterdir())
    return len(paths), sum(path.stat().st_size for path in paths)


def paths_of(folder):
    return sorted(str(path) for path in folder.iterdir())


def by_batch(program, with_events):
    def run(folder, output):
        more = ["--events", "parquet"] if with_events else []
        command = [program, "batch", folder, "-o", output, "-q", *more]
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        assert done.returncode in (0, 1), done.stderr.decode()

    return run


def one(path, base, output, with_events):
    """What a process of the pool does with a capture."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from procmonkey import _native

    for entry in _native.entries(path, path, path[len(base) + 1 :], threads=1):
        if entry["findings"] is None:
            continue
        Path(output, entry["name"] + ".json").write_text(entry["findings"], "utf-8")
        if with_events:
            rows = _native.rows(path, part=entry["part"], threads=1)
            batches = pa.RecordBatchReader.from_stream(rows)
            with pq.ParquetWriter(f"{output}/{entry['name']}.parquet", batches.schema) as writer:
                for batch in batches:
                    writer.write_batch(batch)


def by_pool(cores, with_events):
    def run(folder, output):
        Path(output).mkdir()
        with ProcessPoolExecutor(cores) as pool:
            done = [
                pool.submit(one, path, str(folder), str(output), with_events)
                for path in paths_of(folder)
            ]
            for task in done:
                task.result()

    return run


def by_spark(spark, with_events):
    from procmonkey.spark import events, findings

    def run(folder, output):
        paths = paths_of(folder)
        # One task for each capture is dear where captures are small.
        tasks = 16 if len(paths) > 16 else None
        findings(spark, paths, base=folder, tasks=tasks).write.parquet(f"{output}/findings")
        if with_events:
            rows = events(spark, paths, tasks=tasks, part_size=64 << 20)
            rows.write.partitionBy("host", "date").parquet(f"{output}/events")

    return run




def measured(run, folder, made, runs):
    """The seconds of the best run, after one that is not counted."""
    best = None
    for number in range(runs + 1):
        output = made / "output"
        begin = time.perf_counter()
        run(folder, output)
        took = time.perf_counter() - begin
        shutil.rmtree(output)
        if number > 0:
            best = took if best is None else min(best, took)
    return best


def session(cores):
    from pyspark.sql import SparkSession

    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    begin = time.perf_counter()
    spark = (
        SparkSession.builder.master(f"local-cluster[{cores},1,1024]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    spark.range(cores).count()
    return spark, time.perf_counter() - begin


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("program")
    arguments.add_argument("--size", default="256MiB", help="of each of four large captures")
    arguments.add_argument("--captures", type=int, default=400, help="how many small ones")
    arguments.add_argument("--runs", type=int, default=1)
    given = arguments.parse_args()
    cores = len(os.sched_getaffinity(0))
    program = str(Path(given.program).resolve())
    with tempfile.TemporaryDirectory() as made:
        made = Path(made)
        folders = {
            "small": (made / "small", *small(made / "small", given.captures)),
            "large": (made / "large", *large(made / "large", size_of(given.size))),
        }
        for name, (_, count, length) in folders.items():
            print(f"{name}: {count} captures, {length / GIB:.3f} GiB")
        spark, start = session(cores)
        print(f"{cores} cores; Spark with {cores} executors was there after {start:.0f} s\n")
        print("| captures | what is written | by | s | s/GiB | ms/capture | to batch |")
        print("|---|---|---|---:|---:|---:|---:|")
        for name, (folder, count, length) in folders.items():
            for with_events in (False, True):
                ways = {
                    "batch": by_batch(program, with_events),
                    "pool": by_pool(cores, with_events),
                    "Spark": by_spark(spark, with_events),
                }
                what = "findings, events" if with_events else "findings"
                of_batch = None
                for way, run in ways.items():
                    took = measured(run, folder, made, given.runs)
                    of_batch = of_batch or took
                    print(
                        f"| {name} | {what} | {way} | {took:.2f} | {took * GIB / length:.2f} "
                        f"| {took * 1000 / count:.1f} | {took / of_batch:.1f} |",
                        flush=True,
                    )
        spark.stop()


if __name__ == "__main__":
    main()
