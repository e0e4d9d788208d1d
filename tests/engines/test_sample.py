"""The sample engine, through the engines' door, with a tiny untrained PixColor."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from restore_colorize.engines import (
    Engines,
    KnownColors,
    Outcome,
    Request,
    SampleOptions,
    SilentControl,
)
from restore_colorize.errors import CancelledError, ModelError, RangeError
from restore_colorize.imaging import Picture, blend, luma_of, srgb_to_lab
from restore_colorize.models import ModelStore
from restore_colorize.networks import Sampler, SamplingOptions

from tests.engines.pixcolor_folder import add_model


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Engines:
    folder = tmp_path_factory.mktemp("models")
    add_model(folder)
    return Engines(ModelStore([folder]), "cpu", threads=1)


def picture(height: int, width: int, channels: int = 1) -> Picture:
    generator = torch.Generator().manual_seed(0)
    coarse = torch.rand(channels, 5, 6, generator=generator)[None]
    planes = torch.nn.functional.interpolate(coarse, (height, width), mode="bilinear")[0]
    return Picture(planes)


def run(engines: Engines, target: Picture, **changes: object) -> Outcome:
    options = changes.pop("options", SampleOptions(candidates=2))
    request = Request("sample", options, target, **changes)  # type: ignore[arg-type]
    return engines.run(request, SilentControl())


def whole(outcome: Outcome, index: int = 0) -> Picture:
    return outcome.render(index, strength=1.0, saturation=1.0, control=SilentControl())


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 40), (37, 53), (300, 260), (2, 900)])
def test_any_size_gives_color_pictures_of_its_size(
    engines: Engines, height: int, width: int
) -> None:
    outcome = run(engines, picture(height, width))
    assert [candidate.index for candidate in outcome.candidates] == [0, 1]
    assert whole(outcome).size == (height, width)
    assert not whole(outcome).is_gray


def test_luminance_stays(engines: Engines) -> None:
    target = picture(70, 90)
    assert (luma_of(whole(run(engines, target))) - luma_of(target)).abs().mean() <= 0.25


def test_candidates_come_best_first_and_are_given_again_by_their_seed(engines: Engines) -> None:
    target = picture(40, 56)
    outcome = run(engines, target, options=SampleOptions(candidates=3), seed=5)
    scores = [candidate.score for candidate in outcome.candidates]
    assert scores == sorted(scores, reverse=True)
    assert len({candidate.seed for candidate in outcome.candidates}) == 3
    for candidate in outcome.candidates:
        alone = run(engines, target, options=SampleOptions(candidates=1), seed=candidate.seed)
        assert alone.candidates[0].seed == candidate.seed
        assert alone.candidates[0].score == candidate.score
        assert torch.equal(whole(alone).planes, whole(outcome, candidate.index).planes)
    again = run(engines, target, options=SampleOptions(candidates=3), seed=5)
    assert torch.equal(whole(again, 2).planes, whole(outcome, 2).planes)


def test_without_a_critic_the_likelihood_ranks(tmp_path: Path) -> None:
    add_model(tmp_path, has_critic=False)
    engines = Engines(ModelStore([tmp_path]), "cpu", threads=1)
    outcome = run(engines, picture(24, 32), options=SampleOptions(candidates=3))
    scores = [candidate.score for candidate in outcome.candidates]
    assert scores == sorted(scores, reverse=True)
    assert max(scores) < 0  # nats


def test_diverse_candidates_differ_more(engines: Engines) -> None:
    target = picture(40, 56)

    def apart(diversity: float) -> float:
        options = SampleOptions(candidates=4, diversity=diversity, refine=False)
        outcome = run(engines, target, options=options)
        drawn = [srgb_to_lab(whole(outcome, index).planes)[1:] for index in range(4)]
        return min(
            float((one - other).norm(dim=0).mean())
            for place, one in enumerate(drawn)
            for other in drawn[:place]
        )

    assert apart(1.0) > apart(0.0)


def test_a_selected_region_is_drawn_anew_between_known_colors(engines: Engines) -> None:
    target = Picture.from_samples(picture(64, 96, channels=3).quantize())
    selection = torch.zeros(64, 96)
    selection[16:48, 32:64] = 1
    options = SampleOptions(candidates=2, known_colors=KnownColors.OUTSIDE_SELECTION)
    outcome = run(engines, target, options=options, selection=selection)
    made = blend(target, whole(outcome), selection)
    outside = selection == 0
    assert torch.equal(made.planes[:, outside], target.planes[:, outside])
    drawn, own = srgb_to_lab(whole(outcome).planes)[1:], srgb_to_lab(target.planes)[1:]
    far = torch.zeros(64, 96, dtype=torch.bool)
    far[:, 80:] = True
    # Known cells hold what is known, to a bin, so where all is known the target's colors return.
    options = SampleOptions(candidates=2, known_colors=KnownColors.OUTSIDE_SELECTION, refine=False)
    plain = run(engines, target, options=options, selection=selection)
    kept = srgb_to_lab(whole(plain).planes)[1:]
    assert (kept - own)[:, far].norm(dim=0).mean() < 6
    assert (drawn - own)[:, selection > 0].norm(dim=0).mean() > 6


def test_a_hint_colors_its_cell(engines: Engines) -> None:
    hints = torch.zeros(4, 64, 96)
    hints[:, 24:40, 40:56] = torch.tensor([0.8, 0.2, 0.2, 1.0])[:, None, None]
    target = Picture(torch.full((1, 64, 96), 0.5))
    options = SampleOptions(candidates=2, refine=False)
    outcome = run(engines, target, options=options, hints=Picture(hints[:3], hints[3]))
    wanted = srgb_to_lab(hints[:3])[1:, 32, 48]
    for index in range(2):
        got = srgb_to_lab(whole(outcome, index).planes)[1:, 31:33, 47:49].mean((1, 2))
        assert (got - wanted).norm() < 10
    assert outcome.facts.hints is not None


def test_uncertainty_is_where_draws_disagree(engines: Engines) -> None:
    target = Picture.from_samples(picture(64, 96, channels=3).quantize())
    selection = torch.zeros(64, 96)
    selection[:, 48:] = 1
    options = SampleOptions(candidates=2, known_colors=KnownColors.OUTSIDE_SELECTION)
    doubt = run(engines, target, options=options, selection=selection).uncertainty(0)
    assert doubt is not None
    assert doubt[:, :36].max() < 1e-6
    assert doubt[:, 60:].mean() > 0.1
    assert run(engines, target, options=SampleOptions(candidates=1)).uncertainty(0) is None


def test_unrefined_candidates_are_offered_before_the_refined_ones(engines: Engines) -> None:
    class Watching(SilentControl):
        early: Outcome | None = None

        def offer(self, early: Callable[[], Outcome]) -> None:
            self.early = early()

    control, target = Watching(), picture(300, 260)
    outcome = engines.run(Request("sample", SampleOptions(candidates=2), target), control)
    assert control.early is not None
    assert control.early.candidates == outcome.candidates
    small = whole(control.early)
    assert small.size == (258, 224)  # nothing of full size is touched for them
    assert not small.is_gray
    plain = run(engines, target, options=SampleOptions(candidates=2, refine=False))
    assert plain.candidates == outcome.candidates


def test_a_cancel_is_heard_at_the_next_row(engines: Engines) -> None:
    class Impatient(SilentControl):
        rows = 0

        def progress(self, stage: str, fraction: float, remaining_s: float = 0.0) -> None:
            self.rows += stage == "draw"

        def check(self) -> None:
            if self.rows == 2:
                raise CancelledError("stopped")

    control = Impatient()
    with pytest.raises(CancelledError):
        engines.run(Request("sample", SampleOptions(), picture(64, 96)), control)
    assert control.rows == 2


@pytest.mark.parametrize(
    "options", [{"temperature": 0}, {"top_p": 2.0}, {"diversity": -1.0}, {"candidates": 17}]
)
def test_options_out_of_range_are_refused(options) -> None:
    with pytest.raises(RangeError):
        SampleOptions(**options)


def test_seeds_that_leave_no_room_are_refused(engines: Engines) -> None:
    with pytest.raises(RangeError, match="seed"):
        run(engines, picture(16, 16), seed=2**63 - 1)


def test_without_a_model_the_engine_is_not_listed(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"format": 1, "models": []}')
    engines = Engines(ModelStore([tmp_path]), "cpu", threads=1)
    assert "sample" not in [info.name for info in engines.describe()]


def test_without_a_model_the_sentence_says_what_to_do_instead(tmp_path: Path) -> None:
    engines = Engines(ModelStore([tmp_path]), "cpu", threads=1)
    with pytest.raises(ModelError, match="from a reference or from painted hints"):
        run(engines, picture(24, 32))


@pytest.mark.parametrize(("share", "is_guided"), [(0.1, True), (0.8, False)])
def test_strokes_are_guided_and_the_surroundings_of_a_selection_are_not(
    engines: Engines, monkeypatch: pytest.MonkeyPatch, share: float, is_guided: bool
) -> None:
    asked: list[SamplingOptions] = []

    class Listening(Sampler):
        def __init__(self, *given: Any, options: SamplingOptions) -> None:
            asked.append(options)
            super().__init__(*given, options=options)

    monkeypatch.setattr("restore_colorize.engines.sample.Sampler", Listening)
    hints = torch.zeros(4, 64, 96)
    hints[:, :, : round(share * 96)] = torch.tensor([0.8, 0.2, 0.2, 1.0])[:, None, None]
    run(engines, picture(64, 96), hints=Picture(hints[:3], hints[3]))
    assert [one.guidance > 1 for one in asked] == [is_guided]
