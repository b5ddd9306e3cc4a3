"""Vietnamese by a model of its own: Whisper names the language and writes the others, viet-asr Vietnamese.

viet-asr makes less than half of whisper-base's errors in Vietnamese. Its text is lower-case, without
punctuation, numbers as words. Its weights lie inside its library and their origin is not stated by its
publisher: it is an extra to be chosen knowingly.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from emads_voice.voice.audio import Audio
from emads_voice.voice.errors import BackendError, RecognitionError
from emads_voice.voice.languages import ENGLISH, LANGUAGES, VIETNAMESE, Language
from emads_voice.voice.pieces import join_texts
from emads_voice.voice.recognizer import Segment, Transcript
from emads_voice.voice.recognizers.whisper import WhisperRecognizer
from emads_voice.voice.vad import Span

_ROOM_S = 1.0
"""Heard on either side of a piece, unless it is in the next one: viet-asr needs real sound to settle. Without
it, it hears nothing of a quiet recording's first words; silence added in its stead makes it worse."""


class VietnameseRecognizer:
    """A :class:`~emads_voice.voice.recognizer.Recognizer` for callers some of whom speak Vietnamese.

    Vietnamese segments are as long as they were recognised, with ``timestamps`` too: viet-asr gives no times.
    """

    name = "vietnamese"
    languages = LANGUAGES  # whisper-base, beside, hears the others

    def __init__(
        self, *, languages: Sequence[Language] = (ENGLISH, VIETNAMESE), models_dir: Path | None = None
    ) -> None:
        """See :class:`~emads_voice.voice.recognizers.whisper.WhisperRecognizer`; nothing is loaded yet."""
        self._whisper = WhisperRecognizer(languages=languages, models_dir=models_dir)
        self._pool = ThreadPoolExecutor(
            1, thread_name_prefix="viet-asr"
        )  # its pipeline is not for two at once
        self._loading = threading.Lock()
        self._pipeline: Any = None

    async def warm_up(self) -> None:
        """Load both models.

        Raises:
            BackendError: an extra is not installed.
            WeightsError: a model is missing or damaged.
        """
        await asyncio.gather(self._whisper.warm_up(), asyncio.to_thread(self._load))

    async def transcribe(
        self, audio: Audio, *, language: Language | None = None, context: str = "", timestamps: bool = False
    ) -> Transcript:
        """See :meth:`emads_voice.voice.recognizer.Recognizer.transcribe`; ``context`` is ignored."""
        del context
        hearing = await self._whisper.listen(audio, language)
        if hearing.language != VIETNAMESE:
            return await self._whisper.write(hearing, audio, timestamps=timestamps)
        loop = asyncio.get_running_loop()
        segments = []
        for piece, room in zip(hearing.pieces, _rooms(hearing.pieces, audio.duration_s), strict=True):
            text = await loop.run_in_executor(self._pool, self._write, hearing.audio.clip(*room))
            if text:
                segments.append(Segment(text, *piece))
        return Transcript(
            text=join_texts((segment.text for segment in segments), VIETNAMESE),
            language=VIETNAMESE if segments else None,
            duration_s=audio.duration_s,
            model="viet-asr",
            segments=tuple(segments),
            audio_sha256=audio.sha256,
        )

    def _load(self) -> Any:
        with self._loading:
            if self._pipeline is None:
                try:
                    import vietasr
                except ImportError:
                    raise BackendError(
                        "Vietnamese by its own model needs viet-asr (Python 3.11 or 3.12):"
                        ' pip install "emads-voice[vi]".'
                    ) from None
                try:
                    self._pipeline = vietasr.Pipeline.preset("transcribe")
                except RuntimeError as error:
                    raise BackendError(f"viet-asr does not start ({error}): install it again.") from error
            return self._pipeline

    def _write(self, audio: Audio) -> str:
        pcm = (np.clip(audio.samples, -1, 1) * 32767).astype(np.int16)
        pipeline = self._load()
        try:
            result = pipeline.transcribe(pcm, float(audio.rate))
        except RuntimeError as error:
            raise RecognitionError(f"viet-asr failed: {error}.") from error
        return str(result.text).strip()


def _rooms(pieces: Sequence[Span], duration_s: float) -> list[Span]:
    ends = [0.0, *(piece.end_s for piece in pieces[:-1])]
    starts = [*(piece.start_s for piece in pieces[1:]), duration_s]
    return [
        Span(max(piece.start_s - _ROOM_S, before), min(piece.end_s + _ROOM_S, after))
        for piece, before, after in zip(pieces, ends, starts, strict=True)
    ]
