"""A piece of Python in a process of its own: its words, its seconds and what its memory grew by."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.support.source import ROOT

_BEGIN = """
import json, resource, time, atexit
def measure():
    begun = (time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    def end():
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - begun[1]
        print(json.dumps({"seconds": time.perf_counter() - begun[0], "grown": grown * 1024}))
    atexit.register(end)
"""


@dataclass(frozen=True)
class Measured:
    """Figures since the program called `measure()`; memory is the highest it had."""

    output: str
    seconds: float
    grown_bytes: int


def run_measured(program: str, *arguments: str | Path) -> Measured:
    """Run `program`, which calls `measure()` when its imports are done."""
    command = [sys.executable, "-c", _BEGIN + program, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=100)
    assert done.returncode == 0, done.stderr
    words, _break, figures = done.stdout.rstrip("\n").rpartition("\n")
    told = json.loads(figures)
    return Measured(words, told["seconds"], told["grown"])
