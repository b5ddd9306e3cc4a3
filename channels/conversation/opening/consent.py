"""Asks a caller whether the call may be recorded, writes their answer to disk, and records the call after a yes."""

from __future__ import annotations

import asyncio
import logging
import re
from enum import Enum, auto
from uuid import uuid4

from emads_voice.agents.dialogue import Act, agrees, dialogue_act
from emads_voice.channels.conversation.caller.recording_pause import RecordingPause
from emads_voice.channels.conversation.conduct import Conduct
from emads_voice.channels.conversation.remarks.about_us import is_about_us
from emads_voice.channels.questions.keyed import NO, YES, keys_of
from emads_voice.channels.transport import Transport
from emads_voice.messages import Phrase
from emads_voice.observability import (
    AuditEvent,
    AuditLog,
    attributes,
    new_trace,
    now,
    redact,
    span,
    trace_id,
    traceparent,
)
from emads_voice.voice.ear import TranscriptEar
from emads_voice.writing import SYLLABIC

_log = logging.getLogger(__name__)

_MOST_WORDS = 2
"""Who says more, and neither yes nor no, speaks of something else; "Hello?" and "Sorry, what?" do not."""

_MOST_ASKED = 2
"""Who has been asked so often and says neither yes nor no is taken to refuse."""

_MOST_AGAIN = 4
"""Who has wanted that something of the question be changed, or said again, so often is not heard as they are."""

_WORD = re.compile(rf"[{SYLLABIC}]{{1,2}}|[^\W{SYLLABIC}]+")


_OTHER = frozenset((Act.PERSON, Act.CALLBACK, Act.GOODBYE, Act.CAPABILITIES, Act.STOP))
"""What a caller may want, whether they are recorded or not."""


class Answer(Enum):
    """What a caller answers when they are asked whether the call may be recorded."""

    YES = auto()
    NO = auto()
    UNCLEAR = auto()
    """Neither yes nor no, or a yes before they had heard the question: ask again."""
    AGAIN = auto()
    """They want something of how we ask, or know who does: that is done, and they are asked again."""
    LATER = auto()
    """They need a moment."""
    OTHER = auto()
    """They speak of something else, which is to be answered. They have not agreed."""


class Consent:
    """Asks one caller whether the call may be recorded, and records it only if the answer is yes and is on disk.

    Nothing is recorded before, nor if anything fails. A yes is one only to the question that was heard.
    """

    def __init__(
        self, audit: AuditLog, transport: Transport, recording: RecordingPause, call: Conduct
    ) -> None:
        """
        Args:
            audit: keeps the answer, given or not.
            transport: records.
            recording: pauses for good where the caller takes a yes back.
            call: the conversation.
        """
        self._audit = audit
        self._transport = transport
        self._recording = recording
        self._records = False  # whether a recording was begun
        self._call = call
        self._unclear = self._again = 0

    @property
    def question(self) -> Phrase:
        """What to ask now."""
        return "may_record_again" if self._unclear or self._again else "may_record"

    def judge(self, text: str, *, asked: bool) -> Answer:
        """What the caller's words answer.

        Args:
            text: what they said or keyed; "" if they were silent.
            asked: whether they had heard the question.
        """
        keys = keys_of(text)
        agreed = agrees(text) if keys is None else {YES: True, NO: False}.get(keys.rstrip("#"))
        if agreed is None and (act := dialogue_act(text)) and act.act is Act.WAIT:
            return Answer.LATER
        if agreed is None and is_about_us(dialogue_act(text)) and self._again < _MOST_AGAIN:
            self._again += 1
            return Answer.AGAIN
        if agreed is None and keys is None and self._is_other(text):
            return Answer.OTHER
        if agreed is None or (agreed and not asked):
            self._unclear += asked or not text
            return Answer.UNCLEAR if self._unclear < _MOST_ASKED else Answer.NO
        return Answer.YES if agreed else Answer.NO

    @staticmethod
    def _is_other(text: str) -> bool:
        """Whether it is said of something else; "Sorry, what did you say?" is about our question."""
        if act := dialogue_act(text):
            return act.act in _OTHER
        return len(_WORD.findall(text)) > _MOST_WORDS

    async def respond(self, answer: Answer, ear: TranscriptEar) -> Phrase | None:
        """Write the answer to disk, and record the call after a yes.

        Args:
            answer: what the caller's words were judged to be.
            ear: brings the words.

        Returns:
            What to say to the caller; None if they spoke of something else, which wants an answer.
        """
        if answer in (Answer.UNCLEAR, Answer.AGAIN):
            return self.question
        if answer is Answer.OTHER:
            await self._keep(TranscriptEar(ear.transcript), agreed=False)  # its span is the turn's
            return None
        return "recorded" if await self._keep(ear, agreed=answer is Answer.YES) else "not_recorded"

    async def _keep(self, ear: TranscriptEar, *, agreed: bool) -> bool:
        """Keep the answer and act on it; returns whether the call is recorded from now on."""
        named = {
            attributes.CONVERSATION_ID: self._call.thread_id,
            attributes.CONSENT: "agreed" if agreed else "refused",
        }
        self._call.telemetry.happened(
            attributes.CONSENT_ANSWERED, {attributes.CONSENT: named[attributes.CONSENT]}
        )
        with new_trace("call"), span("recording_consent", named):
            transcript = await ear.hear()
            event = AuditEvent(
                kind="recording_agreed" if agreed else "recording_refused",
                id=uuid4().hex,
                at=now(),
                thread_id=self._call.thread_id,
                turn=0,
                text=await asyncio.to_thread(redact, transcript.text),
                language=transcript.language.name if transcript.language else "",
                model=transcript.model,
                audio_sha256=transcript.audio_sha256,
                duration_s=transcript.duration_s,
                trace_id=trace_id(traceparent()),
            )
            try:
                await self._audit.append(event)
                if self._records:  # they have thought better of it
                    return not await self._recording.refuse(not agreed)
                if agreed:
                    await self._transport.record(consent=event.id)
                    self._records = True
            except Exception as error:  # an AuditError, a RecordingError, or a bug in either
                _log.warning("call %s: it is not recorded (%s)", self._call.name, error)
                return False
        return agreed
