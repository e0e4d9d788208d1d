"""Exit codes, and errors as sentences."""

from __future__ import annotations

from restore_colorize.errors import RestoreError, is_memory_short

__all__ = ["FAILED", "INTERRUPTED", "ServerAnswerError", "code_of", "sentence_of"]

FAILED = 1
INTERRUPTED = 130  # 128 + SIGINT, as shells count


class ServerAnswerError(Exception):
    """What a server refused, or how it was lost, in the client's sentence; ``code`` is stable."""

    def __init__(self, sentence: str, code: str) -> None:
        super().__init__(sentence)
        self.code = code


def sentence_of(error: BaseException) -> str:
    """Say in one sentence for a user what happened; an error that nobody foresaw says so."""
    if isinstance(error, RestoreError | ServerAnswerError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}." if error.filename else f"{error.strerror}."
    if is_memory_short(error):
        return "There is not enough memory: close other programs or take a smaller picture."
    return (
        f"Something went wrong inside the program ({type(error).__name__}); run the command again "
        "with --debug and report what it prints."
    )


def code_of(error: BaseException) -> str:
    """Return a stable code for programs: that of the error tree, "file", "memory" or "internal"."""
    if isinstance(error, RestoreError | ServerAnswerError):
        return error.code
    if isinstance(error, OSError):
        return "file"
    return "memory" if is_memory_short(error) else "internal"
