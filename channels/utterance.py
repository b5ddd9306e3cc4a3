"""What a caller is saying: its sound, and what is recognised of it so far."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import numpy as np

from emads_voice.voice.audio import Audio
from emads_voice.voice.endpointing import Said
from emads_voice.voice.recognizer import Recognizer, Transcript

from .transport import Samples


class Utterance:
    """One utterance, from its first sound until it is understood.

    Attributes:
        interrupting: it began while it was our turn.
        said: what is known of it, for endpointing.
        recognition: of all of it up to its last pause; None while they speak.
    """

    def __init__(self, before: Iterable[Samples], rate: int, *, interrupting: bool) -> None:
        """Take the sound that belongs to its beginning, and the rate of all sound."""
        self._sound = list(before)
        self._rate = rate
        self.interrupting = interrupting
        self.said = Said(None, None, 0.0)
        self.recognition: asyncio.Task[Transcript] | None = None

    def add(self, samples: Samples) -> None:
        """Its sound goes on."""
        self._sound.append(samples)

    def recognise(self, recognizer: Recognizer) -> asyncio.Task[Transcript]:
        """It may be over: begin to recognise it. Whoever waits for :attr:`recognition` meets its failure."""
        self.go_on()
        audio = Audio(np.concatenate(self._sound), self._rate)
        self.said = Said(None, self.said.language, audio.duration_s)
        self.recognition = asyncio.create_task(recognizer.transcribe(audio))
        self.recognition.add_done_callback(self._recognised)
        return self.recognition

    def go_on(self) -> None:
        """It was not over: what was recognised is outdated."""
        if self.recognition:
            self.recognition.cancel()
            self.recognition = None
        self.said = Said(None, self.said.language, self.said.speech_s)

    def _recognised(self, task: asyncio.Task[Transcript]) -> None:
        if task.cancelled() or task.exception() or task is not self.recognition:
            return
        heard = task.result()
        self.said = Said(heard.text, heard.language, self.said.speech_s)
