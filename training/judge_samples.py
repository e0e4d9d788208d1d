"""Draws from a prior in training: python training/judge_samples.py RUN --data FOLDER -o SHEET.

Pictures that were set aside are drawn several times. The sheet shows gray, truth and draws in
rows; the figures say how good the best and the mean draw are beside gray, and whether colors are
as many and as strong as in truth.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from PIL import Image
from restore_colorize.imaging.color import ycbcr_to_srgb
from restore_colorize.networks.pixcolor import (
    PixColorPrior,
    PixColorPriorSizes,
    Sampler,
    SamplingOptions,
    bins_from_chroma,
    chroma_from_bins,
    grid_of,
    uniforms,
)
from restore_colorize_training.pixcolor_batches import ColorSources, chroma_of, gray_of
from torch import Tensor

_CELL_PX = 8


def main(arguments: list[str] | None = None) -> None:
    """Read the command line, draw, write the sheet and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", type=Path, help="of train.py")
    parser.add_argument("--data", type=Path, required=True, help="folder with the packs")
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--pictures", type=int, default=12)
    parser.add_argument("-n", "--candidates", type=int, default=4)
    parser.add_argument("--temperature", type=float, default=1.0)
    parser.add_argument("--last-temperature", type=float)
    parser.add_argument("--top-p", type=float, default=1.0)
    parser.add_argument("--without-anchors", action="store_true", help="as the paper draws")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    boldness = SamplingOptions(
        options.temperature,
        options.last_temperature,
        options.top_p,
        has_anchors=not options.without_anchors,
    )
    state = torch.load(options.checkpoint, map_location="cpu", weights_only=True)
    prior = PixColorPrior(PixColorPriorSizes.from_config(state["network_config"])).eval()
    prior.load_state_dict(state["average"])
    config = state["config"] | {"sources": state["config"]["sources"][-1:]}
    held_out = ColorSources(config, options.data, torch.device("cpu")).held_out
    chosen = held_out[:: max(1, len(held_out) // options.pictures)][: options.pictures]
    draws = [drawn(prior, one, options.candidates, boldness) for one in chosen]
    rows = [sheet_row(one, bins) for one, bins in zip(chosen, draws, strict=True)]
    sheet = (torch.cat(rows, 1) * 255).round().to(torch.uint8)
    Image.fromarray(sheet.permute(1, 2, 0).numpy()).save(options.output)
    print(json.dumps(figures(chosen, draws), indent=1))


def drawn(prior: PixColorPrior, pixels: Tensor, count: int, options: SamplingOptions) -> Tensor:
    """Bins (count, 2, h/8, w/8) of one picture (3, h, w) uint8."""
    gray = _gray(pixels)
    h, w = (side // _CELL_PX for side in gray.shape[2:])
    numbers = [uniforms(seed, h, w) for seed in range(count)]
    return Sampler(prior, gray, options=options).draw(numbers).bins


def sheet_row(pixels: Tensor, bins: Tensor) -> Tensor:
    """Gray, truth and all draws side by side, (3, h, n * w) in [0, 1]."""
    gray = _gray(pixels)
    truth = pixels[None].float() / 255
    made = [_colored(gray, chroma_from_bins(one)[None]) for one in bins]
    parts = [_colored(gray, torch.zeros(1, 2, *bins.shape[2:])), truth, *made]
    return torch.cat(parts, 3)[0]


def figures(pictures: Tensor, draws: list[Tensor]) -> dict[str, float]:
    """What the draws are worth beside gray, on the grid itself.

    Returns:
        ``best`` and ``mean`` gain in dB of chroma, ``apart`` the mean distance of two draws over
        that of draw and truth, ``chroma`` and ``kinds`` the draws' mean chroma and number of bins
        over the truth's, ``overlap`` of the histograms of both.
    """
    rows = []
    for pixels, bins in zip(pictures, draws, strict=True):
        truth = grid_of(chroma_of(pixels[None].float() / 255))[0]
        made = chroma_from_bins(bins)  # (n, 2, h, w)
        errors = (made - truth).square().mean((1, 2, 3))
        gray = truth.square().mean()
        each = torch.stack([(one - made).norm(dim=1).mean((1, 2)) for one in made])
        between = each.sum() / max(1, len(made) * (len(made) - 1))
        true_bins = bins_from_chroma(truth)[None]
        rows.append(
            {
                "best": 10 * torch.log10(gray / errors.min()),
                "mean": 10 * torch.log10(gray / errors.mean()),
                "apart": between / (made - truth).norm(dim=1).mean(),
                "chroma": made.norm(dim=1).mean() / truth.norm(dim=0).mean(),
                "kinds": _shares(bins).count_nonzero(1).float().mean()
                / _shares(true_bins).count_nonzero(),
                "overlap": torch.minimum(_shares(bins), _shares(true_bins)).sum(1).mean(),
            }
        )
    return {name: float(torch.stack([row[name] for row in rows]).mean()) for name in rows[0]}


def _shares(bins: Tensor) -> Tensor:
    """Joint histograms (n, 256) of bins in pairs, summing to 1."""
    joint = (bins[:, 0] // 2 * 16 + bins[:, 1] // 2).flatten(1)
    counts = torch.stack([torch.bincount(one, minlength=256) for one in joint]).float()
    return counts / counts.sum(1, keepdim=True)


def _gray(pixels: Tensor) -> Tensor:
    return gray_of(pixels[None].float() / 255, torch.zeros(1, dtype=torch.bool))


def _colored(gray: Tensor, chroma: Tensor) -> Tensor:
    large = torch.nn.functional.interpolate(chroma, scale_factor=_CELL_PX, mode="bilinear")
    return ycbcr_to_srgb(torch.cat([gray, large[:, [1, 0]]], 1) / 2 + 0.5)


if __name__ == "__main__":
    main()
