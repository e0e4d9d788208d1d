"""Trains one network: python training/train.py CONFIG.toml --data FOLDER --minutes M.

Runs unattended: logs to a file, checkpoints every few minutes (``--resume`` goes on from there),
validates the averaged weights at intervals. The schedule follows the budget, in wall-clock
minutes or, repeatable, in ``--steps``. The same command runs on a GPU with ``--device cuda`` and
a larger ``--batch-factor``.
"""

from __future__ import annotations

import argparse
import copy
import logging
import math
import os
import sys
import time
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from restore_colorize_training import RECIPES, Recipe
from restore_colorize_training.muon import Muon
from torch import Tensor, nn

log = logging.getLogger("training")

_LARGE = 32  # rows and columns of a matrix that is worth orthogonal steps


def main(arguments: list[str] | None = None) -> None:
    """Read the command line, train, leave ``checkpoint.pt`` in the run's folder."""
    options = _parse(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(options.threads)
    config = read_config(options.config)
    for source in config.get("sources", []):
        source["batch"] = max(1, round(source["batch"] * options.batch_factor))
    config["optimizer"]["rate"] *= options.rate_factor
    torch.manual_seed(config["seed"])
    with _logging_to(options.out / "log.txt"):
        Training(config, options, torch.device(options.device)).run()


def read_config(path: Path) -> dict[str, Any]:
    """Read a TOML file; one with ``base`` says only what differs from that file beside it."""
    config = tomllib.loads(path.read_text())
    base = config.pop("base", None)
    return config if base is None else _merged(read_config(path.parent / base), config)


def _merged(base: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Tables key by key; whatever else stands in both is the other's."""
    return base | {
        key: _merged(base.get(key, {}), value) if isinstance(value, dict) else value
        for key, value in other.items()
    }


class Training:
    """State of one training: network, averaged copy, optimizer, counters, random numbers."""

    def __init__(
        self, config: dict[str, Any], options: argparse.Namespace, device: torch.device
    ) -> None:
        self.config, self.options, self.device = config, options, device
        self.recipe: Recipe = RECIPES[config["recipe"]](config, options.data, device)
        network = self.recipe.build().to(device, memory_format=torch.channels_last)
        self.network = network
        self.average = copy.deepcopy(network).eval().requires_grad_(False)
        self.optimizers = _optimizers(network, config["optimizer"])
        self.generator = torch.Generator(device).manual_seed(config["seed"])
        self.step = self.pictures = 0
        self.elapsed_s = 0.0
        if options.resume and (options.out / "checkpoint.pt").exists():
            self._load()
        elif options.start_from:
            self._start_from(options.start_from)
        self.forward = torch.compile(network) if options.compile else network
        count = sum(p.numel() for p in network.parameters())
        log.info("%s: %s parameters, from step %s", config["recipe"], f"{count:,}", self.step)
        log.info("%s", self.recipe.sources.describe())

    @property
    def progress(self) -> float:
        """Share of the budget that is used, in [0, 1]."""
        if self.options.steps:
            return min(1.0, self.step / self.options.steps)
        return min(1.0, self.elapsed_s / (self.options.minutes * 60))

    def run(self) -> None:
        """Train to the end of the budget."""
        report = self.config["report"]
        clock = time.process_time if self.options.cpu_time else time.monotonic
        begun, sums = clock() - self.elapsed_s, _Means()
        due = dict.fromkeys(("log", "validate", "checkpoint"), self.elapsed_s)
        due = {name: at + report[f"{name}_every_s"] for name, at in due.items()}
        logged = (self.elapsed_s, self.pictures)
        while self.progress < 1:
            sums.add(self._train_step())
            self.elapsed_s = clock() - begun
            if self.elapsed_s >= due["log"]:
                rate = (self.pictures - logged[1]) / (self.elapsed_s - logged[0])
                logged = (self.elapsed_s, self.pictures)
                log.info(
                    "%5.1f min step %d, %d pictures, %.1f/s: %s",
                    self.elapsed_s / 60, self.step, self.pictures, rate, sums.text(),
                )  # fmt: skip
                sums = _Means()
                due["log"] = self.elapsed_s + report["log_every_s"]
            if self.elapsed_s >= due["checkpoint"]:
                self._save()
                due["checkpoint"] = self.elapsed_s + report["checkpoint_every_s"]
            if self.elapsed_s >= due["validate"]:
                self._validate()
                due["validate"] = self.elapsed_s + report["validate_every_s"]
        self._renew_statistics()
        self._save()
        self._validate()
        log.info("done: %d steps, %d pictures", self.step, self.pictures)

    def _train_step(self) -> dict[str, Tensor]:
        settings = self.config["optimizer"]
        rate = _rate(self.step, self.progress, settings)
        for group in (group for one in self.optimizers for group in one.param_groups):
            group["lr"] = rate
        batch = self.recipe.draw(self.progress, self.generator)
        self.network.train()
        with self._autocast():
            loss, figures = self.recipe.loss(self.forward, batch)
        self.network.zero_grad(set_to_none=True)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(self.network.parameters(), settings["clip"])
        if not torch.isfinite(norm):
            log.warning("step %d left out: its gradient is not finite", self.step)
        else:
            for optimizer in self.optimizers:
                optimizer.step()
        self.step += 1
        self.pictures += self.recipe.pictures_in(batch)
        self._update_average(settings["ema"])
        return figures

    @torch.no_grad()
    def _update_average(self, decay: float) -> None:
        """Exponential mean of the weights and of BatchNorm's statistics."""
        decay = min(decay, (1 + self.step) / (10 + self.step))
        ours = list(self.average.state_dict().values())
        theirs = list(self.network.state_dict().values())
        changing = [index for index, mine in enumerate(ours) if mine.is_floating_point()]
        torch._foreach_lerp_([ours[i] for i in changing], [theirs[i] for i in changing], 1 - decay)

    @torch.no_grad()
    def _renew_statistics(self) -> None:
        """Measure BatchNorm's statistics for the averaged weights, at the size of use.

        Those gathered on the way belong to other weights and to the last few batches: measuring
        them anew gave 0.4 dB.
        """
        norms = [m for m in self.average.modules() if isinstance(m, nn.BatchNorm2d)]
        momenta = [norm.momentum for norm in norms]
        for norm in norms:
            norm.reset_running_stats()
            norm.momentum = None  # a plain mean over all batches
        self.average.train()
        for _ in range(self.config["optimizer"].get("statistics_batches", 200)):
            batch = self.recipe.draw(1.0, self.generator)
            with self._autocast():
                self.recipe.loss(self.average, batch)
        self.average.eval()
        for norm, momentum in zip(norms, momenta, strict=True):
            norm.momentum = momentum

    @torch.no_grad()
    def _validate(self) -> None:
        with self._autocast():
            figures = self.recipe.validate(self.average)
        text = " ".join(f"{name} {value:.3f}" for name, value in figures.items())
        log.info("%5.1f min VALIDATION %s", self.elapsed_s / 60, text)

    def _autocast(self) -> torch.autocast:
        return torch.autocast(
            self.device.type, dtype=torch.bfloat16, enabled=not self.options.float32
        )

    def _save(self) -> None:
        """Write the checkpoint beside the old one, then replace it at once."""
        path = self.options.out / "checkpoint.pt"
        state = {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "step": self.step,
            "pictures": self.pictures,
            "elapsed_s": self.elapsed_s,
            "torch_random": torch.get_rng_state(),
            "generator": self.generator.get_state(),
            "network_name": self.recipe.network_name,
            "network_config": self.network.sizes.to_config(),
            "config": self.config,
            "command": " ".join(["python", *sys.argv]),
        }
        partial = path.with_suffix(".partial")
        torch.save(state, partial)
        os.replace(partial, path)

    def _load(self) -> None:
        path = self.options.out / "checkpoint.pt"
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        for optimizer, kept in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(kept)
        self.step, self.pictures = state["step"], state["pictures"]
        self.elapsed_s = state["elapsed_s"]
        torch.set_rng_state(state["torch_random"].cpu())
        self.generator.set_state(state["generator"].cpu())

    def _start_from(self, path: Path) -> None:
        """Begin a new schedule with another run's averaged weights; new layers stay as built.

        Raises:
            SystemExit: if that run's network has layers that this one lacks.
        """
        state = torch.load(path, map_location=self.device, weights_only=True)["average"]
        for network in (self.network, self.average):
            missing, unknown = network.load_state_dict(state, strict=False)
            if unknown:
                raise SystemExit(f"{path} has layers that this network lacks: {unknown[0]}, …")
        log.info("weights of %s; as built: %s", path, ", ".join(missing) or "nothing")


class _Means:
    """Running means of figures; what was not defined in a step is left out."""

    def __init__(self) -> None:
        self._values: dict[str, list[Tensor]] = defaultdict(list)

    def add(self, figures: dict[str, Tensor]) -> None:
        for name, value in figures.items():
            self._values[name].append(value)

    def text(self) -> str:
        means = {name: torch.stack(v).nanmean().item() for name, v in self._values.items()}
        return " ".join(f"{name} {value:.4f}" for name, value in means.items())


def _optimizers(network: nn.Module, settings: dict[str, Any]) -> list[torch.optim.Optimizer]:
    """AdamW; norms, biases and temperatures are not decayed. With ``muon`` large matrices are its.

    Large are layers with at least ``_LARGE`` inputs and outputs; tables of embeddings are none.
    """
    tables = {id(m.weight) for m in network.modules() if isinstance(m, nn.Embedding)}

    def is_large(p: Tensor) -> bool:
        return id(p) not in tables and min(len(p), p[0].numel()) >= _LARGE

    rate, decay = settings["rate"], settings["weight_decay"]
    matrices = [p for p in network.parameters() if p.ndim > 1]
    large = [p for p in matrices if settings.get("muon", False) and is_large(p)]
    taken = {id(p) for p in large}
    groups = [
        {"params": [p for p in matrices if id(p) not in taken], "weight_decay": decay},
        {"params": [p for p in network.parameters() if p.ndim <= 1], "weight_decay": 0.0},
    ]
    adam = torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.99))
    return [Muon(large, rate, decay), adam] if large else [adam]


