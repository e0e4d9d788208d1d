"""Color encoders E_c: a reference picture becomes one color vector z."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

from restore_colorize.errors import ShapeError
from restore_colorize.networks.color2embed.sizes import Color2EmbedSizes
from restore_colorize.networks.layers import StridedConv

# Channels of VGG19's convolutions up to relu5_2; 0 is a max pooling of half the size.
_VGG19_TO_RELU5_2 = (64, 64, 0, 128, 128, 0, *(256,) * 4, 0, *(512,) * 4, 0, 512, 512)
_VGG19_OUT = 512
# What torchvision's VGG19 was trained with; sRGB in [0, 1].
_IMAGENET_MEAN = (0.485, 0.456, 0.406)
_IMAGENET_STD = (0.229, 0.224, 0.225)
_MIN_SIDE_PX = 32


class VggColorEncoder(nn.Module):
    """The paper's E_c: VGG19 to relu5_2, four convolutions, mean, MLP (section 3.1; public code).

    ``vgg`` is numbered as torchvision's ``features``, ``to_embedding`` as the authors'
    ``feature2vector``. Weights of VGG19 come from a checkpoint; nothing is downloaded.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, sizes: Color2EmbedSizes) -> None:
        super().__init__()
        self.vgg = _vgg19_to_relu5_2()
        c = _VGG19_OUT
        self.to_embedding = nn.Sequential(
            nn.Conv2d(c, c, 4, stride=2, padding=2),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(c, c, 3, padding=1),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(c, c, 4, stride=2, padding=2),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(c, c, 3, padding=1),
            nn.LeakyReLU(0.2, inplace=True),
            nn.AdaptiveAvgPool2d(1),
            nn.Conv2d(c, c // 2, 1),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(c // 2, c // 2, 1),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(c // 2, sizes.embedding, 1),
        )
        self.register_buffer("mean", _per_channel(_IMAGENET_MEAN), persistent=False)
        self.register_buffer("std", _per_channel(_IMAGENET_STD), persistent=False)

    def forward(self, reference: Tensor) -> Tensor:
        """``reference (b, 3, h, w)`` sRGB in [0, 1] to ``z (b, embedding)`` float32."""
        x = (_checked(reference) - self.mean) / self.std
        x = self.vgg(x.contiguous(memory_format=torch.channels_last))  # (b, 512, h/16, w/16)
        return self.to_embedding(x).flatten(1).float()


class StridedColorEncoder(nn.Module):
    """A small E_c, trained with the rest: strided convolutions, mean, two 1x1 layers (ours)."""

    def __init__(self, sizes: Color2EmbedSizes) -> None:
        super().__init__()
        channels = (3, *sizes.strided_widths)
        self.stages = nn.Sequential(
            *(StridedConv(before, after) for before, after in pairwise(channels))
        )
        last = channels[-1]
        self.to_embedding = nn.Sequential(
            nn.Linear(last, last), nn.LeakyReLU(0.2, inplace=True), nn.Linear(last, sizes.embedding)
        )

    def forward(self, reference: Tensor) -> Tensor:
        """``reference (b, 3, h, w)`` sRGB in [0, 1] to ``z (b, embedding)`` float32."""
        x = 2 * _checked(reference) - 1
        x = self.stages(x.contiguous(memory_format=torch.channels_last))  # (b, c, h/32, w/32)
        return self.to_embedding(x.float().mean((2, 3))).float()


def _vgg19_to_relu5_2() -> nn.Sequential:
    layers: list[nn.Module] = []
    channels = 3
    for width in _VGG19_TO_RELU5_2:
        if width == 0:
            layers.append(nn.MaxPool2d(2))
            continue
        layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU(inplace=True)]
        channels = width
    return nn.Sequential(*layers)


def _per_channel(values: tuple[float, ...]) -> Tensor:
    return torch.tensor(values)[None, :, None, None]


def _checked(reference: Tensor) -> Tensor:
    if reference.ndim != 4 or reference.shape[1] != 3:
        raise ShapeError(f"A reference must be (b, 3, h, w), not {tuple(reference.shape)}.")
    if min(reference.shape[2:]) < _MIN_SIDE_PX:
        raise ShapeError(
            f"A reference must be at least {_MIN_SIDE_PX} px wide and high,"
            f" not {tuple(reference.shape[2:])}."
        )
    return reference
