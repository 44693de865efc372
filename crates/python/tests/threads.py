#!/usr/bin/env python3
"""A capture that is read on several threads gives the batches that one thread gives, cell for cell,
with the same losses, whether it is whole or damaged.

    threads.py CAPTURE...

Packed captures are unpacked first: those that are packed are read on one thread.
"""

import gzip
import random
import sys
import tempfile
import threading
from pathlib import Path

import pyarrow as pa

import procmonkey
from parts import made, plain

# How many are enough for several stretches of every sample.
SIZES = (1, 37, 512, 5000)


def read(source, threads, **options):
    """All batches of a stream, and what the capture says about it behind its end."""
    capture = procmonkey.open(source, threads=threads)
    events = capture.events(**options)
    batches = list(pa.RecordBatchReader.from_stream(events))
    said = (capture.events_read, capture.losses_count, [str(loss) for loss in capture.losses], events.unread)
    return batches, said


def same(name, source, threads, **options):
    one, said = read(source, 1, **options)
    several, also_said = read(source, threads, **options)
    assert [it.num_rows for it in several] == [it.num_rows for it in one], (name, threads, options)
    # Dictionaries may number their texts in another order.
    for place, (own, right) in enumerate(zip(several, one)):
        assert own.schema == right.schema, (name, threads, options)
        own, right = (plain(pa.Table.from_batches([batch])) for batch in (own, right))
        assert own.equals(right), (name, threads, options, place)
    assert also_said == said, (name, threads, options, also_said, said)
    return said


def readers():
    """How many threads read at the moment, where the system says so."""
    names = [path.read_text().strip() for path in Path("/proc/self/task").glob("*/comm")]
    return names.count("procmonkey read")


def is_read_by_several(source):
    reader = pa.RecordBatchReader.from_stream(procmonkey.open(source, threads=3).events(batch_size=1000))
    reader.read_next_batch()
    return readers() > 1


def exports(folder):
    """CSV files that are long enough, of all kinds that are hard to cut."""
    for name, content in made(times=72, more_bytes=620):
        path = Path(folder, f"{name}.csv")
        path.write_bytes(content)
        # What is short, or decoded as a stream, is not cut.
        if len(content) > 32 << 20 and name != "code page":
            assert len(procmonkey.open(path).parts(9)) > 1, name
        # The threads of a short one may have ended before they are counted.
        if name == "midnights" and Path("/proc/self/task").exists():
            assert is_read_by_several(path)
        for size in (700, 16_384):
            said = same(name, path, 3, batch_size=size)
        same(name, path, 2, batch_size=5000, columns=["Operation", "Path"], text=True)
        print(f"{name}: {said[0]} events of {len(content)} bytes on several threads, the batches of one")
        path.unlink()


def whole(captures):
    for path, data in captures:
        for size in SIZES:
            # Each value of a batch of one row takes a while to compare.
            if len(data) / size > 300_000:
                continue
            said = same(path, data, 3, batch_size=size)
        same(path, data, 2, batch_size=512, detail=True, stack=True)
        same(path, data, 4, batch_size=999, columns=["Operation", "Path"], text=True)
        print(f"{path}: {said[0]} events on several threads, the batches of one")


def damaged(path, data, rounds):
    """Bytes that are others, stretches of zeros, and files that are cut."""
    dice = random.Random(7)
    losses = 0
    for turn in range(rounds):
        bad = bytearray(data)
        at = dice.randrange(0x3A8, len(bad))
        kind = turn % 3
        if kind == 0:
            for _ in range(dice.randrange(1, 30)):
                bad[dice.randrange(0x3A8, len(bad))] = dice.randrange(256)
        elif kind == 1:
            length = min(dice.choice([8, 300, 4096]), len(bad) - at)
            bad[at : at + length] = bytes(length)
        else:
            del bad[at:]
        try:
            procmonkey.open(bytes(bad))
        except procmonkey.Error:
            continue
        losses += same(f"{path}, damage {turn}", bytes(bad), 3, batch_size=400)[1] > 0
    assert losses > rounds // 4, losses
    print(f"{path}: damaged in {rounds} ways, {losses} with losses, the same on several threads")


def left(data):
    """A stream that nobody reads to its end, and several at the same time."""
    capture = procmonkey.open(data, threads=3)
    reader = pa.RecordBatchReader.from_stream(capture.events(batch_size=64))
    first = reader.read_next_batch()
    del reader
    again = pa.RecordBatchReader.from_stream(capture.events(batch_size=64)).read_next_batch()
    assert first.to_pylist() == again.to_pylist()
    rows = []

    def work():
        rows.append(pa.table(capture.events(batch_size=64)).num_rows)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(rows)) == 1 and len(rows) == 4, rows
    print("streams: left in the middle, and four at once")


def main(names):
    captures = []
    for name in names:
        path = Path(name)
        data = path.read_bytes()
        if path.suffix == ".gz":
            data = gzip.decompress(data)
        if data[:4] == b"PML_":
            captures.append((path.name, data))
    assert captures, "no native log is among these"
    whole(captures)
    smallest = min(captures, key=lambda it: len(it[1]))
    damaged(*smallest, 60)
    left(smallest[1])
    with tempfile.TemporaryDirectory() as folder:
        exports(folder)
    # From a file, too.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "Log.PML")
        path.write_bytes(smallest[1])
        same(path, path, 2, batch_size=100)


main(sys.argv[1:])
