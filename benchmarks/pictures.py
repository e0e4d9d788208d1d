"""Pictures to measure with: smooth like photographs, with grain, the same in every run."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from restore_colorize_client import Pixels, SampleType


@lru_cache(maxsize=4)
def picture(megapixels: float, channels: int = 3) -> np.ndarray:
    """Return (h, w, channels) uint8 in proportions of 3 : 2; never written to."""
    height = max(64, round((megapixels * 1e6 / 1.5) ** 0.5))
    width = height * 3 // 2
    random = np.random.default_rng(0)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / height
    planes = np.empty((height, width, channels), np.uint8)
    for channel in range(channels):
        fy, fx, shift = random.uniform(2, 9, 3).astype(np.float32)
        wave = np.sin(y * fy + shift) * np.cos(x * fx) * 90 + 128
        planes[..., channel] = wave + random.integers(-6, 7, (height, width), np.int8)
    return planes


def pixels(samples: np.ndarray) -> Pixels:
    """Return samples (h, w, c) uint8 as the client sends them; 2 or 4 channels have alpha."""
    height, width, channels = samples.shape
    return Pixels(width, height, channels, SampleType.UINT8, channels in (2, 4), samples.data)
