"""May this call be recorded? The question, what the caller makes of it, its record, and then the recording."""

from __future__ import annotations

import asyncio
import logging
import re
from uuid import uuid4

from emads_voice.graph.phrases import Phrase
from emads_voice.observability import (
    AuditEvent,
    AuditLog,
    attributes,
    now,
    redact,
    span,
    trace_id,
    traceparent,
)
from emads_voice.voice.ear import HeardEar

from .keypad import KEYED
from .transport import Transport
from .yes_or_no import agrees

_log = logging.getLogger("emads_voice")

_KEYS = {"1": True, "2": False}
_MOST_WORDS = 2
"""Who says more, and neither yes nor no, speaks of something else; "Hello?" and "Sorry, what?" do not."""

_MOST_ASKED = 2
"""Who has been asked so often and says neither yes nor no is taken to refuse."""

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{1,2}|[^\W\u3040-\ud7af]+")


class Consent:
    """Asks one caller whether the call may be recorded, and records it only if the answer is yes and is on disk.

    Nothing is recorded before, nor if anything fails. A yes is one only to the question that was heard.

    Attributes:
        open: whether the answer is still to come.
    """

    def __init__(self, audit: AuditLog | None, transport: Transport, thread_id: str) -> None:
        """
        Args:
            audit: keeps the answer, given or not. Without one there is no question.
            transport: records.
            thread_id: the conversation, as it stands in the record.
        """
        self.open = audit is not None
        self._audit = audit
        self._transport = transport
        self._thread_id = thread_id
        self._unclear = 0

    @property
    def question(self) -> Phrase:
        """What to ask now."""
        return "may_record_again" if self._unclear else "may_record"

    async def answer(self, ear: HeardEar, *, asked: bool) -> Phrase | None:
        """Take what the caller said or keyed; silence is "".

        Args:
            ear: what it was.
            asked: whether they had heard the question.

        Returns:
            What to say to that; None if they spoke of something else, which is not recorded and wants an answer.
        """
        if not (self._audit and self.open):
            return None
        text = ear.heard.text
        keys = text.removeprefix(KEYED)
        agreed = agrees(text) if keys == text else _KEYS.get(keys.rstrip("#"))
        if agreed is None and keys == text and len(_WORD.findall(text)) > _MOST_WORDS:
            await self._keep(self._audit, HeardEar(ear.heard), agreed=False)  # its span is the turn's
            return None
        if agreed is None or (agreed and not asked):
            self._unclear += asked or not text
            if self._unclear < _MOST_ASKED:
                return self.question
            agreed = False
        return "recorded" if await self._keep(self._audit, ear, agreed=agreed) else "not_recorded"

    async def _keep(self, audit: AuditLog, ear: HeardEar, *, agreed: bool) -> bool:
        """Keep the answer and act on it; returns whether the call is recorded from now on."""
        self.open = False
        with span("recording_consent", {attributes.CONVERSATION_ID: self._thread_id}):
            heard = await ear.hear()
            event = AuditEvent(
                kind="recording_agreed" if agreed else "recording_refused",
                id=uuid4().hex,
                at=now(),
                thread_id=self._thread_id,
                turn=0,
                text=await asyncio.to_thread(redact, heard.text),
                language=heard.language.name if heard.language else "",
                model=heard.model,
                audio_sha256=heard.audio_sha256,
                duration_s=heard.duration_s,
                trace_id=trace_id(traceparent()),
            )
            try:
                await audit.append(event)
                if agreed:
                    await self._transport.record(consent=event.id)
            except Exception as error:  # an AuditError, a RecordingError, or a bug in either
                _log.warning("call %s: it is not recorded (%s)", self._thread_id, error)
                return False
        return agreed
