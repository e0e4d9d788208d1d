"""``serve --at-login``: what it writes and runs on every system, and what it leaves behind."""

from __future__ import annotations

import os
import plistlib
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result
from restore_colorize.cli import commands
from restore_colorize.cli.at_login import LoginItem, login_item
from restore_colorize.errors import NotAvailableError

PYTHON = "/opt/my tools/bin/python"
TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


@pytest.fixture
def systemctl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A session with a systemctl that notes its calls, and fails where a file ``broken`` lies."""
    tools, log = tmp_path / "tools", tmp_path / "calls"
    tools.mkdir()
    (tmp_path / "run" / "systemd").mkdir(parents=True)
    script = f'#!/bin/sh\necho "$@" >> {log}\n[ ! -e {tmp_path}/broken ] || ' + (
        "{ echo no bus >&2; exit 1; }\n"
    )
    (tools / "systemctl").write_text(script)
    (tools / "systemctl").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setenv("RESTORE_COLORIZE_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    return log


def serve(*words: str) -> Result:
    return CliRunner().invoke(commands, ["serve", "--at-login", *words])


def item(tmp_path: Path, system: str, *arguments: str, **environment: str) -> LoginItem:
    return login_item(
        arguments,
        python=f"{PYTHON}.exe" if system == "win32" else PYTHON,
        home=tmp_path,
        environment=environment,
        system=system,
        state_dir=tmp_path / "state",
        user_id=501,
    )


def test_a_unit_is_written_and_started(tmp_path: Path, systemctl: Path) -> None:
    unit = tmp_path / ".config/systemd/user/restore-colorize.service"
    done = serve("--port", "50505", "--device", "cpu")
    assert done.exit_code == 0, done.output
    assert f"-m restore_colorize serve --port 50505 --device cpu\n" in unit.read_text()  # noqa: F541
    assert systemctl.read_text().splitlines() == [
        "--user daemon-reload",
        "--user enable --now restore-colorize.service",
    ]
    assert "serve --at-login --remove" in done.output
    systemctl.unlink()

    assert serve("--port", "50506").exit_code == 0  # a second time: with other options
    assert "50506" in unit.read_text()
    assert systemctl.read_text().startswith("--user disable --now restore-colorize.service\n")

    removed = serve("--remove")
    assert removed.exit_code == 0
    assert "no longer" in removed.output
    assert not unit.exists()
    assert "nothing starts at login" in serve("--remove").output


def test_a_dry_run_shows_the_file_and_writes_nothing(tmp_path: Path, systemctl: Path) -> None:
    told = serve("--dry-run", "--threads", "3").output
    assert "ExecStart=" in told
    assert "--threads 3" in told
    assert "would run: systemctl --user enable --now restore-colorize.service" in told
    assert "would remove" in serve("--dry-run", "--remove").output
    assert not systemctl.exists()
    assert not (tmp_path / ".config").exists()


def test_what_systemd_refuses_is_said_and_leaves_nothing(tmp_path: Path, systemctl: Path) -> None:
    (tmp_path / "broken").touch()
    done = serve()
    assert done.exit_code == 1
    assert "(no bus), so nothing was set up" in done.output
    assert not list(tmp_path.rglob("*.service"))


def test_without_systemd_a_sentence_says_what_to_do_instead(tmp_path: Path) -> None:
    for environment in ({}, {"XDG_RUNTIME_DIR": str(tmp_path)}):
        with pytest.raises(NotAvailableError, match="to the programs that your desktop"):
            item(tmp_path, "linux", **environment)
    with pytest.raises(NotAvailableError, match="no systemd"):
        item(tmp_path, "freebsd14")


def test_options_that_cannot_work_are_refused_now_and_not_at_login(systemctl: Path) -> None:
    done = serve("--host", "0.0.0.0")
    assert done.exit_code == 1
    assert "token" in done.output
    assert not systemctl.exists()


def test_remove_alone_is_a_wrong_use() -> None:
    done = CliRunner().invoke(commands, ["serve", "--remove"])
    assert done.exit_code == 2
    assert "--at-login" in done.output


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not here")
def test_systemd_finds_no_fault_in_the_unit(tmp_path: Path, systemctl: Path) -> None:
    program = tmp_path / "100 % of $HOME" / "my python"
    program.parent.mkdir()
    program.symlink_to("/bin/true")
    unit = login_item(
        ["--log-file", '/tmp/$5 "or" 50 %.log'],
        python=str(program),
        home=tmp_path,
        environment=os.environ,
        system="linux",
        state_dir=tmp_path,
    )
    file = tmp_path / "restore-colorize.service"
    file.write_bytes(unit.content)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", str(file)],
        capture_output=True,
        text=True,
        env={**os.environ, "SYSTEMD_LOG_LEVEL": "warning"},
    )
    assert not [line for line in done.stderr.splitlines() if "restore-colorize" in line]
    assert "$$5" in unit.content.decode()


def test_the_launchd_agent_runs_at_login_and_can_be_told_to_end(tmp_path: Path) -> None:
    agent = item(tmp_path, "darwin", "--port", "50505")
    assert agent.file == tmp_path / "Library/LaunchAgents/org.restore-colorize.server.plist"
    told = plistlib.loads(agent.content)
    assert told["ProgramArguments"] == [
        PYTHON,
        *["-m", "restore_colorize", "serve", "--port", "50505"],
    ]
    assert told["RunAtLoad"] is True
    assert told["KeepAlive"] == {"SuccessfulExit": False}
    assert agent.after_writing == (("launchctl", "bootstrap", "gui/501", str(agent.file)),)
    assert agent.before_removal == (("launchctl", "bootout", "gui/501/" + told["Label"]),)


def test_the_windows_task_is_the_users_own_and_has_no_window(tmp_path: Path) -> None:
    task = item(tmp_path, "win32", "--device", "cpu", USERDOMAIN="PC", USERNAME="Anna & Co")
    root = ElementTree.fromstring(task.content.decode("utf-16"))
    found = {node.tag.removeprefix(TASK): node.text for node in root.iter()}
    assert found["Command"] == PYTHON + "w.exe"
    log = tmp_path / "state" / "server.log"
    assert found["Arguments"] == f"-m restore_colorize serve --device cpu --log-file {log}"
    assert found["UserId"] == "PC\\Anna & Co"
    assert found["ExecutionTimeLimit"] == "PT0S"
    assert root.findtext(f"{TASK}Triggers/{TASK}LogonTrigger/{TASK}UserId") == "PC\\Anna & Co"
    create, run = task.after_writing
    assert create[:2] == ("schtasks", "/Create")
    assert str(task.file) in create
    assert run[1] == "/Run"
    assert any(PYTHON in line for line in task.describe(removing=False))
