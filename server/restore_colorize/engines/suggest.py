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
from pathlib import Path
from typing import ClassVar

import numpy as np
import platformdirs
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from restore_colorize.engines.devices import Device
from restore_colorize.engines.findings import Findings
from restore_colorize.engines.job import Control, Facts, Reference, Request, TaskOptions, Verdict
from restore_colorize.engines.suggest_files import pictures_in
from restore_colorize.engines.suggest_index import FileKey, Index, Seen, stack
from restore_colorize.errors import ModelError, RangeError, RequestError, RestoreError
from restore_colorize.imaging import Picture, read_picture, shrink, srgb_to_lab
from restore_colorize.models import Model
from restore_colorize.networks import Alike, Description, FeatureNet

__all__ = ["CACHE_VARIABLE", "ROLE", "SuggestOptions", "index_file", "suggest_references"]

ROLE = "suggest.features"
CACHE_VARIABLE = "RESTORE_COLORIZE_CACHE_DIR"  # moves the index from the user's folder of caches

SIDE_PX = 256  # both sides of what the network sees: structures need equal maps
MAX_PIXELS = 120_000_000  # of a file that is looked at
_STEP = 32  # an int8 holds a feature from -4 to 4 standard deviations
_FILES_AT_ONCE = 16
_READERS = 2  # threads; each may hold a large picture
_SAVED_EVERY_S = 30.0
_RANKED_AT_ONCE = 1024
_NAMED = 3  # unreadable files that a warning names
# Colors of one lightness lie so far apart at least, in CIELAB units, in a picture that has any:
# toned and yellowed photographs have one color for each lightness.
_LEAST_COLORS = 3.5
# Chosen on pairs set aside: see docs/suggesting.md.
_MIDDLE, _SLOPE = 0.52, 24.0
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
    request: Request, model: Model, network: nn.Module, device: Device, control: Control
) -> Findings:
    """Rank references and the pictures in folders, best first; what has no colors is left out.

    Raises:
        ModelError: the model cannot compare pictures.
        RequestError: there is nowhere to look, or a folder cannot be read.
        CancelledError: ``control`` said so; what was indexed until then is kept.
    """
    options = request.options
    assert isinstance(options, SuggestOptions)  # service.options made it for this engine
    if not request.references and not options.folders:
        raise RequestError("There is nowhere to look for references: name folders or pictures.")
    if not isinstance(network, FeatureNet):
        raise ModelError(
            f"The model {model.name} is a {model.entry.network} network, which cannot compare "
            "pictures: choose a model with features."
        )
    eye = _Eye(network, device)
    started = time.perf_counter()
    files, in_folders = _seen_in(options, eye, model, control)
    indexed = time.perf_counter()
    target = eye.see([request.target])
    given = [_picture_of(reference) for reference in request.references]
    seen = stack([*(eye.see([picture]) for picture in given), in_folders])
    control.progress("rank", 0.95)
    alike = eye.compare(target, seen, control)
    sources = [*((one.key, "") for one in request.references), *((0, path) for path in files)]
    verdicts = _verdicts(target, seen, alike, sources, options.count)
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


def index_file(model: Model) -> Path:
    """Where the index of a model lies, in the user's folder of caches."""
    usual = platformdirs.user_cache_dir("restore-colorize", appauthor=False)
    folder = Path(os.environ.get(CACHE_VARIABLE) or usual)
    return folder / f"pictures-{model.entry.sha256[:12]}.npz"


