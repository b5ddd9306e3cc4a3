"""Building the tiny checkpoints, once: they are kept as long as nothing they are made from has changed."""

from __future__ import annotations

import hashlib
import logging
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from emads_voice.installation import install_hint
from emads_voice.voice.errors import BackendError

_log = logging.getLogger(__name__)

_SEEDS = (1, 2, 3)  # another where the first does not learn everything


class TinyQwen(NamedTuple):
    """Where the checkpoints lie.

    Attributes:
        model: the folder for ``Qwen3ASRModel.from_pretrained``.
        aligner: the folder for ``Qwen3ForcedAligner.from_pretrained``.
    """

    model: Path
    aligner: Path


def build(folder: Path) -> TinyQwen:
    """The checkpoints in a folder: built there, unless they are there already and this code is what built them.

    Raises:
        BackendError: qwen-asr, torch or espeak-ng is not installed.
        RuntimeError: three trainings did not learn everything.
    """
    tiny = TinyQwen(folder / "asr", folder / "aligner")
    made_from = folder / "made-from"
    if made_from.exists() and made_from.read_text("utf-8") == _source():
        return tiny
    try:
        from . import aligner, recognizer
    except ImportError as error:
        raise BackendError(
            f"The tiny Qwen3-ASR is made with torch and qwen-asr ({error}): {install_hint('qwen,espeak')}."
        ) from None
    folder.mkdir(parents=True, exist_ok=True)
    for target, train in ((tiny.model, recognizer.train), (tiny.aligner, aligner.train)):
        with tempfile.TemporaryDirectory(dir=folder) as workshop:
            made = Path(workshop, "made")
            _train(train, made)
            shutil.rmtree(target, ignore_errors=True)
            made.rename(target)
    made_from.write_text(_source(), "utf-8")
    return tiny


def _train(train: Callable[[Path, int], None], folder: Path) -> None:
    for seed in _SEEDS:
        began = time.monotonic()
        try:
            train(folder, seed)
        except AssertionError as error:
            _log.warning("Seed %d: %s", seed, error)
            shutil.rmtree(folder, ignore_errors=True)
        else:
            _log.info("Trained %s in %.0f s", train.__module__, time.monotonic() - began)
            return
    raise RuntimeError("The tiny Qwen3-ASR did not learn what it is taught with any of its seeds.")


def _source() -> str:
    """Identifies the code the checkpoints are made from."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()
