"""One utterance recognised by Qwen3-ASR while it is said.

At each step the model is given all the sound so far, and continues the text of the step before without its last five
tokens; in the first two steps it begins anew. So a step costs more the longer the utterance is, and the words of the
last seconds may still change.
"""

from __future__ import annotations

import asyncio
import copy
import logging
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emads_voice.voice.activity.vad import Span
from emads_voice.voice.errors import VoiceError
from emads_voice.voice.hotwords import as_text
from emads_voice.voice.languages import Language
from emads_voice.voice.recognizer import Transcript
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.transcription.guards import RATE, SHORTEST_S
from emads_voice.voice.transcription.hypotheses import merge
from emads_voice.voice.transcription.pieces import Piece

from .answer import hypothesis
from .failures import recognizing
from .request import token_limit, told_name
from .vllm_engine import Engine

_log = logging.getLogger(__name__)

CHUNK_S = 2.0
"""A step is made whenever so much more has been said, in seconds. Shorter chunks cost more, and the words are right no
sooner: this is the package's own."""

STEP_TOKENS = 32
"""The most tokens a step writes, as in the package's own demonstration."""

_UNSETTLED_S = 0.1
"""What a resampler makes of the end of a sound changes with what follows: so much waits for the next step."""


class QwenStream:
    """A :class:`~emads_voice.voice.streaming.RecognitionStream`.

    A step returns a new state. One that fails, or is cancelled by :meth:`settle`, changes nothing.
    """

    def __init__(
        self,
        engine: Engine,
        name: str,
        language: Language | None,
        hotwords: Sequence[str],
    ) -> None:
        self.partial = ""
        self._engine = engine
        self._name = name
        self._language = language
        self._hotwords = hotwords
        self._sounds: list[Audio] = []
        self._unheard_s = 0.0
        self._state: Any = None  # qwen_asr's ASRStreamingState; None before the first step
        self._step: asyncio.Task[None] | None = None

    def feed(self, audio: Audio) -> None:
        """Take the next sound; whenever there is a chunk of it, a step begins."""
        self._sounds.append(audio)
        self._unheard_s += audio.duration_s
        if self._unheard_s >= CHUNK_S and (self._step is None or self._step.done()):
            self._unheard_s = 0.0
            self._step = asyncio.create_task(self._advance())

    async def settle(self) -> Transcript:
        """The transcript of all so far; see :meth:`emads_voice.voice.streaming.RecognitionStream.settle`."""
        await self.close()  # cancels a step under way: this one is given the same sound, and more
        if not self._sounds:
            return Transcript("", None, 0, self._name)
        sounds, seconds = list(self._sounds), sum(sound.duration_s for sound in self._sounds)
        with recognizing(self._name):
            transcript = await self._engine.run(
                partial(self._finish, self._state, sounds), token_limit(seconds)
            )
        self.partial = transcript.text
        return transcript

    async def close(self) -> None:
        """Cancel the step under way."""
        if self._step:
            self._step.cancel()
            await asyncio.wait([self._step])

    async def _advance(self) -> None:
        try:
            with recognizing(self._name):
                work = partial(self._continued, self._state, list(self._sounds))
                self._state = await self._engine.run(work, STEP_TOKENS)
            self.partial = self._state.text
        except VoiceError as error:
            _log.warning("A part of an utterance was not recognised, it will be with the rest: %s", error)

    def _continued(self, state: Any, sounds: list[Audio], qwen: Any) -> Any:
        samples = Audio.join(sounds).resample(RATE).samples
        return go_on(state, samples[: -round(_UNSETTLED_S * RATE)], self._language, self._hotwords, qwen)

    def _finish(self, state: Any, sounds: list[Audio], qwen: Any) -> Transcript:
        audio = Audio.join(sounds)
        samples = audio.resample(RATE).samples
        missing = round(SHORTEST_S * RATE) - len(samples)
        state = go_on(state, np.pad(samples, (0, max(0, missing))), self._language, self._hotwords, qwen)
        whole = Span(0, audio.duration_s)
        return merge(
            self._name,
            audio,
            [(Piece(whole, (whole,), whole), hypothesis(state.language, state.text))],
            language=self._language,
            hotwords=self._hotwords,
            timestamps=False,
        )


def go_on(
    state: Any, samples: NDArray[np.float32], language: Language | None, hotwords: Sequence[str], qwen: Any
) -> Any:
    """The state after a sound whose beginning ``state`` has been given; ``state`` itself stays as it is.

    Args:
        state: qwen_asr's ASRStreamingState; None before the first step.
        samples: all of the sound, at 16 kHz.
        language, hotwords: as for :meth:`emads_voice.voice.recognizer.Recognizer.transcribe`.
        qwen: the Qwen3ASRModel that recognises it.
    """
    if state is None:
        state = qwen.init_streaming_state(context=as_text(hotwords), language=told_name(language))
    state = copy.copy(state)
    new = samples[len(state.audio_accum) :]
    # One chunk, whatever its length. finish_streaming_transcribe would take the rest too, but where the tokens it
    # goes on from end within a character (Vietnamese, Chinese) it goes on from a replacement character.
    state.chunk_size_samples = max(1, len(new))
    return qwen.streaming_transcribe(new, state)
