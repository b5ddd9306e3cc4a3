"""A small ledger, and what looks at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from emads_voice.observability import AuditEvent, now
from emads_voice.observability.ledger import Ledger, open_ledger
from emads_voice.observability.ledger.checkpoints import Folder, make_checkpoint
from emads_voice.observability.ledger.signed_note import Checkpoint, SigningKey
from emads_voice.observability.ledger.verifying import Report, verify


def event(thread: str = "call-1", **known: object) -> AuditEvent:
    return AuditEvent.model_validate({"at": now(), "thread_id": thread, "kind": "voice_input", **known})


@dataclass
class Kept:
    """A ledger in a folder, its key and its checkpoints."""

    folder: Path

    def __post_init__(self) -> None:
        self.ledger: Ledger = open_ledger(self.folder)
        self.key = SigningKey.load(self.folder / "keys" / "signing.key")
        self.place = Folder(self.folder / "elsewhere")

    @property
    def path(self) -> Path:
        return self.folder / "records.sqlite"

    def write(self, *events: AuditEvent) -> None:
        with self.ledger.database.writing() as connection:
            for each in events:
                self.ledger.append_in(connection, each)

    def checkpoint(self) -> Checkpoint | None:
        return make_checkpoint(self.ledger, self.key, self.place)

    def verify(self) -> Report:
        return verify(self.ledger.database, self.place.all(), [self.key.public])

    def faults(self) -> list[tuple[str, str]]:
        return [(fault.kind, fault.where) for fault in self.verify().faults]


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


@pytest.fixture
def of() -> Callable[..., AuditEvent]:
    """Makes an event."""
    return event
