"""Fits what is kept of each place: the directions in which cells of photographs differ."""

from __future__ import annotations

import torch
from restore_colorize.networks.features import FeatureNet
from torch import Tensor

from restore_colorize_training.references import lab_n

_WHITENED = 0.5  # 0: variances as they are; 1: all equal. Little between .5 and 1.
_ADDED = 1e-3  # to the variances, of the largest
_AT_ONCE = 16


@torch.no_grad()
def fit_places(network: FeatureNet, pixels: Tensor) -> None:
    """Set the projection of a network's places from photographs ``(n, 3, s, s)`` uint8.

    Principal components of the standardized maps' cells, each map counting the same, half whitened.

    Raises:
        SystemExit: the network keeps no places.
    """
    places = network.likeness.places
    if places is None:
        raise SystemExit("The network keeps no places: name how many values of each.")
    network.eval()
    parts = []
    for some in pixels.split(_AT_ONCE):
        maps = network.likeness.standardized(network(lab_n(some)[:, :1]))
        parts.append(places.cells(maps[1:]).flatten(0, 1))
    cells = torch.cat(parts)
    even = _even(cells, network.channels[1:])
    weight, mean = _components(cells * even, places.projection.out_features)
    places.projection.weight.copy_(weight * even)
    places.projection.bias.copy_(-weight @ mean)


def _even(cells: Tensor, channels: tuple[int, ...]) -> Tensor:
    """A factor for each channel of cells ``(n, c)``, after which every map has the same power."""
    powers = [part.square().sum(1).mean() for part in cells.split(channels, 1)]
    return torch.stack(powers).rsqrt().repeat_interleave(torch.tensor(channels))


def _components(cells: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """The ``(count, c)`` directions of most variance, scaled, and the mean of cells ``(n, c)``."""
    mean = cells.mean(0)
    variances, directions = torch.linalg.eigh((cells - mean).T @ (cells - mean) / len(cells))
    variances, directions = variances.flip(0)[:count], directions.flip(1)[:, :count]
    scale = (variances + _ADDED * variances[0]).pow(-_WHITENED / 2)
    return (directions * scale).T, mean
