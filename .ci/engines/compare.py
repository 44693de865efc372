#!/usr/bin/env python3
"""Called by .ci/everywhere: gives the same captures to every engine, and compares what they say with
what the command line says, field for field.

    compare.py WORK --program FILE [--rust FILE] [--python FILE] [--browser CHROMIUM PAGE TOOLS]
        [--spark FILE] [--few] [--not ENGINE REASON] [--require NAMES] [CAPTURE...]
"""

import argparse
import json
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import captures
import forms
from difference import Missing, differences

HERE = Path(__file__).resolve().parent
#: In the order of the table.
ENGINES = ("cli", "batch", "rust", "python", "browser", "spark")
#: How many differences are shown of one capture.
SHOWN = 5


class Work:
    """The folders of a run."""

    def __init__(self, folder, real, few):
        shutil.rmtree(folder, ignore_errors=True)
        self.captures = folder / "captures"
        self.questions = captures.make(self.captures, real)
        self.list = folder / "questions.json"
        captures.write(self.questions, self.list)
        # The browser is the slowest.
        self.in_browser = [it for it in self.questions if not (few and captures.is_of_signature(it))]
        self.list_in_browser = folder / "in-browser.json"
        captures.write(self.in_browser, self.list_in_browser)
        self.answers = folder / "answers"

    def folder(self, engine):
        folder = self.answers / engine
        folder.mkdir(parents=True)
        return folder

    def ask(self, engine, *command, fits=(0,), **more):
        """Runs a command in the folder of the captures."""
        run = subprocess.run(
            [str(word) for word in command], cwd=self.captures, stdin=subprocess.DEVNULL, capture_output=True, **more
        )
        if run.returncode not in fits:
            said = run.stderr.decode("utf-8", "replace")[-3000:]
            sys.exit(f"{engine}: status {run.returncode} of {' '.join(map(str, command))}\n{said}")
        return run


def run_program(work, engine, report, rows):
    """Keeps what two commands write of each question; `None` where nothing could be read."""
    folder = work.folder(engine)
    for question in work.questions:
        # 3 says that nothing could be read, which an example can only say as failure.
        made = work.ask(engine, *report(question), fits=(0, 1, 3, 4))
        if made.stdout:
            (folder / f"{question['name']}.json").write_bytes(made.stdout)
        if captures.is_single(question):
            made = work.ask(engine, *rows(question), fits=(0, 1, 3, 4))
            if made.stdout:
                (folder / f"{question['name']}.rows.jsonl").write_bytes(made.stdout)


def run_cli(work, program, engine="cli", columns=()):
    def report(question):
        flags = [(f"--{kind.replace('_', '-')}", file) for kind, file in question["witnesses"]]
        return [program, "analyze", "-q", "-f", "json", *question["captures"], *sum(flags, ())]

    def rows(question):
        return [program, "events", "-q", "-f", "jsonl", *columns, *question["captures"]]

    run_program(work, engine, report, rows)


def run_rust(work, program):
    def report(question):
        return [program, "report", *question["captures"], *map("=".join, question["witnesses"])]

    run_program(work, "rust", report, lambda question: [program, "rows", *question["captures"]])


def run_batch(work, program):
    """Reports only. They get the names that those of Spark have."""
    folder = work.folder("batch")
    output = folder / "out"
    work.ask("batch", program, "batch", "-q", work.captures, "-o", output, fits=(0, 1, 3, 4))
    for line in (output / "manifest.jsonl").read_text("utf-8").splitlines():
        line = json.loads(line)
        if line["findings_path"] is not None:
            name = Path(line["path"]).name + ("" if line["member"] is None else f"--{line['member']}")
            shutil.copy(output / line["findings_path"], folder / f"{name}.json")


def run_script(work, engine, *command):
    questions = work.list_in_browser if engine == "browser" else work.list
    work.ask(engine, *command, questions, work.folder(engine))


def reports(work, engine):
    """The reports of an engine, by what it gave them as names."""
    found = sorted((work.answers / engine).glob("*.json"))
    return {path.name[: -len(".json")]: load(path.read_text("utf-8")) for path in found}


def rows(work, engine):
    """The rows of an engine, likewise. What has none is left out, as is what could not be read."""
    found = {}
    for path in sorted((work.answers / engine).glob("*.rows.jsonl")):
        # Not splitlines: texts have other ends of lines, too.
        lines = path.read_text("utf-8").split("\n")
        if len(lines) > 1:
            found[path.name[: -len(".rows.jsonl")]] = [load(line) for line in lines[:-1]]
    return found


def load(text):
    return json.loads(text, parse_float=Decimal)


