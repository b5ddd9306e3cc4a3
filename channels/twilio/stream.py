"""A phone line over one media socket: :class:`~emads_voice.channels.transport.Transport` for Twilio.

Reading never waits for whoever listens: Twilio throws the caller's sound away when it is not read. What is
not listened to is kept in a bounded queue. Writing waits for the socket, up to a deadline: a peer that has
stopped reading is gone.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace

from starlette.websockets import WebSocket, WebSocketDisconnect

from emads_voice.channels.errors import CallError, ProtocolError, RecordingError, TransferError
from emads_voice.channels.inbox import Inbox
from emads_voice.channels.live_events import LiveEvent
from emads_voice.channels.transport import Briefing, Event, HungUp, MachineRecords, Samples
from emads_voice.voice.sound import g711

from . import messages
from .call_control import TwilioCalls
from .protocol import MediaStream
from .twiml import Course

_log = logging.getLogger(__name__)

START_DEADLINE_S = 5.0
"""How long an accepted socket may stay silent. Twilio's start follows within milliseconds."""
SEND_DEADLINE_S = 5.0
"""How long one message may wait for the peer to read; the socket's buffers have filled before that."""
CLOSE_DEADLINE_S = 1.0
POLICY_VIOLATION, TOO_BIG = 1008, 1009  # RFC 6455; of what is too big the server closes the socket by itself


