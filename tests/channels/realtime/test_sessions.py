"""Who is let in at /v1/realtime, over real sockets: keys, keys of one session, web pages, places, draining."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest
import websockets
from pydantic import SecretStr
from sqlalchemy import text

from emads_voice.channels.admission import Admission
from emads_voice.channels.api.app import create_api
from emads_voice.channels.api.requests.keys import ApiKeys
from emads_voice.channels.api.settings import ApiSettings
from emads_voice.channels.call import CallInfo
from emads_voice.channels.realtime.asking import Understanding
from emads_voice.channels.realtime.keys import minting
from emads_voice.channels.realtime.keys.client_secrets import ClientSecrets
from emads_voice.channels.realtime.sessions import Doorway, Sessions
from emads_voice.channels.server.app import create_bare_app, join_api, long_messages, only_this_machine
from emads_voice.channels.server.limits import Limits
from emads_voice.channels.server.serving import DrainingServer, listening, server_config
from emads_voice.channels.transport import HungUp, Transport
from emads_voice.database import Database, open_sqlite
from emads_voice.testing import ScriptedRecognizer, ScriptedSynthesizer
from emads_voice.voice.languages import ENGLISH

KEY = "a-key-of-sixteen-characters"
OTHER_KEY = "another-key-of-many-characters"


@dataclass
class House:
    """A running server whose conversations only listen."""

    port: int
    admission: Admission
    now: list[float]
    calls: list[CallInfo] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/v1/realtime"

    @asynccontextmanager
    async def connected(self, key: str = KEY, **options: Any) -> AsyncIterator[Any]:
        """A client of the protocol whose session has begun."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        async with websockets.connect(
            self.url, additional_headers=headers, max_size=None, **options
        ) as socket:
            assert json.loads(await socket.recv())["type"] == "session.created"
            yield socket

    async def refusal(self, key: str = KEY, **options: Any) -> tuple[int, str]:
        """The status and the code with which a client is refused."""
        with pytest.raises(websockets.InvalidStatus) as refused:
            async with self.connected(key, **options):
                pass
        response = refused.value.response
        return response.status_code, json.loads(response.body or b"{}").get("error", {}).get("code", "")

    async def mint(self, key: str = KEY, **body: Any) -> httpx.Response:
        async with httpx.AsyncClient() as http:
            url = f"http://127.0.0.1:{self.port}/v1/realtime/client_secrets"
            return await http.post(url, json=body, headers={"Authorization": f"Bearer {key}"})


@asynccontextmanager
async def house(
    *, keys: Sequence[str] = (KEY,), calls: int = 5, shared: Database | None = None
) -> AsyncIterator[House]:
    """Of a deployment of its own, unless it shares another's database."""
    with ExitStack() as stack:
        if shared is None:
            shared = open_sqlite(Path(stack.enter_context(TemporaryDirectory())) / "records.sqlite")
            stack.callback(shared.close)
        async with _served(keys, calls, shared) as built:
            yield built


@asynccontextmanager
async def _served(keys: Sequence[str], calls: int, shared: Database) -> AsyncIterator[House]:
    now = [1000.0]
    admission = Admission(calls, calls)
    settings = ApiSettings(keys=tuple(map(SecretStr, keys)), origins=("https://app.example.com",))
    known, secrets = ApiKeys(settings.keys), ClientSecrets(shared, clock=lambda: now[0])
    recognizer = ScriptedRecognizer([])
    built = House(0, admission, now)

    async def converse(line: Transport, call: CallInfo) -> int:
        built.calls.append(call)
        async for event in line.events():
            if isinstance(event, HungUp):
                break
        return 0

    sessions = Sessions(
        converse,
        admission,
        Doorway(known if keys else None, secrets, frozenset(settings.origins)),
        Understanding(recognizer, (ENGLISH,)),
    )
    api = create_api(
        None,  # type: ignore[arg-type]  # nobody asks it here
        recognizer=recognizer,
        synthesizer=ScriptedSynthesizer(),
        hold=None,  # type: ignore[arg-type]
        settings=settings,
    )
    api.router.routes.extend(sessions.routes([] if keys else [only_this_machine()]))
    api.include_router(minting.routes(secrets, known, recognizer.name))
    app = create_bare_app(admission)
    join_api(app, api)
    with listening("127.0.0.1", 0) as listener:
        config = server_config(app)
        config.lifespan = "off"
        server = DrainingServer(config, admission, Limits(messages=long_messages()))
        serving = asyncio.create_task(server._serve([listener]))
        while not server.started:  # uvicorn has no event for it
            await asyncio.sleep(0.001)
        built.port = listener.getsockname()[1]
        yield built
        server.should_exit = server.force_exit = True
        await serving


async def test_a_key_opens_sessions() -> None:
    async with house() as here:
        for _ in range(2):
            async with here.connected() as socket:
                await socket.send(json.dumps({"type": "session.update", "session": {"type": "realtime"}}))
                assert json.loads(await socket.recv())["type"] == "session.updated"


