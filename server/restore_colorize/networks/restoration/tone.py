"""The tone branch: a faded picture's curve and slow unevenness, from a thumbnail of it all."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_THUMBNAIL_PX = 32
_BINS = 64
_FIELD = 6  # terms of a polynomial of order two over the picture
_STEEPEST_FIELD = 0.7


class ToneBranch(nn.Module):
    """A monotone curve, fields of gain and offset, and a verdict whether anything is faded."""

    def __init__(self, segments: int) -> None:
        super().__init__()
        self.segments = segments
        layers: list[nn.Module] = []
        for inside, outside in ((1, 24), (24, 48), (48, 64)):
            layers += [nn.Conv2d(inside, outside, 3, 2, 1), nn.ReLU()]
        self.thumbnail = nn.Sequential(*layers)
        self.hidden = nn.Sequential(
            nn.Linear(64 * (_THUMBNAIL_PX // 8) ** 2 + 2 * _BINS, 160),
            nn.ReLU(),
            nn.Linear(160, 96),
            nn.ReLU(),
        )
        self.answer = nn.Linear(96, 1 + segments + 2 * _FIELD + 1)
        nn.init.zeros_(self.answer.weight)  # begins with the identity
        nn.init.zeros_(self.answer.bias)

    def judge(self, small: Tensor) -> Tensor:
        """The answer (b, n) for whole pictures (b, 1, h, w), reduced to 64 to 128 px.

        Its last number is the verdict's logit, above 0 for faded.
        """
        thumbnail = F.adaptive_avg_pool2d(small, _THUMBNAIL_PX) - 0.5
        seen = torch.cat([self.thumbnail(thumbnail).flatten(1), _histogram(small)], 1)
        return self.answer(self.hidden(seen))

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


def _histogram(small: Tensor) -> Tensor:
    """Square root of the densities, and the sums up to each of 64 bins, ``(b, 128)``."""
    b, bins = len(small), _BINS
    index = (small.flatten(1).clamp(0, 1 - 1e-5) * bins).long()
    index = index + torch.arange(b, device=small.device)[:, None] * bins
    counts = torch.bincount(index.flatten(), minlength=b * bins).view(b, bins).float()
    share = counts / small[0].numel()
    return torch.cat([(share * bins).clamp(max=20).sqrt(), share.cumsum(1) * 2 - 1], 1)


def _terms(h: int, w: int, top: int, height: int, device: torch.device) -> Tensor:
    """x, y, xy, x², y² (less their means) and 1, (6, h, w); x and y go from -1 to 1."""
    rows = (torch.arange(h, device=device) + top + 0.5) / height * 2 - 1
    columns = (torch.arange(w, device=device) + 0.5) / w * 2 - 1
    y, x = torch.meshgrid(rows, columns, indexing="ij")
    return torch.stack([x, y, x * y, x * x - 1 / 3, y * y - 1 / 3, torch.ones_like(x)])
