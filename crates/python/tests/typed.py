"""A program whose types are checked with `mypy --strict`."""

from __future__ import annotations

from typing import Iterable

import procmonkey
from procmonkey import Match, ReportFields, Signature


class InUse(Signature):
    id = "SITE-01"
    title = "A key file was in use"

    def find(self, report: ReportFields) -> Iterable[Match]:
        for entry in report.timeline:
            if entry.step == "sharing_violation":
                yield Match("warning", "low", entry.path, events=[(entry.capture, entry.event)])


def worst(path: str) -> str | None:
    report = procmonkey.analyze(path, process="inetinfo.exe", signatures=[InUse()])
    for finding in report.findings:
        if finding.severity == "error" and finding.confidence == "high":
            return finding.title
    return report.verdict.signature


def busiest(path: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    capture = procmonkey.open(path, tz="UTC")
    for event in capture.events(filter=["Result is SUCCESS"]):
        name = event.process_name
        if name is not None:
            counts[name] = counts.get(name, 0) + 1
    if capture.losses:
        print(capture.losses[0].message)
    return counts


def main() -> None:
    try:
        print(worst("samples/guid-changed.csv"), busiest("samples/guid-changed.csv"))
    except procmonkey.Error as error:
        print(error.kind, error.line, error)
    comparison = procmonkey.compare("samples/restart.csv", "samples/guid-changed.csv")
    print(comparison.headline, [start_up.process for start_up in comparison.start_ups])
    print(procmonkey.container_name("c2319c42033a5ca7f44e731bfd3fa2b5"))


if __name__ == "__main__":
    main()
