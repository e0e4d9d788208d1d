"""Attention that never becomes a map equals the map; and is far smaller."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch
from restore_colorize.networks.layers import unit_rows
from restore_colorize.networks.pikfix import PikFixSizes, alike_cells, best_match, match
from restore_colorize.networks.pikfix.similarity import SimilarityMaps, Temperature, spread
from torch import Tensor

TAU = torch.tensor(0.05)


def maps(seed: int, *shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def explicit(query: Tensor, keys: Tensor, carried: Tensor, tau: Tensor) -> tuple[Tensor, Tensor]:
    """Eq. 2 word for word, in double precision, for one reference."""

    def unit(x: Tensor) -> Tensor:
        x = x.double().flatten(2)
        x = x - x.mean(2, keepdim=True)
        return x / (x.square().sum(1, keepdim=True) + 1e-4).sqrt()

    phi = unit(query).transpose(1, 2) @ unit(keys)  # (b, n, m)
    fetched = torch.softmax(phi / tau.double(), 2) @ carried.double().flatten(2).transpose(1, 2)
    h, w = query.shape[2:]
    return (
        fetched.transpose(1, 2).unflatten(2, (h, w)),
        phi.amax(2).unflatten(1, (h, w))[:, None],
    )


@pytest.mark.parametrize("width", [2, 16, 40])
@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_a_match_is_the_explicit_similarity_matrix(width: int, layout: torch.memory_format) -> None:
    query = maps(1, 2, 16, 6, 9).to(memory_format=layout)
    keys, carried = maps(2, 2, 16, 8, 5).to(memory_format=layout), maps(3, 2, width, 8, 5).sigmoid()
    found = match(query, keys[:, None], carried[:, None], TAU)
    fetched, best = explicit(query, keys, carried, TAU)
    torch.testing.assert_close(found.carried.double(), fetched, atol=1e-5, rtol=0)
    torch.testing.assert_close(found.best.double(), best, atol=1e-5, rtol=0)


def test_references_are_searched_as_one() -> None:
    query, keys, carried = maps(1, 1, 8, 4, 4), maps(2, 1, 3, 8, 4, 6), maps(3, 1, 3, 5, 4, 6)
    found = match(query, keys, carried, TAU)
    side_by_side = [x.permute(0, 2, 3, 1, 4).flatten(3) for x in (keys, carried)]
    together = match(query, side_by_side[0][:, None], side_by_side[1][:, None], TAU)
    torch.testing.assert_close(found.carried, together.carried)
    torch.testing.assert_close(found.best, together.best)


def test_a_picture_finds_itself() -> None:
    cells = maps(1, 1, 24, 6, 6)
    places = torch.arange(36.0).view(1, 1, 6, 6)
    found = match(cells, cells[:, None], places[:, None], torch.tensor(0.005))
    torch.testing.assert_close(found.carried, places, atol=1e-3, rtol=0)
    assert found.best.min() > 0.999


def test_a_flat_picture_finds_everything_and_learns_finitely() -> None:
    flat = torch.ones(1, 4, 3, 3, requires_grad=True)
    found = match(flat, flat[:, None], torch.arange(9.0).view(1, 1, 1, 3, 3), TAU)
    torch.testing.assert_close(found.carried, torch.full_like(found.carried, 4.0))
    found.carried.sum().backward()
    assert torch.isfinite(flat.grad).all()


def test_the_best_match_does_not_depend_on_strips(monkeypatch: pytest.MonkeyPatch) -> None:
    query, key = maps(1, 2, 1, 37, 8), maps(2, 2, 1, 29, 8)
    whole = best_match(query, key)
    monkeypatch.setattr("restore_colorize.networks.pikfix.similarity._STRIP_VALUES", 100)
    torch.testing.assert_close(best_match(query, key), whole)


def test_the_temperature_is_learned_within_bounds() -> None:
    temperature = Temperature()
    assert 0.02 <= temperature().item() <= 0.05
    for value, bound in ((-20.0, 0.005), (3.0, 0.2)):
        with torch.no_grad():
            temperature.log.fill_(value)
        assert temperature().item() == pytest.approx(bound)


def test_features_of_all_scales_reach_every_scale() -> None:
    sizes = PikFixSizes(similarity_channels=4)
    similarity = SimilarityMaps(sizes, (3, 3, 3, 3))
    trunk = [maps(s, 1, 3, 32 // s, 64 // s) for s in (1, 2, 4, 8)]
    made = similarity.query(trunk)
    assert [tuple(x.shape[1:]) for x in made] == [(4, 32 // s, 64 // s) for s in (1, 2, 4, 8)]
    for index in range(4):
        changed = [x + (i == index) for i, x in enumerate(trunk)]
        for before, after in zip(made, similarity.query(changed), strict=True):
            assert (before - after).abs().max() > 1e-4
    made[0].sum().backward()
    assert (similarity.mixing.grad[0] != 0).all()  # A of that scale alone
    assert (similarity.mixing.grad[1:] == 0).all()


def test_one_map_serves_all_scales() -> None:
    found = match(maps(1, 1, 4, 4, 8), maps(2, 1, 1, 4, 4, 4), maps(3, 1, 1, 2, 4, 4), TAU)
    scales = spread(found)
    assert [tuple(x.carried.shape[2:]) for x in scales] == [(8, 16), (4, 8), (2, 4), (1, 2)]
    torch.testing.assert_close(scales[3].carried.mean((2, 3)), found.carried.mean((2, 3)))


MEMORY = """
import re, torch
torch.set_num_threads(1)
from restore_colorize.networks.pikfix import PikFixColor, PikFixSizes, match
def peak():
    # Not ru_maxrss: it begins with what the parent process had.
    status = open("/proc/self/status").read()
    return int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) / 1024
def run(side):
    cells = torch.randn(1, 32, side, side)
    match(cells, cells[:, None], torch.rand(1, 1, 32, side, side), torch.tensor(0.03))
run(16)
before = peak()
run(128)
print(peak() - before)
network = PikFixColor(PikFixSizes.lite()).eval()
with torch.inference_mode():
    network(torch.zeros(1, 1, 512, 512), torch.rand(1, 1, 3, 512, 512))
print(peak())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts KiB as Linux does")
def test_the_similarity_of_512_px_never_exists() -> None:
    """The finest map of a 512 px picture: 16,384 by 16,384 numbers, 1 GiB, and as much softmax."""
    done = subprocess.run(
        [sys.executable, "-c", MEMORY], capture_output=True, text=True, check=True
    )
    growth_mib, peak_mib = map(float, done.stdout.split())
    assert growth_mib < 1024 / 20
    assert peak_mib < 2048  # of the shipped size, its weights, torch and Python together


def test_alike_cells_are_the_best_of_every_pair_wherever_they_lie() -> None:
    target, others = unit_rows(maps(1, 6, 5)), unit_rows(maps(2, 3, 7, 5))
    made = alike_cells(target, others)
    for one, value in zip(others, made, strict=True):
        best = [max(float(cell @ other) for other in one) for cell in target]
        assert float(value) == pytest.approx(sum(best) / len(best), abs=1e-6)
    assert torch.allclose(alike_cells(target, others[:, torch.randperm(7)]), made)
    same = torch.cat([target.flip(0), others[0]])[None]
    assert float(alike_cells(target, same)) == pytest.approx(1.0, abs=1e-3)
