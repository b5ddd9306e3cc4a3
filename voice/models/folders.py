"""Which folders models are looked for in, and what is made of them is kept in.

Environment:
    EMADS_MODELS_DIR: the user's models folder; by default ``models`` in the platform's data folder.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import platformdirs

from emads_voice.environment import variable
from emads_voice.voice.errors import WeightsError


def models_folder(models_dir: Path | None = None) -> Path:
    """The user's models folder: the one given, else EMADS_MODELS_DIR, else in the platform's data folder.

    Raises:
        WeightsError: none is given, and this user has no home folder.
    """
    default = variable("EMADS_MODELS_DIR") or _of_this_user(platformdirs.user_data_path) / "models"
    return at_home(models_dir or default)


def cache_folder() -> Path:
    """Where joined weights and the digests of checked files are kept; all of it can be made again.

    Raises:
        WeightsError: this user has no home folder.
    """
    return _of_this_user(platformdirs.user_cache_path)


def at_home(path: Path | str) -> Path:
    """The path with "~" resolved; as it is where there is no such user."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def _of_this_user(folder: Callable[..., Path]) -> Path:
    try:
        return folder("emads-voice", appauthor=False)
    except RuntimeError:
        raise WeightsError(
            "This user has no home folder: set EMADS_MODELS_DIR and XDG_CACHE_HOME, or HOME."
        ) from None
