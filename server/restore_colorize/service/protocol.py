"""Numbers of the contract that both ends must share."""

from __future__ import annotations

__all__ = ["PROTOCOL"]

# Raised when old clients would misunderstand a job.
PROTOCOL = 1
