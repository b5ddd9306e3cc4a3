"""A ledger with calls in it, and the pages on them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from emads_voice.observability import AuditEvent
from emads_voice.observability.ledger import Ledger, open_ledger

BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=timezone(timedelta(hours=7)))


@pytest.fixture
def ledger(tmp_path: Path) -> Any:
    opened = open_ledger(tmp_path / "ledger")
    yield opened
    opened.close()


@pytest.fixture
def happened(ledger: Ledger) -> Callable[..., None]:
    """Writes what happened, so many seconds after the call began: ``happened("said", 3.5, turn=1, text="Yes.")``."""

    def write(
        kind: str, after_s: float, *, thread: str = "call-1", began: datetime = BEGAN, **known: object
    ) -> None:
        event = AuditEvent.model_validate(
            {"kind": kind, "at": began + timedelta(seconds=after_s), "thread_id": thread, **known}
        )
        with ledger.database.writing() as connection:
            ledger.append_in(connection, event)

    return write


@pytest.fixture
def answered(happened: Callable[..., None]) -> Callable[..., None]:
    """Writes a call with one turn that was interrupted; it has not ended."""

    def write(**known: Any) -> None:
        happened("call_started", 0, details={"channel": "phone"}, **known)
        happened(
            "voice_input",
            10,
            turn=1,
            text="Is the cloud cheaper?",
            duration_s=2.5,
            trace_id="ab" * 16,
            **known,
        )
        happened("routed", 10.25, turn=1, text="cost", details={"agents": "cto, coo"}, **known)
        happened("analysed", 11, turn=1, details={"agent": "cto", "degraded": True}, **known)
        happened("analysed", 12, turn=1, details={"agent": "coo", "degraded": False}, **known)
        happened("barge_in", 15.9, turn=1, **known)
        happened(
            "said",
            16,
            turn=1,
            text="It is cheaper. It takes a year.",
            played="It is cheaper.",
            duration_s=4,
            **known,
        )

    return write
