from __future__ import annotations

import pytest
from restore_colorize.engines import Engines
from restore_colorize.models import ModelStore

from tests.engines.restoration_folder import add_model
from tests.models.folders import write_model_folder


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Engines:
    """Color and restore with tiny random networks."""
    folder = tmp_path_factory.mktemp("models")
    write_model_folder(folder)
    add_model(folder)
    return Engines(ModelStore([folder]), "cpu", threads=1)
