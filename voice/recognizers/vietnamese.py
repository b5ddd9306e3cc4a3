"""Vietnamese by a model of its own: Whisper names the language and writes the others, viet-asr Vietnamese.

viet-asr makes less than half of whisper-base's errors in Vietnamese. Its text is lower-case, without
punctuation, numbers as words. Its weights lie inside its library and their origin is not stated by its
publisher: it is an extra to be chosen knowingly.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from emads_voice.installation import install_hint
from emads_voice.voice.audio import Audio
from emads_voice.voice.errors import BackendError, RecognitionError
from emads_voice.voice.heard import Heard, put_together
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language
from emads_voice.voice.recognizer import Transcript
from emads_voice.voice.recognizers.whisper import WhisperRecognizer
from emads_voice.voice.vad import Span

_ROOM_S = 1.0
"""Heard on either side of a piece, unless it is in the next one: viet-asr needs real sound to settle. Without
it, it hears nothing of a quiet recording's first words; silence added in its stead makes it worse."""


class VietnameseRecognizer:
    """A :class:`~emads_voice.voice.recognizer.Recognizer` for callers some of whom speak Vietnamese.

    The times of Vietnamese segments are those of speech: viet-asr gives none of words.
    """

    name = "vietnamese"

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

    @property
    def languages(self) -> Collection[Language]:
        """Whisper's."""
        return self._whisper.languages

    @property
    def timed_languages(self) -> Collection[Language]:
        """All but Vietnamese."""
        return [language for language in self.languages if language != VIETNAMESE]

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
        heard = []
        rooms = _rooms([piece.span for piece in hearing.pieces], audio.duration_s)
        for piece, room in zip(hearing.pieces, rooms, strict=True):
            text = await loop.run_in_executor(self._pool, self._write, hearing.audio.clip(*room))
            heard.append((piece, Heard(text, VIETNAMESE)))
        return await asyncio.to_thread(
            put_together, "viet-asr", audio, heard, language=VIETNAMESE, context="", timestamps=timestamps
        )

    def _load(self) -> Any:
        with self._loading:
            if self._pipeline is None:
                try:
                    import vietasr
                except ImportError:
                    raise BackendError(
                        "Vietnamese by its own model needs viet-asr (Python 3.11 or 3.12):"
                        f" {install_hint('vi')}."
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


def _rooms(spans: Sequence[Span], duration_s: float) -> list[Span]:
    ends = [0.0, *(span.end_s for span in spans[:-1])]
    starts = [*(span.start_s for span in spans[1:]), duration_s]
    return [
        Span(max(span.start_s - _ROOM_S, before), min(span.end_s + _ROOM_S, after))
        for span, before, after in zip(spans, ends, starts, strict=False)
    ]
