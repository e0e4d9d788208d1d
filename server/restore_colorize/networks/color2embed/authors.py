"""The authors' checkpoint: their 84 + 106 tensors under our names."""

from __future__ import annotations

import re
from collections.abc import Mapping

import torch
from torch import Tensor

from restore_colorize.errors import ModelError
from restore_colorize.networks.checkpoints import load_renamed, tensors_of, unknown_tensor
from restore_colorize.networks.color2embed.network import Color2Embed
from restore_colorize.networks.color2embed.sizes import Color2EmbedSizes

_TITLE = "Color2Embed's checkpoint"
_LAST_VGG_INDEX = 30  # conv5_2; conv5_3 and conv5_4 (32, 34) are stored but never run
_VGG = re.compile(r"vgg\.(vgg_model\.features|vgg_feature)\.(\d+)\.(weight|bias)")
_HEAD = re.compile(r"feature2vector\.(\d+\.(weight|bias))")
_IGNORED = re.compile(r"vgg\.vgg_model\.classifier\.[036]\.(weight|bias)")
_RENAMED_UNET = (
    (re.compile(r"inc\.double_conv\.(\d+\.\w+)"), r"content_encoder.inc.\1"),
    (re.compile(r"(down[1-4])\.main\.(.+)"), r"content_encoder.\1.\2"),
    (re.compile(r"(up[1-4])\.SDFT\.(.+)"), r"pffn.\1.sdft.\2"),
    (re.compile(r"(up[1-4])\.(conv_cat|conv_s)\.(.+)"), r"pffn.\1.\2.\3"),
    (re.compile(r"outc\.(\d+\.\w+)"), r"pffn.outc.\1"),
)


def network_from_authors(checkpoint: Mapping[str, object]) -> Color2Embed:
    """Build the paper's network from the content of a checkpoint of the authors.

    Of ``colorEncoder`` the VGG19 part to conv5_2 and ``feature2vector`` are taken; the second
    copy of VGG19 must agree with the first; the classifier, conv5_3 and conv5_4 never run and
    stay behind, as do ``g_optim`` and ``args``. Read the file with
    ``restore_colorize.models.load_authors_checkpoint``.

    Args:
        checkpoint: has ``colorEncoder`` (84 tensors) and ``colorUNet`` (106 tensors).

    Returns:
        The network in evaluation mode, float32.

    Raises:
        ModelError: if a tensor is missing, unknown, of another shape or not finite, or if the two
            copies of VGG19 differ.
    """
    tensors = {
        **_renamed_encoder(_part(checkpoint, "colorEncoder")),
        **_renamed_unet(_part(checkpoint, "colorUNet")),
    }
    return load_renamed(lambda: Color2Embed(Color2EmbedSizes.paper()), tensors, _TITLE)


def _part(checkpoint: Mapping[str, object], name: str) -> dict[str, Tensor]:
    """One network's tensors."""
    part = checkpoint.get(name)
    if not isinstance(part, Mapping):
        raise ModelError(f"This is no checkpoint of Color2Embed: it has no part named {name}.")
    return tensors_of(part, _TITLE)


def _renamed_encoder(part: dict[str, Tensor]) -> dict[str, Tensor]:
    """``colorEncoder`` under our names, without what never runs."""
    copies: dict[str, list[Tensor]] = {}
    renamed: dict[str, Tensor] = {}
    for name, tensor in part.items():
        if match := _VGG.fullmatch(name):
            copies.setdefault(f"{match[2]}.{match[3]}", []).append(tensor)
        elif match := _HEAD.fullmatch(name):
            renamed[f"color_encoder.to_embedding.{match[1]}"] = tensor
        elif not _IGNORED.fullmatch(name):
            raise unknown_tensor(f"colorEncoder.{name}", _TITLE)
    for name, tensors in copies.items():
        if len(tensors) != 2 or not torch.equal(*tensors):
            raise ModelError(
                f"The two copies of VGG19 in Color2Embed's checkpoint differ at {name}: the file"
                " is damaged or of another version."
            )
        if int(name.split(".")[0]) <= _LAST_VGG_INDEX:
            renamed[f"color_encoder.vgg.{name}"] = tensors[0]
    return renamed


def _renamed_unet(part: dict[str, Tensor]) -> dict[str, Tensor]:
    """``colorUNet`` under our names; SDFT weights lose their leading 1, linear ones their 1 x 1."""
    renamed: dict[str, Tensor] = {}
    for name, tensor in part.items():
        ours = _our_unet_name(name)
        if name.endswith("SDFT.weight") and tensor.ndim == 5:
            tensor = tensor.squeeze(0)
        elif name.endswith("modulation.weight") and tensor.ndim == 4:
            tensor = tensor.flatten(1)
        renamed[ours] = tensor
    return renamed


def _our_unet_name(name: str) -> str:
    for pattern, ours in _RENAMED_UNET:
        if match := pattern.fullmatch(name):
            return match.expand(ours)
    raise unknown_tensor(f"colorUNet.{name}", _TITLE)
