"""Runs inside of GIMP: what scripts that fail tell, and that GIMP goes on."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any

from gi.repository import Gimp
from inside_gimp import call
from stories import colorful, picture

LOOP_S = 3.0


def tell() -> dict[str, Any]:
    """Return what each faulty script told, by its name or by how it was to fail."""
    told: dict[str, Any] = {}
    image, layer = picture(colorful)
    for how in range(7):
        done = call("python-fu-raises", image=image, drawables=[layer], how=how)
        told[str(how)] = [done.status, done.message.strip()]
    for name in ("broken-syntax", "old-window"):
        done = call(f"python-fu-{name}-cannot-run")
        told[name] = [done.status, done.message.strip()]
    told["loop"] = endless(image, layer)
    told["alive"] = Gimp.Image.new(3, 4, Gimp.ImageBaseType.RGB).get_width()
    return told


def endless(image: Gimp.Image, layer: Gimp.Layer) -> str:
    """Run the endless loop, and end its process as GIMP's button Cancel does."""
    threading.Thread(target=kill_later, daemon=True).start()
    return call("python-fu-raises", image=image, drawables=[layer], how=7).status


def kill_later() -> None:
    """Kill the process that runs the script; touches nothing of GIMP's."""
    time.sleep(LOOP_S)
    while True:
        for number in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{number}/cmdline", "rb") as file:
                    words = file.read().split(b"\0")
            except OSError:
                continue
            if any(word.endswith(b"/raises.py") for word in words) and b"-run" in words:
                os.kill(int(number), signal.SIGKILL)
                return
        time.sleep(0.2)
