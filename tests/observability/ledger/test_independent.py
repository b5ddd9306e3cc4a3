"""Another program, which knows nothing of ours, checks what we publish: notes, checkpoints, inclusion, consistency."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import aics_tlog
import pytest

from emads_voice.observability import AuditEvent
from emads_voice.observability.ledger.merkle import consistency_proof
from emads_voice.observability.ledger.proofs import prove


def entries(kept: Any) -> list[bytes]:
    return [read.entry.record for read in kept.ledger.read_all()]


@pytest.fixture
def written(kept: Any, of: Callable[..., AuditEvent]) -> Any:
    for size in (1, 2, 5, 13):
        kept.write(*(of(f"call-{n % 3}", text=f"sentence {n}") for n in range(size)))
        kept.checkpoint()
    return kept


def test_checkpoints_are_read_and_their_signature_holds(written: Any) -> None:
    key = aics_tlog.parse_vkey(str(written.key.public))
    notes = written.place.all()
    assert len(notes) == 5  # the last of them twice
    for _, text in notes:
        checked = aics_tlog.verify_checkpoint(aics_tlog.parse_note(text.encode()), key)
        assert checked.log_ok
        assert aics_tlog.MerkleTree(entries(written)[: checked.size]).root() == checked.root
        assert checked.size
        forged = text.replace(f"\n{checked.size}\n", f"\n{checked.size + 1}\n")
        assert not aics_tlog.verify_checkpoint(aics_tlog.parse_note(forged.encode()), key).log_ok


def test_a_proof_of_every_entry_holds(written: Any) -> None:
    key = aics_tlog.parse_vkey(str(written.key.public))
    for read in list(written.ledger.read_all()):
        head, _, note = prove(written.ledger, read).partition("\n\n")
        _, extra, index, *hashes = head.split("\n")
        record = json.loads(base64.b64decode(extra.removeprefix("extra ")))["record"].encode()
        checked = aics_tlog.verify_checkpoint(aics_tlog.parse_note(note.encode()), key)
        assert checked.log_ok
        assert checked.size
        assert checked.root
        proof = [base64.b64decode(each) for each in hashes]
        where = int(index.removeprefix("index ")), checked.size
        assert aics_tlog.verify_leaf_inclusion(record, *where, proof, checked.root)
        assert not aics_tlog.verify_leaf_inclusion(record + b" ", *where, proof, checked.root)


def test_later_checkpoints_begin_with_the_earlier_ones(written: Any) -> None:
    tree = aics_tlog.MerkleTree(entries(written))
    leaves = [aics_tlog.leaf_hash(each) for each in entries(written)]
    for old in range(1, len(leaves) + 1):
        proof = consistency_proof(leaves, old)
        assert proof == tree.consistency_proof(old)
        assert aics_tlog.verify_consistency(old, len(leaves), tree.root(old), tree.root(), proof)
