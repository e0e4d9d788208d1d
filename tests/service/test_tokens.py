"""Tokens for people: kept secret, told apart, withdrawn by deleting their line."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from restore_colorize.errors import FormatError, RequestError
from restore_colorize.service import tokens as module
from restore_colorize.service.tokens import (
    Keyring,
    add_token,
    new_token,
    read_tokens,
    watch_tokens,
)

from tests.service.harness import in_loop, until

ANNA, BERT = "a" * 30, "b" * 30


def write(path: Path, text: str | bytes, mode: int = 0o600) -> Path:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    path.chmod(mode)
    return path


def test_each_person_has_a_line(tmp_path: Path) -> None:
    path = write(tmp_path / "tokens", f"# studio\n\nanna {ANNA}\n  bert\t{BERT}  \n")
    assert read_tokens(path) == {"anna": ANNA, "bert": BERT}
    assert read_tokens(write(path, ANNA)) == {"": ANNA}
    # As editors on Windows write it.
    assert read_tokens(write(path, f"\ufeffanna {ANNA}\r\n")) == {"anna": ANNA}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "no token"),
        ("# nobody\n", "no token"),
        ("anna secret", "fewer than 24"),
        ("anna " + ANNA + " more", "is not “NAME TOKEN”"),
        ("anna " + 30 * "ä", "is not “NAME TOKEN”"),
        (f"anna {ANNA}\nanna {BERT}", "repeats"),
        (f"anna {ANNA}\nbert {ANNA}", "repeats"),
        (f"{ANNA}\n{BERT}", "repeats"),
        (f"anna {ANNA}\n{BERT}", "mixes"),
        (b"\xff\xfe", "not a text file"),
    ],
)
def test_a_broken_file_is_refused_without_telling_a_token(
    tmp_path: Path, text: str | bytes, word: str
) -> None:
    with pytest.raises(FormatError, match=word) as caught:
        read_tokens(write(tmp_path / "tokens", text))
    assert ANNA not in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.skipif(os.name != "posix", reason="modes say nothing on this system")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(FormatError, match="chmod 600"):
        read_tokens(write(tmp_path / "tokens", f"anna {ANNA}", mode))


def test_a_token_is_added_to_a_file_of_mode_0600(tmp_path: Path) -> None:
    path = tmp_path / "tokens"
    anna, bert = add_token(path, "anna"), add_token(path, "bert")
    assert read_tokens(path) == {"anna": anna, "bert": bert}
    assert len({anna, bert, new_token()}) == 3
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600
    for name in ("anna", "", "two words", "#anna", "x" * 99, "a\nb"):
        with pytest.raises(RequestError):
            add_token(path, name)
    assert len(read_tokens(path)) == 2


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_token_gets_a_line_of_its_own(tmp_path: Path, end: str) -> None:
    path = write(tmp_path / "tokens", f"anna {ANNA}{end}")
    assert read_tokens(path) | {"bert": add_token(path, "bert")} == read_tokens(path)
    assert b"\n\n" not in path.read_bytes()


def test_only_whole_tokens_have_a_holder() -> None:
    keyring = Keyring({"anna": ANNA, "bert": BERT})
    assert keyring.holder(f"Bearer {BERT}") == "bert"
    for wrong in ("", ANNA, "Bearer ", f"Bearer {ANNA}b", f"Bearer {ANNA[:-1]}", "Bearer \udcff"):
        assert keyring.holder(wrong) is None


def test_a_running_server_follows_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "_LOOK_S", 0.01)
    path = write(tmp_path / "tokens", f"anna {ANNA}\nbert {BERT}\n")
    keyring = Keyring(read_tokens(path))

    @in_loop
    async def main() -> None:
        watching = asyncio.create_task(watch_tokens(keyring, path))
        await asyncio.sleep(0)
        write(path, f"bert {BERT}\n")
        await until(lambda: keyring.holder(f"Bearer {ANNA}") is None)
        assert keyring.holder(f"Bearer {BERT}") == "bert"
        write(path, "bert half-writ")
        await until(lambda: "the tokens stay as they were" in caplog.text)
        assert keyring.holder(f"Bearer {BERT}") == "bert"
        path.unlink()
        clara = add_token(path, "clara")
        await until(lambda: keyring.holder(f"Bearer {clara}") == "clara")
        assert keyring.holder(f"Bearer {BERT}") is None
        watching.cancel()

    main()
    assert not {"anna", "bert", ANNA, BERT} & set(caplog.text.split())
