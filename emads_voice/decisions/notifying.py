"""Tells approvers by text message that they are asked, and what came of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Protocol, cast

from emads_voice.error_text import first_line
from emads_voice.errors import EmadsVoiceError
from emads_voice.messages import Catalogue, Key
from emads_voice.observability.redaction import redact
from emads_voice.tasks import work_off

from .notices import Notice, Notices

_log = logging.getLogger(__name__)

POLL_S = 1.0
"""How often it is looked whether somebody is to be told."""
MOST_ACTION = 80
"""Characters of what is proposed: a message is short."""


class Messenger(Protocol):
    """Sends text messages."""

    async def text(self, to: str, body: str) -> None:
        """Send one.

        Args:
            to: the number, E.164.
            body: the message.

        Raises:
            EmadsVoiceError: it was not sent.
        """


class Notifier:
    """Sends what is due, one message after the other."""

    def __init__(
        self,
        notices: Notices,
        messenger: Messenger,
        numbers: Mapping[str, str],
        catalogue: Catalogue,
        address: str,
    ) -> None:
        """
        Args:
            notices: the messages.
            messenger: sends them.
            numbers: of approvers, by name.
            catalogue: what we say.
            address: where reviewers find this deployment: "https://voice.example.com".
        """
        self._notices = notices
        self._messenger = messenger
        self._numbers = numbers
        self._catalogue = catalogue
        self._address = address

    async def run(self) -> None:
        """Send what becomes due, until cancelled."""
        await work_off(self.step, _log, "Approvers could not be told; it is tried again", poll_s=POLL_S)

    async def step(self) -> bool:
        """Send one message, if one is due; returns whether one was."""
        notice = await asyncio.to_thread(self._notices.claim)
        if notice is None:
            return False
        fault = ""
        try:
            await self._messenger.text(self._numbers[notice.approver], self.words(notice))
        except EmadsVoiceError as error:
            fault = first_line(error)
            _log.warning("An approver was not told of the decision %s: %s", notice.kept.id, fault)
        await asyncio.to_thread(self._notices.finish, notice, fault)
        return True

    def words(self, notice: Notice) -> str:
        """The message, in the plan's language: what, until when, and where; no PIN, no token, no personal data."""
        kept = notice.kept
        said = self._catalogue.decisions(kept.plan.language)
        until = f"{datetime.fromtimestamp(kept.expires_at, UTC):%Y-%m-%d %H:%M} UTC"
        action = redact(kept.plan.action)
        short = action if len(action) <= MOST_ACTION else f"{action[: MOST_ACTION - 1].rstrip()}…"
        where = f"{self._address}/decisions/{kept.id}"
        if notice.about == "asked":
            return said.text("text_asked", reference=kept.reference, action=short, until=until, where=where)
        status = said.text(cast(Key, f"decisions_status_{notice.about}"))
        return said.text("text_result", reference=kept.reference, action=short, status=status, where=where)
