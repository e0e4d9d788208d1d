"""Small colored pictures, the same on every machine."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from restore_colorize.imaging import Picture

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def rgb(height: int = 48, width: int = 64, seed: int = 0) -> np.ndarray:
    """(h, w, 3) uint8: smooth colors with some noise."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (3, 4, 3), dtype=np.uint8)
    smooth = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
    noise = rng.integers(-6, 7, (height, width, 3))
    return np.clip(np.asarray(smooth).astype(int) + noise, 0, 255).astype(np.uint8)


def picture(height: int = 48, width: int = 64, seed: int = 0) -> Picture:
    return Picture.from_samples(rgb(height, width, seed))


def save(path: Path, seed: int, *, gray: bool = False) -> None:
    image = Image.fromarray(rgb(seed=seed))
    (image.convert("L") if gray else image).save(path)
