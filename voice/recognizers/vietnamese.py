"""Vietnamese by a model of its own: Whisper names the languages, viet-asr hears Vietnamese, Whisper the rest.

viet-asr makes less than half of whisper-base's errors in Vietnamese. Its text is lower-case, without
punctuation, numbers as words. Its weights lie inside its library and their origin is not stated by its
publisher: it is an extra to be chosen knowingly.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from emads_voice.installation import install_hint
from emads_voice.once import Once
from emads_voice.voice.activity.vad import Span
from emads_voice.voice.errors import BackendError, RecognitionError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language
from emads_voice.voice.models.cores import CORES
from emads_voice.voice.recognizer import Transcript
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.transcription.hypotheses import Asked, Heard, Hypothesis, merge, segments_of
from emads_voice.voice.transcription.listening import hear_all_of, listen
from emads_voice.voice.transcription.pieces import Piece

from .whisper import WhisperRecognizer

_MODEL = "viet-asr"

_ROOM_S = 1.0
"""Given to the model on either side of a piece, in seconds, unless it is in the next one: viet-asr needs real sound to
settle. Without it the first words of a quiet recording are missing; added silence makes that worse."""


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
        # Its pipeline is not for two at once.
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="viet-asr")
        self._load = Once(_load)

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
        self,
        audio: Audio,
        *,
        language: Language | None = None,
        hotwords: Sequence[str] = (),
        timestamps: bool = False,
    ) -> Transcript:
        """See :meth:`emads_voice.voice.recognizer.Recognizer.transcribe`; ``hotwords`` are ignored."""
        del hotwords
        encoded = await self._whisper.encode(audio, language)
        speech = [voice for piece in encoded.pieces for voice in piece.speech]
        by: set[str] = set()

        async def recognize(piece: Piece) -> Hypothesis:
            sound = encoded.audio.clip(*_room(piece.span, speech, audio.duration_s))
            text = await asyncio.get_running_loop().run_in_executor(self._pool, self._recognize, sound)
            return Hypothesis(text, VIETNAMESE)

        async def hear(piece: Piece) -> list[Heard]:
            heard: list[Heard] = []
            for part in await self._whisper.spoken(encoded, piece):
                if part.language == VIETNAMESE and part.expected:
                    by.add(_MODEL)
                    heard += await hear_all_of(part.piece, recognize, encoded.audio)
                else:
                    by.add(self._whisper.name)
                    heard += await self._whisper.hear(encoded, part, timestamps=timestamps)
            return heard

        asked: Asked = {"language": encoded.told, "hotwords": (), "timestamps": timestamps}
        heard = await listen(encoded.pieces, hear, partial(segments_of, **asked), at_once=CORES)
        name = by.pop() if len(by) == 1 else self.name
        return await asyncio.to_thread(merge, name, audio, heard, **asked)

    def _recognize(self, audio: Audio) -> str:
        pcm = (np.clip(audio.samples, -1, 1) * 32767).astype(np.int16)
        pipeline = self._load()
        try:
            result = pipeline.transcribe(pcm, float(audio.rate))
        except RuntimeError as error:
            raise RecognitionError(f"viet-asr failed: {error}; install it again if it goes on.") from error
        return str(result.text).strip()


def _load() -> Any:
    """viet-asr's pipeline."""
    try:
        import vietasr
    except ImportError:
        raise BackendError(f"Vietnamese by its own model needs viet-asr: {install_hint('vi')}.") from None
    try:
        return vietasr.Pipeline.preset("transcribe")
    except RuntimeError as error:
        raise BackendError(f"viet-asr does not start ({error}): install it again.") from error


def _room(span: Span, speech: Sequence[Span], duration_s: float) -> Span:
    """A stretch of speech with real sound around it, as far as others do not speak in it."""
    before = max((voice.end_s for voice in speech if voice.end_s <= span.start_s), default=0.0)
    after = min((voice.start_s for voice in speech if voice.start_s >= span.end_s), default=duration_s)
    return Span(max(span.start_s - _ROOM_S, before), min(span.end_s + _ROOM_S, after))
