"""Contact sheets: the pictures behind the figures, failures first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from restore_colorize.imaging import Picture, srgb_to_lab

from evaluation.baselines import Colored, Colorizer, gray_target
from evaluation.experiments import Table
from evaluation.packs import Pair

TILE_PX = 200  # longest side of a picture on a sheet
ROWS_PER_PAGE = 6
_CAPTION_PX = 18
_GAP_PX = 6
_PAPER, _INK = (250, 250, 250), (30, 30, 30)


@dataclass(frozen=True, eq=False)
class Tile:
    """A picture and the words under it; no picture leaves the place empty."""

    picture: Picture | None
    caption: str


def write_pages(stem: Path, rows: Sequence[Sequence[Tile]], tile_px: int = TILE_PX) -> list[Path]:
    """Write rows of tiles as PNG pages ``stem-1.png``, ``stem-2.png``, …; return their paths."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, first in enumerate(range(0, len(rows), ROWS_PER_PAGE), 1):
        path = stem.with_name(f"{stem.name}-{number}.png")
        draw_sheet(rows[first : first + ROWS_PER_PAGE], tile_px).save(path)
        paths.append(path)
    return paths


def draw_sheet(rows: Sequence[Sequence[Tile]], tile_px: int = TILE_PX) -> Image.Image:
    """Draw rows of tiles on one sheet, each picture shrunk to ``tile_px`` on its longer side."""
    images = [[_image(tile, tile_px) for tile in row] for row in rows]
    heights = [
        max((image.height for image in row if image is not None), default=0) for row in images
    ]
    columns = max(len(row) for row in rows)
    sheet = Image.new(
        "RGB",
        (
            columns * (tile_px + _GAP_PX) + _GAP_PX,
            sum(heights) + len(rows) * (_CAPTION_PX + _GAP_PX) + _GAP_PX,
        ),
        _PAPER,
    )
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(size=12)
    top = _GAP_PX
    for row, row_images, height in zip(rows, images, heights, strict=True):
        for column, (tile, image) in enumerate(zip(row, row_images, strict=True)):
            left = _GAP_PX + column * (tile_px + _GAP_PX)
            if image is not None:
                sheet.paste(image, (left, top))
            draw.text((left, top + height + 1), tile.caption, fill=_INK, font=font)
        top += height + _CAPTION_PX + _GAP_PX
    return sheet


def draw_strip(tiles: Sequence[Tile], height_px: int) -> Image.Image:
    """Draw pictures side by side at one height; every tile needs a picture."""
    images = []
    for tile in tiles:
        image = _image(tile, None)
        if image is not None:
            width = round(image.width * height_px / image.height)
            images.append(image.resize((width, height_px), Image.Resampling.LANCZOS))
    size = (
        sum(image.width for image in images) + _GAP_PX * (len(images) + 1),
        height_px + _CAPTION_PX + 2 * _GAP_PX,
    )
    strip = Image.new("RGB", size, _PAPER)
    draw = ImageDraw.Draw(strip)
    font = ImageFont.load_default(size=13)
    left = _GAP_PX
    for tile, image in zip(tiles, images, strict=True):
        strip.paste(image, (left, _GAP_PX))
        draw.text((left, height_px + _GAP_PX + 1), tile.caption, fill=_INK, font=font)
        left += image.width + _GAP_PX
    return strip


def table_rows(table: Table, colorizers: Sequence[Colorizer]) -> list[list[Tile]]:
    """Rows of reference, target, results and truth for the kept cases; the worst of the last
    colorizer (by ab distance) first."""
    by_name = {row.colorizer: row for row in table.rows}
    places = {case.name: place for place, case in enumerate(table.experiment.cases)}
    last = colorizers[-1].name
    kept = [name for (colorizer, name) in table.kept if colorizer == last]
    kept.sort(key=lambda name: -by_name[last].scores[places[name]].ab_distance)
    rows = []
    for name in kept:
        case = table.experiment.cases[places[name]]
        row = [
            Tile(case.reference, f"{name} reference"),
            Tile(gray_target(case.truth), "target"),
        ]
        for colorizer in colorizers:
            level = by_name[colorizer.name].scores[places[name]].psnr
            colored = table.kept[colorizer.name, name]
            row.append(Tile(colored.picture, f"{colorizer.name} {level:.1f} dB{_related(colored)}"))
        row.append(Tile(case.truth, "truth"))
        rows.append(row)
    return rows


def exemplar_rows(pairs: Sequence[Pair], colorizers: Sequence[Colorizer]) -> list[list[Tile]]:
    """Rows of target, reference, results and the published result; no truth is known here.

    Those furthest from the published result (mean ab distance of the last colorizer) come first,
    pairs without a published result at the end.
    """
    ordered = []
    for pair in pairs:
        target = gray_target(pair.target)
        results = [colorizer.colorize(target, pair.reference) for colorizer in colorizers]
        published = next(iter(pair.published.values()), None)
        row = [Tile(target, f"{pair.name} target"), Tile(pair.reference, "reference")]
        row += [
            Tile(colored.picture, colorizer.name + _related(colored))
            for colorizer, colored in zip(colorizers, results, strict=True)
        ]
        row.append(Tile(published, "published" if published else "none published"))
        ordered.append((-_ab_distance(results[-1].picture, published), pair.name, row))
    ordered.sort(key=lambda item: item[:2])
    return [row for _, _, row in ordered]


def _related(colored: Colored) -> str:
    return "" if colored.related is None else f" r {colored.related:.2f}"


def _ab_distance(picture: Picture, other: Picture | None) -> float:
    if other is None:
        return -1.0
    height, width = min(picture.height, other.height), min(picture.width, other.width)
    first, second = (srgb_to_lab(one.planes)[1:, :height, :width] for one in (picture, other))
    return float((first - second).norm(dim=0).mean())


def _image(tile: Tile, tile_px: int | None) -> Image.Image | None:
    if tile.picture is None:
        return None
    planes = tile.picture.planes.expand(3, -1, -1)
    samples = (planes * 255).round().byte().movedim(0, -1).contiguous().numpy()
    image = Image.fromarray(samples)
    if tile_px is not None:
        image.thumbnail((tile_px, tile_px), Image.Resampling.LANCZOS)
    return image
