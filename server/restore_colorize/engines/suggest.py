"""Suggest references: which pictures suit a target, by what deep features see in gray.

Pik-Fix chooses its references so (2205.01902, section 3.5; see ``Likeness``): texture and
structure of target and picture are compared, both in gray, or color would decide.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from torch import Tensor, nn

from restore_colorize.engines.devices import Device
from restore_colorize.engines.findings import Findings
from restore_colorize.engines.job import Control, Facts, Reference, Request, TaskOptions, Verdict
from restore_colorize.engines.suggest_eye import SIDE_PX, Compared, Eye, Helper, lab_of
from restore_colorize.engines.suggest_files import pictures_in
from restore_colorize.engines.suggest_index import FileKey, Index, Seen, stack
from restore_colorize.errors import RangeError, RequestError, RestoreError
from restore_colorize.imaging import Picture, read_picture
from restore_colorize.models import Model

__all__ = ["MATCHER_ROLE", "ROLE", "SuggestOptions", "suggest_references"]

ROLE = "suggest.features"
MATCHER_ROLE = "suggest.cells"
MAX_PIXELS = 120_000_000  # of a file that is looked at
_FILES_AT_ONCE = 16
_READERS = 2  # threads; each may hold a large picture
_SAVED_EVERY_S = 30.0
_NAMED = 3  # unreadable files that a warning names
# Colors of one lightness lie so far apart at least, in CIELAB units, in a picture that has any:
# toned and yellowed photographs have one color for each lightness.
_LEAST_COLORS = 3.5
# Chosen on pairs set aside: see docs/suggesting.md.
_MIDDLE, _SLOPE = 0.695, 31.0
_LIKE_LAYOUT, _LIKE_TEXTURES = 0.46, 0.79
_LIKE_BRIGHTNESS = (8.0, 6.0)  # of mean and standard deviation, in L*


@dataclass(frozen=True)
class SuggestOptions(TaskOptions):
    """Options of the choice of references.

    count: how many to name at most. folders: of this machine, named from the root; all pictures
    in and below them. excluded: files there that are no answer, as the target's own.
    """

    count: int = 4
    folders: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    MAX_REFERENCES: ClassVar[int] = 256  # open images, sent small
    MAX_COUNT: ClassVar[int] = 1000

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 1 <= self.count <= self.MAX_COUNT:
            raise RangeError(
                f"{self.count} suggestions were asked for; 1 to {self.MAX_COUNT} are possible."
            )


def suggest_references(
    request: Request,
    model: Model,
    network: nn.Module,
    device: Device,
    control: Control,
    matcher: Helper | None = None,
) -> Findings:
    """Rank references and the pictures in folders, best first; what has no colors is left out.

    Args:
        matcher: the model that compares cells, if there is one.

    Raises:
        ModelError: the model cannot compare pictures.
        RequestError: there is nowhere to look, or a folder cannot be read.
        CancelledError: ``control`` said so; what was indexed until then is kept.
    """
    options = request.options
    assert isinstance(options, SuggestOptions)  # service.options made it for this engine
    if not request.references and not options.folders:
        raise RequestError("There is nowhere to look for references: name folders or pictures.")
    eye = Eye(model, network, device, matcher)
    started = time.perf_counter()
    files, in_folders = _seen_in(options, eye, control)
    indexed = time.perf_counter()
    target = eye.see([request.target])
    given = [_picture_of(reference) for reference in request.references]
    seen = stack([*(eye.see([picture]) for picture in given), in_folders])
    control.progress("rank", 0.95)
    colored = np.flatnonzero(seen.colors >= _LEAST_COLORS)
    compared = eye.compare(target, seen, colored, control)
    sources = [*((one.key, "") for one in request.references), *((0, path) for path in files)]
    verdicts = _verdicts(target, seen, compared, sources, options.count)
    seconds = {"index": indexed - started, "rank": time.perf_counter() - indexed}
    environment = device.environment()
    facts = Facts(
        model=model.name,
        weights_sha256=model.entry.sha256,
        device=environment.device,
        dtype="float32",
        working_width=SIDE_PX,
        working_height=SIDE_PX,
        timings_s=seconds,
    )
    return Findings(request.target, facts, verdicts=verdicts)


def _picture_of(reference: Reference) -> Picture:
    if reference.picture is not None:
        return reference.picture
    assert reference.working is not None  # a reference has either
    return Picture.from_samples(reference.working.samples.permute(1, 2, 0).numpy())


def _seen_in(options: SuggestOptions, eye: Eye, control: Control) -> tuple[list[str], Seen]:
    """Paths of the readable pictures in folders, and what is seen on them; read if need be."""
    files = pictures_in(options.folders)
    for path in options.excluded:
        files.pop(os.path.realpath(path), None)
    index = eye.index()
    try:
        _read_new(files, index, eye, control)
    finally:
        _save(index, control)
    readable = [path for path, key in files.items() if index.is_readable(key)]
    unreadable = [path for path, key in files.items() if not index.is_readable(key)]
    if unreadable:
        names = ", ".join(os.path.basename(path) for path in unreadable[:_NAMED])
        more = len(unreadable) - _NAMED
        names += f" and {more} more" if more > 0 else ""
        control.warn("unreadable", f"What cannot be read was left out: {names}.")
    return readable, index.get([files[path] for path in readable])


def _read_new(files: dict[str, FileKey], index: Index, eye: Eye, control: Control) -> None:
    """Describe the files that the index does not know as they are now."""
    wanted = {key: path for path, key in files.items() if key not in index}
    todo = list(wanted.items())
    started = saved = time.monotonic()
    with ThreadPoolExecutor(_READERS, "pictures") as readers:
        for first in range(0, len(todo), _FILES_AT_ONCE):
            control.check()
            some = todo[first : first + _FILES_AT_ONCE]
            labs = list(readers.map(_read_lab, [path for _, path in some]))
            good = [lab for lab in labs if lab is not None]
            rows = iter(_one_by_one(eye.describe(good)) if good else ())
            for (key, _), lab in zip(some, labs, strict=True):
                index.add(key, None if lab is None else next(rows))
            now, done = time.monotonic(), first + len(some)
            control.progress(
                "index", 0.9 * done / len(todo), (now - started) / done * (len(todo) - done)
            )
            if now - saved > _SAVED_EVERY_S:
                _save(index, control)
                saved = time.monotonic()


def _read_lab(path: str) -> Tensor | None:
    """Read a file small, None if it cannot be."""
    try:
        return lab_of(read_picture(path, max_pixels=MAX_PIXELS, at_least_px=SIDE_PX))
    except RestoreError:
        return None


def _one_by_one(seen: Seen) -> list[Seen]:
    return [Seen(*parts) for parts in zip(*seen, strict=True)]


def _save(index: Index, control: Control) -> None:
    try:
        index.save()
    except OSError as error:
        control.warn(
            "index-not-kept",
            f"What was seen cannot be kept for the next time: {error.strerror or error}.",
        )


def _verdicts(
    target: Seen,
    seen: Seen,
    compared: Compared,
    sources: Sequence[tuple[int, str]],
    count: int,
) -> tuple[Verdict, ...]:
    """What is thought of the best pictures, best first."""
    verdicts = []
    for row, score, texture, structure in zip(
        *(part[:count].tolist() for part in compared), strict=True
    ):
        key, path = sources[row]
        light = np.abs(seen.light[row] - target.light[0])
        reasons = {
            "layout": structure >= _LIKE_LAYOUT,
            "textures": texture >= _LIKE_TEXTURES,
            "brightness": bool((light <= _LIKE_BRIGHTNESS).all()),
        }
        related = 1 / (1 + math.exp(-_SLOPE * (score - _MIDDLE)))
        named = tuple(reason for reason, holds in reasons.items() if holds)
        verdicts.append(Verdict(key, related, score, path, named))
    return tuple(verdicts)
