"""Compares two procmonkeys, such as the one before a change and the one after it.

Both run in turn, each time in the other order, so that neither gains from the state
of the machine. A ratio is that of the CPU seconds within one turn, new over old.
"""

import hashlib
import statistics
import tempfile
from pathlib import Path

from measure import run, spread

PROCESS = "inetinfo.exe"
# A conversion writes zones: the same on every machine.
ZONE = ("--tz", "+00:00")
# A native log needs dates, which an export may not have.
DATE = ("--date", "2026-03-25")
# What is run, by the name that `--only` takes.
JOBS = {
    "analyze": [("analyze", "-f", "json")],
    "events": [("events", "-f", "jsonl"), ("events", "-f", "csv", "-p", PROCESS)],
    "info": [("info", "-f", "json")],
    "convert": [
        ("convert", "-f", "csv", "-o", "-", *ZONE),
        ("convert", "-f", "xml", "-o", "-", *ZONE),
        ("convert", "-f", "pml", "-o", "FILE", *ZONE, *DATE),
    ],
}
KINDS = ("csv", "xml", "pml")
FEWEST_RUNS = 9
# Findings and losses are no reason not to measure.
FINE = (0, 1, 4)


class Against:
    def __init__(self, bench):
        self.bench, self.options = bench, bench.options
        self.old = Path(self.options.against)
        self.rows, self.missed = [], 0

    def measure(self):
        """Runs every job on every capture."""
        captures = [Path(path) for path in self.options.capture or ()]
        captures = captures or [self.bench.input(kind) for kind in KINDS]
        with tempfile.TemporaryDirectory(prefix="against-", dir=self.bench.home) as folder:
            for path in captures:
                self.bench.read_from_disk(path)
                for job in self.options.only or JOBS:
                    for words in JOBS[job]:
                        self.job(path, words, Path(folder))

    def command(self, binary, path, words, folder):
        """One thread, because CPU seconds are compared; written to a file only where
        the format asks for one."""
        # Neither replaces what the other wrote.
        (folder / "written").unlink(missing_ok=True)
        words = [str(folder / "written") if word == "FILE" else word for word in words]
        return [binary, words[0], path, *words[1:], "-q", "--threads", "1"]

    def job(self, path, words, folder):
        def command(binary):
            return self.command(binary, path, words, folder)
        new, old = self.bench.bin, self.old
        # Not measured, and the reason to doubt a ratio: other work was done.
        same = self.written(command(new), folder) == self.written(command(old), folder)
        turns = []
        for turn in range(self.options.runs):
            if turn % 2 == 0:
                after, before = run(command(new), fine=FINE).cpu, run(command(old), fine=FINE).cpu
            else:
                before, after = run(command(old), fine=FINE).cpu, run(command(new), fine=FINE).cpu
            turns.append((before, after))
        # The clock of a process may be as coarse as a millisecond.
        ratios = [after / max(before, 0.001) for before, after in turns]
        met = statistics.median(ratios) <= (self.options.at_most or statistics.median(ratios))
        self.missed += not met
        shown = " ".join(word for word in words if word not in ("-o", "-", "FILE", *ZONE, *DATE))
        row = (f"`{shown}`", path.suffix.removeprefix(".").upper(),
               f"{statistics.median(before for before, _ in turns):.3f}",
               f"{statistics.median(after for _, after in turns):.3f}",
               spread(ratios, 3), "same" if same else "**differs**")
        if self.options.at_most:
            row += ("met" if met else "**missed**",)
        self.rows.append(row)
        self.bench.say(" | ".join(row))

    def written(self, command, folder):
        """A digest of all that a command writes."""
        place = folder / "printed"
        with open(place, "wb") as file:
            run(command, stdout=file, fine=FINE)
        digest = hashlib.sha256()
        for path in (place, folder / "written"):
            if path.exists():
                with open(path, "rb") as file:
                    while block := file.read(1 << 20):
                        digest.update(block)
                path.unlink()
        return digest.digest()

    def markdown(self):
        target = [f"≤ {self.options.at_most:g}"] if self.options.at_most else []
        columns = ["job", "capture", "old", "new", "ratio min / median / max", "output", *target]
        text = [
            f"{self.bench.sitting()} {self.options.runs} turns, new against old, one thread; "
            "CPU seconds are medians.",
            "",
            f"| {' | '.join(columns)} |",
            "|---" * len(columns) + "|",
        ]
        return "\n".join([*text, *(f"| {' | '.join(row)} |" for row in self.rows)]) + "\n"
