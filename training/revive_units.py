"""Lets dead units begin anew: python training/revive_units.py CHECKPOINT --data FOLDER -o FILE.

A rate that suits the fine levels of the restoration's U-Net pushes units of the coarse ones below
0 for good, where no gradient reaches them. Those that stay there on some batches of the
checkpoint's own training get fresh weights, and next to no say in what follows, so that the
network does almost what it did. Go on with ``--start-from FILE`` and a lower rate.
"""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import Any

import torch
from restore_colorize.networks import RestorationNet
from restore_colorize.networks.restoration.content import ResidualPair
from restore_colorize_training.restoration import RestorationRecipe
from torch import Tensor, nn

_DEAD = 2e-4  # share of the places where a unit is above 0
_SAY = 0.02  # of the deviation of living units' weights


def main(arguments: list[str] | None = None) -> None:
    """Read the command line and write the checkpoint."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", type=Path, help="of restoration.toml")
    parser.add_argument("--data", type=Path, required=True, help="folder with the packs")
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--batches", type=int, default=16)
    options = parser.parse_args(arguments)
    state: dict[str, Any] = torch.load(options.checkpoint, map_location="cpu", weights_only=True)
    if state["config"]["recipe"] != "restoration":
        raise SystemExit(f"{options.checkpoint} is of another training than restoration.toml.")
    recipe = RestorationRecipe(state["config"], options.data, torch.device("cpu"))
    network = RestorationNet(recipe.sizes)
    network.load_state_dict(state["average"])
    generator = torch.Generator().manual_seed(recipe.seed)
    for name, dead in revive(network, recipe, options.batches, generator).items():
        print(f"{name}: {int(dead.sum())} of {len(dead)} units begin anew")
    torch.save(state | {"average": network.state_dict()}, options.output)


@torch.no_grad()
def revive(
    network: nn.Module, recipe: RestorationRecipe, batches: int, generator: torch.Generator
) -> dict[str, Tensor]:
    """Renew the dead units of a network in place; return which ones they were, by layer."""
    pairs = {name: m for name, m in network.named_modules() if isinstance(m, ResidualPair)}
    above = {name: torch.zeros(pair.first.out_channels) for name, pair in pairs.items()}
    power = {name: torch.zeros(pair.first.in_channels) for name, pair in pairs.items()}

    def watch(name: str, _conv: nn.Module, given: tuple[Tensor, ...], made: Tensor) -> None:
        above[name] += (made > 0).float().mean((0, 2, 3)) / batches
        power[name] += given[0].square().mean((0, 2, 3)) / batches

    hooks = [p.first.register_forward_hook(partial(watch, name)) for name, p in pairs.items()]
    for _ in range(batches):
        batch = recipe.draw(1.0, generator)
        network(batch.content.picture, batch.painted)
    for hook in hooks:
        hook.remove()
    found = {name: share < _DEAD for name, share in above.items()}
    for name, dead in found.items():
        if dead.any() and not dead.all():
            _renew(pairs[name], dead, power[name].sqrt().clamp(min=1e-3), generator)
    return found


def _renew(pair: ResidualPair, dead: Tensor, deviation: Tensor, generator: torch.Generator) -> None:
    """He et al.'s beginning for inputs of these deviations; nearly nothing for the outputs."""
    first, second = pair.first.weight, pair.second.weight
    fresh = torch.randn(first[dead].shape, generator=generator)
    fan_in = first[0].numel()
    first[dead] = fresh * (2 / fan_in) ** 0.5 / deviation[None, :, None, None]
    assert pair.first.bias is not None
    pair.first.bias[dead] = 0.0
    said = torch.randn(second[:, dead].shape, generator=generator)
    second[:, dead] = said * _SAY * second[:, ~dead].std()
