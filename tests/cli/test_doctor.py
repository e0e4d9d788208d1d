from __future__ import annotations

import json
from pathlib import Path

import pytest
from restore_colorize.engines import Engines
from restore_colorize.models import ModelStore

from tests.cli.desk import Desk
from tests.models.folders import write_model_folder


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tiny model, an empty home, and no server."""
    models = tmp_path / "models"
    models.mkdir()
    write_model_folder(models)
    monkeypatch.setattr(ModelStore, "default", classmethod(lambda cls: cls([models])))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("RESTORE_COLORIZE_STATE_DIR", str(tmp_path / "state"))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "GIMP3_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def findings(desk: Desk, *words: str) -> dict[str, list[dict[str, str]]]:
    result = desk.run("doctor", "--json", "--device", "cpu", *words)
    told = json.loads(result.stdout)
    assert told["ok"] == (result.exit_code == 0)
    topics: dict[str, list[dict[str, str]]] = {}
    for finding in told["findings"]:
        topics.setdefault(finding["topic"], []).append(finding)
    return topics


def test_a_whole_installation_is_well(desk: Desk) -> None:
    found = findings(desk)
    wanted = {"Python", "package", "PyTorch", "device", "threads", "models", "self-test", "server"}
    assert wanted | {"editors"} == set(found)
    assert all(one["state"] != "problem" for topic in found.values() for one in topic)
    assert "tiny" in found["models"][0]["text"]


def test_people_read_lines(desk: Desk) -> None:
    result = desk.run("doctor", "--device", "cpu")
    assert result.exit_code == 0
    assert result.stdout.endswith("Everything needed works.\n")


@pytest.mark.parametrize("damage", ["weights", "all models", "manifest"])
def test_broken_models_are_named_with_a_remedy(desk: Desk, installation: Path, damage: str) -> None:
    models = installation / "models"
    if damage == "weights":
        (models / "tiny.safetensors").write_bytes(b"x")
    elif damage == "manifest":
        (models / "manifest.json").write_text("{")
    else:
        (models / "manifest.json").unlink()
    found = findings(desk)
    problems = [one for one in found["models"] if one["state"] == "problem"]
    assert problems
    assert all(one["mend"] for one in problems)
    assert "self-test" not in found


def test_an_unknown_device_is_a_problem(desk: Desk) -> None:
    result = desk.run("doctor", "--device", "tpu")
    assert result.exit_code == 1
    assert "PROBLEM  device" in result.stdout
    assert "To be mended: device" in result.stdout


def test_a_self_test_that_fails_does_not_end_the_doctor(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the driver hangs")

    monkeypatch.setattr(Engines, "run", fail)
    found = findings(desk)
    assert found["self-test"][0]["state"] == "problem"
    assert found["server"]


def test_a_stale_server_file_is_only_noted(desk: Desk, installation: Path) -> None:
    state = installation / "state"
    state.mkdir()
    gone = {"host": "127.0.0.1", "port": 1, "token": "t", "pid": 2**22 + 1, "started": 1}
    (state / "server.json").write_text(json.dumps(gone | {"version": "0.1.0"}))
    (state / "server.json").chmod(0o600)
    assert findings(desk)["server"][0]["state"] == "note"


def test_editors_are_listed_with_their_plugin_folders(desk: Desk, installation: Path) -> None:
    (installation / ".config/GIMP/3.0").mkdir(parents=True)
    (installation / ".config/GIMP/2.10").mkdir(parents=True)
    old, new = findings(desk)["editors"]
    assert "GIMP 2.10" in old["text"]
    assert "GIMP 3" in old["mend"]
    assert new["text"].endswith("GIMP/3.0/plug-ins: plug-in not installed")


def test_a_plugin_that_gimp_would_skip_and_an_older_copy_are_named(
    desk: Desk, installation: Path
) -> None:
    for version in ("3.0", "3.2"):
        (installation / ".config/GIMP" / version).mkdir(parents=True)
    desk.run("install-plugins", "--gimp", "--no-verify")
    place = Path("plug-ins/restore_colorize_gimp")
    skipped, older = (installation / ".config/GIMP" / each / place for each in ("3.0", "3.2"))
    assert all("installed" in one["text"] for one in findings(desk)["editors"])
    (skipped / f"{place.name}.py").chmod(0o644)
    (older / "install.json").write_text('{"version": "0.0.9"}')
    problem, note = findings(desk)["editors"]
    assert (problem["state"], note["state"]) == ("problem", "note")
    assert "may not be executed" in problem["text"]
    assert "plug-in 0.0.9" in note["text"]
    assert "install-plugins --gimp" in problem["mend"]
    assert "install-plugins --gimp" in note["mend"]
