"""Pictures behind the figures, kept small while an evaluation runs."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image
from restore_colorize.imaging import Picture

TILE_PX = 640  # longest side of a picture on a page
_QUALITY = 90


@dataclass(frozen=True)
class Tile:
    """A picture as JPEG of (width, height), and the words under it.

    Without ``jpeg`` the place stays empty.
    """

    caption: str
    jpeg: bytes | None = None
    size: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Exhibit:
    """One case: its pictures in a row; those of large ``badness`` are shown first."""

    name: str
    badness: float
    tiles: tuple[Tile, ...]


def tile_of(picture: Picture, caption: str) -> Tile:
    """Encode a picture, shrunk to 640 pixels on its longer side where it is larger."""
    image = image_of(picture)
    image.thumbnail((TILE_PX, TILE_PX), Image.Resampling.LANCZOS)
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=_QUALITY)
    return Tile(caption, stream.getvalue(), image.size)


def image_of(picture: Picture) -> Image.Image:
    """Return a picture, gray or colored, as 8-bit RGB; transparency is left out."""
    samples = (picture.planes.expand(3, -1, -1) * 255).round().byte()
    return Image.fromarray(samples.movedim(0, -1).contiguous().numpy())
