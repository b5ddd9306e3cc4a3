"""Keys of one session, kept where several processes find them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from emads_voice.channels.realtime.keys.client_secrets import MOST, ClientSecrets, Grant
from emads_voice.channels.realtime.session_config import SessionConfig
from emads_voice.database import Database, open_postgres, open_sqlite

GRANT = Grant(
    SessionConfig().updated(
        {
            "audio": {"input": {"turn_detection": None}, "output": {"format": {"type": "audio/pcma"}}},
            "instructions": "Be brief.",
            "emads": {"events": True},
        }
    ),
    client="0123456789ab",
    thread="an-support",
    caller="Nguyễn An",
    parameters={"gói": "vàng"},
)


@pytest.fixture(params=["sqlite", "postgres"])
def processes(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[Database]]:
    """One database, as two processes have it open."""
    if request.param == "sqlite":
        opened = [open_sqlite(tmp_path / "records.sqlite") for _ in range(2)]
    else:
        conninfo = SecretStr(request.getfixturevalue("database"))
        opened = [open_postgres(conninfo) for _ in range(2)]
    yield opened
    for each in opened:
        each.close()


async def test_a_key_opens_what_was_granted_once_at_any_process(processes: list[Database]) -> None:
    one, other = (ClientSecrets(each) for each in processes)
    key = await one.issue(GRANT, 60)
    assert key
    assert await other.redeem(key + "x") is None
    opened = await asyncio.gather(*(each.redeem(key) for each in (one, other, one, other)))
    assert [each for each in opened if each] == [GRANT]
    await other.give_back(key, GRANT)
    assert await one.redeem(key) == GRANT


async def test_what_waits_is_bounded_and_what_is_too_old_makes_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST >= 1000
    monkeypatch.setattr("emads_voice.channels.realtime.keys.client_secrets.MOST", 1)
    shared, now = open_sqlite(tmp_path / "records.sqlite"), [1000.0]
    issued = ClientSecrets(shared, clock=lambda: now[0])
    first = await issued.issue(GRANT, 60)
    assert first
    assert await issued.issue(GRANT, 60) is None
    now[0] += 60
    assert await issued.issue(GRANT, 60)
    assert await issued.redeem(first) is None
    shared.close()


async def test_a_database_tells_neither_who_talks_nor_the_key(tmp_path: Path) -> None:
    shared = open_sqlite(tmp_path / "records.sqlite")
    key = await ClientSecrets(shared).issue(GRANT, 60)
    shared.close()
    kept = (tmp_path / "records.sqlite").read_bytes()
    assert b"client_secrets" in kept
    assert key
    for told in (key, GRANT.caller, GRANT.thread, "vàng"):
        assert told.encode() not in kept
