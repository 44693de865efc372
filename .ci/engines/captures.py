"""The captures that every engine gets, in one folder, and what is asked about them."""

import gzip
import json
import shutil
import zipfile
from pathlib import Path

SAMPLES = Path("samples")
KINDS = (".csv", ".xml", ".pml", ".txt")
#: A witness of a capture that lies beside it, by the end of its name.
WITNESSES = {".listing.txt": "keys_dir", ".event.txt": "event_log"}


def make(folder, real):
    """Fills the folder. Gives the questions: each is a case, by its name, with the names of its
    captures and witnesses, and of the files in it where it is an archive."""
    folder.mkdir(parents=True)
    questions = []

    def ask(captures, witnesses=(), members=()):
        # Names of files, so that each engine can write its answer under it.
        name = "+".join([*captures, *(file for _, file in witnesses)])
        questions.append(
            {"name": name, "captures": list(captures), "witnesses": list(witnesses), "members": list(members)}
        )

    for path in sorted([*SAMPLES.iterdir(), *(SAMPLES / "signatures").iterdir()]):
        if path.suffix not in KINDS:
            continue
        shutil.copy(path, folder)
        if kind_of(path.name) is None:
            ask([path.name])
        elif path.with_name(path.name.split(".")[0] + ".csv").exists():
            ask([path.name.split(".")[0] + ".csv"], [(kind_of(path.name), path.name)])
    ask(["restart.csv", "guid-changed.csv"])
    ask(["restart.pml", "mk-03-key-lost.csv"], [("keys_dir", "mk-03-key-lost.listing.txt")])
    ask(["first-start.xml", "restart.txt", "guid-changed.pml"], [("event_log", "mk-16-foreign-config.event.txt")])

    for name, content in damaged().items():
        (folder / name).write_bytes(content)
        ask([name])
    with zipfile.ZipFile(folder / "two.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(SAMPLES / "restart.csv", "a.csv")
        archive.writestr("notes.txt", "nothing")
        archive.write(SAMPLES / "first-start.pml", "b.pml")
    ask(["two.zip"], members=["a.csv", "b.pml"])
    with zipfile.ZipFile(folder / "one.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(SAMPLES / "restart-de.xml", "c.xml")
    ask(["one.zip"], members=["c.xml"])
    for path in real:
        shutil.copy(path, folder)
        (folder / path.name).chmod(0o644)
        ask([path.name])
    return questions


def is_single(question):
    """Whether it is about one file alone."""
    return len(question["captures"]) == 1 and not question["witnesses"]


def is_of_signature(question):
    """Whether it is about a sample of samples/signatures alone."""
    return is_single(question) and question["name"].startswith("mk-")


def kind_of(name):
    """What the file is a witness as; None for a capture."""
    return next((kind for end, kind in WITNESSES.items() if name.endswith(end)), None)


def damaged():
    """Packed captures, damaged ones, ones that are cut off, and what is none."""
    csv, pml, xml = ((SAMPLES / name).read_bytes() for name in ("guid-changed.csv", "restart.pml", "restart.xml"))
    row = csv.index(b"\n", len(csv) // 2) + 1
    return {
        "packed.csv.gz": gzip.compress(csv[:-700], mtime=0),
        "packed.pml.gz": gzip.compress(pml, mtime=0),
        "broken.csv.gz": gzip.compress(csv, mtime=0)[:-5000],
        "cut.csv": csv[: len(csv) * 2 // 3 + 11],
        "cut.pml": pml[: len(pml) // 2],
        "cut.xml": xml[: len(xml) // 2],
        "other-bytes.csv": csv[:row] + b'\xff\xfe"\x00,,"\xff\r\n' + csv[row:],
        "short-row.csv": csv[:row] + b'"1:00:00.0000000 PM","a.exe"\r\n' + csv[row:],
        "zeros.pml": pml[:15_000] + bytes(5000) + pml[15_000 + 5000 :],
        "letter.txt": b"Dear Sir,\r\nno capture is in here.\r\n",
        "nothing.csv": b"",
    }


def write(questions, path):
    path.write_text(json.dumps(questions, indent=1), "utf-8")
