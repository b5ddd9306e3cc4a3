"""Single-use permission to open a stream, bound to the call that a signed webhook spoke of.

A signature has no time in it, so a recorded one would open streams for ever. Each stream has an address of its
own, which ends in a ticket, so that Twilio's signature of it is good for one socket; and it begins by saying a
token, which no address and no log shows. Both can be used once, within a minute, for one call.

A call has one stream at first, and one for each time its line broke. Permission is given once for each of these
attempts: the webhook that asked for one that has been opened, or was not opened in time, gets nothing more.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from emads_voice.channels.call import CallInfo

from .messages import Stream
from .recent_calls import CallMemory

LIFETIME_S = 60.0


@dataclass(frozen=True, slots=True)
class Grant:
    """Permission to open one stream, for the call and account of the signed webhook it was given to.

    Attributes:
        ticket: the end of the stream's address.
        token: what the stream says first.
        account_sid: of the webhook.
        call: of the webhook.
        attempt: which stream of the call it is, from 0.
        expires: when, by the clock of :class:`StreamTokens`.
    """

    ticket: str
    token: str
    account_sid: str
    call: CallInfo
    attempt: int
    expires: float

    def fits(self, stream: Stream, token: str) -> bool:
        """Whether a stream that opened at this ticket's address is the one that was meant."""
        genuine = hmac.compare_digest(self.token.encode(), token.encode())
        return genuine and (stream.call_sid, stream.account_sid) == (self.call.call_sid, self.account_sid)


class StreamTokens:
    """The permissions one process has given, and remembers."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._grants: dict[str, Grant] = {}  # unused, by ticket, oldest first
        self._latest: CallMemory[tuple[int, str]] = CallMemory()  # attempt and ticket

    def is_spent(self, call_sid: str, attempt: int) -> bool:
        """Whether this attempt of a call, or a later one, has had its stream, or has not opened it in time."""
        latest = self._latest.get(call_sid)
        if latest is None or attempt > latest[0]:
            return False
        return attempt < latest[0] or self._unused(latest[1]) is None

    def issue(self, call: CallInfo, account_sid: str, attempt: int) -> Grant:
        """Issue a grant for an attempt that is not spent. A repeated webhook gets the same unused grant."""
        latest = self._latest.get(call.call_sid)
        if latest:
            grant = self._unused(latest[1])
            if grant and latest[0] == attempt:
                return grant
            self._grants.pop(latest[1], None)
        self._drop_expired()
        ticket, token = secrets.token_urlsafe(16), secrets.token_urlsafe(32)
        grant = Grant(ticket, token, account_sid, call, attempt, self._clock() + LIFETIME_S)
        self._grants[ticket] = grant
        self._latest.note(call.call_sid, (attempt, ticket))
        return grant

    def redeem(self, ticket: str) -> Grant | None:
        """The permission a stream's address stands for, once; None if there is none, it was used, or it is too old."""
        grant = self._unused(ticket)
        self._grants.pop(ticket, None)
        return grant

    def _unused(self, ticket: str) -> Grant | None:
        grant = self._grants.get(ticket)
        return grant if grant and grant.expires > self._clock() else None

    def _drop_expired(self) -> None:
        now = self._clock()
        while self._grants and (oldest := next(iter(self._grants.values()))).expires <= now:
            del self._grants[oldest.ticket]
