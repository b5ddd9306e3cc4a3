"""A deployment's decisions: proposed where its agents are asked, reviewed at its desk, carried out by its worker."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from pydantic import SecretStr

from emads_voice.agents.forms import Analysis, Complexity, CostEstimate, Option, Risk
from emads_voice.assembly.assistant import assemble
from emads_voice.assembly.decisions import make_decisions, make_executors
from emads_voice.assembly.records import make_ledger
from emads_voice.channels.turn import run_turn
from emads_voice.channels.twilio.settings import TwilioSettings
from emads_voice.decisions import ReadBack
from emads_voice.graph import VoiceContext
from emads_voice.serving import app as serving
from emads_voice.settings import Settings, SettingsError
from emads_voice.testing import ScriptedAgent, ScriptedRecognizer, ScriptedRouter, ScriptedSynthesizer
from emads_voice.voice.ear import TypedEar
from emads_voice.voice.languages import ENGLISH

SECRET = "whsec_" + "A" * 32
LAN = "+84912345678"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


def proposal(agent: str) -> Analysis:
    return Analysis(
        answer="Move the printers.",
        agent=agent,
        kind="proposal",
        options=[Option(name="Move the printers", cost=CostEstimate(one_time=100, monthly=0))],
        recommendation="Move the printers",
        confidence=0.9,
        complexity=Complexity(
            data_sources=1, logic_branches=1, integration_points=1, error_paths=1, human_touchpoints=1
        ),
        risks=[Risk(risk="noise", probability="low", impact="low", mitigation="carpets")],
    )


async def test_what_is_proposed_is_reviewed_carried_out_once_and_written_down(settings: Settings) -> None:
    assistant = assemble(
        [ScriptedAgent("cto", [proposal("cto")]), ScriptedAgent("coo", [proposal("coo")])],
        router=ScriptedRouter([["cto", "coo"]]),
        recognizer=ScriptedRecognizer([]),
        synthesizer=ScriptedSynthesizer(),
        settings=settings,
    )
    decisions = make_decisions(settings)
    token = await asyncio.to_thread(decisions.approvers.add, "lan", number=LAN, pin="4829")
    assert token
    async with assistant.open() as graph:
        ear = TypedEar("Where should the printers stand?", language=ENGLISH)
        turn = await run_turn(graph, VoiceContext(ear=ear), thread_id="t")
    kept = await decisions.desk.get(turn.state["decision_id"] or "")
    assert kept.reference in (turn.answer or "")
    assert not await decisions.worker.step(), "nothing is due before it is approved"
    who = await decisions.desk.caller(LAN, "t")
    who = await decisions.desk.check_pin(who, "4829")
    done = await decisions.desk.approve(kept, who, ReadBack(digit="1"))
    assert (done.level, done.status) == ("low", "approved"), done.plan.decision.escalation_reasons
    assert await decisions.worker.step(kept.id)
    assert not await decisions.worker.step(kept.id)
    assert (await decisions.desk.get(kept.id)).status == "executed"
    (record,) = settings.decisions_dir.glob("*.json")
    assert json.loads(record.read_text())["id"] == kept.id
    make_ledger(settings).close()


async def test_a_server_tells_approvers_what_waits(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

    class Account:
        def __init__(self, _: TwilioSettings) -> None:
            pass

        async def text(self, to: str, body: str) -> None:
            sent.put_nowait((to, body))

    monkeypatch.setattr(serving, "TwilioCalls", Account)
    phone = TwilioSettings(approvers={"lan": LAN}, public_url="https://voice.example.com")
    assistant = assemble(
        [ScriptedAgent("cto", [proposal("cto")]), ScriptedAgent("coo", [proposal("coo")])],
        router=ScriptedRouter([["cto", "coo"]]),
        recognizer=ScriptedRecognizer([]),
        synthesizer=ScriptedSynthesizer(),
        settings=settings,
    )
    async with serving._carrying_out(assistant, phone), assistant.open() as graph:
        ear = TypedEar("Where should the printers stand?", language=ENGLISH)
        turn = await run_turn(graph, VoiceContext(ear=ear), thread_id="call-1")
        to, body = await asyncio.wait_for(sent.get(), 20)
    assert to == LAN
    assert f"https://voice.example.com/decisions/{turn.state['decision_id']}" in body
    make_ledger(settings).close()


def test_the_webhook_is_added_where_one_is_named(settings: Settings) -> None:
    assert [each.name for each in make_executors(settings)] == ["decision_record"]
    told = settings.model_copy(update={"webhook_url": "https://example.com/decided"})
    with pytest.raises(SettingsError, match="give it a secret"):
        make_executors(told)
    signed = Settings(
        data_dir=settings.data_dir,
        webhook_url="https://example.com/decided",
        webhook_secret=SecretStr(f"{SECRET},{SECRET}"),
    )
    assert [each.name for each in make_executors(signed)] == ["decision_record", "webhook"]
    plain = signed.model_copy(update={"webhook_url": "http://example.com/decided"})
    with pytest.raises(SettingsError, match="https://"):
        make_executors(plain)
