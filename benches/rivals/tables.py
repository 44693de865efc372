"""Columns of a capture as a table of pyarrow, as a user of Python would write it.

tables.py procmonkey|polars|procmon-reader|procmon-parser FILE few|all

Prints how many rows the table has, the seconds by the clock that it took, and the CPU seconds of all
threads, without the start of Python and the loading of packages.
"""
import sys
import time

what, path, which = sys.argv[1:]
FEW = ["Date & Time", "Process Name", "Operation", "Path", "Result"]

if what == "procmonkey":
    import pyarrow

    import procmonkey

    def table():
        capture = procmonkey.open(path)
        events = capture.events(columns=FEW if which == "few" else None)
        return pyarrow.RecordBatchReader.from_stream(events).read_all().num_rows
elif what == "polars":
    import polars

    def table():
        return polars.read_csv(path, columns=FEW if which == "few" else None, infer_schema=False).height
elif what == "procmon-reader":
    import pyarrow
    from procmon_reader import ProcmonReader

    FIELDS = {
        "few": ["timestamp", "process_name", "operation", "path", "result"],
    }[which]

    def table():
        reader = ProcmonReader(path)
        reader.apply_filters(None, FIELDS)
        columns = {field: [] for field in FIELDS}
        pushes = [(field, columns[field].append) for field in FIELDS]
        for event in reader:
            for field, push in pushes:
                push(event[field])
        return pyarrow.table(columns).num_rows
elif what == "procmon-parser":
    import pyarrow
    from procmon_parser import ProcmonLogsReader

    def table():
        times, names, operations, paths, results = columns = [[] for _ in FEW]
        with open(path, "rb") as file:
            reader = ProcmonLogsReader(file, should_get_stacktrace=False, should_get_details=False)
            for event in reader:
                times.append(event.date_filetime)
                names.append(event.process.process_name)
                operations.append(str(event.operation))
                paths.append(event.path)
                results.append(event.result)
        return pyarrow.table(dict(zip(FEW, columns))).num_rows
else:
    sys.exit(f"tables.py: no package is called {what}")

# Some packages load others at their first table.
if what == "polars":
    polars.read_csv(b"a,b\n1,2\n")
else:
    pyarrow.RecordBatchReader.from_stream(pyarrow.table({"a": [1]})).read_all()
began, used = time.perf_counter(), time.process_time()
rows = table()
print(f"{rows}\t{time.perf_counter() - began}\t{time.process_time() - used}")
