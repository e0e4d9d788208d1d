"""Photographs with damage made by procedure: what restoring is worth, kind by kind.

The kinds and their strengths are those of a committed training config, so that whoever reads the
figures can make the same damage.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from restore_colorize.imaging import Picture
from skimage.restoration import denoise_nl_means
from torch import Tensor

from evaluation.baselines import gray_target
from evaluation.packs import Photograph
from evaluation.restoration import (
    RESTORERS,
    DamagedCase,
    DamagedPair,
    NonLocalMeans,
    Question,
    Restorer,
    Unchanged,
    gray_picture,
    run_restoration,
)
from evaluation.tables import Row, Table

TRAINING = Path(__file__).resolve().parents[1] / "training"
CONFIG = TRAINING / "configs" / "restoration.toml"
SIDE_PX = 256
KODAK_SIGMA = 25 / 255
KODAK_SIDE_PX = 512
_SEED = 2000  # of the first kind; the next ones count on
_TOLD_SHARES = (0.4, 0.6, 0.8, 1.0)  # of the true noise: the h of non-local means
_AT_ONCE = 16


@dataclass(frozen=True)
class _Shown:
    """A kind of damage in the config, for readers, and of how many pictures it is measured."""

    kind: str
    title: str
    question: str
    count: int


KINDS = (
    _Shown(
        "mix",
        "Old photographs",
        "Fading, stains, blur, noise, scratches, folds, dust, torn pieces and JPEG, mixed.",
        96,
    ),
    _Shown("scratches", "Scratches, folds, dust, torn pieces", "On otherwise good pictures.", 32),
    _Shown("noise", "Noise", "White, grainy or with the brightness, sigma 5 to 26 of 255.", 32),
    _Shown("blur", "Blur", "Sigma 0.8 to 2.5 pixels.", 32),
    _Shown("jpeg", "JPEG", "Quality 10 to 51.", 32),
    _Shown("fading", "Fading", "Lost contrast, other gamma, uneven: a matter of the tone.", 32),
    _Shown("noise40", "Noise that nobody sees", "40 dB: does it stay as good?", 32),
    _Shown("clean", "Nothing at all", "An untouched picture: how near does it come out?", 64),
    _Shown("cracked", "Broken prints", "Networks of cracks, torn pieces, dust, a soft scan.", 32),
    _Shown("creased", "Bent prints", "Bows around corners, lines right through, lit aslant.", 32),
)


class NonLocalMeansTold(NonLocalMeans):
    """Non-local means that is told the noise."""

    name, title = "nlm-told", "non-local means, told sigma"

    def restore(self, damaged: Picture, mask: Tensor | None = None) -> Sequence[Picture]:
        """Filter at several strengths with the true sigma."""
        plane = damaged.planes[0].numpy()
        return [
            gray_picture(
                denoise_nl_means(
                    plane, patch_size=5, patch_distance=6, h=share * KODAK_SIGMA, sigma=KODAK_SIGMA
                )
            )
            for share in _TOLD_SHARES
        ]


def damage_tables(
    photographs: Sequence[Photograph],
    kodak: Sequence[Photograph],
    models: Sequence[Restorer],
    *,
    default: str | None = None,
    limit: int | None = None,
    shown: bool = False,
    on_row: Callable[[str, Row], None] = lambda table, row: None,
) -> list[Table]:
    """Measure the models beside classical filters, kind by kind.

    Args:
        photographs: of ``validation-256``, all of them; without any there are no such tables.
        kodak: of ``kodak24``; without any there is no such table.
        models: restorers beside the baselines. default: name of the one that others stand beside.
        limit: at most so many pictures of a kind.
    """
    restorers, tables = [*RESTORERS, *models], []
    for one in KINDS if photographs else ():
        cases = damage_cases(photographs, one.kind, limit)
        question = Question(f"damage-{one.kind}", one.title, one.question)
        tables.append(
            run_restoration(
                cases, restorers, question=question, default=default, shown=shown, on_row=on_row
            )
        )
    if kodak:
        question = Question("kodak", "Kodak24, gray", "Gaussian noise of sigma 25 of 255.")
        compared = [Unchanged(), NonLocalMeansTold(), *models]
        cases = [_noisy(photograph, place) for place, photograph in enumerate(kodak)]
        tables.append(
            run_restoration(cases, compared, question=question, default=default, on_row=on_row)
        )
    return tables


def damage_cases(
    photographs: Sequence[Photograph], kind: str, limit: int | None = None
) -> list[DamagedCase]:
    """Damage the middle of some of the photographs, always the same way.

    Args:
        photographs: all of a pack, or other pictures would be damaged.
        kind: one of ``KINDS``. limit: at most so many.
    """
    place = [one.kind for one in KINDS].index(kind)
    count = min(KINDS[place].count, limit or len(photographs))
    # Every kind begins elsewhere, so that their pictures differ.
    rolled = [*photographs[31 * place :], *photographs[: 31 * place]][:count]
    return _damaged(rolled, kind, _SEED + place)


def _damaged(photographs: Sequence[Photograph], kind: str, seed: int) -> list[DamagedCase]:
    sys.path.append(str(TRAINING))  # it is never installed
    try:
        from restore_colorize_training.damage import DamageMaker, Decoys, Kind
    finally:
        sys.path.remove(str(TRAINING))
    tables = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["damage"]
    kinds = {name: Kind.from_config(table) for name, table in tables.items()}
    maker, generator = DamageMaker(kinds, Decoys()), torch.Generator().manual_seed(seed)
    cases = []
    for first in range(0, len(photographs), _AT_ONCE):
        part = photographs[first : first + _AT_ONCE]
        made = maker.damage(torch.stack([_square(one) for one in part]), generator, kind)
        for place, one in enumerate(part):
            pair = DamagedPair(
                Picture(made.picture[place], depth=32),
                Picture(made.truth[place], depth=32),
                made.mask[place, 0],
            )
            cases.append(_case(one.name, pair))
    return cases


def _noisy(photograph: Photograph, seed: int) -> DamagedCase:
    truth = gray_target(photograph.picture)
    noise = np.random.default_rng(seed).normal(0, KODAK_SIGMA, truth.size)
    noisy = truth.planes + torch.from_numpy(noise).float()
    return _case(photograph.name, DamagedPair(Picture(noisy.clamp(0, 1), depth=32), truth))


def _case(name: str, pair: DamagedPair) -> DamagedCase:
    return DamagedCase(name, lambda: pair)


def _square(photograph: Photograph) -> Tensor:
    """The middle (1, SIDE_PX, SIDE_PX) as gray; smaller sides are repeated by reflection."""
    gray = gray_target(photograph.picture).planes.numpy()
    short = [max(0, SIDE_PX - side) for side in gray.shape[1:]]
    padded = np.pad(gray, [(0, 0), *((lack // 2, lack - lack // 2) for lack in short)], "reflect")
    top, left = ((side - SIDE_PX) // 2 for side in padded.shape[1:])
    return torch.from_numpy(padded[:, top : top + SIDE_PX, left : left + SIDE_PX].copy())
