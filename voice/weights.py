"""Where model weights are: the user's models folder, then installed packages, then (if allowed) the hub.

Every weight we name is pinned (pins.py) and checked against its SHA-256 before a model is built from it. A
file that was checked is remembered by its size and modification time, so a cold start hashes nothing.

Environment:
    EMADS_MODELS_DIR: the user's models folder; by default ``models`` in the platform's data folder.
    EMADS_ALLOW_HUB: "true" lets a missing weight be fetched from the Hugging Face hub; see :class:`HubSettings`.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import logging
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import platformdirs
from pydantic import Field
from pydantic_settings import SettingsConfigDict

from emads_voice.environment import Variables, load, variable
from emads_voice.installation import install_hint

from .errors import WeightsError
from .pins import PIPER_VOICES, WEIGHTS, WHISPER_BASE, Weight, WeightFile

log = logging.getLogger("emads_voice")

_BLOCK = 1 << 20
_WHISPER_FILES = ("model.bin", "config.json", "tokenizer.json")


class HubSettings(Variables):
    """Whether anything may be fetched: no file in the working folder can allow it, whoever starts the process must."""

    model_config = SettingsConfigDict(env_prefix="EMADS_")
    with_file = False

    allow_hub: bool = Field(
        default=False, description="Allow missing weights to be fetched from the Hugging Face hub"
    )


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


def models_folder(models_dir: Path | None = None) -> Path:
    """The user's models folder: the one given, else EMADS_MODELS_DIR, else in the platform's data folder."""
    default = variable("EMADS_MODELS_DIR") or _of_this_user(platformdirs.user_data_path) / "models"
    return at_home(models_dir or default)


def cache_folder() -> Path:
    """Where joined weights and the memory of checked files are kept; all of it can be made again."""
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


def hub_allowed() -> bool:
    """Whether EMADS_ALLOW_HUB says that missing weights may be fetched.

    Raises:
        WeightsError: it says neither yes nor no.
    """
    return load(HubSettings, WeightsError).allow_hub


def locate(weight: Weight, models_dir: Path | None = None) -> Path:
    """Where a weight lies, checked: its folder if it has one, else its first file.

    Reads and hashes up to 145 MB the first time: not for an event loop.

    Raises:
        WeightsError: it is nowhere, is not the pinned file, or cannot be put together or fetched.
    """
    models = models_folder(models_dir)
    parts = _in_models_folder(weight, models) or _in_packages(weight)
    if parts is None:
        if not (weight.hub and hub_allowed()):
            raise WeightsError(f"{weight.name} is not here: {_remedy(weight, models)}.")
        parts = [[_fetch(weight, file, models)] for file in weight.files]
    if any(len(paths) > 1 for paths in parts):
        return _assemble(weight, parts)
    for file, (path,) in zip(weight.files, parts, strict=True):
        _check(file, path)
    return parts[0][0].parent if weight.folder else parts[0][0]


def whisper_folder(name: str, models_dir: Path | None = None) -> Path:
    """A Whisper model's CTranslate2 folder: "base", a path, or NAME of ``whisper-NAME`` in the models folder.

    Raises:
        WeightsError: there is none, or it lacks a file.
    """
    if name == "base":
        return locate(WHISPER_BASE, models_dir)
    is_path = "/" in name or "\\" in name
    folder = at_home(name) if is_path else models_folder(models_dir) / f"whisper-{name}"
    if missing := [file for file in _WHISPER_FILES if not (folder / file).is_file()]:
        raise WeightsError(
            f"Whisper model {name!r} is not complete: put {', '.join(missing)}"
            f" of its CTranslate2 form into {folder}."
        )
    return folder


def piper_voices(models_dir: Path | None = None) -> dict[str, Path | None]:
    """Every Piper voice that can be had: name → unchecked .onnx file, None if it is to come from the hub.

    The user's own come first: any ``NAME.onnx`` with ``NAME.onnx.json`` beside it in the models folder.
    """
    own = [path.with_suffix("") for path in sorted(models_folder(models_dir).glob("*.onnx.json"))]
    voices: dict[str, Path | None] = {path.stem: path for path in own if path.is_file()}
    for weight in PIPER_VOICES:
        if parts := _in_packages(weight):
            voices.setdefault(weight.name, parts[0][0])
        elif hub_allowed():
            voices.setdefault(weight.name, None)
    return voices


def piper_voice(name: str, models_dir: Path | None = None) -> Path:
    """The .onnx file of a Piper voice, its configuration beside it; checked if we have a pin for it.

    Raises:
        WeightsError: there is no such voice, or it is not the pinned file.
    """
    for weight in PIPER_VOICES:
        if weight.name == name:
            return locate(weight, models_dir)
    if path := piper_voices(models_dir).get(name):
        return path
    raise WeightsError(
        f"No Piper voice {name!r}: put {name}.onnx and {name}.onnx.json into {models_folder(models_dir)}."
    )


def weights_status(models_dir: Path | None = None) -> list[WeightStatus]:
    """Every pinned weight and every voice of the user's own: where, whether right, what would mend it."""
    models = models_folder(models_dir)
    pinned = [_status(weight, models) for weight in WEIGHTS]
    names = {weight.name for weight in WEIGHTS}
    own = [(name, path) for name, path in piper_voices(models).items() if path and name not in names]
    return pinned + [WeightStatus(n, "models folder", p, p.stat().st_size, None, "") for n, p in own]


