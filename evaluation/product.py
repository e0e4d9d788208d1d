"""The models, run exactly as users get them: through the engines, from door to render."""

from __future__ import annotations

import json
import time
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from restore_colorize.engines import (
    ColorizeOptions,
    DetectOptions,
    Engines,
    Reference,
    Request,
    RestoreOptions,
    SilentControl,
)
from restore_colorize.imaging import Picture
from restore_colorize.models import Model, ModelStore
from torch import Tensor
from torch.nn.functional import max_pool2d

from evaluation.baselines import Colored, gray_target
from evaluation.report import ModelFacts

COLOR_ROLE, RESTORE_ROLE = "colorize.exemplar", "restore.luma"
_LOOKED_AT = Path(__file__).with_name("looked_at.toml")
_SEEN_OPACITY, _BRUSH_PX = 0.15, 3  # what a person sees and paints
NO_RESTORER = (
    "This installation has no model that restores, so the input and classical filters stand alone."
)


class Product:
    """A model behind an engine, and what a report tells of it.

    Attributes:
        name: stable, in JSON; the model's own where the options are its defaults.
        title: for readers. model: its name. sha256: of the weights. network: its kind.
        is_default: whether the installation takes this model, and these options, by itself.
        dtype: the number type of the network; empty until a picture was computed.
        weights: the model as it is installed.
    """

    def __init__(self, engines: Engines, model: Model) -> None:
        self.name = model.name
        self.title = f"{model.name} (default)" if model.entry.default else model.name
        self.sha256 = model.entry.sha256
        self.network = model.entry.network
        self.is_default = model.entry.default
        self.dtype = ""
        self.model = model.name
        self.weights = model
        self._engines = engines

    def _run(self, request: Request) -> tuple[Picture, float | None]:
        """Run a job; return its best candidate at full size and the verdict on its reference."""
        outcome = self._engines.run(request, SilentControl())
        picture = outcome.render(0, strength=1.0, saturation=1.0, control=SilentControl())
        self.dtype = outcome.facts.dtype
        return picture, outcome.verdicts[0].related if outcome.verdicts else None


class ModelColorizer(Product):
    """A model at the working size, with the edges, gamut and number type of the product."""

    def colorize(
        self, target: Picture, reference: Picture, hints: Picture | None = None
    ) -> Colored:
        """Run one job of the colorize engine."""
        request = Request(
            engine="colorize",
            options=ColorizeOptions(),
            target=target,
            hints=hints,
            references=(Reference(picture=reference),),
            model=self.model,
        )
        start = time.perf_counter()
        picture, related = self._run(request)
        return Colored(picture, related, time.perf_counter() - start)


class ModelRestorer(Product):
    """A model with one choice of options; ``words`` tells them, empty for those by default.

    ``is_painted``: somebody paints the damage, a little more than there is, and only that is
    repaired.
    """

    def __init__(
        self,
        engines: Engines,
        model: Model,
        options: RestoreOptions,
        words: str,
        is_painted: bool = False,
    ) -> None:
        super().__init__(engines, model)
        self._options, self._is_painted = options, is_painted
        if words:
            self.name = f"{model.name}-{words}"
            self.title = f"{model.name}, {words}"
            self.is_default = False

    def restore(self, damaged: Picture, mask: Tensor | None = None) -> Sequence[Picture]:
        """Run one job of the restore engine."""
        painted = None
        if self._is_painted and mask is not None:
            seen = (mask[None, None] > _SEEN_OPACITY).float()
            painted = max_pool2d(seen, _BRUSH_PX, 1, _BRUSH_PX // 2)[0, 0]
        request = Request(
            engine="restore",
            options=self._options,
            target=damaged,
            damage=painted,
            model=self.model,
        )
        return [gray_target(self._run(request)[0])]


class ModelDetector(Product):
    """A model as it proposes damage, with everything suspicious."""

    def suspect(self, damaged: Picture) -> Iterator[np.ndarray]:
        """Run one job of the detect engine; yield its mask."""
        request = Request(
            engine="detect_damage",
            options=DetectOptions(sensitivity=1.0),
            target=damaged,
            model=self.model,
        )
        mask = self._engines.run(request, SilentControl()).damage_mask
        assert mask is not None  # the engine makes one
        yield mask.numpy()


@dataclass(frozen=True)
class Installed:
    """The working models, the default ones last, and a sentence for each that does not work."""

    colorizers: tuple[ModelColorizer, ...] = ()
    restorers: tuple[ModelRestorer, ...] = ()
    detectors: tuple[ModelDetector, ...] = ()
    problems: tuple[str, ...] = ()


def installed(
    wanted: Sequence[str] = (), *, store: ModelStore | None = None, threads: int = 0
) -> Installed:
    """Find the models of this installation.

    Args:
        wanted: names to take; empty for all.
        store: where models are; None for the installed ones and the user's own.
        threads: of the networks; 0 leaves it to the engines.
    """
    store = store or ModelStore.default()
    engines = Engines(store, threads=threads)
    fitting = [
        model
        for model in store.models
        if model.entry.role in (COLOR_ROLE, RESTORE_ROLE) and (not wanted or model.name in wanted)
    ]
    working = [model for model in fitting if not model.problem]
    working.sort(key=lambda model: (model.entry.default, model.name))
    problems = [model.problem for model in fitting if model.problem]
    names = [model.name for model in fitting]
    problems += [f"There is no model {name} to evaluate." for name in wanted if name not in names]
    restorers = [
        ModelRestorer(engines, model, options, words, words == "painted")
        for model in working
        if model.entry.role == RESTORE_ROLE
        for options, words in (
            (RestoreOptions(eagerness=1.0), "eager"),
            (RestoreOptions(tone=True), "tone"),
            (RestoreOptions(), "painted"),
            (RestoreOptions(), ""),
        )
    ]
    detectors = [
        ModelDetector(engines, model) for model in working if model.entry.role == RESTORE_ROLE
    ]
    colorizers = [
        ModelColorizer(engines, model) for model in working if model.entry.role == COLOR_ROLE
    ]
    return Installed(tuple(colorizers), tuple(restorers), tuple(detectors), tuple(problems))


def facts_of(models: Installed, *, are_known_pictures: bool = True) -> list[ModelFacts]:
    """Return what a report tells of the models that computed something, after they did.

    Args:
        are_known_pictures: whether somebody may have looked at the results on these pictures.
    """
    return [
        ModelFacts(
            one.name,
            one.sha256,
            one.is_default,
            one.dtype,
            looked_at(one.name, one.sha256) if are_known_pictures else None,
        )
        for one in (*models.colorizers, *models.restorers)
        if one.dtype and one.name == one.model  # once for all options of a model
    ]


def trainings(models: Iterable[Model]) -> list[str]:
    """Return a sentence for each model whose file says how long it was trained."""
    sentences = []
    for model in models:
        content = model.read()
        header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
        facts = header.get("__metadata__", {})
        if {"minutes", "steps", "pictures_seen"} <= set(facts):
            sentences.append(
                f"{model.name} was trained for {facts['minutes']} minutes: {facts['steps']} steps, "
                f"{facts['pictures_seen']} pictures."
            )
    return sentences


def looked_at(model: str, sha256: str) -> str:
    """Return what a person saw on the pages of these weights, "" where nobody looked."""
    entry = tomllib.loads(_LOOKED_AT.read_text(encoding="utf-8")).get(model, {})
    if entry.get("sha256") != sha256:
        return ""
    return f"Looked at on {entry['date']}.\n\n{entry['words'].strip()}"
