"""(e) From a cold start of the server to SERVING, what that is made of, and memory when idle.

Cold means that no process runs; files are in the system's cache, as on every start but the first.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.machine import memory_mib
from benchmarks.servers import served
from benchmarks.settings import Settings

NAME = "start"
_STAGES = str(Path(__file__).with_name("start_stages.py"))


def measure(settings: Settings) -> list[Figure]:
    """Start servers and the stages alone, interleaved; the least of each counts."""
    whole_s, idle_mib, interpreter_s = [], [], []
    stages_s: dict[str, list[float]] = {}
    for _ in range(settings.starts):
        start = time.perf_counter()
        with served() as server:
            whole_s.append(time.perf_counter() - start)
            idle_mib.append(memory_mib(server.pid, "VmRSS"))
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", ""], check=True)
        interpreter_s.append(time.perf_counter() - start)
        run = subprocess.run([sys.executable, _STAGES], check=True, capture_output=True, text=True)
        for stage, value_s in json.loads(run.stdout).items():
            stages_s.setdefault(stage, []).append(value_s)
    best_s = {stage: min(values) for stage, values in stages_s.items()}
    figures = [
        Figure(NAME, "from nothing to SERVING", min(whole_s), "s", "as a client waits for it"),
        Figure(NAME, "of it: starting Python", min(interpreter_s), "s"),
        *(Figure(NAME, f"of it: {stage}", value, "s") for stage, value in best_s.items()),
        Figure(NAME, "sum of these stages", min(interpreter_s) + sum(best_s.values()), "s"),
    ]
    if idle_mib[0]:
        figures.append(Figure(NAME, "memory of an idle server", min(idle_mib), "MiB", "resident"))
    return figures
