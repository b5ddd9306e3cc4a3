"""Short-lived keys for browsers, each good for one session: whoever has a key of the deployment's makes them, so that
it never leaves their server.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from emads_voice.channels.api.requests.keys import SESSION_KEY
from emads_voice.channels.realtime.session_config import SessionConfig

DEFAULT_S, SHORTEST_S, LONGEST_S = 600, 10, 7200
"""How long a key can be used, in seconds: as with OpenAI."""
MOST = 10_000
"""Keys that wait to be used."""


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
    """The keys one process has made, and that were not used yet."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` tells seconds, monotonic."""
        self._clock = clock
        self._grants: dict[str, tuple[Grant, float]] = {}

    def issue(self, grant: Grant, lifetime_s: int) -> str | None:
        """A new key; None if there are too many."""
        now = self._clock()
        self._grants = {key: kept for key, kept in self._grants.items() if kept[1] > now}
        if len(self._grants) >= MOST:
            return None
        key = SESSION_KEY + secrets.token_urlsafe(24)
        self._grants[key] = grant, now + lifetime_s
        return key

    def give_back(self, key: str, grant: Grant) -> None:
        """It was not used after all, for want of a place: it may be tried again for a while. Others are not kept."""
        if key.startswith(SESSION_KEY):
            self._grants[key] = grant, self._clock() + SHORTEST_S

    def redeem(self, key: str) -> Grant | None:
        """What a key opens, once; None if it is none of ours, was used, or is too old."""
        kept = self._grants.pop(key, None)
        return kept[0] if kept and kept[1] > self._clock() else None
