"""One utterance heard by Qwen3-ASR while it is said.

At each step the model hears everything said so far, and goes on writing from all but the last five tokens of what it
wrote at the step before; for the first two steps it begins anew. So a step costs more the longer the utterance is,
and the words of the last seconds may still change.
"""

from __future__ import annotations

import asyncio
import copy
import logging
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emads_voice.voice.audio import Audio
from emads_voice.voice.errors import VoiceError
from emads_voice.voice.guards import RATE, SHORTEST_S
from emads_voice.voice.heard import Piece, put_together
from emads_voice.voice.languages import Language
from emads_voice.voice.qwen_answer import heard
from emads_voice.voice.recognizer import Transcript
from emads_voice.voice.recognizers.qwen_runtime import recognizing, token_limit, told
from emads_voice.voice.recognizers.qwen_vllm_engine import Engine
from emads_voice.voice.vad import Span

_log = logging.getLogger("emads_voice")

_UNSETTLED_S = 0.1
"""What a resampler makes of the end of a sound changes with what follows: so much waits for the next step."""


class QwenStream:
    """A :class:`~emads_voice.voice.streaming.RecognitionStream`.

    What a step makes is a state of its own; one that fails, or is overtaken by :meth:`settle`, leaves no trace.
    """

    def __init__(
        self,
        engine: Engine,
        name: str,
        language: Language | None,
        context: str,
        chunk_s: float,
        step_tokens: int,
    ) -> None:
        self.partial = ""
        self._engine = engine
        self._name = name
        self._language = language
        self._context = context
        self._chunk_s = chunk_s
        self._step_tokens = step_tokens
        self._sounds: list[Audio] = []
        self._unheard_s = 0.0
        self._state: Any = None  # qwen_asr's ASRStreamingState; None before the first step
        self._step: asyncio.Task[None] | None = None

    def feed(self, audio: Audio) -> None:
        """Take the next sound; once there is a chunk of it, it is heard."""
        self._sounds.append(audio)
        self._unheard_s += audio.duration_s
        if self._unheard_s >= self._chunk_s and (self._step is None or self._step.done()):
            self._unheard_s = 0.0
            self._step = asyncio.create_task(self._advance())

    async def settle(self) -> Transcript:
        """All that was said so far; see :meth:`emads_voice.voice.streaming.RecognitionStream.settle`."""
        await self.close()  # a step under way: this one hears what it would, and more
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
        """Drop what is not heard yet."""
        if self._step:
            self._step.cancel()
            await asyncio.wait([self._step])

    async def _advance(self) -> None:
        try:
            with recognizing(self._name):
                work = partial(self._hear, self._state, list(self._sounds))
                self._state = await self._engine.run(work, self._step_tokens)
            self.partial = self._state.text
        except VoiceError as error:
            _log.warning("A part of an utterance was not heard, it will be with the rest: %s", error)

    def _hear(self, state: Any, sounds: list[Audio], qwen: Any) -> Any:
        samples = Audio.join(sounds).resample(RATE).samples
        return go_on(state, samples[: -round(_UNSETTLED_S * RATE)], self._language, self._context, qwen)

    def _finish(self, state: Any, sounds: list[Audio], qwen: Any) -> Transcript:
        audio = Audio.join(sounds)
        samples = audio.resample(RATE).samples
        missing = round(SHORTEST_S * RATE) - len(samples)
        state = go_on(state, np.pad(samples, (0, max(0, missing))), self._language, self._context, qwen)
        whole = Span(0, audio.duration_s)
        return put_together(
            self._name,
            audio,
            [(Piece(whole, (whole,), whole), heard(state.language, state.text))],
            language=self._language,
            context=self._context,
            timestamps=False,
        )


def go_on(
    state: Any, samples: NDArray[np.float32], language: Language | None, context: str, qwen: Any
) -> Any:
    """The state after hearing a sound of which ``state`` has heard the beginning; ``state`` stays as it is.

    Args:
        state: qwen_asr's ASRStreamingState; None if nothing has been heard.
        samples: all of the sound, at 16 kHz.
        language, context: as for :meth:`emads_voice.voice.recognizer.Recognizer.transcribe`.
        qwen: the Qwen3ASRModel that hears it.
    """
    if state is None:
        state = qwen.init_streaming_state(context=context, language=told(language))
    state = copy.copy(state)
    new = samples[len(state.audio_accum) :]
    # One chunk, whatever its length. finish_streaming_transcribe would hear the rest too, but where the tokens it
    # goes on from end within a character (Vietnamese, Chinese) it goes on from a replacement character.
    state.chunk_size_samples = max(1, len(new))
    return qwen.streaming_transcribe(new, state)