def _rate(step: int, progress: float, settings: dict[str, Any]) -> float:
    """Linear warm-up, then a cosine down to the last rate over the budget."""
    high, low = settings["rate"], settings["last_rate"]
    cosine = low + 0.5 * (high - low) * (1 + math.cos(math.pi * progress))
    return cosine * min(1.0, (step + 1) / settings["warmup_steps"])


@contextmanager
def _logging_to(path: Path) -> Iterator[None]:
    """Lines go to the console and to the end of a file."""
    handlers = [logging.StreamHandler(), logging.FileHandler(path)]
    for handler in handlers:
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
        log.addHandler(handler)
    log.setLevel(logging.INFO)
    try:
        yield
    finally:
        for handler in handlers:
            log.removeHandler(handler)
            handler.close()


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("config", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="folder with the packs")
    parser.add_argument("--out", type=Path, help="log and checkpoint; default: .work/CONFIG")
    budget = parser.add_mutually_exclusive_group(required=True)
    budget.add_argument("--minutes", type=float, help="budget in wall-clock minutes")
    budget.add_argument("--steps", type=int, help="budget in steps: repeatable")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument(
        "--start-from",
        type=Path,
        help="checkpoint whose averaged weights a new schedule begins with",
    )
    parser.add_argument(
        "--cpu-time", action="store_true", help="count processor minutes: fair between recipes"
    )
    parser.add_argument("--compile", action="store_true", help="torch.compile the network")
    parser.add_argument("--float32", action="store_true", help="no bfloat16 autocast")
    parser.add_argument("--batch-factor", type=float, default=1.0, help="16 on a large GPU")
    parser.add_argument("--rate-factor", type=float, default=1.0)
    options = parser.parse_args(arguments)
    options.out = options.out or Path(".work") / options.config.stem
    return options


if __name__ == "__main__":
    main()