class TwilioTransport:
    """One accepted media socket. Whoever accepted it runs :meth:`opening`, then :meth:`listen` beside the
    conversation, then :meth:`close`.

    Attributes:
        finished: the line went as lines go: the caller hung up, or we did, or handed them over. One that is
            gone without being finished has broken, and may come back.
        let_go: it was us who hung up.
        handed_over: it was us who handed them over, so that they may come back.
        course: of the call, for what is asked of Twilio on its way.
        on_anew: told of a conversation that the caller has begun instead of theirs.
    """

    rate = messages.RATE

    def __init__(
        self,
        websocket: WebSocket,
        calls: TwilioCalls | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """
        Args:
            websocket: accepted.
            calls: ends calls and hands them over; without it a hang-up only closes the socket.
            clock: seconds, monotonic, by which the stream may come no faster than a telephone sends.
        """
        self.finished = False
        self.let_go = self.handed_over = False
        self.course = Course("")
        self.on_anew: Callable[[str], None] | None = None
        self._briefing: Briefing | None = None
        self._websocket = websocket
        self._calls = calls
        self._protocol = MediaStream(clock)
        self._stream_sid = self._call_sid = ""
        self._inbox = Inbox(self.rate)
        self._broke_protocol = False

    @property
    def gone(self) -> bool:
        """Whether nothing more can be heard or said."""
        return self._inbox.gone

    async def lost(self) -> None:
        """Waits until it is."""
        await self._inbox.lost()

    async def opening(self) -> messages.Stream:
        """Wait for the stream to start.

        Raises:
            ProtocolError: it does not, in time or at all.
        """
        try:
            async with asyncio.timeout(START_DEADLINE_S):
                while (data := await self._receive()) is not None:
                    got = self._protocol.receive(data)
                    if isinstance(got, messages.Stream):
                        self._stream_sid, self._call_sid = got.stream_sid, got.call_sid
                        return got
                    if isinstance(got, HungUp):
                        break
        except TimeoutError:
            raise ProtocolError(f"no start within {START_DEADLINE_S:g} s") from None
        raise ProtocolError("it was closed before it started")

    async def listen(self) -> None:
        """Read the socket until the line is gone; :meth:`events` tells what came."""
        try:
            while not self.gone and (data := await self._receive()) is not None:
                event = self._protocol.receive(data)
                if isinstance(event, HungUp):
                    self.finished = True
                    self.lose(event.reason)
                elif isinstance(event, messages.Stream):
                    self._stream_sid = event.stream_sid
                elif event is not None:
                    self._inbox.keep(event)
        except ProtocolError as error:
            self._broke_protocol = True
            _log.warning("Call %s: the stream was closed because of %s.", self._call_sid, error)
        finally:
            self.lose("the line broke")
            if not self._protocol.timed:
                _log.warning("Call %s: the line's timestamps were wrong, and were not used.", self._call_sid)
            if lost := self._inbox.dropped_s:
                _log.warning("Call %s: %.1f s of sound were dropped unheard.", self._call_sid, lost)

    def machine_records(self) -> None:
        """Twilio says that an answering machine has played its greeting."""
        self._inbox.keep(MachineRecords())

    def lose(self, reason: str) -> None:
        """The line is gone: nothing is sent any more, and the last event says why."""
        self._inbox.lose(reason)

    async def events(self) -> AsyncIterator[Event]:
        async for event in self._inbox.events():
            yield event

    async def play(self, samples: Samples) -> None:
        if len(samples):
            await self._send(messages.media(self._stream_sid, g711.encode(samples)))

    async def mark(self, name: str) -> None:
        await self._send(messages.mark(self._stream_sid, name))

    async def clear(self) -> None:
        await self._send(messages.clear(self._stream_sid))

    def tell(self, event: LiveEvent) -> None:
        """A telephone has no screen."""

    async def hang_up(self) -> None:
        if self.gone:
            return
        self.finished = self.let_go = True
        self.lose("we hung up")
        try:
            if self._calls:
                await self._calls.hang_up(self._call_sid)
        except CallError as error:  # closing the socket ends the call as well, by way of the resume webhook
            _log.warning("Call %s: %s", self._call_sid, error)
        await self.close()

    def goes_on_with(self, thread_id: str) -> None:
        self.course = replace(self.course, thread=thread_id)
        if self.on_anew:
            self.on_anew(thread_id)

    async def brief(self, briefing: Briefing) -> None:
        self._briefing = briefing

    async def transfer(self, to: str) -> None:
        if self.gone:
            return
        if self._calls is None:
            raise TransferError(
                "Handing over needs a Twilio account: set TWILIO_ACCOUNT_SID, and leave --insecure."
            )
        try:
            await self._calls.transfer(self._call_sid, to, course=self.course, briefing=self._briefing)
        except CallError as error:
            raise TransferError(str(error)) from None
        _log.info("Call %s was transferred to a person.", self._call_sid)
        self.finished = self.handed_over = True
        self.lose("the caller was handed over")

    async def record(self, *, consent: str) -> None:
        if self.gone:
            return
        if self._calls is None:
            raise RecordingError(
                "Recording needs a Twilio account: set TWILIO_ACCOUNT_SID, and leave --insecure."
            )
        try:
            await self._calls.record(self._call_sid, consent=consent)
        except CallError as error:
            raise RecordingError(str(error)) from None

    async def pause_recording(self, paused: bool) -> None:
        if self.gone or self._calls is None:
            return  # then nothing is recorded
        try:
            await self._calls.pause_recording(self._call_sid, paused)
        except CallError as error:
            raise RecordingError(str(error)) from None

    async def close(self, code: int = 1000) -> None:
        """Close the socket, if it is not closed; of who broke the protocol, as a violation of policy."""
        self.lose("the line was closed")
        code = POLICY_VIOLATION if self._broke_protocol else code
        with suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
            async with asyncio.timeout(CLOSE_DEADLINE_S):
                await self._websocket.close(code)

    async def _receive(self) -> str | bytes | None:
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
            if message.get("code") == TOO_BIG:
                raise ProtocolError(f"a message of more than {messages.MAX_BYTES} bytes")
            return None
        text: str | None = message.get("text")
        return message["bytes"] if text is None else text

    async def _send(self, text: str) -> None:
        if self.gone:
            return
        try:
            async with asyncio.timeout(SEND_DEADLINE_S):
                await self._websocket.send_text(text)
        except TimeoutError:
            if not self.gone:  # several may have waited
                _log.warning("Call %s: the other side has stopped reading.", self._call_sid)
            self.lose("the other side stopped reading")
        except (WebSocketDisconnect, RuntimeError):
            self.lose("the line broke")
