"""Draws for the critic: python training/draw_for_critic.py PRIOR --data FOLDER -o draws.pt.

Every photograph of the prior's last source is drawn several times with the checkpoint's averaged
weights. The file holds what the critic sees, true bins and draws; it is as fresh as the prior in
it, so the critic that is shipped is trained on draws of the prior that is shipped.
"""

from __future__ import annotations

import argparse
import os
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from judge_samples import drawn
from restore_colorize.networks.pixcolor import (
    USUAL,
    PixColorPrior,
    PixColorPriorSizes,
    bins_from_chroma,
    grid_of,
)
from restore_colorize_training.pixcolor_batches import ColorSources, chroma_of, gray_of
from torch import Tensor

_TELL_EVERY = 50


def main(arguments: list[str] | None = None) -> None:
    """Read the command line, draw, write the file at once."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", type=Path, help="of train.py")
    parser.add_argument("--data", type=Path, required=True, help="folder with the packs")
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--pictures", type=int, help="at most so many to train on; default: all")
    parser.add_argument("-n", "--draws", type=int, default=8, help="of each; 8 cost little more")
    parser.add_argument("--processes", type=int, default=1)
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    state = torch.load(options.checkpoint, map_location="cpu", weights_only=True)
    prior = PixColorPrior(PixColorPriorSizes.from_config(state["network_config"])).eval()
    prior.load_state_dict(state["average"])
    config = state["config"] | {"sources": state["config"]["sources"][-1:]}
    sources = ColorSources(config, options.data, torch.device("cpu"))
    to_train_on = sources.one_crop_each(torch.Generator().manual_seed(0))[: options.pictures]
    pictures = torch.cat([sources.held_out, to_train_on])
    aside = torch.arange(len(pictures)) < len(sources.held_out)
    content = draw_all(prior, pictures, options.draws, options.processes) | {"held_out": aside}
    options.output.parent.mkdir(parents=True, exist_ok=True)
    unfinished = options.output.with_suffix(".partial")
    torch.save(content, unfinished)
    os.replace(unfinished, options.output)


def draw_all(
    prior: PixColorPrior, pictures: Tensor, count: int, processes: int = 1
) -> dict[str, Tensor]:
    """Conditions, expected chroma, true bins and ``count`` draws of pictures (n, 3, s, s) uint8."""
    work = partial(_draw_part, prior.requires_grad_(False), count)
    parts = [part.numpy() for part in pictures.chunk(processes)]
    if processes == 1:
        done = [work(parts[0])]
    else:
        with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
            done = list(pool.map(work, parts))
    names = ("condition", "expected", "truth", "draws")
    return {
        name: torch.from_numpy(np.concatenate([part[place] for part in done]))
        for place, name in enumerate(names)
    }


@torch.inference_mode()
def _draw_part(prior: PixColorPrior, count: int, pictures: np.ndarray) -> list[np.ndarray]:
    """Draw pictures one after another; arrays, since tensors would travel as shared files."""
    torch.set_num_threads(1)
    rows, start = [], time.monotonic()
    for pixels in torch.from_numpy(pictures):
        srgb = pixels[None].float() / 255
        bins = bins_from_chroma(grid_of(chroma_of(srgb)))
        gray = gray_of(srgb, torch.zeros(1, dtype=torch.bool))
        nothing = torch.zeros_like(bins[:, 0], dtype=torch.bool)
        condition = prior.condition(gray, bins, nothing)
        expected = prior.expected(condition)[0]
        draws = drawn(prior, pixels, count, USUAL)
        small = [one.to(torch.uint8) for one in (bins[0], draws)]
        rows.append((condition[0].half(), expected.half(), *small))
        if len(rows) % _TELL_EVERY == 0:
            rate = len(rows) / (time.monotonic() - start)
            print(f"{len(rows)} of {len(pictures)}, {rate:.1f}/s", flush=True)
    return [torch.stack(column).numpy() for column in zip(*rows, strict=True)]


if __name__ == "__main__":
    main()
