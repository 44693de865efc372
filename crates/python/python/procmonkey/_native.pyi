"""What is written in Rust."""

from collections.abc import Iterable, Iterator
from datetime import date as Date
from datetime import datetime
from typing import Any, Optional, Union

from ._error import Frame, Loss
from ._types import Path, Paths, Processes, Source, Texts

class Event:
    """One event of a capture. Its texts are made when they are asked for."""

    @property
    def number(self) -> int:
        """Number of the event in its capture, from 1."""
    @property
    def process_name(self) -> Optional[str]: ...
    @property
    def pid(self) -> Optional[int]: ...
    @property
    def tid(self) -> Optional[int]: ...
    @property
    def operation(self) -> Optional[str]: ...
    @property
    def path(self) -> Optional[str]: ...
    @property
    def result(self) -> Optional[str]: ...
    @property
    def detail(self) -> Optional[str]:
        """The column Detail, as Procmon writes it."""
    @property
    def detail_items(self) -> list[tuple[str, str]]:
        """Detail as keys and values, which are those of its text."""
    @property
    def recorded_items(self) -> list[tuple[str, str]]:
        """The same as it was recorded, where the text of a native log has a mistake of Procmon's."""
    @property
    def time(self) -> Optional[datetime]:
        """When it began: in UTC, or without a zone where that is not known. ``None`` where the
        date is not known. Python has microseconds; ``time_text`` has the 100 ns."""
    @property
    def time_text(self) -> Optional[str]:
        """RFC 3339, as far as it is known."""
    @property
    def time_quality(self) -> str:
        """``full``, ``date_inferred``, ``date_ambiguous``, ``time_only`` or ``order_only``."""
    @property
    def duration_ns(self) -> Optional[int]:
        """Nanoseconds; ``None`` while the operation was not completed."""
    @property
    def has_stack(self) -> bool: ...
    @property
    def stack(self) -> list[Frame]:
        """The call stack, kernel frames first."""
    def __getitem__(self, name: str) -> str:
        """The text of a column, by its name in Procmon. ``KeyError`` where it has none."""
    def get(self, name: str, default: Optional[str] = None) -> Optional[str]:
        """The text of a column, or ``default``."""
    def to_dict(self) -> dict[str, Optional[str]]:
        """All columns of the capture as texts."""

class Events:
    """The events of a capture that were asked for. Whatever takes Arrow data takes this, as
    ``pyarrow.table(events)`` or ``polars.from_arrow(pyarrow.table(events))`` do; each time, the
    capture is read anew."""

    def __arrow_c_stream__(self, requested_schema: Optional[object] = None) -> object: ...
    def __arrow_c_schema__(self) -> object: ...
    def __iter__(self) -> Iterator[Event]: ...
    @property
    def columns(self) -> list[str]:
        """The names of the columns of the stream."""
    @property
    def unread(self) -> dict[str, int]:
        """How many cells of each column are null in the last stream because their text is not
        what the column holds. ``text=True`` has those texts."""

class Capture:
    """One capture. It is opened again whenever its events are read."""

    @property
    def name(self) -> str: ...
    @property
    def format(self) -> str:
        """``pml``, ``csv``, ``xml`` or ``pasted``."""
    @property
    def columns(self) -> list[str]:
        """Its columns, named and ordered as in the capture."""
    @property
    def id(self) -> Optional[str]:
        """A short name by its length and its first and last bytes."""
    @property
    def recording(self) -> Optional[dict[str, Any]]:
        """The computer that a native log was recorded on."""
    @property
    def events_read(self) -> int:
        """How many events the last reading has passed so far, wanted or not."""
    @property
    def events_undecided(self) -> int:
        """On how many of them a filter could not decide, because their date or time can be read
        in several ways. They are left out."""
    @property
    def losses(self) -> list[Loss]:
        """What the last reading could not read: the first hundred. See ``losses_count``."""
    @property
    def losses_count(self) -> int: ...
    def events(
        self,
        *,
        process: Optional[Processes] = None,
        filter: Optional[Texts] = None,
        exclude: Optional[Texts] = None,
        filter_file: Optional[Paths] = None,
        columns: Optional[Texts] = None,
        batch_size: int = 16384,
        part: Optional[str] = None,
        detail: bool = False,
        stack: bool = False,
        text: bool = False,
    ) -> Events:
        """The events of these processes that pass the filter; all by default.

        ``process`` is a name, with or without .exe and with * and ?, or a PID. ``filter`` and
        ``exclude`` are rules such as ``"Path contains MachineKeys"``; ``filter_file`` is one that
        Procmon has saved (PMF, PMC). ``columns`` are names of Procmon's columns. ``detail=True``
        gives Detail as a list of keys and values, ``stack=True`` adds the addresses of the call
        stack as ``Stack``, and ``text=True`` gives every column as the text that Procmon shows.
        ``part`` is one of :meth:`parts`, of this capture or of the same file elsewhere.
        """
    def parts(self, most: int, /) -> list[str]:
        """Reads the capture once, and cuts it into parts of about the same length: so many, or
        fewer. Each is a text that another process can use: the events of all parts, one after the
        other, are those of the capture, with the same numbers and times. Native logs and CSV files
        can be cut; everything else, and what is compressed, is one part.

        >>> import procmonkey
        >>> len(procmonkey.open("samples/guid-changed.csv").parts(4))
        4
        """

