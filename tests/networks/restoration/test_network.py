from __future__ import annotations

import pytest
import torch
from restore_colorize.errors import ModelError, ShapeError
from restore_colorize.networks import RestorationNet, RestorationSizes
from restore_colorize.networks.restoration.level import STATISTICS, describe

from tests.engines.restoration_folder import tiny_network


def noisy(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def test_the_shipped_shape_has_two_million_parameters() -> None:
    network = RestorationNet()
    assert sum(p.numel() for p in network.parameters()) == 2_213_128


def test_a_fresh_network_gives_content_and_tone_back() -> None:
    torch.manual_seed(1)
    network = RestorationNet().eval()
    picture = noisy(2, 1, 64, 96)
    with torch.inference_mode():
        made, _ = network(picture)
        toned = network.tone.correct(picture, network.tone.judge(picture))
    assert torch.equal(made.picture, picture)
    assert float(made.opacity.max()) == 0
    assert torch.allclose(toned, picture, atol=1e-5)


def test_what_is_painted_is_filled_and_nothing_else_changes_more() -> None:
    torch.manual_seed(1)
    network = RestorationNet().eval()
    picture, painted = noisy(1, 1, 64, 64), torch.zeros(1, 1, 64, 64)
    painted[..., 20:30, 20:30] = 1
    with torch.inference_mode():
        made, _ = network(picture, painted)
    hole = painted > 0
    assert torch.allclose(made.picture[hole], made.fill[hole], atol=1e-6)
    assert torch.equal(made.picture[~hole], picture[~hole])


def test_eagerness_only_adds_to_the_mask() -> None:
    network = tiny_network()
    picture = noisy(1, 1, 64, 64)
    with torch.inference_mode():
        safe, _ = network(picture)
        eager, _ = network(picture, None, 1.0)
    assert bool((eager.opacity >= safe.opacity).all())
    assert float(eager.opacity.mean()) > float(safe.opacity.mean())


def test_faint_parts_are_filled_where_they_hang_on_sure_ones_and_not_too_far() -> None:
    network = tiny_network()
    network.gate_slope.data, network.gate_offset.data = torch.tensor(4.0), torch.tensor(-16.0)
    logit = torch.full((1, 1, 64, 128), -6.0)
    logit[..., 20:22, 8:120] = 2.0  # a faint line that begins in a sure spot
    logit[..., 20:22, 8:10] = 8.0
    logit[..., 50:52, 8:60] = 2.0  # one as faint that hangs on nothing
    content = (logit, torch.zeros_like(logit), torch.ones_like(logit))
    network.content.repair = lambda *tile: content
    with torch.inference_mode():
        opacity = network(torch.zeros(1, 1, 64, 128))[0].opacity[0, 0]
    assert opacity[20:22, 8:40].min() > 0.95
    assert opacity[20:22, 46:].max() < 0.05
    assert opacity[50:52].max() < 0.05
    assert opacity[logit[0, 0] < 0].max() == 0


def test_tiles_with_the_margins_equal_the_whole() -> None:
    network = tiny_network()
    picture = noisy(1, 1, 256, 320)
    painted = (noisy(1, 1, 256, 320, seed=1) > 0.99).float()
    survey_px, margin = network.SURVEY_MARGIN_PX, network.REPAIR_MARGIN_PX
    with torch.inference_mode():
        whole, level = network(picture, painted)
        surveyed = network.survey(picture, painted, level.log_error)
        left = network.survey(
            picture[..., :160], painted[..., :160], level.log_error[..., : 160 // 8]
        )
        inner = (160 - survey_px) // 8
        assert torch.allclose(left[..., :inner], surveyed[..., :inner], atol=1e-4)
        context = network.look_far(surveyed, level.features)
        tile = (..., slice(64, 256), slice(96, 320))
        cells = (..., slice(8, 32), slice(12, 40))
        made = network.repair(picture[tile], painted[tile], level.log_error[cells], context[cells])
    inside = (..., slice(64 + margin, 256), slice(96 + margin, 320))
    assert torch.allclose(made.picture[..., margin:, margin:], whole.picture[inside], atol=1e-5)


def test_statistics_tell_noise_and_blocks_apart() -> None:
    smooth = torch.linspace(0, 1, 128).expand(1, 1, 128, 128)
    noise = smooth + 0.05 * torch.randn(1, 1, 128, 128, generator=torch.Generator().manual_seed(0))
    blocks = smooth.clone()
    blocks[..., 3::8] += 0.1  # a grid that begins anywhere
    seen = describe(torch.cat([smooth, noise, blocks]))
    assert seen.shape == (3, STATISTICS)
    assert float(seen[1, 2:].mean()) > float(seen[0, 2:].mean()) + 1
    assert float(seen[2, 0]) > float(seen[1, 0]) + 1


def test_tone_of_rows_equals_tone_of_the_whole() -> None:
    network = tiny_network()
    picture = noisy(1, 1, 60, 40)
    with torch.inference_mode():
        answer = network.tone.judge(picture)
        whole = network.tone.correct(picture, answer)
        rows = network.tone.correct(picture[:, :, 20:35], answer, 20, 60)
    assert torch.allclose(whole[:, :, 20:35], rows, atol=1e-6)


def test_shapes_and_sizes_that_do_not_fit_are_refused() -> None:
    network = tiny_network()
    with pytest.raises(ShapeError):
        network(torch.zeros(1, 3, 32, 32))
    with pytest.raises(ShapeError):
        network(torch.zeros(1, 1, 40, 32))
    with pytest.raises(ShapeError):
        network(torch.zeros(1, 1, 32, 32), torch.zeros(1, 1, 16, 16))
    with pytest.raises(ModelError):
        RestorationSizes(widths=(1, 2, 3))  # type: ignore[arg-type]
    with pytest.raises(ModelError):
        RestorationSizes(tone_segments=0)
    assert RestorationSizes.from_config(network.sizes.to_config()) == network.sizes
