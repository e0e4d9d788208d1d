"""Planes as they are announced on the wire, and as pictures and masks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

from restore_colorize.errors import FormatError, RangeError, RequestError, ShapeError, TooLargeError
from restore_colorize.imaging import Picture
from restore_colorize.service.limits import Limits

__all__ = ["PlaneForm", "read_planes", "sample_type_of", "to_mask", "to_picture"]

MAX_NAME = 1000

_DTYPES: dict[pb.SampleType, np.dtype] = {
    pb.UINT8: np.dtype("<u1"),
    pb.UINT16: np.dtype("<u2"),
    pb.FLOAT32: np.dtype("<f4"),
}
# Color channels and whether alpha may, must or must not follow them.
_CHANNELS: dict[pb.Role, tuple[tuple[int, ...], tuple[bool, ...]]] = {
    pb.TARGET: ((1, 3), (False, True)),
    pb.SELECTION: ((1,), (False,)),
    pb.DAMAGE: ((1,), (False,)),
    pb.HINTS: ((3,), (True,)),
    pb.REFERENCE: ((3,), (False, True)),
}
_ROLES = {role: pb.Role.Name(role).lower() for role in _CHANNELS}


@dataclass(frozen=True)
class PlaneForm:
    """The checked form of one plane: (height, width, channels) samples of ``dtype``."""

    id: int
    role: pb.Role
    width: int
    height: int
    channels: int
    dtype: np.dtype
    has_alpha: bool = False
    name: str = ""

    @property
    def shape(self) -> tuple[int, int, int]:
        """(h, w, c) of the samples."""
        return self.height, self.width, self.channels

    @property
    def bytes(self) -> int:
        """Length of the samples on the wire."""
        return self.height * self.width * self.channels * self.dtype.itemsize

    @property
    def label(self) -> str:
        """How messages call it; never its name, which is the user's."""
        return f"{_ROLES[self.role]} (plane {self.id})"


def read_planes(planes: Iterable[pb.Plane], limits: Limits) -> tuple[PlaneForm, ...]:
    """Check what a job announces, before any pixel is read.

    Raises:
        RequestError, ShapeError, RangeError, FormatError, TooLargeError: in words.
    """
    announced = tuple(planes)
    if len(announced) > limits.max_planes:
        raise TooLargeError(
            f"{len(announced)} planes were announced; this server takes {limits.max_planes}."
        )
    forms = tuple(_read_plane(plane, limits) for plane in announced)
    if len({form.id for form in forms}) != len(forms):
        raise RequestError("Two planes share one id; each plane needs its own.")
    total = sum(form.bytes for form in forms)
    if total > limits.max_bytes:
        raise TooLargeError(
            f"The planes hold {total / 2**20:.0f} MiB; this server takes "
            f"{limits.max_bytes / 2**20:.0f} MiB for one job."
        )
    for role, name in _ROLES.items():
        count = sum(form.role == role for form in forms)
        if role == pb.TARGET and count != 1:
            raise RequestError(f"A job needs exactly one target, but {count} were announced.")
        if role != pb.REFERENCE and count > 1:
            raise RequestError(f"A job takes one plane of role {name}, but {count} were announced.")
    target = next(form for form in forms if form.role == pb.TARGET)
    for form in forms:
        if form.role != pb.REFERENCE and (form.width, form.height) != (target.width, target.height):
            raise ShapeError(
                f"The {form.label} is {form.width} × {form.height} pixels, but the target is "
                f"{target.width} × {target.height}."
            )
    return forms


def _read_plane(plane: pb.Plane, limits: Limits) -> PlaneForm:
    if plane.role not in _CHANNELS:
        raise RequestError(f"Plane {plane.id} has the unknown role {plane.role}.")
    if plane.sample_type not in _DTYPES:
        raise FormatError(
            f"Plane {plane.id} has the unknown sample type {plane.sample_type}; use UINT8, UINT16 "
            "or FLOAT32."
        )
    form = PlaneForm(
        plane.id,
        plane.role,
        plane.width,
        plane.height,
        plane.channels,
        _DTYPES[plane.sample_type],
        plane.has_alpha,
        plane.name,
    )
    if form.width < 1 or form.height < 1:
        raise ShapeError(f"The {form.label} is {form.width} × {form.height} pixels: it is empty.")
    if max(form.width, form.height) > limits.max_side:
        raise TooLargeError(
            f"The {form.label} is {form.width} × {form.height} pixels; this server takes sides up "
            f"to {limits.max_side}."
        )
    if form.width * form.height > limits.max_pixels:
        raise TooLargeError(
            f"The {form.label} has {form.width * form.height / 1e6:.1f} megapixels; this server "
            f"takes {limits.max_pixels / 1e6:.1f}."
        )
    colors, alpha = _CHANNELS[form.role]
    if form.has_alpha not in alpha or form.channels - form.has_alpha not in colors:
        found = f"{form.channels} channels" + (", the last one alpha" if form.has_alpha else "")
        needed = " or ".join(str(color + has) for color in colors for has in sorted(alpha))
        raise ShapeError(f"The {form.label} has {found}; its role takes {needed}, alpha included.")
    if form.role == pb.REFERENCE and form.id == 0:
        raise RequestError("A reference needs an id above 0, so that its verdict can name it.")
    if len(form.name) > MAX_NAME:
        raise TooLargeError(f"A name may have {MAX_NAME} characters, not {len(form.name)}.")
    return form


def to_picture(form: PlaneForm, samples: np.ndarray) -> Picture:
    """Make a picture of uploaded samples (h, w, c).

    Raises:
        RangeError: a float is no number or outside of 0 to 1.
    """
    _check_floats(form, samples)
    return Picture.from_samples(samples)


def to_mask(form: PlaneForm, samples: np.ndarray) -> torch.Tensor:
    """Make a mask (h, w) float32 in [0, 1] of uploaded samples (h, w, 1).

    Raises:
        RangeError: a float is no number or outside of 0 to 1.
    """
    return to_picture(form, samples).planes[0]


def sample_type_of(samples: np.ndarray) -> pb.SampleType:
    """Return the wire's name for the type of an array's samples."""
    return next(name for name, dtype in _DTYPES.items() if dtype == samples.dtype)


def _check_floats(form: PlaneForm, samples: np.ndarray) -> None:
    if samples.dtype.kind != "f":
        return
    low, high = float(samples.min()), float(samples.max())
    if not (low >= 0.0 and high <= 1.0):  # NaN compares false
        raise RangeError(
            f"The {form.label} holds samples from {low:g} to {high:g}; all must be numbers from "
            "0 to 1."
        )