class Rows:
    """The rows of ``procmonkey batch --events parquet``."""

    def __arrow_c_stream__(self, requested_schema: Optional[object] = None) -> object: ...
    def __arrow_c_schema__(self) -> object: ...

class ReportData:
    def to_dict(self) -> dict[str, Any]: ...
    def html(self) -> str: ...

class ComparisonData:
    def to_dict(self) -> dict[str, Any]: ...
    def html(self) -> str: ...

def open(
    source: Source,
    /,
    *,
    process: Optional[str] = None,
    tz: Optional[str] = None,
    date: Union[None, str, Date] = None,
    date_order: Optional[str] = None,
    encoding: Optional[str] = None,
    threads: Optional[int] = None,
    advanced_output: bool = False,
    as_procmon: Optional[str] = None,
) -> Capture:
    """Opens a capture of any format, packed or not. Its format is recognised by its content.

    ``source`` is a path, the bytes of a capture, or a binary file, which is read to its end.
    ``tz`` is the zone of the clock of an export (``"Europe/Berlin"``, ``"+02:00"``), or the one
    to show a native log in. ``date`` is the day of the first event of an export without dates,
    ``date_order`` is ``"dmy"``, ``"mdy"`` or ``"ymd"``. ``process`` is the Process Name of pasted
    events, which do not name theirs. ``advanced_output`` and ``as_procmon`` are for native logs.
    """

def rows(source: Source, /, **keywords: Any) -> Rows: ...
def entries(source: Source, path: str, key: str, /, **keywords: Any) -> list[dict[str, Any]]: ...
def analyze(captures: object, /, **keywords: Any) -> ReportData: ...
def compare(good: object, bad: object, /, **keywords: Any) -> ComparisonData: ...
def info(
    captures: Union[Source, Iterable[Source]],
    /,
    *,
    process: Optional[Processes] = None,
    filter: Optional[Texts] = None,
    exclude: Optional[Texts] = None,
    filter_file: Optional[Paths] = None,
    tz: Optional[str] = None,
    date: Union[None, str, Date] = None,
    date_order: Optional[str] = None,
    encoding: Optional[str] = None,
    threads: Optional[int] = None,
) -> list[dict[str, Any]]:
    """What captures hold: what ``procmonkey info -f json`` writes."""

def key(
    text: str,
    /,
    *,
    machine_guid: Optional[str] = None,
    names: Optional[Texts] = None,
) -> list[dict[str, Any]]:
    """What is known of a container, or of a key file: what ``procmonkey key -f json`` writes."""

def container_name(
    key_file: str,
    /,
    *,
    machine_guid: Optional[str] = None,
    names: Optional[Texts] = None,
) -> Optional[str]:
    """The name of the container of a key file, which is given by its path, its name, or the 32
    digits before the underscore. ``None`` where no known name gives these digits; ``names`` are
    further ones to try."""

def key_file_name(container: str, machine_guid: str, /, *, system: str = "capi") -> str:
    """The name of the file of a container. ``system`` is ``"capi"`` or ``"cng"``."""

def code(code: Union[str, int], /) -> dict[str, Any]:
    """What an error code means: an item of what ``procmonkey code -f json`` writes."""
