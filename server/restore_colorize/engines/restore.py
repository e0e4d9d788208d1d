"""Restore a photograph: take its damage, noise and fading away; or only find its damage.

Works on luminance: the network sees the gray value of each pixel's L*, and colors keep their own
chroma, cleaned along the restored luma.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from restore_colorize.engines.devices import Device
from restore_colorize.engines.findings import Findings
from restore_colorize.engines.job import (
    Candidate,
    ColorizeOptions,
    Control,
    Facts,
    Request,
    TaskOptions,
    check_unit,
)
from restore_colorize.engines.restored import Restoration, RestoreOutcome
from restore_colorize.engines.tiled import TileRun, restore_content
from restore_colorize.engines.wide_damage import wide_damage
from restore_colorize.errors import ModelError
from restore_colorize.imaging import (
    Picture,
    Region,
    bounding_box,
    gray_from_luma,
    luma_from_srgb,
    shrink,
    with_context,
    working_size,
)
from restore_colorize.imaging.strips import row_strips
from restore_colorize.models import Model
from restore_colorize.networks import RestorationNet, Restored

__all__ = ["ROLE", "DetectOptions", "RestoreOptions", "detect_damage", "restore"]

ROLE = "restore.luma"

_CONTEXT_PX = 256  # around painted damage: what the coarse levels see
# The mask's logit from which a mark is shown, at sensitivity 0, where on photographs set aside
# (mixed damage and scratches) 90 % of what is marked is damaged, and at 1, where 72 % of what is
# damaged is marked; between them 69 % of the one and 58 % of the other. Then how steeply it rises
# there, and what is too faint to show.
_SURE_LOGIT, _SUSPICIOUS_LOGIT = 2.0, -1.0
_MASK_SLOPE = 2.0
_FAINTEST = 0.1
_SURE_OPACITY = 0.5  # from which a mark that only shows in a reduced picture is filled


@dataclass(frozen=True)
class RestoreOptions(TaskOptions):
    """Options of the restore engine; strength 0 leaves the picture.

    eagerness: how readily marks are taken for damage: 0 safe, 1 eager.
    tone: also correct fading and contrast; never under a damage mask or selection.
    white_balance: also take the cast of a color picture's bright parts away.
    colors: colorize what was restored; saturation, known_colors and candidates are then its own.
    color_model: which model does; empty is the default.
    """

    eagerness: float = 0.0
    tone: bool = False
    white_balance: bool = False
    colors: ColorizeOptions | None = None
    color_model: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_unit("eagerness", self.eagerness)
        for name in ("saturation", "known_colors", "candidates") if self.colors else ():
            object.__setattr__(self, name, getattr(self.colors, name))


@dataclass(frozen=True)
class DetectOptions(TaskOptions):
    """Options of damage detection; sensitivity: 0 sure marks only, 1 everything suspicious."""

    sensitivity: float = 0.5

    def __post_init__(self) -> None:
        super().__post_init__()
        check_unit("sensitivity", self.sensitivity)


def restore(
    request: Request, model: Model, network: nn.Module, device: Device, control: Control
) -> RestoreOutcome:
    """Restore the whole picture, or only what the damage mask shows.

    Raises:
        ModelError: the model cannot restore.
        CancelledError: ``control`` said so.
    """
    options, target, damage = request.options, request.target, request.damage
    assert isinstance(options, RestoreOptions)  # service.options made it for this engine
    started = time.perf_counter()
    run = TileRun(_restoring(network, model), device, control, options.eagerness)
    gray = _gray_of(target)
    if damage is not None:
        restored = _repaired(gray, damage, run)
        restoration = Restoration(restored, damage=damage, holes=(damage > 0).float())
    else:
        wide = wide_damage(gray, run, _opacity, _SURE_OPACITY)
        planes = restore_content(gray, wide, run, _picture if target.is_gray else _with_opacity)
        restored = planes[0].clamp_(0, 1)
        restoration = Restoration(
            restored,
            tone=_tone_of(restored, target, run, request) if options.tone else None,
            holes=None if target.is_gray else planes[1],
            balances_white=options.white_balance,
        )
    candidate = Candidate(0, "restored", 1.0, request.seed, model.name)
    seconds = {"restore": time.perf_counter() - started}
    facts = _facts(model, device, target, seconds)
    return RestoreOutcome(target, restoration, run.network, candidate, facts)


def detect_damage(
    request: Request, model: Model, network: nn.Module, device: Device, control: Control
) -> Findings:
    """Propose where physical damage is.

    Raises:
        ModelError: the model cannot detect damage.
        CancelledError: ``control`` said so.
    """
    options, target = request.options, request.target
    assert isinstance(options, DetectOptions)  # service.options made it for this engine
    started = time.perf_counter()
    run = TileRun(_restoring(network, model), device, control)
    gray = _gray_of(target)
    threshold = _SURE_LOGIT + (_SUSPICIOUS_LOGIT - _SURE_LOGIT) * options.sensitivity
    wide = wide_damage(gray, run, _logit, threshold)
    logit = restore_content(gray, None, run, _logit)[0]
    mask = logit.sub_(threshold).mul_(_MASK_SLOPE).sigmoid_()
    mask = mask.sub_(_FAINTEST).div_(1 - _FAINTEST).clamp_(0, 1)
    if wide is not None:
        mask = torch.maximum(mask, wide)
    if target.alpha is not None:
        mask = mask * (target.alpha > 0)
    seconds = {"detect": time.perf_counter() - started}
    return Findings(target, _facts(model, device, target, seconds), damage_mask=mask)


def _restoring(network: nn.Module, model: Model) -> RestorationNet:
    if not isinstance(network, RestorationNet):
        raise ModelError(
            f"The model {model.name} is a {model.entry.network} network, which is for comparisons "
            "only: choose a model with a restoration network."
        )
    return network


def _gray_of(target: Picture) -> Tensor:
    """Gray value (h, w) of each pixel's L*; transparent pixels get the mean of the visible ones."""
    if target.is_gray:
        gray = target.planes[0]
    else:
        gray = torch.empty(target.size)
        for rows in row_strips(*target.size):
            gray[rows] = gray_from_luma(luma_from_srgb(target.planes[:, rows]))
    if target.alpha is None:
        return gray
    visible = target.alpha > 0
    if not bool(visible.any()):
        return gray
    return torch.where(visible, gray, gray[visible].mean())


