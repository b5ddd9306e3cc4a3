"""The build backend: setuptools, and an editable install that type checkers can follow.

The top-level folders are mapped into the package ``emads_voice``. In an editable install setuptools does that with an
import hook, which mypy and pyright do not run: to them everything imported from here would be ``Any``. So the install
also puts a folder on the path that holds the package as it would be installed, made of links.
"""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
import sys
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from setuptools import build_meta
from setuptools.build_meta import *  # noqa: F403  # the hooks of PEP 517 and 660

from .layout import LINKS, lay_out

_BUILT = LINKS.parent / "lib"


def build_wheel(
    wheel_directory: str,
    config_settings: dict[str, Any] | None = None,
    metadata_directory: str | None = None,
) -> str:
    """Make the wheel, as PEP 517 asks; return its name.

    setuptools puts into it whatever it had copied for wheels before, also modules that are gone since.
    """
    shutil.rmtree(_BUILT, ignore_errors=True)
    return build_meta.build_wheel(wheel_directory, config_settings, metadata_directory)


def build_editable(
    wheel_directory: str,
    config_settings: dict[str, Any] | None = None,
    metadata_directory: str | None = None,
) -> str:
    """Make the wheel of an editable install, as PEP 660 asks; return its name."""
    name: str = build_meta.build_editable(wheel_directory, config_settings, metadata_directory)
    try:
        lay_out()
    except OSError:
        if sys.platform != "win32":
            raise
        return name  # Windows asks for a right to make links; without them only type checkers see less
    _add(Path(wheel_directory) / name, "__editable__.emads_voice.pth", f"{LINKS}\n")
    return name


def _add(wheel: Path, name: str, text: str) -> None:
    """Put one more file into a wheel, and into the wheel's list of files."""
    with ZipFile(wheel) as archive:
        files = {info: archive.read(info) for info in archive.infolist()}
    content = text.encode()
    digest = urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow((name, f"sha256={digest}", len(content)))
    with ZipFile(wheel, "w", ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
        for info, data in files.items():
            is_list = info.filename.endswith(".dist-info/RECORD")
            archive.writestr(info, data + line.getvalue().encode() if is_list else data)