@pytest.mark.parametrize("key", ["", "wrong-key-of-many-characters", "ek_wrong"])
async def test_a_wrong_key_opens_none(key: str, caplog: pytest.LogCaptureFixture) -> None:
    async with house() as here:
        assert (await here.refusal(key))[0] == 401
        assert not here.admission.calls
    assert not [each.getMessage() for each in caplog.records if each.levelname == "ERROR"]


async def test_a_browser_brings_its_key_as_a_subprotocol() -> None:
    async with house() as here:
        made = (await here.mint(session={"type": "realtime"})).json()
        assert made["value"].startswith("ek_")
        offered = ["realtime", f"openai-insecure-api-key.{made['value']}", "openai-agents-sdk.0.1"]
        async with here.connected("", subprotocols=offered) as socket:
            assert socket.subprotocol == "realtime"
        assert await here.refusal("", subprotocols=offered) == (401, "invalid_client_secret")


async def test_who_offers_a_key_alone_is_answered_it_as_browsers_close_otherwise() -> None:
    async with house() as here:
        made = (await here.mint()).json()
        alone = [f"openai-insecure-api-key.{made['value']}"]
        async with here.connected("", subprotocols=alone) as socket:
            assert socket.subprotocol == alone[0]


@pytest.mark.parametrize("path", ["calls", "client_secrets"])
async def test_a_key_of_one_session_opens_nothing_else(path: str) -> None:
    async with house() as here:
        value = (await here.mint()).json()["value"]
        async with httpx.AsyncClient() as http:
            url = f"http://127.0.0.1:{here.port}/v1/realtime/{path}"
            refused = await http.post(url, content=b"v=0", headers={"Authorization": f"Bearer {value}"})
        assert (refused.status_code, refused.json()["error"]["code"]) == (401, "session_key")
        assert "WebSocket" in refused.json()["error"]["message"]
        async with here.connected(value):
            pass


async def test_a_key_opens_one_session_even_if_two_come_at_once() -> None:
    async with house() as here:
        value = (await here.mint()).json()["value"]

        async def opens() -> bool:
            try:
                async with here.connected(value):
                    await asyncio.sleep(0.05)
                    return True
            except websockets.InvalidStatus:
                return False

        assert sorted(await asyncio.gather(opens(), opens())) == [False, True]


async def test_a_key_opens_nothing_once_the_one_it_was_made_with_is_taken_back(tmp_path: Path) -> None:
    shared = open_sqlite(tmp_path / "records.sqlite")
    async with house(keys=(KEY, OTHER_KEY), shared=shared) as before:
        value, other = [(await before.mint(key)).json()["value"] for key in (KEY, OTHER_KEY)]
    async with house(keys=(OTHER_KEY,), shared=shared) as after:
        assert await after.refusal(value) == (401, "invalid_client_secret")
        async with after.connected(other):
            pass
    shared.close()


async def test_a_database_that_does_not_answer_lets_in_nobody_and_says_so(tmp_path: Path) -> None:
    shared = open_sqlite(tmp_path / "records.sqlite")
    async with house(shared=shared) as here:
        value = (await here.mint()).json()["value"]
        with shared.writing() as connection:
            connection.execute(text("DROP TABLE client_secrets"))
        assert await here.refusal(value) == (503, "unavailable")
        assert (await here.mint()).status_code == 503
        async with here.connected():
            pass
    shared.close()


async def test_a_key_expires() -> None:
    async with house() as here:
        value = (await here.mint(expires_after={"anchor": "created_at", "seconds": 60})).json()["value"]
        here.now[0] += 61
        assert await here.refusal(value) == (401, "invalid_client_secret")


