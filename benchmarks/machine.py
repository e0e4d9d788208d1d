"""What has to be known of the machine to read the figures, and memory of other processes."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import torch

REPOSITORY = Path(__file__).resolve().parents[1]
_TELLING_FLAGS = ("avx2", "avx512f", "avx512_bf16", "avx512_fp16", "amx_bf16", "amx_int8")


def cpu_flags() -> frozenset[str]:
    """Return the CPU's flags as Linux names them; empty elsewhere."""
    return frozenset(_cpu_info("flags").split())


def facts() -> dict[str, str]:
    """Return date, commit, CPU, versions and load."""
    flags = cpu_flags()
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": _commit(),
        "system": f"{platform.system()} {platform.machine()}",
        "CPU": _cpu_info("model name") or platform.processor() or "unknown",
        "cores": str(os.cpu_count()),
        "instructions": ", ".join(flag for flag in _TELLING_FLAGS if flag in flags) or "unknown",
        "Python": platform.python_version(),
        "torch": f"{torch.__version__}, {torch.get_num_threads()} threads",
        "load at the start": load(),
    }


def load() -> str:
    """Return how many processes wanted a core in the last 1, 5 and 15 minutes."""
    if not hasattr(os, "getloadavg"):
        return "unknown"
    return " ".join(f"{value:.1f}" for value in os.getloadavg())


def memory_mib(pid: int, field: str) -> float:
    """Return "VmRSS" (now) or "VmHWM" (peak) of a process in MiB; 0 where /proc is missing."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(field)), 0.0)


def _cpu_info(field: str) -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return ""
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(field)), "")


def _commit() -> str:
    def git(*words: str) -> str:
        try:
            run = subprocess.run(["git", *words], cwd=REPOSITORY, capture_output=True, text=True)
        except OSError:
            return ""
        return run.stdout.strip()

    changed = " with local changes" if git("status", "--porcelain", "-uno") else ""
    return (git("rev-parse", "--short=12", "HEAD") or "unknown") + changed
