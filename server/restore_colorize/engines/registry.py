"""The engines of this installation: what they are, on what they run, and running them.

Adding an engine: one module beside ``colorize.py`` and one row in ``_ROWS``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn

from restore_colorize.engines import colorize as _colorize
from restore_colorize.engines import restore as _restore
from restore_colorize.engines import restored_colors as _restored_colors
from restore_colorize.engines import sample as _sample
from restore_colorize.engines import suggest as _suggest
from restore_colorize.engines.devices import Device, Environment, choose_device
from restore_colorize.engines.found import with_found_reference
from restore_colorize.engines.job import ColorizeOptions, Control, Outcome, PartOfJob, Request
from restore_colorize.engines.restored import RestoreOutcome
from restore_colorize.errors import (
    EnvironmentChangedError,
    MemoryShortError,
    ModelError,
    NotAvailableError,
    RequestError,
    is_memory_short,
)
from restore_colorize.models import Model, ModelStore

__all__ = ["EngineInfo", "Engines", "Estimate"]

# Bytes that a process needs before the first pixel: Python, torch, weights.
_BASE_BYTES = 700 * 2**20
_FINDING = 0.3  # share of a job's time before the reference is found that suits best


@dataclass(frozen=True)
class EngineInfo:
    """What a user can ask for; fields as in the contract's Engine."""

    name: str
    title: str
    models: tuple[str, ...]
    takes_references: bool = False
    takes_hints: bool = False
    takes_selection: bool = False
    takes_damage: bool = False
    gives_candidates: bool = False


@dataclass(frozen=True)
class Estimate:
    """What a job will take, roughly."""

    seconds: float
    memory_bytes: int


@dataclass(frozen=True)
class _Row:
    """An engine, and what it costs on two slow cores.

    is_optional: a server starts without a model for it; ``otherwise`` says what a user can do
    then. helpers: roles of further models that ``run`` is given, loaded, as long as they are
    installed. run_s: of one network run at working size. megapixel_s, pixel_bytes: for each
    megapixel and each pixel of the target: the picture, its result, tiles and strips (measured at
    24 megapixels).
    """

    info: EngineInfo
    role: str
    run: Callable[..., Outcome]  # of request, model, network, device, control and helpers
    is_optional: bool = False
    otherwise: str = "install one, see the command `models`"
    helpers: tuple[str, ...] = ()
    run_s: float = 0.5
    megapixel_s: float = 0.25
    pixel_bytes: int = 48


_ROWS = (
    _Row(
        EngineInfo(
            name="colorize",
            title="Give a gray picture the colors of references and hints",
            models=(),
            takes_references=True,
            takes_hints=True,
            takes_selection=True,
            gives_candidates=True,
        ),
        _colorize.ROLE,
        _colorize.colorize,
    ),
    _Row(
        EngineInfo(
            name="restore",
            title="Repair scratches, holes, noise, blur and fading; then colorize, if wanted",
            models=(),
            takes_references=True,
            takes_hints=True,
            takes_selection=True,
            takes_damage=True,
            gives_candidates=True,
        ),
        _restore.ROLE,
        _restore.restore,
        is_optional=True,
        megapixel_s=2.0,
        pixel_bytes=80,
    ),
    _Row(
        EngineInfo(
            name="sample",
            title="Draw several colorizations without a reference",
            models=(),
            takes_hints=True,
            takes_selection=True,
            gives_candidates=True,
        ),
        _sample.ROLE,
        _sample.sample,
        is_optional=True,
        otherwise="color from a reference or from painted hints instead",
        run_s=1.0,
    ),
    _Row(
        EngineInfo(
            name="suggest_references",
            title="Tell which pictures suit as references",
            models=(),
            takes_references=True,
        ),
        _suggest.ROLE,
        _suggest.suggest_references,
        is_optional=True,
        helpers=(_suggest.MATCHER_ROLE,),
    ),
    _Row(
        EngineInfo(
            name="detect_damage",
            title="Propose where scratches and holes are",
            models=(),
            takes_selection=True,
        ),
        _restore.ROLE,
        _restore.detect_damage,
        is_optional=True,
        megapixel_s=2.0,
        pixel_bytes=80,
    ),
)


