"""The models, run exactly as users get them: through the engines, from door to render."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from restore_colorize.engines import (
    ColorizeOptions,
    Engines,
    Reference,
    Request,
    RestoreOptions,
    SilentControl,
)
from restore_colorize.imaging import Picture
from restore_colorize.models import Model, ModelStore

from evaluation.baselines import Colored, gray_target

COLOR_ROLE, RESTORE_ROLE = "colorize.exemplar", "restore.luma"
NO_RESTORER = (
    "This installation has no model that restores, so the input and classical filters stand alone."
)


class Product:
    """A model behind an engine, and what a report tells of it.

    Attributes:
        name: stable, in JSON. title: for readers. sha256: of the weights.
        is_default: whether the installation takes this model, and these options, by itself.
        dtype: the number type of the network; empty until a picture was computed.
    """

    def __init__(self, engines: Engines, model: Model) -> None:
        self.name = model.name
        self.title = f"{model.name} (default)" if model.entry.default else model.name
        self.sha256 = model.entry.sha256
        self.is_default = model.entry.default
        self.dtype = ""
        self._model = model.name
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
            model=self._model,
        )
        start = time.perf_counter()
        picture, related = self._run(request)
        return Colored(picture, related, time.perf_counter() - start)


class ModelRestorer(Product):
    """A model with one choice of options; ``words`` tells them, empty for those by default."""

    def __init__(self, engines: Engines, model: Model, options: RestoreOptions, words: str) -> None:
        super().__init__(engines, model)
        self._options = options
        if words:
            self.name = f"{model.name}-{words}"
            self.title = f"{model.name}, {words}"
            self.is_default = False

    def restore(self, damaged: Picture) -> Sequence[Picture]:
        """Run one job of the restore engine."""
        request = Request(
            engine="restore", options=self._options, target=damaged, model=self._model
        )
        return [gray_target(self._run(request)[0])]


@dataclass(frozen=True)
class Installed:
    """The working models, the default ones last, and a sentence for each that does not work."""

    colorizers: tuple[ModelColorizer, ...] = ()
    restorers: tuple[ModelRestorer, ...] = ()
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
        ModelRestorer(engines, model, options, words)
        for model in working
        if model.entry.role == RESTORE_ROLE
        for options, words in (
            (RestoreOptions(eagerness=1.0), "eager"),
            (RestoreOptions(tone=True), "tone"),
            (RestoreOptions(), ""),
        )
    ]
    colorizers = [
        ModelColorizer(engines, model) for model in working if model.entry.role == COLOR_ROLE
    ]
    return Installed(tuple(colorizers), tuple(restorers), tuple(problems))
