"""Deep features of gray pictures: our own trunk, ResNet34, and how alike pictures are to them."""

from __future__ import annotations

from restore_colorize.networks.features.likeness import Alike, Description, Likeness
from restore_colorize.networks.features.network import FeatureNet
from restore_colorize.networks.features.resnet34 import ResNet34
from restore_colorize.networks.features.sizes import FeatureSizes

__all__ = ["Alike", "Description", "FeatureNet", "FeatureSizes", "Likeness", "ResNet34"]
