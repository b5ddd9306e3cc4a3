"""A server that has no telephone: the HTTP API with keys, and who may talk without."""

from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from emads_voice.assembly.assistant import assemble
from emads_voice.channels.errors import ConfigurationError
from emads_voice.channels.twilio.settings import TwilioSettings
from emads_voice.messages import shipped
from emads_voice.serving.app import Phone, phone_app
from emads_voice.serving.overview import describe
from emads_voice.settings import Settings
from emads_voice.testing import ScriptedAgent, ScriptedRecognizer, ScriptedSynthesizer

KEY = "a-key-of-sixteen-characters"


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMADS_API_KEYS", KEY)


async def test_it_answers_who_has_a_key_and_no_telephone(tmp_path: Path) -> None:
    assistant = assemble(
        ScriptedAgent("support", ["It is on its way."]),
        recognizer=ScriptedRecognizer([]),
        synthesizer=ScriptedSynthesizer(),
        settings=Settings(data_dir=tmp_path),
    )
    server = Phone(TwilioSettings(), shipped())
    assert not server.rings
    async with (
        server.open(assistant, None),
        httpx.AsyncClient(transport=httpx.ASGITransport(server.app), base_url="http://here") as http,
    ):
        signed = {"Authorization": f"Bearer {KEY}"}
        asked = await http.post("/v1/ask", json={"text": "Where is my order?"}, headers=signed)
        assert (asked.status_code, asked.json()["answer"]) == (200, "It is on its way.")
        assert (await http.post("/v1/ask", json={"text": "And now?"})).status_code == 401
        blank = await http.post("/v1/ask", json={"text": " \n"}, headers=signed)
        assert (blank.status_code, blank.json()["error"]["param"]) == (400, "text")
        assert (await http.get("/livez")).text == "alive"
        assert (await http.post("/twilio/voice")).status_code == 404
    told = "\n".join(
        describe(
            assistant, server.settings, insecure=False, port=8080, rings=server.rings, talks=server.talks
        )
    )
    assert "http://127.0.0.1:8080/v1" in told
    assert "http://127.0.0.1:8080/calls" in told
    assert "with a key" in told
    assert "TWILIO_AUTH_TOKEN" in told


def test_pages_that_nobody_may_see_are_said_to_be_off(tmp_path: Path) -> None:
    assistant = assemble(
        ScriptedAgent("support", []),
        recognizer=ScriptedRecognizer([]),
        synthesizer=ScriptedSynthesizer(),
        settings=Settings(data_dir=tmp_path),
    )
    told = list(describe(assistant, TwilioSettings(), insecure=False, port=8080, rings=False, talks="nobody"))
    assert any("the pages on calls and decisions" in line and "EMADS_API_KEYS" in line for line in told)
    assert not any("/calls" in line for line in told)


def test_a_telephone_that_is_set_up_by_half_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="TWILIO_AUTH_TOKEN"):
        Phone(TwilioSettings(account_sid="AC1"), shipped())


async def test_without_keys_and_telephone_this_machine_may_talk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EMADS_API_KEYS")
    assistant = assemble(
        ScriptedAgent("support", []),
        recognizer=ScriptedRecognizer([]),
        synthesizer=ScriptedSynthesizer(),
        settings=Settings(data_dir=tmp_path),
    )
    server = Phone(TwilioSettings(), shipped())
    assert (server.rings, server.talks) == (False, "on this machine")
    async with (
        server.open(assistant, None),
        httpx.AsyncClient(transport=httpx.ASGITransport(server.app), base_url="http://here") as http,
    ):
        closed = await http.post("/v1/ask", json={"text": "Where is my order?"})
        assert (closed.status_code, closed.json()["error"]["code"]) == (401, "api_closed")
        watched = httpx.ASGITransport(server.app, client=("127.0.0.1", 1))
        async with httpx.AsyncClient(transport=watched, base_url="http://localhost") as here:
            assert (await here.get("/calls")).status_code == 200
        strange = httpx.ASGITransport(server.app, client=("203.0.113.5", 1))
        async with httpx.AsyncClient(transport=strange, base_url="http://localhost") as there:
            assert (await there.get("/calls")).status_code == 403
    told = "\n".join(
        describe(assistant, server.settings, insecure=False, port=8080, rings=False, talks=server.talks)
    )
    assert "ws://127.0.0.1:8080/v1/realtime" in told
    for off in ("the telephone", "the HTTP API", "talking from other machines"):
        assert off in told


def test_behind_a_proxy_nobody_talks_without_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody comes from this machine there."""
    monkeypatch.delenv("EMADS_API_KEYS")
    public = TwilioSettings(
        account_sid="AC" + "0" * 32, auth_token=SecretStr("t"), public_url="https://voice.example.com"
    )
    server = Phone(public, shipped())
    assert (server.rings, server.talks) == (True, "nobody")


def test_an_application_of_another_needs_a_telephone_or_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EMADS_API_KEYS")
    with pytest.raises(ConfigurationError, match="TWILIO_ACCOUNT_SID"):
        phone_app(ScriptedAgent("support", []))
