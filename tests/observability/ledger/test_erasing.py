"""A person is erased from all their conversations; nothing of what they said is left in the files; the chain holds."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from emads_voice.observability import AuditEvent, now
from emads_voice.observability.ledger.erasing import erase_before, erase_person
from emads_voice.observability.ledger.tables import KEYS

NUMBER = "+84 912 345 678"


def keys_of(kept: Any) -> list[bytes]:
    with kept.ledger.database.reading() as connection:
        return [row.secret for row in connection.execute(KEYS.select())]


def test_a_person_is_erased_everywhere_and_the_chain_still_verifies(
    kept: Any, of: Callable[..., AuditEvent]
) -> None:
    kept.write(
        of("one", kind="call_started", person=NUMBER), of("one", text="my secret"), of("two", text="mine"),
        of("three", kind="call_started", person="0912345678"), of("three", kind="said", text="told", played="to"),
    )  # fmt: skip
    kept.checkpoint()
    secrets = keys_of(kept)
    assert erase_person(kept.ledger, "+84912345678") == ["one", "three"]
    assert [(read.event.text, read.erased) for read in kept.ledger.read("one")] == [
        ("", True), ("", True), ("", True),
    ]  # fmt: skip
    last = kept.ledger.read("one")[-1].event
    assert (last.kind, dict(last.details)) == ("erased", {"why": "asked for", "keys": 1})
    assert [read.event.text for read in kept.ledger.read("two")] == ["mine"]
    report = kept.verify()
    assert report.faults == []
    assert report.erased == 2
    assert erase_person(kept.ledger, NUMBER) == []

    files = b"".join(path.read_bytes() for path in kept.folder.glob("records.sqlite*"))
    left = [secret in files for secret in secrets]
    assert left.count(True) == 1  # the other caller's


def test_who_goes_on_after_being_erased_can_be_erased_again(kept: Any, of: Callable[..., AuditEvent]) -> None:
    kept.write(of("one", person=NUMBER, text="before"))
    erase_person(kept.ledger, NUMBER)
    kept.write(of("one", text="after"))
    assert [read.event.text for read in kept.ledger.read("one")] == ["", "", "after"]
    assert erase_person(kept.ledger, NUMBER) == ["one"]
    assert [read.erased for read in kept.ledger.read("one")] == [True] * 4
    assert kept.verify().faults == []


def test_a_conversation_of_nobody_known_is_erased_by_its_name(
    kept: Any, of: Callable[..., AuditEvent]
) -> None:
    kept.write(of("one", text="hello"))
    assert erase_person(kept.ledger, "two") == []
    assert erase_person(kept.ledger, "one") == ["one"]


def test_what_is_old_is_erased_and_what_goes_on_is_not(kept: Any, of: Callable[..., AuditEvent]) -> None:
    def ago(days: int) -> datetime:
        return now() - timedelta(days=days)

    kept.write(of("old", at=ago(40), text="a"), of("old", at=ago(31), text="b"))
    kept.write(of("going on", at=ago(40), text="c"), of("going on", at=ago(2), text="d"))
    assert erase_before(kept.ledger, ago(30)) == ["old"]
    assert [read.event.text for read in kept.ledger.read("going on")] == ["c", "d"]
    assert erase_before(kept.ledger, ago(30)) == []
    assert kept.verify().faults == []


@pytest.mark.parametrize("name", ["+84912345678", "0912345678", "an.nguyen"])
def test_records_never_name_a_person(kept: Any, of: Callable[..., AuditEvent], name: str) -> None:
    kept.write(of("one", person=name))
    kept.ledger.close()
    files: list[Path] = [path for path in kept.folder.rglob("*") if path.is_file()]
    assert not any(name.encode() in path.read_bytes() for path in files)
    assert (kept.folder / "keys" / "persons.key").stat().st_mode & 0o077 == 0
