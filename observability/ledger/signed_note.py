"""Checkpoints as C2SP signed notes: https://c2sp.org/signed-note, tlog-checkpoint and tlog-cosignature.

A key is written as other programs write theirs: ``NAME+ID+DATA``, and the one that signs
``PRIVATE+KEY+NAME+ID+DATA``.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from emads_voice.error_text import reason_of
from emads_voice.errors import EmadsVoiceError
from emads_voice.observability.audit import AuditError

from .persons import make_private

_ED25519, _COSIGNATURE = 1, 4
_NAME = re.compile(r"[^\s+]+")
_ROOT_BYTES = 32
MOST_BYTES = 100_000
"""Of a note: it is read before anybody knows whose it is."""


class NoteError(EmadsVoiceError, ValueError):
    """A note that is none, or that nobody trusted has signed."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What signatures are checked with.

    Attributes:
        name: whose it is.
        data: its type, a byte, and the key.
    """

    name: str
    data: bytes

    @classmethod
    def read(cls, text: str) -> PublicKey:
        """A key that is written as ``NAME+ID+DATA``.

        Raises:
            NoteError: it is none, or of a kind that is not known here.
        """
        name, _, rest = text.strip().partition("+")
        number, _, data = rest.partition("+")
        try:
            key = cls(name, base64.b64decode(data, validate=True))
        except binascii.Error:
            raise NoteError("this is no public key: it is one line, NAME+ID+DATA") from None
        if not _NAME.fullmatch(name) or key.id.hex() != number.lower() or len(key.data) != 33:
            raise NoteError("this is no public key: it is one line, NAME+ID+DATA")
        if key.data[0] not in (_ED25519, _COSIGNATURE):
            raise NoteError(f"the key of {name} is not of Ed25519")
        return key

    @property
    def id(self) -> bytes:
        """The four bytes that signatures name it by."""
        return sha256(self.name.encode() + b"\n" + self.data).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(self.data).decode()}"

    def signed(self, text: bytes, signature: bytes) -> bool:
        """Whether a signature of this key is one of the text."""
        if self.data[0] == _COSIGNATURE:
            time = int.from_bytes(signature[:8], "big")
            text, signature = b"cosignature/v1\ntime %d\n%b" % (time, text), signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.data[1:]).verify(signature, text)
        except (InvalidSignature, ValueError):
            return False
        return True


class SigningKey:
    """What checkpoints are signed with."""

    def __init__(self, name: str, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = PublicKey(name, bytes([_ED25519]) + self._key.public_key().public_bytes_raw())

    @classmethod
    def load(cls, path: Path) -> SigningKey:
        """The key in a file, which is made at the first use, for its owner only.

        Raises:
            AuditError: it can be neither read nor made; the message says what to do.
        """
        name, seed = f"emads-voice/{secrets.token_hex(8)}", secrets.token_bytes(32)
        new = cls(name, seed)
        data = base64.b64encode(bytes([_ED25519]) + seed).decode()
        try:
            text = make_private(path, f"PRIVATE+KEY+{name}+{new.public.id.hex()}+{data}\n")
        except OSError as error:
            raise AuditError(
                f"The key that signs the ledger, {path}, cannot be read or made ({reason_of(error)}): "
                "let this user use it."
            ) from None
        except ValueError:
            text = ""
        try:
            private, _, named = text.strip().partition("+KEY+")
            name, number, data = named.split("+", 2)
            kept = base64.b64decode(data, validate=True)
            key = cls(name, kept[1:])
        except ValueError:
            raise AuditError(f"{path} is no key: restore it from a backup.") from None
        if private != "PRIVATE" or kept[0] != _ED25519 or key.public.id.hex() != number:
            raise AuditError(f"{path} is no key: restore it from a backup.")
        return key

    def sign(self, text: bytes) -> str:
        """The line that signs a text."""
        signature = base64.b64encode(self.public.id + self._key.sign(text)).decode()
        return f"— {self.public.name} {signature}\n"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How many entries a log has, and the root of the tree of them.

    Attributes:
        origin: the log's name, which is that of its key.
        size: the number of entries.
        root: 32 bytes.
    """

    origin: str
    size: int
    root: bytes

    def signed(self, key: SigningKey) -> str:
        """The checkpoint as a note that the key has signed."""
        text = f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"
        return f"{text}\n{key.sign(text.encode())}"


def read_note(note: str, trusted: PublicKey, witnesses: list[PublicKey] | None = None) -> Checkpoint:
    """The checkpoint in a note.

    Args:
        note: the whole of it.
        trusted: the log's key, which has to have signed it.
        witnesses: keys of others, all of which have to have cosigned it.

    Raises:
        NoteError: it is no checkpoint of this log, or a signature is missing or wrong.
    """
    text, signatures = _parts(note)
    for key in (trusted, *(witnesses or [])):
        own = [signature[4:] for name, signature in signatures if (name, signature[:4]) == (key.name, key.id)]
        if not own:
            raise NoteError(f"{key.name} has not signed it")
        if not all(key.signed(text.encode(), signature) for signature in own):
            raise NoteError(f"the signature of {key.name} is wrong")
    checkpoint = _checkpoint(text)
    if checkpoint.origin != trusted.name:
        raise NoteError(f"it is of another log, {checkpoint.origin}")
    return checkpoint


def _parts(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """What is signed, and whose signatures are under it."""
    text, blank, below = note.rpartition("\n\n")
    if not blank or not below.endswith("\n") or len(note) > MOST_BYTES:
        raise NoteError("it is no signed note")
    if any(ord(character) < 0x20 and character != "\n" for character in note):
        raise NoteError("it is no signed note")
    signatures = []
    for line in below[:-1].split("\n"):
        dash, _, named = line.partition(" ")
        name, _, data = named.partition(" ")
        try:
            signature = base64.b64decode(data, validate=True)
        except ValueError:
            signature = b""
        if dash != "—" or not _NAME.fullmatch(name) or len(signature) < 5 or _base64(signature) != data:
            raise NoteError("it is no signed note")
        signatures.append((name, signature))
    return f"{text}\n", signatures


def _checkpoint(text: str) -> Checkpoint:
    origin, size, root, *_ = [*text.split("\n"), "", ""]
    try:
        hashed = base64.b64decode(root, validate=True)
    except ValueError:
        hashed = b""
    whole = re.fullmatch(r"0|[1-9][0-9]{0,17}", size, re.ASCII)
    if not origin or not whole or len(hashed) != _ROOT_BYTES or _base64(hashed) != root:
        raise NoteError("it is no checkpoint")
    return Checkpoint(origin, int(size), hashed)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
