"""Pinned weights on this machine: in the user's models folder, in installed packages, or (if allowed) on the hub.

Every weight we name is pinned (pins.py) and checked against its SHA-256 before a model is built from it.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from emads_voice.error_text import reason_of
from emads_voice.installation import install_hint
from emads_voice.voice.errors import WeightsError

from .digests import blocks, remember, sha256
from .folders import cache_folder, models_folder
from .hub import fetch, hub_allowed
from .pins import WEIGHTS, Weight, WeightFile

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WeightStatus:
    """What ``emads-voice doctor`` says of a weight.

    Attributes:
        name: the weight.
        place: "models folder" or "package"; "" when it was not found.
        path: the model's file (its first part, if packages carry it in parts); None when not found.
        size: bytes.
        verified: whether it is the pinned file; None for a user's own, which has no pin.
        remedy: what would mend it; "" when nothing is wrong.
    """

    name: str
    place: str
    path: Path | None
    size: int
    verified: bool | None
    remedy: str


def locate(weight: Weight, models_dir: Path | None = None) -> Path:
    """Where a weight lies, checked: its folder if it has one, else its first file.

    Reads and hashes up to 145 MB the first time: not for an event loop.

    Raises:
        WeightsError: it is nowhere, is not the pinned file, or cannot be put together or fetched.
    """
    models = models_folder(models_dir)
    parts = _in_models_folder(weight, models) or in_packages(weight)
    if parts is None:
        if not (weight.hub and hub_allowed()):
            raise WeightsError(f"{weight.name} is not here: {_remedy(weight, models)}.")
        parts = [[fetch(weight, file, _remedy(weight, models))] for file in weight.files]
    if any(len(paths) > 1 for paths in parts):
        return _assemble(weight, parts)
    for file, (path,) in zip(weight.files, parts, strict=True):
        _check(file, path)
    return parts[0][0].parent if weight.folder else parts[0][0]


def weights_status(models_dir: Path | None = None) -> list[WeightStatus]:
    """Every pinned weight: where it is, whether it is right, what would mend it."""
    models = models_folder(models_dir)
    return [_status(weight, models) for weight in WEIGHTS]


def in_packages(weight: Weight) -> list[list[Path]] | None:
    """For each file of a weight the parts that installed packages carry, in order; None where they do not."""
    parts = [[_packaged(place) for place in file.packaged] for file in weight.files]
    found = [[path for path in paths if path] for paths in parts]
    return found if all(paths and all(paths) for paths in parts) else None


def _status(weight: Weight, models: Path) -> WeightStatus:
    place, path = "models folder", None
    try:
        parts = _in_models_folder(weight, models)
        if parts is None:
            place, parts = "package", in_packages(weight)
        if parts is None:
            return WeightStatus(weight.name, "", None, weight.size, False, _remedy(weight, models))
        path = parts[0][0]
        for file, paths in zip(weight.files, parts, strict=True):
            _check(file, *paths)
    except WeightsError as error:
        return WeightStatus(weight.name, place, path, weight.size, False, str(error))
    return WeightStatus(weight.name, place, path, weight.size, True, "")


def _in_models_folder(weight: Weight, models: Path) -> list[list[Path]] | None:
    paths = [models / weight.folder / file.name for file in weight.files]
    there = [path.is_file() for path in paths]
    if not there[0]:
        return None
    if not all(there):
        lacking = ", ".join(path.name for path, found in zip(paths, there, strict=True) if not found)
        raise WeightsError(
            f"{paths[0].parent} holds only a part of {weight.name}: add {lacking}, or remove the rest."
        )
    return [[path] for path in paths]


def _packaged(place: str) -> Path | None:
    package, _, inside = place.partition("/")
    spec = importlib.util.find_spec(package)  # finds without importing
    folders = (spec and spec.submodule_search_locations) or []
    return next((path for folder in folders if (path := Path(folder) / inside).is_file()), None)


def _assemble(weight: Weight, parts: list[list[Path]]) -> Path:
    """Join parts into the cache folder; two processes may do so at once, as whole files are put in place."""
    folder = cache_folder() / weight.folder
    for file, paths in zip(weight.files, parts, strict=True):
        target = folder / file.name
        if _is_right(file, target):
            continue
        if len(paths) > 1:
            _log.info("putting %s together (%d MB)…", weight.name, round(file.size / 1e6))
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _join(file, paths, target)
        except OSError as error:
            if not _is_right(file, target):  # on Windows, a file another process has just opened
                raise WeightsError(
                    f"Cannot write {file.name} ({file.size / 1e6:.0f} MB) to {folder}:"
                    f" {reason_of(error)}; make room, or set XDG_CACHE_HOME to another folder."
                ) from None
    return folder


def _join(file: WeightFile, paths: list[Path], target: Path) -> None:
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{file.name}-")
    try:
        digest = hashlib.sha256()
        with os.fdopen(handle, "wb") as out:
            for block in blocks(paths):
                out.write(block)
                digest.update(block)
        if digest.hexdigest() != file.sha256:
            raise _wrong(file, paths[0], digest.hexdigest())
        Path(temporary).replace(target)
    finally:
        Path(temporary).unlink(missing_ok=True)
    remember([target], file.sha256)


def _check(file: WeightFile, *paths: Path) -> None:
    if (found := sha256(paths)) != file.sha256:
        raise _wrong(file, paths[0], found)


def _is_right(file: WeightFile, path: Path) -> bool:
    return path.is_file() and path.stat().st_size == file.size and sha256([path]) == file.sha256


def _wrong(file: WeightFile, path: Path, found: str) -> WeightsError:
    return WeightsError(
        f"{path} is not the {file.name} it should be (SHA-256 {found[:12]}…, expected {file.sha256[:12]}…):"
        " install its package again, or replace, rename or remove it if it is your own."
    )


def _remedy(weight: Weight, models: Path) -> str:
    folder = models / weight.folder
    ways = [f"put {', '.join(file.name for file in weight.files)} into {folder}"]
    if weight.extra:
        ways.insert(0, install_hint(weight.extra))
    if weight.hub and not hub_allowed():
        ways.append(f"set EMADS_ALLOW_HUB=true to fetch it from huggingface.co/{weight.hub}")
    return ", or ".join(ways)
