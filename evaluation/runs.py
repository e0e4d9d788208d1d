"""What a run is asked, and what it measured before that is written."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from restore_colorize.engines import SampleOptions
from restore_colorize.models import ModelStore, user_model_folder

from evaluation.floors import Verdict
from evaluation.packs import MaterialError
from evaluation.pages import Section
from evaluation.product import Installed, Product, installed
from evaluation.report import ModelFacts
from evaluation.tables import Row, Table


@dataclass(frozen=True)
class Asked:
    """The command line.

    about: what is measured on ``data``; ``folder`` holds a user's own pictures instead. out, pages:
    folders of the report and of the page of pictures. models: a folder with models. model: names
    of those to take; empty for all. limit: at most so many pictures of each kind. temperature: of
    draws. threads: of networks; 0 leaves it to what is measured.
    """

    about: str = "color"
    data: Path | None = None
    folder: Path | None = None
    out: Path | None = None
    pages: Path | None = None
    models: Path | None = None
    model: Sequence[str] = ()
    limit: int | None = None
    temperature: float = SampleOptions.temperature
    threads: int = 0
    baselines_only: bool = False

    @property
    def packs(self) -> Path:
        """The folder of the packs.

        Raises:
            MaterialError: none was named.
        """
        if self.data is None:
            raise MaterialError(
                f"What is asked about {self.about} is measured on packs: give their folder with "
                "--data."
            )
        return self.data

    def store(self) -> ModelStore:
        """Return the installed models, with those of a folder that was named before them."""
        if self.models is None:
            return ModelStore.default()
        return ModelStore([self.models, files("restore_colorize_weights"), user_model_folder()])

    def products(self) -> Installed:
        """Return the models that color and restore; what does not work is printed."""
        if self.baselines_only:
            return Installed()
        found = installed(self.model, store=self.store(), threads=self.threads)
        for problem in found.problems:
            print(problem, file=sys.stderr)
        return found

    @property
    def command(self) -> str:
        """The command without folders of this machine: only their last names."""
        words = ["python -m evaluation"]
        words += [f"--data {self.data.name}"] if self.data else []
        words += [f"--folder {self.folder.name}"] if self.folder else []
        words += [f"--about {self.about}"] if self.about != "color" else []
        words += [f"--models {self.models.name}"] if self.models else []
        words += [f"--model {name}" for name in self.model]
        words += [f"--limit {self.limit}"] if self.limit is not None else []
        is_usual = self.temperature == SampleOptions.temperature
        words += [] if is_usual else [f"--temperature {self.temperature:g}"]
        words += [f"--threads {self.threads}"] if self.threads else []
        words += ["--baselines-only"] if self.baselines_only else []
        return " ".join(words)


@dataclass(frozen=True, eq=False)
class Measured:
    """What one run measured; ``name`` is that of the report's files."""

    name: str
    title: str
    material: str
    tables: Sequence[Table]
    models: Sequence[ModelFacts] = ()
    remarks: Sequence[str] = ()
    sections: Sequence[Section] = ()
    floors: Sequence[Verdict] = ()


def sections_of(tables: Sequence[Table], *, whole: bool = False) -> list[Section]:
    """Return a section of the page for each table that has pictures."""
    return [
        Section(table.name, table.title, table.question, table.exhibits, whole)
        for table in tables
        if table.exhibits
    ]


def default_of(models: Sequence[Product]) -> str | None:
    """Return the name of the default model, None without one."""
    return next((model.name for model in models if model.is_default), None)


def print_row(table: str, row: Row) -> None:
    """Show that a run goes on: a row's first figures."""
    known = [f"{name} {one.value:.3f}" for name, one in row.figures.items()]
    print(f"{table:20} {row.answers.name:18} {'  '.join(known[:6])}", flush=True)
