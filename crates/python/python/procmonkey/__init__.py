"""Captures of Process Monitor: as Arrow data, as objects, and as reports on broken crypto keys.

>>> import procmonkey
>>> capture = procmonkey.open("samples/guid-changed.csv")
>>> capture.format, len(capture.columns)
('csv', 27)
>>> report = procmonkey.analyze("samples/guid-changed.csv")
>>> report.verdict.signature
'MK-01'
"""

from ._compare_types import ComparisonFields
from ._error import Error, Frame, Loss
from ._native import (
    Capture,
    Event,
    Events,
    code,
    container_name,
    info,
    key,
    key_file_name,
    open,
)
from ._report import Comparison, Report, analyze, compare
from ._report_types import ReportFields
from ._signature import Match, Signature

__all__ = [
    "Capture",
    "Comparison",
    "ComparisonFields",
    "Error",
    "Event",
    "Events",
    "Frame",
    "Loss",
    "Match",
    "Report",
    "ReportFields",
    "Signature",
    "analyze",
    "code",
    "compare",
    "container_name",
    "info",
    "key",
    "key_file_name",
    "open",
]
