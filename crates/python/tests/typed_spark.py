"""A program for Spark whose types are checked with `mypy --strict`."""

from __future__ import annotations

from pathlib import Path

from pyspark.sql import DataFrame, SparkSession

from procmonkey.spark import events, findings


def denied(spark: SparkSession, folder: Path) -> DataFrame:
    paths = sorted(folder.glob("*.pml"))
    broken = findings(spark, paths, base=folder, tz="Europe/Berlin").where("verdict = 'broken'")
    return events(spark, broken, columns=["event_id", "path"], filter="Result is ACCESS DENIED")


def small(spark: SparkSession, glob: str) -> DataFrame:
    return findings(spark, spark.read.format("binaryFile").load(glob), tasks=100)