async def test_what_was_agreed_when_the_key_was_made_holds() -> None:
    person = {
        "caller": "an@example.com",
        "thread": "an-support",
        "parameters": {"plan": "gold"},
        "events": True,
    }
    async with house() as here:
        audio = {"output": {"format": {"type": "audio/pcmu"}}}
        made = (await here.mint(session={"type": "realtime", "audio": audio, "emads": person})).json()
        assert made["session"]["audio"]["output"]["format"] == {"type": "audio/pcmu"}
        async with here.connected(made["value"]) as socket:
            # A browser cannot say who it is.
            other = {"type": "realtime", "emads": {"caller": "boss@example.com", "thread": "other"}}
            await socket.send(json.dumps({"type": "session.update", "session": other}))
            updated = json.loads(await socket.recv())["session"]
            assert updated["emads"]["thread"] == "an-support"
            assert updated["emads"]["events"] is True
            sound = base64.b64encode(bytes(960)).decode()
            await socket.send(json.dumps({"type": "input_audio_buffer.append", "audio": sound}))
            while not here.calls:
                await asyncio.sleep(0.01)
    call = here.calls[0]
    assert (call.caller, call.thread_id, call.parameters) == (
        "an@example.com",
        "an-support",
        {"plan": "gold"},
    )
    assert (call.channel, call.context.channel) == ("browser", "browser")


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"expires_after": {"anchor": "created_at", "seconds": 9}}, "expires_after.seconds"),
        ({"expires_after": {"anchor": "created_at", "seconds": 7201}}, "expires_after.seconds"),
        ({"session": 7}, "session"),
        ({"session": {"type": "transcription"}}, "session.type"),
        ({"session": {"emads": {"thread": "a/b"}}}, "session.emads"),
        ({"session": {"emads": {"parameters": {"a": 1}}}}, "session.emads"),
        ({"session": {"emads": {"user": "an@example.com"}}}, "session.emads"),  # who would talk as nobody
        ({"session": {"turn_detection": None}}, "session.turn_detection"),
    ],
)
async def test_a_key_for_something_else_is_refused(body: dict[str, Any], param: str) -> None:
    async with house() as here:
        refused = await here.mint(**body)
        assert (refused.status_code, refused.json()["error"]["param"]) == (400, param)


async def test_a_stranger_makes_no_key() -> None:
    async with house() as here:
        assert (await here.mint("wrong-key-of-many-characters")).status_code == 401
    async with house(keys=()) as here:
        assert (await here.mint()).json()["error"]["code"] == "api_closed"


async def test_web_pages_of_others_are_refused_even_with_a_key() -> None:
    async with house() as here:
        refused = await here.refusal(origin="https://evil.example.com")
        assert refused == (403, "origin_refused")
        for origin in ("https://app.example.com", f"http://127.0.0.1:{here.port}"):
            async with here.connected(origin=origin):
                pass


async def test_without_keys_this_machine_alone_is_let_in_and_its_own_pages() -> None:
    async with house(keys=()) as here:
        async with here.connected(""):
            pass
        async with here.connected("", origin=f"http://127.0.0.1:{here.port}"):
            pass
        assert (await here.refusal("", origin="https://evil.example.com"))[0] == 403
        rebound = {"Host": "evil.example.com"}
        with pytest.raises(websockets.InvalidStatus):
            async with websockets.connect(here.url, additional_headers=rebound):
                pass


async def test_a_full_house_says_so_and_the_key_may_be_tried_again() -> None:
    async with house(calls=1) as here:
        value = (await here.mint()).json()["value"]
        async with here.connected():
            assert await here.refusal(value) == (503, "overloaded")
        while here.admission.calls:
            await asyncio.sleep(0.01)
        async with here.connected(value):
            pass


async def test_a_server_that_stops_lets_in_nobody_and_waits_for_those_who_talk() -> None:
    async with house() as here, here.connected() as socket:
        here.admission.drain()
        assert await here.refusal() == (503, "overloaded")
        await socket.send(json.dumps({"type": "session.update", "session": {"type": "realtime"}}))
        assert json.loads(await socket.recv())["type"] == "session.updated"


async def test_ten_seconds_of_sound_fit_into_a_message_of_who_was_let_in() -> None:
    async with house() as here:
        async with here.connected() as socket:
            sound = base64.b64encode(bytes(480_000)).decode()
            await socket.send(json.dumps({"type": "input_audio_buffer.append", "audio": sound}))
            await socket.send(json.dumps({"type": "session.update", "session": {"type": "realtime"}}))
            assert json.loads(await socket.recv())["type"] == "session.updated"
            await socket.send("x" * 1_000_000)
            assert json.loads(await socket.recv())["error"]["code"] == "invalid_json"
            await socket.send("x" * 2_000_000)
            with pytest.raises(websockets.ConnectionClosed):
                await socket.recv()
            assert socket.close_code == 1009
        async with here.connected():  # costs others nothing
            pass


async def test_what_is_no_websocket_is_refused_in_the_apis_shape() -> None:
    async with house() as here, httpx.AsyncClient() as http:
        url = f"http://127.0.0.1:{here.port}/v1/realtime"
        refused = await http.get(url, headers={"Authorization": f"Bearer {KEY}"})
        assert (refused.status_code, refused.json()["error"]["code"]) == (404, "not_found")
        assert "over a WebSocket" in refused.json()["error"]["message"]
        refused = await http.post(f"{url}/calls", headers={"Authorization": f"Bearer {KEY}"})
        assert "not by WebRTC" in refused.json()["error"]["message"]


async def test_a_place_is_free_again_after_a_session_and_the_log_says_why_it_ended(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    async with house(calls=1) as here:
        for _ in range(3):
            async with here.connected():
                assert here.admission.calls == 1
            while here.admission.calls:
                await asyncio.sleep(0.01)
    ended = [each for each in caplog.messages if "is over after" in each]
    assert len(ended) == 3
    assert all(each.endswith(": the client left.") for each in ended)
