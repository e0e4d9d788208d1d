from __future__ import annotations

from typing import NamedTuple

import pytest
import torch
import torch.nn.functional as F
from restore_colorize_training.references import lab_n
from restore_colorize_training.validation import (
    HeldOut,
    hint_obedience,
    psnr,
    true_hints,
    validate_exemplar,
)

CPU = torch.device("cpu")


class Output(NamedTuple):
    chroma: torch.Tensor
    confidence: torch.Tensor


def answer(chroma: torch.Tensor) -> Output:
    return Output(chroma, torch.full_like(F.avg_pool2d(chroma[:, :1], 4), 0.5))


def gray(luma, references, hints=None) -> Output:
    return answer(luma.new_zeros(len(luma), 2, luma.shape[2] // 2, luma.shape[3] // 2))


def floods_with_the_hint(luma, references, hints=None) -> Output:
    silent = gray(luma, references)
    if hints is None:
        return silent
    painted = hints[:, 2:]
    mean = (hints[:, :2] * painted).sum((2, 3), keepdim=True)
    mean = mean / painted.sum((2, 3), keepdim=True).clamp(min=1)
    return answer(mean.expand_as(silent.chroma))


@pytest.fixture(scope="module")
def held_out() -> HeldOut:
    generator = torch.Generator().manual_seed(9)

    def pictures(*count: int) -> torch.Tensor:
        coarse = torch.randint(0, 256, (*count, 3, 8, 8), generator=generator).float()
        flat = coarse.flatten(0, -4) if len(count) > 1 else coarse
        smooth = F.interpolate(flat, size=64, mode="bilinear")
        return smooth.byte().view(*count, 3, 64, 64)

    return HeldOut(pictures(3), pictures(2, 2), CPU)


def test_a_gray_answer_scores_like_gray_and_obeys_nothing(held_out) -> None:
    figures = validate_exemplar(gray, held_out)
    assert figures["self"] == figures["gray"] == figures["unrel"]
    assert figures["self_ab"] == pytest.approx(1)
    assert figures["moved"] == figures["unlike"] == 0
    assert figures["conf"] == pytest.approx(0.5)


def test_a_hint_that_floods_everything_moves_all_and_is_seen_as_unlike(held_out) -> None:
    moved, unlike = hint_obedience(
        floods_with_the_hint, held_out.lab, held_out.references, gray(held_out.lab, None).chroma
    )
    assert moved == pytest.approx(1)
    assert unlike == pytest.approx(1)


def test_true_chroma_at_half_size_scores_far_over_gray() -> None:
    picture = torch.full((1, 3, 32, 32), 90, dtype=torch.uint8)
    picture[:, 0] = 180
    lab = lab_n(picture)
    assert psnr(F.avg_pool2d(lab[:, 1:], 2), lab).item() > 50
    assert psnr(torch.zeros(1, 2, 16, 16), lab).item() < 20


def test_true_hints_are_squares_of_the_truth() -> None:
    lab = torch.rand(1, 3, 32, 32) - 0.5
    hints = true_hints(lab, torch.tensor([[[0.0, 0.0], [0.9, 0.9]]]))
    assert hints[0, 2].sum() == 18
    wanted = F.avg_pool2d(lab, 2)[0, 1:, :3, :3].mean((1, 2))
    torch.testing.assert_close(hints[0, :2, 1, 1], wanted)


def test_each_picture_of_a_pair_is_the_others_reference(held_out) -> None:
    assert torch.equal(held_out.pair_targets[:2], held_out.pair_references[2:])
    assert torch.equal(held_out.pair_targets[2:], held_out.pair_references[:2])
