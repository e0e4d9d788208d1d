"""Receipts: written after a job, and forced on another one that should give the same bytes."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

from restore_colorize.engines import (
    ColorizeOptions,
    Environment,
    Facts,
    KnownColors,
    Reference,
    Request,
    RestoreOptions,
    TaskOptions,
    WorkingPicture,
)
from restore_colorize.errors import EnvironmentChangedError, FormatError, TooLargeError
from restore_colorize.imaging import Picture
from restore_colorize.service.options import options_message, read_options

__all__ = [
    "check_receipt",
    "check_samples",
    "forced_environment",
    "repeated_request",
    "samples_sha256",
    "write_receipt",
]

FORMAT = 1
# Networks see a short side of at most 512 pixels; long strips are shrunk to that as well.
_MAX_WORKING_PIXELS = 4_000_000
_MAX_WORKING_PICTURES = 16
_HASHED = {
    "target_sha256": "target",
    "selection_sha256": "selection",
    "damage_sha256": "damage mask",
}
_DTYPES = ("float32", "bfloat16", "float16")


def write_receipt(
    request: Request,
    facts: Facts,
    environment: Environment,
    samples: Mapping[str, str],
    region: pb.Region | None = None,
) -> pb.Receipt:
    """Say all that is needed to repeat a result exactly.

    Args:
        facts: what the engine did; its device and number type win over the environment's, since
            a job may have fallen back to the CPU.
        samples: SHA-256 by field name, as from ``samples_sha256``.
    """
    here = vars(environment) | {"device": facts.device, "dtype": facts.dtype}
    options = request.options
    # What was found in folders is among the references, and is not sought again.
    if isinstance(options, ColorizeOptions):
        options = options.settled()
    if isinstance(options, RestoreOptions):
        colors = options.colors and options.colors.settled()
        options = replace(options, colors=colors, color_model=facts.color_model)
    fields: dict[str, Any] = {request.engine: options_message(options), **samples}
    return pb.Receipt(
        format=FORMAT,
        engine=request.engine,
        model=facts.model,
        weights_sha256=facts.weights_sha256,
        color_model=facts.color_model,
        color_weights_sha256=facts.color_weights_sha256,
        seed=request.seed,
        environment=pb.Environment(**here),
        region=region,
        working_width=facts.working_width,
        working_height=facts.working_height,
        references=[_deflate(reference) for reference in facts.references],
        hints=None if facts.hints is None else _deflate(facts.hints),
        **fields,
    )


def samples_sha256(
    target: np.ndarray,
    selection: np.ndarray | None,
    options: TaskOptions,
    damage: np.ndarray | None = None,
) -> dict[str, str]:
    """Hash the target, and the mask that decides what becomes of it, as they are sent.

    Args:
        target, selection, damage: contiguous samples (h, w, c) in the wire's types. Damage
            always decides, a selection only where known colors lie outside of it.
    """
    hashes = {"target_sha256": hashlib.sha256(target.data).hexdigest()}
    if selection is not None and options.known_colors is KnownColors.OUTSIDE_SELECTION:
        hashes["selection_sha256"] = hashlib.sha256(selection.data).hexdigest()
    if damage is not None:
        hashes["damage_sha256"] = hashlib.sha256(damage.data).hexdigest()
    return hashes


def check_receipt(receipt: pb.Receipt, models: Mapping[str, str]) -> None:
    """Refuse a receipt that cannot be followed here, before pixels are read.

    Args:
        models: name to SHA-256 of the models that are installed.

    Raises:
        FormatError: the receipt is of another format or malformed.
        EnvironmentChangedError: its model is missing or another one here.
    """
    if receipt.format != FORMAT or receipt.environment.dtype not in _DTYPES:
        raise FormatError(
            "The receipt was written by another version of this program; it cannot be repeated."
        )
    if len(receipt.references) > _MAX_WORKING_PICTURES:
        raise FormatError("The receipt holds more references than a job can have.")
    used = {receipt.model: receipt.weights_sha256}
    if receipt.color_model:
        used[receipt.color_model] = receipt.color_weights_sha256
    for model, sha256 in used.items():
        if models.get(model) != sha256:
            how = "is another one" if model in models else "is not installed"
            raise EnvironmentChangedError(
                "The result cannot be repeated exactly here, because the model "
                f"{model[:80]!r} {how}."
            )


def check_samples(receipt: pb.Receipt, samples: Mapping[str, str]) -> None:
    """Refuse to call it a repetition when the pixels are others.

    Raises:
        EnvironmentChangedError: names what differs.
    """
    for field, what in _HASHED.items():
        if getattr(receipt, field) != samples.get(field, ""):
            raise EnvironmentChangedError(
                f"The result cannot be repeated exactly, because the {what} is not that of the "
                "receipt; run the job anew instead."
            )


def forced_environment(receipt: pb.Receipt) -> Environment:
    """Return the environment that an engine has to compute in."""
    there = receipt.environment
    return Environment(
        **{field: getattr(there, field) for field in Environment.__dataclass_fields__}
    )


def repeated_request(
    receipt: pb.Receipt,
    target: Picture,
    selection: torch.Tensor | None,
    damage: torch.Tensor | None = None,
) -> Request:
    """Return the request that does what the receipt did, with references and hints from it.

    Raises:
        FormatError, TooLargeError: a picture in the receipt is malformed.
        RequestError, NotAvailableError: its task is unknown here.
    """
    engine, options = read_options(receipt)
    return Request(
        engine=engine,
        options=options,
        target=target,
        selection=selection,
        damage=damage,
        hints=_inflate(receipt.hints, (4,)) if receipt.HasField("hints") else None,
        references=tuple(
            Reference(working=_inflate(picture), name=picture.name)
            for picture in receipt.references
        ),
        model=receipt.model,
        seed=receipt.seed,
    )


def _deflate(picture: WorkingPicture) -> pb.WorkingPicture:
    channels, height, width = picture.samples.shape
    interleaved = picture.samples.permute(1, 2, 0).contiguous().cpu().numpy()
    return pb.WorkingPicture(
        width=width,
        height=height,
        channels=channels,
        deflated=zlib.compress(interleaved.tobytes(), 6),
        name=picture.name,
    )


def _inflate(picture: pb.WorkingPicture, channels: tuple[int, ...] = (3, 4)) -> WorkingPicture:
    """Undo ``_deflate``; a small stream cannot blow up, since the length is known before."""
    if picture.channels not in channels:
        raise FormatError(f"A picture in the receipt has {picture.channels} channels.")
    if picture.width * picture.height > _MAX_WORKING_PIXELS:
        raise TooLargeError("A picture in the receipt is larger than any network's input.")
    length = picture.width * picture.height * picture.channels
    try:
        samples = zlib.decompressobj().decompress(picture.deflated, length + 1)
    except zlib.error:
        samples = b""
    if not length or len(samples) != length:
        raise FormatError("A picture in the receipt is damaged.")
    interleaved = np.frombuffer(samples, np.uint8).reshape(picture.height, picture.width, -1)
    planar = interleaved.transpose(2, 0, 1).copy()  # torch wants an array of its own
    return WorkingPicture(torch.from_numpy(planar), picture.name)
