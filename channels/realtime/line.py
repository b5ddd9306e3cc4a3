"""One session of OpenAI's Realtime protocol as a line: :class:`~emads_voice.channels.transport.Transport`.

What the client sends becomes the caller's sound and words; what we say, and what is known of the conversation, becomes
the protocol's events.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from emads_voice.channels import live_events as live
from emads_voice.channels.allowance import STALL_S, Allowance
from emads_voice.channels.errors import ProtocolError, RecordingError, TransferError
from emads_voice.channels.inbox import Inbox
from emads_voice.channels.transport import Event, MarkReturned, Played, Samples, Sound, Words
from emads_voice.voice.ear import TranscriptEar

from . import client_events as client
from .asking import Asking, Understanding
from .client_events import BadEventError
from .commands import Commands
from .hearing import Hearing
from .items import Items
from .outbox import Outbox
from .playhead import Playhead
from .responses import Responses
from .session_config import SessionConfig
from .showing import Showing
from .sound_formats import RATE

_log = logging.getLogger(__name__)

FIRST_EVENT_S = 10.0
"""How long a client may say nothing at all."""
FIRST_WORD_S = 120.0
"""How long it may take until something is said or asked: who waits for a button to be pressed connects then."""
CLOSE_DEADLINE_S = 1.0
POLICY_VIOLATION = 1008

EVENTS_PER_S = 200
"""Browsers send 50 pieces of sound a second at most, and say what they have played besides."""
EVENT_BYTES = 4096
"""A longer event counts as several. One of 20 ms of pcm16 has about 1,400."""

PIECE_S, PIECES_A_TICK, TICK_S = 0.02, 10, 0.02
"""What came at once is listened to in pieces, ten times as fast as it was said: voice activity is judged in ticks, and
an utterance is begun with what was heard just before it was noticed."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A client has begun to talk.

    Attributes:
        greets: whether we speak first.
        patient: whether silence means nothing: the client decides when somebody talks.
    """

    greets: bool
    patient: bool


class RealtimeLine:
    """One accepted socket. Whoever accepted it runs :meth:`listen` beside :meth:`begun` and then the conversation, then
    :meth:`close`.

    Attributes:
        why: the line is gone; "" while it is not.
    """

    rate = RATE

    def __init__(
        self,
        websocket: WebSocket,
        session_id: str,
        thread: str,
        understanding: Understanding,
        config: SessionConfig,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """
        Args:
            websocket: accepted.
            session_id: names it.
            thread: the conversation, as the client is told.
            understanding: makes words of what is committed or typed.
            config: what was agreed when the client's key was made.
            clock: seconds, monotonic, by which sound may come no faster than it is spoken.
        """
        self._websocket = websocket
        self._session_id = session_id
        self._thread = thread
        self._recognizer = understanding.recognizer.name
        self._clock = clock
        self._expires_at = int(time.time()) + 3600
        self._allowed_events = Allowance(EVENTS_PER_S, clock(), ahead_s=STALL_S)
        self._inbox = Inbox(RATE)
        self._outbox = Outbox(websocket.send_text, lost=self._unsendable)
        items = Items()
        self._playhead = Playhead(self._mark_returned)
        self._responses = Responses(self._outbox, items, self._playhead, config)
        self._hearing = Hearing(self._outbox, items)
        self._showing = Showing(self._outbox, self._responses)
        self._asking = Asking(
            self._outbox,
            items,
            understanding,
            asked=self._asked,
            unanswerable=self._unanswerable,
        )
        self._said: asyncio.Future[None] = asyncio.get_running_loop().create_future()  # anything at all
        self._begun: asyncio.Future[Begun] = asyncio.get_running_loop().create_future()
        self._commands = Commands(
            config,
            self._shown,
            self._inbox,
            self._outbox,
            items,
            self._playhead,
            self._responses,
            self._hearing,
            self._asking,
            begin=lambda: self._begin(greets=True),
            clock=clock,
        )
        self._failure = ""
        self._refused = 0  # events
        self.why = ""

    @property
    def gone(self) -> bool:
        """Whether nothing more can be heard or said."""
        return self._inbox.gone

    async def lost(self) -> None:
        """Waits until it is."""
        await self._inbox.lost()

    async def begun(self) -> Begun | None:
        """Wait until there is something to talk about; None if the line is gone before."""
        losing = asyncio.create_task(self.lost())
        try:
            for awaited, within_s in ((self._said, FIRST_EVENT_S), (self._begun, FIRST_WORD_S)):
                waits: list[asyncio.Future[object]] = [awaited, losing]  # type: ignore[list-item]
                done, _ = await asyncio.wait(waits, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
                if not done:
                    self._refuse(
                        "session_idle", f"Nothing was said for {within_s:g} s: connect again to talk."
                    )
                if not done or self.gone:
                    return None
            return self._begun.result()
        finally:
            losing.cancel()

    async def listen(self) -> None:
        """Read the socket until the line is gone; :meth:`events` tells what came."""
        writing = asyncio.create_task(self._outbox.run())
        self._outbox.put("session.created", session=self._shown(self._commands.config))
        try:
            while not self.gone and (data := await self._receive()) is not None:
                if not self._said.done():
                    self._said.set_result(None)
                self._take(data)
        except ProtocolError as error:
            self._refuse("protocol_violation", f"The session was closed because of {error}.")
        finally:
            self.lose("the client left")
            if self._inbox.dropped_s:
                _log.warning(
                    "Session %s: %.1f s of sound were dropped unheard.",
                    self._session_id,
                    self._inbox.dropped_s,
                )
            if self._refused > 1:
                _log.warning("Session %s: %d events were refused.", self._session_id, self._refused)
            await self._outbox.flush(CLOSE_DEADLINE_S)
            writing.cancel()
            await asyncio.wait({writing})

    def lose(self, reason: str) -> None:
        """The line is gone: nothing is sent any more, and the last event says why."""
        self.why = self.why or reason.rstrip(".")
        self._inbox.lose(reason)
        self._playhead.clear()

    async def close(self, code: int = 1000) -> None:
        """Close the socket, if it is not closed; of who broke the protocol, as a violation of policy."""
        await self._asking.close()
        await self._outbox.flush(CLOSE_DEADLINE_S)
        self.lose("the line was closed")
        with suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
            async with asyncio.timeout(CLOSE_DEADLINE_S):
                await self._websocket.close(POLICY_VIOLATION if self._failure else code, self._failure)

    # The transport.

    async def events(self) -> AsyncIterator[Event]:
        piece, count = round(PIECE_S * RATE), 0
        async for event in self._inbox.events():
            if not isinstance(event, Sound) or (len(event.samples) <= piece and self._inbox.backlog_s < 0.2):
                yield event
                if isinstance(event, Played):
                    self._commands.truncated()
                continue
            for at in range(0, len(event.samples), piece):
                yield Sound(event.samples[at : at + piece])
                count += 1
                if count % PIECES_A_TICK == 0:
                    await asyncio.sleep(TICK_S)

    async def play(self, samples: Samples) -> None:
        if len(samples) and not self.gone:
            self._responses.play(samples)
            self._showing.sounded()

    async def mark(self, name: str) -> None:
        if not self.gone:
            self._playhead.mark(name)

    async def clear(self) -> None:
        if (heard := self._playhead.heard) is not None:
            self._commands.heard(heard)
        self._playhead.clear()

    def tell(self, event: live.LiveEvent) -> None:
        match event:
            case live.CallerBegan():
                self._hearing.began()
                self._commands.begun()
            case live.CallerWentOn():
                self._hearing.began()
            case live.CallerFinished(silence_s):
                self._hearing.finished(silence_s)
            case live.CallerHeard(transcript):
                self._hearing.heard(transcript)
            case live.CallerNotHeard():
                self._hearing.not_heard()
            case live.TurnBegan():
                self._responses.turn_began()
                self._commands.begun()
            case live.TurnEnded(how):
                self._responses.turn_ended(how)
            case live.WordsBegan():
                self._responses.words_began()
                self._commands.begun()
            case live.WordsEnded():
                self._responses.words_ended()
            case live.Saying(text):
                self._responses.saying(text)
            case live.Cut(unplayed):
                self._responses.cut(unplayed)
        if self._commands.config.shows:
            self._showing.tell(event)

    async def hang_up(self) -> None:
        self.lose("we hung up")

    async def transfer(self, to: str) -> None:
        raise TransferError("A browser cannot be transferred to a telephone: ask the caller to ring instead.")

    async def record(self, *, consent: str) -> None:
        raise RecordingError("Sessions are not recorded: use the telephone where a recording is needed.")

    # What the client sends.

    async def _receive(self) -> str | bytes | None:
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
            return None
        text: str | None = message.get("text")
        return message["bytes"] if text is None else text

    def _take(self, data: str | bytes) -> None:
        if not self._allowed_events.take(1 + len(data) // EVENT_BYTES, self._clock()):
            raise ProtocolError("more events than a conversation has")
        event_id = None
        try:
            event = client.parse(data)
            event_id = event.event_id
            self._commands.do(event)
        except BadEventError as error:
            self._error(error, event_id or error.event_id)

    # What becomes of it.

    def _asked(self, ear: TranscriptEar) -> None:
        if not self.gone:
            self._begin(greets=False)
            self._showing.asked()
            self._inbox.keep(Words(ear))

    def _unanswerable(self, why: BadEventError) -> None:
        self._commands.unanswered()
        self._error(why, None)

    def _begin(self, *, greets: bool) -> bool:
        """Have the conversation begin; False if it has."""
        if self._begun.done():
            return False
        by_hand = self._commands.config.turns is None
        self._begun.set_result(Begun(greets, patient=by_hand or not greets))
        return True

    def _mark_returned(self, name: str) -> None:
        if not self.gone:
            self._inbox.keep(MarkReturned(name))
            self._responses.mark_returned()

    def _shown(self, config: SessionConfig) -> dict[str, Any]:
        return config.shown(
            self._session_id, thread=self._thread, recognizer=self._recognizer, expires_at=self._expires_at
        )

    def _error(self, error: BadEventError, event_id: str | None) -> None:
        self._tell(error, event_id)
        self._refused += 1
        if self._refused == 1:
            _log.warning("Session %s: an event was refused (%s).", self._session_id, error.code)

    def _tell(self, error: BadEventError, event_id: str | None) -> None:
        told = {
            "type": "invalid_request_error",
            "code": error.code,
            "message": error.message,
            "param": error.param,
            "event_id": event_id,
        }
        self._outbox.put("error", error=told)

    def _unsendable(self, reason: str) -> None:
        if not self.gone:
            _log.warning("Session %s: %s.", self._session_id, reason)
        self.lose(reason)

    def _refuse(self, code: str, message: str) -> None:
        self._failure = code
        self._tell(BadEventError(code, message), None)
        _log.warning("Session %s: %s", self._session_id, message)
        self.lose(message)