class Comparison:
    """Counts what is equal, and tells what is not."""

    def __init__(self):
        self.faults = 0

    def same(self, engine, name, what, wanted, found):
        """Compares two values; true if they are equal."""
        at = []
        for path, one, other in differences(wanted, found):
            at.append(path)
            if len(at) <= SHOWN:
                print(f"DIFFERS {engine}: {name}: {what}{path}: cli {short(one)}, {engine} {short(other)}")
        if len(at) > SHOWN:
            print(f"DIFFERS {engine}: {name}: {what}: {len(at)} fields in all")
        self.faults += len(at)
        return not at

    def same_all(self, engine, what, wanted, found):
        """Compares what has the same name. Gives the number of values, or of rows."""
        there = lambda names: dict.fromkeys(sorted(names), "is there")
        self.same(engine, "all captures", f"{what} of ", there(wanted), there(found))
        for name in sorted(set(wanted) & set(found)):
            ours, theirs = wanted[name], found[name]
            # Where one is missing, those behind it are not told.
            if what == "event" and set(ids(ours)) != set(ids(theirs)):
                ours, theirs = (dict(zip(ids(its), its)) for its in (ours, theirs))
            self.same(engine, name, what, ours, theirs)
        return sum(len(it) if isinstance(it, list) else 1 for it in found.values())


def ids(rows):
    return [row["event_id"] for row in rows]


def short(value):
    text = str(value) if isinstance(value, Missing) else json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= 300 else f"{text[:300]}… ({len(text)} characters)"


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("work", type=Path)
    parser.add_argument("captures", type=Path, nargs="*")
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--rust", type=Path)
    parser.add_argument("--python", type=Path)
    parser.add_argument("--browser", type=Path, nargs=3, metavar=("CHROMIUM", "PAGE", "TOOLS"))
    parser.add_argument("--spark", type=Path)
    parser.add_argument("--few", action="store_true")
    parser.add_argument("--not", dest="missing", nargs=2, action="append", default=[])
    parser.add_argument("--require", default="")
    return parser.parse_intermixed_args()


def main():
    given = arguments()
    work = Work(given.work.resolve(), given.captures, given.few)
    program = given.program.resolve()
    runs = {"cli": lambda: run_cli(work, program), "batch": lambda: run_batch(work, program)}
    if given.rust:
        runs["rust"] = lambda: run_rust(work, given.rust.resolve())
    if given.browser:
        chromium, page, tools = given.browser
        command = ["node", (tools / "of_viewer.mjs").resolve(), chromium, page.resolve()]
        runs["browser"] = lambda: run_script(work, "browser", *command)
    if given.python:
        # Not resolved: the link is what an environment is known by.
        python = given.python.absolute()
        runs["python"] = lambda: run_script(work, "python", python, HERE / "of_python.py")
    if given.spark:
        spark = given.spark.absolute()
        runs["spark"] = lambda: run_script(work, "spark", spark, HERE / "of_spark.py")
        runs["every column"] = lambda: run_cli(work, program, "every column", ("--columns", "all"))
    seconds = run_all(runs)

    wanted = forms.Wanted(work, reports, rows)
    if not wanted.reports or not wanted.rows:
        sys.exit("the command line gave no report, or no event")
    comparison = Comparison()
    table = [("cli", len(wanted.reports), sum(map(len, wanted.rows.values())), 0)]
    for engine in [it for it in ENGINES[1:] if it in runs]:
        before = comparison.faults
        counts = []
        for what, ours, theirs in getattr(forms, f"of_{engine}")(wanted, reports(work, engine), rows(work, engine)):
            counts.append(comparison.same_all(engine, what, ours, theirs))
        table.append((engine, *counts[:2], comparison.faults - before))

    print("Made equal before they are compared:")
    for engines, what in forms.FORMS:
        print(f"  {engines}: {what}")
    for engine, report_count, row_count, faults in table:
        events = f", events {row_count}" if row_count else ""
        equal = "the others are compared with it" if engine == "cli" else f"{faults} fields differ" if faults else "equal"
        print(f"{engine}: reports {report_count}{events}, {equal} ({seconds[engine]:.0f} s)")
    for engine, reason in given.missing:
        print(f"{engine}: not compared: {reason}")
    compared = {engine for engine, *_ in table}
    wanting = [it for it in given.require.split(",") if it and it not in compared]
    if wanting:
        sys.exit(f"required, and not compared: {', '.join(wanting)}")
    if comparison.faults:
        sys.exit(f"{comparison.faults} fields differ")


def run_all(runs):
    """Runs the engines, two at a time. Gives the seconds of each."""

    def timed(run):
        began = time.monotonic()
        run()
        return time.monotonic() - began

    with ThreadPoolExecutor(2) as pool:
        began = {engine: pool.submit(timed, run) for engine, run in runs.items()}
        return {engine: future.result() for engine, future in began.items()}


main()
