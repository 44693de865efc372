"""Runs a command to its end and says what that took."""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile


class Run:
    """What one run of a command took."""

    def __init__(self, cpu, wall, peak):
        self.cpu, self.wall, self.peak = cpu, wall, peak


# A process begins with the peak memory of the one that started it. So a Python
# without any module starts the command, and a peak below its own 9 MiB or so is
# shown as that.
LAUNCHER = """
import posix, sys, time
start = time.perf_counter()
child = posix.posix_spawn(sys.argv[1], sys.argv[1:], posix.environ)
status, usage = posix.wait4(child, 0)[1:]
wall = time.perf_counter() - start
posix.write(3, b"%d %f %f %d" % (status, usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss))
"""


def run(command, stdout=subprocess.DEVNULL, fine=None):
    """Runs a command to its end; fails with any exit status that is not among `fine`."""
    words = [str(word) for word in command]
    words[0] = shutil.which(words[0]) or words[0]
    with tempfile.TemporaryFile() as errors, tempfile.TemporaryFile() as measured:
        def fd3():
            os.dup2(measured.fileno(), 3)
        subprocess.run([sys.executable, "-I", "-S", "-c", LAUNCHER, *words], stdin=subprocess.DEVNULL,
                       stdout=stdout, stderr=errors, preexec_fn=fd3, close_fds=False)
        measured.seek(0)
        figures = measured.read().split()
        # `analyze` ends with 1 when it has findings.
        fine = fine or ((0, 1) if words[1:2] == ["analyze"] else (0,))
        if len(figures) != 4 or os.waitstatus_to_exitcode(int(figures[0])) not in fine:
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip()[-500:]
            sys.exit(f"compare: {' '.join(words)} failed: {said}")
    return Run(float(figures[1]), float(figures[2]), int(figures[3]) * 1024)


def output(command):
    """What a command prints."""
    with tempfile.TemporaryFile() as file:
        run(command, stdout=file)
        file.seek(0)
        return file.read()


def spread(values, digits=2):
    return " / ".join(
        f"{value:.{digits}f}" for value in (min(values), statistics.median(values), max(values))
    )
