"""Draws without a reference: how likely, how true, how different, and what ranking them is worth.

Every photograph is drawn eight times by the prior itself; nothing is chosen, so that the figures
are those of the sampler. Six of the draws are measured, all eight are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from restore_colorize.engines import GridPicture, grid_picture
from restore_colorize.imaging import (
    Picture,
    join_chroma,
    pad_reflect,
    shrink,
    srgb_to_lab,
    srgb_to_ycbcr,
    upsample_chroma,
)
from restore_colorize.networks import (
    PixColor,
    Sampler,
    SamplingOptions,
    bins_from_chroma,
    chroma_from_bins,
    grid_of,
    nats,
    uniforms,
)
from torch import Tensor

from evaluation import metrics
from evaluation.baselines import gray_target
from evaluation.exhibits import Exhibit, Tile, tile_of
from evaluation.packs import Photograph
from evaluation.tables import Answers, Figure, Ruler, Table, by_name, make_rows

DRAWN, MEASURED = 8, 6
_BINS = 32

LIKELIHOOD = Ruler(
    "likelihood",
    (
        Figure("cr", "cr", heading="Cr, nats", digits=3),
        Figure("cb", "cb", heading="Cb, nats", digits=3),
        Figure("of_marginal", "both", "marginal", heading="of the marginal's", digits=3),
    ),
    "Nats that a value of the 28-cell grid costs the prior, given all before it: Cr, then Cb, at "
    "temperature 1 and without the anchors that draws begin with. The "
    "*marginal* codes each value by how often its bin occurs in these very pictures, which no "
    "coder could know, and by nothing else. A guess among 32 bins costs 3.466.",
)
SAMPLES = Ruler(
    "samples",
    (
        Figure("psnr", "psnr", heading="PSNR dB", is_compared=True),
        Figure("histogram", "histogram", heading="hist", digits=3, is_compared=True),
        Figure("ab_ratio", "ab", "true_chroma", heading="ab", digits=3, is_compared=True),
        Figure("colorfulness", "colorfulness", "true_colorfulness", heading="CF"),
        Figure("chroma", "chroma", "true_chroma", heading="chroma"),
        Figure("ms_ssim", "ms_ssim", heading="MS-SSIM of pairs", digits=3),
    ),
    "*hist*, *ab*, *CF* and *chroma* as in the report on references: intersection of the ab "
    "histograms, and over the truth's ab distance, colorfulness and chroma. *MS-SSIM of pairs* "
    "tells how alike two draws of one photograph are: 1 for equal ones. A sampler that is true to "
    "the variety of colors pays for it in PSNR: a draw that is as good as any other photograph of "
    "that kind lies further from this one than gray does.",
)
REFINEMENT = Ruler(
    "refinement",
    (
        Figure("psnr", "psnr", heading="PSNR dB", is_compared=True),
        Figure("ab_ratio", "ab", "true_chroma", heading="ab", digits=3, is_compared=True),
    ),
    "The true chroma of the 28-cell grid, in its bins, brought back to full size.",
)


@dataclass(frozen=True, eq=False)
class Drawer:
    """A model that draws, and how boldly; ``name`` is stable, ``title`` is for readers."""

    name: str
    title: str
    network: PixColor
    options: SamplingOptions | None = None


@dataclass(frozen=True, eq=False)
class _Look:
    """A picture at 8 bit, looked at once."""

    rgb: np.ndarray
    ab: Tensor
    histogram: np.ndarray
    colorfulness: float

    @classmethod
    def at(cls, picture: Picture) -> _Look:
        samples = (picture.planes.expand(3, -1, -1) * 255).round()
        ab = srgb_to_lab(samples / 255)[1:]
        rgb = samples.byte().movedim(0, -1).numpy()
        histogram = metrics.ab_histogram(ab.movedim(0, -1).numpy())
        return cls(rgb, ab, histogram, metrics.colorfulness(rgb))

    def beside(self, truth: _Look) -> dict[str, float | None]:
        """Return what this picture is worth."""
        return {
            "psnr": metrics.psnr(self.rgb, truth.rgb),
            "histogram": metrics.histogram_intersection(self.histogram, truth.histogram),
            "ab": float((self.ab - truth.ab).norm(dim=0).mean()),
            "chroma": float(self.ab.norm(dim=0).mean()),
            "true_chroma": float(truth.ab.norm(dim=0).mean()),
            "colorfulness": self.colorfulness,
            "true_colorfulness": truth.colorfulness,
        }


@dataclass(frozen=True, eq=False)
class _Case:
    """A photograph as the model meets it: gray, and its true bins (2, h, w)."""

    name: str
    truth: Picture
    target: Picture
    seen: GridPicture
    bins: Tensor

    @classmethod
    def of(cls, photograph: Photograph) -> _Case:
        target = gray_target(photograph.picture)
        seen = grid_picture(target)
        size = seen.size
        small = shrink(photograph.picture.planes, size.height, size.width).clamp(0, 1)
        chroma = srgb_to_ycbcr(small)[[2, 1]] * 2 - 1
        padded = pad_reflect(chroma[None], size.padded_height, size.padded_width)
        bins = bins_from_chroma(grid_of(padded))[0]
        return cls(photograph.name, photograph.picture, target, seen, bins)

    def colored(self, padded: Tensor) -> Picture:
        """Return the picture with Cr and Cb (2, padded_height, padded_width)."""
        return join_chroma(self.target, self.seen.chroma(padded), self.seen.luma)


@torch.inference_mode()
def sample_tables(
    photographs: Sequence[Photograph],
    drawer: Drawer,
    shown: int = 0,
    on_picture: Callable[[int, int], None] = lambda done, all_of_them: None,
) -> list[Table]:
    """Ask all questions about draws of color photographs.

    Args:
        shown: how many photographs, spread over all, become exhibits of the table "samples".
        on_picture: told how many pictures of how many are done.
    """
    cases = [_Case.of(one) for one in photographs]
    all_bins = torch.cat([case.bins.flatten(1) for case in cases], 1)  # (2, cells)
    step = max(1, len(cases) // shown) if shown else len(cases) + 1
    measured: list[_Measured] = []
    for place, case in enumerate(cases):
        measured.append(_measure(case, drawer, all_bins, bool(shown) and not place % step))
        on_picture(place + 1, len(cases))
    names = tuple(case.name for case in cases)
    tables = []
    for ruler, title, question, rows in _QUESTIONS:
        answers = [
            Answers(
                f"{drawer.name}{name}" if name.startswith("-") or not name else name,
                words.format(title=drawer.title),
                by_name([one.values[ruler.name][name] for one in measured]),
            )
            for name, words in rows
            if name in measured[0].values[ruler.name]
        ]
        made = make_rows(ruler, answers, drawer.name)
        tables.append(Table(ruler.name, title, question, ruler, names, made))
    exhibits = tuple(one.exhibit for one in measured if one.exhibit is not None)
    return [
        Table(**{**table.__dict__, "exhibits": exhibits}) if table.name == "samples" else table
        for table in tables
    ]


@torch.inference_mode()
def draws_of(target: Picture, drawer: Drawer, name: str) -> Exhibit:
    """Draw a gray picture whose colors nobody knows, to be looked at; the best first."""
    seen = grid_picture(target)
    bins, scores, _ = _drawn(seen, drawer)
    tiles = [tile_of(target, "gray")]
    for index in scores.argsort(descending=True).tolist():
        chroma = seen.chroma(drawer.network(seen.gray, bins[index][None])[0])
        picture = join_chroma(target, chroma, seen.luma)
        tiles.append(tile_of(picture, f"seed {index}, score {float(scores[index]):.2f}"))
    return Exhibit(name, 0.0, tuple(tiles))


# For each question its rows: "" is the model itself, "-…" the model with a choice.
_QUESTIONS = (
    (
        LIKELIHOOD,
        "How likely is the truth?",
        "The true chroma of each photograph, value by value, given its gray picture.",
        (("", "{title}"), ("marginal", "marginal histogram")),
    ),
    (
        SAMPLES,
        "Draws beside the truth",
        f"{MEASURED} draws of each photograph, refined. A row of the model is "
        "the mean of them all, the one that the critic likes best, the likeliest one, and the one "
        "that happens to lie nearest to the truth.",
        (
            ("", "{title}, the average draw"),
            ("-first", "the critic's first"),
            ("-likeliest", "the likeliest"),
            ("-best", "the nearest (oracle)"),
            ("marginal", "drawn from the marginal histogram"),
            ("gray", "gray"),
        ),
    ),
    (
        REFINEMENT,
        "What refining is worth",
        "Not draws, but the truth itself on the small grid.",
        (
            ("", "{title}"),
            ("edges", "along the edges of the luma (imaging)"),
            ("bilinear", "bilinear"),
            ("gray", "gray"),
        ),
    ),
)


@dataclass(frozen=True, eq=False)
class _Measured:
    """Values of one photograph by table and row."""

    values: Mapping[str, Mapping[str, Mapping[str, float | None]]]
    exhibit: Exhibit | None


def _measure(case: _Case, drawer: Drawer, all_bins: Tensor, is_shown: bool) -> _Measured:
    network = drawer.network
    truth = _Look.at(case.truth)
    gray = _Look.at(case.target).beside(truth)
    bins, scores, likelihood = _drawn(case.seen, drawer)
    pictures = [case.colored(network(case.seen.gray, one[None])[0]) for one in bins]
    values = {
        "likelihood": _likelihood(case, network, all_bins),
        "samples": {
            **_rows_of_draws(pictures, scores, likelihood, truth, network.critic is not None),
            "marginal": _from_marginal(case, all_bins, network).beside(truth) | {"ms_ssim": None},
            "gray": gray | {"ms_ssim": None},
        },
        "refinement": {
            name: _Look.at(case.colored(chroma)).beside(truth)
            for name, chroma in _enlarged(case, network).items()
        }
        | {"gray": gray},
    }
    return _Measured(values, _exhibit(case, pictures, scores) if is_shown else None)


def _drawn(seen: GridPicture, drawer: Drawer) -> tuple[Tensor, Tensor, Tensor]:
    """Bins (8, 2, h, w), the critic's scores (8,) or the likelihood, and the likelihood (8,)."""
    sampler = Sampler(drawer.network.prior, seen.gray, options=drawer.options)
    draws = sampler.draw([uniforms(seed, *seen.grid) for seed in range(DRAWN)])
    judged = drawer.network.judge(seen.gray, draws.bins)
    scores = draws.log_likelihood if judged is None else judged
    return draws.bins, scores, draws.log_likelihood


