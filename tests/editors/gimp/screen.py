"""A GIMP with its windows, on a virtual screen, worked from a test."""

from __future__ import annotations

import json
import os
import re
import select
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.editors.gimp.bench import Bench, GimpFailed, deaths_in, sendable
from tests.editors.roots import kill

DRIVER = "/src/tests/editors/gimp/inside/screen_driver.py"
TIMEOUT_S = 60.0 * float(os.environ.get("EDITORS_PATIENCE", "1"))


class Screen:
    """Use it as a context; leaving ends GIMP and everything else on the screen.

    Widgets are named by ``app`` ("gimp", or a plug-in's file name without suffix) and any of
    ``role``, ``name``, ``starts`` (of the name) and ``nth``; ``tree`` shows what there is.
    Every wait has a time limit and raises GimpFailed, after saving a screenshot, when it is up.
    """

    def __init__(self, bench: Bench, size: str = "1600x1000x24") -> None:
        self.bench = bench
        self._size = size
        self._answers = 0

    def __enter__(self) -> Screen:
        old = self.bench.visit
        visit = replace(old, env={**old.env, "A11Y": "1", "XSCREEN": self._size})
        self._log = (self.bench.out / "screen.log").open("w")
        self._process = self.bench.root.start(
            ["python3", DRIVER], visit, has_screen=True, log=self._log
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None and self._process.poll() is None:
            self._save_failure()
        kill(self._process)
        self._process.communicate()
        self._log.close()

    def open(self, *files: str, timeout_s: float = 2 * TIMEOUT_S, menu: str = "Filters") -> None:
        """Start GIMP with files (as seen inside, in /out for one) and wait for its menus.

        menu: the name of one, in the language that GIMP will have.
        """
        command = ["gimp", "--no-splash", "--new-instance", *files]
        self._gimp = self._do("start", command=command, log="/out/gimp.log")
        title = r"\.0 \(" if files else "GNU Image Manipulation Program"
        self._do("fill", window=self.wait_window(title, timeout_s))
        self._do("menu", path=[menu], timeout_s=timeout_s)

    def start(self, command: list[str], log: str) -> None:
        """Start a program beside GIMP on the screen; its output goes to ``log`` there."""
        self._do("start", command=command, log=log)

    def menu(self, *path: str) -> dict[str, Any]:
        """Describe an entry of the main menu (``is_sensitive`` says whether it is grayed)."""
        return self._do("menu", path=list(path), timeout_s=TIMEOUT_S)

    def choose(self, *path: str) -> None:
        """Choose an entry of the main menu."""
        self._do("choose", path=list(path), timeout_s=TIMEOUT_S)

    def wait(self, app: str, *, timeout_s: float = TIMEOUT_S, **widget: Any) -> dict[str, Any]:
        """Wait for a widget and describe it: text, value, states, box on the screen."""
        return self._do("wait", app=app, timeout_s=timeout_s, **widget)

    def gone(self, app: str, *, timeout_s: float = TIMEOUT_S, **widget: Any) -> None:
        """Wait until there is no such widget."""
        self._do("gone", app=app, timeout_s=timeout_s, **widget)

    def press(self, app: str, *, timeout_s: float = TIMEOUT_S, **widget: Any) -> None:
        """Press a button, toggle a box."""
        self._do("act", app=app, timeout_s=timeout_s, **widget)

    def enter(self, text: str, app: str, *, timeout_s: float = TIMEOUT_S, **widget: Any) -> None:
        """Replace the contents of a text field."""
        self._do("enter", text=text, app=app, timeout_s=timeout_s, **widget)

    def set_value(
        self, value: float, app: str, *, timeout_s: float = TIMEOUT_S, **widget: Any
    ) -> None:
        """Set a slider or a spin button."""
        self._do("set_value", value=value, app=app, timeout_s=timeout_s, **widget)

    def select(self, index: int, app: str, *, timeout_s: float = TIMEOUT_S, **widget: Any) -> None:
        """Select a child of a list or a combo box."""
        self._do("select", index=index, app=app, timeout_s=timeout_s, **widget)

    def key(self, *keys: str) -> None:
        """Press keys, ``ctrl+z`` for one, in the window that has the keyboard."""
        self._do("key", keys=list(keys))

    def type(self, text: str) -> None:
        """Type text in the window that has the keyboard."""
        self._do("type_text", text=text)

    def click(self, x: int, y: int) -> None:
        """Click at a place on the screen."""
        self._do("click", x=x, y=y)

    def windows(self) -> dict[str, str]:
        """Return the visible windows' titles by their X ids."""
        return self._do("windows")

    def wait_window(self, title: str, timeout_s: float = TIMEOUT_S) -> str:
        """Wait for a window whose title matches a regular expression; return its X id.

        An image's title tells its state: ``*[photo] (imported)-1.0 (RGB …, 2 layers) 40x30 – GIMP``
        """
        end = time.monotonic() + timeout_s
        while True:
            titles = self.windows()
            for window, found in titles.items():
                if re.search(title, found):
                    return window
            if time.monotonic() > end:
                raise GimpFailed(f"no window {title!r} within {timeout_s:g} s, only {titles}")
            time.sleep(0.1)

    def focus(self, title: str) -> None:
        """Give the keyboard to the window whose title matches."""
        self._do("focus", window=self.wait_window(title))

    def shot(self, name: str) -> Path:
        """Save the screen as NAME.png among the test's artifacts."""
        self._do("shot", path=f"/out/{name}.png")
        return self.bench.out / f"{name}.png"

    def tree(self, app: str = "gimp") -> str:
        """Return an application's showing widgets, for writing tests."""
        return self._do("tree", app=app)

    def unnamed(self, app: str) -> list[str]:
        """Return the roles of showing widgets that need a name for screen readers and lack it."""
        return self._do("unnamed", app=app)

    def applications(self) -> list[str]:
        """Return who has widgets on the screen: GIMP, and plug-ins with a window."""
        return self._do("applications")

    def python(
        self, function: Callable[..., Any], *, timeout_s: float = TIMEOUT_S, **arguments: Any
    ) -> Any:
        """Run a function in the GIMP that is on the screen, and return what it returned.

        As ``Bench.batch`` does; its images are those of the screen (``Gimp.get_images()``).
        """
        self._answers += 1
        stem = f"python-{self._answers}"
        answer = self.bench.out / f"{stem}.json"
        program = sendable(function, arguments, f"/out/{stem}.json")
        (self.bench.out / f"{stem}.py").write_text(program)
        code = f"exec(compile(open('/out/{stem}.py').read(), '{stem}.py', 'exec'))"
        self._do("run_in_gimp", code=code)
        end = time.monotonic() + timeout_s
        while not answer.exists():
            if time.monotonic() > end:
                raise GimpFailed(f"{function.__name__} gave no answer within {timeout_s:g} s")
            time.sleep(0.05)
        told = json.loads(answer.read_text())
        if told["error"]:
            raise GimpFailed(told["error"])
        return told["value"]

    def is_running(self) -> bool:
        """Tell whether GIMP itself still runs."""
        return self._do("status", number=self._gimp) is None

    def deaths(self) -> tuple[str, ...]:
        """Return the lines of GIMP's log that tell of a plug-in that died."""
        return deaths_in((self.bench.out / "gimp.log").read_text(errors="replace"))

    def _save_failure(self) -> None:
        try:
            self.shot("failure")
            (self.bench.out / "failure.txt").write_text(
                "\n\n".join(map(self.tree, self.applications()))
            )
        except (GimpFailed, OSError, ValueError):
            pass  # the test's own error is the one to see

    def _do(self, name: str, /, **arguments: Any) -> Any:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        limit_s = TIMEOUT_S + arguments.get("timeout_s", 0)
        try:
            stdin.write(json.dumps({"do": name, "with": arguments}) + "\n")
            stdin.flush()
        except BrokenPipeError:
            raise GimpFailed("the screen's session has ended") from None
        if not select.select([stdout], [], [], limit_s)[0]:
            raise GimpFailed(f"{name} did not answer within {limit_s:g} s")
        line = stdout.readline()
        if not line:
            raise GimpFailed("the screen's session has ended")
        told = json.loads(line)
        if "error" in told:
            raise GimpFailed(f"{name}: {told['error']}")
        return told["value"]
