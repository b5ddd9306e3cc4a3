"""``emads-voice memory``: what somebody had kept is listed and forgotten, however their number is written."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from emads_voice.assembly.records import make_ledger
from emads_voice.assembly.storage import own_store
from emads_voice.cli.app import app
from emads_voice.memory import Persons
from emads_voice.settings import load_settings

LAN = "+84912345678"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    monkeypatch.setenv("EMADS_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("EMADS_POSTGRES", raising=False)

    def command(*arguments: str) -> str:
        ran = CliRunner().invoke(app, arguments, catch_exceptions=False)
        assert ran.exit_code == 0
        return ran.output

    return command


def keep(text: str) -> None:
    async def add() -> None:
        settings = load_settings()
        async with own_store(settings) as store:
            person = make_ledger(settings).persons.name(LAN)
            await Persons().add(store, person, text, "English", "monday")

    asyncio.run(add())


def test_nothing_is_made_where_nothing_was_kept(run: Callable[..., str], tmp_path: Path) -> None:
    assert run("memory", "list", "--person", LAN) == "Nothing is kept of them.\n"
    assert run("memory", "forget", "--person", LAN) == "There was nothing to forget.\n"
    assert not (tmp_path / "memory.sqlite").exists()


def test_what_is_kept_is_listed_and_forgotten(run: Callable[..., str]) -> None:
    keep("I prefer mornings")
    assert "I prefer mornings" in run("memory", "list", "--person", "0912 345 678")
    told: list[dict[str, Any]] = json.loads(run("memory", "list", "--person", LAN, "--json"))
    assert [fact["text"] for fact in told] == ["I prefer mornings"]
    assert run("memory", "list", "--person", "+84987654321") == "Nothing is kept of them.\n"
    assert run("memory", "forget", "--person", LAN) == "Forgotten: 1 fact that they had kept.\n"
    assert run("memory", "list", "--person", LAN) == "Nothing is kept of them.\n"
    assert "forgotten" in run("audit", "show", "monday")


def test_who_is_erased_is_forgotten_too(run: Callable[..., str]) -> None:
    keep("I prefer mornings")
    assert run("audit", "erase", "--person", LAN).startswith("Forgotten: 1 fact")
    assert run("memory", "list", "--person", LAN) == "Nothing is kept of them.\n"
