"""Proof that an entry is in the ledger, which a stranger checks with the public key alone.

It is a C2SP tlog-proof (https://c2sp.org/tlog-proof): the entry's place, the hashes from there to the root, and the
signed checkpoint. The entry itself goes along as the proof's extra data.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from emads_voice.errors import EmadsVoiceError
from emads_voice.observability.audit import AuditError

from .ledger import Ledger, Read
from .merkle import inclusion_proof, root_from_inclusion
from .records import Record, Sealed, hash_of, read_record, read_sealed
from .sealing import Key, OpeningError, open_sealed
from .signed_note import Checkpoint, NoteError, PublicKey
from .tables import CHECKPOINTS, ENTRIES, KEYS
from .verifying import read_by_any

_FIRST_LINE = "c2sp.org/tlog-proof@v1"


class ProofError(EmadsVoiceError, ValueError):
    """A proof that proves nothing; the message says why."""


@dataclass(frozen=True, slots=True)
class Proven:
    """What a proof proves.

    Attributes:
        record: the entry.
        hidden: what was sealed in it; None where the proof does not show that.
        index: its place in the log, from 0.
        checkpoint: what the log was when it was in it.
    """

    record: Record
    hidden: Sealed | None
    index: int
    checkpoint: Checkpoint


def prove(ledger: Ledger, read: Read, *, with_text: bool = False) -> str:
    """A proof that an entry is in the ledger, as text for a file ``NAME.tlog-proof``.

    Args:
        ledger: where it is.
        read: the entry.
        with_text: show also what was said, to whoever has the proof. Nothing else of the conversation is shown.

    Raises:
        AuditError: no checkpoint covers it yet, or what was said was erased.
        DatabaseError: the database does not answer.
    """
    entry = read.entry
    with ledger.database.reading() as connection:
        last = connection.execute(
            select(CHECKPOINTS.c.size, CHECKPOINTS.c.note).order_by(CHECKPOINTS.c.size.desc()).limit(1)
        ).first()
        if last is None or entry.position is None or entry.position >= last.size:
            raise AuditError(
                f"No checkpoint covers {entry.name} yet: make one with emads-voice audit checkpoint."
            )
        leaves = list(
            connection.scalars(
                select(ENTRIES.c.hash).where(ENTRIES.c.position < last.size).order_by(ENTRIES.c.position)
            )
        )
        opening = ""
        if with_text:
            record = read_record(entry.record)
            secret = connection.scalar(select(KEYS.c.secret).where(KEYS.c.id == record.key))
            if not secret:
                raise AuditError(f"What was said in entry {entry.name} was erased: leave --with-text out.")
            opening = Key(record.key, record.person, secret).opening_of(record.sealed).hex()
    if len(leaves) != last.size:
        raise AuditError("The ledger is damaged: see what emads-voice audit verify says.")
    extra = json.dumps({"record": entry.record.decode(), **({"opening": opening} if opening else {})})
    hashes = [_base64(each) for each in inclusion_proof(leaves, entry.position)]
    lines = [
        _FIRST_LINE,
        f"extra {_base64(extra.encode())}",
        f"index {entry.position}",
        *hashes,
        "",
        last.note,
    ]
    return "\n".join(lines)


def check_proof(proof: str, trusted: Sequence[PublicKey], witnesses: Sequence[PublicKey] = ()) -> Proven:
    """What a proof proves.

    Args:
        proof: the text of the file.
        trusted: the log's keys.
        witnesses: keys that have to have cosigned the checkpoint.

    Raises:
        ProofError: it proves nothing.
    """
    head, blank, note = proof.partition("\n\n")
    lines = head.split("\n")
    try:
        if not blank or len(lines) < 3 or lines[0] != _FIRST_LINE:
            raise ProofError("this is no proof of an entry")
        extra = json.loads(_decoded(lines[1].removeprefix("extra ")))
        index = int(lines[2].removeprefix("index "))
        if lines[2] != f"index {index}":
            raise ProofError("this is no proof of an entry, or it is damaged")
        hashes = [_decoded(line) for line in lines[3:]]
        data = extra["record"].encode()
        record, opening = read_record(data), bytes.fromhex(extra.get("opening", ""))
    except ProofError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError):
        raise ProofError("this is no proof of an entry, or it is damaged") from None
    try:
        checkpoint = read_by_any(note, trusted, witnesses)
        root = root_from_inclusion(hash_of(data), index, checkpoint.size, hashes)
        hidden = read_sealed(open_sealed(record.sealed, opening)) if opening else None
    except NoteError as error:
        raise ProofError(f"its checkpoint cannot be trusted: {error}") from None
    except OpeningError as error:
        raise ProofError(f"the text in it is not the entry's: {error}") from None
    except ValueError as error:
        raise ProofError(f"it leads to no root: {error}") from None
    if root != checkpoint.root:
        raise ProofError("the entry in it is not in the ledger that was signed")
    return Proven(record, hidden, index, checkpoint)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decoded(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
