"""The real server over a tiny untrained network: ``tiny_server.py``, started by the client."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from restore_colorize.service import Limits, ServeOptions, serve, state_folder


def open_engines() -> object:
    """Load the engines as the server does, on its worker's thread."""
    from restore_colorize.engines import Engines
    from restore_colorize.models import ModelStore

    from tests.models.folders import write_model_folder

    models = state_folder(os.environ) / "models"
    models.mkdir(exist_ok=True)
    write_model_folder(models)
    return Engines(ModelStore([models]), "cpu", threads=1)


if __name__ == "__main__":
    options = ServeOptions(
        state_dir=state_folder(os.environ), idle_exit_s=120.0, limits=Limits(max_side=4000)
    )
    sys.exit(serve(options, open_engines))
