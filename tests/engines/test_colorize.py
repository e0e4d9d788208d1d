"""The colorize engine, through the engines' door, with a tiny untrained network."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from restore_colorize.engines import (
    ColorizeOptions,
    Engines,
    KnownColors,
    Outcome,
    Reference,
    Request,
    SilentControl,
    WorkingPicture,
)
from restore_colorize.errors import (
    CancelledError,
    EnvironmentChangedError,
    MemoryShortError,
    ModelError,
    NotAvailableError,
    RangeError,
    RequestError,
    ShapeError,
)
from restore_colorize.imaging import Picture, luma_of
from restore_colorize.models import ModelStore

from tests.models.folders import write_model_folder


class Listener(SilentControl):
    """Keeps what an engine said; can stop it at a given question."""

    def __init__(self, stop_at: int = -1) -> None:
        self.stages: list[tuple[str, float]] = []
        self.warnings: list[str] = []
        self.checks = 0
        self.stop_at = stop_at

    def progress(self, stage: str, fraction: float, remaining_s: float = 0.0) -> None:
        self.stages.append((stage, fraction))

    def warn(self, code: str, text: str) -> None:
        self.warnings.append(code)

    def check(self) -> None:
        self.checks += 1
        if self.checks == self.stop_at:
            raise CancelledError("stopped")


def picture(height: int, width: int, *, seed: int = 0, channels: int = 3) -> Picture:
    generator = torch.Generator().manual_seed(seed)
    return Picture(torch.rand(channels, height, width, generator=generator))


def request(target: Picture, *references: Picture, **changes: object) -> Request:
    options = changes.pop("options", ColorizeOptions())
    given = tuple(Reference(item, key=number) for number, item in enumerate(references))
    return Request("colorize", options, target, references=given, **changes)  # type: ignore[arg-type]


def whole(outcome: Outcome, **options: float) -> Picture:
    settings = {"strength": 1.0, "saturation": 1.0} | options
    return outcome.render(0, control=SilentControl(), **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("height", "width"), [(1, 1), (1, 40), (40, 1), (37, 53), (300, 500), (2, 3000)]
)
def test_any_size_gives_a_color_picture_of_its_size(
    engines: Engines, height: int, width: int
) -> None:
    target = picture(height, width, channels=1)
    result = whole(engines.run(request(target, picture(40, 60)), SilentControl()))
    assert result.size == target.size
    assert not result.is_gray


@pytest.mark.parametrize(("height", "width"), [(300, 2), (2000, 20), (20, 2000)])
def test_strips_look_alike_in_every_number_type(height: int, width: int) -> None:
    """A map one column wide is what oneDNN's bfloat16 convolutions read foreign memory for."""
    engines = Engines(ModelStore.default(), "cpu", threads=1)
    job = request(picture(height, width, channels=1), picture(40, 60))
    exact = dataclasses.replace(engines.environment(), dtype="float32")
    here, again = (whole(engines.run(job, SilentControl())) for _ in range(2))
    there = whole(engines.run(job, SilentControl(), force=exact))
    assert torch.equal(here.planes, again.planes)
    assert float((here.planes - there.planes).abs().mean()) < 0.01


def test_color2embed_answers_the_same_question(tmp_path: Path) -> None:
    write_model_folder(tmp_path, network="color2embed")
    engines = Engines(ModelStore([tmp_path]), "cpu", threads=1)
    listener = Listener()
    hints = Picture(torch.zeros(3, 37, 53), torch.ones(37, 53))
    job = request(picture(37, 53), picture(20, 90), picture(90, 20), hints=hints)
    outcome = engines.run(job, listener)
    assert whole(outcome).size == (37, 53)
    assert outcome.verdicts == ()
    assert outcome.uncertainty(0) is None
    assert listener.warnings == ["hints-unused"]


def test_luminance_stays_within_the_rounding_of_8_bit(engines: Engines) -> None:
    target = picture(70, 90, channels=1)
    result = whole(engines.run(request(target, picture(64, 64)), SilentControl()))
    rounded = Picture.from_samples(result.quantize())
    difference = (luma_of(rounded) - luma_of(Picture.from_samples(target.quantize()))).abs()
    assert difference.mean() <= 0.25
    assert difference.max() <= 0.75


def test_strength_zero_keeps_the_targets_own_colors(engines: Engines) -> None:
    target = Picture.from_samples(picture(40, 50).quantize())
    result = whole(engines.run(request(target, picture(64, 64)), SilentControl()), strength=0.0)
    assert (result.quantize() == target.quantize()).all()


