#!/usr/bin/env python3
"""What the package does beside cells and reports: sources, types, errors, Ctrl-C, threads."""

import io
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
from datetime import date, datetime, timezone
from pathlib import Path

import pyarrow as pa

import procmonkey

CSV = "samples/guid-changed.csv"
PML = "samples/restart.pml"


def raises(kind, call, *arguments, **keywords):
    try:
        call(*arguments, **keywords)
    except procmonkey.Error as error:
        assert error.kind == kind, (error.kind, error)
        return error
    raise AssertionError(f"{kind} was not raised")


def csv_of(*rows):
    lines = [",".join(f'"{cell}"' for cell in row) for row in rows]
    return ("\r\n".join(lines) + "\r\n").encode()


def column(capture, name, **keywords):
    return pa.table(capture.events(columns=name, **keywords)).column(0)


def sources():
    want = pa.table(procmonkey.open(PML).events())
    data = Path(PML).read_bytes()
    for source in (Path(PML), data, bytearray(data), io.BytesIO(data), open(PML, "rb")):
        capture = procmonkey.open(source)
        assert pa.table(capture.events()).equals(want), source
        assert capture.format == "pml" and capture.recording["pml_version"] == 9
    assert procmonkey.open(CSV).recording is None
    try:
        procmonkey.open(1.5)
    except TypeError:
        pass
    else:
        raise AssertionError("a number was taken for a capture")


def selections():
    capture = procmonkey.open(CSV)
    everything = list(capture.events())
    assert len(everything) == capture.events_read == 4055
    assert [event.number for event in everything] == list(range(1, 4056))
    inetinfo = [event.number for event in everything if event.process_name.lower() == "inetinfo.exe"]
    assert inetinfo
    for name in ("inetinfo", "inetinfo.exe", ["inetinfo", "no such"], "inetinf?"):
        found = [event.number for event in capture.events(process=name)]
        assert found == inetinfo, name
        assert pa.table(capture.events(process=name, columns="PID")).num_rows == len(inetinfo)
    pid = everything[0].pid
    by_pid = [event.number for event in everything if event.pid == pid]
    assert [event.number for event in capture.events(process=pid)] == by_pid
    keys = [event.number for event in everything if "machinekeys" in event.path.lower()]
    found = [event.number for event in capture.events(filter="Path contains MachineKeys")]
    assert found == keys and keys
    rest = capture.events(exclude="Path contains MachineKeys")
    assert len(list(rest)) == len(everything) - len(keys)
    raises("invalid_value", capture.events, filter="Path resembles x")
    raises("io", capture.events, filter_file="no such file.pmf")


def columns():
    capture = procmonkey.open(CSV)
    table = pa.table(capture.events(columns=["Result", "path"]))
    assert table.column_names == ["Result", "Path"]
    error = raises("invalid_value", capture.events, columns=["Colour"])
    assert "Process Name" in str(error)
    # A column that the capture lacks is absent, and is not made up.
    header, row = ["Operation", "Path", "Result", "Note", "Note"], ["ReadFile", "C:\\a", "", "a", ""]
    small = procmonkey.open(csv_of(header, row))
    want = {"Operation": "ReadFile", "Path": "C:\\a", "Result": "", "Note": "a", "Note (5)": ""}
    assert pa.table(small.events()).to_pylist() == [want]
    raises("invalid_value", small.events, columns="Detail")


