"""Damage made by procedure: every kind does what it says, the same for the same seed."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path

import pytest
import torch
from restore_colorize_training.damage import DamageMaker, Decoys, Kind, Textures
from restore_colorize_training.damage.creases import crease_strokes
from restore_colorize_training.damage.draws import Draws
from restore_colorize_training.damage.optics import add_noise, blur, jpeg, lose_resolution
from restore_colorize_training.damage.patches import specks, torn_pieces
from restore_colorize_training.damage.strokes import (
    film_strokes,
    fold_strokes,
    lay_out,
    long_strokes,
    rasterize,
    scratch_strokes,
)
from restore_colorize_training.damage.tones import edged_stain, fade, smooth_stain

CONFIG = Path(__file__).parents[2] / "training" / "configs" / "restoration.toml"
PHYSICAL = ("scratches", "long_scratches", "folds", "dust", "torn")


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def pictures(count: int = 6, side: int = 64) -> torch.Tensor:
    """Smooth pictures, neither black nor white."""
    return Draws(seeded(7)).smooth(count, 5, side).mul(0.12).add(0.5).clamp(0.1, 0.9)


def config_kinds() -> dict[str, Kind]:
    tables = tomllib.loads(CONFIG.read_text())["damage"]
    return {name: Kind.from_config(table) for name, table in tables.items()}


@pytest.mark.parametrize("name", sorted(config_kinds()))
def test_every_configured_kind_gives_pictures_in_range(name: str) -> None:
    truth = pictures()
    made = DamageMaker(config_kinds(), Decoys()).damage(truth, seeded(), name)
    for planes in (made.picture, made.toned, made.mask):
        assert planes.shape == truth.shape
        assert 0 <= float(planes.min()) <= float(planes.max()) <= 1
        assert bool(torch.isfinite(planes).all())
    steps = made.picture * 255
    assert torch.allclose(steps, steps.round(), atol=1e-3)


def test_the_same_seed_gives_the_same_damage_and_leaves_the_truth() -> None:
    truth = pictures()
    before = truth.clone()
    maker = DamageMaker(config_kinds(), Decoys(0.5, 0.5))
    first, again = maker.damage(truth, seeded(1)), maker.damage(truth, seeded(1))
    other = maker.damage(truth, seeded(2))
    assert torch.equal(first.picture, again.picture)
    assert torch.equal(first.mask, again.mask)
    assert not torch.equal(first.picture, other.picture)
    assert torch.equal(truth, before)


@pytest.mark.parametrize("effect", PHYSICAL)
def test_physical_damage_lies_under_the_mask(effect: str) -> None:
    truth = pictures(8)
    maker = DamageMaker({"only": Kind(**{effect: 1.0})}, Decoys())
    made = maker.damage(truth, seeded(3), "only")
    assert 0.0005 < float((made.mask > 0.25).float().mean()) < 0.3
    changed = (made.picture - made.toned).abs()
    # The shading beside a fold is no hole; everything else changes under the mask only.
    outside = 0.16 if effect == "folds" else 1.01 / 255
    assert float(changed[made.mask == 0].max()) <= outside
    assert float(changed[made.mask > 0.5].mean()) > 0.1


@pytest.mark.parametrize("effect", ["fading", "smooth_stain"])
def test_tone_is_in_the_truth_that_content_is_compared_with(effect: str) -> None:
    made = DamageMaker({"only": Kind(**{effect: 1.0})}, Decoys()).damage(
        pictures(), seeded(), "only"
    )
    assert torch.equal(made.picture, made.toned)
    assert float((made.toned - made.truth).abs().mean()) > 0.01
    assert float(made.mask.max()) == 0


@pytest.mark.parametrize(
    "effect", ["blur", "resolution", "noise", "edged_stain", "softening", "jpeg"]
)
def test_optical_damage_is_everywhere_and_in_no_mask(effect: str) -> None:
    rough = (pictures() + 0.1 * torch.randn(6, 1, 64, 64, generator=seeded(5))).clamp(0, 1)
    kind = Kind(**{effect: 1.0}, jpeg_quality=(20, 30))
    made = DamageMaker({"only": kind}, Decoys()).damage(rough, seeded(), "only")
    assert float(made.mask.max()) == 0
    assert float((made.picture - rough).abs().mean()) > 0.001


def test_decoys_are_in_the_truth_and_in_no_mask() -> None:
    clean = {"clean": Kind(share=1.0)}
    truth = pictures()
    made = DamageMaker(clean, Decoys(lines=1.0, patches=1.0)).damage(truth, seeded())
    assert float((made.truth - truth).abs().max()) > 0.1
    assert float(made.mask.max()) == 0
    assert torch.allclose(made.picture, made.truth, atol=1 / 255)


def test_noise_has_the_asked_strength_and_three_kinds() -> None:
    flat = torch.full((60, 1, 64, 64), 0.5)
    noise = add_noise(flat, torch.full((60,), 0.05), Draws(seeded())) - flat
    assert torch.allclose(noise.std((1, 2, 3)), torch.tensor(0.05), rtol=0.15)
    neighbors = (noise[..., 1:] * noise[..., :-1]).mean((1, 2, 3)) / noise.var((1, 2, 3))
    assert 10 < int((neighbors > 0.2).sum()) < 45  # grain comes in clots, the others do not


def test_blur_keeps_the_mean_and_takes_detail() -> None:
    rough = torch.rand(8, 1, 48, 48, generator=seeded())
    blurred = blur(rough, torch.full((8,), 1.5), Draws(seeded()))
    assert torch.allclose(blurred.mean((1, 2, 3)), rough.mean((1, 2, 3)), atol=0.02)
    assert bool((blurred.std((1, 2, 3)) < 0.6 * rough.std((1, 2, 3))).all())
    assert float(lose_resolution(rough, 2.5).std()) < float(rough.std())


def test_jpeg_is_coarser_at_lower_quality_and_its_grid_begins_anywhere() -> None:
    rough = pictures(4, 72) + 0.03 * torch.randn(4, 1, 72, 72, generator=seeded())

    def error(quality: float) -> float:
        made = jpeg(rough.clamp(0, 1), torch.full((4,), quality), Draws(seeded(1)))
        return float((made - rough).square().mean())

    assert error(10) > 1.3 * error(40) > 2 * error(97)
    first, second = (
        jpeg(rough.clamp(0, 1), torch.full((4,), 15.0), Draws(seeded(s))) for s in (1, 2)
    )
    assert not torch.equal(first, second)


def test_long_scratches_reach_farther_than_others_and_folds_cross_the_picture() -> None:
    draws, four = Draws(seeded()), torch.arange(4)
    long = long_strokes(four, 64, draws)
    short = scratch_strokes(four, 64, draws)
    assert float((long.jag).max()) < 0.05 < float(short.jag.max())
    middle = torch.full((4,), 32.0)
    folds = fold_strokes(four, 64, middle, middle, torch.zeros(4), draws)
    crossed = rasterize(folds, lay_out(folds, draws), 4, 64)[:, 0]
    # Broken, but all along the picture.
    assert float((crossed.amax(1) > 0).float().mean()) > 0.9


def test_film_scratches_run_straight_along_the_sides() -> None:
    draws, pictures_ = Draws(seeded()), torch.arange(40)
    lines = film_strokes(pictures_, 64, draws)
    paths = lay_out(lines, draws)
    from_axis = (lines.heading % (math.pi / 2)).minimum(math.pi / 2 - lines.heading % (math.pi / 2))
    assert float(from_axis.max()) < 0.04  # askew by two degrees at most
    assert 0.3 < float((from_axis < 1e-6).float().mean()) < 0.7  # to the last digit in many
    begin, steps = paths.vertices[:, 0], paths.vertices.diff(dim=1)
    assert bool(((begin > -0.81 * 64) & (begin < 64)).all())
    angles = torch.atan2(steps[..., 1], steps[..., 0])
    assert float((angles - lines.heading[:, None]).abs().max()) < 1e-4  # as straight as a ruler


def test_film_scratches_are_in_the_mask_of_their_kind_alone() -> None:
    maker = DamageMaker({"film": Kind(film_scratches=1.0), "clean": Kind()}, Decoys())
    assert float(maker.damage(pictures(), seeded(3), "film").mask.max()) > 0.2
    assert float(maker.damage(pictures(), seeded(3), "clean").mask.max()) == 0


def test_specks_and_torn_pieces_are_small_and_compact() -> None:
    draws = Draws(seeded())
    dust = specks(torch.arange(3), 4, 64, draws)
    assert float(dust[3].max()) == 0
    assert 0 < float((dust[:3] > 0).float().mean()) < 0.2
    torn = torn_pieces(20, 64, draws)
    assert 0.005 < float(torn.mean()) < 0.35
    assert set(torn.shape) == {20, 1, 64}


def test_tones_stay_near_the_range_and_differ_by_picture() -> None:
    draws, truth = Draws(seeded()), pictures(30)
    toned = fade(truth, draws)
    assert -0.05 < float(toned.min()) < float(toned.max()) < 1.05
    assert float((toned - truth).mean((1, 2, 3)).std()) > 0.02
    for stain in (smooth_stain(5, 64, draws), edged_stain(5, 64, draws)):
        assert 0.5 < float(stain.min()) < float(stain.max()) <= 1.31


def test_textures_are_cut_as_opacity() -> None:
    texture = torch.zeros(90, 120, dtype=torch.uint8)
    texture[:, 60] = 255
    opacity = Textures([texture], torch.device("cpu")).cut(32, Draws(seeded()))
    assert opacity.shape == (1, 1, 32, 32)
    assert 0 <= float(opacity.min()) <= float(opacity.max()) <= 1
    covered = Textures([torch.full((90, 120), 255, dtype=torch.uint8)], torch.device("cpu"))
    assert float(covered.cut(32, Draws(seeded())).max()) == 0


def test_a_kind_with_an_unknown_effect_is_refused() -> None:
    with pytest.raises(TypeError):
        Kind.from_config({"teleport": 1.0})


def test_cracks_are_networks_that_the_mask_shows() -> None:
    maker = DamageMaker({"cracks": Kind(share=1.0, cracks=1.0)}, Decoys())
    truth = torch.full((6, 1, 128, 128), 0.5)
    made = maker.damage(truth, torch.Generator().manual_seed(0))
    changed = (made.picture - truth).abs() > 0.1
    assert bool(changed.flatten(1).any(1).all())
    assert not bool((changed & (made.mask < 0.1)).any())
    cover = (made.mask > 0.25).float().mean((1, 2, 3))
    assert 0.002 < float(cover.median()) < 0.2
    # They run: far more of the rows and columns are touched than compact damage would.
    touched = (made.mask > 0.25).any(3).float().mean((1, 2))
    assert float(touched.mean()) > 0.4


def test_creases_lie_in_the_mask_and_shade_what_is_beside_them() -> None:
    maker = DamageMaker({"creased": Kind(creases=1.0), "clean": Kind()}, Decoys())
    flat = torch.full((4, 1, 128, 128), 0.5)
    made = maker.damage(flat, seeded(3), "creased")
    assert made.mask.amax((1, 2, 3)).min() > 0.2
    marked = made.mask > 0.05
    assert 0.002 < marked.float().mean() < 0.4
    beside = (made.picture - flat).abs()[~marked]
    assert float(beside.max()) > 0.02  # light and shade
    assert torch.equal(made.truth, flat)
    assert float(maker.damage(flat, seeded(3), "clean").mask.max()) == 0


def test_bows_stay_around_their_corner() -> None:
    draws = Draws(seeded(5))
    lines = crease_strokes(torch.arange(40), 200, draws)
    bows = lines.curl.abs() > 0.008  # wider ones bend hardly more than lines do
    assert 0.2 < float(bows.float().mean()) < 0.8
    radius = 1 / lines.curl[bows].abs()
    assert float(radius.max()) <= 200.1
    x, y = lines.x[bows], lines.y[bows]
    corner = torch.stack([x.minimum(200 - x), y.minimum(200 - y)]).norm(dim=0)
    assert bool((corner <= radius + 1).all())
