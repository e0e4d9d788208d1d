"""``restore-colorize doctor``: looks at all that a user needs and says how to mend it."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from restore_colorize import __version__
from restore_colorize.cli.editors import EditorProfile, find_editors
from restore_colorize.cli.failures import FAILED, sentence_of
from restore_colorize.cli.installed import NAME, look_at_plugin, misplaced_copies
from restore_colorize.cli.options import debug_option, device_options, json_option

if TYPE_CHECKING:
    from restore_colorize.engines import Engines

__all__ = ["Finding", "doctor"]

_MARKS = {"ok": "ok     ", "note": "note   ", "problem": "PROBLEM"}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    state: "ok", "note" (works without it) or "problem" (something needed is broken). mend: how to
    put it right; empty when it is.
    """

    topic: str
    state: str
    text: str
    mend: str = ""


@click.command()
@device_options
@json_option
@debug_option
def doctor(device: str, threads: int | None, as_json: bool) -> int:
    """Check this installation: PyTorch, models, server, editors, and color one small picture."""
    findings = []
    for finding in examine(device, threads or 0):
        findings.append(finding)
        if not as_json:
            click.echo(f"{_MARKS[finding.state]}  {finding.topic:9}  {finding.text}")
            if finding.mend:
                click.echo(f"                      → {finding.mend}")
    broken = [finding.topic for finding in findings if finding.state == "problem"]
    if as_json:
        click.echo(json.dumps({"ok": not broken, "findings": [asdict(one) for one in findings]}))
    else:
        click.echo(
            f"\nTo be mended: {', '.join(broken)}." if broken else "\nEverything needed works."
        )
    return FAILED if broken else 0


def examine(device: str, threads: int) -> Iterator[Finding]:
    """Look at one thing after the other; what needs a broken thing is left out."""
    yield _python()
    yield Finding("package", "ok", f"Restore & Colorize {__version__} in {_package_folder()}")
    yield from _computing(device, threads)
    yield from _guarded("server", _server)
    yield from _editors()


