"""A running phone on a loopback port, and what streamdouble lacks of Twilio: signed requests, and marks that
come back when the buffer is cleared. Signatures are made here from Twilio's description of them, not with its
SDK, which the phone uses.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import httpx
import pytest
import websockets
from fastapi import FastAPI, Request, Response
from pydantic import SecretStr

from emads_voice.channels.admission import Admission
from emads_voice.channels.call import CallInfo, Converse
from emads_voice.channels.server.app import create_app
from emads_voice.channels.server.serving import DrainingServer, listening, server_config
from emads_voice.channels.transport import Digit, Event, HungUp, MarkReturned, Sound, Transport
from emads_voice.channels.twilio.call_control import TwilioCalls
from emads_voice.channels.twilio.settings import TwilioSettings
from emads_voice.observability.log_throttle import strangers

ACCOUNT, TOKEN, PUBLIC = "AC" + "0" * 32, "the-auth-token", "https://voice.example.com"


def settings_of(**changes: Any) -> TwilioSettings:
    """Of a phone that is open for business, whatever the environment says."""
    given = {
        "account_sid": ACCOUNT,
        "auth_token": SecretStr(TOKEN),
        "public_url": PUBLIC,
        "number": "+842899990000",
        "human": "+842899991111",
        "max_calls": 5,
    }
    return TwilioSettings(**{**given, **changes})


def sign(url: str, form: dict[str, str] | None = None) -> str:
    """What Twilio writes into X-Twilio-Signature."""
    text = url + "".join(name + value for name, value in sorted((form or {}).items()))
    return base64.b64encode(hmac.new(TOKEN.encode(), text.encode(), hashlib.sha1).digest()).decode()


@asynccontextmanager
async def running(app: FastAPI, admission: Admission) -> AsyncIterator[tuple[DrainingServer, int]]:
    """The application on a free loopback port."""
    with listening("127.0.0.1", 0) as listener:
        config = server_config(app)
        config.lifespan = "off"
        server = DrainingServer(config, admission)
        # Within a fixture it would put back the handlers of an event loop that is no more.
        server.capture_signals = nullcontext  # type: ignore[method-assign,assignment]
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:  # uvicorn has no event for it
            await asyncio.sleep(0.001)
        yield server, listener.getsockname()[1]
        # Not by should_exit: uvicorn takes its time, and there are many tests.
        serving.cancel()
        for connection in list(server.server_state.connections):
            connection.shutdown()
        for listener_server in server.servers:
            listener_server.close()
        await asyncio.gather(serving, *server.server_state.tasks, return_exceptions=True)


@dataclass
class Echo:
    """A conversation that says what it hears. Keys: 1 hangs up, 2 hands over, 3 clears, 4 fails, 0 ends."""

    calls: list[CallInfo] = field(default_factory=list)
    lines: list[Transport] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, line: Transport, call: CallInfo) -> None:
        self.calls.append(call)
        self.lines.append(line)
        async for event in line.events():
            if isinstance(event, HungUp):
                self.ends.append(event.reason)
                self.ended.set()
                return
            self.events.append(event)
            if isinstance(event, Sound):
                await line.play(event.samples)
                await line.mark(f"m{len(self.events)}")
            elif isinstance(event, Digit):
                if event.digit == "0":
                    return
                await self.key(event.digit, line)

    async def key(self, digit: str, line: Transport) -> None:
        actions: dict[str, Callable[[], Awaitable[None]]] = {
            "1": line.hang_up,
            "2": lambda: line.transfer("+842899991111"),
            "3": line.clear,
            "4": _fail,
        }
        if digit in actions:
            await actions[digit]()

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def marks(self) -> list[str]:
        return [event.name for event in self.of(MarkReturned)]


async def _fail() -> None:
    raise RuntimeError("the conversation broke")


@dataclass
class RestDouble:
    """Twilio's REST API as far as we ask it: remembers what was asked; answers 404 for calls in ``ended``."""

    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    ended: set[str] = field(default_factory=set)
    refuse: int = 0

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/2010-04-01/Accounts/{account}/{path:path}")
        async def ask(request: Request, path: str) -> Response:
            form = dict(httpx.QueryParams((await request.body()).decode()).items())
            self.asked.append((path, form))
            authorised = request.headers["authorization"] == httpx.BasicAuth(ACCOUNT, TOKEN)._auth_header
            if not authorised or self.refuse:
                message = {"message": f"refused {form.get('To')}", "code": 1}
                return Response(json.dumps(message), self.refuse or 401)
            if any(sid in path for sid in self.ended):
                return Response('{"message":"not found"}', 404)
            return Response(json.dumps({"sid": "CA" + "9" * 32}), 200 if "/" in path else 201)

        return app


