"""Weights of the papers' authors, taken in from files of their layout that are made here."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from restore_colorize.engines import (
    ColorizeOptions,
    Engines,
    Reference,
    Request,
    SilentControl,
)
from restore_colorize.errors import ModelError
from restore_colorize.imaging import Picture
from restore_colorize.models import ModelStore, import_model
from restore_colorize.networks.features import ResNet34

from tests.networks.color2embed.test_authors import checkpoint
from tests.networks.pikfix.test_authors import color_shapes, filled


@pytest.fixture(scope="module")
def color2embed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("authors") / "045000.pt"
    torch.save(checkpoint(), path)
    return path


def colored(folder: Path, name: str) -> Picture:
    """What the installed engine makes of a small picture with a model of the folder."""
    generator = torch.Generator().manual_seed(2)
    target = Picture(torch.rand(1, 64, 80, generator=generator))
    reference = Reference(Picture(torch.rand(3, 64, 64, generator=generator)))
    request = Request("colorize", ColorizeOptions(), target, references=(reference,), model=name)
    outcome = Engines(ModelStore([folder]), "cpu", threads=1).run(request, SilentControl())
    return outcome.render(0, strength=1.0, saturation=1.0, control=SilentControl())


def test_color2embeds_file_becomes_a_model_that_colors(color2embed: Path, tmp_path: Path) -> None:
    entry = import_model(color2embed, "c2e-authors", tmp_path)
    (model,) = ModelStore([tmp_path]).models
    assert (model.entry, model.problem) == (entry, "")
    assert "authors" in entry.license
    assert not entry.default
    assert colored(tmp_path, "c2e-authors").size == (64, 80)


def test_pikfixs_file_needs_a_resnet34_beside_it(tmp_path: Path) -> None:
    torch.manual_seed(3)
    torch.save(filled(color_shapes(), 1), tmp_path / "net_epoch.pth")
    with pytest.raises(ModelError, match="ResNet34"):
        import_model(tmp_path / "net_epoch.pth", "pikfix-authors", tmp_path / "models")
    assert not (tmp_path / "models").exists()
    torch.save(ResNet34().state_dict(), tmp_path / "resnet34.pth")
    import_model(
        tmp_path / "net_epoch.pth", "pikfix-authors", tmp_path / "models", tmp_path / "resnet34.pth"
    )
    assert not colored(tmp_path / "models", "pikfix-authors").is_gray


@pytest.mark.parametrize(
    ("content", "words"),
    [({"a": torch.zeros(1)}, "something else"), ({"fc.weight": torch.zeros(1)}, "a classifier")],
)
def test_other_files_are_refused(tmp_path: Path, content: dict, words: str) -> None:
    torch.save(content, tmp_path / "a.pt")
    with pytest.raises(ModelError, match=words):
        import_model(tmp_path / "a.pt", "a", tmp_path / "models")
    assert not (tmp_path / "models").exists()


def test_names_that_exist_or_cannot_be_are_refused(color2embed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "models"
    with pytest.raises(ModelError, match="malformed name"):
        import_model(color2embed, "../Evil", folder)
    assert not folder.exists()
    import_model(color2embed, "first", folder)
    before = (folder / "manifest.json").read_bytes()
    with pytest.raises(ModelError, match="already"):
        import_model(color2embed, "first", folder)
    assert (folder / "manifest.json").read_bytes() == before
    import_model(color2embed, "second", folder)
    assert [model.name for model in ModelStore([folder]).models] == ["first", "second"]
