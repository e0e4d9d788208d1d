"""Restoration of gray photographs: Pik-Fix's RDN, a NAF U-Net, and a structured network of ours."""

from __future__ import annotations

from restore_colorize.networks.restoration.level import Level, LevelHead, describe
from restore_colorize.networks.restoration.naf import NafUNet
from restore_colorize.networks.restoration.network import RestorationNet, Restored
from restore_colorize.networks.restoration.rdn import MultiLevelRDN
from restore_colorize.networks.restoration.sizes import NafSizes, RdnSizes, RestorationSizes

__all__ = [
    "Level",
    "LevelHead",
    "MultiLevelRDN",
    "NafSizes",
    "NafUNet",
    "RdnSizes",
    "RestorationNet",
    "RestorationSizes",
    "Restored",
    "describe",
]
