"""Figures of a restoration network on photographs set aside, by kind of damage, at 256 px."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restore_colorize_training.damage import Damaged, DamageMaker, Decoys, Kind

SIDE_PX = 256
_BATCH = 4
_INSIDE = 0.25  # opacity from which a pixel counts as damaged
_MOST_DB = 80.0
_COUNTS = {"mix": 48, "scratches": 32}  # other kinds: 16


class HeldOutDamage:
    """Each kind's damage, made once from a fixed seed.

    Args:
        photographs: (n, s, s) uint8. kinds: by name.
    """

    def __init__(self, photographs: Tensor, kinds: Mapping[str, Kind]) -> None:
        device = photographs.device
        truth = F.interpolate(photographs[:, None].float() / 255, (SIDE_PX, SIDE_PX), mode="area")
        maker = DamageMaker(kinds, Decoys())
        self.by_kind: dict[str, Damaged] = {}
        for index, name in enumerate(kinds):
            generator = torch.Generator(device).manual_seed(1000 + index)
            wanted = min(_COUNTS.get(name, 16), len(truth))
            part = truth.roll(-7 * index, 0)[:wanted]
            self.by_kind[name] = maker.damage(part, generator, name)


@dataclass(frozen=True)
class Results:
    """What a network made of one kind: planes (n, 1, s, s).

    Attributes:
        content: restored, in the input's tone. toned: with the tone branch after that.
        painted: content, with the damage painted. mask_logit: where damage was seen.
    """

    content: Tensor
    toned: Tensor
    painted: Tensor
    mask_logit: Tensor


def restore_all(network: nn.Module, damaged: Damaged, eagerness: float = 0.0) -> Results:
    """Run the network over all pictures of a kind."""
    rows: list[tuple[Tensor, ...]] = []
    for picture, mask in zip(
        damaged.picture.split(_BATCH), damaged.mask.split(_BATCH), strict=True
    ):
        made, _ = network(picture, None, eagerness)
        brushed = F.max_pool2d((mask > 0.15).float(), 3, 1, 1)
        painted, _ = network(picture, brushed)
        content = made.picture.float().clamp(0, 1)
        with torch.autocast(picture.device.type, enabled=False):
            small = F.adaptive_avg_pool2d(content, network.tone.SIDE_PX)
            toned = network.tone.correct(content, network.tone.judge(small)).clamp(0, 1)
        rows.append((content, toned, painted.picture.float().clamp(0, 1), made.mask_logit.float()))
    return Results(*(torch.cat(column) for column in zip(*rows, strict=True)))


def validate_restoration(network: nn.Module, held_out: HeldOutDamage) -> dict[str, float]:
    """PSNR by kind: ``_in`` of the input, raw or after the best affine fit to the truth.

    ``inside`` counts damaged pixels only; ``below40`` and ``worse`` are shares of pictures;
    ``ap`` is the average precision of the mask over mix and scratches.
    """
    figures: dict[str, float] = {}
    scores, truths = [], []
    for name, damaged in held_out.by_kind.items():
        made = restore_all(network, damaged)
        inside = damaged.mask > _INSIDE
        if name in ("mix", "scratches"):
            before, after = fitted(damaged.picture, damaged), fitted(made.content, damaged)
            figures[f"{name}_fit_in"] = float(psnr(before, damaged.truth).mean())
            figures[f"{name}_fit"] = float(psnr(after, damaged.truth).mean())
            worse = psnr(after, damaged.truth) < psnr(before, damaged.truth) - 0.1
            figures[f"{name}_worse"] = float(worse.float().mean())
            figures[f"{name}_inside_in"] = _inside(before, damaged, inside)
            figures[f"{name}_inside"] = _inside(after, damaged, inside)
            figures[f"{name}_painted"] = _inside(fitted(made.painted, damaged), damaged, inside)
            scores.append(made.mask_logit[..., ::2, ::2].flatten())
            truths.append(inside[..., ::2, ::2].flatten())
        if name in ("mix", "fading"):
            figures[f"{name}_raw_in"] = float(psnr(damaged.picture, damaged.truth).mean())
            figures[f"{name}_raw"] = float(psnr(made.toned, damaged.truth).mean())
        elif name not in ("clean", "near"):
            figures[f"{name}_in"] = float(psnr(damaged.picture, damaged.truth).mean())
            figures[name] = float(psnr(made.content, damaged.truth).mean())
            cost = psnr(made.content, damaged.truth) - psnr(made.toned, damaged.truth)
            figures[f"{name}_tone_cost"] = float(cost.mean())
        elif name == "clean":
            same = psnr(made.content, damaged.truth)
            figures["clean"] = float(same.mean())
            figures["clean_below40"] = float((same < 40).float().mean())
    figures["ap"] = average_precision(torch.cat(scores), torch.cat(truths))
    return figures


def validate_plain(
    restore: Callable[[Tensor], Tensor], held_out: HeldOutDamage
) -> dict[str, float]:
    """Figures as above of a network that knows neither masks nor tone."""
    figures: dict[str, float] = {}
    for name, damaged in held_out.by_kind.items():
        made = torch.cat([restore(part) for part in damaged.picture.split(_BATCH)]).clamp(0, 1)
        figures[f"{name}_in"] = float(psnr(damaged.picture, damaged.truth).mean())
        figures[name] = float(psnr(made, damaged.truth).mean())
        if name not in ("mix", "scratches"):
            continue
        before, after = fitted(damaged.picture, damaged), fitted(made, damaged)
        inside = damaged.mask > _INSIDE
        figures[f"{name}_fit_in"] = float(psnr(before, damaged.truth).mean())
        figures[f"{name}_fit"] = float(psnr(after, damaged.truth).mean())
        worse = psnr(after, damaged.truth) < psnr(before, damaged.truth) - 0.1
        figures[f"{name}_worse"] = float(worse.float().mean())
        figures[f"{name}_inside"] = _inside(after, damaged, inside)
    return figures


def psnr(made: Tensor, truth: Tensor) -> Tensor:
    """PSNR (n,) in dB, at most 80."""
    error = (made - truth).square().mean((1, 2, 3))
    return -10 * torch.log10(error.clamp(min=10 ** (-_MOST_DB / 10)))


def fitted(made: Tensor, damaged: Damaged) -> Tensor:
    """Each picture after the line a x + b that brings it closest to its truth."""
    x, y = made.flatten(1).double(), damaged.truth.flatten(1).double()
    mx, my = x.mean(1, keepdim=True), y.mean(1, keepdim=True)
    slope = ((x - mx) * (y - my)).mean(1, keepdim=True) / (x - mx).square().mean(
        1, keepdim=True
    ).clamp(min=1e-9)
    return ((x - mx) * slope + my).view_as(made).float()


def average_precision(scores: Tensor, truths: Tensor) -> float:
    """Mean precision at each positive, ordered by falling score."""
    ordered = truths[scores.argsort(descending=True, stable=True)].double()
    hits = ordered.cumsum(0)
    ranks = torch.arange(1, len(hits) + 1, device=hits.device)
    return float((hits / ranks * ordered).sum() / ordered.sum().clamp(min=1))


def _inside(made: Tensor, damaged: Damaged, inside: Tensor) -> float:
    """Mean PSNR over the damaged pixels of the pictures that have some."""
    count = inside.sum((1, 2, 3))
    error = ((made - damaged.truth).square() * inside).sum((1, 2, 3)) / count.clamp(min=1)
    return float(-10 * torch.log10(error[count > 8].clamp(min=1e-8)).mean())
