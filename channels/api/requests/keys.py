"""Who asks: a key of those that the deployment gave out, told apart in constant time, and never written down."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from hashlib import sha256

from pydantic import SecretStr

_BEARER = re.compile(r"bearer +([\x21-\x7e]{1,512})", re.IGNORECASE)

_NAMED = 12  # characters of a hash that name whose key it is

SESSION_KEY = "ek_"
"""How keys begin that open one session of /v1/realtime, and nothing here."""


def bearer(authorization: str) -> str:
    """What a header brings, ``Bearer`` and a key or token; "" if it brings none."""
    given = _BEARER.fullmatch(authorization.strip())
    return given[1] if given else ""


class ApiKeys:
    """The keys of one API. Only their hashes are kept."""

    def __init__(self, keys: Iterable[SecretStr]) -> None:
        """Take the keys; without any, nobody is known."""
        self._hashes = [sha256(each.get_secret_value().encode()).digest() for each in keys]

    def __bool__(self) -> bool:
        return bool(self._hashes)

    def known(self, client: str) -> bool:
        """Whether a name that :meth:`client` has given is still that of a key."""
        return any(kept.hex()[:_NAMED] == client for kept in self._hashes)

    def client(self, authorization: str) -> str | None:
        """Whose request it is, by a name that does not tell the key; None if the key is not known.

        Args:
            authorization: the header, ``Bearer`` and the key.
        """
        given = bearer(authorization)
        hashed = sha256(given.encode()).digest() if given else b""
        found = None
        for kept in self._hashes:  # all of them, so that the time does not tell which one is nearest
            if hmac.compare_digest(kept, hashed):
                found = kept.hex()[:_NAMED]
        return found
