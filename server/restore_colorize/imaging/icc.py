"""Profiles: samples to sRGB on the way in and back on the way out, in float precision.

LittleCMS transforms floats without rounding between its steps, so 8, 16 and 32 bits all keep
their own precision: a picture is rounded once, when it is written. Gray needs one curve only.
"""

from __future__ import annotations

import struct
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from restore_colorize.imaging.strips import row_strips

# A profile that moves no color by half an 8-bit step is sRGB under another name; such pictures
# keep their samples exactly.
_SAME_AS_SRGB = 0.5 / 255
_SPACES = {b"RGB ": "rgb", b"GRAY": "gray"}
_CURVES = (b"rTRC", b"gTRC", b"bTRC")


def color_space(profile: bytes | None) -> str | None:
    """Return "rgb" or "gray" for a profile that works in that space, None for any other."""
    if profile is None or profile[36:40] != b"acsp":
        return None
    space = _SPACES.get(profile[16:20])
    return space if space and _opens(profile, space) else None


@lru_cache(maxsize=1)
def srgb_profile() -> bytes:
    """Return an sRGB profile, with its date of creation left out: same input, same file."""
    import imagecodecs

    profile = bytearray(imagecodecs.cms_profile("srgb"))
    profile[24:36] = bytes(12)
    return bytes(profile)


def profile_for_channels(profile: bytes, channels: int) -> bytes:
    """Return the profile under which 1 or 3 channels keep what they mean under ``profile``.

    For colors under a gray profile that is one with the primaries of sRGB and the gray curve: a
    gray sample, written three times, stays the same gray under it. Otherwise the profile itself,
    also where it describes gray by more than a curve.
    """
    if channels == 1 or color_space(profile) != "gray":
        return profile
    gray = _elements(profile)
    if b"kTRC" not in gray or b"A2B0" in gray or profile[20:24] != b"XYZ ":
        return profile
    elements = _elements(srgb_profile()) | dict.fromkeys(_CURVES, gray[b"kTRC"])
    elements[b"desc"] = _unicode("Colors of sRGB under the curve of a gray scan")
    return _assembled(srgb_profile()[:128], elements)


def to_srgb(planes: Tensor, profile: bytes) -> Tensor:
    """Convert planes of a profile to sRGB.

    Args:
        planes: (c, h, w) float32 in [0, 1]; c = 3, or 1 for gray samples under a profile of
            either space.
        profile: one for which ``color_space`` gives a name.

    Returns:
        (c, h, w) float32 in [0, 1]: gray stays one plane.
    """
    if _is_srgb(profile):
        return planes
    if planes.shape[0] == 1:
        return _interpolate(planes, *_gray_curve(profile))
    return _transform_planes(planes, profile, srgb_profile())


def from_srgb(planes: Tensor, profile: bytes) -> Tensor | None:
    """Convert sRGB planes back to a profile; the inverse of ``to_srgb``.

    Returns:
        (c, h, w) float32 in [0, 1]; None if the profile only describes a way in, as those of
        scanners may, or cannot hold the planes' colors.
    """
    space = color_space(profile)
    if space is None or _is_srgb(profile):
        return None if space is None else planes
    if planes.shape[0] == 1:
        levels, curve = _gray_curve(profile)
        return _interpolate(planes, curve, levels)
    if space == "gray" or not _is_writable(profile):
        return None
    return _transform_planes(planes, srgb_profile(), profile)


def _elements(profile: bytes) -> dict[bytes, bytes]:
    """Return the tagged elements of a profile (ICC.1, 7.3)."""
    count = struct.unpack_from(">I", profile, 128)[0]
    entries = struct.iter_unpack(">4sII", profile[132 : 132 + 12 * count])
    return {tag: profile[offset : offset + size] for tag, offset, size in entries}


def _assembled(header: bytes, elements: dict[bytes, bytes]) -> bytes:
    """Return a profile; tags with equal elements share one."""
    start = 132 + 12 * len(elements)
    table, body, places = b"", b"", dict[bytes, int]()
    for tag, element in elements.items():
        if element not in places:
            places[element] = start + len(body)
            body += element + bytes(-len(element) % 4)
        table += struct.pack(">4sII", tag, places[element], len(element))
    size = struct.pack(">I", start + len(body))
    unidentified = header[4:84] + bytes(16) + header[100:]  # the MD5 was that of the old content
    return size + unidentified + struct.pack(">I", len(elements)) + table + body


