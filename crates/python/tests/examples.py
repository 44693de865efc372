#!/usr/bin/env python3
"""Runs the examples: the drawing, the cells of the notebook, and the blocks of docs/python.md."""

import re
import runpy
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat

import procmonkey

FOLDER = Path(__file__).resolve().parent.parent / "examples"
PAGE = Path("docs/python.md")


def drawing():
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "timeline.png"
        command = [sys.executable, FOLDER / "timeline.py", "samples/guid-changed.csv", out]
        said = subprocess.run(command, capture_output=True, check=True, text=True).stdout
        assert out.read_bytes().startswith(b"\x89PNG") and out.stat().st_size > 10_000
        marks = int(re.match(r"[\d,]+", said)[0].replace(",", ""))
        assert 1000 < marks <= 4055, said


def notebook():
    notebook = nbformat.read(FOLDER / "capture.ipynb", as_version=4)
    nbformat.validate(notebook)
    scope = {}
    for cell in notebook.cells:
        assert not cell.get("outputs")
        if cell.cell_type == "code":
            exec(compile(cell.source, "capture.ipynb", "exec"), scope)
    report = scope["report"]
    assert isinstance(report, procmonkey.Report) and "<iframe" in report._repr_html_()
    assert scope["frame"].height > 0


def page():
    """Each block of the page runs, one behind the other, and its assertions hold."""
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.S | re.M)
    assert len(blocks) >= 5
    scope = {}
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), scope)
    return len(blocks)


def main():
    drawing()
    notebook()
    blocks = page()
    runpy.run_path(str(Path(__file__).parent / "typed.py"), run_name="__main__")
    print(f"the drawing, the notebook and {blocks} blocks of {PAGE} run")


main()
