"""Where a Qwen3-ASR or forced aligner checkpoint lies, and whether it is one: checked before it is loaded.

transformers would load another layout too, with default sizes and random weights, and write nonsense.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from emads_voice.error_text import first_line
from emads_voice.installation import install_hint
from emads_voice.voice.errors import BackendError, WeightsError
from emads_voice.voice.models.folders import at_home, models_folder
from emads_voice.voice.models.hub import hub_allowed

_ON_HUB = re.compile(r"[\w.-]+/[\w.-]+")


def checkpoint(model: str, models_dir: Path | None = None, *, aligner: bool = False) -> Path:
    """The folder of a checkpoint in the form the package qwen-asr loads.

    A name is looked for in the models folder ("Qwen3-ASR-0.6B" of "Qwen/Qwen3-ASR-0.6B"), then in the hub's cache, then
    on the hub if EMADS_ALLOW_HUB permits: fetching takes minutes.

    Args:
        model: a folder's path, or the model's name on the hub.
        models_dir: the models folder, see :func:`~emads_voice.voice.models.folders.models_folder`.
        aligner: whether the checkpoint is to be a forced aligner; otherwise a recogniser.

    Raises:
        WeightsError: it is not here, cannot be fetched, or is something else.
        BackendError: what fetches models is not installed.
    """
    own = models_folder(models_dir) / model.rpartition("/")[2]
    if (given := at_home(model)).exists():
        folder = given
    elif own.is_dir():
        folder = own
    elif _ON_HUB.fullmatch(model):
        folder = _from_hub(model, own, aligner)
    else:
        raise WeightsError(f"There is no folder {model}: give {_names(aligner)}, or a checkpoint's folder.")
    _check(folder, aligner)
    return folder


def _from_hub(model: str, own: Path, aligner: bool) -> Path:
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import LocalEntryNotFoundError, RepositoryNotFoundError
    except ImportError:
        raise BackendError(f"Fetching {model} needs huggingface_hub: {install_hint('qwen')}.") from None
    allowed = hub_allowed()
    try:
        return Path(snapshot_download(model, local_files_only=not allowed))
    except RepositoryNotFoundError:
        why = f"huggingface.co has no model of that name that it shows to you: give {_names(aligner)}"
    except LocalEntryNotFoundError:
        why = (
            "huggingface.co cannot be reached"
            if allowed
            else f"set EMADS_ALLOW_HUB=true to fetch it from huggingface.co/{model}"
        )
    except Exception as error:  # every HTTP library and the disk raise their own
        why = first_line(error)
    raise WeightsError(f"{model} is not here: {why}, or put its files into {own}.")


def _check(folder: Path, aligner: bool) -> None:
    config = _config(folder, aligner)
    model_type = str(config.get("model_type", "unknown"))
    if "qwen3_asr" not in model_type and "forced_aligner" not in model_type:
        raise WeightsError(f"{folder} holds a model of type {model_type}: give {_names(aligner)}.")
    thinker = config.get("thinker_config")
    if not (isinstance(thinker, dict) and {"audio_config", "text_config"} <= thinker.keys()):
        raise WeightsError(
            f"{folder} has the layout of transformers 5, which qwen-asr cannot load:"
            f" give {_names(aligner)}, without -hf at the end."
        )
    if ("forced_aligner" in str(thinker.get("model_type"))) != aligner:
        wanted, found = (
            ("a forced aligner", "a recogniser") if aligner else ("a recogniser", "a forced aligner")
        )
        raise WeightsError(f"{folder} holds {found}, not {wanted}: give {_names(aligner)}.")
    if not any((*folder.glob("*.safetensors"), *folder.glob("pytorch_model*.bin"))):
        raise WeightsError(f"{folder} holds no weights: put the checkpoint's .safetensors files into it.")


def _config(folder: Path, aligner: bool) -> dict[str, Any]:
    path = folder / "config.json"
    try:
        config = json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise WeightsError(
            f"{folder} is no checkpoint, it has no config.json: give {_names(aligner)}, or a checkpoint's folder."
        ) from None
    except (OSError, ValueError) as error:
        raise WeightsError(f"{path} cannot be read ({error}): fetch the checkpoint again.") from None
    if not isinstance(config, dict):
        raise WeightsError(f"{path} is damaged: fetch the checkpoint again.")
    return config


def _names(aligner: bool) -> str:
    return "Qwen/Qwen3-ForcedAligner-0.6B" if aligner else "Qwen/Qwen3-ASR-0.6B or Qwen/Qwen3-ASR-1.7B"
