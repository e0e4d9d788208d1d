"""Restoring and coloring in one job, through the engines' door, with tiny random networks."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from restore_colorize.engines import (
    ColorizeOptions,
    Engines,
    Reference,
    Request,
    RestoreOptions,
    SilentControl,
    TaskOptions,
)
from restore_colorize.errors import ModelError, RequestError
from restore_colorize.imaging import Picture, luma_of
from restore_colorize.models import ModelStore

from tests.engines.restoration_folder import add_model
from tests.engines.test_restore import Listener, picture


def reference() -> Reference:
    return Reference(picture=picture(60, 70, 3, seed=7), name="ref")


def both(target: Picture, colors: ColorizeOptions | None = None, **more: object) -> Request:
    options = RestoreOptions(colors=colors or ColorizeOptions(saturation=1.5))
    return Request("restore", options, target, references=(reference(),), **more)  # type: ignore[arg-type]


def rendered(engines: Engines, request: Request) -> Picture:
    outcome = engines.run(request, SilentControl())
    options = request.options
    return outcome.render(
        0, strength=options.strength, saturation=options.saturation, control=SilentControl()
    )


def test_one_job_gives_what_two_jobs_would(engines: Engines) -> None:
    target = picture(70, 90, depth=16)
    together = rendered(engines, both(target))
    restored = rendered(engines, Request("restore", RestoreOptions(), target))
    colors = ColorizeOptions(saturation=1.5)
    apart = rendered(engines, Request("colorize", colors, restored, references=(reference(),)))
    assert together.depth == 16
    assert torch.equal(together.planes, apart.planes)
    assert not torch.allclose(luma_of(together), luma_of(target), atol=1)


def test_strength_takes_the_restoration_back_and_leaves_the_colors(engines: Engines) -> None:
    target = picture(64, 64, depth=16)
    outcome = engines.run(both(target), SilentControl())
    plain = outcome.render(0, strength=0.0, saturation=1.0, control=SilentControl())
    assert (luma_of(plain) - luma_of(target)).abs().max() < 0.05
    assert (plain.planes.amax(0) - plain.planes.amin(0)).max() > 0.02
    small = outcome.render(
        0, strength=1.0, saturation=1.0, preview_short_side=32, control=SilentControl()
    )
    assert (small.size, small.depth) == ((32, 32), 8)


def test_facts_name_both_models(engines: Engines) -> None:
    control = Listener()
    facts = engines.run(both(picture(48, 64)), control).facts
    assert (facts.model, facts.color_model) == ("tiny-restoration", "tiny")
    assert len({facts.weights_sha256, facts.color_weights_sha256}) == 2
    assert len(facts.references) == 1
    assert {"restore", "colorize"} <= set(facts.timings_s)
    assert control.fractions == sorted(control.fractions)
    assert control.fractions[-1] <= 1


def test_damage_alone_is_repaired_and_everything_is_colored(engines: Engines) -> None:
    target = picture(64, 80, depth=16)
    damage = torch.zeros(64, 80)
    damage[20:24, 30:50] = 1
    result = rendered(engines, both(target, damage=damage))
    moved = (luma_of(result) - luma_of(target)).abs()
    assert moved[damage == 0].max() < 0.05
    assert moved[damage == 1].max() > 1
    assert (result.planes.amax(0) - result.planes.amin(0))[:10].max() > 0.01


@pytest.mark.parametrize(
    ("options", "references", "words"),
    [
        (RestoreOptions(colors=ColorizeOptions()), (), "restore without colors"),
        (RestoreOptions(), (reference(),), "ask for colors"),
    ],
)
def test_colors_nobody_names_and_references_nobody_wants_are_refused_first(
    engines: Engines, options: TaskOptions, references: tuple[Reference, ...], words: str
) -> None:
    control = Listener()
    with pytest.raises(RequestError, match=words):
        engines.run(Request("restore", options, picture(32, 32), references=references), control)
    assert control.fractions == []


def test_a_color_model_that_is_not_there_is_named_before_anything_is_computed(
    engines: Engines, tmp_path: Path
) -> None:
    options = RestoreOptions(colors=ColorizeOptions(), color_model="absent")
    control = Listener()
    with pytest.raises(ModelError, match="absent"):
        engines.run(
            Request("restore", options, picture(32, 32), references=(reference(),)), control
        )
    assert max(control.fractions) == 0
    add_model(tmp_path)  # restores, but cannot color
    alone = Engines(ModelStore([tmp_path]), "cpu", threads=1)
    with pytest.raises(ModelError):
        alone.run(both(picture(32, 32)), SilentControl())


def test_options_of_the_colors_are_those_of_the_job() -> None:
    colors = ColorizeOptions(saturation=2.0, candidates=3)
    options = RestoreOptions(strength=0.5, colors=colors)
    assert (options.saturation, options.candidates, options.strength) == (2.0, 3, 0.5)
    assert RestoreOptions().candidates == 1
