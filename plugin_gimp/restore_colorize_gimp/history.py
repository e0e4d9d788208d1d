"""Earlier results of a layer: kept with its image while GIMP runs, never in its file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import gi

gi.require_version("GdkPixbuf", "2.0")
from gi.repository import GdkPixbuf, Gimp  # noqa: E402
from restore_colorize_client import JobRequest, Receipt  # noqa: E402
from restore_colorize_client.editing import (  # noqa: E402
    HISTORY_NAME,
    EarlierCandidate,
    EarlierJob,
    History,
)

from restore_colorize_gimp.coloring import color_channels  # noqa: E402
from restore_colorize_gimp.pixels import read_layer  # noqa: E402
from restore_colorize_gimp.session import Session  # noqa: E402
from restore_colorize_gimp.sources import Source  # noqa: E402
from restore_colorize_gimp.strip import Tile  # noqa: E402

__all__ = ["earlier_jobs", "earlier_session", "keep", "picture_of"]

QUALITY = "85"  # of a JPEG: about 12 KB for a preview


def earlier_jobs(source: Source) -> tuple[EarlierJob, ...]:
    """Return what was offered for a layer before, newest first."""
    return _read(source.image).of_source(source.lasting_id)


def keep(source: Source, tiles: Iterable[Tile]) -> None:
    """Remember what a window offered for a layer, unless the image is gone."""
    if not source.image.is_valid():
        return
    offered: dict[Receipt, list[Tile]] = {}
    for tile in tiles:
        if tile.session.receipt is not None:
            offered.setdefault(tile.session.receipt, []).append(tile)
    if not offered:
        return
    history = _read(source.image)
    for receipt, members in offered.items():
        history = history.with_job(_job(source, receipt, members))
    # Without any flag GIMP neither saves it nor takes the image for changed.
    parasite = Gimp.Parasite.new(HISTORY_NAME, 0, history.to_bytes())
    source.image.attach_parasite(parasite)


def earlier_session(source: Source, job: EarlierJob, request: JobRequest) -> Session:
    """Return a session that makes an earlier job's candidates again as soon as they are wanted.

    request: of the window, for what a repetition needs beside the receipt.
    """
    colors = color_channels(source)

    def ask() -> JobRequest:
        selection = source.selection if job.receipt.needs_selection else None
        if job.target_channels == colors:
            return replace(request, selection=selection)
        as_gray = job.target_channels == 1  # as it was, before a result made the image RGB
        target = read_layer(
            source.layer, source.target.sample_type, as_gray=as_gray, as_color=not as_gray
        )
        return replace(request, target=target, selection=selection)

    return Session(
        ask,
        target_channels=job.target_channels,
        rendered=job.rendered,
        receipt=job.receipt,
    )


def picture_of(earlier: EarlierCandidate) -> GdkPixbuf.Pixbuf | None:
    """Return the kept picture of a candidate, None where it cannot be read."""
    loader = GdkPixbuf.PixbufLoader()
    try:
        loader.write(earlier.picture)
        loader.close()
    except Exception:
        return None
    return loader.get_pixbuf()


def _read(image: Gimp.Image) -> History:
    parasite = image.get_parasite(HISTORY_NAME)
    return History() if parasite is None else History.from_bytes(bytes(parasite.get_data()))


def _job(source: Source, receipt: Receipt, tiles: list[Tile]) -> EarlierJob:
    session = tiles[0].session
    return EarlierJob(
        receipt,
        tuple(
            EarlierCandidate(replace(tile.candidate, preview=None), _jpeg(tile.picture))
            for tile in tiles
        ),
        source.lasting_id,
        session.target_channels,
        session.rendered,
    )


def _jpeg(picture: GdkPixbuf.Pixbuf) -> bytes:
    _, data = picture.save_to_bufferv("jpeg", ["quality"], [QUALITY])
    return bytes(data)