def test_the_same_request_gives_the_same_bytes(engines: Engines) -> None:
    job = request(picture(50, 60, channels=1), picture(64, 64))
    first, second = (whole(engines.run(job, SilentControl())).quantize() for _ in range(2))
    assert (first == second).all()


def test_working_references_of_a_receipt_repeat_the_result(engines: Engines) -> None:
    target, reference = picture(50, 60, channels=1), picture(300, 400)
    first = engines.run(request(target, reference), SilentControl())
    again = Request(
        "colorize",
        ColorizeOptions(),
        target,
        references=tuple(Reference(working=item) for item in first.facts.references),
    )
    second = engines.run(again, SilentControl(), force=engines.environment())
    assert (whole(first).quantize() == whole(second).quantize()).all()


def test_what_cannot_be_repeated_is_named(engines: Engines) -> None:
    here = engines.environment()
    elsewhere = type(here)(**{**here.__dict__, "torch_version": "1.0", "dtype": "int3"})
    with pytest.raises(EnvironmentChangedError, match=r"dtype \(then int3.*torch version"):
        engines.run(request(picture(8, 8), picture(8, 8)), SilentControl(), force=elsewhere)


def test_candidates_come_from_all_references_from_each_and_from_trust(engines: Engines) -> None:
    job = request(
        picture(40, 40, channels=1),
        picture(30, 60, seed=1),
        picture(60, 30, seed=2),
        options=ColorizeOptions(candidates=9),
    )
    outcome = engines.run(job, SilentControl())
    assert [candidate.index for candidate in outcome.candidates] == [0, 1, 2, 3]
    labels = sorted(candidate.label for candidate in outcome.candidates)
    both = "reference 1, reference 2"
    assert outcome.candidates[-1].label == f"{both}, trusted"
    assert labels == ["reference 1", both, f"{both}, trusted", "reference 2"]
    scores = [candidate.score for candidate in outcome.candidates]
    assert scores == sorted(scores, reverse=True)
    assert [verdict.key for verdict in outcome.verdicts] == [0, 1]


def test_the_trusting_candidate_is_what_trust_gives_and_stands_last(engines: Engines) -> None:
    target, reference = picture(64, 64, channels=1), picture(64, 64, seed=5)
    careful = engines.run(
        request(target, reference, options=ColorizeOptions(candidates=2)), SilentControl()
    )
    trusting = engines.run(
        request(target, reference, options=ColorizeOptions(trust=1, candidates=2)),
        SilentControl(),
    )
    assert len(careful.candidates) == 2
    assert len(trusting.candidates) == 1
    second = careful.render(1, strength=1, saturation=1, control=SilentControl())
    assert torch.equal(second.planes, whole(trusting).planes)


def test_a_mirrored_reference_gives_the_same_colors(engines: Engines) -> None:
    target, reference = picture(128, 128, channels=1), picture(128, 160, seed=5)
    mirrored = Picture(reference.planes.flip(2))
    results = [
        whole(engines.run(request(target, item), SilentControl())).planes
        for item in (reference, mirrored)
    ]
    torch.testing.assert_close(results[0], results[1], atol=2e-3, rtol=0)


def test_trust_outvotes_the_verdict_but_does_not_change_it(engines: Engines) -> None:
    target, reference = picture(64, 64, channels=1), picture(64, 64, seed=5)
    outcomes = [
        engines.run(
            request(target, reference, options=ColorizeOptions(trust=trust)), SilentControl()
        )
        for trust in (0.0, 1.0)
    ]
    assert outcomes[0].verdicts == outcomes[1].verdicts
    doubts = [outcome.uncertainty(0).mean() for outcome in outcomes]
    assert doubts[1] < doubts[0]


def test_transparent_parts_of_a_reference_influence_nothing(engines: Engines) -> None:
    target = picture(64, 64, channels=1)
    planes = picture(64, 64, seed=3).planes
    alpha = torch.zeros(64, 64)
    alpha[:, :32] = 1
    other = planes.clone()
    other[:, :, 32:] = 0.9
    results = [
        whole(engines.run(request(target, Picture(p, alpha)), SilentControl())).quantize()
        for p in (planes, other)
    ]
    assert (results[0] == results[1]).all()


def test_a_fully_transparent_reference_is_refused(engines: Engines) -> None:
    nothing = Picture(torch.zeros(3, 8, 8), torch.zeros(8, 8))
    with pytest.raises(RequestError, match="transparent"):
        engines.run(request(picture(8, 8), nothing), SilentControl())


