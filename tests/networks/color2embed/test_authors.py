"""The authors' checkpoint, imitated: names, shapes and kinds as their public code saves them."""

from __future__ import annotations

import argparse
import copy
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from restore_colorize.errors import ModelError
from restore_colorize.models import load_authors_checkpoint
from restore_colorize.networks.color2embed import Color2Embed, network_from_authors
from torch import Tensor

VGG_CONVS = {0: (64, 3), 2: (64, 64), 5: (128, 64), 7: (128, 128)}
VGG_CONVS |= {10: (256, 128), 12: (256, 256), 14: (256, 256), 16: (256, 256)}
VGG_CONVS |= {19: (512, 256), **dict.fromkeys((21, 23, 25, 28, 30, 32, 34), (512, 512))}
VGG_POOLS = (4, 9, 18, 27)
NEVER_RUN = ("classifier", ".32.", ".34.")
DOWNS = {1: (64, 128), 2: (128, 256), 3: (256, 512), 4: (512, 512)}
UPS = {1: (512, 128, 256, 3), 2: (256, 64, 128, 3), 3: (128, 32, 64, 5), 4: (64, 16, 64, 5)}


def conv_shapes(name: str, out: int, into: int, k: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (out, into, k, k), f"{name}.bias": (out,)}


def norm_shapes(name: str, c: int) -> dict[str, tuple[int, ...]]:
    parts = ("weight", "bias", "running_mean", "running_var")
    return {**{f"{name}.{part}": (c,) for part in parts}, f"{name}.num_batches_tracked": ()}


def encoder_shapes() -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {}
    for prefix in ("vgg.vgg_model.features", "vgg.vgg_feature"):
        for index, (out, into) in VGG_CONVS.items():
            shapes |= conv_shapes(f"{prefix}.{index}", out, into, 3)
    for index, (out, into) in {0: (4096, 25088), 3: (4096, 4096), 6: (1000, 4096)}.items():
        shapes[f"vgg.vgg_model.classifier.{index}.weight"] = (out, into)
        shapes[f"vgg.vgg_model.classifier.{index}.bias"] = (out,)
    head = {0: (512, 512, 4), 2: (512, 512, 3), 4: (512, 512, 4), 6: (512, 512, 3)}
    head |= {9: (256, 512, 1), 11: (256, 256, 1), 13: (512, 256, 1)}
    for index, (out, into, k) in head.items():
        shapes |= conv_shapes(f"feature2vector.{index}", out, into, k)
    return shapes


def unet_shapes() -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {}
    for conv, into in ((0, 1), (3, 64)):
        shapes |= conv_shapes(f"inc.double_conv.{conv}", 64, into, 3)
        shapes |= norm_shapes(f"inc.double_conv.{conv + 1}", 64)
    for i, (into, out) in DOWNS.items():
        shapes |= conv_shapes(f"down{i}.main.0", into, into, 4)
        block = f"down{i}.main.2"
        shapes |= conv_shapes(f"{block}.bottle_conv", out, into, 1)
        shapes |= conv_shapes(f"{block}.double_conv.0", out, out, 3)
        shapes |= norm_shapes(f"{block}.double_conv.1", out)
        shapes |= conv_shapes(f"{block}.double_conv.3", out, out, 3)
    for i, (into, skip, out, k) in UPS.items():
        shapes |= conv_shapes(f"up{i}.conv_cat.0", out, into + skip, 1)
        shapes |= conv_shapes(f"up{i}.conv_cat.2", out, out, 3)
        shapes |= conv_shapes(f"up{i}.conv_s", out, into, 1)
        shapes[f"up{i}.SDFT.weight"] = (1, out, out, k, k)
        shapes |= conv_shapes(f"up{i}.SDFT.modulation", out, 512, 1)
    shapes |= conv_shapes("outc.0", 64, 64, 3)
    shapes |= conv_shapes("outc.2", 2, 64, 3)
    return shapes


