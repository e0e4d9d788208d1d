"""The models, colored with exactly as users get them: through the engine, from door to render."""

from __future__ import annotations

import time
from collections.abc import Sequence

from restore_colorize.engines import ColorizeOptions, Engines, Reference, Request, SilentControl
from restore_colorize.imaging import Picture
from restore_colorize.models import Model, ModelStore

from evaluation.baselines import Colored

ROLE = "colorize.exemplar"
NO_RESTORE_ENGINE = (
    "This version has no engine that restores, so the input and classical filters stand alone."
)


class ModelColorizer:
    """A model at the working size, with the edges, gamut and number type of the product."""

    def __init__(self, engines: Engines, model: Model) -> None:
        self.name = model.name
        self.title = f"{model.name} (default)" if model.entry.default else model.name
        self.sha256 = model.entry.sha256
        self.is_default = model.entry.default
        self.dtype = ""  # known after the first picture
        self._engines = engines

    def colorize(
        self, target: Picture, reference: Picture, hints: Picture | None = None
    ) -> Colored:
        """Run one job of the colorize engine and render its best candidate at full size."""
        request = Request(
            engine="colorize",
            options=ColorizeOptions(),
            target=target,
            hints=hints,
            references=(Reference(picture=reference),),
            model=self.name,
        )
        start = time.perf_counter()
        outcome = self._engines.run(request, SilentControl())
        picture = outcome.render(0, strength=1.0, saturation=1.0, control=SilentControl())
        seconds = time.perf_counter() - start
        self.dtype = outcome.facts.dtype
        related = outcome.verdicts[0].related if outcome.verdicts else None
        return Colored(picture, related, seconds)


def installed_models(
    wanted: Sequence[str] = (), *, store: ModelStore | None = None, threads: int = 0
) -> tuple[list[ModelColorizer], list[str]]:
    """Return the working color models, the default last, and a sentence for each broken one.

    Args:
        wanted: names to take; empty for all.
        store: where models are; None for the installed ones and the user's own.
        threads: of the network; 0 leaves it to the engine.
    """
    store = store or ModelStore.default()
    engines = Engines(store, threads=threads)
    fitting = [model for model in store.models if model.entry.role == ROLE]
    if wanted:
        fitting = [model for model in fitting if model.name in wanted]
    found = [ModelColorizer(engines, model) for model in fitting if not model.problem]
    found.sort(key=lambda model: (model.is_default, model.name))
    problems = [model.problem for model in fitting if model.problem]
    problems += [
        f"There is no model {name} for {ROLE}."
        for name in wanted
        if name not in [model.name for model in fitting]
    ]
    return found, problems


def restore_remarks(store: ModelStore | None = None) -> list[str]:
    """Say in a sentence that nothing restores here, if that is so."""
    engines = Engines(store or ModelStore.default())
    names = [engine.name for engine in engines.describe()]
    return [] if "restore" in names else [NO_RESTORE_ENGINE]