def _guarded(topic: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """Turn whatever a look raises into a finding: a doctor never dies of the patient's illness."""
    try:
        yield from look()
    except Exception as error:
        yield Finding(topic, "problem", sentence_of(error), "see the sentence before this line")


def _python() -> Finding:
    text = f"Python {platform.python_version()} on {platform.platform()}, {sys.executable}"
    return Finding("Python", "ok", text)


def _package_folder() -> Path:
    return Path(__file__).resolve().parents[1]


def _computing(device: str, threads: int) -> Iterator[Finding]:
    """PyTorch, the device, the models, and a picture through all of them."""
    try:
        import torch
    except Exception as error:  # a broken build raises OSError, RuntimeError, …
        yield Finding(
            "PyTorch",
            "problem",
            f"PyTorch cannot be imported ({type(error).__name__}: {error}).",
            "install it again; the README has a table of builds for every machine",
        )
        return
    build = f"CUDA {torch.version.cuda}" if torch.version.cuda else "CPU build"
    yield Finding("PyTorch", "ok", f"PyTorch {torch.__version__} ({build})")

    from restore_colorize.engines import Engines
    from restore_colorize.models import ModelStore

    engines = Engines(ModelStore.default(), device, threads)
    found = [
        *_guarded("device", lambda: _device(engines)),
        *_guarded("models", lambda: _models(engines)),
    ]
    yield from found
    if not any(finding.state == "problem" for finding in found):
        yield from _guarded("self-test", lambda: _self_test(engines))


def _device(engines: Engines) -> Iterator[Finding]:
    here = engines.environment()
    yield Finding("device", "ok", f"{here.device} in {here.dtype} ({here.instruction_set})")
    cores = os.cpu_count() or 1
    mend = "give --threads, or unset OMP_NUM_THREADS" if here.threads > cores else ""
    text = f"{here.threads} of {cores} logical cores"
    yield Finding("threads", "note" if mend else "ok", text, mend)


def _models(engines: Engines) -> Iterator[Finding]:
    from restore_colorize.models import user_model_folder

    for model in engines.models.models:
        role = f"{model.entry.role}{', default' if model.entry.default else ''}"
        if model.problem:
            mend = "install Restore & Colorize again, or take the model out of your model folder"
            yield Finding("models", "problem", model.problem, mend)
        else:
            text = f"{model.name} ({role}), SHA-256 {model.entry.sha256[:12]}… verified"
            yield Finding("models", "ok", text)
    if not engines.models.models:
        yield Finding(
            "models", "problem", "No models are installed.", "install Restore & Colorize again"
        )
    folder = user_model_folder()
    yield Finding(
        "models", "ok", f"your own: {folder}{'' if folder.is_dir() else ' (not there, optional)'}"
    )


def _self_test(engines: Engines) -> Iterator[Finding]:
    """Color one small synthetic picture; brightness must stay and colors must be numbers."""
    import torch

    from restore_colorize.engines import (
        ColorizeOptions,
        Reference,
        Request,
        SilentControl,
    )
    from restore_colorize.imaging import Picture, luma_of

    ramp = torch.linspace(0.1, 0.9, 96).expand(64, 96)
    target = Picture(ramp[None].clone(), depth=16)
    reference = Picture(torch.stack([ramp, ramp.flip(1), ramp * 0.5]))
    request = Request("colorize", ColorizeOptions(), target, references=(Reference(reference),))
    outcome = engines.run(request, SilentControl())
    result = outcome.render(0, strength=1.0, saturation=1.0, control=SilentControl())
    error = float((luma_of(result) - luma_of(target)).abs().max())
    seconds = sum(outcome.facts.timings_s.values())
    if error > 0.1:
        yield Finding(
            "self-test",
            "problem",
            f"A small picture came back with its brightness changed by {error:.2f} L*.",
            "try --device cpu; if that helps, the GPU's driver or PyTorch build is at fault",
        )
    else:
        text = f"one {target.width} × {target.height} picture colored in {seconds:.2f} s"
        yield Finding("self-test", "ok", text)


def _server() -> Iterator[Finding]:
    """Whether a server runs, whether its file is safe, and whether it answers."""
    import restore_colorize_client as client

    from restore_colorize.service import state_folder

    file = state_folder(os.environ) / "server.json"
    if not file.exists():
        yield Finding("server", "ok", f"none runs; it is started on demand ({file})")
        return
    if os.name == "posix" and file.stat().st_mode & 0o077:
        text = f"{file} holds the server's token, but other users can read it."
        yield Finding("server", "problem", text, f"stop the server and delete {file}")
        return
    try:
        with client.connect(client_id="doctor", start=False, timeout_s=5.0) as found:
            about = found.describe()
            text = f"version {about.version} at {found.address}, on {about.environment.device}"
    except client.NotRunningError:
        text = f"{file} was left by a server that is gone; the next one replaces it"
        yield Finding("server", "note", text)
    except client.ClientError as error:
        mend = f"stop the server, or delete {file} if none runs; the next one is started on demand"
        yield Finding("server", "problem", str(error), mend)
    else:
        busy = f"{about.queue.running} running, {about.queue.waiting} waiting"
        yield Finding("server", "ok", f"{text} ({busy}); token file {file}, readable by you only")


def _gimp_plugin(profile: EditorProfile, text: str) -> Iterator[Finding]:
    """Whether GIMP will show the plug-in, and whether it is this version's."""
    found = look_at_plugin(profile.plugin_folder / NAME)
    for fault in (*found.faults, *misplaced_copies(profile.plugin_folder)):
        sentence, _, mend = fault.rpartition(": ")
        yield Finding("editors", "problem", f"{sentence}.", mend.removesuffix("."))
    version = found.version or "of unknown version"
    if found.is_stale(__version__):
        mend = "run “restore-colorize install-plugins --gimp”, then start GIMP again"
        yield Finding("editors", "note", f"{text}: plug-in {version}, here {__version__}", mend)
    elif not found.faults:
        yield Finding("editors", "ok", f"{text}: plug-in {version} installed")


def _editors() -> Iterator[Finding]:
    profiles = find_editors(Path.home(), os.environ, sys.platform)
    for profile in profiles:
        name = {"gimp": "GIMP", "krita": "Krita"}[profile.editor]
        kind = "" if profile.packaging == "system" else f" ({profile.packaging})"
        text = f"{name} {profile.version}".rstrip() + f"{kind}, plug-ins in {profile.plugin_folder}"
        if not profile.supported:
            yield Finding("editors", "note", text, "the plug-in needs GIMP 3: install it beside")
        elif profile.has_plugin and profile.editor == "gimp":
            yield from _gimp_plugin(profile, text)
        elif profile.has_plugin:
            yield Finding("editors", "ok", f"{text}: plug-in installed")
        else:
            yield Finding("editors", "ok", f"{text}: plug-in not installed")
    if not profiles:
        yield Finding(
            "editors", "note", "no profile of GIMP or Krita found; the command line works"
        )
