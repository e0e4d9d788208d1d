"""Files of the authors' public code: color net (322 tensors) and restoration net (172)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping

import torch

from restore_colorize.errors import ModelError
from restore_colorize.networks.checkpoints import load_renamed, tensors_of, unknown_tensor
from restore_colorize.networks.pikfix.dense import DenseUNet
from restore_colorize.networks.pikfix.network import PikFixColor
from restore_colorize.networks.pikfix.sizes import DenseUNetSizes, PikFixSizes

_TITLE = "Pik-Fix's checkpoint"
_PUBLIC_TAU = 0.005
_CENTERS = "hist_layer_local.hist_layer.centers"
_ONLY_COLOR = "hf_1.conv.weight"

# Where a scale's branch of WarpNet keeps its layers: one has an enlargement in between.
_WARP_LAYERS = {"1": "conv1", "3": "prelu1", "5": "conv2", "7": "prelu2"}
_LAST_WARP_LAYERS = {"1": "conv1", "3": "prelu1", "6": "conv2", "8": "prelu2"}
_BRANCHES = {"2": "quarter", "3": "eighth", "4": "sixteenth", "5": "thirtysecond"}
_IN_UNIT = {"1": "narrow", "2": "grow"}
_IN_DOUBLE = {"0": "1", "2": "2"}

_Rename = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]
_UNET: tuple[_Rename, ...] = (
    (re.compile(r"features\.conv0_0\.(weight)"), lambda m: f"stem.{m[1]}"),
    (
        re.compile(r"features\.denseblock(\d)\.denselayer(\d+)\.conv([12])\.(weight)"),
        lambda m: f"blocks.{_less(m[1])}.units.{_less(m[2])}.{_IN_UNIT[m[3]]}.{m[4]}",
    ),
    (
        re.compile(r"features\.transition(\d)\.conv\.(weight)"),
        lambda m: f"transitions.{_less(m[1])}.{m[2]}",
    ),
    (
        re.compile(r"hf_(\d)\.conv\.(weight|bias)"),
        lambda m: f"fusions.{_less(m[1])}.conv.{m[2]}",
    ),
    (
        re.compile(r"hf_(\d)\.RDB\.(.+)"),
        lambda m: f"fusions.{_less(m[1])}.dense.{_in_dense(m[2])}",
    ),
    (
        re.compile(r"up(\d)\.RDB\.(.+)"),
        lambda m: f"ups.{m[1]}.dense.{_in_dense(m[2])}",
    ),
    (
        re.compile(r"up(\d)\.conv\.double_conv\.([02])\.(weight|bias)"),
        lambda m: f"ups.{m[1]}.conv{_IN_DOUBLE[m[2]]}.{m[3]}",
    ),
    (re.compile(r"conv_final\.(weight|bias)"), lambda m: f"out.{m[1]}"),
)
_WARPNET: tuple[_Rename, ...] = (
    (
        re.compile(r"warp_net\.layer([234])_1\.([1357])\.(weight|bias)"),
        lambda m: f"similarity.{_BRANCHES[m[1]]}.{_WARP_LAYERS[m[2]]}.{m[3]}",
    ),
    (
        re.compile(r"warp_net\.layer(5)_1\.([1368])\.(weight|bias)"),
        lambda m: f"similarity.{_BRANCHES[m[1]]}.{_LAST_WARP_LAYERS[m[2]]}.{m[3]}",
    ),
    (re.compile(r"warp_net\.layer\.(.+)"), lambda m: f"similarity.blocks.{m[1]}"),
    (re.compile(r"warp_net\.((theta|phi)\..+)"), lambda m: f"similarity.{m[1]}"),
)


def pikfix_from_authors(
    checkpoint: Mapping[str, object], resnet34: Mapping[str, object]
) -> PikFixColor:
    """Build the public code's color network from a file of the authors.

    It is not the paper's: one similarity map (WarpNet) and 48 units in the last block. Read files
    with ``restore_colorize.models.load_authors_checkpoint``.

    Args:
        checkpoint: content of a ``net_epoch*.pth`` of the color net, 322 tensors.
        resnet34: torchvision's ResNet34, which the authors' file leaves out; its classifier stays
            behind.

    Returns:
        The network in evaluation mode, float32.

    Raises:
        ModelError: if a tensor is missing, unknown, of another shape or not finite.
    """
    if _ONLY_COLOR not in checkpoint:
        raise ModelError(
            "This is no checkpoint of Pik-Fix's color network: it has no tensor named "
            f"{_ONLY_COLOR}."
        )
    renamed = {"temperature.log": torch.tensor(math.log(_PUBLIC_TAU))}
    for name, tensor in tensors_of(checkpoint, _TITLE).items():
        if name == _CENTERS:
            renamed["histogram.centers"] = tensor
        elif name.startswith("warp_net."):
            renamed[_renamed(name, _WARPNET)] = tensor
        else:
            renamed[f"unet.{_renamed(name, _UNET)}"] = tensor
    for name, tensor in tensors_of(resnet34, "The file of ResNet34").items():
        if not name.startswith("fc."):
            renamed[f"trunk.{name}"] = tensor
    return load_renamed(lambda: PikFixColor(PikFixSizes.public()), renamed, _TITLE)


def pikfix_restoration_from_authors(checkpoint: Mapping[str, object]) -> DenseUNet:
    """Build the public code's restoration ("crack") network: a dense U-Net, not the paper's RDN.

    Args:
        checkpoint: content of a ``net_epoch*.pth`` of the restoration net, 172 tensors.

    Returns:
        The network in evaluation mode, float32; L_n ``(b, 1, h, w)`` to L_n of the same size.

    Raises:
        ModelError: if a tensor is missing, unknown, of another shape or not finite.
    """
    if _ONLY_COLOR in checkpoint:
        raise ModelError("This is a checkpoint of Pik-Fix's color network, not of restoration.")
    renamed = {}
    for name, tensor in tensors_of(checkpoint, _TITLE).items():
        # Its stages on the way up begin with 1.
        known = re.sub(r"^up([1-4])\.", lambda m: f"up{_less(m[1])}.", name)
        renamed[_renamed(known, _UNET)] = tensor

    def build() -> DenseUNet:
        return DenseUNet(DenseUNetSizes.public_restoration(), 0, 1, are_corners_aligned=True)

    return load_renamed(build, renamed, _TITLE)


def _renamed(name: str, renames: tuple[_Rename, ...]) -> str:
    for pattern, ours in renames:
        if matched := pattern.fullmatch(name):
            return ours(matched)
    raise unknown_tensor(name, _TITLE)


def _in_dense(name: str) -> str:
    """Names inside of a residual dense block."""
    if name == "conv_1x1.weight":
        return "join.weight"
    return re.sub(r"^dense_layers\.(\d+)\.conv\.", r"units.\1.", name)


def _less(number: str) -> int:
    """Theirs count from 1."""
    return int(number) - 1
