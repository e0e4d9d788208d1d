"""Restore a photograph and color what came out, in one job."""

from __future__ import annotations

from dataclasses import replace

from torch import Tensor, nn

from restore_colorize.engines.colorize import ColorizeOutcome, colorize
from restore_colorize.engines.devices import Device
from restore_colorize.engines.job import Control, PartOfJob, Request
from restore_colorize.engines.restore import RestoreOptions
from restore_colorize.engines.restored import RestoreOutcome
from restore_colorize.errors import RequestError
from restore_colorize.imaging import Picture
from restore_colorize.models import Model

__all__ = ["RESTORING", "RestoredColorsOutcome", "check_colors", "color_restored"]

RESTORING = 0.6  # share of the job's time before the colors


class RestoredColorsOutcome:
    """Candidates of colors over one restored luma.

    Rendering with another strength changes the luma: 0 is the target's own. The colors keep the
    strength that their options say.
    """

    def __init__(
        self, restored: RestoreOutcome, colored: ColorizeOutcome, options: RestoreOptions
    ) -> None:
        assert options.colors is not None  # the caller looked
        self.target = restored.target
        self.candidates = colored.candidates
        self.verdicts = colored.verdicts
        self.damage_mask: Tensor | None = None
        facts = colored.facts
        self.facts = replace(
            facts,
            model=restored.facts.model,
            weights_sha256=restored.facts.weights_sha256,
            color_model=facts.model,
            color_weights_sha256=facts.weights_sha256,
            timings_s={**restored.facts.timings_s, **facts.timings_s},
        )
        self._restored, self._colored = restored, colored
        self._strength, self._color_strength = options.strength, options.colors.strength

    def render(
        self,
        index: int,
        *,
        strength: float,
        saturation: float,
        preview_short_side: int = 0,
        control: Control,
    ) -> Picture:
        """Return a candidate, unblended: full size in the target's depth, or small at 8 bit.

        Raises:
            RangeError: an index, strength or saturation that does not exist.
            CancelledError: ``control`` said so.
        """
        luma = self._colored.target  # restored at the strength that was asked for
        if strength != self._strength or preview_short_side:
            luma = self._restored.render(
                0,
                strength=strength,
                saturation=1.0,
                preview_short_side=preview_short_side,
                control=PartOfJob(control, 0.0, 0.5),
            )
        return self._colored.joined(
            luma, index, self._color_strength, saturation, PartOfJob(control, 0.5, 1.0)
        )

    def uncertainty(self, index: int) -> Tensor | None:
        """Return how unsure the colors are, as the colorization says."""
        return self._colored.uncertainty(index)


def check_colors(request: Request) -> None:
    """Refuse a restoration whose colors nobody names, or that gets colors and wants none.

    Raises:
        RequestError: in words for the user; before anything is computed.
    """
    options = request.options
    if not isinstance(options, RestoreOptions):
        return
    given = bool(request.references) or request.hints is not None
    if options.colors is not None and not given and not options.colors.folders:
        raise RequestError(
            "Neither a reference nor a color hint was given, so nothing says which colors are "
            "wanted: choose a color picture, or restore without colors."
        )
    if options.colors is None and given:
        raise RequestError(
            "References and hints are of use only where colors are wanted: ask for colors as "
            "well, or leave them out."
        )


def color_restored(
    restored: RestoreOutcome,
    request: Request,
    model: Model,
    network: nn.Module,
    device: Device,
    control: Control,
) -> RestoredColorsOutcome:
    """Color what was restored, as the request's ``colors`` say.

    Raises:
        CancelledError: ``control`` said so.
    """
    options = request.options
    assert isinstance(options, RestoreOptions)  # it was restored with them
    assert options.colors is not None  # the caller looked
    unheard = PartOfJob(control, 0.0, 0.0)  # joining is a small part of the job
    luma = restored.render(0, strength=options.strength, saturation=1.0, control=unheard)
    asked = replace(request, engine="colorize", options=options.colors, target=luma, damage=None)
    colored = colorize(asked, model, network, device, control)
    return RestoredColorsOutcome(restored, colored, options)
