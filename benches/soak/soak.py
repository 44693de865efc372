#!/usr/bin/env python3
"""Thousands of small captures, some of them damaged in known ways: one run of `procmonkey batch` that nobody disturbs,
one that is killed at random moments and resumed, and one `analyze` after another. See benches/README.md."""

import argparse
import gzip
import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# How a capture is damaged, and the statuses that this may have.
DAMAGES = {
    "cut": {"damaged"},
    "zeros": {"damaged"},
    "noise": {"read", "damaged", "unreadable", "not_a_capture"},
    "cut_gzip": {"damaged", "unreadable"},
    "cut_zip": {"unreadable"},
    "bad_header": {"damaged", "unreadable"},
    "empty": {"empty"},
    "prose": {"not_a_capture"},
}


def sources():
    """The texts of small captures, by their names."""
    folder = ROOT / "samples" / "signatures"
    return [(path.name, path.read_bytes()) for path in sorted(folder.glob("*.csv"))]


def numbered(rng, raw, number):
    """The same capture of another computer: its own GUIDs and a PID of its own, so that no two files are alike."""
    guids = {}

    def other(match):
        key = match.group(0).lower()
        if key not in guids:
            guids[key] = "%08x-%04x-4%03x-8%03x-%012x" % (
                rng.getrandbits(32), rng.getrandbits(16), rng.getrandbits(12), rng.getrandbits(12), rng.getrandbits(48))
        return guids[key].encode()

    raw = re.sub(rb"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", other, raw)
    row = raw.rstrip(b"\r\n").rsplit(b"\n", 1)[-1]
    return raw.rstrip(b"\r\n") + b"\r\n" + (row.rstrip(b"\r") + b"\r\n") * (1 + number % 7)


