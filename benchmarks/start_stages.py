"""Does what a server does until it serves, and prints seconds by stage as JSON.

Run in an interpreter of its own: ``python benchmarks/start_stages.py``.
"""

from __future__ import annotations

import json
import time


def stages() -> dict[str, float]:
    """Import and load what the server does, in its order."""
    laps: dict[str, float] = {}
    last = time.perf_counter()

    def lap(stage: str) -> None:
        nonlocal last
        now = time.perf_counter()
        laps[stage], last = now - last, now

    import restore_colorize.service  # noqa: F401

    lap("importing gRPC and the service")
    import torch  # noqa: F401

    lap("importing torch")
    from restore_colorize.engines import Engines
    from restore_colorize.models import ModelStore

    lap("importing the engines")
    engines = Engines(ModelStore.default())
    engines.describe()
    lap("finding the models")
    engines.environment()
    lap("probing the device and its number types")
    engines.load()
    lap("reading, verifying and loading the weights")
    return laps


if __name__ == "__main__":
    print(json.dumps(stages()))
