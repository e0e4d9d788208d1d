"""Pictures and sizes that every function of imaging meets."""

from __future__ import annotations

import imagecodecs
import numpy as np
import torch
from hypothesis import settings
from hypothesis import strategies as st
from restore_colorize.imaging import Metadata, Picture

# Largest allowed difference in L* between input and output, by depth: (mean, one pixel).
LUMA_TOLERANCE = {8: (0.25, 0.75), 16: (0.02, 0.02), 32: (0.02, 0.02)}

# No deadline: a busy machine is no bug.
quick = settings(max_examples=40, deadline=None)

SIZES = [(1, 1), (1, 70), (70, 1), (2, 3), (17, 33), (64, 64), (70, 69)]
sizes = st.one_of(
    st.tuples(st.integers(1, 70), st.integers(1, 70)),
    st.tuples(st.just(1), st.integers(1, 70)),
    st.tuples(st.integers(1, 70), st.just(1)),
)
depths = st.sampled_from([8, 16, 32])
channel_counts = st.integers(1, 4)
seeds = st.integers(0, 2**31)


def undated(profile: bytes) -> bytes:
    """Return the profile without its date of creation: same input, same file."""
    return profile[:24] + bytes(12) + profile[36:]


def gray_profile(gamma: float = 2.2) -> bytes:
    """Return a gray profile like those of scanners."""
    return undated(imagecodecs.cms_profile("gray", gamma=gamma))


def dot_gain_profile() -> bytes:
    """Return a gray profile whose curve is a table, like Dot Gain 20 %."""
    ink = np.linspace(0, 1, 256)
    curve = np.clip(ink**1.75 * 0.9 + ink * 0.1, 0, 1)
    return undated(
        imagecodecs.cms_profile("gray", transferfunction=(curve * 65535).astype("uint16"))
    )


def adobe_profile() -> bytes:
    """Return an RGB profile that is wider than sRGB."""
    return undated(imagecodecs.cms_profile("adobergb"))


def random_samples(size: tuple[int, int], channels: int, depth: int, seed: int = 0) -> np.ndarray:
    """Return (h, w, channels) random samples of a depth."""
    random = np.random.default_rng(seed)
    shape = (*size, channels)
    if depth == 32:
        return random.random(shape, np.float32)
    return random.integers(0, 2**depth, shape).astype(f"uint{depth}")


def random_picture(
    size: tuple[int, int],
    channels: int = 3,
    depth: int = 8,
    seed: int = 0,
    metadata: Metadata | None = None,
) -> Picture:
    """Return a picture of random samples; 2 or 4 channels have alpha."""
    return Picture.from_samples(random_samples(size, channels, depth, seed), metadata)


def smooth(size: tuple[int, int], channels: int, seed: int = 0) -> torch.Tensor:
    """Return (channels, h, w) smooth values in [0, 1], as a photograph has them."""
    generator = torch.Generator().manual_seed(seed)
    rough = torch.rand(1, channels, 5, 5, generator=generator)
    return torch.nn.functional.interpolate(rough, size=size, mode="bilinear", align_corners=True)[0]
