"""A user's own pictures: three or two sub-folders whose pictures belong together by name.

``gray/NAME``, ``reference/NAME`` and ``truth/NAME`` are a target (gray, or faded color), a color
picture whose colors are wanted, and the true colors. ``damaged/NAME`` and ``truth/NAME`` are a
damaged picture and the same without damage. A NAME is a file's name without its ending. Targets
and damaged pictures have the size of their truth. A folder may hold both kinds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from restore_colorize.imaging import Picture, read_picture

from evaluation.baselines import gray_target
from evaluation.experiments import Case, Scene
from evaluation.metrics import SSIM_WINDOW_PX
from evaluation.packs import PICTURE_SUFFIXES, MaterialError, is_gray
from evaluation.restoration import DamagedCase, DamagedPair

RULE = (
    "give a folder with the sub-folders gray, reference and truth, or damaged and truth, whose "
    "pictures belong together by name"
)


@dataclass(frozen=True, eq=False)
class OwnPictures:
    """The cases of a user's folder; ``has_colors`` says whether some target is a color picture."""

    name: str
    triples: tuple[Case, ...]
    damaged: tuple[DamagedCase, ...]
    has_colors: bool


def load_folder(folder: Path, *, limit: int | None = None) -> OwnPictures:
    """Find what belongs together, and read every picture once, so that errors come first.

    Args:
        folder: with ``gray``, ``reference`` and ``truth``, or ``damaged`` and ``truth``, or all.
        limit: the most cases of each kind to take; None for all.

    Raises:
        MaterialError: a folder, a reference or a truth is missing, sizes differ, a reference or a
            color target's truth is gray, or a picture is too small.
        RestoreError: a picture cannot be read.
    """
    if not folder.is_dir():
        raise MaterialError(f"There is no folder {folder}: {RULE}.")
    kinds = [kind for kind in ("gray", "damaged") if (folder / kind).is_dir()]
    if not kinds:
        raise MaterialError(f"There is neither gray nor damaged in {folder}: {RULE}.")
    truths = _pictures(folder / "truth")
    triples: list[Case] = []
    damaged: list[DamagedCase] = []
    has_colors = False
    if "gray" in kinds:
        references = _pictures(folder / "reference")
        for name, path in _first(folder / "gray", limit):
            truth = _partner(path, truths, "truth")
            reference = _partner(path, references, "reference")
            has_colors |= _check_triple(path, reference, truth)
            triples.append(_triple(name, path, reference, truth))
    if "damaged" in kinds:
        for name, path in _first(folder / "damaged", limit):
            truth = _partner(path, truths, "truth")
            _check_sizes(path, read_picture(path), read_picture(truth))
            damaged.append(_damaged(name, path, truth))
    return OwnPictures(folder.resolve().name, tuple(triples), tuple(damaged), has_colors)


def _triple(name: str, target: Path, reference: Path, truth: Path) -> Case:
    return Case(
        name, lambda: Scene(read_picture(target), read_picture(reference), read_picture(truth))
    )


def _damaged(name: str, damaged: Path, truth: Path) -> DamagedCase:
    return DamagedCase(
        name,
        lambda: DamagedPair(gray_target(read_picture(damaged)), gray_target(read_picture(truth))),
    )


def _first(folder: Path, limit: int | None) -> list[tuple[str, Path]]:
    pictures = sorted(_pictures(folder).items())
    if not pictures:
        raise MaterialError(f"There is no picture in {_short(folder)}: {RULE}.")
    return pictures[:limit]


def _pictures(folder: Path) -> dict[str, Path]:
    """The pictures of a sub-folder by their names without endings."""
    if not folder.is_dir():
        raise MaterialError(f"There is no folder {_short(folder)}: {RULE}.")
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in PICTURE_SUFFIXES or path.name.startswith("."):
            continue
        if path.stem in found:
            raise MaterialError(
                f"{_short(path)} and {found[path.stem].name} have one name, so it is not clear "
                "which one is meant: remove one of them."
            )
        found[path.stem] = path
    return found


def _partner(path: Path, pictures: Mapping[str, Path], kind: str) -> Path:
    partner = pictures.get(path.stem)
    if partner is None:
        raise MaterialError(
            f"There is no {kind} for {_short(path)}: put a picture {kind}/{path.stem} beside it, "
            "or take it away."
        )
    return partner


def _check_triple(target: Path, reference: Path, truth: Path) -> bool:
    """Refuse what cannot be measured; returns whether the target is a color picture."""
    shown, true = read_picture(target), read_picture(truth)
    _check_sizes(target, shown, true)
    for path, picture in ((truth, true), (reference, read_picture(reference))):
        if picture.is_gray or is_gray(picture):
            raise MaterialError(
                f"{_short(path)} is gray, but a reference and a truth need colors: give a color "
                "picture, or take it away."
            )
    return not (shown.is_gray or is_gray(shown))


def _check_sizes(path: Path, picture: Picture, truth: Picture) -> None:
    if picture.size != truth.size:
        raise MaterialError(
            f"{_short(path)} has {picture.width} x {picture.height} pixels, its truth "
            f"{truth.width} x {truth.height}: they must show the same at the same size."
        )
    if min(truth.size) < SSIM_WINDOW_PX:
        raise MaterialError(
            f"{_short(path)} has {picture.width} x {picture.height} pixels: both sides need "
            f"{SSIM_WINDOW_PX}."
        )


def _short(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
