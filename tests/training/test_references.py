from __future__ import annotations

import torch
from restore_colorize_training.references import ReferenceDrawer, ReferenceMix, lab_n

CPU = torch.device("cpu")
SIDE = 32


def plain_pictures(count: int, side: int = SIDE) -> torch.Tensor:
    """Pictures of one color each, with a little gray texture so that they can be told apart."""
    generator = torch.Generator().manual_seed(7)
    colors = torch.randint(40, 200, (count, 3, 1, 1), generator=generator)
    texture = torch.randint(0, 20, (count, 1, side, side), generator=generator)
    return (colors + texture).to(torch.uint8)


def drawer(**mix: float) -> ReferenceDrawer:
    shares = dict.fromkeys(("self_share", "crop_share", "pair_share", "unrelated_share"), 0.0)
    settings = {**shares, "faded_share": 0.0, "luma601_share": 0.0, "noise": (0.0, 0.0, 0.0), **mix}
    pairs = plain_pictures(8, 40).view(4, 2, 3, 40, 40)
    return ReferenceDrawer(plain_pictures(24), pairs, ReferenceMix(**settings), CPU)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def mean_chroma(lab: torch.Tensor) -> torch.Tensor:
    return lab[:, 1:].mean((2, 3))


def test_self_references_and_crops_keep_the_targets_colors() -> None:
    for kind in ("self_share", "crop_share"):
        drawn = drawer(**{kind: 1.0}).draw(16, generator())
        torch.testing.assert_close(
            mean_chroma(drawn.lab), mean_chroma(drawn.reference), atol=0.02, rtol=0
        )
        assert (drawn.related == 1).all()


def test_strangers_are_never_the_picture_itself_and_are_labeled() -> None:
    drawn = drawer(unrelated_share=1.0).draw(64, generator())
    difference = (mean_chroma(drawn.lab) - mean_chroma(drawn.reference)).norm(dim=1)
    assert (drawn.related == 0).all()
    assert (difference > 1e-3).all()


def test_hard_strangers_look_more_alike_in_gray_than_easy_ones() -> None:
    def apart(share: float) -> float:
        drawn = drawer(unrelated_share=1.0, hard_share=share, tone_share=0.0).draw(64, generator())
        return (drawn.luma.mean((1, 2, 3)) - drawn.reference[:, 0].mean((1, 2))).abs().mean().item()

    assert apart(1.0) < 0.6 * apart(0.0)


def test_pairs_come_from_the_same_pair() -> None:
    source = drawer(pair_share=1.0)
    drawn = source.draw(16, generator())
    known = lab_n(source.pairs.flatten(0, 1))[:, 1:].mean((2, 3)).view(4, 2, 2)
    for target, reference in zip(mean_chroma(drawn.lab), mean_chroma(drawn.reference), strict=True):
        pair, member = divmod(int((known.flatten(0, 1) - target).norm(dim=1).argmin()), 2)
        assert (known[pair, 1 - member] - reference).norm() < 0.02


def test_faded_pairs_lose_the_same_share_of_chroma() -> None:
    drawn = drawer(self_share=1.0, faded_share=1.0).draw(64, generator())
    target, reference = mean_chroma(drawn.lab).norm(dim=1), mean_chroma(drawn.reference).norm(dim=1)
    torch.testing.assert_close(target, reference, atol=0.02, rtol=0)
    assert 0.1 < (target < 1e-6).float().mean() < 0.45


def test_the_luma_is_the_targets_own() -> None:
    drawn = drawer(self_share=1.0).draw(8, generator())
    assert torch.equal(drawn.luma, drawn.lab[:, :1])
    scanned = drawer(self_share=1.0, luma601_share=1.0).draw(8, generator())
    assert not torch.equal(scanned.luma, scanned.lab[:, :1])
    torch.testing.assert_close(scanned.luma, scanned.lab[:, :1], atol=0.35, rtol=0)


def test_the_same_seed_draws_the_same_batch() -> None:
    source = drawer(self_share=0.4, crop_share=0.2, pair_share=0.2, unrelated_share=0.2)
    first, second = source.draw(16, generator(5)), source.draw(16, generator(5))
    assert torch.equal(first.reference, second.reference)
    assert torch.equal(first.luma, second.luma)