def test_neither_reference_nor_hint_is_refused(engines: Engines) -> None:
    empty = Picture(torch.zeros(3, 8, 8), torch.zeros(8, 8))
    for hints in (None, empty):
        with pytest.raises(RequestError, match="hint"):
            engines.run(request(picture(8, 8), hints=hints), SilentControl())


def test_a_painted_hint_alone_colors_its_place(engines: Engines) -> None:
    target = Picture(torch.full((1, 256, 256), 0.5))
    planes = torch.zeros(3, 256, 256)
    planes[0] = 1.0
    alpha = torch.zeros(256, 256)
    alpha[100:140, 100:140] = 1
    result = whole(
        engines.run(request(target, hints=Picture(planes, alpha)), SilentControl())
    ).planes
    inside = result[:, 110:130, 110:130].mean((1, 2))
    assert inside[0] > inside[1] + 0.2
    assert inside[0] > inside[2] + 0.2


def test_known_colors_outside_the_selection_act_as_hints(engines: Engines) -> None:
    target = picture(64, 64)
    selection = torch.zeros(64, 64)
    selection[20:40, 20:40] = 1
    options = ColorizeOptions(known_colors=KnownColors.OUTSIDE_SELECTION)
    outcome = engines.run(request(target, selection=selection, options=options), SilentControl())
    hints = outcome.facts.hints
    assert hints is not None
    assert (hints.samples[3] == 255).any()
    assert not (hints.samples[3, 25:35, 25:35] == 255).any()


def test_a_gray_target_has_no_known_colors_and_says_so(engines: Engines) -> None:
    listener = Listener()
    job = request(
        picture(16, 16, channels=1),
        picture(16, 16),
        selection=torch.zeros(16, 16),
        options=ColorizeOptions(known_colors=KnownColors.OUTSIDE_SELECTION),
    )
    engines.run(job, listener)
    assert "no-known-colors" in listener.warnings


def test_a_gray_reference_is_told(engines: Engines) -> None:
    listener = Listener()
    engines.run(request(picture(16, 16), picture(16, 16, channels=1)), listener)
    assert "reference-gray" in listener.warnings


def test_a_job_can_be_stopped_at_every_check(engines: Engines) -> None:
    job = request(picture(40, 40, channels=1), picture(40, 40))
    listener = Listener()
    engines.run(job, listener)
    assert listener.checks >= 3
    for stop_at in range(1, listener.checks + 1):
        with pytest.raises(CancelledError):
            engines.run(job, Listener(stop_at))


def test_rendering_can_be_stopped(engines: Engines) -> None:
    outcome = engines.run(request(picture(40, 40), picture(40, 40)), SilentControl())
    with pytest.raises(CancelledError):
        outcome.render(0, strength=1, saturation=1, control=Listener(1))


def test_rendering_a_preview_is_small_and_8_bit(engines: Engines) -> None:
    target = Picture(picture(300, 600, channels=1).planes, torch.ones(300, 600), 16)
    outcome = engines.run(request(target, picture(40, 40)), SilentControl())
    preview = outcome.render(
        0, strength=1, saturation=1, preview_short_side=100, control=SilentControl()
    )
    assert preview.size == (100, 200)
    assert preview.depth == 8
    assert preview.alpha is not None


@pytest.mark.parametrize("depth", [8, 16, 32])
def test_depth_and_alpha_stay(engines: Engines, depth: int) -> None:
    alpha = torch.rand(20, 30, generator=torch.Generator().manual_seed(1))
    target = Picture(picture(20, 30, channels=1).planes, alpha, depth)
    result = whole(engines.run(request(target, picture(40, 40)), SilentControl()))
    assert result.depth == depth
    assert result.alpha is not None
    assert torch.equal(result.alpha, alpha)


@pytest.mark.parametrize(
    "bad",
    [
        {"strength": 1.1},
        {"strength": float("nan")},
        {"saturation": -1},
        {"trust": 2},
        {"candidates": 0},
        {"candidates": 99},
        {"working_short_side": 9},
    ],
)
def test_options_out_of_range_are_refused(bad: dict[str, float]) -> None:
    with pytest.raises(RangeError):
        ColorizeOptions(**bad)  # type: ignore[arg-type]


