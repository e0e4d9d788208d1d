"""The real client and the real server, over a tiny untrained network."""

from __future__ import annotations

import random
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from restore_colorize_client import (
    CancelledError,
    Candidate,
    Client,
    Colorize,
    Done,
    ExpiredError,
    JobRequest,
    NotAvailableError,
    Pixels,
    Progress,
    Reference,
    RefusedError,
    Result,
    ResultKind,
    Sample,
    SampleType,
    TokenError,
    Verdict,
    connect,
)
from restore_colorize_client.transport import Found, launch, look

from tests.client import tiny_server
from tests.client.conftest import wait_for

COMMAND = [sys.executable, tiny_server.__file__]


def picture(width: int, height: int, channels: int, has_alpha: bool = False) -> Pixels:
    data = random.Random(width).randbytes(width * height * channels)
    return Pixels(width, height, channels, SampleType.UINT8, has_alpha, data)


TARGET = picture(97, 61, 1)
REFERENCES = [Reference(picture(50, 40, 3), "aunt"), Reference(picture(33, 44, 3))]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("state")
    yield folder
    for process in launch._started:
        process.terminate()
        process.wait()
    launch._started.clear()


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[Client]:
    """Two clients at once start the server and get the same one; here is one of them."""
    clients: list[Client] = []
    threads = [
        threading.Thread(target=lambda: clients.append(connect(command=COMMAND, state_dir=folder)))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({client.address for client in clients}) == 1
    clients[1].close()
    with clients[0] as client:
        yield client


def result_of(client: Client, **options: object) -> Result:
    with client.run(JobRequest(target=TARGET, **options)) as job:  # type: ignore[arg-type]
        return job.result()


def test_it_says_what_it_can_do(client: Client) -> None:
    said = client.describe()
    (engine,) = [engine for engine in said.engines if engine.name == "colorize"]
    assert engine.takes_references
    assert engine.models[0] in [model.name for model in said.models]
    assert said.limits.max_side == 4000
    assert said.loopback


def test_a_job_runs_and_is_rendered_again(client: Client) -> None:
    request = JobRequest(
        target=TARGET,
        task=Colorize(candidates=3),
        selection=picture(97, 61, 1),
        hints=picture(97, 61, 4, has_alpha=True),
        references=REFERENCES,
        preview_short_side=32,
        explain=True,
        seed=3,
    )
    with client.run(request) as job:
        events = list(job.events())
        result = job.result()
        assert isinstance(events[-1], Done)
        fractions = [event.fraction for event in events if isinstance(event, Progress)]
        assert fractions == sorted(fractions)
        verdicts = [event.reference for event in events if isinstance(event, Verdict)]
        assert sorted(one for one in verdicts if one is not None) == [0, 1]
        assert len(result.candidates) == 3
        for candidate in result.candidates:
            assert candidate.preview is not None
            assert min(candidate.preview.width, candidate.preview.height) == 32
        best = result.image()
        assert (best.width, best.height, best.channels) == (97, 61, 3)
        assert result.image(kind=ResultKind.UNCERTAINTY).channels == 1
        index = result.images[0].candidate
        assert bytes(job.render(index).data) == bytes(best.data)
        assert bytes(job.render(index, strength=0.0).data) != bytes(best.data)
        assert job.render(index, preview_short_side=16).height == 16
    with pytest.raises((CancelledError, ExpiredError)):
        job.render(0)


def test_a_receipt_repeats_the_bytes(client: Client) -> None:
    first = result_of(client, task=Colorize(saturation=1.5), references=REFERENCES[:1], seed=9)
    assert first.receipt is not None
    assert first.receipt.as_dict()["engine"] == "colorize"
    second = result_of(client, repeat=first.receipt)
    assert bytes(second.image().data) == bytes(first.image().data)
    assert second.receipt == first.receipt


def test_its_refusals_arrive_in_its_words(client: Client) -> None:
    with pytest.raises(RefusedError, match="selection") as caught:
        result_of(client, task=Colorize(), references=REFERENCES, selection=picture(5, 5, 1))
    assert caught.value.reason == "shape"
    with pytest.raises(RefusedError) as caught:
        result_of(client, task=Colorize(strength=7.0), references=REFERENCES)
    assert caught.value.reason == "range"
    with client.run(JobRequest(target=picture(4001, 900, 3), task=Colorize())) as job:
        with pytest.raises(RefusedError) as caught:
            job.result()
        assert caught.value.reason == "too-large"
    with pytest.raises(NotAvailableError):
        result_of(client, task=Sample())
    with client.run(JobRequest(target=TARGET, task=Colorize(), references=REFERENCES)) as job:
        job.result()
        with pytest.raises(RefusedError):
            job.render(99)


def test_a_cancelled_job_leaves_the_line(client: Client) -> None:
    large = picture(3000, 2000, 3)
    request = JobRequest(target=large, task=Colorize(), references=REFERENCES)
    for wanted in (None, Progress, Candidate):
        job = client.run(request)
        if wanted is not None:
            assert any(isinstance(event, wanted) for event in job.events())
        job.cancel()
    wait_for(lambda: client.describe().queue.running == client.describe().queue.waiting == 0)
    assert result_of(client, task=Colorize(), references=REFERENCES).images


def test_a_wrong_token_is_refused(client: Client) -> None:
    with pytest.raises(TokenError):
        connect(client.address, "wrong")


def test_shutdown_ends_it_and_takes_its_file_away(client: Client, folder: Path) -> None:
    assert look(folder)[0] is Found.GOOD
    assert client.shutdown() == 0
    wait_for(lambda: all(process.poll() == 0 for process in launch._started))
    assert look(folder)[0] is Found.ABSENT
