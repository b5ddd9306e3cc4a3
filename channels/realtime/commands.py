"""What a client's events ask for, and what becomes of it: one of them at a time."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from emads_voice.channels.allowance import STALL_S, Allowance
from emads_voice.channels.errors import ProtocolError
from emads_voice.channels.inbox import Inbox
from emads_voice.channels.transport import Hush, Played, Sound

from . import client_events as client
from .asking import Asking
from .client_events import BadEventError
from .hearing import Hearing
from .items import Item, Items
from .outbox import Outbox
from .playhead import Playhead
from .responses import Responses
from .session_config import SessionConfig
from .sound_formats import RATE, SoundReader

SOUND_PER_S = round(1.05 * RATE)
"""Samples. A twentieth more than a caller speaks: the clocks of sound cards are fast by less."""


class Commands:
    """Of one session.

    Attributes:
        config: how it is set up.
    """

    def __init__(
        self,
        config: SessionConfig,
        show: Callable[[SessionConfig], dict[str, Any]],
        inbox: Inbox,
        outbox: Outbox,
        items: Items,
        playhead: Playhead,
        responses: Responses,
        hearing: Hearing,
        asking: Asking,
        *,
        begin: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """
        Args:
            config: how the session is set up at first.
            show: the session as clients are shown it.
            inbox: what the conversation takes goes there.
            outbox: answers go there.
            items: the messages.
            playhead: what was played.
            responses: what we say.
            hearing: what the caller says where turns are found by listening.
            asking: what they ask of their own accord.
            begin: has the conversation begin, and greet; False if it had begun before.
            clock: seconds, monotonic.
        """
        self.config = config
        self._show = show
        self._inbox = inbox
        self._outbox = outbox
        self._items = items
        self._playhead = playhead
        self._responses = responses
        self._hearing = hearing
        self._asking = asking
        self._begin = begin
        self._clock = clock
        self._reader = SoundReader(config.reads)
        self._samples = Allowance(SOUND_PER_S, clock(), ahead_s=STALL_S)
        self._truncating: deque[tuple[str, int] | None] = deque()
        self._awaited = False  # whether a response was asked for that has not begun yet
        self._unwanted = False  # whether the client has cancelled it already

    def do(self, event: client.Event) -> None:
        """Do what an event asks for.

        Raises:
            BadEventError: it cannot be done; the session goes on.
            ProtocolError: it goes too far.
        """
        match event:
            case client.Append(audio=data):
                self._append(data)
            case client.SessionUpdate(session=wanted):
                self._update(wanted)
            case client.Commit():
                self._manual("commit")
                self._asking.commit()
            case client.ClearInput():
                self._manual("clear")
                self._asking.clear()
                self._outbox.put("input_audio_buffer.cleared")
            case client.ItemCreate(item=wanted, previous_item_id=previous):
                self._check_place(previous)
                self._asking.create(wanted)
            case client.ResponseCreate(response=wanted):
                self._respond(wanted or {})
            case client.ResponseCancel(response_id=named):
                self._cancel(named)
            case client.ClearOutput():
                cleared = self._responses.now_id
                if self._responses.active or self._awaited:
                    self._cancel(None)
                self._outbox.put("output_audio_buffer.cleared", response_id=cleared)
            case client.ItemTruncate():
                self._truncate(event)
            case client.PlayedSoFar(item_id=item_id, audio_end_ms=played_ms):
                self._playhead.tell(self._responses.line_position(self._ours(item_id), played_ms))
            case client.ItemRetrieve(item_id=item_id):
                self._outbox.put("conversation.item.retrieved", item=self._known(item_id).shown)
            case client.ItemDelete(item_id=item_id):
                self._known(item_id)
                raise BadEventError(
                    "unsupported_event",
                    "What was said stays in the conversation: items are not deleted here.",
                )

    def _append(self, data: bytes) -> None:
        width = self._reader.format.width
        if len(data) % width:
            raise BadEventError(
                "invalid_audio",
                f"{len(data)} bytes are no whole samples of {width}: send sound in whole samples.",
                param="audio",
            )
        if not data:
            return
        count = len(data) // width * RATE // self._reader.format.rate
        if not self._samples.take(count, self._clock()):
            raise ProtocolError("sound faster than it can be spoken")
        samples = self._reader.read(data)
        if self.config.turns is None:
            self._asking.append(samples)
            return
        self._hearing.received += len(samples)
        self._begin()
        self._inbox.keep(Sound(samples))

    def _update(self, wanted: Mapping[str, Any]) -> None:
        before, self.config = self.config, self.config.updated(wanted)
        if self.config.reads is not before.reads:
            self._reader = SoundReader(self.config.reads)
        self._responses.configure(self.config)
        if before.turns is None and self.config.turns:
            self._asking.clear()
        self._outbox.put("session.updated", session=self._show(self.config))

    def _manual(self, what: str) -> None:
        if self.config.turns is not None:
            raise BadEventError(
                f"input_audio_buffer_{what}_unsupported",
                f"Turn detection finds where utterances end: set turn_detection to null to {what} them yourself.",
            )

    def _respond(self, wanted: Mapping[str, Any]) -> None:
        self.config.check_response(wanted)
        if self._asking.pending:
            self._asking.respond()
        elif self._awaited or not self._begin():
            raise BadEventError(
                "nothing_to_answer",
                "Everything that was said is answered, or is being answered: ask something.",
            )
        self._awaited, self._unwanted = True, False

    def begun(self) -> None:
        """A response has begun, or the caller speaks: nothing that was asked for before is still to come."""
        if self._unwanted:
            self._hush()
        self.unanswered()

    def unanswered(self) -> None:
        """The response that was asked for will not come."""
        self._awaited = self._unwanted = False

    def _check_place(self, previous: str | None) -> None:
        if previous is not None and previous != self._items.last:
            if previous != "root":
                self._known(previous, "previous_item_id")
            raise BadEventError(
                "unsupported_value",
                "What is added comes last in a conversation that people hold: leave previous_item_id out.",
                param="previous_item_id",
            )

    def _cancel(self, named: str | None) -> None:
        if self._awaited and not named and not self._responses.active:
            self._unwanted = True
            return
        if not self._responses.active or (named and named != self._responses.now_id):
            raise BadEventError(
                "response_cancel_not_active", "Nothing is being said: there is no response to cancel."
            )
        self._hush()

    def _hush(self) -> None:
        self._responses.cancelled = True
        self._inbox.keep(Hush())

    def _truncate(self, event: client.ItemTruncate) -> None:
        item = self._ours(event.item_id)
        end = self._responses.line_position(item, event.audio_end_ms)
        played_ms = round((end - item.starts) / RATE * 1000)
        self._truncating.append((item.id, played_ms))
        self._playhead.stopped(end)
        self._inbox.keep(Played(end))

    def heard(self, samples: int) -> None:
        """So much was played when it was cut, as far as it is known before the client truncates, which may be late."""
        self._truncating.append(None)
        self._inbox.keep(Played(samples))

    def truncated(self) -> None:
        """The conversation has taken what the client played last, and so has the item."""
        if told := self._truncating.popleft():
            item_id, played_ms = told
            self._outbox.put(
                "conversation.item.truncated", item_id=item_id, content_index=0, audio_end_ms=played_ms
            )

    def _known(self, item_id: str, param: str = "item_id") -> Item:
        if (item := self._items.get(item_id)) is None:
            raise BadEventError("item_not_found", "There is no such item in this session.", param=param)
        return item

    def _ours(self, item_id: str) -> Item:
        if (item := self._known(item_id)).role != "assistant":
            raise BadEventError(
                "invalid_item", "This item is none of ours: it has not been played.", param="item_id"
            )
        return item
