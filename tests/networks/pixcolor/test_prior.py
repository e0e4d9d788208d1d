"""What may depend on what, proven by changing one number at a time."""

from __future__ import annotations

import pytest
import torch
from restore_colorize.errors import ShapeError
from restore_colorize.networks import PixColorPrior, PixColorPriorSizes
from restore_colorize.networks.pixcolor.scan import from_scan
from torch import Tensor, nn

from tests.networks.pixcolor.priors import tiny_prior

H, W = 5, 7


def outputs_of_all_layers(prior: PixColorPrior, *arguments: Tensor, **more) -> dict[str, Tensor]:
    """Outputs (b, c, h, w) of every convolution of the PixelCNN, and the logits."""
    seen: dict[str, Tensor] = {}
    hooks = [
        layer.register_forward_hook(
            lambda _layer, _inputs, out, name=name: seen.__setitem__(name, out[..., :H, :])
        )
        for name, layer in prior.pixelcnn.named_modules()
        if isinstance(layer, nn.Conv2d) and "condition" not in name
    ]
    seen["logits"] = prior(*arguments, **more).logits.flatten(1, 2)
    for hook in hooks:
        hook.remove()
    return seen


def dependencies(prior: PixColorPrior, gray: Tensor) -> dict[str, Tensor]:
    """By layer (c, h, w, 2, h, w) bool: does a feature change if a sub-pixel does?"""
    count = 2 * H * W
    generator = torch.Generator().manual_seed(0)
    bins = torch.randint(0, 32, (1, 2, H, W), generator=generator)
    changed = bins.expand(count, -1, -1, -1).clone()
    changed.view(count, count)[torch.arange(count), torch.arange(count)] += 11
    whole = outputs_of_all_layers(
        prior, gray.expand(count + 1, -1, -1, -1), torch.cat([bins, changed]) % 32
    )
    return {
        name: (out[1:] != out[:1]).permute(1, 2, 3, 0).unflatten(3, (2, H, W))
        for name, out in whole.items()
    }


def before() -> Tensor:
    """(h, w, 2, h, w) bool: the sub-pixels of all cells before a cell."""
    rank = torch.arange(H * W).view(H, W)
    return (rank < rank[..., None, None])[:, :, None].expand(H, W, 2, H, W)


def cr_of_the_cell() -> Tensor:
    """(h, w, 2, h, w) bool: Cr of the cell itself."""
    own = torch.eye(H * W, dtype=torch.bool).view(H, W, 1, H, W)
    return torch.cat([own, torch.zeros_like(own)], 2)


def rows_above() -> Tensor:
    """(h, w, 2, h, w) bool: the sub-pixels of all rows above a cell's."""
    row = torch.arange(H)
    above = row[None] < row[:, None]
    return above[:, None, None, :, None].expand(H, W, 2, H, W)


def is_for_cb(name: str, channels: int) -> Tensor:
    """(channels,) bool: which outputs of a layer belong to Cb."""
    times = 2 if name.endswith("horizontal") else 1  # before a gate: value and opening
    part = channels // times
    return torch.arange(channels) % part >= part // 2


def test_no_layer_sees_the_future_and_cr_comes_before_cb(prior, gray) -> None:
    layers = dependencies(prior, gray)
    assert len(layers) > 10
    for name, depends in layers.items():
        if name in ("vertical_input", "recall") or name.endswith((".vertical", ".across")):
            may = rows_above()[None]
        else:
            for_cb = is_for_cb(name, len(depends))[:, None, None, None, None, None]
            if prior.sizes.has_second_head and name != "logits":
                for_cb = torch.zeros_like(for_cb) | (name == "cb_logits")
            may = before()[None] | (cr_of_the_cell()[None] & for_cb)
        assert depends.any(), name
        assert not (depends & ~may).any(), name


def test_there_is_no_blind_spot(prior, gray) -> None:
    """Every cell's logits see every earlier sub-pixel, Cb's also Cr of the cell."""
    cr, cb = dependencies(prior, gray)["logits"].unflatten(0, (2, 32)).any(1)
    assert torch.equal(cr, before())
    assert torch.equal(cb, before() | cr_of_the_cell())


@pytest.mark.parametrize("scan", [3, 6])
def test_the_future_is_that_of_the_scan(prior, gray, scan: int) -> None:
    bins = torch.randint(0, 32, (1, 2, H, W))
    first = prior(gray, bins, scan=scan).logits
    bins[:, 1, 2, 3] = (bins[:, 1, 2, 3] + 9) % 32
    changed = (prior(gray, bins, scan=scan).logits != first).any(2)[0]
    order = torch.arange(H * W).view((W, H) if scan & 4 else (H, W))
    rank = from_scan(order, scan)
    assert torch.equal(changed, (rank > rank[2, 3]).expand(2, -1, -1))


