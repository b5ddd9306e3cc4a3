"""Who is on the line in this process: streams are let in, tied to their calls, and served to their end."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.websockets import WebSocket

from emads_voice.channels.admission import Admission
from emads_voice.channels.call import CallInfo, Converse
from emads_voice.channels.errors import CallError, ProtocolError
from emads_voice.observability.noise import strangers

from . import paths
from .calls import TwilioCalls
from .messages import Stream
from .signature import HEADER, Signatures
from .stream import POLICY_VIOLATION, TwilioTransport
from .tokens import StreamTokens

_log = logging.getLogger(__name__)

FAREWELL_S = 5.0
"""What a conversation may still do once its line is gone: write down what was heard."""
REMEMBERED = 10_000
"""How many calls that we ended are remembered as such."""


@dataclass(eq=False, slots=True)
class _Line:
    """A line, and whether its conversation is over."""

    transport: TwilioTransport
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
            signatures: None lets anyone in, without a token too; for local tests.
            calls: Twilio's REST API; None where there is no account.
            clock: seconds, monotonic.
        """
        self._clock = clock
        self._converse = converse
        self._admission = admission
        self._tokens = tokens
        self._signatures = signatures
        self._calls = calls
        self._lines: dict[str, _Line] = {}
        self._over: dict[str, None] = {}  # an ordered set, oldest first

    def is_over(self, call_sid: str) -> bool:
        """Whether we ended this call, so that Twilio asking what to do next is told to hang up."""
        return call_sid in self._over

    def is_on_line(self, call_sid: str) -> bool:
        """Whether a stream of this call is open."""
        return call_sid in self._lines

    def end(self, call_sid: str) -> None:
        """Twilio says that the call is over, whatever its stream does."""
        if line := self._lines.get(call_sid):
            line.transport.finished = True
            line.transport.lose("the call ended")
        elif self._admission.release(call_sid):
            _log.info("Call %s is over: it ended while it had no line.", call_sid)

    async def hang_up(self, call_sid: str) -> None:
        """End a call from our side."""
        self._remember(call_sid)
        if line := self._lines.get(call_sid):
            await line.transport.hang_up()
        elif self._calls:
            try:
                await self._calls.hang_up(call_sid)
            except CallError as error:
                _log.warning("Call %s: %s", call_sid, error)

    async def answer(self, websocket: WebSocket) -> None:
        """Serve one stream, from its handshake to its end."""
        signature = websocket.headers.get(HEADER, "")
        if self._signatures and not self._signatures.upgrade(paths.MEDIA, signature):
            strangers.warning("A media stream without Twilio's signature was refused.")
            await websocket.close(POLICY_VIOLATION)  # before accept: the server answers 403
            return
        await websocket.accept()
        transport = TwilioTransport(websocket, self._calls)
        try:
            stream = await transport.opening()
            call, resumable = self._identify(stream)
        except ProtocolError as error:
            strangers.warning("A media stream was refused: %s.", error)
            await transport.close(POLICY_VIOLATION)
            return
        await self._hold(call, _Line(transport), resumable)

    def _identify(self, stream: Stream) -> tuple[CallInfo, bool]:
        """The call a stream belongs to, and whether Twilio would bring it back if it broke."""
        parameters = dict(stream.custom_parameters)
        token = parameters.pop("token", "")
        call = self._tokens.redeem(token, call_sid=stream.call_sid, account_sid=stream.account_sid)
        if call:
            return replace(call, parameters=parameters), True
        if self._signatures:
            raise ProtocolError(
                f"call {stream.call_sid} has no such token, or its token was used or is too old"
            )
        if refusal := self._admission.admit(stream.call_sid, parameters.get("caller", "")):
            raise ProtocolError(refusal)
        call = CallInfo(
            stream.call_sid,
            thread_id=parameters.pop("thread", stream.call_sid),
            caller=parameters.pop("caller", ""),
            parameters=parameters,
        )
        return call, False

    async def _hold(self, call: CallInfo, line: _Line, resumable: bool) -> None:
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
                _log.info("Call %s is on the line%s.", sid, ", again" if call.resumed else "")
                turns = await self._talk(call, transport)
        finally:
            listening.cancel()
            await asyncio.wait({listening})
            _complain(listening, sid)
            await transport.close()
            line.over.set()
            if self._lines.get(sid) is line:
                del self._lines[sid]
                if transport.hung_up:
                    self._remember(sid)
                if transport.finished or not resumable:
                    self._admission.release(sid)
                else:
                    self._admission.hold(sid)
                ended = "is over" if transport.finished else "has lost its line"
                _log.info("Call %s %s after %s.", sid, ended, _length(self._clock() - began, turns))

    async def _talk(self, call: CallInfo, transport: TwilioTransport) -> int | None:
        """Hold the conversation to its end; returns how many turns it had, if that is known."""

        async def converse() -> int | None:
            return await self._converse(transport, call)

        # In a context of its own: a turn is a trace, not a part of the span that web frameworks keep per socket.
        talking = asyncio.create_task(converse(), context=Context())
        losing = asyncio.create_task(transport.lost())
        try:
            await asyncio.wait({talking, losing}, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait({talking}, timeout=FAREWELL_S)
            if not talking.done():
                _log.warning("Call %s: the conversation did not notice that its line is gone.", call.call_sid)
        finally:
            talking.cancel()
            losing.cancel()
            await asyncio.wait({talking, losing})
        failed = _complain(talking, call.call_sid)
        if not failed and not transport.gone:
            await transport.hang_up()
        return None if failed or talking.cancelled() else talking.result()

    def _remember(self, call_sid: str) -> None:
        self._over[call_sid] = None
        if len(self._over) > REMEMBERED:
            del self._over[next(iter(self._over))]


def _length(seconds: float, turns: int | None) -> str:
    """ "1:32 and 3 turns"."""
    minutes, rest = divmod(round(seconds), 60)
    counted = "" if turns is None else f" and {turns} {'turn' if turns == 1 else 'turns'}"
    return f"{minutes}:{rest:02}{counted}"


def _complain(task: asyncio.Future[Any], call_sid: str) -> bool:
    """Logs what a finished task failed of, if it failed; tells whether it did."""
    if task.cancelled() or (error := task.exception()) is None:
        return False
    _log.error("Call %s failed: %s", call_sid, type(error).__name__, exc_info=error)
    return True