def times():
    two = csv_of(["Date & Time", "Operation", "Path"], ["3/4/2026 6:59:13 PM", "a", "x"], ["3/14/2026 6:59:13 PM", "b", "x"])
    # The second row settles what the first one means.
    found = column(procmonkey.open(two), "Date & Time")
    assert found.type == pa.timestamp("ns"), found.type
    assert found.cast(pa.timestamp("s")).to_pylist()[0] == datetime(2026, 3, 4, 18, 59, 13)
    first = next(iter(procmonkey.open(two).events()))
    assert first.time == datetime(2026, 3, 4, 18, 59, 13) and first.time_quality == "full"
    # Nothing settles it: the text stays.
    open_ = csv_of(["Date & Time", "Operation", "Path"], ["3/4/2026 6:59:13 PM", "a", "x"])
    found = column(procmonkey.open(open_), "Date & Time")
    assert pa.types.is_string(found.type) and found.to_pylist() == ["3/4/2026 6:59:13 PM"]
    given = column(procmonkey.open(open_, date_order="dmy"), "Date & Time")
    assert given.cast(pa.timestamp("s")).to_pylist() == [datetime(2026, 4, 3, 18, 59, 13)]
    # With its zone, in UTC.
    zoned = column(procmonkey.open(two, tz="Europe/Berlin"), "Date & Time")
    assert zoned.type == pa.timestamp("ns", "UTC")
    assert zoned.cast(pa.timestamp("s", "UTC")).to_pylist()[0] == datetime(2026, 3, 4, 17, 59, 13, tzinfo=timezone.utc)
    # A time that summer time skips is not known in UTC, and is counted.
    skipped = csv_of(["Date & Time", "Operation", "Path"], ["3/29/2026 2:30:00 AM", "a", "x"])
    events = procmonkey.open(skipped, tz="Europe/Berlin").events()
    assert pa.table(events).column("Date & Time").to_pylist() == [None]
    assert events.unread == {"Date & Time": 1}, events.unread
    # A time of day, a length, and what is none of them.
    odd = csv_of(
        ["Time of Day", "Duration", "PID", "Operation", "Path"],
        ["6:59:13.0390001 PM", "0.0000154", "8", "a", "x"],
        ["47:57.9", "soon", "x", "b", "x"],
    )
    events = procmonkey.open(odd).events()
    table = pa.table(events)
    assert table.column("Duration").cast(pa.int64()).to_pylist() == [15400, None]
    assert table.column("Time of Day").cast(pa.int64()).to_pylist() == [(18 * 3600 + 59 * 60 + 13) * 10**9 + 39000100, None]
    assert table.column("PID").to_pylist() == [8, None]
    assert events.unread == {"Time of Day": 1, "Duration": 1, "PID": 1}
    assert pa.table(procmonkey.open(odd).events(text=True)).column("Duration").to_pylist() == ["0.0000154", "soon"]
    # A date that was given.
    event = next(iter(procmonkey.open(odd, date=date(2026, 3, 5)).events()))
    assert event.time == datetime(2026, 3, 5, 18, 59, 13, 39000) and event.time_quality == "date_inferred"


def one_event():
    event = next(iter(procmonkey.open(PML).events()))
    assert event["Process Name"] == event.process_name == event.get("process name")
    assert event.get("No such column") is None and event.get("No such column", "x") == "x"
    try:
        event["No such column"]
    except KeyError:
        pass
    else:
        raise AssertionError("a column was made up")
    assert list(event.to_dict()) == procmonkey.open(PML).columns
    assert event.time.tzinfo is timezone.utc and event.time_text.endswith("Z")
    assert event.has_stack == bool(event.stack)


