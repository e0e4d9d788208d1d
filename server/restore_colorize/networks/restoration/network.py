"""The structured restoration network: noise level, content with its mask, and tone."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restore_colorize.errors import ShapeError
from restore_colorize.networks.restoration.content import ContentBranch
from restore_colorize.networks.restoration.level import Level, LevelHead, expected_error
from restore_colorize.networks.restoration.sizes import RestorationSizes
from restore_colorize.networks.restoration.tone import ToneBranch

# An opacity below this is none: what is intact stays exactly what the denoiser made of it.
_LEAST_OPACITY = 0.02
# By how much the mask's logit is raised for the eager gate (trials-restoration, 9.3).
_EAGER_LOGIT = 2.5
# What adjoins sure damage is damaged from this logit on, so far away at most: rims, which a sure
# mask leaves standing, and the faint parts of scratches.
_ADJOINING_LOGIT, _ADJOINING_PX = 0.5, 32


class Restored(NamedTuple):
    """What became of a picture or tile, each (b, 1, h, w).

    Attributes:
        picture: (1 - opacity) denoised + opacity fill, in the input's tone.
        denoised: the input plus a correction in units of the expected error.
        fill: what would be put into holes.
        opacity: in [0, 1], where the fill counts; 1 where painted.
        mask_logit: above 0 where the network sees physical damage.
    """

    picture: Tensor
    denoised: Tensor
    fill: Tensor
    opacity: Tensor
    mask_logit: Tensor


class RestorationNet(nn.Module):
    """Restores gray pictures of sRGB-encoded values in [0, 1] (ours; Pik-Fix's task).

    Where memory is short, a picture goes through by parts: :meth:`measure` and :meth:`look_far`
    on the whole, :meth:`survey` and :meth:`repair` on tiles whose corners are multiples of 16
    and which overlap by the margins below. ``forward`` is the same in one go.
    """

    SIDE_MULTIPLE = 16
    CELL_PX = 8  # of survey, context and level
    SURVEY_MARGIN_PX = 32
    REPAIR_MARGIN_PX = 96

    def __init__(self, sizes: RestorationSizes | None = None) -> None:
        super().__init__()
        self.sizes = sizes or RestorationSizes()
        self.level = LevelHead(self.sizes.level_features)
        self.content = ContentBranch(self.sizes)
        self.tone = ToneBranch(self.sizes.tone_segments)
        self.gate_slope = nn.Parameter(torch.tensor(1.0))
        self.gate_offset = nn.Parameter(torch.tensor(-1.0))

    def measure(self, picture: Tensor) -> Level:
        """Judge the whole picture: always in float32, it costs little."""
        with torch.autocast(picture.device.type, enabled=False):
            return self.level.measure(picture.float())

    def survey(self, picture: Tensor, painted: Tensor, log_error: Tensor) -> Tensor:
        """See :meth:`ContentBranch.survey`; all arguments are of one tile."""
        return self.content.survey(picture, painted, log_error)

    def look_far(self, surveyed: Tensor, level_features: Tensor) -> Tensor:
        """See :meth:`ContentBranch.look_far`; of the whole picture."""
        return self.content.look_far(surveyed, level_features)

    def repair(
        self,
        picture: Tensor,
        painted: Tensor,
        log_error: Tensor,
        context: Tensor,
        eagerness: float = 0.0,
    ) -> Restored:
        """Restore a tile; see :meth:`forward` for the arguments."""
        logit, correction, fill = self.content.repair(picture, painted, log_error, context)
        error = F.interpolate(
            expected_error(log_error), picture.shape[2:], mode="bilinear", align_corners=False
        )
        denoised = picture + error * correction
        gate = self.gate_slope * (logit + _EAGER_LOGIT * eagerness) + self.gate_offset
        sure, adjoining = _opacity(gate), _opacity(self.gate_slope * (logit - _ADJOINING_LOGIT))
        opacity = _spread(sure, adjoining)
        opacity = opacity + (1 - opacity) * painted
        restored = denoised + opacity * (fill - denoised)
        return Restored(restored, denoised, fill, opacity, logit)

    def forward(
        self, picture: Tensor, painted: Tensor | None = None, eagerness: float = 0.0
    ) -> tuple[Restored, Level]:
        """Restore the content of whole pictures; the tone stays.

        Args:
            picture: (b, 1, h, w) in [0, 1].
            painted: (b, 1, h, w) in [0, 1], where a person says that damage is; None is nowhere.
            eagerness: 0 fills what is surely damaged, 1 also what only may be.

        Raises:
            ShapeError: the shapes are others, or a side is no multiple of 16.
        """
        if picture.ndim != 4 or picture.shape[1] != 1:
            raise ShapeError(f"The picture must be (b, 1, h, w), not {tuple(picture.shape)}.")
        if any(side < 1 or side % self.SIDE_MULTIPLE for side in picture.shape[2:]):
            raise ShapeError(f"Sides must be multiples of {self.SIDE_MULTIPLE}.")
        if painted is None:
            painted = torch.zeros_like(picture)
        elif painted.shape != picture.shape:
            raise ShapeError(
                f"What is painted must be {tuple(picture.shape)}, not {tuple(painted.shape)}."
            )
        level = self.measure(picture)
        surveyed = self.survey(picture, painted, level.log_error)
        context = self.look_far(surveyed, level.features)
        return self.repair(picture, painted, level.log_error, context, eagerness), level


def _opacity(gate: Tensor) -> Tensor:
    return (torch.sigmoid(gate) - _LEAST_OPACITY).clamp(min=0) / (1 - _LEAST_OPACITY)


def _spread(sure: Tensor, adjoining: Tensor) -> Tensor:
    """Hysteresis (Canny 1986): from where damage is sure to what adjoins and may be.

    Step by step in cells of 2 x 2 pixels, a quarter of the time.
    """
    opacity, most = F.max_pool2d(sure, 2), F.max_pool2d(adjoining, 2)
    for _ in range(_ADJOINING_PX // 2):
        opacity = torch.maximum(opacity, torch.minimum(most, _largest_near(opacity)))
    return torch.maximum(sure, torch.minimum(adjoining, F.interpolate(opacity, scale_factor=2.0)))


def _largest_near(x: Tensor) -> Tensor:
    """Largest of 3 x 3, first of rows, then of columns: a tenth of max_pool2d's time."""
    x = F.pad(x, (1, 1, 1, 1))
    x = torch.maximum(torch.maximum(x[..., :-2, :], x[..., 2:, :]), x[..., 1:-1, :])
    return torch.maximum(torch.maximum(x[..., :-2], x[..., 2:]), x[..., 1:-1])
