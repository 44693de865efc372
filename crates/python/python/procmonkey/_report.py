"""Reports and comparisons, with what a notebook shows of them."""

from __future__ import annotations

import html
from typing import Any, Iterable, Optional, Union

from . import _native
from ._build import build
from ._compare_types import ComparisonFields
from ._report_types import ReportFields
from ._signature import Signature
from ._types import Path, Paths, Processes, Source, Texts

__all__ = ["Comparison", "Report", "analyze", "compare"]


class Report(ReportFields):
    """What was found in captures of one case: see the fields of ``ReportFields``.

    >>> import procmonkey
    >>> report = procmonkey.analyze("samples/guid-changed.csv")
    >>> report.verdict.signature, report.findings[0].severity
    ('MK-01', 'error')
    """

    _data: _native.ReportData

    def to_dict(self) -> dict[str, Any]:
        """What ``procmonkey analyze -f json`` writes."""
        return self._data.to_dict()

    def html(self) -> str:
        """The report as a page that needs nothing else."""
        return self._data.html()

    def save_html(self, path: Path) -> None:
        """Writes the page to a file."""
        _save(path, self.html())

    def _repr_html_(self) -> str:
        return _frame(self.html())

    def __repr__(self) -> str:
        return f"<procmonkey.Report: {self.verdict.headline}>"


class Comparison(ComparisonFields):
    """What two captures differ in: see the fields of ``ComparisonFields``."""

    _data: _native.ComparisonData

    def to_dict(self) -> dict[str, Any]:
        """What ``procmonkey compare -f json`` writes."""
        return self._data.to_dict()

    def html(self) -> str:
        """The comparison as a page that needs nothing else."""
        return self._data.html()

    def save_html(self, path: Path) -> None:
        """Writes the page to a file."""
        _save(path, self.html())

    def _repr_html_(self) -> str:
        return _frame(self.html())

    def __repr__(self) -> str:
        return f"<procmonkey.Comparison: {self.headline}>"


def analyze(
    captures: Union[Source, Iterable[Source]],
    /,
    *,
    process: Optional[Processes] = None,
    filter: Optional[Texts] = None,
    exclude: Optional[Texts] = None,
    filter_file: Optional[Paths] = None,
    machine_guid: Optional[str] = None,
    names: Optional[Texts] = None,
    baseline: Optional[Paths] = None,
    keys_dir: Optional[Paths] = None,
    hive: Optional[Paths] = None,
    reg_export: Optional[Paths] = None,
    event_log: Optional[Paths] = None,
    debugview: Optional[Paths] = None,
    live: bool = False,
    no_witnesses: bool = False,
    signatures: Iterable[Signature] = (),
    tz: Optional[str] = None,
    date: Optional[object] = None,
    date_order: Optional[str] = None,
    encoding: Optional[str] = None,
    threads: Optional[int] = None,
) -> Report:
    """Reads captures of one case to their ends, and says what was found.

    The keywords are the flags of ``procmonkey analyze``. ``names`` are further container names,
    as ``NAME`` or ``NAME -> LABEL``. ``signatures`` are failures of your own to look for.

    A capture that cannot be read is in ``inputs_unread``; where none can be read, ``Error`` is
    raised.
    """
    data = _native.analyze(
        captures,
        process=process,
        filter=filter,
        exclude=exclude,
        filter_file=filter_file,
        machine_guid=machine_guid,
        names=names,
        baseline=baseline,
        keys_dir=keys_dir,
        hive=hive,
        reg_export=reg_export,
        event_log=event_log,
        debugview=debugview,
        live=live,
        no_witnesses=no_witnesses,
        signatures=signatures,
        tz=tz,
        date=date,
        date_order=date_order,
        encoding=encoding,
        threads=threads,
    )
    report = build(Report, data.to_dict())
    object.__setattr__(report, "_data", data)
    return report


def compare(
    good: Source,
    bad: Source,
    /,
    *,
    process: Optional[Processes] = None,
    filter: Optional[Texts] = None,
    exclude: Optional[Texts] = None,
    filter_file: Optional[Paths] = None,
    machine_guid: Optional[str] = None,
    names: Optional[Texts] = None,
    tz: Optional[str] = None,
    date: Optional[object] = None,
    date_order: Optional[str] = None,
    encoding: Optional[str] = None,
    threads: Optional[int] = None,
) -> Comparison:
    """Compares a capture of a good start with one of a bad start.

    The keywords are the flags of ``procmonkey compare``.
    """
    data = _native.compare(
        good,
        bad,
        process=process,
        filter=filter,
        exclude=exclude,
        filter_file=filter_file,
        machine_guid=machine_guid,
        names=names,
        tz=tz,
        date=date,
        date_order=date_order,
        encoding=encoding,
        threads=threads,
    )
    comparison = build(Comparison, data.to_dict())
    object.__setattr__(comparison, "_data", data)
    return comparison


def _save(path: Path, page: str) -> None:
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(page)


def _frame(page: str) -> str:
    """The page in a frame, so that neither its style nor its script concerns the notebook."""
    content = html.escape(page, quote=True)
    return (
        f'<iframe srcdoc="{content}" sandbox="allow-scripts" '
        'style="width: 100%; height: 40em; border: 1px solid #ccc"></iframe>'
    )
