"""Brings the brightness and contrast of one picture to those of another."""

from __future__ import annotations

from torch import Tensor


def match_statistics(values: Tensor, like: Tensor) -> Tensor:
    """``values (b, n)`` with the mean and standard deviation of ``like (b, m)``, row by row."""
    mean, deviation = _mean_and_deviation(values)
    like_mean, like_deviation = _mean_and_deviation(like)
    return (values - mean) * (like_deviation / (deviation + 1e-3)) + like_mean


def _mean_and_deviation(x: Tensor) -> tuple[Tensor, Tensor]:
    """Both ``(b, 1)`` of ``x (b, n)``; ``torch.std`` takes ten times as long on a CPU."""
    mean = x.mean(1, keepdim=True)
    return mean, ((x - mean).square().sum(1, keepdim=True) / (x.shape[1] - 1)).sqrt()
