"""Where is the damage? The shipped detector beside filters that look for thin bright lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import numpy as np
from restore_colorize.imaging import Picture
from scipy.ndimage import black_tophat, convolve, median_filter, white_tophat

from evaluation.intervals import Estimate
from evaluation.restoration import DamagedCase
from evaluation.tables import Answers, Figure, Row, Ruler, Table

_DAMAGED_OPACITY = 0.25
_EVERY_PX = 2  # AP over a quarter of the pixels is the same to three digits
_RADII_PX = (2, 4, 7)
_LENGTHS_PX = (1, 9, 17)
_DIRECTIONS = 8

DETECTION = Ruler(
    "detection",
    (
        Figure("ap", "ap", heading="AP", digits=3),
        Figure("ap_picture", "ap_picture", heading="AP by picture", digits=3),
    ),
    "*AP* is the average precision over the pixels of all pictures together, *AP by picture* its "
    "mean over pictures that have damage. A pixel counts as damaged from an opacity of 0.25. What "
    "is tuned takes the setting with the best AP on these very pictures.",
)


class Detector(Protocol):
    """Gives every pixel a number that grows with the suspicion of damage."""

    name: str  # stable, in JSON
    title: str  # for readers

    def suspect(self, damaged: Picture) -> Iterator[np.ndarray]:
        """Yield scores (h, w) of a gray picture, one for each setting."""


class TopHat:
    """What is brighter or darker than its neighborhood, in units of the noise, along lines."""

    name, title = "top-hat", "top-hat along lines, size and length tuned"

    def suspect(self, damaged: Picture) -> Iterator[np.ndarray]:
        """Yield a score for each radius and length."""
        plane = damaged.planes[0].numpy()
        noise = np.median(np.abs(plane - median_filter(plane, 3))) + 2 / 255
        for radius in _RADII_PX:
            disk = np.hypot(*np.mgrid[-radius : radius + 1, -radius : radius + 1]) <= radius
            found = np.maximum(
                white_tophat(plane, footprint=disk), black_tophat(plane, footprint=disk)
            )
            for length in _LENGTHS_PX:
                along = [convolve(found, line, mode="reflect") for line in _lines(length)]
                yield np.max(along, axis=0) / noise


def detection_table(
    cases: Sequence[DamagedCase],
    detectors: Sequence[Detector],
    on_row: Callable[[str, Row], None] = lambda table, row: None,
) -> Table:
    """Let every detector look at every case; the cases know their damage."""
    rows = []
    for one in detectors:
        settings: list[list[np.ndarray]] = []
        truths: list[np.ndarray] = []
        for case in cases:
            pair = case.open()
            assert pair.mask is not None  # made with its damage
            truths.append((pair.mask.numpy() > _DAMAGED_OPACITY)[::_EVERY_PX, ::_EVERY_PX].ravel())
            for place, scores in enumerate(one.suspect(pair.damaged)):
                settings += [[]] if len(settings) <= place else []
                settings[place].append(scores[::_EVERY_PX, ::_EVERY_PX].ravel())
        truth = np.concatenate(truths)
        pooled = [average_precision(np.concatenate(found), truth) for found in settings]
        best = settings[int(np.argmax(pooled))]
        each = [
            average_precision(scores, true) if true.any() else np.nan
            for scores, true in zip(best, truths, strict=True)
        ]
        answers = Answers(one.name, one.title, {"ap_picture": np.array(each)})
        figures = {"ap": Estimate(max(pooled))}
        figures["ap_picture"] = DETECTION.figures[1].estimate(answers.values)
        rows.append(Row(answers, figures, {}))
        on_row("detection", rows[-1])
    return Table(
        "detection",
        "Finding damage",
        "Mix and scratches: are damaged pixels told from intact ones?",
        DETECTION,
        tuple(case.name for case in cases),
        tuple(rows),
    )


def average_precision(scores: np.ndarray, truths: np.ndarray) -> float:
    """Return the mean precision at each positive, ordered by falling score; 0 without any."""
    ordered = truths[np.argsort(-scores, kind="stable")]
    precision = np.cumsum(ordered) / np.arange(1, len(ordered) + 1)
    return float(precision[ordered].mean()) if ordered.any() else 0.0


def _lines(length: int) -> list[np.ndarray]:
    """Kernels (length, length) of mean 1 / length along eight directions; one point for 1."""
    if length == 1:
        return [np.ones((1, 1))]
    middle = length // 2
    rows, columns = np.mgrid[-middle : middle + 1, -middle : middle + 1]
    lines = []
    for turn in np.arange(_DIRECTIONS) * np.pi / _DIRECTIONS:
        across = np.abs(rows * np.cos(turn) - columns * np.sin(turn)) < 0.5
        line = (across & (np.hypot(rows, columns) <= middle)).astype(np.float64)
        lines.append(line / line.sum())
    return lines
