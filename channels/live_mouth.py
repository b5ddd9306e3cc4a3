"""The mouth of a live conversation: sentences are synthesised while the answer is generated, and spoken in time."""

from __future__ import annotations

import asyncio

from emads_voice.voice.audio import Audio
from emads_voice.voice.errors import VoiceError
from emads_voice.voice.languages import Language
from emads_voice.voice.mouth import Speech
from emads_voice.voice.sentences import SentenceStream
from emads_voice.voice.speakable import speakable
from emads_voice.voice.synthesizer import Synthesizer

from .playout import Line
from .speaker import Speaker

AHEAD = 2
"""Sentences synthesised before they are needed: one to bridge the next synthesis, one for jitter."""


class LiveMouth:
    """Speaks one turn's answer through a call's :class:`Speaker`. See :class:`emads_voice.voice.mouth.Mouth`."""

    def __init__(
        self, synthesizer: Synthesizer, speaker: Speaker, rate: int, *, voice: str | None = None
    ) -> None:
        """``rate`` is that of the line."""
        self._synthesizer = synthesizer
        self._speaker = speaker
        self._rate = rate
        self._voice = voice
        self._sentences: asyncio.Queue[tuple[str, Language] | None] = asyncio.Queue()
        self._splitter: SentenceStream | None = None
        self._language: Language | None = None
        self._fed = ""
        self._spoken_s = 0.0
        self._error = ""
        self._stopped = False
        self._task: asyncio.Task[None] | None = None
        self.first_audio_at: float | None = None
        """When the first sound was handed to the line, by the event loop's clock."""

    def feed(self, text: str, *, language: Language) -> None:
        """Take the next piece of the answer."""
        if self._stopped:
            return
        if self._splitter is None:
            self._splitter, self._language = SentenceStream(language.base_code), language
            self._task = asyncio.create_task(self._speak())
        self._fed += text
        for sentence in self._splitter.push(text):
            self._sentences.put_nowait((sentence, language))

    async def finish(self, text: str, *, language: Language) -> Speech:
        """Speak what is left and wait until all of it was heard, or the mouth was stopped."""
        if text.rstrip() != self._fed.rstrip():
            rest = text[len(self._fed) :] if text.startswith(self._fed) else text
            self.feed(rest, language=language)
        if self._splitter and self._task:
            for sentence in self._splitter.flush():
                self._sentences.put_nowait((sentence, language))
            self._sentences.put_nowait(None)
            await asyncio.wait([self._task])
            if not self._task.cancelled():
                self._task.result()
            if not self._stopped:
                await self._speaker.drained()
        heard = self._speaker.take_heard().strip()
        return Speech(text, heard, self._language or language, self._spoken_s, self._stopped, self._error)

    async def stop(self) -> str:
        """Fall silent at once; returns the words that were heard."""
        self._stopped = True
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task])
        await self._speaker.stop()
        return self._speaker.take_heard().strip()

    async def _speak(self) -> None:
        try:
            while (item := await self._sentences.get()) is not None:
                sentence, language = item
                if not (words := speakable(sentence)):
                    continue
                pieces = [
                    piece
                    async for piece in self._synthesizer.synthesize(
                        words, language=language, voice=self._voice
                    )
                    if len(piece.samples)
                ]
                if pieces:
                    await self._speaker.room(AHEAD)
                    sound = Audio.join(pieces).resample(self._rate)
                    self._spoken_s += sound.duration_s
                    if self.first_audio_at is None:
                        self.first_audio_at = asyncio.get_running_loop().time()
                    self._speaker.say(Line(sentence, sound.samples, self._rate))
        except VoiceError as error:
            self._error = str(error)
