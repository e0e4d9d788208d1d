"""From dataclasses to a server and back: finding it, starting it, one call a job."""

from __future__ import annotations

from .call import Call
from .channel import Address, Channel
from .launch import STATE_DIR_VARIABLE, Starter, clean_environment, default_command
from .loop import LoopThread, cancel_others
from .reach import Wait, reach, reach_local
from .rendezvous import Found, Rendezvous, look, process_start, state_dirs
from .trust import trust

__all__ = [
    "STATE_DIR_VARIABLE",
    "Address",
    "Call",
    "Channel",
    "Found",
    "LoopThread",
    "Rendezvous",
    "Starter",
    "Wait",
    "cancel_others",
    "clean_environment",
    "default_command",
    "look",
    "process_start",
    "reach",
    "reach_local",
    "state_dirs",
    "trust",
]
