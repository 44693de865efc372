"""Another validator accepts every row of the samples: `jsonschema`, a package of PyPI.

Usage: event_rows.py PROCMONKEY CAPTURE...
"""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema

SCHEMA = Path(__file__).resolve().parent.parent / "schemas" / "events.schema.json"


def main():
    program, *captures = sys.argv[1:]
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    rows = 0
    for capture in captures:
        command = [program, "events", "-q", "-f", "jsonl", "--stack", "--limit", "2000", capture]
        run = subprocess.run(command, capture_output=True, check=False)
        for line in run.stdout.splitlines():
            error = next(validator.iter_errors(json.loads(line)), None)
            if error:
                sys.exit(f"{capture}: {error.message}\n{line.decode()}")
            rows += 1
    if rows < 2000:
        sys.exit(f"only {rows} rows")
    print(f"jsonschema: {rows} rows keep to {SCHEMA.name}")


if __name__ == "__main__":
    main()
