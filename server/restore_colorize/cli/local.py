"""Runs requests in this process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

from restore_colorize.cli.backends import NO_UNCERTAINTY, Result
from restore_colorize.cli.wire import as_sent, mask_as_sent
from restore_colorize.engines import (
    Candidate,
    Control,
    Engines,
    Environment,
    Outcome,
    Request,
    Verdict,
)
from restore_colorize.errors import RequestError
from restore_colorize.imaging import Picture
from restore_colorize.models import ModelStore
from restore_colorize.service.receipts import (
    check_receipt,
    check_samples,
    forced_environment,
    repeated_request,
    samples_sha256,
    write_receipt,
)

__all__ = ["LocalBackend", "repeating_backend", "repeating_request"]


class LocalBackend:
    """The engines of this installation; models stay loaded from one request to the next.

    Args:
        device: "auto", "cpu", "cuda" or "cuda:N".
        threads: of the CPU; 0 is torch's own choice.
        force: of a receipt, to be repeated exactly or refused.
    """

    def __init__(self, device: str, threads: int, force: Environment | None = None) -> None:
        self._engines = Engines(ModelStore.default(), device, threads)
        self._force = force

    @contextmanager
    def run(self, request: Request, control: Control, *, explain: bool = False) -> Iterator[Result]:
        """Run one request; here the result's uncertainty can always be asked for.

        Raises:
            RestoreError: it failed; one sentence.
        """
        outcome = self._engines.run(request, control, force=self._force)
        yield _LocalResult(request, outcome, self._engines.environment(), control)

    def close(self) -> None:
        """Nothing is held outside of this process."""


class _LocalResult:
    def __init__(
        self, request: Request, outcome: Outcome, environment: Environment, control: Control
    ) -> None:
        self._request = request
        self._outcome = outcome
        self._control = control
        self.candidates: tuple[Candidate, ...] = outcome.candidates
        self.verdicts: tuple[Verdict, ...] = outcome.verdicts
        self.timings_s: Mapping[str, float] = outcome.facts.timings_s
        self.receipt: pb.Receipt = write_receipt(
            request, outcome.facts, environment, _sent_sha256(request)
        )

    def picture(self, candidate: Candidate) -> Picture:
        """Return a candidate with its samples rounded as on the wire: the same bytes both ways."""
        options = self._request.options
        picture = self._outcome.render(
            candidate.index,
            strength=options.strength,
            saturation=options.saturation,
            control=self._control,
        )
        return Picture.from_samples(picture.quantize())

    def uncertainty(self) -> Picture:
        """Return where the best candidate is least sure, rounded to 8 bit."""
        doubt = self._outcome.uncertainty(0)
        if doubt is None:
            raise RequestError(NO_UNCERTAINTY)
        return _eight_bits(doubt)

    def damage_mask(self) -> Picture:
        """Return where damage was found, rounded to 8 bit."""
        mask = self._outcome.damage_mask
        if mask is None:
            raise RequestError("The result holds no damage mask: only detecting damage gives one.")
        return _eight_bits(mask)


def _eight_bits(plane: torch.Tensor) -> Picture:
    return Picture.from_samples(Picture(plane[None]).quantize())


def repeating_backend(receipt: pb.Receipt) -> LocalBackend:
    """Return a backend that computes as the receipt says, or refuses by naming what differs."""
    environment = receipt.environment
    device = environment.device.partition(" ")[0]
    return LocalBackend(device, environment.threads, forced_environment(receipt))


def repeating_request(
    receipt: pb.Receipt,
    target: Picture,
    selection: torch.Tensor | None,
    damage: torch.Tensor | None = None,
) -> Request:
    """Return the request that made a result, for a target that must be the same.

    Args:
        selection, damage: (h, w) float32 in [0, 1], or None.

    Raises:
        EnvironmentChangedError: model, target or selection are other ones; names them.
        FormatError, RequestError: the receipt is damaged or of another version.
    """
    models = {model.name: model.entry.sha256 for model in ModelStore.default().models}
    check_receipt(receipt, models)
    request = repeated_request(receipt, as_sent(target), selection, damage)
    check_samples(receipt, _sent_sha256(request))
    return request


def _sent_sha256(request: Request) -> dict[str, str]:
    """Hash target and masks as they would have been sent."""
    selection, damage = (
        None if mask is None else mask_as_sent(mask).quantize()
        for mask in (request.selection, request.damage)
    )
    return samples_sha256(request.target.quantize(), selection, request.options, damage)
