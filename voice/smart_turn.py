"""Smart Turn: a small model that hears, in the last eight seconds, whether somebody has finished.

Version 3.2 (BSD-2-Clause) knows 23 languages, English and Vietnamese among them. Its input is that of a Whisper
encoder over 8 s: github.com/pipecat-ai/smart-turn, ``inference.py``.
"""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from emads_voice.installation import install_hint

from .audio import Audio
from .errors import BackendError
from .onnx_session import load_session
from .pins import SMART_TURN
from .weights import locate

HEARD_S = 8.0
"""What it hears of an utterance: its last seconds."""

_RATE = 16_000
_FRAMES = 800  # of features, 10 ms each


class SmartTurn:
    """The model: a :class:`~.endpointing.strategy.TurnModel`. One per process, shared by all calls.

    A judgement takes about 60 ms of one core.
    """

    def __init__(self, models_dir: Path | None = None) -> None:
        """``models_dir`` is searched first; nothing is loaded yet."""
        self._models_dir = models_dir
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="smart-turn")
        self._loading = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None

    async def warm_up(self) -> None:
        """Load the model (0.2 s).

        Raises:
            BackendError: the extra ``local``, whose features it needs, is not installed.
            WeightsError: the model is missing or damaged.
        """
        await asyncio.get_running_loop().run_in_executor(self._pool, self._load)

    async def finished(self, audio: Audio) -> float:
        """See :meth:`.endpointing.strategy.TurnModel.finished`; ``audio`` of any rate, its last 8 s are heard."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._judge, audio)

    def _judge(self, audio: Audio) -> float:
        session, features = self._load()
        wanted = round(HEARD_S * _RATE)
        samples = audio.clip(audio.duration_s - HEARD_S, audio.duration_s).resample(_RATE).samples[-wanted:]
        padded = np.pad(samples, (wanted - len(samples), 0))
        normal = (padded - padded.mean()) / np.sqrt(padded.var() + 1e-7)
        seen = features(normal.astype(np.float32), padding=0)[None, :, :_FRAMES].astype(np.float32)
        return float(session.run(None, {"input_features": seen})[0][0, 0])

    def _load(self) -> tuple[Any, Any]:
        with self._loading:
            if self._loaded is None:
                try:
                    from faster_whisper.feature_extractor import FeatureExtractor
                except ImportError:
                    raise BackendError(f"Smart Turn needs faster-whisper: {install_hint('local')}.") from None
                session = load_session(locate(SMART_TURN, self._models_dir))
                self._loaded = session, FeatureExtractor(chunk_length=round(HEARD_S))
            return self._loaded
