"""What arguments can be."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Protocol, Union

__all__ = ["File", "Path", "Paths", "Processes", "Source", "Texts"]


class File(Protocol):
    """An open binary file."""

    def read(self) -> bytes: ...


Path = Union[str, "os.PathLike[str]"]
Paths = Union[Path, Iterable[Path]]
Texts = Union[str, Iterable[str]]
Processes = Union[str, int, Iterable[Union[str, int]]]
#: A capture: its path, its bytes, or an open binary file, which is read to its end.
Source = Union[Path, bytes, bytearray, File]
