"""One GIMP with a profile of its own: install plug-ins, run Python in it without a display."""

from __future__ import annotations

import inspect
import json
import re
import shutil
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.editors.roots import PROJECT, Finished, Root, Visit

# What GIMP or a plug-in's Python prints when a plug-in ends otherwise than by returning.
DEATHS = re.compile(
    r"\(killing\)|plug-in crashed|fatal error:|Traceback \(most recent call last\)"
    r"|could not find handler|you must call babl_init|babl_fatal|core dumped",
    re.IGNORECASE,
)
INSIDE = "/src/tests/editors/gimp/inside"
INTERPRETER = "--batch-interpreter=python-fu-eval"


class GimpFailed(AssertionError):  # noqa: N818 - a finding of a test
    """GIMP hung, crashed, lost a plug-in, or the code that ran in it raised."""


@dataclass(frozen=True)
class BatchRun:
    """What came of a function that ran in GIMP."""

    value: Any
    deaths: tuple[str, ...]
    finished: Finished


@dataclass(frozen=True)
class Bench:
    """A GIMP to test with; ``visit.out`` is /out inside and the test's folder for artifacts."""

    root: Root
    visit: Visit

    @classmethod
    def make(cls, root: Root, home: Path, out: Path) -> Bench:
        """Copy the prepared profile to ``home``."""
        shutil.copytree(root.prepared_home(), home)
        return cls(root, Visit(home=home, out=out))

    def with_env(self, **env: str) -> Bench:
        """Return the same bench whose GIMP sees these environment variables."""
        return replace(self, visit=replace(self.visit, env={**self.visit.env, **env}))

    def with_bind(self, source: Path, place: str, mode: str = "ro") -> Bench:
        """Return the same bench whose GIMP finds ``source`` at ``place``."""
        binds = (*self.visit.binds, (source, place, mode))
        return replace(self, visit=replace(self.visit, binds=binds))

    def with_server(self) -> Bench:
        """Return the same bench in which this project's own Python runs, to start servers with.

        Interpreter and project lie inside where they lie here. A server that GIMP starts there is
        found by its rendezvous file and ends with GIMP. One that runs outside must be given by
        address and token: inside, its process number says nothing.
        """
        places = dict.fromkeys([Path(sys.base_prefix), Path(sys.prefix), PROJECT])
        binds = tuple((place, str(place), "ro") for place in places)
        return replace(self, visit=replace(self.visit, binds=self.visit.binds + binds))

    @property
    def out(self) -> Path:
        """The folder that is /out inside."""
        return self.visit.out

    @property
    def version(self) -> str:
        """The series, as the profile's folder names it: ``3.0`` or ``3.2``."""
        return self.root.name.removeprefix("gimp-")

    @property
    def profile(self) -> Path:
        """GIMP's own folder in HOME."""
        return self.visit.home / ".config" / "GIMP" / self.version

    def install(self, plugin: Path) -> Path:
        """Copy a plug-in's folder into the profile and return its place there."""
        place = self.profile / "plug-ins" / plugin.name
        return Path(shutil.copytree(plugin, place, ignore=shutil.ignore_patterns("__pycache__")))

    def batch(
        self,
        function: Callable[..., Any],
        *,
        timeout_s: float = 120,
        may_die: bool = False,
        **arguments: Any,
    ) -> BatchRun:
        """Run a function inside of GIMP and return what it returned.

        Its source is sent, so it stands at the top of a module and imports what it needs itself
        (``from gi.repository import Gimp``, ``from inside_gimp import call``). Arguments and the
        answer travel as JSON. The project lies at /src, ``out`` at /out.

        may_die: report a plug-in's death in ``deaths`` instead of raising.

        Raises GimpFailed when the function raises, when GIMP crashes or when its time is up.
        """
        answer = self.out / "answer.json"
        answer.unlink(missing_ok=True)
        (self.out / "batch.py").write_text(sendable(function, arguments, "/out/answer.json"))
        command = ["gimp-console", "-i", INTERPRETER, "-b", EXECUTE, "--quit"]
        finished = self.root.run(command, self.visit, timeout_s=timeout_s)
        (self.out / "gimp.log").write_text(finished.stdout + finished.stderr)
        return self._judge(finished, answer, may_die)

    def _judge(self, finished: Finished, answer: Path, may_die: bool) -> BatchRun:
        tail = "\n".join((finished.stdout + finished.stderr).splitlines()[-30:])
        if finished.returncode is None:
            raise GimpFailed(f"GIMP did not end within {finished.wall_s:.0f} s\n{tail}")
        if not answer.exists():
            raise GimpFailed(f"GIMP ended with {finished.returncode} and no answer\n{tail}")
        told = json.loads(answer.read_text())
        if told["error"]:
            raise GimpFailed(f"{told['error']}\n{tail}")
        deaths = deaths_in(finished.stderr)
        if deaths and not may_die:
            raise GimpFailed("a plug-in died: " + "; ".join(deaths) + f"\n{tail}")
        if finished.returncode != 0:
            raise GimpFailed(f"GIMP ended with {finished.returncode}\n{tail}")
        return BatchRun(told["value"], deaths, finished)


EXECUTE = "exec(compile(open('/out/batch.py').read(), '/out/batch.py', 'exec'))"


def deaths_in(log: str) -> tuple[str, ...]:
    """Return the lines of a GIMP's log that tell of a plug-in that died."""
    return tuple(line for line in log.splitlines() if DEATHS.search(line))


def sendable(function: Callable[..., Any], arguments: dict[str, Any], answer: str) -> str:
    """Write a program that calls ``function`` in GIMP and leaves its answer in a file there."""
    return "\n".join(
        [
            "from __future__ import annotations",
            f"import sys; sys.path.insert(0, {INSIDE!r}); sys.dont_write_bytecode = True",
            "import inside_gimp",
            textwrap.dedent(inspect.getsource(function)),
            f"inside_gimp.answer({function.__name__}, {json.dumps(arguments)!r}, {answer!r})",
            "",
        ]
    )
