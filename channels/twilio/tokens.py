"""Single-use tokens that bind a stream to the call a signed webhook spoke of.

A signature has no time in it, so a recorded one would open streams for ever. The token can be used once,
within a minute, for one call.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from emads_voice.channels.call import CallInfo

LIFETIME_S = 60.0
CAPACITY = 10_000
"""Tokens kept at most; calls are capped far below."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token stands for: the call and account of the signed webhook it was given to."""

    token: str
    account_sid: str
    call: CallInfo
    expires: float


class StreamTokens:
    """The unused tokens of one process, one for each call."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._grants: dict[str, Grant] = {}  # oldest first

    def issue(self, call: CallInfo, account_sid: str) -> str:
        """A token for a call's stream (256 bits, URL-safe). Asked again, as Twilio repeats webhooks that it
        thinks lost, the unused one is given again."""
        grant = self._grants.get(call.call_sid)
        fits = grant is not None and (grant.account_sid, grant.call) == (account_sid, call)
        if grant is None or not fits or grant.expires <= self._clock():
            self._grants.pop(call.call_sid, None)
            if len(self._grants) >= CAPACITY:
                self._grants.pop(next(iter(self._grants)))
            grant = Grant(secrets.token_urlsafe(32), account_sid, call, self._clock() + LIFETIME_S)
            self._grants[call.call_sid] = grant
        return grant.token

    def redeem(self, token: str, *, call_sid: str, account_sid: str) -> CallInfo | None:
        """The call a stream may carry, once; None if the token is wrong, used, late or another call's."""
        grant = self._grants.get(call_sid)
        if grant is None:
            return None
        genuine = hmac.compare_digest(grant.token.encode(), token.encode())
        if not genuine or grant.account_sid != account_sid:
            return None  # kept: a stranger must not use up a caller's token
        del self._grants[call_sid]
        return grant.call if grant.expires > self._clock() else None
