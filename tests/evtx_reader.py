"""Compares the events that procmonkey counts in event logs with those that the
package python-evtx of PyPI finds, a reader that shares no code with it.

    python tests/evtx_reader.py EVENT_COUNTS LOG...

EVENT_COUNTS is the example event_counts of procmonkey-witness, built.
"""

import collections
import re
import subprocess
import sys

import Evtx.Evtx

PROVIDER = re.compile(r"<Provider Name=\"([^\"]*)\"")
EVENT_ID = re.compile(r"<EventID[^>]*>(\d+)<")


def by_python_evtx(path):
    counts = collections.Counter()
    with Evtx.Evtx.Evtx(path) as log:
        # A log that was not closed has more chunks than its header counts.
        for chunk in log.get_file_header().chunks(include_inactive=True):
            for record in chunk.records():
                xml = record.xml()
                counts[PROVIDER.search(xml).group(1), int(EVENT_ID.search(xml).group(1))] += 1
    return counts


def by_procmonkey(program, path):
    output = subprocess.run([program, path], check=True, capture_output=True, text=True).stdout
    counts = collections.Counter()
    for line in output.splitlines():
        provider, number, count = line.split("\t")
        counts[provider, int(number)] += int(count)
    return counts


def main(program, paths):
    differences = 0
    for path in paths:
        theirs, ours = by_python_evtx(path), by_procmonkey(program, path)
        for key in sorted(theirs.keys() | ours.keys()):
            if theirs[key] != ours[key]:
                differences += 1
                print(f"{path}: {key[0]} {key[1]}: {theirs[key]} events, procmonkey has {ours[key]}")
        print(f"{path}: {sum(theirs.values())} events of {len(theirs)} kinds compared")
    return 1 if differences else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: evtx_reader.py EVENT_COUNTS LOG...")
    sys.exit(main(sys.argv[1], sys.argv[2:]))
