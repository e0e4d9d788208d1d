from __future__ import annotations

from tests.service.conftest import start

__all__ = ["start"]
