"""Smart Turn: a small model that judges by the last eight seconds of an utterance whether it is finished.

Version 3.2 (BSD-2-Clause) knows 23 languages, English and Vietnamese among them. Its input is that of a Whisper
encoder over 8 s: github.com/pipecat-ai/smart-turn, ``inference.py``.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from emads_voice.installation import install_hint
from emads_voice.once import Once
from emads_voice.voice.errors import BackendError
from emads_voice.voice.models.onnx_session import load_session
from emads_voice.voice.models.pins import SMART_TURN
from emads_voice.voice.models.weights import locate
from emads_voice.voice.sound.audio import Audio

HEARD_S = 8.0
"""The seconds of an utterance it judges by, the last ones."""

_RATE = 16_000
_FRAMES = 800  # of features, 10 ms each


class SmartTurn:
    """The model: a :class:`~.endpointing.strategy.TurnModel`. One per process, shared by all calls.

    A judgement takes about 60 ms of one core.
    """

    def __init__(self, models_dir: Path | None = None) -> None:
        """``models_dir`` is searched first; nothing is loaded yet."""
        self._load = Once(partial(_load, models_dir))
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="smart-turn")

    async def warm_up(self) -> None:
        """Load the model (0.2 s).

        Raises:
            BackendError: the extra ``local``, whose features it needs, is not installed.
            WeightsError: the model is missing or damaged.
        """
        await asyncio.get_running_loop().run_in_executor(self._pool, self._load)

    async def finished(self, audio: Audio) -> float:
        """See :meth:`.endpointing.strategy.TurnModel.finished`; ``audio`` may be of any rate, its last 8 s count."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._judge, audio)

    def _judge(self, audio: Audio) -> float:
        session, features = self._load()
        wanted = round(HEARD_S * _RATE)
        samples = audio.clip(audio.duration_s - HEARD_S, audio.duration_s).resample(_RATE).samples[-wanted:]
        padded = np.pad(samples, (wanted - len(samples), 0))
        normal = (padded - padded.mean()) / np.sqrt(padded.var() + 1e-7)
        seen = features(normal.astype(np.float32), padding=0)[None, :, :_FRAMES].astype(np.float32)
        return float(session.run(None, {"input_features": seen})[0][0, 0])


def _load(models_dir: Path | None) -> tuple[Any, Any]:
    """The model's session, and what makes its features."""
    try:
        from faster_whisper.feature_extractor import FeatureExtractor
    except ImportError:
        raise BackendError(f"Smart Turn needs faster-whisper: {install_hint('local')}.") from None
    return load_session(locate(SMART_TURN, models_dir)), FeatureExtractor(chunk_length=round(HEARD_S))