def _status(weight: Weight, models: Path) -> WeightStatus:
    place, path = "models folder", None
    try:
        parts = _in_models_folder(weight, models)
        if parts is None:
            place, parts = "package", _in_packages(weight)
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


def _in_packages(weight: Weight) -> list[list[Path]] | None:
    parts = [[_packaged(place) for place in file.packaged] for file in weight.files]
    found = [[path for path in paths if path] for paths in parts]
    return found if all(paths and all(paths) for paths in parts) else None


def _packaged(place: str) -> Path | None:
    package, _, inside = place.partition("/")
    spec = importlib.util.find_spec(package)  # finds without importing
    folders = (spec and spec.submodule_search_locations) or []
    return next((path for folder in folders if (path := Path(folder) / inside).is_file()), None)


def _fetch(weight: Weight, file: WeightFile, models: Path) -> Path:
    try:
        from huggingface_hub import hf_hub_download

        log.info("fetching %s of %s from huggingface.co/%s…", file.name, weight.name, weight.hub)
        inside = f"{weight.hub_path}/{file.name}".lstrip("/")
        return Path(hf_hub_download(weight.hub, inside, revision=weight.hub_revision))
    except Exception as error:  # every HTTP library and the disk raise their own
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise WeightsError(
            f"Cannot fetch {weight.name} from huggingface.co/{weight.hub} ({reason}):"
            f" {_remedy(weight, models)}."
        ) from error


def _assemble(weight: Weight, parts: list[list[Path]]) -> Path:
    """Join parts into the cache folder; two processes may do so at once, as whole files are put in place."""
    folder = cache_folder() / weight.folder
    for file, paths in zip(weight.files, parts, strict=True):
        target = folder / file.name
        if _is_right(file, target):
            continue
        if len(paths) > 1:
            log.info("putting %s together (%d MB)…", weight.name, round(file.size / 1e6))
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _join(file, paths, target)
        except OSError as error:
            if not _is_right(file, target):  # on Windows, a file another process has just opened
                raise WeightsError(
                    f"Cannot write {file.name} ({file.size / 1e6:.0f} MB) to {folder}:"
                    f" {(error.strerror or str(error)).lower()}."
                ) from None
    return folder


def _join(file: WeightFile, paths: list[Path], target: Path) -> None:
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{file.name}-")
    try:
        digest = hashlib.sha256()
        with os.fdopen(handle, "wb") as out:
            for block in _blocks(paths):
                out.write(block)
                digest.update(block)
        if digest.hexdigest() != file.sha256:
            raise _wrong(file, paths[0], digest.hexdigest())
        Path(temporary).replace(target)
    finally:
        Path(temporary).unlink(missing_ok=True)
    _remember([target], file.sha256)


def _check(file: WeightFile, *paths: Path) -> None:
    if (found := _sha256(paths)) != file.sha256:
        raise _wrong(file, paths[0], found)


def _is_right(file: WeightFile, path: Path) -> bool:
    return path.is_file() and path.stat().st_size == file.size and _sha256([path]) == file.sha256


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


def _blocks(paths: Iterable[Path]) -> Iterable[bytes]:
    for path in paths:
        with path.open("rb") as source:
            while block := source.read(_BLOCK):
                yield block


def _sha256(paths: Iterable[Path]) -> str:
    """SHA-256 of files one after the other, from memory if they have not changed since."""
    paths = list(paths)
    key, stamp = _stamp(paths)
    remembered = _memory().get(key, ["", ""])
    if remembered[0] == stamp:
        return remembered[1]
    digest = hashlib.sha256()
    try:
        for block in _blocks(paths):
            digest.update(block)
    except OSError as error:
        raise WeightsError(
            f"Cannot read {error.filename}: {(error.strerror or str(error)).lower()}."
        ) from None
    _remember(paths, digest.hexdigest())
    return digest.hexdigest()


def _stamp(paths: list[Path]) -> tuple[str, str]:
    stats = [path.stat() for path in paths]
    return "|".join(map(str, paths)), "|".join(f"{stat.st_size}:{stat.st_mtime_ns}" for stat in stats)


def _memory() -> dict[str, list[str]]:
    try:
        memory = json.loads((cache_folder() / "verified.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return memory if isinstance(memory, dict) else {}


def _remember(paths: list[Path], digest: str) -> None:
    """Losing this memory, or a race over it, only costs hashing again."""
    key, stamp = _stamp(paths)
    try:
        cache_folder().mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=cache_folder(), prefix=".verified-")
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump(_memory() | {key: [stamp, digest]}, out, indent=1)
        Path(temporary).replace(cache_folder() / "verified.json")
    except OSError as error:
        log.debug("cannot remember checked weights: %s", error)
