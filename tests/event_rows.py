"""Another validator accepts every row of the samples: `jsonschema`, a package of PyPI.

Usage: event_rows.py PROCMONKEY CAPTURE...
"""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema

SCHEMAS = Path(__file__).resolve().parent.parent / "schemas"
# What not every sample shows of its times.
TIMES = ["--date", "2026-03-05", "--date-order", "mdy", "--tz", "+01:00"]
# The flags of each form, and how many rows there are at least.
FORMS = {
    "events": (["-f", "jsonl", "--stack"], 2000),
    "timesketch": (["-f", "timesketch", *TIMES], 2000),
    "ecs": (["-f", "ecs", *TIMES], 2000),
    "sysmon": (["-f", "sysmon"], 200),
}


def misplaced(row, part, schema):
    """The first member that does not stand where the schema lists it, if any does not."""
    part = schema["$defs"][part["$ref"].rpartition("/")[2]] if "$ref" in part else part
    known = part.get("properties")
    if not isinstance(row, dict) or known is None:
        return None
    places = [list(known).index(name) for name in row]
    for name, before, place in zip(list(row)[1:], places, places[1:]):
        if before > place:
            return name
    found = (misplaced(value, known[name], schema) for name, value in row.items())
    return next(filter(None, found), None)


def main():
    program, *captures = sys.argv[1:]
    for name, (flags, fewest) in FORMS.items():
        schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        rows = 0
        for capture in captures:
            command = [program, "events", "-q", *flags, "--limit", "2000", capture]
            run = subprocess.run(command, capture_output=True, check=False)
            if run.returncode != 0:
                sys.exit(f"{name}: {capture}: status {run.returncode}: {run.stderr.decode()}")
            for line in run.stdout.splitlines():
                row = json.loads(line)
                error = next(validator.iter_errors(row), None)
                if error:
                    sys.exit(f"{name}: {capture}: {error.message}\n{line.decode()}")
                if member := misplaced(row, schema, schema):
                    sys.exit(f"{name}: {capture}: {member} is out of order\n{line.decode()}")
                rows += 1
        if rows < fewest:
            sys.exit(f"{name}: only {rows} rows")
        print(f"jsonschema: {rows} rows keep to {name}.schema.json")


if __name__ == "__main__":
    main()
