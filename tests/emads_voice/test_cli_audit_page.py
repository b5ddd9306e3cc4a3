"""``emads-voice audit show CALL --html``: one call as a file."""

from __future__ import annotations

import re
import stat
import sys
from pathlib import Path

import pytest

from emads_voice.assembly.records import make_ledger
from emads_voice.observability import AuditEvent, now
from emads_voice.settings import load_settings

from .conftest import Run


@pytest.fixture
def call(home: Path) -> str:
    """A conversation in the ledger of the settings."""
    assert not any(home.iterdir())
    ledger = make_ledger(load_settings())
    with ledger.database.writing() as connection:
        event = AuditEvent(at=now(), thread_id="call-1", turn=1, text="Is <b>this</b> kept?")
        ledger.append_in(connection, event)
    ledger.close()
    return "call-1"


def test_a_call_is_written_as_a_page_for_its_owner_alone(run: Run, call: str, home: Path) -> None:
    ran = run("audit", "show", call, "--html", "call.html")
    assert (ran.status, ran.out) == (0, "")
    assert "Is &lt;b&gt;this&lt;/b&gt; kept?" in (home / "call.html").read_text("utf-8")
    if sys.platform != "win32":
        assert stat.S_IMODE((home / "call.html").stat().st_mode) == 0o600


@pytest.mark.usefixtures("call")
@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["call-1", "--html", "missing/call.html"], 1, "cannot be written .*name another file with --html"),
        (["call-2", "--html", "call.html"], 1, "There is no conversation call-2"),
        (["--html", "call.html"], 2, "--html writes one conversation"),
        (["call-1", "--json", "--html", "call.html"], 2, "leave --json out"),
        (["call-1", "--recording", "call.wav"], 2, "--recording is drawn on a page"),
        (["call-1", "--html", "call.html", "--recording", "no.wav"], 1, "Cannot read no.wav"),
    ],
)
def test_what_cannot_be_written_is_said(
    run: Run, home: Path, arguments: list[str], status: int, told: str
) -> None:
    ran = run("audit", "show", *arguments)
    assert ran.status == status
    assert re.search(told, ran.complaints[0])
    assert not (home / "call.html").exists()
