"""The API on the phone's own server: uploads for those who have a key, and clients who leave."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import openai
import pytest
from openai import AsyncOpenAI
from pydantic import SecretStr

from emads_voice.channels.admission import Admission
from emads_voice.channels.api.settings import ApiSettings
from emads_voice.channels.server.app import api_uploads, create_app, join_api
from emads_voice.channels.server.limits import Limits
from emads_voice.channels.server.serving import DrainingServer, listening, server_config
from emads_voice.channels.thread_lock import ThreadLock
from emads_voice.channels.twilio.settings import TwilioSettings
from emads_voice.testing import ScriptedSynthesizer
from emads_voice.voice.errors import SynthesisError
from emads_voice.voice.sound.audio import Audio

from .conftest import KEY, Answers, Serve, Served, error


async def converse(_line: Any, _call: Any) -> None:
    """Nobody calls here."""


PHONE = TwilioSettings(
    account_sid="AC1", auth_token=SecretStr("never-told"), public_url="https://voice.example.com"
)


@asynccontextmanager
async def served(api: Served, *, insecure: bool = False) -> AsyncIterator[str]:
    """The phone's server with the API, on loopback: its address."""
    (mounted,) = api.app.routes
    app = create_app(converse, PHONE, insecure=insecure)
    join_api(app, mounted.app, insecure=insecure)  # type: ignore[attr-defined]
    settings = ApiSettings(keys=(SecretStr(KEY),), max_upload_mb=2)
    limits = Limits(uploads=api_uploads(settings, insecure=insecure))
    with listening("127.0.0.1", 0) as listener:
        config = server_config(app)
        config.lifespan = "off"
        server = DrainingServer(config, Admission(1, 1), limits)
        server.capture_signals = nullcontext  # type: ignore[method-assign,assignment]
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:
            await asyncio.sleep(0)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            serving.cancel()
            for connection in list(server.server_state.connections):
                connection.shutdown()
            await asyncio.gather(serving, *server.server_state.tasks, return_exceptions=True)


@pytest.fixture(scope="module")
def long_recording() -> bytes:
    """A WAV of 1.3 MB."""
    sound = 0.1 * np.sin(np.arange(40 * 16_000) * 0.1)
    return Audio(sound.astype(np.float32), 16_000).to_wav()


def client(url: str, key: str = KEY) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, headers={"authorization": f"Bearer {key}"}, timeout=30)


async def test_a_recording_is_uploaded_with_a_key(api: Served, long_recording: bytes) -> None:
    async with served(api) as url, client(url) as known:
        response = await known.post("/v1/ask", files={"audio": long_recording})
        assert response.status_code == 200
        assert response.json()["transcript"]["duration_s"] == 40
        async with AsyncOpenAI(base_url=f"{url}/v1", api_key=KEY) as openai_client:
            transcription = await openai_client.audio.transcriptions.create(
                model="whisper-1", file=("q.wav", long_recording)
            )
        assert transcription.text == "What does it cost?"


async def test_without_a_key_or_too_long_it_is_not_taken(api: Served, long_recording: bytes) -> None:
    async with served(api) as url:
        async with client(url, "wrong") as stranger:
            refused = await stranger.post("/v1/ask", files={"audio": long_recording})
            assert error(refused) == (401, "invalid_api_key")
            assert (await stranger.get("/v1/models")).status_code == 401
        async with client(url) as known:
            refused = await known.post("/v1/ask", files={"audio": long_recording * 2})
            assert error(refused) == (413, "request_too_large")
        async with AsyncOpenAI(base_url=f"{url}/v1", api_key="wrong") as openai_client:
            with pytest.raises(openai.AuthenticationError):
                await openai_client.audio.transcriptions.create(
                    model="whisper-1", file=("q.wav", long_recording)
                )
    assert api.recognizer.asked == []


async def test_insecure_it_takes_uploads_of_this_machine_and_nothing_from_web_pages(
    serve: Serve, long_recording: bytes
) -> None:
    async with served(serve(insecure=True), insecure=True) as url, httpx.AsyncClient(base_url=url) as anyone:
        response = await anyone.post("/v1/ask", files={"audio": long_recording})
        assert response.status_code == 200
        for headers in ({"origin": "http://evil.example"}, {"host": "evil.example"}):
            assert (await anyone.get("/v1/models", headers=headers)).status_code == 403


@pytest.mark.parametrize("form", ["json", "events", "audio"])
async def test_a_client_who_leaves_is_worked_for_no_longer(serve: Serve, tmp_path: Path, form: str) -> None:
    # The agent is the first to end; the conversation is free a moment later, for which a question waits.
    parts = {
        "agent": Answers("cto", [], waits=asyncio.Event()),
        "hold": lambda name: ThreadLock(tmp_path, name),
    }
    api = serve(parts=parts)
    async with served(api) as url, client(url) as known:
        asking = asyncio.create_task(
            known.post("/v1/ask", json={"text": "Cost?", "thread": "t", "answer_as": form})
        )
        await api.agent.began.wait()
        asking.cancel()
        async with asyncio.timeout(10):
            await api.agent.cancelled.wait()
        api.agent.waits = None
        again = await known.post("/v1/ask", json={"text": "Cost?", "thread": "t"})
        assert again.status_code == 200, "the conversation and the place are free again"


async def test_sound_that_breaks_off_is_not_taken_for_whole(serve: Serve) -> None:
    broken = ScriptedSynthesizer({"How are you today?": SynthesisError("It is down: start it.")})
    async with (
        served(serve(parts={"synthesizer": broken})) as url,
        AsyncOpenAI(base_url=f"{url}/v1", api_key=KEY, max_retries=0) as openai_client,
    ):
        with pytest.raises(Exception, match="(?i)connection|incomplete"):
            await openai_client.audio.speech.create(
                model="tts-1", voice="alloy", input="Good morning to you all. How are you today?"
            )


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1", 404),
        ("GET", "/v1?x", 404),
        ("POST", "/audio/speech", 404),
        ("DELETE", "/livez", 405),
        ("BREW", "/v1", 501),
        ("BREW", "/v1/ask", 501),
    ],
)
async def test_what_there_is_not_is_refused_in_the_apis_shape(
    api: Served, method: str, path: str, status: int
) -> None:
    async with served(api) as url, httpx.AsyncClient(base_url=url) as client:
        response = await client.request(method, path, headers={"authorization": f"Bearer {KEY}"})
        assert error(response)[0] == status
