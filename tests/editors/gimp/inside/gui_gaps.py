"""Runs beside a GIMP on its screen: how long do windows of an application leave one waiting?

``gui_gaps.py APPLICATION ANSWER``: asks the application's windows for their place on the screen,
again and again, until a file ``ANSWER.stop`` is there; ``ANSWER.begun`` tells of the first answer.
An application answers in its main loop, so the longest wait is the longest time in which no window
could be painted or worked. What is measured while no window is there does not count. ANSWER gets
JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

STEP_S = 0.01
LOOK_S = 0.2


def windows_of(name: str) -> list[Atspi.Accessible]:
    """Return an application's windows that are showing."""
    found = []
    desktop = Atspi.get_desktop(0)
    for at in range(desktop.get_child_count()):
        app = desktop.get_child_at_index(at)
        if app is None or not (app.get_name() or "").lower().startswith(name):
            continue
        for place in range(app.get_child_count()):
            window = app.get_child_at_index(place)
            if window is not None and window.get_state_set().contains(Atspi.StateType.SHOWING):
                found.append(window)
    return found


def main() -> None:
    """Ask until told to stop."""
    name, answer = sys.argv[1:]
    Atspi.set_timeout(60_000, 60_000)
    waits: list[float] = []
    looked, windows = 0.0, []
    while not os.path.exists(answer + ".stop"):
        if time.monotonic() - looked > LOOK_S:
            try:
                windows, looked = windows_of(name), time.monotonic()
            except Exception:
                windows = []
        for window in windows[-1:]:
            started = time.monotonic()
            try:
                window.get_component_iface().get_extents(Atspi.CoordType.SCREEN)
            except Exception:  # it was closed
                windows = []
                continue
            waits.append(time.monotonic() - started)
            if len(waits) == 1:
                open(answer + ".begun", "w").close()
        time.sleep(STEP_S)
    told = {"questions": len(waits), "longest": sorted(waits)[-5:]}
    with open(answer + ".part", "w", encoding="utf-8") as file:
        json.dump(told, file)
    os.replace(answer + ".part", answer)


main()
