"""``pdb`` before anything of it is asked: GIMP's start must not read what only runs need."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gimpfu_bindings.procedures import Procedure


class error(RuntimeError):  # noqa: N801, N818 - the name that scripts catch
    """A procedure failed, or does not exist."""


class CancelError(RuntimeError):
    """The user cancelled a procedure."""


class Database:
    """All procedures: ``pdb.gimp_image_new``, ``pdb['gimp-image-new']``, ``pdb.query()``."""

    def __getattr__(self, name: str) -> Procedure:
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, name: str) -> Procedure:
        procedures = _procedures()
        name = name.replace("_", "-")
        if not procedures.exists(name):
            raise error(procedures.unknown(name))
        return procedures.Procedure(name)

    def __contains__(self, name: str) -> bool:
        return _procedures().exists(name.replace("_", "-"))

    def query(self, *patterns: str) -> list[str]:
        """Return the names that fit regular expressions: name, blurb, help, author and so on."""
        from gi.repository import Gimp

        asked = [*patterns, *[""] * 8][:8]
        return list(Gimp.get_pdb().query_procedures(*asked))


def _procedures() -> ModuleType:
    from gimpfu_bindings import images, procedures  # noqa: F401 - images wrap results

    return procedures


pdb = Database()
