"""The client of Restore & Colorize, in pure Python, for editors and the command line.

    with connect(client_id="gimp") as client:
        with client.run(JobRequest(target=gray, task=Colorize(), references=[photo])) as job:
            for event in job.events():
                ...
            result = job.result()

It imports nothing of the server and nothing from outside the standard library: what it needs of
others is vendored. Every error that it raises on purpose is a ClientError.
"""

from __future__ import annotations

from .client import Client, connect
from .description import Description, Engine, Environment, Limits, Model, QueueState
from .errors import (
    BusyError,
    CancelledError,
    ClientError,
    ConnectError,
    ConnectionLostError,
    DeadlineError,
    EnvironmentChangedError,
    ExpiredError,
    ForeignServerError,
    InternalError,
    LaunchError,
    ModelError,
    NotAvailableError,
    NotRunningError,
    RefusedError,
    ResourceError,
    TokenError,
    UnreachableError,
)
from .events import (
    Candidate,
    Done,
    Event,
    Image,
    JobWarning,
    Progress,
    Queued,
    Result,
    ResultKind,
    Timing,
    Verdict,
)
from .job import RunningJob
from .pixels import Pixels, SampleType
from .receipts import Receipt
from .requests import (
    Colorize,
    DetectDamage,
    JobRequest,
    KnownColors,
    Reference,
    Region,
    Restore,
    Sample,
    SuggestReferences,
)

__all__ = [
    "BusyError",
    "CancelledError",
    "Candidate",
    "Client",
    "ClientError",
    "Colorize",
    "ConnectError",
    "ConnectionLostError",
    "DeadlineError",
    "Description",
    "DetectDamage",
    "Done",
    "Engine",
    "Environment",
    "EnvironmentChangedError",
    "Event",
    "ExpiredError",
    "ForeignServerError",
    "Image",
    "InternalError",
    "JobRequest",
    "JobWarning",
    "KnownColors",
    "LaunchError",
    "Limits",
    "Model",
    "ModelError",
    "NotAvailableError",
    "NotRunningError",
    "Pixels",
    "Progress",
    "QueueState",
    "Queued",
    "Receipt",
    "Reference",
    "RefusedError",
    "Region",
    "ResourceError",
    "Restore",
    "Result",
    "ResultKind",
    "RunningJob",
    "Sample",
    "SampleType",
    "SuggestReferences",
    "Timing",
    "TokenError",
    "UnreachableError",
    "Verdict",
    "connect",
]
