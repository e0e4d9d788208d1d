"""Runs inside a root under xrun with A11Y=1: looks at a GIMP's widgets and works them.

One JSON line in is one call, ``{"do": NAME, "with": {...}}``; one line out answers it,
``{"value": ...}`` or ``{"error": TEXT}``. Widgets are read through AT-SPI, where a plug-in with a
window is an application of its own, named after its file.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402

STEP_S = 0.1
processes: list[subprocess.Popen[bytes]] = []


def start(command: list[str], log: str) -> int:
    """Start a program on this screen."""
    with open(log, "ab") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, stdin=subprocess.DEVNULL)
    processes.append(process)
    return len(processes) - 1


def status(number: int) -> int | None:
    """Return a started program's exit status, None while it runs."""
    return processes[number].poll()


def run_in_gimp(code: str) -> None:
    """Hand Python to the GIMP on this screen, by the way of ``gimp -b`` with one running."""
    bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
    gimp = ("org.gimp.GIMP.UI", "/org/gimp/GIMP/UI", "org.gimp.GIMP.UI", "BatchRun")
    arguments = GLib.Variant("(ss)", ("python-fu-eval", code))
    bus.call(*gimp, arguments, None, Gio.DBusCallFlags.NONE, -1, None, None)
    bus.flush_sync(None)


def windows() -> dict[str, str]:
    """Return the visible windows' titles by their X ids."""
    found = _xdotool("search", "--onlyvisible", "--class", ".").split()
    titles = {window: _xdotool("getwindowname", window).strip() for window in found}
    return {window: title for window, title in titles.items() if title}


def focus(window: str) -> None:
    """Raise a window and give it the keyboard."""
    _xdotool("windowactivate", "--sync", window)


def fill(window: str) -> None:
    """Make a window as large as the screen; the pointer goes where it raises no tooltips."""
    width, height = _xdotool("getdisplaygeometry").split()
    _xdotool("windowmove", window, "0", "0", "windowsize", "--sync", window, width, height)
    _xdotool("mousemove", width, height)


def key(keys: list[str]) -> None:
    """Press keys as xdotool names them, ``ctrl+z`` for one."""
    _xdotool("key", "--clearmodifiers", *keys)


def type_text(text: str) -> None:
    """Type into what has the keyboard."""
    _xdotool("type", "--delay", "5", text)


def click(x: int, y: int) -> None:
    """Click at a place on the screen."""
    _xdotool("mousemove", "--sync", str(x), str(y), "click", "1")


def shot(path: str) -> None:
    """Save the whole screen as a PNG."""
    subprocess.run(["scrot", "-o", path], check=True)


def wait(timeout_s: float, **wanted: Any) -> dict[str, Any]:
    """Wait until a widget is there and describe it; ``wanted`` as in ``_find``."""
    return _describe(_await(wanted, timeout_s))


def gone(timeout_s: float, **wanted: Any) -> None:
    """Wait until no such widget is there."""
    _until(lambda: _find(**wanted) is None, timeout_s, f"{wanted} to go")


def act(timeout_s: float, action: int = 0, **wanted: Any) -> None:
    """Do a widget's action: press a button, choose a menu entry, toggle a box."""
    _await(wanted, timeout_s).get_action_iface().do_action(action)


def enter(text: str, timeout_s: float, **wanted: Any) -> None:
    """Replace a text field's contents."""
    _await(wanted, timeout_s).get_editable_text_iface().set_text_contents(text)


def set_value(value: float, timeout_s: float, **wanted: Any) -> None:
    """Set a slider or a spin button."""
    _await(wanted, timeout_s).get_value_iface().set_current_value(value)


def select(index: int, timeout_s: float, **wanted: Any) -> None:
    """Select a child of a list or a combo box."""
    _await(wanted, timeout_s).get_selection_iface().select_child(index)


def menu(path: list[str], timeout_s: float) -> dict[str, Any]:
    """Describe an entry of GIMP's main menu; its parents need not be open."""
    return _describe(_menu_entry(path, timeout_s))


def choose(path: list[str], timeout_s: float) -> None:
    """Choose an entry of GIMP's main menu."""
    _menu_entry(path, timeout_s).get_action_iface().do_action(0)


def tree(app: str) -> str:
    """Return an application's showing widgets as an indented list, for finding names."""
    lines = []
    for depth, node in _walk(_application(app)):
        if depth == 0 or _has(node, Atspi.StateType.SHOWING):
            lines.append(f"{'  ' * depth}{node.get_role_name()} {node.get_name()!r}")
    return "\n".join(lines)


