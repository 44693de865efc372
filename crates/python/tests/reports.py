#!/usr/bin/env python3
"""Compares reports with the JSON of the command line.

    python reports.py PROCMONKEY
"""

import json
import subprocess
import sys
from pathlib import Path

import procmonkey

SAMPLES = Path("samples")


def of_program(program, command, *arguments):
    run = subprocess.run([program, command, "-q", "-f", "json", *map(str, arguments)], capture_output=True)
    assert run.returncode in (0, 1, 3, 4), (arguments, run.stderr.decode())
    return json.loads(run.stdout)


def same(what, ours, theirs):
    assert json.dumps(ours) == json.dumps(theirs), what


def analyses(program):
    cases = [[path] for path in sorted(SAMPLES.glob("*.*")) if path.suffix in (".csv", ".pml", ".xml", ".txt")]
    cases.append([SAMPLES / "restart.csv", SAMPLES / "guid-changed.csv"])
    for paths in cases:
        report = procmonkey.analyze(paths)
        same(paths, report.to_dict(), of_program(program, "analyze", *paths))
        page = report.html()
        assert page.startswith("<!doctype html>") and "<title>" in page
        assert report._repr_html_().startswith("<iframe srcdoc=\"&lt;!doctype html&gt;")
    report = procmonkey.analyze("samples/guid-changed.csv", process=["w3wp", 4400], tz="Europe/Berlin")
    arguments = ["-p", "w3wp", "-p", "4400", "--tz", "Europe/Berlin"]
    same(arguments, report.to_dict(), of_program(program, "analyze", "samples/guid-changed.csv", *arguments))
    report = procmonkey.analyze(
        "samples/guid-changed.csv",
        baseline="samples/restart.csv",
        filter="Path contains Crypto",
        exclude=["Process Name is Procmon.exe"],
        machine_guid="b81e0a4d-52c7-4f39-a6d0-7c13e95f2b86",
    )
    arguments = [
        "--baseline", "samples/restart.csv", "--filter", "Path contains Crypto",
        "--exclude", "Process Name is Procmon.exe",
        "--machine-guid", "b81e0a4d-52c7-4f39-a6d0-7c13e95f2b86",
    ]
    same(arguments, report.to_dict(), of_program(program, "analyze", "samples/guid-changed.csv", *arguments))
    # One of two cannot be read.
    report = procmonkey.analyze(["samples/restart.csv", "samples/README.md"])
    same("unread", report.to_dict(), of_program(program, "analyze", "samples/restart.csv", "samples/README.md"))
    assert report.inputs_unread[0].path == "samples/README.md"
    assert report.verdict.state == report.to_dict()["verdict"]["state"]
    return len(cases) + 3


def whole(cls, value):
    """The fields of a dataclass as a dictionary has them."""
    import dataclasses
    if dataclasses.is_dataclass(cls):
        return {
            field.name.rstrip("_"): whole(getattr(cls, field.name), None)
            for field in dataclasses.fields(cls)
        }
    if isinstance(cls, (list, tuple)):
        return [whole(item, None) for item in cls]
    return cls


def has_all(fields, value, where="report"):
    """Whether typed attributes have everything that the dictionary has."""
    if isinstance(value, dict):
        for key, item in value.items():
            assert key in fields, f"{where}.{key} has no attribute"
            has_all(fields[key], item, f"{where}.{key}")
    elif isinstance(value, list):
        assert len(fields) == len(value), where
        for place, item in enumerate(value):
            has_all(fields[place], item, f"{where}[{place}]")
    else:
        assert fields == value, (where, fields, value)


def attributes():
    for path in ("guid-changed.csv", "restart.pml", "first-start.txt"):
        report = procmonkey.analyze(SAMPLES / path)
        has_all(whole(report, None), report.to_dict())
    comparison = procmonkey.compare("samples/restart.csv", "samples/guid-changed.csv")
    has_all(whole(comparison, None), comparison.to_dict(), "comparison")


def comparisons(program):
    pairs = [("restart.csv", "guid-changed.csv"), ("restart.pml", "restart.xml"), ("first-start.csv", "restart-de.csv")]
    for good, bad in pairs:
        comparison = procmonkey.compare(SAMPLES / good, SAMPLES / bad)
        same((good, bad), comparison.to_dict(), of_program(program, "compare", SAMPLES / good, SAMPLES / bad))
        assert comparison.html().startswith("<!doctype html>")


def others(program):
    paths = sorted(SAMPLES.glob("restart*.*"))
    same("info", procmonkey.info(paths), of_program(program, "info", *paths))
    infos = procmonkey.info(paths[0], process="inetinfo")
    same("info -p", infos, of_program(program, "info", paths[0], "-p", "inetinfo"))
    guid = "4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1"
    name = procmonkey.key_file_name("iisWasKey", guid)
    # By MD5 of the name in lower case and its final zero.
    assert name == f"76944fb33636aeddb9590521c2e8815a_{guid}"
    assert procmonkey.container_name(name) == "iisWasKey"
    assert procmonkey.container_name("0" * 32) is None
    for text in ("iisWasKey", name, "0" * 32):
        same(text, procmonkey.key(text), of_program(program, "key", text))
    for text in ("0x80090016", "NTE_BAD_KEYSET", "-2146893802", "C0000034", "no code"):
        same(text, [procmonkey.code(text)], of_program(program, "code", "--", text))
    same("number", procmonkey.code(-2146893802), procmonkey.code("-2146893802"))


def main():
    program = sys.argv[1]
    count = analyses(program)
    attributes()
    comparisons(program)
    others(program)
    print(f"{count} reports, 3 comparisons, infos, keys and codes are those of the command line")


main()