def errors():
    raises("io", procmonkey.open, "no such file.pml")
    error = raises("not_a_capture", procmonkey.open, "samples/README.md")
    assert "README.md" in str(error)
    raises("not_a_capture", procmonkey.open, b"\x89PNG\r\n\x1a\n" + bytes(100))
    raises("invalid_value", procmonkey.open, CSV, tz="Mars/Olympus")
    raises("not_a_capture", procmonkey.analyze, ["samples/README.md"])
    raises("invalid_value", procmonkey.analyze, ["samples"])
    raises("invalid_value", procmonkey.analyze, CSV, machine_guid="x")
    raises("invalid_value", procmonkey.container_name, "iisWasKey")
    raises("invalid_value", procmonkey.key_file_name, "iisWasKey", "4f6c1d2e")
    try:
        procmonkey.open(CSV, colour="red")
    except TypeError as error:
        assert "colour" in str(error)
    else:
        raise AssertionError("a keyword was passed over")
    damaged = Path(PML).read_bytes()
    cut = procmonkey.open(damaged[: len(damaged) * 3 // 4])
    count = sum(1 for _ in cut.events())
    assert 0 < count < 1000 and cut.losses_count > 0
    loss = cut.losses[0]
    assert loss.kind and loss.message and loss.byte >= 0


class Touched(procmonkey.Signature):
    id = "SITE-01"
    title = "inetinfo.exe read MachineGuid"

    def find(self, report):
        assert report.findings == []
        for read in report.machine_guid_reads[:1]:
            yield procmonkey.Match(
                "warning", "high", "It was read.", events=[(read.capture, read.events[0])]
            )


class Careless(procmonkey.Signature):
    id = "SITE-02"
    title = "It cites nothing"

    def find(self, report):
        return [procmonkey.Match("info", "low", "Something is wrong.")]


def signatures():
    report = procmonkey.analyze("samples/restart.csv", signatures=[Touched()])
    [finding] = [finding for finding in report.findings if finding.signature == "SITE-01"]
    assert finding.title == Touched.title and finding.explanation == "It was read."
    assert finding.evidence[0].events[0] == report.machine_guid_reads[0].events[0]
    assert "SITE-01" in report.html()
    for wrong, kind in ((Careless(), ValueError), (procmonkey.Signature(), TypeError)):
        try:
            procmonkey.analyze("samples/restart.csv", signatures=[wrong])
        except kind:
            pass
        else:
            raise AssertionError(f"{wrong} was taken")
    raises("invalid_value", procmonkey.analyze, "samples/restart.csv", signatures=[Touched(), Touched()])


def save():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.html"
        report = procmonkey.analyze(CSV)
        report.save_html(path)
        assert path.read_text(encoding="utf-8") == report.html()


def others_run():
    """While a stream is read, another thread of Python goes on."""
    rows = [["Operation", "Path"], *([["ReadFile", "C:\\a\\b\\c"]] * 300_000)]
    data = csv_of(*rows)
    longest, done = 0.0, threading.Event()

    def tick():
        import time
        nonlocal longest
        last = time.perf_counter()
        while not done.is_set():
            time.sleep(0.001)
            now = time.perf_counter()
            longest, last = max(longest, now - last), now

    import time
    capture = procmonkey.open(data)
    thread = threading.Thread(target=tick)
    thread.start()
    began = time.perf_counter()
    report = [pa.table(capture.events(batch_size=1 << 20)) for _ in range(20)]
    took = time.perf_counter() - began
    done.set()
    thread.join()
    assert report[0].num_rows == 300_000
    # Had the lock been held for one reading, nothing would have run for that long.
    assert longest < took / 4, (longest, took)


INTERRUPTED = """
    import signal, sys, pyarrow
    # A shell's background jobs ignore it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    import procmonkey
    data = b'"Operation","Path"\\r\\n' + b'"ReadFile","C:\\\\a"\\r\\n' * 8_000_000
    capture = procmonkey.open(data)
    print("ready", flush=True)
    try:
        while True:
            {work}
    except {raised} as error:
        print("interrupted", error, flush=True)
"""


def interrupts():
    """Ctrl-C ends each kind of work."""
    import time
    for work, raised, words in (
        ("for event in capture.events(): pass", "KeyboardInterrupt", b"interrupted"),
        ("procmonkey.analyze(data)", "KeyboardInterrupt", b"interrupted"),
        ("procmonkey.info(data)", "KeyboardInterrupt", b"interrupted"),
        # Between two streams, it is Python's own.
        ("pyarrow.table(capture.events())", "(OSError, KeyboardInterrupt)", b"interrupted"),
    ):
        script = textwrap.dedent(INTERRUPTED.format(work=work, raised=raised))
        child = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert child.stdout.readline() == b"ready\n"
        time.sleep(0.5)
        child.send_signal(signal.SIGINT)
        # The work never ends by itself.
        out, err = child.communicate(timeout=300)
        assert words in out, (work, out, err.decode()[-500:])


def main():
    tests = [sources, selections, columns, times, one_event, errors, signatures, save, others_run]
    if os.name == "posix":
        tests.append(interrupts)
    for test in tests:
        test()
        print(f"{test.__name__}: as it should be")


main()