@dataclass
class Phone:
    """A running phone, as Twilio sees it."""

    http: httpx.AsyncClient
    echo: Echo
    admission: Admission
    server: DrainingServer
    rest: RestDouble
    calls: TwilioCalls
    port: int
    usual = {"AccountSid": ACCOUNT, "Direction": "inbound", "From": "+84901234567", "To": "+842899990000"}  # noqa: RUF012

    def sign(self, path: str, *, base: str = PUBLIC, **form: str) -> str:
        """The signature of a webhook."""
        return sign(base + path, {**self.usual, **form})

    def sign_stream(self, path: str) -> str:
        """The signature of the request to open a stream."""
        return sign(PUBLIC.replace("http", "ws") + path)

    async def post(self, path: str, *, signed: str | None = None, **form: str) -> httpx.Response:
        """A webhook; ``signed`` replaces its signature."""
        signature = self.sign(path, **form) if signed is None else signed
        headers = {"X-Twilio-Signature": signature} if signature else {}
        return await self.http.post(path, data={**self.usual, **form}, headers=headers)

    async def ring(self, call_sid: str, path: str = "/twilio/voice", **form: str) -> Twiml:
        """A webhook that is answered with TwiML."""
        response = await self.post(path, CallSid=call_sid, **form)
        assert response.status_code == 200, response.text
        return Twiml(response.text)

    async def connect(
        self, path: str = "/twilio/media", *, signed: str | None = None, **headers: str
    ) -> websockets.ClientConnection:
        """The socket Twilio opens; ``signed`` replaces its signature."""
        signature = self.sign_stream(path) if signed is None else signed
        if signature:
            headers["X-Twilio-Signature"] = signature
        return await websockets.connect(
            f"ws://127.0.0.1:{self.port}{path}", additional_headers=headers, compression=None
        )

    async def call(self, call_sid: str, path: str = "/twilio/voice", **form: str) -> Caller:
        """Ring, do as the TwiML says, and begin the stream."""
        return await self.follow(await self.ring(call_sid, path, **form), call_sid)

    async def follow(self, twiml: Twiml, call_sid: str) -> Caller:
        """Begin the stream that a call was told to open."""
        caller = await self.stream(call_sid, twiml.media)
        await caller.start(twiml.token)
        return caller

    async def stream(self, call_sid: str, path: str = "/twilio/media") -> Caller:
        """An open socket on which nothing has been said."""
        return Caller(await self.connect(path), call_sid)


