from __future__ import annotations

import grpc
import pytest
import restore_colorize.service.server  # noqa: F401 (defines all errors of the service)
from restore_colorize.errors import QueueFullError, RestoreError, ShapeError
from restore_colorize.service.statuses import STATUSES, failure_of


def tree(root: type[RestoreError]) -> set[type[RestoreError]]:
    return {root}.union(*(tree(leaf) for leaf in root.__subclasses__()))


def test_every_error_has_a_status_of_grpc() -> None:
    ours = {error for error in tree(RestoreError) if error.__module__.startswith("restore_color")}
    assert len(ours) > 12
    assert ours == set(STATUSES)
    assert {grpc.StatusCode[name] for name in STATUSES.values()} <= set(grpc.StatusCode)


def test_reasons_tell_errors_apart() -> None:
    codes = [error.code for error in STATUSES if error is not QueueFullError]
    assert len(set(codes)) == len(codes)
    assert QueueFullError.code == QueueFullError.code  # one reason, with or without a time


def test_own_sentences_travel_and_foreign_ones_do_not(caplog: pytest.LogCaptureFixture) -> None:
    own = failure_of(ShapeError("The mask does not fit."))
    assert (own.status, own.sentence) == ("INVALID_ARGUMENT", "The mask does not fit.")
    assert own.metadata == (("rc-reason", "shape"),)
    foreign = failure_of(OSError("/home/anna"))
    assert foreign.status == "INTERNAL"
    assert "anna" not in foreign.sentence
    assert "anna" in caplog.text


def test_a_full_queue_tells_when_to_return() -> None:
    failure = failure_of(QueueFullError("Full.", 1500))
    assert failure.metadata == (("rc-reason", "queue-full"), ("retry-after-ms", "1500"))


def test_a_sentence_fits_into_a_header() -> None:
    assert len(failure_of(ShapeError("x" * 10**6)).sentence) <= 1000