def damage(rng, kind, raw, pml):
    if kind == "cut":
        return pml[: rng.randrange(1024, len(pml))], ".pml"
    if kind == "zeros":
        at = rng.randrange(len(pml) // 2)
        return pml[:at] + bytes(4096) + pml[at + 4096:], ".pml"
    if kind == "noise":
        raw = bytearray(raw)
        for _ in range(40):
            raw[rng.randrange(len(raw))] = rng.randrange(256)
        return bytes(raw), ".csv"
    if kind == "cut_gzip":
        packed = gzip.compress(raw * 8, mtime=0)
        return packed[: len(packed) // 2], ".csv.gz"
    if kind == "cut_zip":
        return zip_of(raw)[:-30], ".zip"
    if kind == "bad_header":
        return b"PML_\x09\0\0\0" + rng.randbytes(500), ".pml"
    if kind == "empty":
        return b"", ".csv"
    return b"We looked at it and found nothing.\n" * 9, ".txt"


def zip_of(raw):
    import io
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("capture.csv", (2026, 3, 5, 19, 0, 0)), raw)
    return buffer.getvalue()


def generate(folder, count, share, seed):
    """Writes the captures. Gives back how each damaged one was damaged."""
    rng = random.Random(seed)
    texts = sources()
    pml = (ROOT / "samples" / "first-start.pml").read_bytes()
    damaged = {}
    wanted = max(len(DAMAGES), round(count * share))
    places = set(rng.sample(range(count), wanted))
    kinds = list(DAMAGES)
    for number in range(count):
        name, raw = texts[number % len(texts)]
        raw = numbered(rng, raw, number)
        below = folder / f"host{number % 97:02}" / f"day{number % 7}"
        below.mkdir(parents=True, exist_ok=True)
        if number in places:
            kind = kinds[len(damaged) % len(kinds)]
            raw, end = damage(rng, kind, raw, pml)
            path = below / f"{number:05}{end}"
            damaged[str(path.relative_to(folder.parent))] = kind
        elif number % 10 == 3:
            raw, path = gzip.compress(raw, mtime=0), below / f"{number:05}.csv.gz"
        elif number % 10 == 7:
            raw, path = zip_of(raw), below / f"{number:05}.zip"
        else:
            path = below / f"{number:05}.csv"
        path.write_bytes(raw)
    return damaged


def tree(folder):
    """The digests of all results, but of the log, which has times."""
    digests = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != "log.jsonl":
            digests[str(path.relative_to(folder))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return digests


def batch(args, work, out, threads):
    command = [args.binary, "batch", "in", "-o", out, "--threads", str(threads), "-q", *args.more]
    return subprocess.Popen(command, cwd=work, stdout=subprocess.DEVNULL)


def run(args, work, out, threads):
    began = time.perf_counter()
    process = batch(args, work, out, threads)
    status = process.wait()
    return time.perf_counter() - began, status


def killed(args, work, out, threads, whole, rng):
    """Kills runs at random moments of the work that is left; then lets one end. Gives back how many were killed."""
    kills = []
    while len(kills) < args.kills:
        moment = rng.uniform(0, whole * 1.2 / args.kills)
        process = batch(args, work, out, threads)
        try:
            process.wait(moment)
            print(f"  a run ended by itself before it was to be killed after {moment:.2f} s")
            if len(kills) < args.kills:
                shutil.rmtree(work / out)
                kills = []
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            done = len(list((work / out / "done").glob("*.json"))) if (work / out / "done").is_dir() else 0
            kills.append((round(moment, 2), done))
    seconds, status = run(args, work, out, threads)
    return kills, seconds, status


def one_by_one(args, work, most):
    """`analyze` of one file after the other. Gives back the seconds, files and bytes."""
    paths = [path for path in sorted((work / "in").rglob("*")) if path.is_file()]
    step = max(1, len(paths) // most)
    chosen = paths[::step]
    began = time.perf_counter()
    for path in chosen:
        command = [args.binary, "analyze", "-f", "json", "-q", "-o", str(work / "one.json"),
                   str(path.relative_to(work))]
        subprocess.run(command, cwd=work, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - began, len(chosen), sum(path.stat().st_size for path in chosen)


def main():
    sys.stdout.reconfigure(line_buffering=True)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", default=str(ROOT / "target" / "release" / "procmonkey"))
    parser.add_argument("--captures", type=int, default=10_000)
    parser.add_argument("--damaged", type=float, default=0.01, help="share of the captures")
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--one-by-one", type=int, default=1_000, help="files that are analysed one after the other")
    parser.add_argument("--work", type=Path, default=ROOT / "target" / "soak")
    parser.add_argument("more", nargs="*", help="further flags of batch, behind --")
    args = parser.parse_args()
    args.binary = str(Path(args.binary).resolve())
    work = args.work.resolve()
    shutil.rmtree(work, ignore_errors=True)
    (work / "in").mkdir(parents=True)

    damaged = generate(work / "in", args.captures, args.damaged, args.seed)
    size = sum(path.stat().st_size for path in (work / "in").rglob("*") if path.is_file())
    print(f"{args.captures} captures, {size / 1e6:.1f} MB, {len(damaged)} damaged, seed {args.seed}")
    threads = os.cpu_count() or 1
    faults = []

    one, status = run(args, work, "one", 1)
    print(f"one thread: {one:.2f} s, {args.captures / one:.0f} captures/s, {size / one / 1e9:.4f} GB/s, status {status}")
    want = tree(work / "one")
    whole, status = run(args, work, "whole", threads)
    print(f"{threads} threads: {whole:.2f} s, {args.captures / whole:.0f} captures/s, {size / whole / 1e9:.4f} GB/s, "
          f"status {status}")
    if tree(work / "whole") != want:
        faults.append(f"the results with {threads} threads are others than with one")

    lines = [json.loads(line) for line in (work / "whole" / "manifest.jsonl").read_text().splitlines()]
    by_path = {}
    for line in lines:
        status = line["status"] + (", with things not known" if line["unknown"] and line["status"] == "read" else "")
        by_path.setdefault(line["path"], []).append(status)
    if len(by_path) != args.captures:
        faults.append(f"the manifest has {len(by_path)} files of {args.captures}")
    found = {}
    for path, kind in damaged.items():
        statuses = set(by_path.get(path, ["missing"]))
        found.setdefault(kind, []).extend(statuses)
        if not statuses <= DAMAGES[kind]:
            faults.append(f"{path}, {kind}: {statuses}")
    for kind, statuses in sorted(found.items()):
        print(f"  {kind}: " + ", ".join(f"{statuses.count(it)} {it}" for it in sorted(set(statuses))))
    for path, statuses in by_path.items():
        if path not in damaged and statuses != ["read"]:
            faults.append(f"{path}, not damaged: {statuses}")

    rng = random.Random(args.seed)
    for count in sorted({1, threads, 2 * threads}):
        kills, seconds, status = killed(args, work, f"killed-{count}", count, one if count == 1 else whole, rng)
        same = tree(work / f"killed-{count}") == want
        print(f"{count} threads: killed after (s, tasks done) {kills}, resumed in {seconds:.2f} s, status {status}, "
              f"results {'the same' if same else 'DIFFER'}")
        if not same:
            faults.append(f"killed with {count} threads: the results differ")
    again, status = run(args, work, "whole", threads)
    print(f"again, all done: {again:.2f} s, status {status}")
    if tree(work / "whole") != want:
        faults.append("a second run has changed results")

    if args.one_by_one:
        seconds, files, bytes_ = one_by_one(args, work, args.one_by_one)
        print(f"one `analyze` after another: {files} files in {seconds:.2f} s, {files / seconds:.0f} captures/s, "
              f"{bytes_ / seconds / 1e9:.4f} GB/s")
    for fault in faults:
        print(f"FAULT: {fault}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