def random_tensor(name: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    """Values that keep activations near 1; what never runs shares one number on disk."""
    if any(part in name for part in NEVER_RUN):
        return torch.zeros(1).expand(shape)
    if name.endswith("num_batches_tracked"):
        return torch.tensor(7)
    if name.endswith("running_var"):
        return torch.rand(shape, generator=generator) + 0.5
    if len(shape) <= 1:
        return torch.randn(shape, generator=generator) * 0.1 + ("weight" in name)
    if "SDFT.weight" in name:
        return torch.randn(shape, generator=generator)
    fan_in = torch.Size(shape[1:]).numel()
    return torch.randn(shape, generator=generator) * (2 / fan_in) ** 0.5


def checkpoint() -> dict[str, object]:
    """What the authors' file holds, with random numbers."""
    generator = torch.Generator().manual_seed(45_000)

    def filled(shapes: dict[str, tuple[int, ...]]) -> dict[str, Tensor]:
        return {name: random_tensor(name, shape, generator) for name, shape in shapes.items()}

    encoder = filled(
        {n: s for n, s in encoder_shapes().items() if not n.startswith("vgg.vgg_feature")}
    )
    for name in [n for n in encoder if n.startswith("vgg.vgg_model.features")]:
        encoder[name.replace("vgg_model.features", "vgg_feature")] = encoder[name]
    return {
        "colorEncoder": encoder,
        "colorUNet": filled(unet_shapes()),
        "g_optim": {"state": {0: {"step": 3, "exp_avg": torch.zeros(2)}}, "param_groups": []},
        "args": argparse.Namespace(lr=1e-4, batch=64, datasets="LMDB"),
    }


@pytest.fixture(scope="module")
def content() -> dict[str, object]:
    return checkpoint()


@pytest.fixture(scope="module")
def network(content: dict[str, object], tmp_path_factory: pytest.TempPathFactory) -> Color2Embed:
    path: Path = tmp_path_factory.mktemp("authors") / "045000.pt"
    torch.save(content, path)
    network = network_from_authors(load_authors_checkpoint(path))
    path.unlink()
    return network


def doubled(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Double precision, so that another order of sums does not hide a mistake."""
    run = {n: t for n, t in tensors.items() if not any(part in n for part in NEVER_RUN)}
    return {name: tensor.double() for name, tensor in run.items()}


def public_embedding(w: dict[str, Tensor], picture: Tensor) -> Tensor:
    mean = torch.tensor([0.485, 0.456, 0.406])[:, None, None]
    std = torch.tensor([0.229, 0.224, 0.225])[:, None, None]
    x = (picture - mean) / std
    for index in range(31):
        if index in VGG_POOLS:
            x = F.max_pool2d(x, 2, 2)
        elif index in VGG_CONVS:
            name = f"vgg.vgg_model.features.{index}"
            x = F.relu(F.conv2d(x, w[f"{name}.weight"], w[f"{name}.bias"], padding=1))

    def conv(index: int, x: Tensor, **how: int) -> Tensor:
        name = f"feature2vector.{index}"
        return F.conv2d(x, w[f"{name}.weight"], w[f"{name}.bias"], **how)

    x = F.leaky_relu(conv(0, x, stride=2, padding=2), 0.2)
    x = F.leaky_relu(conv(2, x, padding=1), 0.2)
    x = F.leaky_relu(conv(4, x, stride=2, padding=2), 0.2)
    x = F.leaky_relu(conv(6, x, padding=1), 0.2)
    x = x.mean((2, 3), keepdim=True)
    x = F.leaky_relu(conv(9, x), 0.2)
    return conv(13, F.leaky_relu(conv(11, x), 0.2))


def public_unet(w: dict[str, Tensor], luma: Tensor, z: Tensor) -> Tensor:
    """``ColorUNet.forward`` said again with functions and the checkpoint's own tensors."""

    def conv(name: str, x: Tensor, **how: int) -> Tensor:
        return F.conv2d(x, w[f"{name}.weight"], w[f"{name}.bias"], **how)

    def norm(name: str, x: Tensor) -> Tensor:
        statistics = w[f"{name}.running_mean"], w[f"{name}.running_var"]
        return F.batch_norm(x, *statistics, w[f"{name}.weight"], w[f"{name}.bias"])

    x = luma
    for index in (0, 3):
        x = conv(f"inc.double_conv.{index}", x, padding=1)
        x = F.leaky_relu(norm(f"inc.double_conv.{index + 1}", x), 0.1)
    skips = [x]
    for i in DOWNS:
        x = F.leaky_relu(conv(f"down{i}.main.0", x, stride=2, padding=1), 0.1)
        block = f"down{i}.main.2"
        x = conv(f"{block}.bottle_conv", x)
        y = norm(f"{block}.double_conv.1", conv(f"{block}.double_conv.0", x, padding=1))
        x = (x + conv(f"{block}.double_conv.3", F.leaky_relu(y, 0.2), padding=1)) / 2**0.5
        skips.append(x)
    x = skips.pop()
    for i, (_, _, out, k) in UPS.items():
        x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
        y = torch.cat([x, skips.pop()[:, ::4]], 1)
        y = F.leaky_relu(conv(f"up{i}.conv_cat.0", y), 0.2)
        y = F.leaky_relu(conv(f"up{i}.conv_cat.2", y, padding=1), 0.2)
        b, _, height, width = y.shape
        style = conv(f"up{i}.SDFT.modulation", z).view(b, 1, out, 1, 1)
        bank = w[f"up{i}.SDFT.weight"] / (out * k * k) ** 0.5 * style
        bank = bank / (bank.square().sum((2, 3, 4), keepdim=True) + 1e-8).sqrt()
        y = F.conv2d(
            y.reshape(1, b * out, height, width), bank.flatten(0, 1), padding=k // 2, groups=b
        )
        x = y.view(b, out, height, width) + conv(f"up{i}.conv_s", x)
    x = F.leaky_relu(conv("outc.0", x, padding=1), 0.2)
    return torch.tanh(conv("outc.2", x, padding=1))


def test_layout_has_the_published_number_of_tensors_and_parameters() -> None:
    encoder, unet = encoder_shapes(), unet_shapes()
    assert (len(encoder), len(unet)) == (84, 106)
    stored_once = (s for n, s in encoder.items() if not n.startswith("vgg.vgg_feature"))
    assert sum(torch.Size(shape).numel() for shape in stored_once) == 157_105_192


def test_loaded_network_equals_the_public_forward(
    content: dict[str, object], network: Color2Embed
) -> None:
    generator = torch.Generator().manual_seed(1)
    luma = torch.rand(2, 1, 32, 48, generator=generator, dtype=torch.float64) * 2 - 1
    pictures = torch.rand(2, 3, 64, 64, generator=generator, dtype=torch.float64)
    exact = copy.deepcopy(network).double()
    with torch.inference_mode():
        z = public_embedding(doubled(content["colorEncoder"]), pictures)
        expected = public_unet(doubled(content["colorUNet"]), luma, z)
        embedding = exact.embed(pictures)
        chroma = exact.colorize(luma, z.flatten(1))
        together = network(luma.float(), pictures.float()[:, None])
    assert expected.std() > 0.05
    # The network hands out float32, whatever it computes in.
    torch.testing.assert_close(embedding, z.flatten(1).float(), atol=0, rtol=1e-6)
    torch.testing.assert_close(chroma, expected.float(), atol=1e-6, rtol=0)
    torch.testing.assert_close(together, expected.float(), atol=1e-3, rtol=0)


@pytest.mark.usefixtures("network")
@pytest.mark.parametrize(
    ("part", "name", "value", "words"),
    [
        ("colorUNet", "outc.2.bias", None, "missing"),
        ("colorUNet", "up1.conv_x.weight", torch.zeros(1), "public code does not have"),
        ("colorUNet", "module.outc.2.bias", torch.zeros(2), "public code does not have"),
        ("colorUNet", "outc.4.bias", torch.zeros(2), "public code does not have"),
        ("colorUNet", "outc.2.bias", torch.zeros(3), "of another size"),
        ("colorUNet", "outc.2.bias", torch.tensor([0.0, float("nan")]), "not finite"),
        ("colorUNet", "outc.2.bias", 3, "something else than a tensor"),
        ("colorEncoder", "vgg.vgg_feature.30.bias", torch.ones(512), "two copies"),
        ("colorEncoder", "vgg.vgg_feature.30.bias", None, "two copies"),
        ("colorEncoder", "vgg.vgg_model.avgpool.weight", torch.ones(1), "does not have"),
    ],
)
def test_what_differs_from_the_public_code_is_refused_in_words(
    content: dict[str, object], part: str, name: str, value: object, words: str
) -> None:
    changed = copy.copy(content)
    tensors = dict(content[part])
    if value is None:
        del tensors[name]
    else:
        tensors[name] = value
    changed[part] = tensors
    with pytest.raises(ModelError, match=words):
        network_from_authors(changed)


@pytest.mark.parametrize("part", ["colorEncoder", "colorUNet"])
def test_a_checkpoint_of_something_else_is_refused(part: str, content: dict[str, object]) -> None:
    with pytest.raises(ModelError, match="no checkpoint of Color2Embed"):
        network_from_authors({name: value for name, value in content.items() if name != part})
