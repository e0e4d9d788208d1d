"""The tone branch: a faded picture's curve and slow unevenness, from a thumbnail of it all."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_THUMBNAIL_PX = 64
_GROUPS = 8
# Share of pictures in training of which nothing is counted: counts are learned so much faster than
# what a thumbnail shows that otherwise its last layer dies within minutes.
_UNCOUNTED = 0.3
_BINS = 64
_LEVELS = 256
_TAILS = (0, 1, 2, 4, 8, 16, 32)  # levels up to which dark pixels, and likewise bright ones, count
_LEAST_SHARE = 1e-4
_FIELD = 6  # terms of a polynomial of order two over the picture
_STEEPEST_FIELD = 0.7


class ToneBranch(nn.Module):
    """A monotone curve, fields of gain and offset, and a verdict whether anything is faded.

    What tells a faded picture from one taken in flat light is what it shows, so that a thumbnail
    is looked at, and how few pixels are quite dark or bright: the means of a thumbnail hide
    these, so that they are counted before, and its extremes are looked at as well.
    """

    SIDE_PX = 256  # of the short side that :meth:`judge` wants

    def __init__(self, segments: int) -> None:
        super().__init__()
        self.segments = segments
        layers: list[nn.Module] = []
        for inside, outside, stride in (
            (3, 16, 1),
            (16, 32, 2),
            (32, 64, 2),
            (64, 64, 1),
            (64, 96, 2),
            (96, 96, 1),
            (96, 32, 2),
        ):
            norm = nn.GroupNorm(_GROUPS, outside)
            layers += [nn.Conv2d(inside, outside, 3, stride, 1, bias=False), norm, nn.ReLU()]
        self.thumbnail = nn.Sequential(*layers)
        seen = 32 * (_THUMBNAIL_PX // 16) ** 2
        first = nn.Linear(seen + 2 * _BINS + 2 * len(_TAILS), 192)
        nn.init.zeros_(first.weight[:, :seen])  # begins with what is counted
        self.hidden = nn.Sequential(first, nn.ReLU(), nn.Linear(192, 96), nn.ReLU())
        self.answer = nn.Linear(96, 1 + segments + 2 * _FIELD + 1)
        nn.init.zeros_(self.answer.weight)  # begins with the identity
        nn.init.zeros_(self.answer.bias)

    def judge(self, small: Tensor) -> Tensor:
        """The answer (b, n) for whole pictures (b, 1, h, w), their short side ``SIDE_PX``.

        Its last number is the verdict's logit, above 0 for faded.
        """
        looks = (
            F.adaptive_avg_pool2d(small, _THUMBNAIL_PX),
            F.adaptive_max_pool2d(small, _THUMBNAIL_PX),
            -F.adaptive_max_pool2d(-small, _THUMBNAIL_PX),
        )
        seen = self.thumbnail(torch.cat(looks, 1) - 0.5).flatten(1)
        counted = _counted(small).to(seen.dtype)
        if self.training:
            counted = counted * (torch.rand_like(counted[:, :1]) >= _UNCOUNTED)
        return self.answer(self.hidden(torch.cat([seen, counted], 1)))

    def correct(
        self, picture: Tensor, answer: Tensor, top: int = 0, height: int | None = None
    ) -> Tensor:
        """Give rows (b, 1, h, w) of pictures the tone of :meth:`judge`'s answer.

        Args:
            top, height: which row of the whole picture the first one is, and how many it has.
        """
        h, w = picture.shape[2:]
        k = self.segments
        steps = F.softplus(answer[:, 1 : k + 1] + math.log(math.e - 1)) / k
        knots = torch.cat([0.2 * answer[:, :1], steps], 1).cumsum(1)
        place = picture.clamp(0, 1 - 1e-5) * k
        first = place.long()
        low = knots.gather(1, first.flatten(1)).view_as(picture)
        high = knots.gather(1, (first + 1).flatten(1)).view_as(picture)
        toned = torch.lerp(low, high, place - first)
        terms = _terms(h, w, top, height or h, picture.device)
        fields = 0.2 * answer[:, k + 1 : k + 1 + 2 * _FIELD].unflatten(1, (2, _FIELD))
        gain, offset = torch.einsum("bfn,nhw->fbhw", fields, terms)[:, :, None]
        toned = (toned - 0.5) * gain.clamp(-_STEEPEST_FIELD, _STEEPEST_FIELD).exp() + 0.5 + offset
        return torch.lerp(picture, toned, torch.sigmoid(answer[:, -1])[:, None, None, None])


def _counted(small: Tensor) -> Tensor:
    """Of 64 bins the square root of the densities and the sums up to each; and both tails.

    Returns:
        ``(b, 142)``, about -1 to 4.
    """
    b = len(small)
    level = (small.flatten(1).clamp(0, 1) * (_LEVELS - 1)).round().long()
    level = level + torch.arange(b, device=small.device)[:, None] * _LEVELS
    counts = torch.bincount(level.flatten(), minlength=b * _LEVELS).view(b, _LEVELS).float()
    share = counts / small[0].numel()
    binned = share.unflatten(1, (_BINS, -1)).sum(2)
    ends = [share.cumsum(1)[:, list(_TAILS)], share.flip(1).cumsum(1)[:, list(_TAILS)]]
    tails = (torch.cat(ends, 1) + _LEAST_SHARE).log10() / 4 + 1
    return torch.cat([(binned * _BINS).clamp(max=20).sqrt(), binned.cumsum(1) * 2 - 1, tails], 1)


def _terms(h: int, w: int, top: int, height: int, device: torch.device) -> Tensor:
    """x, y, xy, x², y² (less their means) and 1, (6, h, w); x and y go from -1 to 1."""
    rows = (torch.arange(h, device=device) + top + 0.5) / height * 2 - 1
    columns = (torch.arange(w, device=device) + 0.5) / w * 2 - 1
    y, x = torch.meshgrid(rows, columns, indexing="ij")
    return torch.stack([x, y, x * y, x * x - 1 / 3, y * y - 1 / 3, torch.ones_like(x)])
