"""What torch, transformers, vLLM and others raise, as errors of ours that say what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from emads_voice.error_text import first_line
from emads_voice.voice.errors import BackendError, RecognitionError, VoiceError, WeightsError

SMALLER = "choose a smaller model (Qwen/Qwen3-ASR-0.6B) or a smaller batch, or free some"
"""What to do about a lack of memory."""


@contextmanager
def loading(name: str) -> Iterator[None]:
    """Turn whatever a library raises while it loads a checked checkpoint into an error of ours.

    Raises:
        BackendError: it does not fit into memory.
        WeightsError: it cannot be loaded for another reason. Errors that are ours already pass through.
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
    """Turn whatever a library raises while its model recognises into an error of ours.

    Raises:
        RecognitionError: the model failed. Errors that are ours already pass through.
    """
    try:
        yield
    except VoiceError:
        raise
    except Exception as error:  # models raise what they like
        if out_of_memory(error):
            raise RecognitionError(f"{name} ran out of memory: {SMALLER}.") from error
        raise RecognitionError(f"{name} failed: {first_line(error)}; look at the log.") from error


def out_of_memory(error: BaseException) -> bool:
    """Whether an error means that memory ran out: Python, CUDA, Apple's Metal and torch on a CPU say it differently."""
    said = str(error).casefold()
    return isinstance(error, MemoryError) or "out of memory" in said or "allocate memory" in said
