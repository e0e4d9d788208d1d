from __future__ import annotations

import pytest
from restore_colorize.engines import (
    ColorizeOptions,
    DetectOptions,
    KnownColors,
    RestoreOptions,
    SampleOptions,
    SuggestOptions,
    TaskOptions,
)
from restore_colorize.errors import RangeError
from restore_colorize.service.options import options_message, read_options
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

OUTSIDE = KnownColors.OUTSIDE_SELECTION


@pytest.mark.parametrize(
    ("engine", "options"),
    [
        ("colorize", ColorizeOptions(0.5, 1.5, OUTSIDE, 3, working_short_side=128, trust=0.25)),
        ("detect_damage", DetectOptions(sensitivity=0.75)),
        ("restore", RestoreOptions(0.5, eagerness=0.25, tone=True, white_balance=True)),
        (
            "restore",
            RestoreOptions(
                0.5,
                colors=ColorizeOptions(candidates=2, folders=("/a",), excluded=("/a/b", "/c")),
                color_model="tiny",
            ),
        ),
        ("suggest_references", SuggestOptions(count=7, folders=("/a", "/b c"), excluded=("/a/d",))),
        ("sample", SampleOptions(0.5, 1.5, OUTSIDE, 6, 0.75, 0.5, 0.25, refine=False)),
    ],
)
def test_options_travel_both_ways(engine: str, options: TaskOptions) -> None:
    job = pb.Job(**{engine: options_message(options)})
    assert read_options(pb.Job.FromString(job.SerializeToString())) == (engine, options)


@pytest.mark.parametrize("engine", ["colorize", "sample"])
def test_known_colors_of_a_later_version_are_refused(engine: str) -> None:
    with pytest.raises(RangeError, match="9"):
        read_options(pb.Job(**{engine: {"known_colors": 9}}))
