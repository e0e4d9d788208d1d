"""Every benchmark runs with small pictures and gives finite figures; no time is asserted."""

from __future__ import annotations

import json
import math

import pytest

from benchmarks.__main__ import BENCHMARKS, main
from benchmarks.pictures import picture


def measured(folder, *names: str) -> dict[str, float]:
    assert main(["--quick", "--only", *names, "-o", str(folder)]) == 0
    whole = json.loads((folder / "benchmarks.json").read_text(encoding="utf-8"))
    assert whole["machine"]["cores"]
    return {figure["what"]: figure["value"] for figure in whole["figures"]}


def test_transport_is_measured_against_both_yardsticks(tmp_path, capsys):
    assert main(["--quick", "--only", "transport", "-o", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert "beside a plain TCP socket" in told
    assert "beside grpcio's own client" in told
    figures = json.loads((tmp_path / "benchmarks.json").read_text(encoding="utf-8"))["figures"]
    assert [figure["benchmark"] for figure in figures] == ["transport"] * 2
    assert all(figure["value"] > 0 for figure in figures)


@pytest.mark.slow
@pytest.mark.parametrize("name", [each.NAME for each in BENCHMARKS if each.NAME != "transport"])
def test_every_other_benchmark_gives_figures(tmp_path, name):
    figures = measured(tmp_path, name)
    if name == "number_types" and not figures:
        pytest.skip("this CPU computes in one number type alone")
    assert figures
    assert all(math.isfinite(value) and value > 0 for value in figures.values())


@pytest.mark.parametrize("megapixels", [0.1, 1.0])
def test_pictures_are_as_large_as_asked_and_always_the_same(megapixels):
    samples = picture(megapixels)
    assert samples.shape[0] * samples.shape[1] == pytest.approx(megapixels * 1e6, rel=0.01)
    picture.cache_clear()
    assert (picture(megapixels) == samples).all()
    assert samples.std() > 20
