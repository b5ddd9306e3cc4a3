"""What we say, as the protocol's responses: a response is what we say in one go, from its first word, or from the
moment in which we begin to think about it, until its end or until it is cut.

Who is interrupted in vain goes on: that is another response.
"""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from .items import Item, Items
from .outbox import Outbox
from .playhead import Playhead
from .session_config import MODEL, SessionConfig
from .sound_formats import RATE, Samples, SoundWriter

BREATH_S = 0.4
"""A phrase of ours is over when nothing has followed its last sentence for so long."""


@dataclass(slots=True)
class _Response:
    id: str = field(default_factory=lambda: f"resp_{uuid4().hex[:20]}")
    item: Item | None = None


class Responses:
    """Of one session."""

    def __init__(self, outbox: Outbox, items: Items, playhead: Playhead, config: SessionConfig) -> None:
        """Take what they are sent by; inside the event loop."""
        self._outbox = outbox
        self._items = items
        self._playhead = playhead
        self._config = config
        self._writer = SoundWriter(config.writes)
        self._now: _Response | None = None
        self._in_turn = False
        self._in_words = False  # whether more is to come of what we are saying
        self._breath: asyncio.TimerHandle | None = None
        self._cut: tuple[Item, str] | None = None  # what was cut last, and all that was to be said of it
        self.cancelled = False
        """Whether the client has asked us to stop, and we have not stopped yet."""

    @property
    def active(self) -> bool:
        """Whether we are saying something, or are about to."""
        return self._now is not None or self._playhead.playing

    @property
    def now_id(self) -> str | None:
        """The response that is going on."""
        return self._now.id if self._now else None

    def configure(self, config: SessionConfig) -> None:
        """The session was changed."""
        if config.writes is not self._config.writes:
            self._writer = SoundWriter(config.writes)
        self._config = config

    # What the conversation tells.

    def turn_began(self) -> None:
        """We begin to think about an answer."""
        self._in_turn = True
        self._open()

    def turn_ended(self, how: str) -> None:
        """The turn is over."""
        self._in_turn = self._in_words = False
        status = {"played": "completed", "failed": "failed"}.get(how, "cancelled")
        self._done(status)

    def words_began(self) -> None:
        """We are about to say something."""
        self._in_words = True

    def words_ended(self) -> None:
        """It was said."""
        self._in_words = False
        self._over()

    def saying(self, text: str) -> None:
        """A sentence begins, or what is left of one."""
        if not text:
            return
        response, item = self._with_item()
        if item.text and not item.text[-1].isspace():
            text = f" {text}"
        item.text = (item.text or "") + text
        self._send("response.output_audio_transcript.delta", response, item, delta=text)

    def play(self, samples: Samples) -> None:
        """Its sound."""
        response, item = self._with_item()
        item.samples += len(samples)
        self._playhead.play(len(samples))
        if data := self._writer.write(samples):
            encoded = base64.b64encode(data).decode("ascii")
            self._send("response.output_audio.delta", response, item, delta=encoded)

    def mark_returned(self) -> None:
        """A sentence was played."""
        if not (self._in_turn or self._in_words or self._playhead.pending or self._breath):
            loop = asyncio.get_running_loop()
            self._breath = loop.call_later(BREATH_S, self._over)

    def cut(self, unplayed: str) -> None:
        """What we were saying stops; or it is known better how much of it was played, which is told again."""
        self._in_words = False
        item = self._now.item if self._now else None
        ends = item is not None  # else it is told late, and the next answer is thought about already
        if item:
            self._cut = item, item.text or ""
            item.reached = self._playhead.position
        if self._cut is None:
            return
        item, whole = self._cut
        item.text = _without(unplayed, whole).rstrip()
        if ends:
            self._done("cancelled")
        if self._config.shows:
            self._outbox.put("emads.interrupted", item_id=item.id, played=item.text, text=whole.rstrip())

    def line_position(self, item: Item, audio_ms: float) -> int:
        """Where a moment of an item is in all that was sent, in samples; not after what was sent of it, or can have
        been played: clients that count from the first sound count the gaps as well."""
        most = self._playhead.position if item.reached is None else item.reached
        said = min(round(audio_ms * RATE / 1000), item.samples)
        return max(item.starts, min(item.starts + said, most))

    # How responses begin and end.

    def _open(self) -> _Response:
        if self._breath:
            self._breath.cancel()
            self._breath = None
        if self._now is None:
            self._now = _Response()
            self._outbox.put("response.created", response=self._shown(self._now, "in_progress"))
        return self._now

    def _with_item(self) -> tuple[_Response, Item]:
        response = self._open()
        if response.item is None:
            item = self._items.add(Item(self._items.new_id(), "assistant", "output_audio"))
            item.starts = self._playhead.sent
            response.item = item
            where = {"response_id": response.id, "output_index": 0}
            self._outbox.put("response.output_item.added", **where, item=item.shown)
            self._outbox.put("conversation.item.added", previous_item_id=item.previous, item=item.shown)
            self._send(
                "response.content_part.added", response, item, part={"type": "audio", "transcript": ""}
            )
        return response, response.item

    def _over(self) -> None:
        self._breath = None
        if not (self._in_turn or self._in_words or self._playhead.pending):
            self._done("completed")

    def _done(self, status: str) -> None:
        response, self._now = self._now, None
        if response is None:
            return
        if self._breath:
            self._breath.cancel()
            self._breath = None
        if item := response.item:
            item.status = "completed" if status == "completed" else "incomplete"
            text = item.text or ""
            self._send("response.output_audio.done", response, item)
            self._send("response.output_audio_transcript.done", response, item, transcript=text)
            part = {"type": "audio", "transcript": text}
            self._send("response.content_part.done", response, item, part=part)
            where = {"response_id": response.id, "output_index": 0}
            self._outbox.put("response.output_item.done", **where, item=item.shown)
            self._outbox.put("conversation.item.done", previous_item_id=item.previous, item=item.shown)
        self._outbox.put("response.done", response=self._shown(response, status))
        self.cancelled = False

    def _send(self, kind: str, response: _Response, item: Item, **fields: Any) -> None:
        self._outbox.put(
            kind, response_id=response.id, item_id=item.id, output_index=0, content_index=0, **fields
        )

    def _shown(self, response: _Response, status: str) -> dict[str, Any]:
        details: dict[str, Any] | None = None
        if status == "cancelled":
            reason = "client_cancelled" if self.cancelled else "turn_detected"
            details = {"type": "cancelled", "reason": reason}
        elif status == "failed":
            details = {"type": "failed", "error": {"type": "server_error", "code": "turn_failed"}}
        writes = self._config.writes
        form = {"type": writes.name, "rate": writes.rate} if writes.width == 2 else {"type": writes.name}
        return {
            "object": "realtime.response",
            "id": response.id,
            "status": status,
            "status_details": details,
            "output": [response.item.shown] if response.item and status != "in_progress" else [],
            "output_modalities": ["audio"],
            "audio": {"output": {"format": form, "voice": MODEL}},
            "max_output_tokens": "inf",
            "metadata": None,
            "usage": None
            if status == "in_progress"
            else {"total_tokens": 0, "input_tokens": 0, "output_tokens": 0},
        }


def _without(unplayed: str, whole: str) -> str:
    """A text without the words it ends with, whatever white space stands between them."""
    left, end = sum(not each.isspace() for each in unplayed), len(whole)
    while left and end:
        end -= 1
        left -= not whole[end].isspace()
    return whole[:end]
