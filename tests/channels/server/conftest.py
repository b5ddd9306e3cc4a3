"""A server in this process, and peers that send it bytes."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi import FastAPI, Request, Response, WebSocket
from uvicorn.config import Config

from emads_voice.channels.admission import Admission
from emads_voice.channels.server.limits import Limits
from emads_voice.channels.server.serving import DrainingServer, listening, server_config
from emads_voice.channels.server.websocket import MediaSocket

HANDSHAKE = (
    b"GET /socket HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


@dataclass
class Application:
    """Counts requests, and holds WebSockets without reading them until it is told to."""

    asked: int = 0
    forms: list[bytes] = field(default_factory=list)
    read: asyncio.Event = field(default_factory=asyncio.Event)
    accept: asyncio.Event = field(default_factory=asyncio.Event)
    answer: asyncio.Event = field(default_factory=asyncio.Event)
    messages: list[str] = field(default_factory=list)

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/livez")
        async def livez() -> Response:
            self.asked += 1
            await self.answer.wait()
            return Response("alive")

        @app.post("/form")
        async def form(request: Request) -> Response:
            await self.answer.wait()
            self.forms.append(await request.body())
            return Response("taken")

        @app.websocket("/socket")
        async def listen(websocket: WebSocket) -> None:
            await self.accept.wait()
            await websocket.accept()
            await self.read.wait()
            async for text in websocket.iter_text():
                self.messages.append(text)
                if text == "end":
                    await websocket.close()
                    return

        return app


@dataclass
class Peer:
    """A raw connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await asyncio.sleep(0)

    async def end(self) -> bytes:
        """All that still comes before the server closes the connection; what is cut off by a reset is lost."""
        data = b""
        async with asyncio.timeout(10):
            try:
                while piece := await self.reader.read(65_536):
                    data += piece
            except ConnectionError:
                pass
        return data

    async def ask(self, data: bytes) -> bytes:
        await self.send(data)
        return await self.end()

    async def upgrade(self) -> Peer:
        await self.send(HANDSHAKE)
        async with asyncio.timeout(10):
            assert b" 101 " in await self.reader.readuntil(b"\r\n\r\n")
        return self

    async def flood(self, data: bytes, *, rounds: int = 500) -> int:
        """Send as much as the other side takes without our reading anything; the bytes that went."""
        transport_socket = self.writer.get_extra_info("socket")
        peer = socket.socket(fileno=socket.dup(transport_socket.fileno()))
        sent = 0
        with peer:
            for _ in range(rounds):
                try:
                    sent += peer.send(data[sent % len(data) :])
                except BlockingIOError:
                    pass
                except ConnectionError:
                    break
                await asyncio.sleep(0)
        return sent

    def abort(self) -> None:
        self.writer.transport.abort()


@dataclass
class Running:
    """A server and who knocks at it."""

    server: DrainingServer
    application: Application
    port: int
    peers: list[Peer] = field(default_factory=list)

    async def peer(self) -> Peer:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.peers.append(Peer(reader, writer))
        return self.peers[-1]

    @property
    def websockets(self) -> list[MediaSocket]:
        return [given for given in self.server.server_state.connections if isinstance(given, MediaSocket)]


@asynccontextmanager
async def _running(limits: Limits, change: Callable[[Config], None]) -> AsyncIterator[Running]:
    application = Application()
    application.answer.set()
    application.accept.set()
    with listening("127.0.0.1", 0) as listener:
        config = server_config(application.app())
        config.lifespan = "off"
        change(config)
        server = DrainingServer(config, Admission(1, 1), limits)
        server.capture_signals = nullcontext  # type: ignore[method-assign,assignment]
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:  # uvicorn has no event for it
            await asyncio.sleep(0)
        running = Running(server, application, listener.getsockname()[1])
        try:
            yield running
            assert not serving.done()
        finally:
            for peer in running.peers:
                peer.abort()
            for event in (application.read, application.accept, application.answer):
                event.set()
            serving.cancel()
            for connection in list(server.server_state.connections):
                connection.shutdown()
            await asyncio.gather(serving, *server.server_state.tasks, return_exceptions=True)


Serve = Callable[..., Awaitable[Running]]


@pytest.fixture(params=["httptools", "h11"])
async def serve(request: pytest.FixtureRequest) -> AsyncIterator[Serve]:
    """Starts servers on loopback: ``await serve(head_s=…)``, with each parser that may be installed."""
    async with AsyncExitStack() as stack:

        async def start(**limits: Any) -> Running:
            def with_parser(config: Config) -> None:
                config.http = request.param

            return await stack.enter_async_context(_running(Limits(**limits), with_parser))

        yield start


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], Awaitable[None]]:
    """Waits for something that happens on the other side of a socket."""

    async def wait(condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                await asyncio.sleep(0)

    return wait