class Engines:
    """All engines over one store of models, on one device. Constructing it loads nothing.

    Args:
        models: where networks come from.
        device: "auto", "cpu", "cuda" or "cuda:N".
        threads: CPU threads; 0 is torch's own choice.

    Raises (when the device is first needed):
        RangeError: the device does not exist.
    """

    def __init__(self, models: ModelStore, device: str = "auto", threads: int = 0) -> None:
        self.models = models
        self._wanted = (device, threads)
        self._chosen: Device | None = None

    @property
    def device(self) -> Device:
        """The device in use, chosen at the first question."""
        if self._chosen is None:
            self._chosen = choose_device(*self._wanted)
        return self._chosen

    def load(self) -> None:
        """Load every default model, so that the first job does not wait.

        Raises:
            ModelError: a default model is missing or damaged; one that may be missing is damaged.
        """
        for row in _ROWS:
            if self._lacks(row):
                continue
            self._loaded(self.device, row.role)
            self._helpers(self.device, row)

    def describe(self) -> tuple[EngineInfo, ...]:
        """List what can be asked for; models that are broken are left out."""
        infos = []
        for row in _ROWS:
            working = [
                model
                for model in self.models.models
                if model.entry.role == row.role and not model.problem
            ]
            working.sort(key=lambda model: not model.entry.default)
            names = tuple(model.name for model in working)
            if names:
                infos.append(EngineInfo(**{**row.info.__dict__, "models": names}))
        return tuple(infos)

    def environment(self) -> Environment:
        """Say what results depend on here."""
        return self.device.environment()

    def estimate(self, request: Request) -> Estimate:
        """Guess what a job will take; never computes."""
        row = _row(request.engine)
        pixels = request.target.height * request.target.width
        runs = min(request.options.candidates, 2 + len(request.references))
        seconds = row.run_s * runs + row.megapixel_s * pixels / 1e6
        return Estimate(seconds, _BASE_BYTES + row.pixel_bytes * pixels)

    def run(
        self, request: Request, control: Control, *, force: Environment | None = None
    ) -> Outcome:
        """Run one job, blocking.

        Args:
            force: from a receipt: computed exactly so, or refused.

        Raises:
            NotAvailableError: there is no such engine yet.
            ModelError: no model can fill it.
            RequestError: what is given does not go together.
            EnvironmentChangedError: what ``force`` names cannot be had here.
            MemoryShortError: memory does not suffice, also on the CPU.
            CancelledError: ``control`` said so.
        """
        row = _row(request.engine)
        _restored_colors.check_colors(request)
        seeks = _seeking_of(request) is not None
        if seeks and request.references:
            raise RequestError(
                "Both references and folders to take one from were given: leave one of them out."
            )
        if seeks and self._lacks(_row("suggest_references")):
            raise ModelError(no_model_for("suggest_references"))
        if self._lacks(row):
            raise ModelError(no_model_for(row.info.name))
        model = self.models.find(row.role, request.model)
        device = self.device if force is None else _forced(self.device, force)
        try:
            return self._run_on(device, row, model, request, control)
        except Exception as error:
            if not is_memory_short(error):
                raise
            # torch's own type means a GPU; what shall be repeated exactly must not move from it.
            if not isinstance(error, torch.OutOfMemoryError) or force is not None:
                raise _short() from None
        control.warn(
            "fell-back-to-cpu",
            "The graphics card has too little memory free, so the job runs on the CPU.",
        )
        torch.cuda.empty_cache()
        cpu = Device(torch.device("cpu"), torch.float32, device.threads)
        try:
            return self._run_on(cpu, row, model, request, control)
        except Exception as error:
            if not is_memory_short(error):
                raise
            raise _short() from None

    def _run_on(
        self, device: Device, row: _Row, model: Model, request: Request, control: Control
    ) -> Outcome:
        control.progress("load", 0.0)
        seeking = _seeking_of(request)
        if seeking is not None:
            looking = PartOfJob(control, 0.0, _FINDING)
            request = self._with_found(device, request, seeking, looking)
            control = PartOfJob(control, _FINDING, 1.0)
        network = self.models.load(model, device.torch_device, device.dtype)
        options = request.options
        if not isinstance(options, _restore.RestoreOptions) or options.colors is None:
            helpers = self._helpers(device, row)
            return row.run(request, model, network, device, control, *helpers)
        color_model = self.models.find(_colorize.ROLE, options.color_model)
        first = PartOfJob(control, 0.0, _restored_colors.RESTORING)
        restored = row.run(request, model, network, device, first)
        assert isinstance(restored, RestoreOutcome)  # whose options these are
        network = self.models.load(color_model, device.torch_device, device.dtype)
        second = PartOfJob(control, _restored_colors.RESTORING, 1.0)
        return _restored_colors.color_restored(
            restored, request, color_model, network, device, second
        )

    def _with_found(
        self, device: Device, request: Request, colors: ColorizeOptions, control: Control
    ) -> Request:
        model, network = self._loaded(device, _suggest.ROLE)
        helpers = self._helpers(device, _row("suggest_references"))
        return with_found_reference(request, colors, model, network, device, control, *helpers)

    def _loaded(self, device: Device, role: str) -> tuple[Model, nn.Module]:
        """The default model of a role."""
        model = self.models.find(role)
        return model, self.models.load(model, device.torch_device, device.dtype)

    def _helpers(self, device: Device, row: _Row) -> list[tuple[Model, nn.Module]]:
        return [self._loaded(device, role) for role in row.helpers if self._has(role)]

    def _lacks(self, row: _Row) -> bool:
        """Whether an engine has no model here, and may have none."""
        return row.is_optional and not self._has(row.role)

    def _has(self, role: str) -> bool:
        return any(model.entry.role == role for model in self.models.models)


def _seeking_of(request: Request) -> ColorizeOptions | None:
    """The options of a job that colors from a reference which is to be found in folders."""
    options = request.options
    colors = options.colors if isinstance(options, _restore.RestoreOptions) else options
    return colors if isinstance(colors, ColorizeOptions) and colors.folders else None


def no_model_for(engine: str) -> str:
    """Return the sentence for who asks for an engine that has no model here, and what to do.

    Raises:
        NotAvailableError: there is no such engine.
    """
    name, otherwise = engine.replace("_", " "), _row(engine).otherwise
    return f"No model that can {name} is installed here: {otherwise}."


def _row(name: str) -> _Row:
    for row in _ROWS:
        if row.info.name == name:
            return row
    known = ", ".join(row.info.name for row in _ROWS)
    raise NotAvailableError(f"This version cannot {name.replace('_', ' ')} yet; it can: {known}.")


def _short() -> MemoryShortError:
    return MemoryShortError(
        "There is not enough memory for this picture: close other programs or work on a smaller "
        "layer."
    )


def _forced(device: Device, wanted: Environment) -> Device:
    """Return the device as the receipt had it, or name what differs."""
    chosen = device.with_dtype(wanted.dtype)
    here = chosen.environment()
    differing = [
        f"{name.replace('_', ' ')} (then {then}, now {now})"
        for name, now in here.__dict__.items()
        if (then := getattr(wanted, name)) != now
    ]
    if differing:
        raise EnvironmentChangedError(
            "The result cannot be repeated exactly here, because something differs: "
            + "; ".join(differing)
            + "."
        )
    return chosen
