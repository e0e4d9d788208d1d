"""A server for several people, set up and used by the command line alone."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from restore_colorize.cli import commands

from tests.cli.desk import Desk
from tests.models.folders import write_model_folder

ROOT = Path(__file__).resolve().parents[2]
needs_openssl = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="openssl, which makes certificates, is not here"
)


def test_a_token_is_printed_once_and_kept_in_the_file(desk: Desk) -> None:
    made = desk.run("token", "anna", "--token-file", desk / "tokens")
    assert made.exit_code == 0
    assert (desk / "tokens").read_text() == f"anna {made.stdout.strip()}\n"
    again = desk.run("token", "anna", "--token-file", desk / "tokens")
    assert again.exit_code == 1
    assert "has a token for anna already" in again.stderr


@needs_openssl
def test_a_certificate_is_one_command(desk: Desk) -> None:
    made = desk.run("certificate", "--name", "studio.example", "-o", desk / "tls")
    assert made.exit_code == 0, made.output
    assert made.stdout.startswith("SHA256:")
    assert made.stdout.count("\n") == 1
    again = desk.run("certificate", "--name", "studio.example", "-o", desk / "tls")
    assert again.exit_code == 1
    assert "exists already" in again.stderr


@pytest.mark.parametrize("missing", ["--token-file", "--tls-cert", "--tls-key", "all"])
def test_other_machines_are_not_served_without_tls_and_tokens(desk: Desk, missing: str) -> None:
    words: list[object] = ["serve", "--host", "0.0.0.0", "--show-config"]
    for option in ("--token-file", "--tls-cert", "--tls-key"):
        if missing not in (option, "all"):
            file = desk / option
            file.touch()
            words += [option, file]
    result = desk.run(*words)
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "restore-colorize " in result.stderr or "other file" in result.stderr


def test_the_configuration_shows_no_token(desk: Desk) -> None:
    token = desk.run("token", "anna", "--token-file", desk / "tokens").stdout.strip()
    words = ["serve", "--token-file", desk / "tokens", "--max-open-memory", 8.5]
    shown = desk.run(*words, "--show-config")
    options = json.loads(shown.stdout)
    assert options["token_file"] == str(desk / "tokens")
    assert options["limits"]["max_open_bytes"] == 8_500_000_000
    assert token not in shown.output


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--max-open-memory", "1e300"),
        ("--max-open-memory", "nan"),
        ("--max-open-memory", "inf"),
        ("--max-open-memory", "1e-300"),
        ("--max-pixels", "99999999999999999999999"),
        ("--max-waiting-jobs", "99999999999"),
        ("--idle-exit", "nan"),
        ("--idle-exit", "inf"),
    ],
)
def test_numbers_that_no_server_can_keep_are_refused(desk: Desk, option: str, value: str) -> None:
    result = desk.run("serve", option, value, "--show-config")
    assert result.exit_code == 2
    assert f"Invalid value for '{option}': " in result.stderr


@pytest.mark.parametrize("server", [[], ["--server=local"]])
@pytest.mark.parametrize("option", ["--token-file", "--ca-file", "--fingerprint"])
def test_what_belongs_to_a_server_elsewhere_needs_its_address(
    desk: Desk, server: list[str], option: str
) -> None:
    old, photo = desk.gray("old.png"), desk.color("r.png")
    words = ["colorize", old, "-r", photo, "-o", desk / "new.png", option, old, *server]
    result = desk.run(*words)
    assert result.exit_code == 2
    assert "need --server HOST:PORT" in result.stderr


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Serve people as docs/studio.md says, with a tiny untrained network."""
    folder = tmp_path_factory.mktemp("studio")

    def run(*words: object) -> str:
        done = CliRunner().invoke(commands, [str(word) for word in words])
        assert done.exit_code == 0, done.output
        return done.stdout.strip()

    facts = {
        "fingerprint": run("certificate", "--name", "127.0.0.1", "-o", folder / "tls"),
        "anna": run("token", "anna", "--token-file", folder / "tokens"),
        "folder": str(folder),
    }
    models = folder / "home/restore-colorize/models"
    models.mkdir(parents=True)
    write_model_folder(models)
    command = [sys.executable, "-m", "restore_colorize", "serve", "--threads", "1"]
    command += ["--device", "cpu", "--token-file", str(folder / "tokens")]
    command += ["--tls-cert", str(folder / "tls/certificate.pem")]
    command += ["--tls-key", str(folder / "tls/key.pem")]
    environment = os.environ | {"XDG_DATA_HOME": str(folder / "home")}
    server = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    said = ""
    assert server.stderr is not None
    while "listening on " not in said:
        said = server.stderr.readline()
        assert server.poll() is None, said
    facts["address"] = said.split("listening on ")[1].split(";")[0]
    yield facts
    server.terminate()
    said = server.communicate(timeout=60)[1]
    assert server.returncode == 0
    assert facts["anna"] not in said


@needs_openssl
def test_the_probe_of_the_docs_needs_no_token(studio: dict[str, str]) -> None:
    script = re.split("<<'END'\n|END\n```", (ROOT / "docs/studio.md").read_text())[1]
    script = script.replace("tls/certificate.pem", f"{studio['folder']}/tls/certificate.pem")
    script = script.replace("colors.studio.example:50051", studio["address"])
    end = time.monotonic() + 60
    while (ended := ask(script)).returncode:
        assert not ended.stderr  # it is still loading
        assert time.monotonic() < end


def ask(script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)


@needs_openssl
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM for other processes")
def test_a_picture_is_colored_elsewhere_as_here(desk: Desk, studio: dict[str, str]) -> None:
    mine = desk / "my-token"
    mine.write_text(studio["anna"])
    mine.chmod(0o600)
    common = ["colorize", desk.gray("old.png", width=60), "-r", desk.color("r.png", (50, 70))]
    there = [f"--server={studio['address']}", "--token-file", mine]
    pin = ["--fingerprint", studio["fingerprint"]]
    authority = ["--ca-file", f"{studio['folder']}/tls/certificate.pem"]
    made = []
    for number, trust in enumerate((pin, authority)):
        output = desk / f"{number}.png"
        result = desk.run(*common, "-o", output, "--model", "tiny", *there, *trust)
        assert result.exit_code == 0, result.output
        made.append(output.read_bytes())
    assert made[0] == made[1]
    wrong = desk.run(*common, "-o", desk / "no.png", *there, "--fingerprint", "SHA256:" + 64 * "a")
    assert wrong.exit_code == 1
    assert "nothing was sent" in wrong.stderr
    mine.write_text(studio["anna"][::-1])
    refused = desk.run(*common, "-o", desk / "no.png", *there, *pin)
    assert refused.exit_code == 1
    assert "did not accept the token: ask whoever runs it for a new one" in refused.stderr
    assert not Path(desk / "no.png").exists()
