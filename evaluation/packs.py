"""Where the pictures come from: packs of photographs as tar files or folders, or plain pictures.

A pack is ``NAME.tar`` or a folder ``NAME`` with numbered pictures. Plain pictures are a folder of
image files; two files ``NAME-target`` and ``NAME-reference`` make a pair. Embedded color profiles
are not applied: the packs hold sRGB only.
"""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps
from restore_colorize.imaging import Picture

SHORT_SIDE_PX = 256
PACKS = ("validation-256", "pairs", "exemplar-pairs")
PICTURE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff")
_GRAY_LEVELS = 4.0  # a picture whose channels differ by less in the mean is taken for gray


class MaterialError(Exception):
    """The pictures that were asked for are not there; ``str()`` is one sentence for the user."""


@dataclass(frozen=True, eq=False)
class Photograph:
    """A color photograph, (3, h, w) at 8 bit, short side at most 256 pixels."""

    name: str
    picture: Picture


@dataclass(frozen=True, eq=False)
class Pair:
    """A target and a reference with other pixels.

    The target keeps its colors where they are known. ``published`` are the results that the pair's
    source shows, by method.
    """

    name: str
    target: Picture
    reference: Picture
    published: Mapping[str, Picture] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Material:
    """All pictures of one evaluation; ``remarks`` says in whole sentences what was left out."""

    name: str
    photographs: tuple[Photograph, ...] = ()
    pairs: Mapping[str, tuple[Pair, ...]] = field(default_factory=dict)
    exemplar_pairs: tuple[Pair, ...] = ()
    remarks: tuple[str, ...] = ()


def load_material(folder: Path, *, limit: int | None = None) -> Material:
    """Load packs, or plain pictures where the folder holds no pack.

    Args:
        folder: with ``validation-256``, ``pairs`` and ``exemplar-pairs`` (each a tar or a folder;
            those that are missing are left out and named in ``remarks``), or with image files.
        limit: the most photographs, and pairs of each kind, to take; None for all.

    Raises:
        MaterialError: the folder is missing or holds neither packs nor color pictures.
    """
    if not folder.is_dir():
        raise MaterialError(f"There is no folder {folder}: {_needed()}")
    present = [name for name in PACKS if _pack_path(folder, name) is not None]
    if not present:
        return _plain_material(folder, limit)
    remarks = [
        f"{name} was not there, so its rows are missing." for name in PACKS if name not in present
    ]
    photographs = load_photographs(folder, "validation-256", limit)
    pairs = _load_pairs(folder, limit) if "pairs" in present else {}
    exemplar = _load_exemplar_pairs(folder, limit) if "exemplar-pairs" in present else ()
    return Material("packs", photographs, pairs, exemplar, tuple(remarks))


def _needed() -> str:
    return (
        "give a folder with " + ", ".join(f"{name}.tar" for name in PACKS) + " (or one of them, as "
        "tar or unpacked), or a folder with color photographs, or leave the option out to use the "
        "samples."
    )


def _pack_path(folder: Path, name: str) -> Path | None:
    for path in (folder / f"{name}.tar", folder / name):
        if path.exists():
            return path
    return None


def pack_files(folder: Path, name: str) -> Iterator[tuple[str, bytes]]:
    """Yield (file name, content) of a pack's pictures, sorted by name.

    Raises:
        MaterialError: there is no such pack, or it cannot be read.
    """
    pack = _pack_path(folder, name)
    if pack is None:
        raise MaterialError(f"There is no {name} in {folder}: name the folder of the packs.")
    return _entries(pack, lambda _: True)


def _entries(pack: Path, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    """Yield (file name, content) of a tar's or folder's pictures, sorted by name."""
    if pack.is_dir():
        for path in sorted(pack.iterdir()):
            if path.suffix.lower() in PICTURE_SUFFIXES and wanted(path.name):
                yield path.name, path.read_bytes()
        return
    try:
        with tarfile.open(pack) as archive:
            members = [
                member
                for member in archive.getmembers()
                if member.isfile() and Path(member.name).suffix.lower() in PICTURE_SUFFIXES
            ]
            for member in sorted(members, key=lambda member: member.name):
                name = Path(member.name).name
                content = archive.extractfile(member)
                if content is not None and wanted(name):
                    yield name, content.read()
    except tarfile.TarError as error:
        raise MaterialError(
            f"The pack {pack.name} cannot be read: copy it again, it seems damaged."
        ) from error


def decode(content: bytes, name: str, short_side_px: int = SHORT_SIDE_PX) -> Picture:
    """Decode a file to (3, h, w) at 8 bit, upright, shrunk (Lanczos) to the short side.

    Smaller pictures are not enlarged.

    Raises:
        MaterialError: the content is no picture.
    """
    try:
        with Image.open(io.BytesIO(content)) as opened:
            image = ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, ValueError) as error:
        raise MaterialError(f"The picture {name} cannot be read: remove it or mend it.") from error
    scale = short_side_px / min(image.size)
    if scale < 1:
        width, height = (round(side * scale) for side in image.size)
        image = image.resize((width, height), Image.Resampling.LANCZOS)
    return Picture.from_samples(np.array(image))


