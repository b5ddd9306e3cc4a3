"""What a client asks of its own accord: typed messages, and utterances whose ends it decides (push to talk).

Each is a message of the conversation at once. What has come since the last answer is one question, which is answered
when the client says ``response.create``.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from emads_voice.tasks import Tasks
from emads_voice.voice.ear import TranscriptEar, TypedEar
from emads_voice.voice.errors import TextError, VoiceError
from emads_voice.voice.languages import Language
from emads_voice.voice.recognizer import Recognizer, Transcript
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.spans import hearing_ahead

from .client_events import BadEventError
from .hearing import committed, told_failure, told_transcript
from .items import Item, Items
from .outbox import Outbox
from .sound_formats import RATE, Samples

_log = logging.getLogger(__name__)

LONGEST_S = 60.0
"""Of an utterance whose end the client decides."""
SHORTEST_S = 0.1
"""Less than this is no utterance, here as with OpenAI."""


_NOTHING_HEARD = BadEventError("nothing_heard", "Nothing was said in what was committed: say it again.")
_NOT_RECOGNISED = BadEventError(
    "recognition_failed",
    "The recogniser failed, so what was committed could not be understood: say it again, and ask for a response.",
)


@dataclass(frozen=True, slots=True)
class Understanding:
    """What makes words of what a client sends.

    Attributes:
        recognizer: of sound.
        languages: what typed messages may be written in.
        hotwords: names and terms that are likely.
    """

    recognizer: Recognizer
    languages: Sequence[Language]
    hotwords: Sequence[str] = ()


class Asking:
    """Of one session."""

    def __init__(
        self,
        outbox: Outbox,
        items: Items,
        understanding: Understanding,
        *,
        asked: Callable[[TranscriptEar], None],
        unanswerable: Callable[[BadEventError], None],
    ) -> None:
        """
        Args:
            outbox: events go there.
            items: messages too.
            understanding: makes words of them.
            asked: given the question that is to be answered.
            unanswerable: told why there is none to answer.
        """
        self._outbox = outbox
        self._items = items
        self._understanding = understanding
        self._asked = asked
        self._unanswerable = unanswerable
        self._tasks = Tasks()
        self._sound: list[Samples] = []
        self._length = 0
        self._pending: list[asyncio.Task[TranscriptEar]] = []

    @property
    def pending(self) -> bool:
        """Whether something is not answered yet."""
        return bool(self._pending)

    def append(self, samples: Samples) -> None:
        """More of an utterance.

        Raises:
            BadEventError: it is too long.
        """
        if self._length + len(samples) > LONGEST_S * RATE:
            raise BadEventError(
                "input_audio_buffer_full", f"An utterance may have {LONGEST_S:g} s: commit or clear it."
            )
        self._sound.append(samples)
        self._length += len(samples)

    def clear(self) -> None:
        """Forget what was appended."""
        self._sound, self._length = [], 0

    def commit(self) -> None:
        """What was appended is an utterance.

        Raises:
            BadEventError: there is hardly any.
        """
        if self._length < SHORTEST_S * RATE:
            raise BadEventError(
                "input_audio_buffer_commit_empty",
                f"There are {self._length / RATE * 1000:.0f} ms of sound to commit: append at least 100.",
            )
        samples = np.concatenate(self._sound)
        self.clear()
        item = Item(self._items.new_id(), "user", "input_audio")
        committed(self._outbox, self._items, item)
        self._pending.append(self._tasks.start(self._transcribed(item, Audio(samples, RATE))))

    def create(self, wanted: dict[str, Any]) -> None:
        """``conversation.item.create``: the client adds a message.

        Raises:
            BadEventError: it cannot.
        """
        text = _typed(wanted)
        if len(self._pending) >= 20:
            raise BadEventError("too_many_items", "20 messages wait to be answered: send response.create.")
        try:
            TypedEar(text, languages=self._understanding.languages).check_length()
        except TextError as error:
            raise BadEventError("text_too_long", str(error), param="item.content") from None
        given = wanted.get("id")
        if given is not None and (
            not isinstance(given, str) or not 0 < len(given) <= 64 or self._items.get(given)
        ):
            raise BadEventError(
                "invalid_item_id", "The item's id is used already, or is none.", param="item.id"
            )
        item = self._items.add(
            Item(given or self._items.new_id(), "user", "input_text", text, status="completed")
        )
        self._outbox.put("conversation.item.added", previous_item_id=item.previous, item=item.shown)
        self._outbox.put("conversation.item.done", previous_item_id=item.previous, item=item.shown)
        self._pending.append(self._tasks.start(self._read(text)))

    def respond(self) -> None:
        """What waits is to be answered, as one question."""
        pending, self._pending = self._pending, []
        self._tasks.start(self._ask(pending))

    async def close(self) -> None:
        """The session is over."""
        for task in list(self._tasks):
            task.cancel()

    async def _ask(self, pending: list[asyncio.Task[TranscriptEar]]) -> None:
        await asyncio.wait(pending)
        understood = [task for task in pending if not task.exception()]
        if len(understood) < len(pending):
            self._pending[:0] = understood  # half a question is not answered: the other half may come
            self._unanswerable(_NOT_RECOGNISED)
        elif ears := [ear for task in understood if (ear := task.result()).transcript.text]:
            self._asked(_joined(ears))
        else:
            self._unanswerable(_NOTHING_HEARD)

    async def _transcribed(self, item: Item, audio: Audio) -> TranscriptEar:
        began_ns = time.time_ns()
        try:
            with hearing_ahead() as ahead:
                transcript = await self._understanding.recognizer.transcribe(
                    audio, hotwords=self._understanding.hotwords
                )
        except Exception as error:  # whatever a recogniser does, the session goes on
            expected = isinstance(error, VoiceError)
            told = "What was committed could not be recognised (%s: %s)"
            _log.error(told, type(error).__name__, error, exc_info=None if expected else error)
            told_failure(self._outbox, item)
            raise
        told_transcript(self._outbox, item, transcript)
        return TranscriptEar(transcript, began_ns, time.time_ns(), ahead.events)

    async def _read(self, text: str) -> TranscriptEar:
        return TranscriptEar(await TypedEar(text, languages=self._understanding.languages).hear())


def _joined(ears: list[TranscriptEar]) -> TranscriptEar:
    last = ears[-1]
    text = " ".join(ear.transcript.text for ear in ears)
    duration_s = sum(ear.transcript.duration_s for ear in ears)
    joined: Transcript = replace(last.transcript, text=text, duration_s=duration_s)
    return replace(last, transcript=joined) if len(ears) > 1 else last


def _typed(wanted: dict[str, Any]) -> str:
    kind, role = wanted.get("type"), wanted.get("role")
    if kind != "message" or role != "user":
        raise BadEventError(
            "unsupported_item",
            "Only messages of the user can be added: who answers, and with what, this deployment decides.",
            param="item.type" if kind != "message" else "item.role",
        )
    content = wanted.get("content")
    parts = content if isinstance(content, list) else []
    texts: list[str] = []
    for part in parts:
        if not isinstance(part, dict) or part.get("type") != "input_text":
            raise BadEventError(
                "unsupported_content",
                "A message may have input_text: send sound by input_audio_buffer.append.",
                param="item.content",
            )
        text = part.get("text")
        texts.append(text if isinstance(text, str) else "")
    if not "".join(texts).strip():
        raise BadEventError("empty_item", "The message is empty: send a text in it.", param="item.content")
    return "\n".join(texts)
