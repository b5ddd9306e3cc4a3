"""``/v1/realtime``: who may talk is let in, and their session is held to its end."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import uuid4

from starlette.middleware import Middleware
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket

from emads_voice.channels.admission import Admission
from emads_voice.channels.api.requests.errors import ApiError
from emads_voice.channels.api.requests.keys import SESSION_KEY, ApiKeys
from emads_voice.channels.call import CallInfo, Converse
from emads_voice.channels.talking import complain, length, talk
from emads_voice.database import DatabaseError
from emads_voice.observability.log_throttle import strangers

from .asking import Understanding
from .keys.client_secrets import ClientSecrets, Grant
from .line import RealtimeLine

_log = logging.getLogger(__name__)

PATH = "/realtime"
KEY_PROTOCOL = "openai-insecure-api-key."
"""Browsers cannot send headers with a WebSocket: the key is offered as one of its subprotocols."""
PROTOCOL = "realtime"


@dataclass(frozen=True, slots=True)
class Doorway:
    """Who is let in.

    Attributes:
        keys: the deployment's; None lets in anyone, which only a check of origins before it makes safe.
        secrets: made with them; None where there are none.
        origins: web pages that may connect with a key, besides those of this server: "https://app.example.com".
    """

    keys: ApiKeys | None
    secrets: ClientSecrets | None = None
    origins: frozenset[str] = frozenset()

    async def let_in(self, websocket: WebSocket) -> Grant:
        """What a socket opens.

        Raises:
            ApiError: it stays out.
            DatabaseError: keys of one session cannot be looked up.
        """
        if self.keys is None:
            return Grant()
        host = websocket.headers.get("host", "").lower()
        for origin in websocket.headers.getlist("origin"):
            if origin.lower() not in {*self.origins, f"https://{host}", f"http://{host}"}:
                raise ApiError(
                    403, "origin_refused", "This web page may not talk here: name it in EMADS_API_ORIGINS."
                )
        key = key_of(websocket)
        if key.startswith(SESSION_KEY):
            grant = await self.secrets.redeem(key) if self.secrets else None
            if grant and self.keys.known(grant.client):  # whose key was taken back since has let in nobody
                return grant
            raise ApiError(
                401,
                "invalid_client_secret",
                "The key was used already, is too old, or is none of ours: make another.",
            )
        if client := self.keys.client(f"Bearer {key}"):
            return Grant(client=client)
        raise ApiError(
            401,
            "invalid_api_key",
            "The key is missing or not known: send Authorization: Bearer YOUR_KEY, or from a browser a key of "
            "/v1/realtime/client_secrets as a subprotocol.",
        )

    async def give_back(self, websocket: WebSocket, grant: Grant) -> None:
        """Whoever was let in found no place: their key may be tried again.

        Raises:
            DatabaseError: keys of one session cannot be kept.
        """
        if self.secrets:
            await self.secrets.give_back(key_of(websocket), grant)


class Sessions:
    """Serves sessions, one conversation each."""

    def __init__(
        self,
        converse: Converse,
        admission: Admission,
        doorway: Doorway,
        understanding: Understanding,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """
        Args:
            converse: holds a conversation on a line of :data:`.sound_formats.RATE`.
            admission: the places of this process, which telephone calls take too.
            doorway: who is let in.
            understanding: makes words of what is typed or committed.
            clock: seconds, monotonic.
        """
        self._converse = converse
        self._admission = admission
        self._doorway = doorway
        self._understanding = understanding
        self._clock = clock

    def routes(self, middleware: Sequence[Middleware] = ()) -> list[BaseRoute]:
        """Where they are, below the HTTP API's address; ``middleware`` stands before it."""
        return [WebSocketRoute(PATH, self.answer, middleware=middleware)]

    async def answer(self, websocket: WebSocket) -> None:
        """Serve one session, from its handshake to its end."""
        session_id = f"sess_{uuid4().hex[:20]}"
        try:
            grant = await self._let_in(websocket, session_id)
        except ApiError as refused:
            strangers.warning("A session was refused: %s", refused.message)
            await websocket.send_denial_response(refused.response())
            return
        try:
            await websocket.accept(_answered(websocket.scope.get("subprotocols") or []))
            self._admission.open(session_id)
            await self._hold(websocket, session_id, grant)
        finally:
            self._admission.release(session_id)

    async def _let_in(self, websocket: WebSocket, session_id: str) -> Grant:
        try:
            grant = await self._doorway.let_in(websocket)
            if full := self._admission.admit(session_id, grant.caller):
                await self._doorway.give_back(websocket, grant)
                raise ApiError(503, "overloaded", f"No session can begin now ({full}): try again later.")
        except DatabaseError as error:
            strangers.warning("A key of one session could not be looked up: %s", error)
            raise ApiError(503, "unavailable", "No key can be looked up now: try again later.") from None
        return grant

    async def _hold(self, websocket: WebSocket, session_id: str, grant: Grant) -> None:
        thread = grant.thread or str(uuid4())
        line = RealtimeLine(
            websocket, session_id, thread, self._understanding, grant.config, clock=self._clock
        )
        listening = asyncio.create_task(line.listen())
        began, turns = self._clock(), None
        try:
            if begun := await line.begun():
                call = CallInfo(
                    session_id,
                    thread,
                    caller=grant.caller,
                    parameters=grant.parameters,
                    channel="browser",
                    greets=begun.greets,
                    patient=begun.patient,
                )
                _log.info("Session %s has begun; its conversation is %s.", session_id, thread)
                turns = await talk(self._converse, line, call)
        finally:
            await line.close()
            listening.cancel()
            await asyncio.wait({listening})
            complain(listening, session_id)
            lasted = length(self._clock() - began, turns)
            _log.info("Session %s is over after %s: %s.", session_id, lasted, line.why)


def _answered(offered: Sequence[str]) -> str | None:
    """Which of the subprotocols is spoken. A browser that offers some and is answered none closes the socket: so who
    offers a key alone gets that back, whose it is."""
    if PROTOCOL in offered:
        return PROTOCOL
    return next((each for each in offered if each.startswith(KEY_PROTOCOL)), None)


def key_of(websocket: WebSocket) -> str:
    """The key that came with a handshake; "" if none did."""
    scheme, _, given = websocket.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return given.strip()
    offered = websocket.scope.get("subprotocols") or []
    return next((each.removeprefix(KEY_PROTOCOL) for each in offered if each.startswith(KEY_PROTOCOL)), "")
