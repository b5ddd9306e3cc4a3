"""Who is signed in: a reviewer shows their token once, and then a cookie that is good for an hour, in this process."""

from __future__ import annotations

import asyncio
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from pydantic import SecretStr

from emads_voice.decisions import Approvers, Channel, Reviewer

LASTS_S = 3600.0
"""How long somebody stays signed in."""
MOST = 1_000
"""So many at a time; then the one who signed in first is signed out."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who may decide.

    Attributes:
        reviewer: who it is.
        form_key: is in the forms of their pages, and in no others'.
    """

    reviewer: Reviewer
    form_key: SecretStr

    def made(self, form_key: str) -> bool:
        """Whether a form that has this key is from one of their pages."""
        return hmac.compare_digest(form_key.encode(), self.form_key.get_secret_value().encode())


@dataclass(frozen=True, slots=True)
class _Session:
    token: SecretStr
    form_key: SecretStr
    until: float


class Sessions:
    """Those who are signed in. A token that is taken back ends its sessions, as each request asks whose it is."""

    def __init__(self, approvers: Approvers, clock: Callable[[], float] = time.monotonic) -> None:
        """
        Args:
            approvers: know the tokens.
            clock: in seconds.
        """
        self._approvers = approvers
        self._clock = clock
        self._sessions: dict[str, _Session] = {}

    async def sign_in(self, token: str) -> str | None:
        """The value of a cookie for whoever has this token; None if nobody has.

        Raises:
            DatabaseError: the database does not answer.
        """
        if await self._holder(token) is None:
            return None
        while len(self._sessions) >= MOST:
            del self._sessions[next(iter(self._sessions))]
        cookie = secrets.token_urlsafe(32)
        self._sessions[_named(cookie)] = _Session(
            SecretStr(token), SecretStr(secrets.token_urlsafe(32)), self._clock() + LASTS_S
        )
        return cookie

    async def who(self, cookie: str) -> SignedIn | None:
        """Whose cookie it is; None if nobody's, or not any more.

        Raises:
            DatabaseError: the database does not answer.
        """
        session = self._sessions.get(_named(cookie))
        if session is None:
            return None
        reviewer = await self._holder(session.token.get_secret_value())
        if reviewer is None or session.until <= self._clock():
            self.sign_out(cookie)
            return None
        return SignedIn(reviewer, session.form_key)

    def sign_out(self, cookie: str) -> None:
        """Let a cookie be nobody's."""
        self._sessions.pop(_named(cookie), None)

    async def _holder(self, token: str) -> Reviewer | None:
        return await asyncio.to_thread(self._approvers.by_token, token, Channel.PAGE)


def _named(cookie: str) -> str:
    return sha256(cookie.encode()).hexdigest()
