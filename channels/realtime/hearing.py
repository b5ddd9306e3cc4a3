"""What the caller says where turns are found by listening, as the protocol's events."""

from __future__ import annotations

from emads_voice.voice.recognizer import Transcript

from .items import Item, Items
from .outbox import Outbox
from .sound_formats import RATE

BEFORE_S = 0.4
"""Sound from before a voice was noticed that belongs to it."""


class Hearing:
    """Of one session.

    Attributes:
        received: samples of the line heard so far.
    """

    def __init__(self, outbox: Outbox, items: Items) -> None:
        """Take what it is told by."""
        self._outbox = outbox
        self._items = items
        self._item_id = ""
        self._speaking = False
        self.received = 0

    def began(self) -> None:
        """They speak; or go on, before what they said was understood."""
        if self._speaking:
            return
        self._speaking = True
        self._item_id = self._item_id or self._items.new_id()
        self._outbox.put(
            "input_audio_buffer.speech_started", item_id=self._item_id, audio_start_ms=self._ms(BEFORE_S)
        )

    def finished(self, silence_s: float) -> None:
        """They have finished, so long a silence ago."""
        self._speaking = False
        self._outbox.put(
            "input_audio_buffer.speech_stopped", item_id=self._item_id, audio_end_ms=self._ms(silence_s)
        )

    def heard(self, transcript: Transcript) -> Item:
        """What they said was understood."""
        item = self._committed()
        told_transcript(self._outbox, item, transcript)
        return item

    def not_heard(self) -> None:
        """It was not."""
        told_failure(self._outbox, self._committed())

    def _committed(self) -> Item:
        if self._speaking:  # cut short
            self.finished(0.0)
        item = Item(self._item_id or self._items.new_id(), "user", "input_audio")
        self._item_id = ""
        committed(self._outbox, self._items, item)
        return item

    def _ms(self, ago_s: float) -> int:
        return max(0, round((self.received / RATE - ago_s) * 1000))


def committed(outbox: Outbox, items: Items, item: Item) -> None:
    """An utterance has become a message of the conversation."""
    items.add(item)
    outbox.put("input_audio_buffer.committed", item_id=item.id, previous_item_id=item.previous)
    outbox.put("conversation.item.added", previous_item_id=item.previous, item=item.shown)


def told_transcript(outbox: Outbox, item: Item, transcript: Transcript) -> None:
    """What was said in it is known."""
    item.text, item.status = transcript.text, "completed"
    outbox.put(
        "conversation.item.input_audio_transcription.completed",
        item_id=item.id,
        content_index=0,
        transcript=transcript.text,
        language=transcript.language.code if transcript.language else None,
        usage={"type": "duration", "seconds": round(transcript.duration_s, 3)},
    )
    outbox.put("conversation.item.done", previous_item_id=item.previous, item=item.shown)


def told_failure(outbox: Outbox, item: Item) -> None:
    """What was said in it cannot be recognised."""
    item.status = "incomplete"
    outbox.put(
        "conversation.item.input_audio_transcription.failed",
        item_id=item.id,
        content_index=0,
        error={
            "type": "server_error",
            "code": "recognition_failed",
            "message": "The recogniser failed: say it again.",
            "param": None,
        },
    )
    outbox.put("conversation.item.done", previous_item_id=item.previous, item=item.shown)
