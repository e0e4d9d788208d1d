"""ResNet34 without its classifier (He et al. 2016), in torchvision's layout and names."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from restore_colorize.errors import ModelError

_BLOCKS = (3, 4, 6, 3)
_WIDTHS = (64, 128, 256, 512)
_MEAN, _DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet's RGB


class ResNet34(nn.Module):
    """Pik-Fix's trunk (2205.01902, 3.2): 21,284,672 parameters, four maps at 1/4 to 1/32."""

    mean: Tensor
    deviation: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        inside = 64
        for number, (width, count) in enumerate(zip(_WIDTHS, _BLOCKS, strict=True), 1):
            blocks = [_Block(inside, width, 1 if number == 1 else 2)]
            blocks += [_Block(width, width, 1) for _ in range(count - 1)]
            self.add_module(f"layer{number}", nn.Sequential(*blocks))
            inside = width
        self.channels = _WIDTHS
        self.register_buffer("mean", torch.tensor(_MEAN)[:, None, None], persistent=False)
        self.register_buffer("deviation", torch.tensor(_DEVIATION)[:, None, None], persistent=False)

    def forward(self, luma: Tensor) -> list[Tensor]:
        """``luma (b, 1, h, w)`` L_n to four maps ``(b, c, h/4, w/4)`` … ``(b, c, h/32, w/32)``.

        L*/100 stands for the gray value; the two differ by .04 at most.
        """
        gray = (luma + 1) / 2
        x = (gray.expand(-1, 3, -1, -1) - self.mean) / self.deviation
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        maps = []
        for number in range(1, len(_BLOCKS) + 1):
            x = self.get_submodule(f"layer{number}")(x)
            maps.append(x)
        return maps

    def load_torchvision(self, tensors: Mapping[str, Tensor]) -> None:
        """Take the weights of torchvision's file; its classifier ``fc`` is left out.

        Raises:
            ModelError: the tensors are those of another network.
        """
        own = {name: value for name, value in tensors.items() if not name.startswith("fc.")}
        wanted = {name: value.shape for name, value in self.state_dict().items()}
        wrong = [name for name in wanted if name not in own or own[name].shape != wanted[name]]
        wrong += [name for name in own if name not in wanted]
        if wrong:
            raise ModelError(
                f"The file holds no ResNet34 as torchvision writes it: {len(wrong)} tensors do not "
                f"fit, the first is {wrong[0]}."
            )
        self.load_state_dict(own)


class _Block(nn.Module):
    """Two 3x3 convolutions beside the identity, or beside a 1x1 one where the size changes."""

    def __init__(self, in_channels: int, out_channels: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.downsample: nn.Module | None = None
        if stride != 1 or in_channels != out_channels:
            self.downsample = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride, bias=False),
                nn.BatchNorm2d(out_channels),
            )

    def forward(self, x: Tensor) -> Tensor:
        """``(b, in, h, w)`` to ``(b, out, h / stride, w / stride)``."""
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        return self.relu(y + (x if self.downsample is None else self.downsample(x)))