def _repaired(gray: Tensor, damage: Tensor, run: TileRun) -> Tensor:
    """Restore around the painted damage only; the tone stays."""
    box = bounding_box(damage)
    if box is None:
        run.control.warn("no-damage", "The damage mask is empty, so nothing was repaired.")
        return gray
    height, width = gray.shape
    around = with_context(
        box, _CONTEXT_PX, run.network.SIDE_MULTIPLE, Region(0, 0, width, height)
    ).slices
    painted = (damage[around] > 0).float()
    restored = gray.clone()
    restored[around] = restore_content(gray[around], painted, run, _picture)[0].clamp_(0, 1)
    return restored


def _tone_of(restored: Tensor, target: Picture, run: TileRun, request: Request) -> Tensor | None:
    """The tone branch's answer for the whole picture; None where only a part may change."""
    if request.selection is not None:
        run.control.warn(
            "tone-kept", "The tone stays as it is, because only what is selected may change."
        )
        return None
    size = working_size(*target.size, short_side=run.network.tone.SIDE_PX, multiple=1)
    small = shrink(restored[None], size.height, size.width, target.alpha).clamp(0, 1)
    with torch.no_grad():
        return run.network.tone.judge(small[None].to(run.device.torch_device)).cpu()


def _facts(model: Model, device: Device, target: Picture, seconds: dict[str, float]) -> Facts:
    environment = device.environment()
    return Facts(
        model=model.name,
        weights_sha256=model.entry.sha256,
        device=environment.device,
        dtype=environment.dtype,
        working_width=target.width,
        working_height=target.height,
        timings_s=seconds,
    )


def _picture(made: Restored) -> Tensor:
    return made.picture


def _opacity(made: Restored) -> Tensor:
    return made.opacity


def _with_opacity(made: Restored) -> Tensor:
    return torch.cat([made.picture.float(), made.opacity.float()], 1)


def _logit(made: Restored) -> Tensor:
    return made.mask_logit