def _likelihood(
    case: _Case, network: PixColor, all_bins: Tensor
) -> dict[str, dict[str, float | None]]:
    bins = case.bins[None]
    own = nats(network.prior(case.seen.gray, bins).logits, bins)[0]
    counts = torch.stack([torch.bincount(row, minlength=_BINS) + 1 for row in all_bins]).double()
    shares = (counts / counts.sum(1, keepdim=True)).log()
    marginal = nats(shares[None, :, :, None, None].expand(1, 2, _BINS, *bins.shape[2:]), bins)[0]
    below = float(marginal.mean())
    return {
        name: {
            "cr": float(cost[0]),
            "cb": float(cost[1]),
            "both": float(cost.mean()),
            "marginal": below,
        }
        for name, cost in (("", own), ("marginal", marginal))
    }


def _rows_of_draws(
    pictures: Sequence[Picture],
    scores: Tensor,
    likelihood: Tensor,
    truth: _Look,
    has_critic: bool,
) -> dict[str, dict[str, float | None]]:
    looks = [_Look.at(picture) for picture in pictures[:MEASURED]]
    each = [look.beside(truth) for look in looks]
    alike = [float("nan")]
    if min(looks[0].rgb.shape[:2]) >= metrics.MS_SSIM_LEAST_PX:
        alike = [
            metrics.ms_ssim(first.rgb, second.rgb)
            for first, second in zip(looks[::2], looks[1::2], strict=True)
        ]
    average: dict[str, float | None] = {
        name: float(np.mean([one[name] for one in each])) for name in each[0]
    }
    chosen = {
        "-likeliest": each[int(likelihood[:MEASURED].argmax())],
        "-best": max(each, key=lambda one: one["psnr"] or 0.0),
    }
    if has_critic:
        chosen["-first"] = each[int(scores[:MEASURED].argmax())]
    rows = {name: one | {"ms_ssim": None} for name, one in chosen.items()}
    return {"": average | {"ms_ssim": float(np.mean(alike))}, **rows}