def _unicode(text: str) -> bytes:
    """Return an English text as multiLocalizedUnicodeType (ICC.1, 10.15)."""
    encoded = text.encode("utf-16-be")
    return struct.pack(">4sIII4sII", b"mluc", 0, 1, 12, b"enUS", len(encoded), 28) + encoded


def _transform_planes(planes: Tensor, source: bytes, target: bytes) -> Tensor:
    converted = torch.empty_like(planes)
    for rows in row_strips(planes.shape[1], planes.shape[2]):
        samples = _transform(planes[:, rows].permute(1, 2, 0).numpy(), source, target, "rgb", "rgb")
        converted[:, rows] = torch.from_numpy(samples).permute(2, 0, 1)
    return converted.nan_to_num_(0.0).clamp_(0.0, 1.0)


def _interpolate(plane: Tensor, positions: np.ndarray, values: np.ndarray) -> Tensor:
    converted = torch.empty_like(plane)
    for rows in row_strips(plane.shape[1], plane.shape[2]):
        strip = np.interp(plane[:, rows].numpy(), positions, values)
        converted[:, rows] = torch.from_numpy(strip)
    return converted


@lru_cache(maxsize=4)
def _gray_curve(profile: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Return gray levels under a profile and their sRGB values, both strictly rising.

    LittleCMS rounds curves that are tables to 16 bits of light, which makes steps of several
    levels in the shadows. A line from step to step can be followed back: a 16-bit scan gets its
    samples back exactly.
    """
    space = _SPACES[profile[16:20]]
    levels = np.arange(65536) / 65535
    samples = np.repeat(levels[:, None, None], 1 if space == "gray" else 3, axis=2)
    curve = _transform(samples, profile, srgb_profile(), space, "rgb")[:, 0, 1]
    curve = np.maximum.accumulate(np.nan_to_num(curve).clip(0, 1))
    rises = np.diff(curve, prepend=-1) > 0
    levels, curve = levels[rises], curve[rises]
    levels[-1] = 1.0
    return levels, curve


def _transform(
    samples: np.ndarray, source: bytes, target: bytes, space: str, target_space: str
) -> np.ndarray:
    import imagecodecs

    samples = np.ascontiguousarray(samples)
    if space == "gray":
        samples = samples[..., 0]
    transformed = imagecodecs.cms_transform(
        samples,
        source,
        target,
        colorspace=space,
        outcolorspace=target_space,
        outdtype=samples.dtype,
        intent=imagecodecs.CMS.INTENT.RELATIVE_COLORIMETRIC,
    )
    return transformed.reshape(*samples.shape[:2], -1)


@lru_cache(maxsize=16)
def _opens(profile: bytes, space: str) -> bool:
    return _try_grid(profile, srgb_profile(), space, "rgb") is not None


@lru_cache(maxsize=16)
def _is_writable(profile: bytes) -> bool:
    return _try_grid(srgb_profile(), profile, "rgb", "rgb") is not None


@lru_cache(maxsize=16)
def _is_srgb(profile: bytes) -> bool:
    space = _SPACES[profile[16:20]]
    moved = _try_grid(profile, srgb_profile(), space, "rgb")
    return moved is not None and bool(np.abs(moved - _grid(space)).max() < _SAME_AS_SRGB)


def _try_grid(source: bytes, target: bytes, space: str, target_space: str) -> np.ndarray | None:
    import imagecodecs

    try:
        return _transform(_grid(space), source, target, space, target_space)
    except (imagecodecs.CmsError, ValueError):
        return None


def _grid(space: str) -> np.ndarray:
    """Return colors (n, 1, c) all over the space."""
    if space == "gray":
        return np.linspace(0, 1, 65, dtype=np.float32)[:, None, None]
    steps = np.linspace(0, 1, 9, dtype=np.float32)
    return np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), -1).reshape(-1, 1, 3)
