"""In which language an utterance of a live conversation is recognised, and which it is then taken to be in."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import cast

import numpy as np

from emads_voice.agents.dialogue import DialogueAct
from emads_voice.channels.transport import Samples
from emads_voice.channels.turn import VoiceGraph
from emads_voice.graph import VoiceState
from emads_voice.graph.state import caller_language
from emads_voice.voice.languages import Language
from emads_voice.voice.recognizer import Recognizer, Transcript
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.streaming import RecognitionStream
from emads_voice.voice.text.conversation_language import conversation_language

_log = logging.getLogger(__name__)

SHORT_S = 0.7
"""An utterance with less voice in it is a word or two, too little to tell a language by: of six Vietnamese ones on the
telephone recognisers take four for English. A recogniser is told the conversation's language instead."""

_PAUSES_S = 2.0
"""A short utterance is no longer than this, its pauses and the sound before and after it included."""


class CallLanguage:
    """The language that one call is held in.

    Attributes:
        now: what is spoken.
        resumed: whether it is that of an earlier call.
    """

    def __init__(self, expected: Language, language_for: Callable[[DialogueAct], Language | None]) -> None:
        """
        Args:
            expected: until the caller is heard.
            language_for: which language a wish names; None where we do not speak it.
        """
        self.now = expected
        self.resumed = False
        self._language_for = language_for
        self._wanted = False  # while an agent answers

    def resume(self, language: Language) -> None:
        """The conversation that the call goes on with was held in it."""
        self.now, self.resumed = language, True

    def heard(self, language: Language | None) -> None:
        """The caller's turn is in it; None tells nothing."""
        self.now, self._wanted = language or self.now, False

    def answered(self, language: Language) -> None:
        """An answer was heard in it: that is the call's, unless they wanted another meanwhile."""
        if not self._wanted:
            self.now = language

    def change(self, act: DialogueAct) -> bool:
        """Speak what is wanted from now on; False where we do not speak it."""
        if wanted := self._language_for(act):
            self.now, self._wanted = wanted, True
        return wanted is not None


class ShortUtterance:
    """The sound of an utterance for as long as it may be a short one."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._sounds: list[Samples] = []
        self._held = 0

    def begin(self) -> None:
        """An utterance begins."""
        self._sounds.clear()
        self._held = 0

    def feed(self, samples: Samples) -> None:
        """Take the next sound of it."""
        self._held += len(samples)
        if self._held <= _PAUSES_S * self._rate:
            self._sounds.append(samples)
        else:
            self._sounds.clear()

    def sound(self, voice_s: float) -> Audio | None:
        """All of it; None where that is more than a word or two, of which ``voice_s`` seconds were voice."""
        if voice_s >= SHORT_S or not self._sounds:
            return None
        return Audio(np.concatenate(self._sounds), self._rate)


async def recognise(
    stream: RecognitionStream,
    short: Audio | None,
    recognizer: Recognizer,
    before: Language,
    *,
    certain: bool,
    hotwords: Sequence[str],
) -> Transcript:
    """What was said, with the language that the conversation is held in from then on.

    Args:
        stream: has been fed the utterance.
        short: its sound, where it is so short that the recogniser is to be told its language.
        recognizer: whose stream it is.
        before: the language of the conversation until then.
        certain: whether the caller was heard to speak it; else it is only expected.
        hotwords: those that the stream was told.

    Raises:
        LanguageError, RecognitionError: as :meth:`.recognizer.Recognizer.transcribe` does.
    """
    if short and before in recognizer.languages:
        transcript = await recognizer.transcribe(short, language=before, hotwords=hotwords)
    else:
        transcript = await stream.settle()
    heard = transcript.language
    if heard is None or heard == before:
        return transcript
    language = await asyncio.to_thread(conversation_language, transcript.text, heard, before, certain=certain)
    return replace(transcript, language=language)


async def spoken_last(graph: VoiceGraph, thread_id: str) -> Language | None:
    """The language of a conversation that a call goes on with; None where it begins, or cannot be looked up."""
    try:
        snapshot = await graph.aget_state({"configurable": {"thread_id": thread_id}})
    except Exception as error:  # whatever a checkpointer raises; the call begins all the same
        _log.warning(
            "The language of %s could not be looked up (%s: %s)", thread_id, type(error).__name__, error
        )
        return None
    state = cast(VoiceState, snapshot.values)
    return caller_language(state) if state.get("language") else None
