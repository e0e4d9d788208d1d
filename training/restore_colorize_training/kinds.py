"""What photographs show, as far as the folders that they came from tell."""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from restore_colorize_training.packs import load_named
from restore_colorize_training.references import lab_n
from restore_colorize_training.warps import random_cuts

MANIFEST = "manifest-train.csv.gz"
_LEAST_CUT = 0.4  # of the side
_GAMMA, _EXPOSURE = 0.4, (0.75, 1.2)


class KnownKinds:
    """Gray photographs whose kind is known; rare kinds are drawn more often than their share.

    Args:
        config: the table ``[kinds]``: ``packs``, names of tar files; ``rules``, for a source of
            the manifest a pattern whose group finds the kind in a picture's path, or "" where all
            of the source are of one kind; ``least``, how many pictures a kind needs.
        data: folder with the packs and their manifest.
        side: of the squares, in px.
        device: where batches are made.
    """

    def __init__(
        self, config: Mapping[str, Any], data: Path, side: int, device: torch.device
    ) -> None:
        kinds = read_kinds(data / MANIFEST, config["packs"], config["rules"])
        counts = Counter(kinds.values())
        self.names = sorted(kind for kind, count in counts.items() if count >= config["least"])
        numbers = {name: number for number, name in enumerate(self.names)}
        pixels, shown = [], []
        for pack in config["packs"]:
            wanted = {
                name: numbers[kind]
                for (where, name), kind in kinds.items()
                if where == pack and kind in numbers
            }
            names, squares = load_named(data / pack, side, wanted)
            pixels.append(squares)
            shown += [wanted[name] for name in names]
        self.pixels = torch.cat(pixels).to(device)
        self.shown = torch.tensor(shown, device=device)
        self._share = self.shown.bincount().float().rsqrt()[self.shown]

    def draw(self, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Luma (count, 1, s, s) L_n, cut, mirrored, of another tone; and numbers of ``names``."""
        pick = torch.multinomial(self._share, count, replacement=True, generator=generator)

        def uniform(low: float, high: float) -> Tensor:
            drawn = torch.rand(count, 1, 1, 1, generator=generator, device=pick.device)
            return drawn * (high - low) + low

        light = (lab_n(self.pixels[pick])[:, :1] + 1) / 2
        light = random_cuts(light, _LEAST_CUT, generator).clamp(min=1e-3)
        toned = light ** uniform(-_GAMMA, _GAMMA).exp() * uniform(*_EXPOSURE)
        return toned.clamp(0, 1) * 2 - 1, self.shown[pick]


def read_kinds(
    manifest: Path, packs: Sequence[str], rules: Mapping[str, str]
) -> dict[tuple[str, str], str]:
    """The kind of every picture, by pack and name, of which a rule tells one."""
    kinds = {}
    with gzip.open(manifest, "rt", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            pack, rule = f"{row['pack']}.tar", rules.get(row["source"])
            if pack not in packs or rule is None:
                continue
            found = re.search(rule, row["path"])
            if found:
                kinds[pack, row["name"]] = " ".join([row["source"], *found.groups()])
    return kinds
