"""EMADS_POSTGRES: conversations of the assembled product in Postgres, or a sentence; never a file instead."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from emads_voice.cli.doctor.data import _ledger_in
from emads_voice.database import DatabaseError
from emads_voice.observability import AuditEvent, now
from emads_voice.observability.ledger import open_ledger
from emads_voice.settings import Settings, SettingsError

from .conftest import Run

SECRET = "tell-nobody-5f1d"
NOBODY = f"postgresql://voice:{SECRET}@127.0.0.1:1/voice"


@pytest.fixture
def asked(run: Run, hears: Any) -> Run:
    """Asks a typed question in a conversation: the arguments come behind."""
    hears()
    return lambda *arguments: run(
        "ask", "--text", "Who runs the warehouses?", "--thread", "monday", *arguments
    )


def test_conversations_are_kept_there_and_gone_on_with(
    asked: Run, database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    psycopg = pytest.importorskip("psycopg")
    monkeypatch.setenv("EMADS_POSTGRES", database)
    for _ in range(2):
        ran = asked("--json")
        assert ran.status == 0, ran.err
    assert not (tmp_path / "data" / "threads.sqlite").exists()
    with psycopg.connect(database) as connection:
        (turns,) = connection.execute(
            "SELECT count(*) FROM checkpoints WHERE thread_id = 'monday' AND metadata->>'step' = '-1'"
        ).fetchone()
    assert turns == 1, "the second turn went on with the first"


@pytest.mark.parametrize(
    "conninfo",
    [
        NOBODY,
        f"postgresql://voice:{SECRET}@no-such-host.invalid/voice",
        f"postgresql://voice:{SECRET}/5f@127.0.0.1:1/voice",
        f"postgresql://voice:a@{SECRET}@127.0.0.1:1/voice",
        f"postgresql://voice:a:{SECRET}@127.0.0.1:1/voice",
        f"postgresql://voice:{SECRET}?x@127.0.0.1:1/voice",
        f"postgresql://127.0.0.1:{SECRET}/voice",
        f"host=127.0.0.1 port=1 password={SECRET}",
        f"host=127.0.0.1 passwort={SECRET}",
        f"password={SECRET} {SECRET}",
        SECRET,
    ],
)
def test_a_database_that_cannot_be_used_is_a_sentence_without_the_secret(
    asked: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, conninfo: str
) -> None:
    monkeypatch.setenv("EMADS_POSTGRES", conninfo)
    for arguments in ([], ["--json"]):
        ran = asked(*arguments)
        assert ran.status != 0
        assert "Postgres" in ran.out + ran.err or "EMADS_POSTGRES" in ran.out + ran.err
        assert SECRET not in ran.out + ran.err
        assert "Traceback" not in ran.err
    assert not (tmp_path / "data" / "threads.sqlite").exists(), "nothing takes its place"


def test_doctor_tries_it(run: Run, hears: Any, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    hears("Hello.")
    monkeypatch.setenv("EMADS_POSTGRES", database)
    (value,) = run("doctor", "--json").values
    (finding,) = [finding for finding in value["findings"] if finding["name"] == "EMADS_POSTGRES"]
    assert finding["ok"]
    assert finding["found"].startswith("PostgreSQL ")
    (finding,) = [finding for finding in value["findings"] if finding["name"] == "audit ledger"]
    assert (finding["ok"], finding["found"]) == (True, "in the database of EMADS_POSTGRES, 0 entries")


def test_a_ledger_that_this_user_may_not_write_is_said(database: str, tmp_path: Path) -> None:
    import psycopg

    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS reader")
        connection.execute("CREATE ROLE reader LOGIN")
        connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    reader = SecretStr(re.sub(r"user=\S+", "user=reader", database))
    with pytest.raises(DatabaseError, match="grant CREATE in its schema"):
        _ledger_in(reader)
    ledger = open_ledger(tmp_path, postgres=SecretStr(database))
    with ledger.database.writing() as connection:
        ledger.append_in(connection, AuditEvent(at=now(), thread_id="one"))
        connection.execute(text("GRANT SELECT ON ledger_entries TO reader"))
    ledger.close()
    with pytest.raises(DatabaseError, match="grant INSERT and UPDATE on its tables"):
        _ledger_in(reader)
    assert _ledger_in(SecretStr(database)) == "in the database of EMADS_POSTGRES, 1 entries"


def test_doctor_says_why_it_cannot_be_used(run: Run, hears: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("psycopg")
    hears("Hello.")
    monkeypatch.setenv("EMADS_POSTGRES", NOBODY)
    ran = run("doctor", "--json")
    assert ran.status == 1
    assert SECRET not in ran.out + ran.err
    (finding,) = [each for each in ran.values[0]["findings"] if each["name"] == "EMADS_POSTGRES"]
    assert not finding["ok"]
    assert "see that the database can be reached" in finding["remedy"]


def test_what_is_none_is_told_before_anything_is_tried() -> None:
    with pytest.raises(
        SettingsError, match="EMADS_POSTGRES cannot be used: write it as postgresql://"
    ) as refused:
        Settings(postgres=SECRET)  # type: ignore[arg-type]
    assert SECRET not in str(refused.value)
