"""Short-lived keys for browsers, each good for one session: whoever has a key of the deployment's makes them, so that
it never leaves their server.

They are kept in the deployment's database, so that any process that shares it can be asked, and the first one that is
asked for a key takes it. A row tells nothing to whoever reads it: its name is a hash of the key, and what the key opens
is encrypted with it.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Column, Float, LargeBinary, MetaData, String, Table, delete, func, insert, select

from emads_voice.channels.api.requests.keys import SESSION_KEY
from emads_voice.channels.realtime.session_config import SessionConfig
from emads_voice.channels.realtime.sound_formats import FORMATS
from emads_voice.database import Database

DEFAULT_S, SHORTEST_S, LONGEST_S = 600, 10, 7200
"""How long a key can be used, in seconds: as with OpenAI."""
MOST = 10_000
"""Keys that wait to be used."""

_METADATA = MetaData()
_SECRETS = Table(
    "client_secrets",
    _METADATA,
    Column("name", String(64), primary_key=True),
    Column("grant", LargeBinary, nullable=False),
    Column("expires_at", Float(53), nullable=False, index=True),
)
_MIGRATIONS = (_METADATA.create_all,)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a key opens.

    Attributes:
        config: how the session is set up.
        client: who has made it, by a name that does not tell their key.
        thread: the conversation to go on with; "" for a new one.
        caller: who talks, as their server knows them; "" if nobody.
        parameters: what else agents are to know of the session, by name.
    """

    config: SessionConfig = field(default_factory=SessionConfig)
    client: str = ""
    thread: str = ""
    caller: str = field(default="", repr=False)
    parameters: dict[str, str] = field(default_factory=dict, repr=False)


class ClientSecrets:
    """The keys of a deployment that were not used yet."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        """
        Args:
            database: shared by the processes that know the keys.
            clock: seconds since 1970.
        """
        self._database = database
        self._clock = clock
        self._migrated = False

    async def issue(self, grant: Grant, lifetime_s: int) -> str | None:
        """A new key; None if there are too many.

        Raises:
            DatabaseError: the database does not answer.
        """
        key = SESSION_KEY + secrets.token_urlsafe(24)
        return key if await asyncio.to_thread(self._keep, key, grant, lifetime_s) else None

    async def give_back(self, key: str, grant: Grant) -> None:
        """It was not used after all, for want of a place: it may be tried again for a while. Others are not kept.

        Raises:
            DatabaseError: the database does not answer.
        """
        if key.startswith(SESSION_KEY):
            await asyncio.to_thread(self._keep, key, grant, SHORTEST_S)

    async def redeem(self, key: str) -> Grant | None:
        """What a key opens, once; None if it is none of ours, was used, or is too old.

        Raises:
            DatabaseError: the database does not answer.
        """
        return await asyncio.to_thread(self._take, key)

    def _keep(self, key: str, grant: Grant, lifetime_s: int) -> bool:
        now = self._clock()
        row = {"name": _name(key), "grant": _sealed(key, grant), "expires_at": now + lifetime_s}
        self._migrate()
        with self._database.writing() as connection:
            connection.execute(delete(_SECRETS).where(_SECRETS.c.expires_at <= now))
            if connection.execute(select(func.count()).select_from(_SECRETS)).scalar_one() >= MOST:
                return False
            connection.execute(insert(_SECRETS), row)
        return True

    def _take(self, key: str) -> Grant | None:
        self._migrate()
        # Whoever removes the row has the session, so that two who come at once do not both.
        taking = delete(_SECRETS).where(_SECRETS.c.name == _name(key))
        with self._database.writing() as connection:
            taken = connection.execute(taking.returning(_SECRETS.c.grant, _SECRETS.c.expires_at)).first()
        return _opened(key, taken.grant) if taken and taken.expires_at > self._clock() else None

    def _migrate(self) -> None:
        if not self._migrated:
            self._database.migrate("client secrets", _MIGRATIONS)
            self._migrated = True


class _Row(msgspec.Struct, frozen=True):
    """A grant as JSON."""

    reads: str
    writes: str
    turns: str | None
    shows: bool
    ignored: tuple[str, ...]
    client: str
    thread: str
    caller: str
    parameters: dict[str, str]


def _name(key: str) -> str:
    return sha256(b"name" + key.encode()).hexdigest()


def _cipher(key: str) -> AESGCM:
    return AESGCM(sha256(b"seal" + key.encode()).digest())  # the key is as random as what is made of it


def _sealed(key: str, grant: Grant) -> bytes:
    config = grant.config
    row = _Row(
        config.reads.name,
        config.writes.name,
        config.turns,
        config.shows,
        config.ignored,
        grant.client,
        grant.thread,
        grant.caller,
        grant.parameters,
    )
    nonce = secrets.token_bytes(12)
    return nonce + _cipher(key).encrypt(nonce, msgspec.json.encode(row), None)


def _opened(key: str, sealed: bytes) -> Grant:
    row = msgspec.json.decode(_cipher(key).decrypt(sealed[:12], sealed[12:], None), type=_Row)
    config = SessionConfig(FORMATS[row.reads], FORMATS[row.writes], row.turns, row.shows, row.ignored)
    return Grant(config, row.client, row.thread, row.caller, row.parameters)
