"""The package qwen-asr, as far as it must be there before a model can be loaded."""

from __future__ import annotations

import importlib
import importlib.util
import os
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from emads_voice.error_text import first_line
from emads_voice.installation import install_hint
from emads_voice.voice.errors import BackendError


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
    # It imports vLLM where that is installed, whose log would go to standard output.
    os.environ.setdefault("VLLM_LOGGING_STREAM", "ext://sys.stderr")
    try:
        return importlib.import_module("qwen_asr")
    except Exception as error:  # a broken torch raises OSError, a wrong transformers whatever it likes
        raise BackendError(
            f"{name} cannot be imported ({first_line(error)}):"
            f" {install_hint(extra)}, in an environment of its own."
        ) from error
