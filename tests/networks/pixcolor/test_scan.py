from __future__ import annotations

import pytest
import torch
from restore_colorize.networks.pixcolor.scan import SCANS, best_scan, from_scan, to_scan


@pytest.mark.parametrize("scan", range(SCANS))
def test_a_scan_is_undone(scan: int) -> None:
    maps = torch.rand(2, 3, 4, 5)
    turned = to_scan(maps, scan)
    assert turned.shape[-2:] == ((5, 4) if scan & 4 else (4, 5))
    assert torch.equal(from_scan(turned, scan), maps)


def test_scans_are_eight_different_ways() -> None:
    ways = {
        tuple(to_scan(torch.arange(6).view(2, 3), scan).flatten().tolist()) for scan in range(8)
    }
    assert len(ways) == 8


@pytest.mark.parametrize("side", ["top", "bottom", "left", "right"])
def test_known_colors_come_first(side: str) -> None:
    known = torch.zeros(6, 8, dtype=torch.bool)
    part = {
        "top": (slice(0, 2), slice(None)),
        "bottom": (slice(4, 6), slice(None)),
        "left": (slice(None), slice(0, 3)),
        "right": (slice(None), slice(5, 8)),
    }[side]
    known[part] = True
    scanned = to_scan(known, best_scan(known)).flatten()
    assert scanned[: int(known.sum())].all()


def test_nothing_known_is_upright() -> None:
    assert best_scan(torch.zeros(3, 4, dtype=torch.bool)) == 0
    assert best_scan(torch.ones(3, 4, dtype=torch.bool)) == 0
