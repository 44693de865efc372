"""Failures of one's own to look for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Iterable, Literal

from ._build import build
from ._report_types import ReportFields

__all__ = ["Match", "Signature"]

#: In the order in which the library takes them.
FIELDS = (
    "id",
    "title",
    "title_short",
    "severity",
    "looks_like",
    "means",
    "look_alike",
    "disproved_by",
    "remedy",
    "confidence",
    "confirm",
    "avoid",
    "source",
)


@dataclass(frozen=True)
class Match:
    """One instance of a failure. It has to cite an event or a witness.

    ``events`` are pairs: index into the report's ``captures``, and number of the event.
    ``witnesses`` are indexes into the report's ``witnesses``.
    """

    severity: Literal["info", "warning", "error"]
    confidence: Literal["low", "medium", "high"]
    explanation: str
    events: list[tuple[int, int]] = field(default_factory=list)
    witnesses: list[int] = field(default_factory=list)
    raised_by: list[str] = field(default_factory=list)
    lowered_by: list[str] = field(default_factory=list)
    does_not_prove: list[str] = field(default_factory=list)
    remedy: str = ""


class Signature:
    """A failure to look for: make a subclass with an ``id``, a ``title`` and ``find``.

    Its findings are ranked with those of the library, and the verdict counts them. The ``id`` has
    capital letters, a hyphen and digits, and differs from that of every other signature.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    #: The title in at most forty characters; empty where the title itself serves.
    title_short: ClassVar[str] = ""
    severity: ClassVar[str] = ""
    looks_like: ClassVar[str] = ""
    means: ClassVar[str] = ""
    look_alike: ClassVar[str] = ""
    disproved_by: ClassVar[str] = ""
    remedy: ClassVar[str] = ""
    confidence: ClassVar[str] = ""
    confirm: ClassVar[str] = ""
    avoid: ClassVar[str] = ""
    source: ClassVar[str] = ""

    def find(self, report: ReportFields) -> Iterable[Match]:
        """Every instance of it. ``report`` has no findings and no verdict yet."""
        raise NotImplementedError


def fields_of(signature: Signature) -> list[str]:
    import re

    for name in ("id", "title"):
        if not getattr(signature, name, ""):
            raise TypeError(f"{type(signature).__name__} has no {name}")
    if not re.fullmatch(r"[A-Z]+-[0-9]+", signature.id):
        raise ValueError(f"id: {signature.id} is not capital letters, a hyphen and digits")
    return [str(getattr(signature, name)) for name in FIELDS]


def found(signature: Signature, report: dict[str, Any]) -> list[Match]:
    matches = list(signature.find(build(ReportFields, report)))
    for match in matches:
        if not match.events and not match.witnesses:
            raise ValueError(f"{signature.id}: a match has to cite an event or a witness")
    return matches
