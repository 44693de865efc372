"""Captures of Process Monitor on Apache Spark: what ``procmonkey batch`` writes, as DataFrames.

Every executor needs the packages procmonkey, pyspark and pyarrow, and has to see the files: on a
mounted store, or as bytes that Spark has read.

    from procmonkey.spark import events, findings

    found = findings(spark, ["/mnt/captures/a.pml", "/mnt/captures/b.csv"], base="/mnt/captures")
    found.where("status != 'read'").select("path", "status", "error").show()
    rows = events(spark, found.where("events > 0"), columns=["event_id", "path", "result"])
    small = spark.read.format("binaryFile").load("s3a://bucket/captures/*.csv.gz")
    findings(spark, small).write.parquet("s3a://bucket/findings")
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Iterator
from typing import Any, Optional, Union

try:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql import types as sql
except ImportError as error:
    raise ImportError(
        "procmonkey.spark needs pyspark 4.1 or later and pyarrow, on the driver and on every executor: "
        f"pip install pyspark pyarrow 'pandas<3' ({error})"
    ) from error

from . import _native

__all__ = ["PART_SIZE", "events", "findings"]

#: How many bytes of a capture one task reads, about, where the capture can be cut.
PART_SIZE = 256 * 1024 * 1024

#: Paths of captures: texts, or a DataFrame with a column ``path``. Where that has a column
#: ``content``, as ``spark.read.format("binaryFile")`` gives it, no file is opened.
Captures = Union[Iterable[Union[str, "os.PathLike[str]"]], DataFrame]

_FINDINGS = pa.schema(
    [
        ("path", pa.string()),
        ("member", pa.string()),
        ("status", pa.string()),
        ("error", pa.string()),
        ("bytes", pa.int64()),
        ("capture_id", pa.string()),
        ("format", pa.string()),
        ("events", pa.int64()),
        ("losses", pa.int64()),
        ("unknown", pa.int64()),
        ("broke_off", pa.string()),
        ("verdict", pa.string()),
        (
            "signatures",
            pa.list_(
                pa.struct(
                    [
                        ("signature", pa.string()),
                        ("severity", pa.string()),
                        ("findings", pa.int64()),
                    ]
                )
            ),
        ),
        ("belongs_to", pa.string()),
        ("name", pa.string()),
        ("host", pa.string()),
        ("date", pa.date32()),
        ("findings", pa.string()),
    ]
)

_PARTITIONS = pa.schema([("host", pa.string()), ("date", pa.date32())])

#: What a task of :func:`events` is told.
_PARTS = pa.schema(
    [
        ("path", pa.string()),
        ("place", pa.int64()),
        ("part", pa.string()),
        ("host", pa.string()),
        ("date", pa.date32()),
    ]
)

#: What only the analysis takes, and what only reads events.
_OF_CASE = ("machine_guid", "names")


def findings(
    spark: SparkSession,
    paths: Captures,
    *,
    base: Union[None, str, "os.PathLike[str]"] = None,
    tasks: Optional[int] = None,
    **options: Any,
) -> DataFrame:
    """A row for each capture: what ``procmonkey batch`` writes into its manifest, and the report.

    ``findings`` is the report, byte for byte that of ``batch``; ``name`` is how ``batch`` calls
    its file, where ``base`` is the folder that it was given. Without ``base``, the name is made of
    the whole path. A capture that cannot be read is a row, too: its ``status`` and ``error`` say
    why. An archive has a row for each file in it.

    Each capture is a task of its own; ``tasks`` is how many there are at most, for very many small
    captures. ``options`` are those of :func:`procmonkey.analyze`: ``process``, ``filter``,
    ``exclude``, ``filter_file``, ``tz``, ``date``, ``date_order``, ``encoding``, ``machine_guid``,
    ``names``.
    """
    judge = _Judge(base, options)
    schema = _spark_schema(_FINDINGS)
    return _rows_of(spark, paths, tasks).mapInArrow(judge.findings, schema)


def events(
    spark: SparkSession,
    paths: Captures,
    *,
    columns: Optional[Iterable[str]] = None,
    part_size: int = PART_SIZE,
    tasks: Optional[int] = None,
    **options: Any,
) -> DataFrame:
    """The events of captures, in the rows that ``procmonkey batch --events parquet`` writes: the
    same columns, ids and types, and the partitions ``host`` and ``date`` of its folders.
    ``columns`` are names among them. ``write.partitionBy("host", "date").parquet(…)`` makes such a
    dataset.

    A first stage runs at once: it reads each capture for its host and date, and cuts what is
    longer than ``part_size`` bytes into parts, each of which is a task when the rows are asked
    for. Native logs and CSV files are cut; XML, pasted events, archives and what is compressed are
    one task each. A capture that cannot be read has no rows; :func:`findings` says why.

    ``options`` are those of :func:`findings`; as with ``batch``, the host and the date are those that
    the events show that pass the filter. With bytes, the capture is a row of ``paths``, and
    its task is the one that has this row.
    """
    if part_size < 1:
        raise ValueError("part_size has to be at least 1")
    judge = _Judge(None, options)
    reader = _Reader(columns, options)
    rows = _rows_of(spark, paths, tasks)
    if "content" in rows.columns:
        return rows.mapInArrow(_InOneTask(judge, reader).rows, reader.spark_schema())
    planned = rows.mapInArrow(_Plan(judge, part_size).parts, _spark_schema(_PARTS)).collect()
    table = [tuple(row) for row in planned]
    return _spread(spark, table, _spark_schema(_PARTS), tasks).mapInArrow(
        reader.parts, reader.spark_schema()
    )


class _Judge:
    """Says of each capture what ``batch`` says."""

    def __init__(self, base: Union[None, str, "os.PathLike[str]"], options: dict[str, Any]) -> None:
        self.base = None if base is None else os.fspath(base).rstrip("/") + "/"
        # Each core of an executor has a task of its own.
        self.options = {"threads": 1, **options}
        # An option that cannot be used is refused here, and not on the executors.
        _native.entries(b"", "", "", **self.options)

    def entries(self, path: str, content: Optional[bytes] = None) -> list[dict[str, Any]]:
        source = path if content is None else content
        try:
            return _native.entries(source, path, self.key(path), **self.options)
        except Exception as error:
            return [{"path": path, "status": "failed", "error": f"{path}: {error}"}]

    def key(self, path: str) -> str:
        if self.base is None:
            return path
        if not path.startswith(self.base):
            raise ValueError(f"{path} does not lie below {self.base}")
        return path[len(self.base) :]

    def findings(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for path, content in _given(batches):
            found = [_dated(entry) for entry in self.entries(path, content)]
            yield pa.RecordBatch.from_pylist(found, schema=_FINDINGS)


class _Plan:
    """Cuts captures into parts."""

    def __init__(self, judge: _Judge, part_size: int) -> None:
        self.judge, self.part_size = judge, part_size

    def parts(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for path, _ in _given(batches):
            rows = []
            for entry in self.judge.entries(path):
                if entry.get("part") is not None:
                    entry = _dated(entry)
                    rows += [{**entry, "part": part} for part in self.cut(entry)]
            yield pa.RecordBatch.from_pylist(rows, schema=_PARTS)

    def cut(self, entry: dict[str, Any]) -> list[str]:
        count = -(-(entry["bytes"] or 0) // self.part_size)
        if count < 2 or entry["place"] is not None or entry["format"] not in ("csv", "pml"):
            return [entry["part"]]
        capture = _native.open(entry["path"], **_of_reading(self.judge.options))
        return capture.parts(count)


class _Reader:
    """Reads parts of captures."""

    def __init__(self, columns: Optional[Iterable[str]], options: dict[str, Any]) -> None:
        # Refuses a column or an option that is not there.
        self.options = {
            name: value for name, value in {"threads": 1, **options}.items() if name not in _OF_CASE
        }
        every = pa.schema(_native.rows(b""))
        wanted = [*every.names, *_PARTITIONS.names] if columns is None else list(columns)
        own = [name for name in wanted if name not in _PARTITIONS.names]
        # Rows without columns would be no rows.
        self.columns = own or ["event_number"]
        read = pa.schema(_native.rows(b"", columns=self.columns, **self.options))
        kinds = {field.name: _signed(field.type) for field in [*read, *_PARTITIONS]}
        self.schema = pa.schema([(name, kinds[name]) for name in wanted])

    def spark_schema(self) -> sql.StructType:
        return _spark_schema(self.schema)

    def parts(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for part in batch.to_pylist():
                yield from self.rows(part["path"], part)

    def rows(
        self, source: Union[str, bytes], part: dict[str, Any]
    ) -> Iterator[pa.RecordBatch]:
        rows = _native.rows(
            source,
            name=part["path"],
            member=part["place"],
            part=part["part"],
            columns=self.columns,
            **self.options,
        )
        for batch in pa.RecordBatchReader.from_stream(rows):
            count = batch.num_rows
            columns = [
                pa.repeat(pa.scalar(part[field.name], field.type), count)
                if field.name in _PARTITIONS.names
                else batch.column(field.name).cast(field.type)
                for field in self.schema
            ]
            yield pa.RecordBatch.from_arrays(columns, schema=self.schema)


class _InOneTask:
    """Judges captures that are bytes, and reads their events."""

    def __init__(self, judge: _Judge, reader: _Reader) -> None:
        self.judge, self.reader = judge, reader

    def rows(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for path, content in _given(batches):
            for entry in self.judge.entries(path, content):
                if entry.get("part") is not None:
                    yield from self.reader.rows(content or b"", _dated(entry))


def _of_reading(options: dict[str, Any]) -> dict[str, Any]:
    """The options that say how a capture is read."""
    names = ("tz", "date", "date_order", "encoding", "threads")
    return {name: value for name, value in options.items() if name in names}


def _dated(entry: dict[str, Any]) -> dict[str, Any]:
    date = entry.get("date")
    try:
        return {**entry, "date": date and datetime.date.fromisoformat(date)}
    except ValueError:
        return {**entry, "date": None}


def _given(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[str, Optional[bytes]]]:
    """The captures of batches: their paths, and their bytes where these are there."""
    for batch in batches:
        has_content = "content" in batch.schema.names
        for row in range(batch.num_rows):
            content = batch.column("content")[row].as_py() if has_content else None
            yield _local(batch.column("path")[row].as_py(), has_content), content


def _local(path: str, has_content: bool = False) -> str:
    """A path as a program opens it: Spark writes ``file:`` before it."""
    if path.startswith("file:"):
        rest = path[len("file:") :]
        return "/" + rest.lstrip("/")
    if "://" in path and not has_content:
        raise ValueError(
            f"{path} is no path of a file that executors see: mount the store, or read small "
            'captures with spark.read.format("binaryFile")'
        )
    return path


def _rows_of(spark: SparkSession, paths: Captures, tasks: Optional[int]) -> DataFrame:
    """The captures as rows, one for each task."""
    if isinstance(paths, DataFrame):
        if "content" in paths.columns:
            return paths.select("path", "content")
        texts = [row[0] for row in paths.select("path").collect()]
    else:
        texts = [os.fspath(path) for path in paths]
    schema = sql.StructType([sql.StructField("path", sql.StringType())])
    return _spread(spark, [(_local(path),) for path in texts], schema, tasks)


def _spread(
    spark: SparkSession, rows: list[tuple[Any, ...]], schema: sql.StructType, tasks: Optional[int]
) -> DataFrame:
    """Rows of which each is a task; or so many tasks at most."""
    count = max(1, min(len(rows), tasks or len(rows)))
    numbered = [(number % count, *row) for number, row in enumerate(rows)]
    number = sql.StructField("task", sql.IntegerType(), False)
    frame = spark.createDataFrame(numbered, sql.StructType([number, *schema.fields]))
    return frame.repartitionById(count, "task").drop("task")


def _signed(kind: pa.DataType) -> pa.DataType:
    """The type as which Spark reads a number without a sign."""
    return pa.int64() if kind == pa.uint32() else kind


def _spark_type(kind: pa.DataType) -> sql.DataType:
    if pa.types.is_list(kind):
        return sql.ArrayType(_spark_type(kind.value_type))
    if pa.types.is_struct(kind):
        return _spark_schema(pa.schema(list(kind)))
    if pa.types.is_timestamp(kind):
        return sql.TimestampType()
    names = {
        pa.string(): sql.StringType(),
        pa.int64(): sql.LongType(),
        pa.int32(): sql.IntegerType(),
        pa.float64(): sql.DoubleType(),
        pa.bool_(): sql.BooleanType(),
        pa.date32(): sql.DateType(),
    }
    return names[kind]


def _spark_schema(schema: pa.Schema) -> sql.StructType:
    return sql.StructType(
        [sql.StructField(field.name, _spark_type(field.type)) for field in schema]
    )