def _from_marginal(case: _Case, all_bins: Tensor, network: PixColor) -> _Look:
    """Every cell the color of any cell of any picture; unrefined, for edges would help nothing."""
    count = case.bins[0].numel()
    generator = torch.Generator().manual_seed(0)
    cells = torch.randint(all_bins.shape[1], (count,), generator=generator)
    drawn = all_bins[:, cells].reshape(1, *case.bins.shape)
    return _Look.at(case.colored(network(case.seen.gray, drawn, refine=False)[0]))


def _enlarged(case: _Case, network: PixColor) -> dict[str, Tensor]:
    """The true bins at full size by each way, (2, padded_height, padded_width)."""
    size, bins = case.seen.size, case.bins[None]
    luma = pad_reflect(case.seen.luma[None, None], size.padded_height, size.padded_width)
    small = F.avg_pool2d(luma, PixColor.SIDE_MULTIPLE)
    return {
        "": network(case.seen.gray, bins)[0],
        "bilinear": network(case.seen.gray, bins, refine=False)[0],
        "edges": upsample_chroma(chroma_from_bins(bins)[0], small[0, 0], luma[0, 0]),
    }


def _exhibit(case: _Case, pictures: Sequence[Picture], scores: Tensor) -> Exhibit:
    truth = _Look.at(case.truth)
    tiles: list[Tile] = [tile_of(case.target, "gray"), tile_of(case.truth, "truth")]
    distances = []
    for index in scores.argsort(descending=True).tolist():
        found = _Look.at(pictures[index]).beside(truth)
        words = f"seed {index}, score {float(scores[index]):.2f}: {found['psnr']:.1f} dB"
        tiles.append(tile_of(pictures[index], words))
        distances.append(found["ab"] or 0.0)
    return Exhibit(case.name, float(np.mean(distances)), tuple(tiles))
