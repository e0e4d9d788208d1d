"""The contract's Job as an engine's request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

from restore_colorize.engines import (
    ColorizeOptions,
    EngineInfo,
    Reference,
    Request,
    RestoreOptions,
    SuggestOptions,
    TaskOptions,
    no_model_for,
)
from restore_colorize.errors import (
    ModelError,
    NotAvailableError,
    ProtocolError,
    RangeError,
    RequestError,
    ShapeError,
)
from restore_colorize.service.limits import Limits
from restore_colorize.service.options import read_options
from restore_colorize.service.planes import PlaneForm, read_planes, to_mask, to_picture
from restore_colorize.service.protocol import PROTOCOL
from restore_colorize.service.receipts import check_receipt, repeated_request

__all__ = ["Order", "build_request", "check_short_side", "read_order"]

_PREVIEW_SIDES = range(16, 4097)


@dataclass(frozen=True)
class Order:
    """A job as its header asks for it, checked; only the pixels are missing.

    repeat: the receipt whose engine, options, model and seed these are, or None.
    """

    engine: str
    options: TaskOptions
    model: str
    seed: int
    forms: tuple[PlaneForm, ...]
    region: pb.Region | None = None
    deliver: int = 0
    preview_short_side: int = 0
    explain: bool = False
    repeat: pb.Receipt | None = None

    @property
    def target(self) -> PlaneForm:
        """The form of the one target."""
        return next(self.of_role(pb.TARGET))

    @property
    def selection(self) -> PlaneForm | None:
        """The form of the selection, if there is one."""
        return next(self.of_role(pb.SELECTION), None)

    @property
    def damage(self) -> PlaneForm | None:
        """The form of the damage mask, if there is one."""
        return next(self.of_role(pb.DAMAGE), None)

    @property
    def held_bytes(self) -> int:
        """Memory for the job's pictures while its call is open.

        First all planes as they were sent, later the target as floats and one result on its way.
        """
        target = self.target
        result = (3 + target.has_alpha) * target.dtype.itemsize
        kept = target.width * target.height * (4 * target.channels + result)
        return max(kept, sum(form.bytes for form in self.forms))

    def of_role(self, role: pb.Role) -> Iterator[PlaneForm]:
        """Give the forms of the planes of one role, in the order of the header."""
        return (form for form in self.forms if form.role == role)


def read_order(
    job: pb.Job,
    engines: Sequence[EngineInfo],
    models: Mapping[str, str],
    limits: Limits,
    *,
    reads_folders: bool = False,
) -> Order:
    """Check a job's header, before any pixel is read.

    Args:
        engines: what this server can do.
        models: name to SHA-256 of what it has, for receipts.
        reads_folders: whether only this machine's own user sends jobs.

    Raises:
        ProtocolError: another version of the contract.
        NotAvailableError: an engine that does not exist here, or folders for others than the user.
        ModelError: a model that cannot fill it.
        EnvironmentChangedError: a receipt's model is another one here.
        RequestError, ShapeError, RangeError, FormatError, TooLargeError: what is wrong, in words.
    """
    if job.protocol != PROTOCOL:
        raise ProtocolError(
            f"The client speaks version {job.protocol} of the contract and the server version "
            f"{PROTOCOL}: install both from the same release."
        )
    repeat = job.repeat if job.HasField("repeat") else None
    source = job if repeat is None else repeat
    engine, options = read_options(source)
    order = Order(
        engine=engine,
        options=options,
        model=source.model,
        seed=source.seed,
        forms=read_planes(job.planes, _for_task(limits, options)),
        region=job.region if job.HasField("region") else None,
        deliver=job.deliver,
        preview_short_side=check_short_side(job.preview_short_side),
        explain=job.explain,
        repeat=repeat,
    )
    if repeat is not None:
        check_receipt(repeat, models)
    _check_engine(order, engines)
    _check_region(order)
    if _names_folders(options) and not reads_folders:
        raise NotAvailableError(
            "This server reads no folders, because other people use it: send the pictures "
            "themselves, or ask the server of your own computer."
        )
    return order


def build_request(order: Order, samples: Mapping[int, np.ndarray]) -> Request:
    """Join header and pixels; ``samples`` holds (h, w, c) arrays by plane id.

    Raises:
        RequestError and its leaves: the pixels are not what they should be.
    """
    pictures = {
        form.id: to_picture(form, samples[form.id])
        for role in (pb.TARGET, pb.HINTS, pb.REFERENCE)
        for form in order.of_role(role)
    }
    masks = {
        form.role: to_mask(form, samples[form.id])
        for role in (pb.SELECTION, pb.DAMAGE)
        for form in order.of_role(role)
    }
    target = pictures[order.target.id]
    if order.repeat is not None:
        return repeated_request(order.repeat, target, masks.get(pb.SELECTION), masks.get(pb.DAMAGE))
    hints = next(order.of_role(pb.HINTS), None)
    return Request(
        engine=order.engine,
        options=order.options,
        target=target,
        selection=masks.get(pb.SELECTION),
        damage=masks.get(pb.DAMAGE),
        hints=None if hints is None else pictures[hints.id],
        references=tuple(
            Reference(picture=pictures[form.id], name=form.name, key=form.id)
            for form in order.of_role(pb.REFERENCE)
        ),
        model=order.model,
        seed=order.seed,
    )


def check_short_side(pixels: int) -> int:
    """Return a preview's short side in pixels, or 0 for none.

    Raises:
        RangeError: not a sensible size of a preview.
    """
    if pixels and pixels not in _PREVIEW_SIDES:
        raise RangeError(
            f"Previews have a short side of {_PREVIEW_SIDES.start} to {_PREVIEW_SIDES.stop - 1} "
            f"pixels, not {pixels}."
        )
    return pixels


def _names_folders(options: TaskOptions) -> bool:
    colors = options.colors if isinstance(options, RestoreOptions) else options
    return isinstance(colors, (ColorizeOptions, SuggestOptions)) and bool(colors.folders)


def _for_task(limits: Limits, options: TaskOptions) -> Limits:
    """More pictures may be compared, small, than are ever used together."""
    if isinstance(options, SuggestOptions):
        return replace(limits, max_planes=limits.max_compared)
    return limits


def _check_engine(order: Order, engines: Sequence[EngineInfo]) -> None:
    name = order.engine.replace("_", " ")
    info = next((info for info in engines if info.name == order.engine), None)
    if info is None:
        raise NotAvailableError(no_model_for(order.engine))
    if order.model and order.model not in info.models:
        raise ModelError(
            f"The model {order.model[:80]!r} cannot {name} here; these can: "
            f"{', '.join(info.models)}."
        )
    repeats = order.repeat is not None
    takes = {
        pb.TARGET: True,
        pb.REFERENCE: info.takes_references and not repeats,
        pb.HINTS: info.takes_hints and not repeats,
        pb.SELECTION: info.takes_selection,
        pb.DAMAGE: info.takes_damage,
    }
    for form in order.forms:
        if not takes[form.role]:
            when = "Repeating a receipt" if repeats else f"The task to {name}"
            raise RequestError(f"{when} takes no {form.label}; leave it out.")


def _check_region(order: Order) -> None:
    region, target = order.region, order.target
    if region is None:
        return
    if (region.width, region.height) != (target.width, target.height):
        raise ShapeError(
            f"The region is {region.width} × {region.height} pixels, but the target is "
            f"{target.width} × {target.height}."
        )
    inside_x = 0 <= region.x <= region.layer_width - region.width
    inside_y = 0 <= region.y <= region.layer_height - region.height
    if not (inside_x and inside_y):
        raise RangeError(
            f"The region at ({region.x}, {region.y}) of {region.width} × {region.height} pixels "
            f"leaves its layer of {region.layer_width} × {region.layer_height}."
        )
