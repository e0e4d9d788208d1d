"""Pictures as the client sends them, and what comes back as pictures."""

from __future__ import annotations

import numpy as np
import restore_colorize_client as client

from restore_colorize.imaging import Metadata, Picture

__all__ = ["from_pixels", "to_pixels"]

_SAMPLE_TYPES = {
    "uint8": client.SampleType.UINT8,
    "uint16": client.SampleType.UINT16,
    "float32": client.SampleType.FLOAT32,
}
_DTYPES = {kind: np.dtype(name).newbyteorder("<") for name, kind in _SAMPLE_TYPES.items()}


def to_pixels(picture: Picture) -> client.Pixels:
    """Return a picture's samples at its depth, little-endian and interleaved."""
    samples = picture.quantize()
    height, width, channels = samples.shape
    return client.Pixels(
        width=width,
        height=height,
        channels=channels,
        sample_type=_SAMPLE_TYPES[samples.dtype.name],
        has_alpha=picture.has_alpha,
        data=samples.astype(samples.dtype.newbyteorder("<"), copy=False).data,
    )


def from_pixels(pixels: client.Pixels, metadata: Metadata | None = None) -> Picture:
    """Return what a server sent as a picture; the inverse of ``to_pixels``."""
    samples = np.frombuffer(pixels.data, _DTYPES[pixels.sample_type])
    samples = samples.reshape(pixels.height, pixels.width, pixels.channels)
    return Picture.from_samples(samples, metadata or Metadata())
