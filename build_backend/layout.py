"""The package laid out as it is installed, of links: for whatever reads sources and cannot follow the mapping of the
top-level folders into it.

    python build_backend/layout.py      # needs nothing but Python
"""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
LINKS = ROOT / "build" / "editable"
"""Where the package is laid out; ``emads_voice`` and nothing else is in it."""


def lay_out() -> None:
    """Lay out the package in :data:`LINKS`: what is in ``emads_voice/``, and beside it the folders mapped into it.

    Raises:
        OSError: this user may not make links here.
    """
    with (ROOT / "pyproject.toml").open("rb") as file:
        folders: dict[str, str] = tomllib.load(file)["tool"]["setuptools"]["package-dir"]
    package = LINKS / "emads_voice"
    package.mkdir(parents=True, exist_ok=True)
    wanted = {path.name: path for path in (ROOT / "emads_voice").iterdir() if path.name != "__pycache__"}
    wanted |= {name.removeprefix("emads_voice."): ROOT / folder for name, folder in folders.items()}
    # Only what has changed: a program may be importing from here.
    for path in package.iterdir():
        if path.is_symlink() and path.name not in wanted:
            path.unlink()
    for name, path in wanted.items():
        if not (package / name).exists():
            (package / name).symlink_to(path, target_is_directory=path.is_dir())


if __name__ == "__main__":
    lay_out()
