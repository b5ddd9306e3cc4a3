"""The ledger of a deployment: one for all its parts, signed while a server runs and once more as it ends."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from emads_voice.assembly import records
from emads_voice.assembly.records import checkpoint_place, keeping_records, make_ledger, signing_key
from emads_voice.observability import AuditError, AuditEvent, now
from emads_voice.observability.ledger.verifying import verify
from emads_voice.settings import Settings


def settings(folder: Path, **chosen: object) -> Settings:
    return Settings.model_validate({"data_dir": folder / "data", **chosen})


def event(thread: str) -> AuditEvent:
    return AuditEvent(at=now(), thread_id=thread, text="xin chào")


def test_all_parts_of_a_deployment_have_one_ledger(tmp_path: Path) -> None:
    first = make_ledger(settings(tmp_path))
    assert make_ledger(settings(tmp_path)) is first
    assert make_ledger(settings(tmp_path / "other")) is not first
    assert not (tmp_path / "data").exists()  # nothing is opened before its first use


def test_what_is_noted_while_a_server_runs_is_signed_when_it_ends(tmp_path: Path) -> None:
    chosen = settings(tmp_path, checkpoints=tmp_path / "elsewhere", ledger_keys=tmp_path / "keys")
    with keeping_records(chosen) as ledger:
        asyncio.run(ledger.append(event("one")))
        ledger.note(event("one"))
    assert (tmp_path / "elsewhere" / "checkpoint").exists()
    assert (tmp_path / "keys" / "signing.key").exists()
    report = verify(
        make_ledger(chosen).database, checkpoint_place(chosen).all(), [signing_key(chosen).public]
    )
    assert (report.entries, report.signed, report.faults) == (2, 2, [])
    make_ledger(chosen).close()


def test_what_is_old_is_erased_while_a_server_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "timedelta", lambda days: timedelta(days=-days))
    chosen = settings(tmp_path, retention_days=30)
    with keeping_records(chosen) as ledger:
        asyncio.run(ledger.append(event("one")))
    ledger = make_ledger(chosen)
    assert [read.event.text for read in ledger.read("one")] == ["", ""]
    ledger.close()


def test_keys_that_cannot_be_made_are_said_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "keys").touch()
    with (
        pytest.raises(AuditError, match=r"signing.key, cannot be read or made"),
        keeping_records(settings(tmp_path, ledger_keys=tmp_path / "keys")),
    ):
        pass