def unnamed(app: str) -> list[str]:
    """Return the widgets that take the keyboard or show a state, and that screen readers cannot
    name, by their role.
    """
    roles = ("slider", "image", "progress bar")
    return [
        node.get_role_name()
        for _, node in _walk(_application(app))
        if _has(node, Atspi.StateType.SHOWING)
        and (_has(node, Atspi.StateType.FOCUSABLE) or node.get_role_name() in roles)
        and not node.get_name()
    ]


def applications() -> list[str]:
    """Return the names of what has widgets on this screen."""
    return [node.get_name() for node in _applications()]


def _xdotool(*arguments: str) -> str:
    return subprocess.run(["xdotool", *arguments], capture_output=True, text=True).stdout


def _applications() -> list[Atspi.Accessible]:
    desktop = Atspi.get_desktop(0)
    nodes = [desktop.get_child_at_index(index) for index in range(desktop.get_child_count())]
    return [node for node in nodes if node]


def _application(name: str) -> Atspi.Accessible | None:
    """The newest application whose name starts so; GIMP's own has a version behind it."""
    named = [n for n in _applications() if (n.get_name() or "").lower().startswith(name.lower())]
    return named[-1] if named else None


def _walk(node: Atspi.Accessible | None, depth: int = 0) -> Iterator[tuple[int, Atspi.Accessible]]:
    """Yield a widget and all below it; what disappears meanwhile is left out."""
    if node is None or depth > 40:
        return
    yield depth, node
    try:
        count = node.get_child_count()
    except Exception:
        return
    for index in range(count):
        try:
            child = node.get_child_at_index(index)
        except Exception:
            continue
        yield from _walk(child, depth + 1)


def _find(
    app: str, role: str = "", name: str | None = None, starts: str = "", nth: int = 0
) -> Atspi.Accessible | None:
    """The nth showing widget of an application with this role, name, or beginning of a name."""
    for _, node in _walk(_application(app)):
        try:
            own, kind = node.get_name() or "", node.get_role_name()
            # buttons are "push button" in older and "button" in newer accessibility libraries
            fits = not role or role in (kind, kind.removeprefix("push "))
            fits = fits and name in (None, own) and own.startswith(starts)
            if not fits or not _has(node, Atspi.StateType.SHOWING):
                continue
        except Exception:
            continue
        if nth == 0:
            return node
        nth -= 1
    return None


def _menu_entry(path: list[str], timeout_s: float) -> Atspi.Accessible:
    def look() -> Atspi.Accessible | None:
        node = _find("gimp", role="menu bar")
        for name in path:
            node = next((n for _, n in _walk(node) if n.get_name() == name), None)
        return node

    return _until(look, timeout_s, f"the menu entry {' > '.join(path)}")


def _await(wanted: dict[str, Any], timeout_s: float) -> Atspi.Accessible:
    return _until(lambda: _find(**wanted), timeout_s, f"a widget {wanted}")


def _until(look: Callable[[], Any], timeout_s: float, what: str) -> Any:
    end = time.monotonic() + timeout_s
    while not (found := look()):
        if time.monotonic() > end:
            raise TimeoutError(f"waited {timeout_s:g} s for {what}")
        time.sleep(STEP_S)
    return found


def _has(node: Atspi.Accessible, state: Atspi.StateType) -> bool:
    return node.get_state_set().contains(state)


def _describe(node: Atspi.Accessible) -> dict[str, Any]:
    text, value = node.get_text_iface(), node.get_value_iface()
    place = node.get_component_iface()
    extents = place.get_extents(Atspi.CoordType.SCREEN) if place else None
    return {
        "role": node.get_role_name(),
        "name": node.get_name(),
        "description": node.get_description(),
        "is_sensitive": _has(node, Atspi.StateType.SENSITIVE),
        "is_checked": _has(node, Atspi.StateType.CHECKED),
        "is_focused": _has(node, Atspi.StateType.FOCUSED),
        "relations": [each.get_relation_type().value_nick for each in node.get_relation_set()],
        "text": Atspi.Text.get_text(text, 0, -1) if text else None,
        "value": value.get_current_value() if value else None,
        "box": [extents.x, extents.y, extents.width, extents.height] if extents else None,
    }


CALLS = {
    call.__name__: call
    for call in (
        start, status, run_in_gimp, windows, focus, fill, key, type_text, click, shot, wait,
        gone, act, enter, set_value, select, menu, choose, tree, unnamed, applications,
    )
}  # fmt: skip


def main() -> None:
    """Answer calls until the input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # nothing else may write between the answers
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            told = {"value": CALLS[asked["do"]](**asked["with"])}
        except Exception as error:
            told = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(told) + "\n")
        answers.flush()
    for process in processes:
        process.terminate()


main()
