"""The HTTP API of a server that has keys and no telephone."""

from pathlib import Path

import httpx
import pytest

from emads_voice.assembly.assistant import assemble
from emads_voice.channels.errors import ConfigurationError
from emads_voice.channels.twilio.settings import TwilioSettings
from emads_voice.messages import shipped
from emads_voice.serving.app import Phone
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
    told = "\n".join(describe(assistant, server.settings, insecure=False, port=8080, rings=server.rings))
    assert "http://127.0.0.1:8080/v1" in told
    assert "TWILIO_AUTH_TOKEN" in told


def test_a_telephone_that_is_set_up_by_half_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="TWILIO_AUTH_TOKEN"):
        Phone(TwilioSettings(account_sid="AC1"), shipped())


def test_without_keys_and_telephone_nothing_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EMADS_API_KEYS")
    with pytest.raises(ConfigurationError, match="TWILIO_ACCOUNT_SID"):
        Phone(TwilioSettings(), shipped())
