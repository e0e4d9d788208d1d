"""What is said of a server in its window and in Check Setup."""

from __future__ import annotations

from restore_colorize_client.description import (
    Description,
    Environment,
    Limits,
    Model,
    QueueState,
)
from restore_colorize_client.editing import describe_models, describe_server


def model(name: str, terms: str, is_default: bool = False) -> Model:
    return Model(name, "restore.luma", "restoration", "", 1, "", terms, is_default, "")


def test_a_license_stands_once_below_all_models_that_share_it() -> None:
    description = Description(
        "1.0",
        1,
        (),
        (model("first", "Free."), model("own", "Mine."), model("second", "Free.", True)),
        Environment("cpu", "float32", 1, "", "", ""),
        Limits(1, 1, 1, 1, 1, 1, 1.0),
        QueueState(0, 0),
        0.0,
        True,
    )
    assert describe_models(description) == [
        (["second (restore.luma, default)", "first (restore.luma)"], "Free."),
        (["own (restore.luma)"], "Mine."),
    ]
    said = describe_server(description, "127.0.0.1:1").splitlines()
    assert said[-5:] == [
        "• second (restore.luma, default)",
        "• first (restore.luma)",
        "Free.",
        "• own (restore.luma)",
        "Mine.",
    ]
