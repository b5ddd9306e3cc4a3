"""Which Piper voices there are: the user's own in the models folder, then the pinned ones."""

from __future__ import annotations

from pathlib import Path

from emads_voice.voice.errors import WeightsError
from emads_voice.voice.models.folders import models_folder
from emads_voice.voice.models.hub import hub_allowed
from emads_voice.voice.models.pins import PIPER_VOICES
from emads_voice.voice.models.weights import WeightStatus, in_packages, locate


def find_voices(models_dir: Path | None = None) -> dict[str, Path | None]:
    """Every voice that can be had: name → its .onnx file, unchecked; None if it would come from the hub."""
    voices: dict[str, Path | None] = {**_own(models_dir)}
    for weight in PIPER_VOICES:
        if parts := in_packages(weight):
            voices.setdefault(weight.name, parts[0][0])
        elif hub_allowed():
            voices.setdefault(weight.name, None)
    return voices


def locate_voice(name: str, models_dir: Path | None = None) -> Path:
    """The .onnx file of a voice, its configuration beside it; checked if the voice has a pin.

    Raises:
        WeightsError: there is no such voice, or it is not the pinned file.
    """
    for weight in PIPER_VOICES:
        if weight.name == name:
            return locate(weight, models_dir)
    if path := _own(models_dir).get(name):
        return path
    raise WeightsError(
        f"No Piper voice {name!r}: put {name}.onnx and {name}.onnx.json into {models_folder(models_dir)}."
    )


def own_voices_status(models_dir: Path | None = None) -> list[WeightStatus]:
    """What ``emads-voice doctor`` says of the user's own voices, which have no pin."""
    pinned = {weight.name for weight in PIPER_VOICES}
    return [
        WeightStatus(name, "models folder", path, path.stat().st_size, None, "")
        for name, path in _own(models_dir).items()
        if name not in pinned
    ]


def _own(models_dir: Path | None) -> dict[str, Path]:
    """Any ``NAME.onnx`` with ``NAME.onnx.json`` beside it in the models folder."""
    files = (path.with_suffix("") for path in sorted(models_folder(models_dir).glob("*.onnx.json")))
    return {path.stem: path for path in files if path.is_file()}