class Twiml:
    """TwiML, read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root = ElementTree.fromstring(text)

    @property
    def verbs(self) -> list[str]:
        return [verb.tag for verb in self.root]

    @property
    def token(self) -> str:
        parameter = self.root.find("./Connect/Stream/Parameter[@name='token']")
        assert parameter is not None, self.text
        return parameter.attrib["value"]

    @property
    def media(self) -> str:
        """Path of the <Stream>."""
        stream = self.root.find("./Connect/Stream")
        assert stream is not None, self.text
        return urlsplit(stream.attrib["url"]).path

    @property
    def redirect(self) -> str:
        """Path and query of the <Redirect>."""
        parts = urlsplit(self.root.findtext("Redirect") or "")
        return f"{parts.path}?{parts.query}"


class Caller:
    """Twilio's side of one stream. What is played stays in the buffer until :meth:`played`."""

    def __init__(self, socket: websockets.ClientConnection, call_sid: str) -> None:
        self.socket = socket
        self.call_sid = call_sid
        self.stream_sid = "MZ" + secrets.token_hex(16)
        self.heard = b""
        self._buffer: deque[tuple[str, Any]] = deque()
        self._at = 0

    async def send(self, event: str, **rest: Any) -> None:
        await self.socket.send(json.dumps({"event": event, "streamSid": self.stream_sid, **rest}))

    async def start(self, token: str = "", *, account: str = ACCOUNT, **changes: Any) -> None:
        await self.send("connected", protocol="Call", version="1.0.0")
        start = {
            "accountSid": account,
            "streamSid": self.stream_sid,
            "callSid": self.call_sid,
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": {"token": token},
        }
        await self.send("start", sequenceNumber="1", start={**start, **changes})

    async def say(self, payload: bytes = b"\x00" * 160) -> None:
        encoded = base64.b64encode(payload).decode()
        media = {"track": "inbound", "chunk": "1", "timestamp": str(self._at), "payload": encoded}
        await self.send("media", media=media)
        self._at += len(payload) // 8

    async def press(self, digit: str) -> None:
        await self.send("dtmf", dtmf={"track": "inbound_track", "digit": digit})

    async def stop(self) -> None:
        await self.send("stop", stop={"accountSid": ACCOUNT, "callSid": self.call_sid})

    async def listen(self, count: int = 1) -> None:
        """Take messages from the phone."""
        for _ in range(count):
            message = json.loads(await asyncio.wait_for(self.socket.recv(), 30))
            assert message["streamSid"] == self.stream_sid
            if message["event"] == "clear":
                await self._drain(heard=False)
            else:
                self._buffer.append((message["event"], message))

    async def played(self) -> None:
        """All of the buffer has been heard."""
        await self._drain(heard=True)

    async def _drain(self, *, heard: bool) -> None:
        while self._buffer:
            event, message = self._buffer.popleft()
            if event == "mark":
                await self.send("mark", mark=message["mark"])
            elif heard:
                self.heard += base64.b64decode(message["media"]["payload"])

    async def closed(self) -> int:
        """Waits until the phone closes the socket; the code."""
        async with asyncio.timeout(5):
            await self.socket.wait_closed()
        code = self.socket.close_code
        assert code is not None
        return code


@pytest.fixture(autouse=True)
def _every_line_of_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """What strangers do is logged once a second; tests are faster."""
    monkeypatch.setattr(strangers, "filters", [])


PhoneFactory = Callable[..., Awaitable[Phone]]


@pytest.fixture
async def open_phone() -> AsyncIterator[PhoneFactory]:
    """Starts phones: ``await open_phone(converse=…, insecure=…, max_calls=…)``."""
    async with AsyncExitStack() as stack:

        async def start(converse: Converse | None = None, *, insecure: bool = False, **changes: Any) -> Phone:
            echo, rest, settings = Echo(), RestDouble(), settings_of(**changes)
            _, rest_port = await stack.enter_async_context(running(rest.app(), Admission(1, 1)))
            admission = Admission(settings.max_calls, settings.max_calls_per_caller)
            calls = TwilioCalls(settings, api_url=f"http://127.0.0.1:{rest_port}")
            app = create_app(converse or echo, settings, insecure=insecure, admission=admission, calls=calls)
            server, port = await stack.enter_async_context(running(app, admission))
            http = await stack.enter_async_context(httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}"))
            return Phone(http, echo, admission, server, rest, calls, port)

        yield start


@pytest.fixture
def settings() -> TwilioSettings:
    """Of a phone that is open for business."""
    return settings_of()


@pytest.fixture
async def phone(open_phone: PhoneFactory) -> Phone:
    """A phone that echoes."""
    return await open_phone()


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], Awaitable[None]]:
    """Waits for something that happens on the other side of a socket."""

    async def wait(condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not condition():
                await asyncio.sleep(0.001)

    return wait
