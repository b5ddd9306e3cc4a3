"""A proof shows a stranger one entry, and nothing else; any change to it proves nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emads_voice.observability import AuditError, AuditEvent
from emads_voice.observability.ledger.erasing import erase_person
from emads_voice.observability.ledger.proofs import ProofError, check_proof, prove
from emads_voice.observability.ledger.signed_note import NoteError, PublicKey, SigningKey


def written(kept: Any, of: Callable[..., AuditEvent], count: int = 7) -> None:
    kept.write(*(of("call-7", text=f"sentence {n}", turn=n) for n in range(1, count + 1)))
    kept.checkpoint()


def test_every_entry_is_proved(kept: Any, of: Callable[..., AuditEvent]) -> None:
    written(kept, of)
    for n in range(1, 8):
        read = kept.ledger.find(f"call-7:{n}")
        proven = check_proof(prove(kept.ledger, read), [kept.key.public])
        assert (proven.record.turn, proven.index, proven.checkpoint.size) == (n, n - 1, 7)
        assert proven.hidden is None
        shown = check_proof(prove(kept.ledger, read, with_text=True), [kept.key.public])
        assert shown.hidden
        assert shown.hidden.text == f"sentence {n}"


def test_a_changed_proof_proves_nothing(kept: Any, of: Callable[..., AuditEvent]) -> None:
    written(kept, of, 3)
    proof = prove(kept.ledger, kept.ledger.find("call-7:2"), with_text=True)
    whole = check_proof(proof, [kept.key.public])
    for i in range(len(proof)):
        changed = proof[:i] + chr(ord(proof[i]) ^ 1) + proof[i + 1 :]
        try:
            proven = check_proof(changed, [kept.key.public])
        except ProofError:
            continue
        # A bit of base64 that stands for nothing, or the text not shown: the entry is the same.
        assert (proven.record, proven.index, proven.checkpoint) == (
            whole.record,
            whole.index,
            whole.checkpoint,
        ), i
        assert proven.hidden in (None, whole.hidden), i


def test_another_entrys_opening_opens_nothing(kept: Any, of: Callable[..., AuditEvent]) -> None:
    written(kept, of, 2)
    one, two = (prove(kept.ledger, kept.ledger.find(f"call-7:{n}"), with_text=True) for n in (1, 2))

    def extra(proof: str) -> dict[str, str]:
        return dict(json.loads(base64.b64decode(proof.split("\n")[1].removeprefix("extra "))))

    mixed = json.dumps({"record": extra(one)["record"], "opening": extra(two)["opening"]})
    lines = one.split("\n")
    lines[1] = f"extra {base64.b64encode(mixed.encode()).decode()}"
    with pytest.raises(ProofError, match="text in it is not the entry's"):
        check_proof("\n".join(lines), [kept.key.public])


def test_what_is_not_covered_or_erased_is_said(kept: Any, of: Callable[..., AuditEvent]) -> None:
    written(kept, of)
    kept.write(of("call-7"))
    with pytest.raises(AuditError, match="No checkpoint covers call-7:8 yet"):
        prove(kept.ledger, kept.ledger.find("call-7:8"))
    assert kept.ledger.find("call-7:99") is None
    assert kept.ledger.find("nonsense") is None
    erase_person(kept.ledger, "call-7")
    with pytest.raises(AuditError, match="was erased: leave --with-text out"):
        prove(kept.ledger, kept.ledger.find("call-7:1"), with_text=True)
    assert check_proof(prove(kept.ledger, kept.ledger.find("call-7:1")), [kept.key.public]).record.turn == 1


@pytest.mark.parametrize(
    "text", ["", "c2sp.org/tlog-proof@v1\n\n", "c2sp.org/tlog-proof@v1\nextra e30=\nindex 0\n\nx"]
)
def test_what_is_no_proof_is_said_to_be_none(text: str, tmp_path: Path) -> None:
    key = SigningKey.load(tmp_path / "key").public
    with pytest.raises(ProofError, match="no proof"):
        check_proof(text, [key])


def test_another_key_trusts_nothing(kept: Any, of: Callable[..., AuditEvent], tmp_path: Path) -> None:
    written(kept, of)
    other = SigningKey.load(tmp_path / "other").public
    with pytest.raises(ProofError, match="cannot be trusted"):
        check_proof(prove(kept.ledger, kept.ledger.find("call-7:1")), [other])


def test_keys_are_written_and_read(tmp_path: Path) -> None:
    key = SigningKey.load(tmp_path / "deep" / "key")
    assert SigningKey.load(tmp_path / "deep" / "key").public == key.public
    assert PublicKey.read(f"{key.public}\n") == key.public
    assert (tmp_path / "deep" / "key").stat().st_mode & 0o077 == 0
    for text in ("", "a+b", f"{key.public}x", str(key.public).replace("+", "-", 1), "a b+00000000+AAAA"):
        with pytest.raises(NoteError, match="no public key"):
            PublicKey.read(text)
    # Of the Go checksum database, which has published it for years.
    go = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
    assert str(PublicKey.read(go)) == go
    (tmp_path / "none").write_text("PRIVATE+KEY+x\n")
    with pytest.raises(AuditError, match="is no key: restore it"):
        SigningKey.load(tmp_path / "none")
