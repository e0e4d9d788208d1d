"""What a server's engines and models are, as Describe tells it."""

from __future__ import annotations

from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

from restore_colorize.engines import EngineInfo
from restore_colorize.models import Model
from restore_colorize.service.job import ServedEngines

__all__ = ["description", "model_hashes"]


def description(engines: ServedEngines) -> pb.DescribeReply:
    """Return the part of Describe's reply that stays the same while the server runs."""
    return pb.DescribeReply(
        engines=[_engine(info) for info in engines.describe()],
        models=[_model(model) for model in _working(engines)],
        environment=pb.Environment(**vars(engines.environment())),
    )


def model_hashes(engines: ServedEngines) -> dict[str, str]:
    """Return name to SHA-256 of every model that works."""
    return {model.entry.name: model.entry.sha256 for model in _working(engines)}


def _working(engines: ServedEngines) -> list[Model]:
    return [model for model in engines.models.models if not model.problem]


def _engine(info: EngineInfo) -> pb.Engine:
    return pb.Engine(**vars(info))


def _model(model: Model) -> pb.Model:
    entry = model.entry
    return pb.Model(
        name=entry.name,
        role=entry.role,
        network=entry.network,
        paper=entry.paper,
        parameters=entry.parameters,
        sha256=entry.sha256,
        license=entry.license,
        is_default=entry.default,
        card=model.card(),
    )
