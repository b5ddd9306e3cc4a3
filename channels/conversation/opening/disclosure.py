"""That an automated assistant answers: callers are told when a call begins, and the audit log that they were."""

from __future__ import annotations

import logging
from uuid import uuid4

from emads_voice.channels.conversation.conduct import Conduct
from emads_voice.channels.conversation.services import Services
from emads_voice.graph.phrases import phrase
from emads_voice.messages import Phrase
from emads_voice.observability import AuditEvent, attributes, new_trace, now, span, trace_id, traceparent

_log = logging.getLogger(__name__)

DISCLOSING: tuple[Phrase, ...] = ("greeting", "may_record")
"""What a call may begin with that has to disclose it."""


class Disclosure:
    """Of one call."""

    def __init__(self, call: Conduct, services: Services) -> None:
        """Take the conversation, and what keeps records."""
        self._call = call
        self._audit, self._catalogue = services.audit, services.catalogue
        self.due = False
        """Whether the caller has yet to be told, as they have spoken over it."""

    async def open(self, which: Phrase) -> None:
        """Say what the call begins with. A greeting that discloses nothing is preceded by what does."""
        if which not in DISCLOSING:
            await self._call.say(which)
            return
        self.due = True
        told, language = phrase(self._catalogue, "disclosure", self._call.language())
        if told not in phrase(self._catalogue, which, self._call.language())[0]:
            await self._say("disclosure", told, language.name)
        await self._say(which, told, language.name)

    async def make_up(self) -> None:
        """Tell a caller who was not told at the beginning."""
        if self.due:
            told, language = phrase(self._catalogue, "disclosure", self._call.language())
            await self._say("disclosure", told, language.name)
            self._call.listen()

    async def told_by(self, answer: str) -> None:
        """They have asked, and were told so."""
        self.due = False
        await self._keep(answer, self._call.language().name)

    async def _say(self, which: Phrase, told: str, language: str) -> None:
        await self._call.say(which)
        if self.due and told in self._call.announcer.played:
            self.due = False
            await self._keep(told, language)

    async def _keep(self, told: str, language: str) -> None:
        if not self._audit:
            return
        self._call.telemetry.happened(attributes.DISCLOSED)
        with new_trace("call"), span("disclosure", {attributes.CONVERSATION_ID: self._call.thread_id}):
            event = AuditEvent(
                kind="disclosed",
                id=uuid4().hex,
                at=now(),
                thread_id=self._call.thread_id,
                turn=0,
                text=told,
                language=language,
                model="",
                audio_sha256="",
                duration_s=0.0,
                trace_id=trace_id(traceparent()),
            )
            try:
                await self._audit.append(event)
            except Exception as error:  # an AuditError, or a bug; the caller has been told all the same
                _log.warning("call %s: the disclosure has no audit record (%s)", self._call.name, error)
