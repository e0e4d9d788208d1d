"""The five losses of Pik-Fix (2205.01902, 3.4), and one of ours for what is looked up.

L = alpha L1(L', L) + beta sum_j MSE(phi_j(L'), phi_j(L)) + lambda sum_k (CDF'_k - CDF_k)^2
    + gamma L1(ab', ab) + eta adversarial(ab'), with alpha 1, beta .2, lambda .5, gamma 1, eta .2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from restore_colorize.networks.pikfix import PatchDiscriminator, initial_centers, soft_histogram
from torch import Tensor
from torch.func import functional_call


@dataclass(frozen=True)
class LossWeights:
    """What each term counts; the defaults are the paper's.

    Attributes:
        luma, feature, histogram, chroma, adversarial: alpha, beta, lambda, gamma, eta.
        warped: L1 of looked-up chroma at every similarity map, where the reference shows the same
            (ours: it tells the similarity sub-net at once what it is for; the paper has none).
    """

    luma: float = 1.0
    feature: float = 0.2
    histogram: float = 0.5
    chroma: float = 1.0
    adversarial: float = 0.2
    warped: float = 0.0


def luma_loss(restored: Tensor, truth: Tensor) -> Tensor:
    """L1 of restored luma against the undamaged picture's, both ``(b, 1, h, w)`` L_n."""
    return (restored.float() - truth.float()).abs().mean()


def feature_loss(trunk: Callable[[Tensor], list[Tensor]], made: Tensor, truth: Tensor) -> Tensor:
    """Mean squared difference of a trunk's maps, summed over them.

    Args:
        trunk: takes ``(b, 1, h, w)`` L_n, gives a list of maps; frozen, in evaluation.
        made: (b, c, h, w) in [-1, 1], one gray picture a channel: restored luma, or R, G and B
            (ours: a gray trunk then sees edges of color, too).
        truth: the same of the true picture; no gradient flows into it.
    """
    maps = trunk(made.flatten(0, 1)[:, None])
    with torch.no_grad():
        wanted = trunk(truth.flatten(0, 1)[:, None])
    pairs = zip(maps, wanted, strict=True)
    return torch.stack([F.mse_loss(a.float(), b.float()) for a, b in pairs]).sum()


def histogram_loss(made: Tensor, wanted: Tensor, bins: int) -> Tensor:
    """Squared earth mover's distance of the pictures' histograms, a and b apart, by picture.

    Centers stay where SPHist begins: learnable ones could move together, and all would agree.

    Args:
        made: (b, 2, h, w) ab_n of the result.
        wanted: (b, 2, h2, w2) ab_n of the reference.

    Returns:
        (b,) sum over bins of (CDF' - CDF)^2, mean of a and b.
    """
    centers = initial_centers(bins).to(made.device).expand(2, -1)

    def cumulated(chroma: Tensor) -> Tensor:
        shares = soft_histogram(chroma, centers).mean((2, 3))  # (b, 2 K)
        return shares.unflatten(1, (2, bins)).cumsum(2)

    return (cumulated(made) - cumulated(wanted)).square().sum(2).mean(1)


def chroma_loss(made: Tensor, truth: Tensor) -> Tensor:
    """L1 of chroma, both ``(b, 2, h, w)`` ab_n."""
    return (made.float() - truth.float()).abs().mean()


def warped_loss(warped: Sequence[Tensor], truth: Tensor, related: Tensor) -> Tensor:
    """L1 of looked-up chroma against the truth's cells, mean of the maps.

    Args:
        warped: (b, 2, h_i, w_i) ab_n each.
        truth: (b, 2, h, w) ab_n; h is a multiple of every h_i.
        related: (b,) 1 where the reference shows the same thing; others do not count.
    """
    missed = [
        (one - F.avg_pool2d(truth, truth.shape[2] // one.shape[2])).abs().mean((1, 2, 3))
        for one in warped
    ]
    return mean_where(torch.stack(missed).mean(0), related)


def deceiving_loss(discriminator: PatchDiscriminator, made: Tensor) -> Tensor:
    """Adversarial term of the color network; the discriminator's own weights get no gradient."""
    fixed = {name: value.detach() for name, value in discriminator.named_parameters()}
    return -functional_call(discriminator, fixed, (made,)).mean()


def judging_loss(discriminator: PatchDiscriminator, made: Tensor, truth: Tensor) -> Tensor:
    """Hinge loss of the discriminator; the color network gets no gradient."""
    return F.relu(1 - discriminator(truth)).mean() + F.relu(1 + discriminator(made.detach())).mean()


def mean_where(values: Tensor, chosen: Tensor) -> Tensor:
    """Mean of ``values (b,)`` where ``chosen (b,)`` is 1; 0 if nowhere."""
    return (values * chosen).sum() / chosen.sum().clamp(min=1)
