"""Pack the GIMP plug-in for people who install by hand: ``python tools/plugin_zip.py OUT``.

The zip holds the plug-in's folder with its client inside, the license and a few lines on what to
do. The same sources give the same bytes: names are sorted, and every file bears the date of zip's
own beginning. GIMP starts only what may be executed, so the main file's mode goes along.
"""

from __future__ import annotations

import sys
import tempfile
import zipfile
from pathlib import Path

from restore_colorize import __version__
from restore_colorize.cli.install_plugins import NAME, install_gimp_plugin

ROOT = Path(__file__).resolve().parent.parent
EPOCH = (1980, 1, 1, 0, 0, 0)
README = f"""\
Restore & Colorize {__version__}, plug-in for GIMP 3

1. In GIMP, Edit > Preferences > Folders > Plug-ins names your folder of plug-ins; open it.
2. Unpack this file there, so that it holds {NAME}/{NAME}.py
3. On Linux and macOS make that file executable: chmod +x {NAME}/{NAME}.py
4. Start GIMP again: the entries are in Filters > Restore & Colorize.
5. Choose Server… there once, and name the program restore-colorize or another computer's server.
"""


def build(folder: Path) -> Path:
    """Write the zip into a folder and return it. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"restore-colorize-gimp-{__version__}.zip"
    with tempfile.TemporaryDirectory() as name, zipfile.ZipFile(file, "w") as archive:
        place = install_gimp_plugin(Path(name), python="")
        (place / "LICENSE").write_bytes((ROOT / "LICENSE").read_bytes())
        _add(archive, "README.txt", README.encode(), 0o644)
        for path in sorted(place.rglob("*")):
            if path.is_file():
                mode = 0o755 if path == place / f"{NAME}.py" else 0o644
                _add(archive, path.relative_to(place.parent).as_posix(), path.read_bytes(), mode)
    return file


def _add(archive: zipfile.ZipFile, name: str, data: bytes, mode: int) -> None:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.create_system = 3  # Unix, whatever packs it: only then is the mode believed
    entry.external_attr = mode << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, data)


if __name__ == "__main__":
    print(build(Path(sys.argv[1])))
