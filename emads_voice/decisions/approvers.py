"""Who may decide: known by the number they call from with a PIN, or by a token. All three are kept as hashes only."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import scrypt, sha256
from typing import Any, Protocol

from sqlalchemy import Connection, delete, insert, select, update

from .decisions import Reviewer
from .errors import DecisionError, LockedError, WrongPinError
from .policy import Channel, Proof
from .store import DecisionStore
from .tables import APPROVERS

MOST_FAILURES = 3
"""So many wrong PINs in a row lock an approver's telephone out."""
LOCKED_S = 30 * 60.0
"""For how long, in seconds."""
PIN_DIGITS = range(4, 13)
"""How long a PIN may be."""

_SALT_BYTES = 16
_COST = {
    "n": 2**14,
    "r": 8,
    "p": 1,
}  # OWASP's least for scrypt is more; a PIN is guarded by the lock, not by this


class Names(Protocol):
    """Names people by a keyed hash: :class:`emads_voice.observability.ledger.Persons` is one."""

    def name(self, person: str) -> str:
        """What records call somebody."""


@dataclass(frozen=True, slots=True)
class Approver:
    """Somebody who may decide.

    Attributes:
        name: as records and other people call them.
        roles: what they are, "cto", "ceo"; for people to read.
        telephones: whether a number and a PIN of theirs are known.
        locked: whether too many wrong PINs were keyed lately.
    """

    name: str
    roles: tuple[str, ...]
    telephones: bool
    locked: bool


class Approvers:
    """The approvers of a deployment, in the database of its decisions. Synchronous: call it in a thread."""

    def __init__(self, store: DecisionStore, names: Names) -> None:
        """
        Args:
            store: keeps the decisions.
            names: hashes telephone numbers, with a key that nobody else has.
        """
        self._store = store
        self._names = names

    def add(self, name: str, *, number: str = "", pin: str = "", roles: Iterable[str] = ()) -> str:
        """Let somebody decide, or change what is known of them.

        Args:
            name: as records call them: a word.
            number: what they telephone from; "" for nowhere.
            pin: what they key there, digits.
            roles: what they are.

        Returns:
            Their token, for the pages and the HTTP API. It is told this once, and kept nowhere.

        Raises:
            DecisionError: the name is no word, or there is a number without a PIN that can be used.
        """
        if not name.strip() or len(name) > 64 or any(character.isspace() for character in name):
            raise DecisionError("Give a name that is one word, of 64 letters at most.")
        if number and not (pin.isascii() and pin.isdigit() and len(pin) in PIN_DIGITS):
            raise DecisionError(f"Choose a PIN of {PIN_DIGITS.start} to {PIN_DIGITS.stop - 1} digits.")
        if pin and not number:
            raise DecisionError("A PIN is for the telephone: give the number it is keyed from, too.")
        token = secrets.token_urlsafe(32)
        row = {
            "name": name,
            "number": self._names.name(number) if number else "",
            "pin": _hashed(pin) if pin else b"",
            "token": _token_hash(token),
            "roles": json.dumps(sorted(roles)),
            "failures": 0,
            "locked_until": 0.0,
        }
        with self._store.database.writing() as connection:
            connection.execute(delete(APPROVERS).where(APPROVERS.c.name == name))
            connection.execute(insert(APPROVERS), row)
        return token

    def remove(self, name: str) -> None:
        """Let somebody decide no more. What they have decided stays.

        Raises:
            DecisionError: nobody is called so.
        """
        with self._store.database.writing() as connection:
            if connection.execute(delete(APPROVERS).where(APPROVERS.c.name == name)).rowcount != 1:
                raise DecisionError(f"No approver is called {name}: look at the list of those there are.")

    def all(self) -> list[Approver]:
        """Everybody who may decide, by name."""
        with self._store.database.reading() as connection:
            rows = connection.execute(select(APPROVERS).order_by(APPROVERS.c.name)).all()
        now = self._store.clock()
        return [
            Approver(row.name, tuple(json.loads(row.roles)), bool(row.number), row.locked_until > now)
            for row in rows
        ]

    def by_token(self, token: str, channel: Channel) -> Reviewer | None:
        """Who holds a token; None if nobody does."""
        with self._store.database.reading() as connection:
            query = select(APPROVERS.c.name).where(APPROVERS.c.token == _token_hash(token))
            name = connection.execute(query).scalar()
        return Reviewer(name, channel, Proof.TOKEN) if name else None

    def by_number(self, number: str) -> Reviewer | None:
        """Whose number somebody calls from; None if it is no approver's. It proves little: numbers are faked."""
        if not number:
            return None
        with self._store.database.reading() as connection:
            query = select(APPROVERS.c.name).where(APPROVERS.c.number == self._names.name(number))
            name = connection.execute(query).scalar()
        return Reviewer(name, Channel.PHONE, Proof.NUMBER) if name else None

    def check_pin(self, caller: Reviewer, pin: str) -> Reviewer:
        """Whether a caller from an approver's number has keyed their PIN.

        Returns:
            The caller, of whom more is known.

        Raises:
            WrongPinError: it is wrong.
            LockedError: too many were, with this one or before.
        """
        if caller.proof is not Proof.NUMBER:
            raise WrongPinError("No PIN is known for this number: use your token.")
        with self._store.database.writing() as connection:
            row = self._row(connection, caller.name)
            now = self._store.clock()
            if row is None or not row.pin:
                raise WrongPinError("No PIN is known for this number: use your token.")
            if row.locked_until > now:
                raise LockedError("Too many wrong PINs were keyed: use your token, or call again later.")
            right = _is_pin(bytes(row.pin), pin)
            failures = 0 if right else row.failures + 1
            locks = failures >= MOST_FAILURES
            connection.execute(
                update(APPROVERS)
                .where(APPROVERS.c.name == caller.name)
                .values(
                    failures=0 if locks else failures,
                    locked_until=now + LOCKED_S if locks else row.locked_until,
                )
            )
        # The failure is counted first: an exception would undo it.
        if locks:
            raise LockedError("Too many wrong PINs were keyed: use your token, or call again later.")
        if not right:
            raise WrongPinError("That is not the PIN: try it again.")
        return Reviewer(caller.name, caller.channel, Proof.PIN)

    def _row(self, connection: Connection, name: str) -> Any:
        return connection.execute(select(APPROVERS).where(APPROVERS.c.name == name).with_for_update()).first()


def _hashed(pin: str) -> bytes:
    salt = secrets.token_bytes(_SALT_BYTES)
    return salt + scrypt(pin.encode(), salt=salt, **_COST)


def _is_pin(kept: bytes, pin: str) -> bool:
    salt, hashed = kept[:_SALT_BYTES], kept[_SALT_BYTES:]
    return hmac.compare_digest(hashed, scrypt(pin.encode(), salt=salt, **_COST))


def _token_hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