def test_masks_and_hints_of_another_size_are_refused() -> None:
    target = picture(8, 8)
    with pytest.raises(ShapeError):
        request(target, selection=torch.zeros(8, 9))
    with pytest.raises(ShapeError):
        request(target, hints=Picture(torch.zeros(3, 8, 9), torch.zeros(8, 9)))
    with pytest.raises(ShapeError, match="transparent"):
        request(target, hints=picture(8, 8))


def test_a_candidate_that_does_not_exist_is_refused(engines: Engines) -> None:
    outcome = engines.run(request(picture(8, 8), picture(8, 8)), SilentControl())
    with pytest.raises(RangeError):
        outcome.render(1, strength=1, saturation=1, control=SilentControl())


def test_an_engine_that_does_not_exist_is_refused_in_words(engines: Engines) -> None:
    job = Request("paint_frames", ColorizeOptions(), picture(8, 8))
    with pytest.raises(NotAvailableError, match="paint frames"):
        engines.run(job, SilentControl())


def test_without_models_nothing_is_described(tmp_path: Path) -> None:
    engines = Engines(ModelStore([tmp_path]), "cpu", threads=1)
    assert engines.describe() == ()
    with pytest.raises(ModelError):
        engines.load()


def test_an_unknown_device_is_refused(tmp_path: Path) -> None:
    for name in ("cuda:99", "tpu", "nonsense"):
        with pytest.raises(RangeError):
            Engines(ModelStore([tmp_path]), name).environment()


def test_memory_shortage_on_a_gpu_falls_back_to_the_cpu_and_says_so(
    engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    from restore_colorize.engines import colorizers

    real = colorizers.COLORIZERS["exemplar"]
    calls: list[Callable[..., object]] = []

    def short_once(*arguments: object) -> object:
        calls.append(short_once)
        if len(calls) == 1:
            raise torch.OutOfMemoryError
        return real.ask(*arguments)  # type: ignore[arg-type]

    monkeypatch.setitem(
        colorizers.COLORIZERS,
        "exemplar",
        colorizers.Colorizer(short_once, True, True),  # type: ignore[arg-type]
    )
    listener = Listener()
    engines.run(request(picture(8, 8), picture(8, 8)), listener)
    assert listener.warnings.count("fell-back-to-cpu") == 1


def test_memory_shortage_of_what_is_repeated_exactly_does_not_move_it(
    engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    from restore_colorize.engines import colorizers

    def short(*arguments: object) -> object:
        raise torch.OutOfMemoryError

    monkeypatch.setitem(
        colorizers.COLORIZERS,
        "exemplar",
        colorizers.Colorizer(short, True, True),  # type: ignore[arg-type]
    )
    listener = Listener()
    with pytest.raises(MemoryShortError):
        engines.run(request(picture(8, 8), picture(8, 8)), listener, force=engines.environment())
    assert not listener.warnings


def test_memory_shortage_on_the_cpu_is_a_sentence(
    engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    from restore_colorize.engines import colorizers

    def short(*arguments: object) -> object:
        return torch.empty(2**60, dtype=torch.uint8)  # more than any address space

    monkeypatch.setitem(
        colorizers.COLORIZERS,
        "exemplar",
        colorizers.Colorizer(short, True, True),  # type: ignore[arg-type]
    )
    with pytest.raises(MemoryShortError, match="not enough memory"):
        engines.run(request(picture(8, 8), picture(8, 8)), SilentControl())


def test_hints_of_a_receipt_are_used_as_they_are(engines: Engines) -> None:
    samples = torch.zeros(4, 64, 64, dtype=torch.uint8)
    samples[:, 10:20, 10:20] = 255
    job = request(picture(64, 64), picture(64, 64), hints=WorkingPicture(samples))
    outcome = engines.run(job, SilentControl())
    assert outcome.facts.hints is not None
    assert torch.equal(outcome.facts.hints.samples, samples)


@pytest.mark.parametrize("shape", [(4, 1, 1), (3, 64, 64)])
def test_hints_of_a_receipt_for_another_target_are_refused(
    engines: Engines, shape: tuple[int, ...]
) -> None:
    hints = WorkingPicture(torch.full(shape, 255, dtype=torch.uint8))
    with pytest.raises(ShapeError):
        engines.run(request(picture(64, 64), picture(64, 64), hints=hints), SilentControl())


def test_a_working_picture_is_8_bit_rgb_or_rgba() -> None:
    for samples in (torch.zeros(3, 4, 4), torch.zeros(2, 4, 4, dtype=torch.uint8)):
        with pytest.raises(ShapeError):
            WorkingPicture(samples)
