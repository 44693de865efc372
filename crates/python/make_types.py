#!/usr/bin/env python3
"""Writes the classes of reports and comparisons from the schemas of their JSON.

    python3 crates/python/make_types.py            writes the two files
    python3 crates/python/make_types.py --check    says whether they are as they should be
"""

import json
import keyword
import sys
import textwrap
from pathlib import Path

HERE = Path(__file__).resolve().parent
SCHEMAS = HERE.parent.parent / "schemas"
PACKAGE = HERE / "python" / "procmonkey"


def class_name(*parts):
    words = "_".join(parts).replace("maybe_", "").split("_")
    return "".join(word[:1].upper() + word[1:] for word in words)


class Module:
    """The classes that one schema needs. Those of `others` are imported."""

    def __init__(self, schema, file, others=None):
        self.schema, self.file, self.others = schema, file, others
        self.classes, self.imported = {}, set()

    def at(self, reference):
        file, _, path = reference.partition("#/")
        if file and file != self.file:
            name, hint = self.others.at("#/" + path)
            self.imported |= set(self.others.classes) & set(words_of(hint))
            return name, hint
        parts = path.split("/")
        value = self.schema
        for part in parts:
            value = value[part]
        names = [part for part in parts if part not in ("$defs", "properties", "items")]
        return names, self.hint(value, names)

    def hint(self, value, names):
        """The Python type of a part of the schema."""
        if "$ref" in value:
            return self.at(value["$ref"])[1]
        if "const" in value:
            return f"Literal[{value['const']!r}]"
        if "enum" in value:
            texts = [item for item in value["enum"] if item is not None]
            hint = f"Literal[{', '.join(map(repr, texts))}]"
            return hint if len(texts) == len(value["enum"]) else optional(hint)
        kinds = value.get("type", [])
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if "anyOf" in value and "properties" not in value:
            hints = [self.hint(it, names) for it in value["anyOf"] if it.get("type") != "null"]
            assert len(set(hints)) == 1, (names, hints)
            return optional(hints[0])
        hints = [self.simple(kind, value, names) for kind in kinds if kind != "null"]
        hint = hints[0] if len(hints) == 1 else f"Union[{', '.join(hints)}]" if hints else "Any"
        return optional(hint) if "null" in kinds else hint

    def simple(self, kind, value, names):
        if kind == "array":
            if "prefixItems" in value:
                items = [self.hint(item, names) for item in value["prefixItems"]]
                return f"tuple[{', '.join(items)}]"
            return f"list[{self.hint(value.get('items', {}), [*names[:-1], one(names[-1])])}]"
        if kind == "object":
            return self.object(value, names)
        return {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}[kind]

    def object(self, value, names):
        if "properties" not in value:
            return "dict[str, Any]"
        name = class_name(*names)
        if name not in self.classes:
            self.classes[name] = None
            required = set(value.get("required", []))
            fields = []
            for key, part in value["properties"].items():
                hint = self.hint(part, [*names, key])
                hint = hint if key in required else optional(hint)
                fields.append((key, hint, part.get("description", ""), key in required))
            self.classes[name] = (value.get("description", ""), fields)
        return name

    def text(self, root):
        names = [root]
        self.object({**self.schema, "properties": self.schema["properties"]}, names)
        out = [
            f'"""Classes of {self.file}, which make_types.py has written."""',
            "",
            "from __future__ import annotations",
            "",
            "from dataclasses import dataclass",
            "from typing import Any, Literal, Optional, Union",
            "",
        ]
        if self.imported:
            names = "".join(f"    {name},\n" for name in sorted(self.imported))
            out += [f"from ._report_types import (\n{names})", ""]
        everything = ", ".join(f'"{name}"' for name in sorted(self.classes))
        out += [textwrap.fill(f"__all__ = [{everything}]", 96, subsequent_indent="    "), ""]
        for name, (description, fields) in self.classes.items():
            out += ["", "@dataclass(frozen=True)", f"class {name}:"]
            out += wrapped(f'"""{description}', "    ")
            out += ["    "[:0]]
            for key, _, about, _ in fields:
                out += wrapped(f"``{python_name(key)}``: {about}", "    ", "        ")
            out += ['    """', ""]
            for key, hint, _, is_required in sorted(fields, key=lambda field: not field[3]):
                default = "" if is_required else " = None"
                out.append(f"    {python_name(key)}: {hint}{default}")
            out.append("")
        return "\n".join(out)


def optional(hint):
    return hint if hint.startswith("Optional[") or hint == "Any" else f"Optional[{hint}]"


def one(name):
    return {"processes": "process", "witnesses": "witness"}.get(name, name[:-1] if name.endswith("s") else name)


def python_name(key):
    return key + "_" if keyword.iskeyword(key) else key


def words_of(hint):
    return "".join(c if c.isalnum() else " " for c in hint).split()


def wrapped(text, indent, more=None):
    text = text.replace("\\", "\\\\")
    return textwrap.wrap(text, 96, initial_indent=indent, subsequent_indent=more or indent)


def files():
    read = lambda name: json.loads((SCHEMAS / name).read_text(encoding="utf-8"))
    report = Module(read("report.schema.json"), "report.schema.json")
    report_text = report.text("report_fields")
    compare = Module(read("compare.schema.json"), "compare.schema.json", report)
    # What the comparison refers to has to be known first.
    return {
        PACKAGE / "_report_types.py": report_text,
        PACKAGE / "_compare_types.py": compare_text(compare),
    }


def compare_text(module):
    return module.text("comparison_fields")


def main():
    stale = []
    for path, text in files().items():
        if "--check" in sys.argv[1:]:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                stale.append(path.name)
        else:
            path.write_text(text, encoding="utf-8")
    if stale:
        sys.exit(f"{', '.join(stale)}: run crates/python/make_types.py again")


main()