def test_probabilities_of_all_grids_sum_to_1() -> None:
    """Two bins a sub-pixel that hold all probability: all grids of two cells are enumerated."""
    prior = tiny_prior("masks and memory")
    gray = torch.zeros(1, 1, 8, 16, dtype=torch.float64)
    total = 0.0
    for number in range(16):
        bins = torch.tensor([15 + (number >> bit & 1) for bit in range(4)]).view(1, 2, 1, 2)
        log_p = two_bins(prior(gray, bins).logits)
        total += log_p.gather(2, bins[:, :, None]).sum().exp().item()
    assert total == pytest.approx(1, abs=1e-12)


def two_bins(logits: Tensor) -> Tensor:
    """Log-probabilities with all other bins forbidden."""
    forbidden = torch.ones(32, dtype=torch.bool)
    forbidden[15:17] = False
    return logits.masked_fill(forbidden[:, None, None], float("-inf")).log_softmax(2)


def test_known_colors_are_heard_before_they_come(gray, known) -> None:
    bins, mask = known
    for form in ("second head", "second head and memory"):
        prior = tiny_prior(form)
        plain = prior(gray, bins[None]).logits
        told = prior(gray, bins[None], mask[None]).logits
        assert (plain != told).any(2)[:, :, 0].all()  # the first row, where nothing came before


def test_what_is_told_of_known_cells_is_true(prior, gray, known) -> None:
    bins, mask = known
    noisy = torch.where(mask, (bins + 5) % 32, bins)
    honest = prior(gray, bins[None], mask[None]).logits
    told = prior(gray, bins[None], mask[None], noisy_bins=noisy[None]).logits
    assert torch.equal(honest, told)


def test_parameters_are_those_of_the_papers_table() -> None:
    prior = PixColorPrior(PixColorPriorSizes.paper())
    counts = {name: count(child) for name, child in prior.named_children()}
    assert count(prior.conditioning.trunk) == 27_535_424
    assert count(prior.conditioning.adaptation) == 663_744
    assert counts["pixelcnn"] == 1_983_168
    assert count(prior) == 30_182_336
    masked = [m.mask for m in prior.modules() if getattr(m, "mask", None) is not None]
    assert sum(int((mask == 0).sum()) for mask in masked) == 63_584


def test_the_papers_conditioning_net_has_stride_8() -> None:
    sizes = PixColorPriorSizes.paper().to_config()
    small = sizes | {"trunk_widths": [2, 2, 2], "trunk_blocks": [1, 1, 1], "adaptation": [4, 4, 4]}
    prior = PixColorPrior(PixColorPriorSizes.from_config(small | {"maps": 4, "hidden": 4}))
    bins = torch.zeros(1, 2, 3, 5, dtype=torch.long)
    out = prior.eval()(torch.zeros(1, 1, 24, 40), bins)
    assert out.logits.shape == (1, 2, 32, 3, 5)
    assert out.classified is None


@pytest.mark.parametrize(
    ("gray_shape", "grid"),
    [((1, 1, 20, 24), (2, 3)), ((1, 3, 24, 24), (3, 3)), ((1, 1, 24, 24), (3, 4))],
)
def test_what_does_not_fit_is_refused(gray_shape, grid) -> None:
    with pytest.raises(ShapeError):
        tiny_prior("masks")(torch.zeros(gray_shape).double(), torch.zeros(1, 2, *grid).long())


def count(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def test_expected_chroma_is_the_mean_of_the_classifier(prior, gray) -> None:
    bins = torch.full((1, 2, 5, 7), 16)
    condition = prior.condition(gray, bins, torch.zeros(1, 5, 7, dtype=torch.bool))
    expected = prior.expected(condition)
    prior.classifier.weight.zero_()
    prior.classifier.bias.fill_(-50)
    prior.classifier.bias[24] = prior.classifier.bias[32 + 4] = 50
    sure = prior.expected(condition)
    assert expected.shape == sure.shape == (1, 2, 5, 7)
    assert expected.abs().max() < 1
    torch.testing.assert_close(sure[0, :, 2, 3], torch.tensor([0.5, -0.75], dtype=sure.dtype))
    prior.classifier = None
    assert not prior.expected(condition).any()
