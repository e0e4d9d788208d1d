"""The authors' files, imitated: names, shapes and kinds as their public code saves them."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from restore_colorize.errors import ModelError
from restore_colorize.models import load_authors_checkpoint
from restore_colorize.networks.features import ResNet34
from restore_colorize.networks.pikfix import (
    PikFixColor,
    pikfix_from_authors,
    pikfix_restoration_from_authors,
)
from torch import Tensor

Shapes = dict[str, tuple[int, ...]]
COLOR_BLOCKS, RESTORATION_BLOCKS = (6, 12, 24, 48), (6, 12, 24, 16)
UPS = ((512, 512, 256, 12), (256, 256, 128, 6), (128, 64, 64, 4))
COLOR_UPS = ((1024, 2048, 1024, 8), (1024, 1024, 512, 8), *UPS)
RESTORATION_UPS = ((1024, 1024, 512, 8), *UPS)
BRANCHES = {2: (64, 128, 5, 7), 3: (128, 128, 5, 7), 4: (256, 256, 5, 7), 5: (512, 256, 6, 8)}


def conv_shapes(name: str, out: int, into: int, k: int) -> Shapes:
    return {f"{name}.weight": (out, into, k, k), f"{name}.bias": (out,)}


def dense_shapes(name: str, channels: int, layers: int) -> Shapes:
    shapes: Shapes = {}
    for n in range(layers):
        into = channels + 32 * n
        shapes[f"{name}.RDB.dense_layers.{n}.conv.weight"] = (32, into, 3, 3)
    shapes[f"{name}.RDB.conv_1x1.weight"] = (channels, channels + 32 * layers, 1, 1)
    return shapes


def encoder_shapes(blocks: tuple[int, ...], transitions: int) -> Shapes:
    shapes: Shapes = {"features.conv0_0.weight": (64, 1, 7, 7)}
    channels = 64
    for i, units in enumerate(blocks, 1):
        for n in range(1, units + 1):
            unit = f"features.denseblock{i}.denselayer{n}"
            shapes[f"{unit}.conv1.weight"] = (128, channels, 1, 1)
            shapes[f"{unit}.conv2.weight"] = (32, 128, 3, 3)
            channels += 32
        if i <= transitions:
            shapes[f"features.transition{i}.conv.weight"] = (channels // 2, channels, 1, 1)
            channels //= 2
    return shapes


def decoder_shapes(first: int, ups: tuple[tuple[int, ...], ...], out: int) -> Shapes:
    shapes: Shapes = {}
    for i, (channels, skip, made, layers) in enumerate(ups, first):
        shapes |= dense_shapes(f"up{i}", channels, layers)
        shapes |= conv_shapes(f"up{i}.conv.double_conv.0", made, channels + skip, 3)
        shapes |= conv_shapes(f"up{i}.conv.double_conv.2", made, made, 3)
    return shapes | conv_shapes("conv_final", out, 64, 3)


def warp_shapes() -> Shapes:
    shapes: Shapes = {}
    for i, (into, inner, second, last) in BRANCHES.items():
        shapes |= conv_shapes(f"warp_net.layer{i}_1.1", inner, into, 3)
        shapes |= conv_shapes(f"warp_net.layer{i}_1.{second}", 64, inner, 3)
        shapes |= {f"warp_net.layer{i}_1.{index}.weight": (1,) for index in (3, last)}
    for n in range(3):
        for conv in ("conv1", "conv2"):
            shapes |= conv_shapes(f"warp_net.layer.{n}.{conv}", 256, 256, 3)
        shapes[f"warp_net.layer.{n}.prelu.weight"] = (1,)
    for name in ("theta", "phi"):
        shapes |= conv_shapes(f"warp_net.{name}", 256, 256, 1)
    return shapes


def color_shapes() -> Shapes:
    shapes: Shapes = {"hist_layer_local.hist_layer.centers": (256,)}
    shapes |= encoder_shapes(COLOR_BLOCKS, 4)
    for i, channels in enumerate((128, 256, 512, 1024), 1):
        shapes |= conv_shapes(f"hf_{i}.conv", channels, channels + 513, 3)
        shapes |= dense_shapes(f"hf_{i}", channels, 4)
    return shapes | decoder_shapes(0, COLOR_UPS, 2) | warp_shapes()


def restoration_shapes() -> Shapes:
    return encoder_shapes(RESTORATION_BLOCKS, 3) | decoder_shapes(1, RESTORATION_UPS, 1)


def filled(shapes: Shapes, seed: int) -> dict[str, Tensor]:
    """Values that keep activations near 1; the big ones repeat 4,099 numbers, to be fast."""
    generator = torch.Generator().manual_seed(seed)
    few = torch.randn(4_099, generator=generator)
    tensors = {}
    for name, shape in shapes.items():
        if name.endswith("centers"):
            tensors[name] = -1 + (torch.arange(256) + 0.5) / 128
            continue
        count = math.prod(shape)
        begin = int(torch.randint(4_099, (), generator=generator))
        values = few.roll(begin).repeat(count // 4_099 + 1)[:count].view(shape)
        gain = (1.5 / math.prod(shape[1:])) ** 0.5 if len(shape) > 1 else 0.1
        tensors[name] = values * gain
    return tensors


class Public:
    """The public code's layers as functions of a file's tensors."""

    def __init__(self, weights: dict[str, Tensor]) -> None:
        self.weights = weights

    def conv(self, name: str, x: Tensor, padding: int = 0, stride: int = 1) -> Tensor:
        bias = self.weights.get(f"{name}.bias")
        return F.conv2d(x, self.weights[f"{name}.weight"], bias, stride, padding)

    def block(self, i: int, units: int, x: Tensor) -> Tensor:
        for n in range(1, units + 1):
            unit = f"features.denseblock{i}.denselayer{n}"
            y = F.relu(self.conv(f"{unit}.conv1", F.relu(x)))
            x = torch.cat([x, self.conv(f"{unit}.conv2", y, 1)], 1)
        return x

    def dense(self, name: str, layers: int, x: Tensor) -> Tensor:
        y = x
        for n in range(layers):
            new = F.relu(self.conv(f"{name}.RDB.dense_layers.{n}.conv", y, 1))
            y = torch.cat([y, new], 1)
        return self.conv(f"{name}.RDB.conv_1x1", y) + x

    def up(self, i: int, layers: int, x: Tensor, skip: Tensor) -> Tensor:
        x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=True)
        x = torch.cat([skip, self.dense(f"up{i}", layers, x)], 1)
        for index in (0, 2):
            x = F.relu(self.conv(f"up{i}.conv.double_conv.{index}", x, 1))
        return x

    def prelu(self, name: str, x: Tensor) -> Tensor:
        return F.prelu(x, self.weights[f"{name}.weight"])

    def reflected(self, name: str, x: Tensor, stride: int = 1) -> Tensor:
        x = F.pad(x, (1, 1, 1, 1), mode="reflect")
        return F.instance_norm(self.conv(name, x, 0, stride))

    def branch(self, i: int, x: Tensor) -> Tensor:
        name, (_, _, second, last) = f"warp_net.layer{i}_1", BRANCHES[i]
        x = self.prelu(f"{name}.3", self.reflected(f"{name}.1", x))
        if i == 5:
            x = F.interpolate(x, scale_factor=2)
        x = self.prelu(f"{name}.{last}", self.reflected(f"{name}.{second}", x, 2 if i == 2 else 1))
        return F.interpolate(x, scale_factor=2) if i > 3 else x

    def warp_features(self, end: str, maps: list[Tensor]) -> Tensor:
        x = torch.cat([self.branch(i, level) for i, level in zip(BRANCHES, maps, strict=True)], 1)
        for n in range(3):
            name = f"warp_net.layer.{n}"
            y = self.prelu(f"{name}.prelu", self.reflected(f"{name}.conv1", x))
            x = self.prelu(f"{name}.prelu", self.reflected(f"{name}.conv2", y) + x)
        x = self.conv(f"warp_net.{end}", x).flatten(2)
        x = x - x.mean(2, keepdim=True)
        return x / x.norm(dim=1, keepdim=True)

    def histogram(self, chroma: Tensor) -> Tensor:
        cells = F.avg_pool2d(chroma, 8)
        distance = cells[:, :, None] - self.weights["hist_layer_local.hist_layer.centers"].view(
            1, 1, -1, 1, 1
        )
        density = torch.exp(-0.5 * (distance / 0.01) ** 2) / (0.01 * math.sqrt(2 * math.pi))
        return (density * 2 / 256).flatten(1, 2)

    def color(
        self, luma: Tensor, chroma: Tensor, maps: list[Tensor], reference_maps: list[Tensor]
    ) -> Tensor:
        theta = self.warp_features("theta", maps)
        phi = self.warp_features("phi", reference_maps)
        scores = theta.transpose(1, 2) @ phi
        h, w = maps[1].shape[2:]
        best = scores.amax(2).view(-1, 1, h, w)
        histogram = self.histogram(chroma)
        warped = torch.softmax(scores / 0.005, 2) @ histogram.flatten(2).transpose(1, 2)
        eighth = torch.cat([best, warped.transpose(1, 2).unflatten(2, (h, w))], 1)
        carried = [F.interpolate(eighth, scale_factor=2), eighth]
        carried += [F.avg_pool2d(eighth, 2), F.avg_pool2d(eighth, 4)]
        x, skips = self.shallow(luma)
        for i, units in enumerate(COLOR_BLOCKS, 1):
            x = F.relu(self.block(i, units, x))  # in place there: the skip link sees it, too
            skips.append(x)
            x = F.avg_pool2d(self.conv(f"features.transition{i}.conv", x), 2)
            x = self.conv(f"hf_{i}.conv", torch.cat([x, carried[i - 1]], 1), 1)
            x = self.dense(f"hf_{i}", 4, x)
        for i, (_, _, _, layers) in enumerate(COLOR_UPS):
            x = self.up(i, layers, x, skips.pop())
        return self.conv("conv_final", x, 1)

    def restore(self, luma: Tensor) -> Tensor:
        x, skips = self.shallow(luma)
        for i, units in enumerate(RESTORATION_BLOCKS, 1):
            x = self.block(i, units, x)
            if i < 4:
                x = F.relu(x)
                skips.append(x)
                x = F.avg_pool2d(self.conv(f"features.transition{i}.conv", x), 2)
        for i, (_, _, _, layers) in enumerate(RESTORATION_UPS, 1):
            x = self.up(i, layers, x, skips.pop())
        return self.conv("conv_final", x, 1)

    def shallow(self, luma: Tensor) -> tuple[Tensor, list[Tensor]]:
        x = F.relu(self.conv("features.conv0_0", luma, 3))
        return F.max_pool2d(x, 3, 2, 1), [x]


@pytest.fixture(scope="module")
def resnet34() -> dict[str, Tensor]:
    torch.manual_seed(34)
    classifier = {"fc.weight": torch.zeros(1000, 512), "fc.bias": torch.zeros(1000)}
    return ResNet34().state_dict() | classifier


@pytest.fixture(scope="module")
def content() -> dict[str, Tensor]:
    return filled(color_shapes(), 1)


@pytest.fixture(scope="module")
def network(
    content: dict[str, Tensor],
    resnet34: dict[str, Tensor],
    tmp_path_factory: pytest.TempPathFactory,
) -> PikFixColor:
    path: Path = tmp_path_factory.mktemp("authors") / "net_epoch51.pth"
    torch.save(content, path)
    network = pikfix_from_authors(load_authors_checkpoint(path), resnet34)
    path.unlink()
    return network


def test_layouts_have_the_published_numbers_of_tensors_and_parameters() -> None:
    color, restoration = color_shapes(), restoration_shapes()
    assert (len(color), len(restoration)) == (322, 172)
    assert sum(math.prod(shape) for shape in color.values()) == 112_952_397
    assert sum(math.prod(shape) for shape in restoration.values()) == 30_192_129


def test_the_color_network_equals_the_public_forward(
    content: dict[str, Tensor], network: PikFixColor
) -> None:
    generator = torch.Generator().manual_seed(2)
    luma = torch.rand(1, 1, 64, 64, generator=generator) * 2 - 1
    reference = torch.rand(1, 3, 64, 64, generator=generator) - 0.5
    with torch.inference_mode():
        maps, others = network.trunk(luma), network.trunk(reference[:, :1])
        expected = Public(content).color(luma, reference[:, 1:], maps, others)
        found = network(luma, reference[:, None])
    assert expected.std() > 0.02
    torch.testing.assert_close(
        found.chroma, expected, atol=2e-3 * float(expected.abs().max()), rtol=0
    )
    assert found.trust is None


def test_the_restoration_network_equals_the_public_forward(tmp_path: Path) -> None:
    content = filled(restoration_shapes(), 3)
    torch.save(content, tmp_path / "net_epoch9.pth")
    network = pikfix_restoration_from_authors(load_authors_checkpoint(tmp_path / "net_epoch9.pth"))
    luma = torch.rand(1, 1, 32, 64, generator=torch.Generator().manual_seed(4)) * 2 - 1
    with torch.inference_mode():
        expected = Public(content).restore(luma)
        found = network(luma)
    assert expected.std() > 0.02
    torch.testing.assert_close(found, expected, atol=1e-4 * float(expected.abs().max()), rtol=1e-4)


@pytest.mark.usefixtures("network")
@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("conv_final.bias", None, "missing"),
        ("features.norm5.weight", torch.zeros(1), "public code does not have"),
        ("warp_net.layer5_1.5.weight", torch.zeros(1), "public code does not have"),
        ("conv_final.bias", torch.zeros(3), "of another size"),
        ("conv_final.bias", torch.tensor([0.0, float("inf")]), "not finite"),
        ("conv_final.bias", 3, "something else than a tensor"),
        ("hf_1.conv.weight", None, "no checkpoint of Pik-Fix's color network"),
    ],
)
def test_what_differs_from_the_public_code_is_refused_in_words(
    content: dict[str, object],
    resnet34: dict[str, object],
    name: str,
    value: object,
    words: str,
) -> None:
    changed = {n: v for n, v in content.items() if n != name}
    if value is not None:
        changed[name] = value
    with pytest.raises(ModelError, match=words):
        pikfix_from_authors(changed, resnet34)


def test_a_trunk_of_something_else_is_refused(content: dict[str, object]) -> None:
    with pytest.raises(ModelError, match="missing"):
        pikfix_from_authors(content, {"conv1.weight": torch.zeros(64, 3, 7, 7)})


def test_the_color_file_is_not_taken_for_restoration(content: dict[str, object]) -> None:
    with pytest.raises(ModelError, match="color network"):
        pikfix_restoration_from_authors(content)
