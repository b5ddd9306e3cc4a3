"""EMADS_MESSAGES: a deployment's own sentences, through the assembled product."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from emads_voice.assembly import calls, configured
from emads_voice.assembly.source import Source
from emads_voice.channels.call import CallInfo
from emads_voice.channels.conversation.options import ConversationOptions
from emads_voice.channels.server.app import create_app
from emads_voice.channels.twilio.settings import TwilioSettings
from emads_voice.messages import MessagesError
from emads_voice.settings import load_settings
from emads_voice.testing import (
    LoudnessVad,
    ScriptedLine,
    ScriptedRecognizer,
    ScriptedSynthesizer,
)
from emads_voice.voice.errors import SynthesisError

from .conftest import Run

DOCUMENT = (Path(__file__).parents[2] / "docs" / "messages.md").read_text("utf-8")
Hears = Callable[..., ScriptedRecognizer]


@pytest.fixture
def messages(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that EMADS_MESSAGES names, with the example of the document in it."""
    (example,) = re.findall(r"```fluent\n# messages/en\.ftl\n(.*?)```", DOCUMENT, re.DOTALL)
    folder = home / "messages"
    folder.mkdir()
    (folder / "en.ftl").write_text(example, encoding="utf-8")
    monkeypatch.setenv("EMADS_MESSAGES", "messages")
    return folder


@pytest.mark.usefixtures("messages")
def test_answers_are_worded_by_it(run: Run, hears: Hears) -> None:
    hears()
    (nobodys,) = run("ask", "--json", "--text", "What is the weather like?").values
    assert nobodys["reply"] == "Nobody at Tre Xanh Logistics can answer that. You can ask: CTO, COO."
    question = "What do the CTO and the COO think of moving the order system to Kubernetes?"
    (decided,) = run("ask", "--json", "--text", question).values
    assert "our head of technology" in decided["reply"].lower()
    assert "the cto says" not in decided["reply"].lower()


@pytest.mark.usefixtures("messages")
def test_a_call_is_greeted_and_ended_with_it(
    hears: Hears, voice: ScriptedSynthesizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    hears()
    monkeypatch.setattr(calls, "shared_vad", lambda _: LoudnessVad())

    async def hold() -> None:
        assistant = await Source().assemble()
        async with assistant.open() as graph:
            options = ConversationOptions(idle_s=0.05, idle_prompts=0)
            converse = await calls.answer_calls(assistant, graph, options)
            await converse(ScriptedLine(), CallInfo("sid", "thread", ""))

    voice.seconds_per_character = 0.001  # a short call: files are not opened on virtual time
    asyncio.run(hold())
    said = [text for text, _ in voice.spoken]
    assert said[0] == "This is an automated assistant."  # their greeting does not say so
    assert said[1].startswith("Tre Xanh Logistics, good morning.")
    assert "Thank you for calling Tre Xanh Logistics." in said


@pytest.mark.usefixtures("messages")
def test_doctor_shows_and_says_it(run: Run, hears: Hears, voice: ScriptedSynthesizer) -> None:
    hears("Hello.")
    (value,) = run("doctor", "--json").values
    (finding,) = [finding for finding in value["findings"] if finding["name"] == "EMADS_MESSAGES"]
    assert (finding["ok"], finding["found"]) == (True, "those in messages, and ours")
    assert voice.spoken[0][0] == "Tre Xanh Logistics, good morning."


def test_what_cannot_be_used_stops_every_command(
    run: Run, hears: Hears, messages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hears("Hello.")
    (messages / "en.ftl").write_text("moment = Wait.\ngreting = Hi.", encoding="utf-8")
    sentence = "messages/en.ftl, line 2: there is no message greting: did you mean greeting?"
    ran = run("ask", "--text", "Hello")
    assert (ran.status, ran.complaints[-1]) == (1, sentence)
    monkeypatch.setattr(SynthesisError, "__init__", lambda *_: pytest.fail("models were loaded"))
    ran = run("serve", "--insecure", "--port", "0")
    assert (ran.status, ran.complaints[-1]) == (1, sentence)
    ran = run("doctor", "--json")
    (finding,) = [f for f in ran.values[0]["findings"] if f["name"] == "EMADS_MESSAGES"]
    assert (ran.status, finding["ok"], finding["remedy"]) == (1, False, sentence)


def test_all_that_the_document_shows_as_wrong_is_told_so(messages: Path) -> None:
    (messages / "en.ftl").write_text(
        "# ours\n\n\ngreting = Hi.\n\nout_of_scope = Ask someone else.\n", encoding="utf-8"
    )
    (messages / "vi.ftl").write_text("\ngreeting = Xin chào { -company", encoding="utf-8")
    (messages / "english.ftl").write_text("greeting = Hi.", encoding="utf-8")
    with pytest.raises(MessagesError) as raised:
        configured.make_catalogue(load_settings())
    told = re.findall(r"^messages/\S*\.ftl.*", DOCUMENT, re.MULTILINE)
    assert len(told) == 4
    assert all(sentence in str(raised.value) for sentence in told)


async def test_the_last_that_is_said_by_twilio_is_ours_to_change(messages: Path) -> None:
    (messages / "en.ftl").write_text("line_problem = Tre Xanh Logistics cannot be reached.", encoding="utf-8")
    catalogue = configured.make_catalogue(load_settings())

    async def nobody(*_: Any) -> int:
        return 0

    app = create_app(nobody, TwilioSettings(), insecure=True, catalogue=catalogue)
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        form = {"CallSid": f"CA{'0' * 32}", "From": "+84901234567", "To": "+84901234568"}
        answered = await client.post("/twilio/resume?thread=t&attempt=4", data=form)
    assert "<Say>Tre Xanh Logistics cannot be reached.</Say><Hangup" in answered.text
