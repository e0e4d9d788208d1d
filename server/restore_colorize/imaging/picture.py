"""A picture as every engine sees it: planar sRGB floats and what must survive beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Tensor

from restore_colorize.errors import FormatError, RangeError, ShapeError
from restore_colorize.imaging.strips import row_strips

_LEVELS = {8: 255, 16: 65535}
_DEPTHS = {"uint8": 8, "uint16": 16, "float32": 32}


@dataclass(frozen=True)
class Metadata:
    """What a file carries beside its samples.

    Attributes:
        icc_profile: the profile of the file, an RGB or a gray one; None means sRGB.
        exif: EXIF as a TIFF structure, without the ``Exif\\0\\0`` prefix, orientation reset.
        resolution: (x, y) in dots per inch.
        text: texts that the file carried; informational, not written again on its own.
        pictures: how many the file holds; the samples are those of the first.
    """

    icc_profile: bytes | None = None
    exif: bytes | None = None
    resolution: tuple[float, float] | None = None
    text: Mapping[str, str] = field(default_factory=dict)
    pictures: int = 1


@dataclass(frozen=True, eq=False)
class FileSamples:
    """The samples of a file whose colors cannot all be had back from sRGB planes.

    Attributes:
        samples: (h, w, c) uint8, uint16 or float32 as the file has them, without alpha.
        planes: (c, h, w) float32, the sRGB planes that were made of them; never written.
        icc_profile: the profile of the samples; None means sRGB.
    """

    samples: np.ndarray
    planes: Tensor
    icc_profile: bytes | None = None

    def fits(self, samples: np.ndarray, metadata: Metadata) -> bool:
        """Whether samples (h, w, c) beside these metadata have this type, size and profile."""
        return (
            samples.dtype == self.samples.dtype
            and samples.shape[:2] == self.samples.shape[:2]
            and metadata.icc_profile == self.icc_profile
        )

    def restored(self, samples: np.ndarray, planes: Tensor) -> np.ndarray:
        """Return samples with the file's own wherever planes are still those made of them.

        Args:
            samples: (h, w, c) of the file's type and size; alpha may follow the colors. A gray
                file may have become three channels.
            planes: (1 or 3, h, w) sRGB planes from which the colors were made.
        """
        whole = samples.copy()
        colors = whole[..., : 3 if whole.shape[2] >= 3 else 1]
        for rows in row_strips(*self.samples.shape[:2]):
            is_kept = (planes[:, rows] == self.planes[:, rows]).all(0)[..., None]
            np.copyto(colors[rows], self.samples[rows], where=is_kept.numpy())
        return whole


@dataclass(frozen=True, eq=False)
class Picture:
    """One picture: sRGB-encoded planes, never premultiplied, and the depth that it came with.

    Attributes:
        planes: (c, h, w) float32 in [0, 1], sRGB-encoded; c is 1 (gray, R = G = B) or 3.
        alpha: (h, w) float32 in [0, 1], 1 = opaque; None when there is none.
        depth: bits a sample of the file or the editor's layer: 8, 16 or 32 (float).
        metadata: profile, EXIF and resolution.
        file_samples: what the planes were made of, where sRGB could not hold all of it; stays
            with copies that have other planes, so that what is unchanged is written as it was.

    Raises:
        ShapeError: planes or alpha have no pixels or do not fit each other.
        RangeError: the depth is unknown, or a sample lies outside of [0, 1] or is no number.
    """

    planes: Tensor
    alpha: Tensor | None = None
    depth: int = 8
    metadata: Metadata = field(default_factory=Metadata)
    file_samples: FileSamples | None = None

    def __post_init__(self) -> None:
        if self.planes.ndim != 3 or self.planes.shape[0] not in (1, 3):
            raise ShapeError(
                f"A picture has 1 or 3 planes of rows and columns, not the shape "
                f"{tuple(self.planes.shape)}."
            )
        if 0 in self.planes.shape:
            raise ShapeError(f"A picture of {self.width} x {self.height} pixels is empty.")
        if self.alpha is not None and self.alpha.shape != self.planes.shape[1:]:
            raise ShapeError(
                f"The transparency of shape {tuple(self.alpha.shape)} does not fit a picture of "
                f"{self.width} x {self.height} pixels."
            )
        if self.depth not in (8, 16, 32):
            raise RangeError(f"A picture has 8, 16 or 32 bits a sample, not {self.depth}.")
        for plane in (*self.planes, *(() if self.alpha is None else (self.alpha,))):
            _check_samples(plane)

    @property
    def height(self) -> int:
        """Rows."""
        return self.planes.shape[1]

    @property
    def width(self) -> int:
        """Columns."""
        return self.planes.shape[2]

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) in pixels."""
        return self.height, self.width

    @property
    def is_gray(self) -> bool:
        """Whether there is one plane for all three colors."""
        return self.planes.shape[0] == 1

    @property
    def has_alpha(self) -> bool:
        """Whether there is a transparency plane."""
        return self.alpha is not None

    def with_planes(self, planes: Tensor) -> Picture:
        """Return the picture with other planes (c, h, w); everything else stays."""
        return replace(self, planes=planes)

    def quantize(self) -> np.ndarray:
        """Return interleaved samples as they stand on the wire and in files.

        Returns:
            (h, w, c) or, with alpha as the last channel, (h, w, c + 1); uint8, uint16 or
            float32 by the picture's depth, integers rounded to the nearest.
        """
        planes = list(self.planes) if self.alpha is None else [*self.planes, self.alpha]
        dtype = {depth: name for name, depth in _DEPTHS.items()}[self.depth]
        samples = np.empty((self.height, self.width, len(planes)), dtype)
        for rows in row_strips(self.height, self.width):
            for channel, plane in enumerate(planes):
                samples[rows, :, channel] = _quantize(plane[rows], self.depth)
        return samples

    @classmethod
    def from_samples(cls, samples: np.ndarray, metadata: Metadata | None = None) -> Picture:
        """Make a picture of interleaved samples; the inverse of ``quantize``.

        Args:
            samples: (h, w) or (h, w, 1..4), uint8, uint16 or float32; with 2 or 4 channels the
                last one is alpha. Floats are clipped to [0, 1].
            metadata: carried as it is.

        Raises:
            FormatError: another sample type.
            ShapeError: another shape, or no pixels.
            RangeError: a float is not a number.
        """
        depth = _DEPTHS.get(samples.dtype.name)
        if depth is None:
            raise FormatError(
                f"Samples of type {samples.dtype.name} are not supported; use 8 or 16 bits or "
                f"32-bit floats."
            )
        if samples.ndim == 2:
            samples = samples[..., None]
        if samples.ndim != 3 or not 1 <= samples.shape[2] <= 4:
            raise ShapeError(
                f"Samples have rows, columns and 1 to 4 channels, not the shape {samples.shape}."
            )
        planes = torch.empty((samples.shape[2], *samples.shape[:2]), dtype=torch.float32)
        for channel, plane in enumerate(planes.numpy()):
            plane[:] = samples[..., channel]
        if depth == 32:
            planes.clamp_(0.0, 1.0)
        else:
            # A division, not a factor, gives the float nearest to n / 255, so that a picture is
            # the same however it was read.
            planes.div_(_LEVELS[depth])
        if samples.shape[2] in (2, 4):
            return cls(planes[:-1], planes[-1], depth, metadata or Metadata())
        return cls(planes, None, depth, metadata or Metadata())


def _quantize(plane: Tensor, depth: int) -> np.ndarray:
    if depth == 32:
        return plane.cpu().numpy()
    levels = _LEVELS[depth]
    codes = (plane.cpu() * levels).round_().numpy()  # in range, as every picture's samples are
    return codes.astype(np.uint8 if depth == 8 else np.uint16)


def _check_samples(plane: Tensor) -> None:
    low, high = (float(value) for value in torch.aminmax(plane))
    if not (low >= 0.0 and high <= 1.0):  # also refuses NaN
        raise RangeError(f"Samples of a picture lie in 0..1, but these lie in {low:g}..{high:g}.")