class _Eye:
    """The network as it sees pictures, always in float32: an index outlives a number type."""

    def __init__(self, network: FeatureNet, device: Device) -> None:
        self._network, self._device = network, device.torch_device
        cells = network.sizes.grid**2
        self.cells = (sum(network.channels), cells)

    def see(self, pictures: Sequence[Picture]) -> Seen:
        """Describe pictures of any size."""
        return self.describe([_lab_of(picture) for picture in pictures])

    @torch.no_grad()
    def describe(self, labs: Sequence[Tensor]) -> Seen:
        """Describe pictures (3, s, s) in CIELAB."""
        lab = torch.stack(list(labs))
        luma = lab[:, :1].to(self._device) / 50 - 1
        described = self._network.describe(luma)
        light = torch.stack([lab[:, 0].mean((1, 2)), lab[:, 0].std((1, 2))], 1)
        colors = torch.stack([_color_spread(one) for one in lab])
        means, layout = (_as_bytes(part) for part in described)
        return Seen(means, layout, light.numpy(), colors.numpy())

    @torch.no_grad()
    def compare(self, target: Seen, seen: Seen, control: Control) -> Alike:
        """Compare a target with all pictures, some at a time: as floats they are large."""
        one, parts = self._description(target), []
        for first in range(0, max(1, len(seen.means)), _RANKED_AT_ONCE):
            control.check()
            some = self._description(seen.of(slice(first, first + _RANKED_AT_ONCE)))
            parts.append(self._network.likeness(one, some))
        return Alike(*(torch.cat(part).cpu() for part in zip(*parts, strict=True)))

    def _description(self, seen: Seen) -> Description:
        means, layout = (
            torch.from_numpy(part).to(self._device).float() / _STEP
            for part in (seen.means, seen.layout)
        )
        return Description(means, layout)


def _lab_of(picture: Picture) -> Tensor:
    """A picture squeezed to a square (3, s, s), in CIELAB; what is transparent counts little."""
    planes, alpha = picture.planes, picture.alpha
    height, width = min(picture.height, SIDE_PX), min(picture.width, SIDE_PX)
    planes = shrink(planes, height, width, alpha).clamp(0, 1)
    if planes.shape[1:] != (SIDE_PX, SIDE_PX):
        planes = F.interpolate(planes[None], (SIDE_PX, SIDE_PX), mode="bilinear")[0]
    return srgb_to_lab(planes.expand(3, -1, -1))


def _color_spread(lab: Tensor) -> Tensor:
    """How far colors of one lightness lie apart in ``lab (3, h, w)``, in CIELAB units."""
    slice_of = (lab[0] / 10).long().clamp_(0, 9).flatten()
    weight = torch.zeros(10).index_add_(0, slice_of, torch.ones(len(slice_of)))
    chroma = lab[1:].flatten(1)
    sums = torch.zeros(2, 10).index_add_(1, slice_of, chroma)
    mean = sums / weight.clamp_min(1)
    return (chroma - mean[:, slice_of]).square().sum(0).mean().sqrt()


def _picture_of(reference: Reference) -> Picture:
    if reference.picture is not None:
        return reference.picture
    assert reference.working is not None  # a reference has either
    return Picture.from_samples(reference.working.samples.permute(1, 2, 0).numpy())


def _seen_in(
    options: SuggestOptions, eye: _Eye, model: Model, control: Control
) -> tuple[list[str], Seen]:
    """Paths of the readable pictures in folders, and what is seen on them; read if need be."""
    files = pictures_in(options.folders)
    for path in options.excluded:
        files.pop(os.path.realpath(path), None)
    index = Index(index_file(model), model.entry.sha256, eye.cells)
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


def _read_new(files: dict[str, FileKey], index: Index, eye: _Eye, control: Control) -> None:
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
        return _lab_of(read_picture(path, max_pixels=MAX_PIXELS, at_least_px=SIDE_PX))
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
    target: Seen, seen: Seen, alike: Alike, sources: Sequence[tuple[int, str]], count: int
) -> tuple[Verdict, ...]:
    """What is thought of the best pictures that have colors, best first."""
    order = torch.argsort(alike.score, descending=True, stable=True).tolist()
    light = np.abs(seen.light - target.light)
    verdicts: list[Verdict] = []
    for row in order:
        if len(verdicts) == count:
            break
        if seen.colors[row] < _LEAST_COLORS:
            continue
        key, path = sources[row]
        score = float(alike.score[row])
        reasons = {
            "layout": float(alike.structure[row]) >= _LIKE_LAYOUT,
            "textures": float(alike.texture[row]) >= _LIKE_TEXTURES,
            "brightness": bool((light[row] <= _LIKE_BRIGHTNESS).all()),
        }
        related = 1 / (1 + math.exp(-_SLOPE * (score - _MIDDLE)))
        named = tuple(reason for reason, holds in reasons.items() if holds)
        verdicts.append(Verdict(key, related, score, path, named))
    return tuple(verdicts)


def _as_bytes(values: Tensor) -> np.ndarray:
    return (values.cpu() * _STEP).round().clamp(-127, 127).to(torch.int8).numpy()
