"""The exception of this package, and small records."""

from __future__ import annotations

from typing import NamedTuple, Optional

__all__ = ["Error", "Frame", "Loss"]


class Error(Exception):
    """What could not be opened or read, or an argument that cannot be used.

    ``kind`` is ``"io"``, ``"not_a_capture"``, ``"unsupported"``, ``"damaged"`` or
    ``"invalid_value"``. ``byte`` counts from 0, ``line`` and ``record`` from 1; each is ``None``
    where it is not known.
    """

    kind: str
    byte: Optional[int]
    line: Optional[int]
    record: Optional[int]

    def __init__(
        self,
        message: str,
        *,
        kind: str = "other",
        byte: Optional[int] = None,
        line: Optional[int] = None,
        record: Optional[int] = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.byte = byte
        self.line = line
        self.record = record


class Loss(NamedTuple):
    """Something of a capture that could not be read; reading went on behind it."""

    kind: str
    message: str
    byte: int
    line: Optional[int]
    record: Optional[int]


class Frame(NamedTuple):
    """One frame of a call stack: the kernel's come first."""

    depth: int
    address: Optional[int]
    path: str
    location: str
