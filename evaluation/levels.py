"""Restoration networks of equal training: the paper's RDN at three levels, at one, NAF, and ours.

Table 6 of Pik-Fix (arXiv 2205.01902) asks what the levels are worth. Their names are those of
``training/README.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from restore_colorize.imaging import Picture, crop, pad_reflect
from restore_colorize.models import Model, ModelStore
from restore_colorize.networks import MultiLevelRDN, NafUNet
from torch import Tensor

from evaluation.damages import KINDS, damage_cases
from evaluation.packs import MaterialError, load_photographs
from evaluation.product import facts_of, trainings
from evaluation.report import ModelFacts
from evaluation.restoration import Question, Restorer, Unchanged, gray_picture, run_restoration
from evaluation.runs import Asked, Measured, print_row

NETWORKS = ("rdn", "naf")
WHOLE = "rdn"
PARTS = {
    WHOLE: "RDN, three levels",
    "rdn-single": "RDN, full size alone (table 6)",
    "naf": "NAF U-Net",
}
MEASURED = ("mix", "scratches", "noise", "blur", "jpeg", "fading")


class PlainRestorer:
    """A network that regresses the picture: no engine runs it, since nobody is served by it."""

    def __init__(self, store: ModelStore, model: Model) -> None:
        self.name, self.title = model.name, PARTS.get(model.name, model.name)
        network = store.load(model, torch.device("cpu"))
        assert isinstance(network, (MultiLevelRDN, NafUNet))  # its entry says so
        self._network = network

    @torch.inference_mode()
    def restore(self, damaged: Picture, mask: Tensor | None = None) -> Sequence[Picture]:
        """Restore a gray picture (1, h, w) of any size; where damage is, it is not told."""
        height, width = damaged.height, damaged.width
        multiple = self._network.side_multiple
        padded = pad_reflect(
            damaged.planes[None], height + -height % multiple, width + -width % multiple
        )
        made = (self._network(2 * padded - 1) + 1) / 2
        return [gray_picture(crop(made[0, 0], height, width).numpy())]


def measure_levels(asked: Asked) -> Measured:
    """Restore kind by kind with networks of plain regression, and with what is installed.

    Raises:
        MaterialError: there is no such network, or there are no photographs.
    """
    store = asked.store()
    found = [one for one in store.models if one.entry.network in NETWORKS and not one.problem]
    if not found:
        raise MaterialError(
            "There is no RDN or NAF U-Net: name the folder of its models with --models."
        )
    photographs = load_photographs(asked.packs, "validation-256", None)
    if not photographs:
        raise MaterialError(f"There is no validation-256 in {asked.packs}.")
    models = asked.products()
    ours = [one for one in models.restorers if one.name == one.model]
    restorers: list[Restorer] = [Unchanged(), *ours, *(PlainRestorer(store, one) for one in found)]
    tables = []
    for one in KINDS:
        if one.kind in MEASURED:
            table = run_restoration(
                damage_cases(photographs, one.kind, asked.limit),
                restorers,
                question=Question(f"damage-{one.kind}", one.title, one.question),
                default=WHOLE,
                on_row=print_row,
            )
            tables.append(replace(table, compared="three levels"))
    facts = [
        *facts_of(replace(models, colorizers=(), detectors=())),
        *(ModelFacts(one.name, one.entry.sha256, False, "float32", None) for one in found),
    ]
    return Measured(
        "levels",
        "Restoration networks of equal training",
        "validation-256",
        tables,
        facts,
        trainings([*found, *(one.weights for one in ours)]),
    )
