"""Who is on the line in this process: streams are let in, tied to their calls, and served to their end."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from starlette.websockets import WebSocket

from emads_voice.channels.admission import Admission
from emads_voice.channels.call import CallInfo, Converse
from emads_voice.channels.errors import CallError, ProtocolError
from emads_voice.channels.talking import complain, length, talk
from emads_voice.observability.log_throttle import strangers

from . import paths
from .call_control import TwilioCalls
from .callers import caller_of
from .messages import Stream
from .recent_calls import CallMemory
from .signature import HEADER, Signatures
from .stream import POLICY_VIOLATION, TwilioTransport
from .tokens import Grant, StreamTokens
from .twiml import Course

_log = logging.getLogger(__name__)

MAX_WAITING = 256
"""Sockets that may be open before their streams start, which takes milliseconds. With signatures there is one for
each ticket at most; without, this keeps a program that opens thousands from keeping them."""


@dataclass(eq=False, slots=True)
class _Line:
    """A line, whether its conversation is over, and whether the caller it handed over was taken back before that."""

    transport: TwilioTransport
    taken_back: bool = False
    over: asyncio.Event = field(default_factory=asyncio.Event)


class Switchboard:
    """Serves media streams, one conversation each."""

    def __init__(
        self,
        converse: Converse,
        admission: Admission,
        tokens: StreamTokens,
        *,
        signatures: Signatures | None,
        calls: TwilioCalls | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """
        Args:
            converse: holds a conversation on a line.
            admission: the places of this process.
            tokens: given out by the webhooks.
            signatures: None lets anyone in, without a ticket too; for local tests.
            calls: Twilio's REST API; None where nobody has proved to be Twilio.
            clock: seconds, monotonic.
        """
        self._clock = clock
        self._converse = converse
        self._admission = admission
        self._tokens = tokens
        self._signatures = signatures
        self._calls = calls
        self._lines: dict[str, _Line] = {}
        self._over: CallMemory[None] = CallMemory()
        self._handed_over: CallMemory[None] = CallMemory()
        self._anew: CallMemory[str] = (
            CallMemory()
        )  # the conversations that callers have begun instead of theirs
        self._waiting = 0

    def is_over(self, call_sid: str) -> bool:
        """Whether this call has ended, or we let it go, so that whoever asks what to do next is told to hang up."""
        return call_sid in self._over or call_sid in self._handed_over

    def take_back(self, call_sid: str) -> bool:
        """The caller was handed over and nobody took them, so they may have a line again. False if the call is over."""
        self._handed_over.forget(call_sid)
        if line := self._lines.get(call_sid):
            line.taken_back = True
        return call_sid not in self._over

    def thread_of(self, call_sid: str, thread_id: str) -> str:
        """The conversation of a call that began with this one: another, if its caller has begun another."""
        return self._anew.get(call_sid) or thread_id

    def is_on_line(self, call_sid: str) -> bool:
        """Whether a stream of this call is open."""
        return call_sid in self._lines

    def end(self, call_sid: str) -> None:
        """Twilio says that the call is over, whatever its stream does."""
        self._over.note(call_sid, None)
        if line := self._lines.get(call_sid):
            line.transport.finished = True
            line.transport.lose("the call ended")
        elif self._admission.release(call_sid):
            _log.info("Call %s is over: it ended while it had no line.", call_sid)

    async def hang_up(self, call_sid: str) -> None:
        """End a call from our side."""
        self._over.note(call_sid, None)
        if line := self._lines.get(call_sid):
            await line.transport.hang_up()
        elif self._calls:
            try:
                await self._calls.hang_up(call_sid)
            except CallError as error:
                _log.warning("Call %s: %s", call_sid, error)

    def machine_records(self, call_sid: str) -> bool:
        """An answering machine listens to what this call has to say. False if there is no line to say it on."""
        line = self._lines.get(call_sid)
        if line and not line.transport.gone:
            line.transport.machine_records()
        return line is not None

    async def answer(self, websocket: WebSocket) -> None:
        """Serve one stream, from its handshake to its end."""
        ticket = websocket.path_params.get("ticket", "")
        grant, refusal = self._let_in(ticket, websocket.headers.get(HEADER, ""))
        if refusal:
            strangers.warning(refusal)
            await websocket.close(POLICY_VIOLATION)  # before accept: the server answers 403
            return
        await websocket.accept()
        transport = TwilioTransport(websocket, self._calls)
        self._waiting += 1
        try:
            call = self._identify(await transport.opening(), grant)
        except ProtocolError as error:
            strangers.warning("A media stream was refused: %s.", error)
            await transport.close(POLICY_VIOLATION)
            return
        finally:
            self._waiting -= 1
        transport.course = Course(call.thread_id, grant.attempt if grant else 0, call.purpose)
        transport.on_anew = lambda thread_id: self._anew.note(call.call_sid, thread_id)
        await self._hold(call, _Line(transport), resumable=grant is not None)

    def _let_in(self, ticket: str, signature: str) -> tuple[Grant | None, str]:
        """What lets a socket in, if something must, or why it stays out."""
        if self._signatures and not self._signatures.upgrade(paths.media(ticket), signature):
            return None, "A media stream without Twilio's signature was refused."
        grant = self._tokens.redeem(ticket)
        if grant is None and (ticket or self._signatures):
            return (
                None,
                "A media stream was refused: its address was used already, is too old, or is none of ours.",
            )
        if grant is None and self._waiting >= MAX_WAITING:
            return None, f"A media stream was refused: {MAX_WAITING} others have not started yet."
        return grant, ""

    def _identify(self, stream: Stream, grant: Grant | None) -> CallInfo:
        """The call a stream belongs to."""
        parameters = dict(stream.custom_parameters)
        if grant:
            if not grant.fits(stream, parameters.pop("token", "")):
                raise ProtocolError(
                    f"call {stream.call_sid} is not the one that was meant, or has not its token"
                )
            if self.is_over(stream.call_sid):
                raise ProtocolError(f"call {stream.call_sid} has ended")
            return replace(grant.call, parameters=parameters)
        caller = caller_of(parameters.pop("caller", ""))
        if refusal := self._admission.admit(stream.call_sid, caller):
            raise ProtocolError(refusal)
        # No name that a stranger gives may be that of somebody's conversation, not the call's either.
        thread = str(uuid.uuid4())
        return CallInfo(stream.call_sid, thread, caller=caller, parameters=parameters)

    async def _hold(self, call: CallInfo, line: _Line, *, resumable: bool) -> None:
        """Serve the call on this line; a ``resumable`` one is brought back by Twilio if it breaks."""
        sid, transport = call.call_sid, line.transport
        older = self._lines.get(sid)
        self._lines[sid] = line
        self._admission.open(sid)
        listening = asyncio.create_task(transport.listen())
        began, turns = self._clock(), None
        try:
            if older:  # the newest wins, but a thread has one writer
                older.transport.lose("a newer stream of the same call took over")
                await older.over.wait()
            if not transport.gone:
                again = ", again" if call.resumed else ""
                _log.info("Call %s is on the line%s; its conversation is %s.", sid, again, call.thread_id)
                turns = await talk(self._converse, transport, call)
        finally:
            listening.cancel()
            await asyncio.wait({listening})
            complain(listening, sid)
            await transport.close()
            line.over.set()
            if self._lines.get(sid) is line:
                del self._lines[sid]
                if transport.handed_over and not line.taken_back:
                    self._handed_over.note(sid, None)
                elif transport.let_go:
                    self._over.note(sid, None)
                if (transport.finished or not resumable) and not transport.handed_over:
                    self._admission.release(sid)
                else:
                    self._admission.hold(sid)
                ended = "is over" if transport.finished else "has lost its line"
                _log.info("Call %s %s after %s.", sid, ended, length(self._clock() - began, turns))
