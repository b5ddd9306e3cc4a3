"""Replies recorded of a real protocol's server, and replayed without it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chat_server import ChatServer
from emads_voice.cli.app import app
from emads_voice.evaluation.replies import Recorded, Replies, Reply, read_replies

KEY = "sk-nobodys"
FORM = {
    "answer": "I would move the order system in phases. It costs 85 thousand dollars once.",
    "agent": "cto",
    "kind": "proposal",
    "objective": "Sale days without outages",
    "constraints": [],
    "options": [
        {
            "id": "phased", "name": "Move in phases", "pros": ["scales by itself"], "cons": ["new to the team"],
            "effort": "high", "timeline": "6 months",
            "cost": {"one_time": 85000, "monthly": 6000, "currency": "USD"},
        }
    ],
    "risks": [
        {"risk": "orders are lost", "probability": "High", "impact": "high", "mitigation": "", "option": "phased"}
    ],
    "recommendation": "phased",
    "stance": "for",
    "confidence": 0.8,
    "flags": ["legal"],
    "benefits": ["no outages"],
    "assumptions": [],
    "cost_estimate": {"one_time": 85000, "monthly": 6000, "currency": "USD"},
    "complexity": {
        "data_sources": 6, "logic_branches": 10, "integration_points": 5, "error_paths": 5, "human_touchpoints": 5
    },
}  # fmt: skip
QUESTION = "Should we move the order system to Kubernetes?"
ROW = {
    "id": "k8s",
    "turns": [QUESTION],
    "expected": ["cto"],
    "decision": {"risk": [9, 12], "escalates": True, "rules": ["legal", "budget"], "option": "phases"},
}


@pytest.fixture
def chat() -> Iterator[ChatServer]:
    server = ChatServer(lambda _: [json.dumps(FORM)[:200], json.dumps(FORM)[200:]])
    yield server
    server.close()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "suite.jsonl").write_text(json.dumps(ROW))
    return tmp_path


def run(*arguments: str) -> tuple[int, str]:
    ran = CliRunner().invoke(app, ["eval", "suite.jsonl", *arguments])
    return ran.exit_code, f"{ran.stdout}{ran.stderr}{ran.exception or ''}"


def test_what_a_model_replied_is_replayed_without_key_and_network(
    folder: Path, chat: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMADS_MODEL_URL", chat.url)
    monkeypatch.setenv("EMADS_MODEL_KEY", KEY)
    status, told = run("--model", "openai:gpt-5-mini", "--record", "replies.jsonl", "--json")
    assert status == 0, told
    asked = len(chat.requests)
    assert asked
    kept = (folder / "replies.jsonl").read_text()
    assert KEY not in kept
    assert read_replies(folder / "replies.jsonl").reply("cto", [QUESTION], 0)

    monkeypatch.delenv("EMADS_MODEL_URL")
    monkeypatch.delenv("EMADS_MODEL_KEY")
    status, again = run("--replay", "replies.jsonl", "--json", "--min", "decision=1", "--min", "routing=1")
    assert status == 0, again
    assert len(chat.requests) == asked
    first, second = (json.loads(text)["rows"][0] for text in (told, again))
    assert first["checks"] == second["checks"] == {"routing": True, "decision": True}
    assert first["said"] == second["said"]


def test_a_form_that_lost_something_makes_no_decision_look_safer(folder: Path) -> None:
    replies = Replies([Recorded(agent="cto", turns=[QUESTION], replies=[Reply(text=json.dumps(FORM))])])
    replies.write(folder / "replies.jsonl")
    status, told = run("--replay", "replies.jsonl", "--json", "--min", "form/form without a field=1")
    assert status == 0, told
    groups = json.loads(told)["groups"]
    assert groups["form/form without a field"]["of"] == len(FORM) - 1
    for name in ("in capitals", "cut off"):
        assert groups[f"form/form {name}"]["share"] == 1, told


@pytest.mark.usefixtures("folder")
def test_what_was_never_recorded_is_said_and_not_answered_by_another() -> None:
    Path("replies.jsonl").write_text(
        json.dumps({"agent": "cto", "turns": ["Another question?"], "replies": [{"text": "{}"}]})
    )
    status, told = run("--replay", "replies.jsonl")
    assert status != 0
    assert f"No reply is recorded to cto: {QUESTION}" in told


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("", "holds no replies"),
        ("{", "line 1"),
        ('{"agent": "cto", "turns": ["a"], "replies": []}', "line 1: replies"),
    ],
)
def test_a_file_that_is_none_is_refused(written: str, fault: str) -> None:
    Path("replies.jsonl").write_text(written)
    status, told = run("--replay", "replies.jsonl")
    assert status != 0
    assert fault in told


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("--record", "a", "--replay", "b"), "give one of them"),
        (("--replay", "b", "--graph", "mine:graph"), "leave out --graph"),
        (("--record", "a"), "There is no chat model to record"),
    ],
)
def test_what_does_not_go_together_is_told(arguments: tuple[str, ...], fault: str) -> None:
    status, told = run(*arguments)
    assert status != 0
    assert fault in told


def test_an_agent_that_there_is_not_is_an_error(folder: Path) -> None:
    (folder / "suite.jsonl").write_text(json.dumps({**ROW, "expected": ["nobody"]}))
    status, told = run()
    assert status != 0
    assert "Row k8s expects nobody, and no agent is called so: write cto, coo, or [] for nobody." in told
