"""What all forms of Qwen3-ASR in this process share: the package, the device, and its failures in a sentence."""

from __future__ import annotations

import importlib
import importlib.util
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Any, NamedTuple, TypeVar, cast
from weakref import WeakValueDictionary

from emads_voice.installation import install_hint
from emads_voice.voice.errors import (
    BackendError,
    LanguageError,
    RecognitionError,
    VoiceError,
    WeightsError,
)
from emads_voice.voice.languages import LANGUAGES, Language, find_language

_Model = TypeVar("_Model")

TOKENS_PER_S = 25
"""The most tokens an answer may have per second of sound. Thai and Hindi, the wordiest, need about 20 in Whisper's
vocabulary, less in Qwen's. The package's own limit, 512 in all, would cut off what is said in three minutes."""

_HEAD_TOKENS = 64  # "language Vietnamese<asr_text>", and room for a hasty word

SMALLER = "choose a smaller model (Qwen/Qwen3-ASR-0.6B) or a smaller batch, or free some"
"""What to do about a lack of memory."""


class Placement(NamedTuple):
    """Where a model runs: a device as torch names it ("cuda:0"), and a torch dtype."""

    device: str
    dtype: Any


def token_limit(seconds: float) -> int:
    """The most tokens an answer to so much sound may have."""
    return _HEAD_TOKENS + round(TOKENS_PER_S * seconds)


def require(module: str, name: str, extra: str) -> None:
    """See that a package is there, without importing it: that takes up to 20 s.

    Raises:
        BackendError: it is not, or transformers 5 is, which qwen-asr cannot use.
    """
    if importlib.util.find_spec(module) is None:
        raise BackendError(f"{name} is not installed: {install_hint(extra)}.")
    try:
        transformers = version("transformers")
    except PackageNotFoundError:
        return  # importing will tell
    if int(transformers.partition(".")[0]) >= 5:
        raise BackendError(
            f"{name} does not work with transformers {transformers}, which is installed:"
            f" {install_hint(extra)}, in an environment of its own."
        )


def import_qwen(name: str, extra: str) -> Any:
    """The package qwen_asr. Takes up to 20 s, and 700 MB.

    Raises:
        BackendError: it cannot be imported.
    """
    try:
        return importlib.import_module("qwen_asr")
    except Exception as error:  # a broken torch raises OSError, a wrong transformers whatever it likes
        raise BackendError(
            f"{name} cannot be imported ({first_line(error)}):"
            f" {install_hint(extra)}, in an environment of its own."
        ) from error


def place(device: str | None, dtype: str | None) -> Placement:
    """Where to run a model: on a GPU in bfloat16 if there is one, on Apple's in float16, else on the CPU in float32.

    Args:
        device: as torch names it, "cuda", "cuda:1", "mps" or "cpu"; None chooses.
        dtype: "bfloat16", "float16" or "float32"; None chooses by the device.

    Raises:
        BackendError: there is no such device or dtype.
    """
    import torch

    gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
    apple = torch.backends.mps.is_available()
    device = device or ("cuda" if gpus else "mps" if apple else "cpu")
    kind, _, index = device.partition(":")
    if kind not in ("cuda", "mps", "cpu") or not (index or "0").isdecimal():
        raise BackendError(f"Unknown device {device!r}: give cuda, cuda:1, mps or cpu.")
    if (kind == "cuda" and int(index or 0) >= gpus) or (kind == "mps" and not apple):
        raise BackendError(
            f"There is no device {device}, PyTorch sees {gpus or 'no'} GPU{'s' * (gpus > 1)}:"
            " install its build for your GPU and the driver, or leave the device to be chosen."
        )
    if dtype is None:
        # GPUs before Ampere compute bfloat16 in software.
        half = "bfloat16" if kind == "cuda" and torch.cuda.is_bf16_supported(False) else "float16"
        dtype = "float32" if kind == "cpu" else half
    if dtype not in ("bfloat16", "float16", "float32"):
        raise BackendError(f"Unknown dtype {dtype!r}: give bfloat16, float16 or float32.")
    return Placement(device, getattr(torch, dtype))


@contextmanager
def loading(name: str) -> Iterator[None]:
    """Say in a sentence what keeps a checked checkpoint from being loaded.

    Raises:
        BackendError: it does not fit into memory.
        WeightsError: anything else.
    """
    try:
        yield
    except VoiceError:
        raise
    except Exception as error:  # transformers, safetensors, vLLM and torch raise their own
        if out_of_memory(error):
            raise BackendError(f"{name} does not fit into memory: {SMALLER}.") from error
        raise WeightsError(f"{name} cannot be loaded ({first_line(error)}): fetch it again.") from error


@contextmanager
def recognizing(name: str) -> Iterator[None]:
    """Say in a sentence why a model failed to answer.

    Raises:
        RecognitionError: anything but an error of ours.
    """
    try:
        yield
    except VoiceError:
        raise
    except Exception as error:  # models raise what they like
        if out_of_memory(error):
            raise RecognitionError(f"{name} ran out of memory: {SMALLER}.") from error
        raise RecognitionError(f"{name} failed: {first_line(error)}.") from error


def out_of_memory(error: BaseException) -> bool:
    """Whether that is what an error means: Python, CUDA, Apple's Metal and torch on a CPU say it differently."""
    said = str(error).casefold()
    return isinstance(error, MemoryError) or "out of memory" in said or "allocate memory" in said


def first_line(error: BaseException) -> str:
    """What an error says, short enough for a sentence; its type where it says nothing."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__).rstrip(".")


def told(language: Language | None) -> str | None:
    """The name qwen-asr forces a language by; it takes a dialect as the language it belongs to.

    Raises:
        LanguageError: Qwen3-ASR does not hear it.
    """
    if language is None:
        return None
    if language not in LANGUAGES:
        raise LanguageError(f"Qwen3-ASR cannot hear {language.name}: choose another recogniser or language.")
    return find_language(language.base_code).name


def shared(make: Callable[..., _Model], *settings: object) -> _Model:
    """The process's model of these settings: LangGraph's server and the telephone's may both ask for it."""
    with _sharing:
        model = _models.get((make, settings))
        if model is None:
            model = _models[make, settings] = make(*settings)
        return cast(_Model, model)


_models: WeakValueDictionary[tuple[object, ...], Any] = WeakValueDictionary()
_sharing = threading.Lock()
