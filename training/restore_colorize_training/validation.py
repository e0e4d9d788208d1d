"""Figures on pictures set aside: self-reference, strangers, pairs and hints at 256 px."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from restore_colorize.imaging.color import lab_to_srgb
from torch import Tensor, nn

from restore_colorize_training.hint_drawing import surface_at
from restore_colorize_training.references import lab_n
from restore_colorize_training.warps import ThinPlateSpline, sample

_BATCH = 4
_WRONG_COLOR = (55 / 110, 35 / 110)  # a red that few surfaces have
_HINTS = 5


class HeldOut:
    """Squares set aside, with warped references made once from a fixed seed.

    Args:
        photographs: (n, 3, s, s) uint8.
        pairs: (p, 2, 3, s, s) uint8.
    """

    def __init__(self, photographs: Tensor, pairs: Tensor, device: torch.device) -> None:
        generator = torch.Generator().manual_seed(256)
        side = photographs.shape[-1]
        spline = ThinPlateSpline(side)
        self.lab = torch.cat([lab_n(part) for part in photographs.split(16)])
        offsets = torch.rand(len(self.lab), 9, 2, generator=generator) * 0.6 - 0.3
        grid = spline.grid(offsets) * torch.tensor([-1.0, 1.0])
        self.references = sample(self.lab, grid).to(device)
        self.lab = self.lab.to(device)
        both = torch.cat([lab_n(part) for part in pairs.flatten(0, 1).split(16)]).to(device)
        both = both.unflatten(0, (-1, 2))
        # Each picture is the reference of the other.
        self.pair_targets = torch.cat([both[:, 0], both[:, 1]])
        self.pair_references = torch.cat([both[:, 1], both[:, 0]])
        self.places = torch.rand(len(self.lab), _HINTS, 2, generator=generator)

    def describe(self) -> str:
        return f"{len(self.lab)} photographs, {len(self.pair_targets)} directions of pairs"


def validate_exemplar(network: nn.Module, held_out: HeldOut) -> dict[str, float]:
    """PSNR over gray's, ab distance over gray's, confidence, and what hints do."""
    lab, references = held_out.lab, held_out.references
    strangers = references.roll(1, 0)
    figures: dict[str, float] = {"gray": float(psnr(_gray(lab), lab).mean())}
    self_chroma, confidence = _run(network, lab, references)
    figures["self"] = float(psnr(self_chroma, lab).mean())
    figures["self_ab"] = _distance(self_chroma, lab)
    figures["conf"] = confidence
    stranger_chroma, figures["conf_unrel"] = _run(network, lab, strangers)
    figures["unrel"] = float(psnr(stranger_chroma, lab).mean())
    pair_chroma, figures["conf_pair"] = _run(
        network, held_out.pair_targets, held_out.pair_references
    )
    figures["pairs"] = float(psnr(pair_chroma, held_out.pair_targets).mean())

    hints = true_hints(lab, held_out.places)
    hinted, _ = _run(network, lab, strangers, hints)
    figures["unrel_5hints"] = float(psnr(hinted, lab).mean())
    figures["moved"], figures["unlike"] = hint_obedience(network, lab, references, self_chroma)
    return figures


def psnr(chroma: Tensor, lab: Tensor) -> Tensor:
    """PSNR in dB of sRGB made of true luma and ``chroma (b, 2, h/2, w/2)``, by picture."""
    full = F.interpolate(chroma, scale_factor=2, mode="bilinear")
    truth = lab_to_srgb(_lab_units(lab))
    made = lab_to_srgb(_lab_units(torch.cat([lab[:, :1], full], 1)))
    error = ((made * 255).round() - (truth * 255).round()).square().mean((1, 2, 3))
    return 10 * torch.log10(255**2 / error)


def true_hints(lab: Tensor, places: Tensor, size: int = 3) -> Tensor:
    """Squares of the mean true color at ``places (b, k, 2)`` in [0, 1), ``(b, 3, h/2, w/2)``."""
    half = F.avg_pool2d(lab, 2)
    b, _, h, w = half.shape
    hints = torch.zeros_like(half)
    for index in range(b):
        for row, column in places[index].tolist():
            y, x = int(row * (h - size)), int(column * (w - size))
            cut = half[index, 1:, y : y + size, x : x + size]
            hints[index, :2, y : y + size, x : x + size] = cut.mean((1, 2), keepdim=True)
            hints[index, 2, y : y + size, x : x + size] = 1
    return hints


def hint_obedience(
    network: nn.Module, lab: Tensor, references: Tensor, unhinted: Tensor
) -> tuple[float, float]:
    """How far a wrong color moves its surface, and what is unlike it nearby (1 = all the way).

    A square of 3x3 cells in red is painted on the most even place; its surface is what is
    connected within 8 L* units and 40 px, the square left out; unlike is what lies more than
    16 L* units off within 40 px.
    """
    luma = F.avg_pool2d(lab[:, :1], 2) * 50
    h, w = luma.shape[2:]
    seed = _even_places(luma)
    rows = torch.arange(h, device=lab.device)[:, None]
    columns = torch.arange(w, device=lab.device)[None]
    dy = rows - seed[:, 0, None, None]  # (b, h, 1)
    dx = columns - seed[:, 1, None, None]
    near = (dy.square() + dx.square() < 20**2)[:, None]  # 40 px are 20 cells
    square = ((dy.abs() <= 1) & (dx.abs() <= 1))[:, None]
    color = torch.tensor(_WRONG_COLOR, device=lab.device)[:, None, None]
    hints = torch.cat([square * color, square.float()], 1)
    hinted, _ = _run(network, lab, references, hints)

    center = luma.flatten(2).gather(2, (seed[:, 0] * w + seed[:, 1])[:, None, None])[..., None]
    flat = torch.zeros_like(unhinted)
    connected = surface_at(luma, flat, seed, luma_within=8, reach=40)
    outside = F.max_pool2d(square.float(), 3, 1, 1) < 0.5
    surface = connected & near & outside
    unlike = ((luma - center).abs() > 16) & near & outside

    def moved(where: Tensor) -> float:
        before = _mean_at((unhinted - color).norm(dim=1, keepdim=True), where)
        after = _mean_at((hinted - color).norm(dim=1, keepdim=True), where)
        valid = where.sum((1, 2, 3)) > 30
        return float((1 - after / before)[valid].mean())

    return moved(surface), moved(unlike)


def _even_places(luma: Tensor) -> Tensor:
    """Row and column of the least varied 7x7 cells of middle brightness, ``(b, 2)``."""
    mean = F.avg_pool2d(luma, 7, 1, 3)
    variance = F.avg_pool2d(luma * luma, 7, 1, 3) - mean * mean
    variance = variance.masked_fill((mean < -35) | (mean > 42), float("inf"))
    inner = variance[:, 0, 10:-10, 10:-10]
    index = inner.flatten(1).argmin(1)
    return torch.stack([index // inner.shape[2], index % inner.shape[2]], 1) + 10


def _mean_at(maps: Tensor, where: Tensor) -> Tensor:
    return (maps * where).sum((1, 2, 3)) / where.sum((1, 2, 3)).clamp(min=1)


def _run(
    network: nn.Module, lab: Tensor, references: Tensor, hints: Tensor | None = None
) -> tuple[Tensor, float]:
    """Chroma ``(n, 2, h/2, w/2)`` and mean confidence."""
    chroma, confidence = [], []
    for start in range(0, len(lab), _BATCH):
        part = slice(start, start + _BATCH)
        painted = None if hints is None else hints[part]
        out = network(lab[part, :1], references[part, None], painted)
        chroma.append(out.chroma)
        confidence.append(out.confidence.mean((1, 2, 3)))
    return torch.cat(chroma), float(torch.cat(confidence).mean())


def _distance(chroma: Tensor, lab: Tensor) -> float:
    """Mean ab distance over that of gray."""
    full = F.interpolate(chroma, scale_factor=2, mode="bilinear")
    return float((full - lab[:, 1:]).norm(dim=1).mean() / lab[:, 1:].norm(dim=1).mean())


def _gray(lab: Tensor) -> Tensor:
    return torch.zeros_like(F.avg_pool2d(lab[:, 1:], 2))


def _lab_units(lab: Tensor) -> Tensor:
    return torch.cat([(lab[:, :1] + 1) * 50, lab[:, 1:] * 110], 1)
