"""SHA-256 of large files, computed once: a file is known again by its size and the time it was changed.

So a cold start hashes nothing. What is known lies in ``verified.json`` in the cache folder.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from emads_voice.error_text import reason_of
from emads_voice.voice.errors import WeightsError

from .folders import cache_folder

_log = logging.getLogger(__name__)

_BLOCK = 1 << 20


def blocks(paths: Iterable[Path]) -> Iterable[bytes]:
    """The content of files one after the other, a mebibyte at a time."""
    for path in paths:
        with path.open("rb") as source:
            while block := source.read(_BLOCK):
                yield block


def sha256(paths: Sequence[Path]) -> str:
    """SHA-256 of files one after the other, in hex; read only if they have changed since it was last asked for.

    Raises:
        WeightsError: a file cannot be read.
    """
    key, stamp = _stamp(paths)
    known = _known().get(key, ["", ""])
    if known[0] == stamp:
        return known[1]
    digest = hashlib.sha256()
    try:
        for block in blocks(paths):
            digest.update(block)
    except OSError as error:
        raise WeightsError(
            f"Cannot read {error.filename}: {reason_of(error)}; let this user read it."
        ) from None
    remember(paths, digest.hexdigest())
    return digest.hexdigest()


def remember(paths: Sequence[Path], digest: str) -> None:
    """Keep the digest of files that have just been read or written.

    If it cannot be kept, or another process keeps its own at the same time, they are hashed again, no more.
    """
    key, stamp = _stamp(paths)
    try:
        cache_folder().mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=cache_folder(), prefix=".verified-")
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump(_known() | {key: [stamp, digest]}, out, indent=1)
        Path(temporary).replace(cache_folder() / "verified.json")
    except OSError as error:
        _log.debug("cannot remember checked weights: %s", error)


def _stamp(paths: Sequence[Path]) -> tuple[str, str]:
    stats = [path.stat() for path in paths]
    return "|".join(map(str, paths)), "|".join(f"{stat.st_size}:{stat.st_mtime_ns}" for stat in stats)


def _known() -> dict[str, list[str]]:
    """For the paths of files, their sizes and times and their digest."""
    try:
        known = json.loads((cache_folder() / "verified.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}
