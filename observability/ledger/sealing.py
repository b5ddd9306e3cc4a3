"""What people say is sealed with a key for each person and conversation; erasing them is removing the key.

The chain covers what is sealed, not what was said, so that it verifies before and after.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, insert

from emads_voice.errors import EmadsVoiceError

from .tables import KEYS

_SALT = 16
SECRET_BYTES = 32


class OpeningError(EmadsVoiceError, ValueError):
    """What is sealed was sealed with another key, or changed since."""


@dataclass(frozen=True, slots=True)
class Key:
    """What one person says in one conversation is sealed with it.

    Attributes:
        id: what records name it by.
        person: whose it is, as records name them; "" if nobody is known.
        secret: 32 bytes.
    """

    id: str
    person: str
    secret: bytes

    def seal(self, data: bytes) -> bytes:
        """What nobody reads without the key: a salt, a hash that commits to the entry's own key, and the ciphertext."""
        salt = secrets.token_bytes(_SALT)
        opening = self.opening_of(salt)
        return salt + _commitment(opening) + AESGCM(_derive(opening, b"seal")).encrypt(bytes(12), data, None)

    def opening_of(self, sealed: bytes) -> bytes:
        """What opens this one entry, and no other of the same key: 32 bytes that may be given to somebody.

        Args:
            sealed: what is sealed, or its first bytes.
        """
        return _derive(self.secret, sealed[:_SALT] + self.person.encode())

    def open(self, sealed: bytes) -> bytes:
        """What was sealed.

        Raises:
            OpeningError: it was sealed with another key, or changed since.
        """
        return open_sealed(sealed, self.opening_of(sealed))


def open_sealed(sealed: bytes, opening: bytes) -> bytes:
    """What was sealed, with what opens that one entry.

    Raises:
        OpeningError: that does not open it. There is no second opening that shows something else.
    """
    salted = _SALT + sha256().digest_size
    if not hmac.compare_digest(sealed[_SALT:salted], _commitment(opening)):
        raise OpeningError("it was sealed with another key")
    try:
        return AESGCM(_derive(opening, b"seal")).decrypt(bytes(12), sealed[salted:], None)
    except InvalidTag:
        raise OpeningError("what is sealed was changed") from None


def _commitment(opening: bytes) -> bytes:
    # AES-GCM alone does not commit to its key: two keys may open one ciphertext as two texts.
    return _derive(opening, b"commit")


def _derive(secret: bytes, what: bytes) -> bytes:
    return hmac.digest(secret, what, "sha256")


def new_key(connection: Connection, conversation: str, person: str, number: int) -> Key:
    """A new key, for what is said in a conversation from now on.

    Args:
        connection: a writing transaction. Nobody else appends to the conversation before its end.
        conversation: its thread.
        person: who speaks, as records name them; "" if nobody is known.
        number: of the conversation's keys, from 1.
    """
    key = Key(uuid4().hex, person, secrets.token_bytes(SECRET_BYTES))
    connection.execute(
        _INSERT,
        {
            "id": key.id,
            "conversation": conversation,
            "person": person,
            "secret": key.secret,
            "number": number,
        },
    )
    return key


_INSERT = insert(KEYS)
