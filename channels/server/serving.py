"""Runs the server so that it can be replaced without a call noticing.

uvicorn closes open WebSockets 0.1 s after SIGTERM, whatever its time limits say: every deployment would cut
off whoever is talking. This one stops taking calls, lets those that run end by themselves, and leaves last.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn
from fastapi import FastAPI

from emads_voice.channels.admission import Admission
from emads_voice.channels.errors import ConfigurationError
from emads_voice.channels.twilio.messages import MAX_BYTES

_log = logging.getLogger(__name__)

UNREAD_S = 30
"""After this long a peer that reads nothing is disconnected by the system (Linux). Closing alone would wait
for it for ever, as its unread data stays to be sent."""


class DrainingServer(uvicorn.Server):
    """A first SIGTERM or Ctrl-C drains; a second one stops at once."""

    def __init__(self, config: uvicorn.Config, admission: Admission) -> None:
        super().__init__(config)
        self._admission = admission

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self._admission.draining:
            super().handle_exit(sig, frame)
        else:
            self._admission.drain()

    async def on_tick(self, counter: int) -> bool:
        # Every 0.1 s.
        if self._admission.draining and not self._admission.calls:
            self.should_exit = True
        return await super().on_tick(counter)


async def serve(app: FastAPI, admission: Admission, *, host: str, port: int) -> None:
    """Serve until told to stop and the last call is over.

    Args:
        app: made with the same admission.
        admission: drained when the process is told to stop.
        host: address to listen on.
        port: 0 takes a free one.

    Raises:
        ConfigurationError: the address is taken or is not ours.
    """
    with listening(host, port) as listener:
        _log.info("Listening on http://%s:%d.", *listener.getsockname()[:2])
        await DrainingServer(server_config(app), admission).serve(sockets=[listener])


def server_config(app: FastAPI) -> uvicorn.Config:
    """How uvicorn carries calls."""
    return uvicorn.Config(
        app,
        ws="websockets-sansio",  # the fastest of uvicorn's
        ws_max_size=MAX_BYTES,
        ws_per_message_deflate=False,  # µ-law does not compress
        log_config=None,  # its lines are written as all others are
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The faster event loop where it is installed, for :class:`asyncio.Runner`."""
    try:
        import uvloop
    except ImportError:  # Windows
        return None
    new_event_loop: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return new_event_loop


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes a free one.

    Raises:
        ConfigurationError: the address is taken or is not ours.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigurationError(
            f"Port {port} of {host} cannot be used ({reason}): choose another."
        ) from None
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # inherited by every connection
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_S * 1000)
    return listener
