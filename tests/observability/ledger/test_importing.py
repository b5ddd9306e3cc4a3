"""Records of older releases, in lines of JSON, are taken over once."""

from pathlib import Path
from typing import Any

import pytest

from emads_voice.observability import AuditError
from emads_voice.observability.ledger.importing import import_lines

LINE = (
    '{"kind":"voice_input","at":"2026-11-26T09:00:00+07:00","thread_id":"t","turn":%d,"text":"xin chào",'
    '"language":"Vietnamese","model":"typed","audio_sha256":"","duration_s":%s,"trace_id":""}\n'
)


def test_a_file_is_imported_once_and_what_came_later_after_it(kept: Any, tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    path.write_text("".join(LINE % (n, 1.5) for n in range(1_200)), "utf-8")
    assert import_lines(kept.ledger, path) == 1_200
    assert import_lines(kept.ledger, path) == 0
    with path.open("a", encoding="utf-8") as file:
        file.write(LINE % (1_200, '"Infinity"'))
    assert import_lines(kept.ledger, path) == 1
    events = [read.event for read in kept.ledger.read("t")]
    assert [event.turn for event in events] == list(range(1_201))
    assert (events[0].text, events[-1].duration_s) == ("xin chào", float("inf"))
    kept.checkpoint()
    assert kept.verify().faults == []


def test_a_line_that_is_no_record_is_said_and_nothing_is_imported(kept: Any, tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    path.write_text(LINE % (1, 1.0) + "{}\n", "utf-8")
    with pytest.raises(AuditError, match=r"audit.jsonl, line 2 is no audit record \(at: Field required\)"):
        import_lines(kept.ledger, path)
    assert kept.ledger.conversations() == []
    with pytest.raises(AuditError, match=r"cannot be read \(no such file"):
        import_lines(kept.ledger, tmp_path / "none")