def is_gray(picture: Picture) -> bool:
    """Whether a picture is gray or nearly so (its channels differ by less than 4/255)."""
    spread = picture.planes.amax(0) - picture.planes.amin(0)
    return float(spread.mean()) * 255 < _GRAY_LEVELS


def _stem(name: str) -> str:
    return name.rsplit(".", 1)[0]


def load_photographs(
    folder: Path, pack_name: str, limit: int | None, short_side_px: int = SHORT_SIDE_PX
) -> tuple[Photograph, ...]:
    """Load a pack's pictures, at most ``limit``; none where the pack is missing.

    Raises:
        MaterialError: a picture or the pack cannot be read.
    """
    pack = _pack_path(folder, pack_name)
    photographs: list[Photograph] = []
    for name, content in _entries(pack, lambda _: True) if pack else ():
        if limit is not None and len(photographs) == limit:
            break
        photographs.append(Photograph(_stem(name), decode(content, name, short_side_px)))
    return tuple(photographs)


def _load_pairs(folder: Path, limit: int | None) -> dict[str, tuple[Pair, ...]]:
    """Load the test pairs of ``pairs``, each in both directions, as "scene" and "face"."""
    pack = _pack_path(folder, "pairs")
    pictures: dict[str, Picture] = {}
    taken: dict[str, int] = {}
    pattern = re.compile(r"(scene|face)-test-\d+-[ab]\.")
    for name, content in _entries(pack, lambda name: bool(pattern.match(name))) if pack else ():
        kind = name.split("-")[0]
        if limit is not None and taken.get(kind, 0) >= 2 * ((limit + 1) // 2):
            continue
        taken[kind] = taken.get(kind, 0) + 1
        pictures[_stem(name)] = decode(content, name)
    pairs: dict[str, list[Pair]] = {}
    for name, target in pictures.items():
        other = pictures.get(name[:-1] + ("b" if name.endswith("a") else "a"))
        if other is not None:
            kind = name.split("-")[0]
            pairs.setdefault(kind, []).append(Pair(name, target, other))
    return {kind: tuple(found) for kind, found in pairs.items()}


def _load_exemplar_pairs(folder: Path, limit: int | None) -> tuple[Pair, ...]:
    pack = _pack_path(folder, "exemplar-pairs")
    parts: dict[str, dict[str, Picture]] = {}
    for name, content in _entries(pack, lambda _: True) if pack else ():
        number, _, part = _stem(name).partition("-")
        if limit is None or number in parts or len(parts) < limit:
            parts.setdefault(number, {})[part] = decode(content, name)
    return tuple(
        Pair(
            number,
            found["target"],
            found["reference"],
            published={
                part.removeprefix("published-"): picture
                for part, picture in found.items()
                if part.startswith("published-")
            },
        )
        for number, found in parts.items()
        if "target" in found and "reference" in found
    )


def _plain_material(folder: Path, limit: int | None) -> Material:
    pictures: dict[str, Picture] = {}
    gray: list[str] = []
    for name, content in _entries(folder, lambda _: True):
        if limit is not None and len(pictures) == limit:
            break
        picture = decode(content, name)
        if is_gray(picture):
            gray.append(_stem(name))
        else:
            pictures[_stem(name)] = picture
    if not pictures:
        raise MaterialError(f"There are no packs and no color pictures in {folder}: {_needed()}")
    pairs = tuple(
        Pair(name.removesuffix("-target"), target, pictures[reference])
        for name, target in pictures.items()
        if name.endswith("-target")
        and (reference := name.removesuffix("target") + "reference") in pictures
    )
    remarks = [f"{', '.join(gray)}: gray, so there are no colors to compare with."] if gray else []
    return Material(
        folder.resolve().name,
        tuple(Photograph(name, picture) for name, picture in pictures.items()),
        {"pairs": pairs} if pairs else {},
        (),
        tuple(remarks),
    )
