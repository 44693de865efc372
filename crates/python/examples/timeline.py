"""Draws what processes did over time: a row for each process, a mark for each event, keys in red.

    python timeline.py CAPTURE [OUT.png]

Needs matplotlib and Polars.
"""

from __future__ import annotations

import sys

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import polars as pl

import procmonkey

#: How many processes are drawn, those with most events first.
MOST = 12


def draw(path: str, out: str) -> int:
    """Gives back how many events are drawn."""
    capture = procmonkey.open(path)
    events = capture.events(columns=["Time of Day", "Process Name", "Path"])
    frame = pl.DataFrame(events).drop_nulls().select(
        name=pl.col("Process Name").cast(pl.String),
        second=pl.col("Time of Day").cast(pl.Int64) / 1e9,
        is_key=pl.col("Path").str.contains(r"(?i)\\MachineKeys"),
    )
    frame = frame.with_columns(pl.col("second") - pl.col("second").min())
    counts = frame.group_by("name").len().sort("len", "name", descending=[True, False])
    shown: list[str] = counts["name"].head(MOST).to_list()

    figure, axes = plt.subplots(figsize=(10, 0.4 * len(shown) + 1.5), layout="constrained")
    marks = 0
    for row, name in enumerate(shown):
        of_process = frame.filter(pl.col("name") == name)
        for is_key, color, size in ((False, "tab:gray", 6), (True, "tab:red", 14)):
            times: list[float] = of_process.filter(pl.col("is_key") == is_key)["second"].to_list()
            axes.plot(times, [row] * len(times), "|", color=color, markersize=size)
            marks += len(times)
    axes.set_yticks(range(len(shown)), shown)
    axes.invert_yaxis()
    axes.set_xlabel("seconds after the first event; red: key files")
    axes.set_title(procmonkey.analyze(path).verdict.headline)
    figure.savefig(out, dpi=120)
    return marks


if __name__ == "__main__":
    target = sys.argv[2] if len(sys.argv) > 2 else "timeline.png"
    print(f"{draw(sys.argv[1], target):,} events in {target}")
