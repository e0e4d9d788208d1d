"""Restoring and detecting damage, through the engines' door, with a tiny random network."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from restore_colorize.engines import (
    DetectOptions,
    Engines,
    Outcome,
    Request,
    RestoreOptions,
    SilentControl,
    TaskOptions,
)
from restore_colorize.engines import tiled as tiled_module
from restore_colorize.errors import (
    CancelledError,
    MemoryShortError,
    ModelError,
    NotAvailableError,
    RangeError,
)
from restore_colorize.imaging import Picture, luma_of
from restore_colorize.models import ModelStore
from restore_colorize.networks import MultiLevelRDN, RestorationNet

from tests.engines.restoration_folder import TINY_RDN, add_model
from tests.models.folders import write_model_folder


class Listener(SilentControl):
    """Keeps what an engine said; can stop it at a given question."""

    def __init__(self, stop_at: int = -1) -> None:
        self.warnings: list[str] = []
        self.fractions: list[float] = []
        self.checks = 0
        self.stop_at = stop_at

    def progress(self, stage: str, fraction: float, remaining_s: float = 0.0) -> None:
        self.fractions.append(fraction)

    def warn(self, code: str, text: str) -> None:
        self.warnings.append(code)

    def check(self) -> None:
        self.checks += 1
        if self.checks == self.stop_at:
            raise CancelledError("stopped")


@pytest.fixture
def small_tiles(monkeypatch: pytest.MonkeyPatch) -> Callable[[tuple[int, ...]], None]:
    def use(sides: tuple[int, ...]) -> None:
        monkeypatch.setattr(tiled_module, "_TILES_PX", sides)

    return use


def picture(height: int, width: int, channels: int = 1, seed: int = 0, depth: int = 8) -> Picture:
    generator = torch.Generator().manual_seed(seed)
    planes = torch.rand(channels, height, width, generator=generator)
    return Picture.from_samples(Picture(planes, depth=depth).quantize())


def ask(target: Picture, options: TaskOptions | None = None, **more: object) -> Request:
    return Request("restore", options or RestoreOptions(), target, **more)  # type: ignore[arg-type]


def whole(outcome: Outcome, strength: float = 1.0, saturation: float = 1.0) -> Picture:
    return outcome.render(0, strength=strength, saturation=saturation, control=SilentControl())


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (37, 5), (64, 64), (70, 131)])
@pytest.mark.parametrize("channels", [1, 3])
def test_every_size_is_restored_in_its_own_form(
    engines: Engines, size: tuple[int, int], channels: int
) -> None:
    target = picture(*size, channels)
    restored = whole(engines.run(ask(target), SilentControl()))
    assert restored.size == size
    assert restored.is_gray is (channels == 1)
    assert restored.depth == target.depth
    assert not torch.equal(restored.planes, target.planes)


def test_strength_0_leaves_every_sample(engines: Engines) -> None:
    target = picture(40, 50, 3, depth=16)
    outcome = engines.run(ask(target), SilentControl())
    assert torch.equal(whole(outcome, 0.0).planes, target.planes)
    half, full = whole(outcome, 0.5).planes, whole(outcome).planes
    assert torch.allclose(half, (target.planes + full) / 2, atol=1e-6)


def test_tiles_leave_no_seam(
    engines: Engines, small_tiles: Callable[[tuple[int, ...]], None]
) -> None:
    request = ask(picture(300, 420))
    at_once = whole(engines.run(request, SilentControl()))
    small_tiles((128,))
    in_tiles = whole(engines.run(request, SilentControl()))
    assert float((at_once.planes - in_tiles.planes).abs().max()) < 1 / 255


@pytest.mark.parametrize("channels", [1, 3])
def test_only_painted_damage_is_repaired(engines: Engines, channels: int) -> None:
    target = picture(200, 150, channels)
    damage = torch.zeros(200, 150)
    damage[30:50, 40:60] = 1
    damage[60:70, 40:60] = 0.25
    listener = Listener()
    request = ask(target, RestoreOptions(tone=True), damage=damage)
    restored = whole(engines.run(request, listener)).planes
    intact = damage == 0
    assert torch.equal(restored[:, intact], target.planes[:, intact])
    changed = (restored - target.planes).abs().amax(0)
    assert float(changed[damage == 1].mean()) > 2 * float(changed[damage == 0.25].mean()) > 0


def test_a_large_hole_forgets_what_was_in_it(engines: Engines) -> None:
    damage = torch.zeros(260, 260)
    damage[60:200, 60:200] = 1
    results = []
    for shade in (0.0, 1.0):
        planes = picture(260, 260).planes.clone()
        planes[:, 60:200, 60:200] = shade
        target = Picture(planes)
        results.append(whole(engines.run(ask(target, damage=damage), SilentControl())).planes)
    middle = (slice(None), slice(100, 160), slice(100, 160))
    # The network is random, so its fill still depends on the shade, but far less than the shade.
    assert float((results[0][middle] - results[1][middle]).abs().mean()) < 0.9


def test_an_empty_damage_mask_changes_nothing_and_is_told(engines: Engines) -> None:
    target, listener = picture(30, 30), Listener()
    restored = whole(engines.run(ask(target, damage=torch.zeros(30, 30)), listener))
    assert torch.equal(restored.planes, target.planes)
    assert listener.warnings == ["no-damage"]


def test_tone_is_corrected_on_request_but_never_under_a_selection(engines: Engines) -> None:
    target, options = picture(80, 90), RestoreOptions(tone=True)
    plain = whole(engines.run(ask(target), SilentControl())).planes
    toned = whole(engines.run(ask(target, options), SilentControl())).planes
    assert not torch.allclose(plain, toned, atol=1e-3)
    listener = Listener()
    selected = ask(target, options, selection=torch.ones(80, 90))
    assert torch.equal(whole(engines.run(selected, listener)).planes, plain)
    assert listener.warnings == ["tone-kept"]


def test_saturation_0_leaves_no_color_and_alpha_is_kept(engines: Engines) -> None:
    alpha = torch.ones(60, 60)
    alpha[:20] = 0
    target = Picture(picture(60, 60, 3).planes, alpha)
    outcome = engines.run(ask(target), SilentControl())
    restored = whole(outcome, saturation=0.0)
    assert restored.alpha is not None
    assert torch.equal(restored.alpha, alpha)
    assert float((restored.planes.amax(0) - restored.planes.amin(0)).max()) < 1e-3


def test_pixels_that_are_transparent_influence_nothing(engines: Engines) -> None:
    alpha = torch.ones(64, 96)
    alpha[:, 48:] = 0
    results = []
    for shade in (0.0, 1.0):
        planes = picture(64, 96, 3).planes.clone()
        planes[:, :, 48:] = shade
        outcome = engines.run(ask(Picture(planes, alpha)), SilentControl())
        results.append(whole(outcome).planes[:, :, :48])
    assert torch.allclose(results[0], results[1], atol=1e-5)


def test_white_balance_takes_the_cast_of_bright_parts_away(engines: Engines) -> None:
    gray = picture(64, 64).planes
    yellowed = Picture((gray * torch.tensor([1.0, 0.95, 0.7])[:, None, None]).clamp(0, 1))
    options = RestoreOptions(white_balance=True)
    before = whole(engines.run(ask(yellowed), SilentControl())).planes
    after = whole(engines.run(ask(yellowed, options), SilentControl())).planes
    bright = luma_of(yellowed) > 80

    def cast(planes: torch.Tensor) -> float:
        return float((planes[0] - planes[2])[bright].mean())

    assert abs(cast(after)) < 0.5 * cast(before)


def test_previews_show_the_whole_picture_small(engines: Engines) -> None:
    outcome = engines.run(ask(picture(300, 200, 3)), SilentControl())
    preview = outcome.render(
        0, strength=1.0, saturation=1.0, preview_short_side=50, control=SilentControl()
    )
    assert preview.size == (75, 50)
    assert preview.depth == 8
    with pytest.raises(RangeError):
        outcome.render(1, strength=1.0, saturation=1.0, control=SilentControl())


def test_detection_gives_a_mask_and_no_candidate(engines: Engines) -> None:
    target = picture(90, 70)
    request = Request("detect_damage", DetectOptions(), target)
    outcome = engines.run(request, SilentControl())
    assert outcome.candidates == ()
    assert outcome.damage_mask is not None
    assert outcome.damage_mask.shape == (90, 70)
    more = engines.run(
        dataclasses.replace(request, options=DetectOptions(sensitivity=1.0)), SilentControl()
    ).damage_mask
    assert more is not None
    assert 0 <= float(outcome.damage_mask.mean()) < float(more.mean()) <= 1
    with pytest.raises(RangeError):
        whole(outcome)


@pytest.mark.parametrize("wrong", [-0.1, 1.1, float("nan")])
def test_options_outside_of_their_range_are_refused(wrong: float) -> None:
    with pytest.raises(RangeError):
        RestoreOptions(eagerness=wrong)
    with pytest.raises(RangeError):
        DetectOptions(sensitivity=wrong)


def test_the_job_can_be_stopped_at_every_tile(
    engines: Engines, small_tiles: Callable[[tuple[int, ...]], None]
) -> None:
    small_tiles((128,))
    listener = Listener(stop_at=5)
    with pytest.raises(CancelledError):
        engines.run(ask(picture(200, 300)), listener)
    assert listener.checks == 5


def test_short_memory_leads_to_smaller_tiles_and_is_told(
    engines: Engines,
    small_tiles: Callable[[tuple[int, ...]], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    small_tiles((256, 128))
    repair = RestorationNet.repair

    def limited(network: RestorationNet, tile: torch.Tensor, *rest: object) -> object:
        if tile.shape[2] > 152 + 2 * network.REPAIR_MARGIN_PX:
            raise MemoryError
        return repair(network, tile, *rest)  # type: ignore[arg-type]

    request = ask(picture(600, 60))
    free = whole(engines.run(request, SilentControl()))
    monkeypatch.setattr(RestorationNet, "repair", limited)
    listener = Listener()
    limited_result = whole(engines.run(request, listener))
    assert listener.warnings == ["smaller-tiles"]
    assert torch.allclose(free.planes, limited_result.planes, atol=1 / 255)

    small_tiles((512,))
    with pytest.raises(MemoryShortError):
        engines.run(request, SilentControl())


def test_without_weights_nothing_is_listed_and_the_server_starts(tmp_path: Path) -> None:
    write_model_folder(tmp_path)
    engines = Engines(ModelStore([tmp_path]), "cpu", threads=1)
    engines.load()
    assert [info.name for info in engines.describe()] == ["colorize"]
    with pytest.raises(ModelError):
        engines.run(ask(picture(20, 20)), SilentControl())
    unknown = dataclasses.replace(ask(picture(20, 20)), engine="paint_frames")
    with pytest.raises(NotAvailableError):
        engines.run(unknown, SilentControl())


def test_a_network_for_comparisons_is_refused_in_words(tmp_path: Path) -> None:
    add_model(tmp_path, MultiLevelRDN(TINY_RDN))
    with pytest.raises(ModelError, match="for comparisons only"):
        Engines(ModelStore([tmp_path]), "cpu", threads=1).run(ask(picture(20, 20)), SilentControl())
