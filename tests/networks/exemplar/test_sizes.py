from __future__ import annotations

import json

import pytest
from restore_colorize.errors import ModelError
from restore_colorize.networks import ExemplarSizes


def test_a_config_survives_json() -> None:
    sizes = ExemplarSizes(widths=(8, 16, 24, 32), embedding=12)
    assert ExemplarSizes.from_config(json.loads(json.dumps(sizes.to_config()))) == sizes
    assert ExemplarSizes.from_config({}) == ExemplarSizes()


@pytest.mark.parametrize(
    "config",
    [{"depth": 3}, {"widths": [1, 2]}, {"heads": 1}, {"embedding": 0}, {"up_widths": [8, 8, -1]}],
)
def test_a_config_that_does_not_fit_is_refused(config) -> None:
    with pytest.raises(ModelError):
        ExemplarSizes.from_config(config)
