"""Runs the server so that it can be replaced without a call noticing, and so that strangers cannot hurt one.

uvicorn closes open WebSockets 0.1 s after SIGTERM, whatever its time limits say: every deployment would cut
off whoever is talking. This one stops taking calls, lets those that run end by themselves, and leaves last.
"""

from __future__ import annotations

import asyncio
import errno
import gc
import logging
import os
import socket
import sys
import time
from collections.abc import Callable, Mapping
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn
from fastapi import FastAPI
from starlette.requests import ClientDisconnect
from starlette.websockets import WebSocketDisconnect

from emads_voice.channels.admission import Admission
from emads_voice.channels.errors import ConfigurationError
from emads_voice.channels.twilio.messages import MAX_BYTES
from emads_voice.error_text import reason_of
from emads_voice.observability import metrics
from emads_voice.observability.log_throttle import ThrottleFilter, strangers

from .accepting import accept
from .connection import Connection
from .connections import Connections
from .descriptors import raise_descriptor_limit
from .limits import Limits, Uploads

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_log = logging.getLogger(__name__)

UNREAD_S = 30
"""After this long a peer that reads nothing is disconnected by the system (Linux). Closing alone would wait
for it for ever, as its unread data stays to be sent."""


TICK_S = 0.1
"""How often uvicorn looks whether it is to stop."""


class DrainingServer(uvicorn.Server):
    """A first SIGTERM or Ctrl-C drains; a second one stops at once."""

    def __init__(self, config: uvicorn.Config, admission: Admission, limits: Limits | None = None) -> None:
        super().__init__(config)
        self._admission = admission
        self._told = False
        self._ticked = 0.0
        self._limits = limits or Limits()
        self._connections = Connections(self._limits)
        self._listeners: list[socket.socket] = []

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        # uvicorn listens nowhere: asyncio's servers take everyone, and uvloop's dies without descriptors.
        self._listeners = sockets or []
        await super().startup(sockets=[])

    async def main_loop(self) -> None:
        accepting = [
            asyncio.create_task(accept(listener, self._connection, self._connections))
            for listener in self._listeners
        ]
        # What is loaded by now stays. Looking through it for garbage stopped every call for 0.2 s, now and then.
        gc.collect()
        gc.freeze()
        try:
            await super().main_loop()
        finally:
            gc.unfreeze()
            for task in accepting:
                task.cancel()
            await asyncio.gather(*accepting, return_exceptions=True)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self._admission.draining:
            super().handle_exit(sig, frame)
        else:
            self._admission.drain()

    async def on_tick(self, counter: int) -> bool:
        now = time.monotonic()
        if self._ticked:
            metrics.LOOP_LAG.record(max(0.0, now - self._ticked - TICK_S))
        self._ticked = now
        # Told here: a signal handler may interrupt another line of the log.
        if self._admission.draining:
            calls = self._admission.calls
            if not self._told and calls and not self.should_exit:
                plural = "call" if calls == 1 else "calls"
                _log.info("Told to stop: waiting for %d %s; again to stop at once.", calls, plural)
            self._told = True
            self.should_exit = self.should_exit or not calls
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        cut = self._admission.calls
        await super().shutdown(sockets)
        _log.info("Stopped%s.", f"; {cut} {'call was' if cut == 1 else 'calls were'} cut off" if cut else "")

    def _connection(self) -> Connection:
        return Connection(
            self.config, self.server_state, self.lifespan.state, self._connections, self._limits
        )


async def serve(
    app: FastAPI,
    admission: Admission,
    listener: socket.socket,
    *,
    uploads: Uploads | None = None,
    messages: Mapping[str, int] | None = None,
) -> None:
    """Serve until told to stop and the last call is over.

    Args:
        app: made with the same admission.
        admission: drained when the process is told to stop.
        listener: where to listen, from :func:`bound`; closed at the end.
        uploads: who may send more than a form: the clients of the application's HTTP API, if it has one.
        messages: address → bytes of one message there of a WebSocket that was let in.

    Raises:
        ConfigurationError: another process began to listen there meanwhile.
    """
    for name in ("uvicorn.error", "asyncio"):  # what they complain of may be a stranger's doing
        logging.getLogger(name).addFilter(ThrottleFilter())
    limits = Limits(uploads=uploads, messages=messages or {}).fitted(
        admission.limit, raise_descriptor_limit()
    )
    with listener:
        listen(listener)
        _log.info("Listening on http://%s:%d.", *listener.getsockname()[:2])
        await DrainingServer(server_config(app), admission, limits).serve(sockets=[listener])


def server_config(app: FastAPI) -> uvicorn.Config:
    """How uvicorn carries calls."""
    return uvicorn.Config(
        _undisturbed(app),
        ws="none",  # those are opened in connection.py
        ws_max_size=MAX_BYTES,
        ws_per_message_deflate=False,  # µ-law does not compress
        log_config=None,  # its lines are written as all others are
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # whoever connects is who they are: signatures are checked against EMADS_PUBLIC_URL
        timeout_graceful_shutdown=5,
    )


def _undisturbed(app: ASGIApp) -> ASGIApp:
    """Wrap the application so that a peer who leaves before the answer raises nothing."""

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except (ClientDisconnect, WebSocketDisconnect):
            strangers.warning("A peer left before it was answered.")

    return call


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The faster event loop where it is installed, for :class:`asyncio.Runner`."""
    try:
        import uvloop
    except ImportError:  # Windows
        return None
    new_event_loop: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return new_event_loop


def bound(host: str, port: int) -> socket.socket:
    """A socket with an address, at which nobody is answered yet: connections are refused, as a probe should see.

    Args:
        host: address to listen on.
        port: 0 takes a free one.

    Raises:
        ConfigurationError: the address is taken or is not ours.
    """
    if not host:  # to the system this means every address
        raise ConfigurationError("Name the address to listen on: 127.0.0.1, or 0.0.0.0 for every one.")
    socket_ = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        if sys.platform == "linux":  # inherited by every connection
            socket_.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_S * 1000)
        if socket_.family == socket.AF_INET6:
            socket_.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        _bind(socket_, (host, port))
    except (OSError, UnicodeError, TypeError) as error:  # the latter two: it cannot be a host's name
        socket_.close()
        reason = reason_of(error) if isinstance(error, OSError) else "no host has such a name"
        raise ConfigurationError(
            f"Port {port} of {host} cannot be used ({reason}): choose another."
        ) from None
    return socket_


def _bind(socket_: socket.socket, address: tuple[str, int]) -> None:
    """Take an address, also from connections of a process that is gone, but not from one that has yet to listen.

    Two sockets that both say SO_REUSEADDR may be bound to one address until one of them listens. So it is said only
    where the address is taken, and by whoever holds it when they listen.
    """
    try:
        socket_.bind(address)
    except OSError as error:
        if os.name != "posix" or error.errno != errno.EADDRINUSE:
            raise
        socket_.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        socket_.bind(address)


def listen(listener: socket.socket) -> None:
    """Begin to take connections.

    Raises:
        ConfigurationError: another process took the address since it was bound.
    """
    try:
        if os.name == "posix":  # whoever comes after us may listen while our connections fade away
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.listen(2048)
    except OSError as error:
        host, port = listener.getsockname()[:2]
        raise ConfigurationError(
            f"Port {port} of {host} cannot be used ({reason_of(error)}): choose another."
        ) from None


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes a free one.

    Raises:
        ConfigurationError: the address is taken or is not ours.
    """
    listener = bound(host, port)
    listen(listener)
    return listener
