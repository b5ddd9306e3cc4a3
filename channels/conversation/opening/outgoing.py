"""A call that we make: its first words say who calls and why, to whatever answers before the person does."""

from __future__ import annotations

import asyncio
import logging
from uuid import uuid4

from langchain_core.messages import AIMessage

from emads_voice.agents.dialogue import SMALL_TALK, Act
from emads_voice.channels.conversation.conduct import Conduct
from emads_voice.channels.conversation.options import ConversationOptions
from emads_voice.channels.conversation.phases import Event
from emads_voice.channels.conversation.services import Services
from emads_voice.channels.transport import Transport
from emads_voice.channels.turn import add_messages
from emads_voice.graph import VoiceContext
from emads_voice.graph.auditing import record
from emads_voice.graph.phrases import phrase
from emads_voice.graph.state import state_of
from emads_voice.observability import attributes, new_trace, span, traceparent
from emads_voice.voice.ear import TranscriptEar

from .screening import Answers, what_answers

_log = logging.getLogger(__name__)

HOLD_S = 60.0
"""How long we wait for somebody who is being fetched before we ask whether anybody is there."""
BEEP_S = 3.0
"""After the greeting of an answering machine its tone follows, if nobody tells us when it has come."""
GREETING_S = 25.0
"""A greeting of an answering machine is over by then, with all its breaths."""
_GREETING_WORDS = 2
"""Who says no more than that, "Hello?", "A lô?", while they are told who calls, is told again."""


class Outgoing:
    """Of one call."""

    def __init__(
        self,
        call: Conduct,
        services: Services,
        transport: Transport,
        context: VoiceContext,
        options: ConversationOptions,
    ) -> None:
        """
        Args:
            call: the conversation.
            services: the graph, our phrases, and what keeps records.
            transport: the line.
            context: whether we call, and why.
            options: whose assistant it is, and whether answering machines are told why we call.
        """
        self._call = call
        self._services = services
        self._transport = transport
        self._ours = context.direction == "outbound" and options.opening == "we_call"  # not where it goes on
        purpose = context.purpose.strip().rstrip(".!")
        self._said = {"name": options.our_name.strip() or "none", "purpose": purpose or "none"}
        self._leaves = options.voicemail and bool(purpose)
        self._heard = False  # who calls and why, to the end
        self._noted = False
        self._words: list[str] = []  # theirs, as far as they may be one greeting
        self._began_at: float | None = None  # they did

    async def introduce(self) -> None:
        """Say who calls and why. The conversation has it, so that agents know what was said."""
        if not self._noted:
            self._noted = True
            async with self._call.floor:
                await self._note()
        self._heard = await self._call.say("we_call", **self._said) and self._call.announcer.finished

    async def _note(self) -> None:
        text, _ = phrase(self._services.catalogue, "we_call", self._call.language(), **self._said)
        said = AIMessage(text, id=f"{uuid4().hex}-opening")
        try:
            await add_messages(self._services.graph, self._call.thread_id, [said])
        except Exception:
            _log.exception("call %s: why we call could not be put into the conversation", self._call.name)

    def first(self, text: str, *, turns: int) -> bool:
        """Whether these words are the first of whom we have rung, a machine perhaps, and no remark to us.

        "Okay" and "thank you" are no remarks: they answer what was said.
        """
        if not self._ours or turns:
            return False
        act = self._services.dialogue.act(text)
        return act is None or SMALL_TALK.issuperset(act.acts) or what_answers(text) is not None

    def answered(self) -> None:
        """They have heard an answer to its end: of what they said before, only the last may be of a greeting."""
        del self._words[:-1]

    def takes(self, ear: TranscriptEar, *, turns: int) -> bool:
        """Whether these words are not for an agent; then they are answered, or waited for, as they want it.

        Once whom we have rung has had a turn, all of them are; but a machine may draw breath in its greeting, even for
        as long as a short answer takes.
        """
        if not self._ours:
            return False
        now = asyncio.get_running_loop().time()
        self._began_at = now if self._began_at is None else self._began_at
        if turns and now - self._began_at > GREETING_S:
            self._ours = False
            return False
        self._words.append(ear.transcript.text)
        answers = what_answers(ear.transcript.text)
        if what_answers(" ".join(self._words)) is Answers.MACHINE:
            answers = Answers.MACHINE
        elif turns or not self.first(ear.transcript.text, turns=turns):
            return False
        act = self._services.dialogue.act(ear.transcript.text)
        short = len(ear.transcript.text.split()) <= _GREETING_WORDS
        greets = (short and not self._heard) or (act is not None and act.acts == (Act.GREETING,))
        if answers is None and not greets:
            return False
        if answers is Answers.HOLD:
            self._call.background.start(self._hold())
        elif answers is Answers.MACHINE:
            self._call.background.after("beep", BEEP_S if self._leaves else 0.0, self.machine_records)
        else:
            self._call.background.start(self._introduce_again())
        self._call.background.start(self._record(ear))
        return True

    async def _introduce_again(self) -> None:
        await self.introduce()
        self._call.listen()

    async def _hold(self) -> None:
        self._call.listen(HOLD_S)

    async def _record(self, ear: TranscriptEar) -> None:
        with new_trace("call"), span("answered_by", {attributes.CONVERSATION_ID: self._call.thread_id}):
            heard = state_of(await ear.hear(), 0.0)
            thread, trace = self._call.thread_id, traceparent()
            await record(self._services.audit, heard, thread_id=thread, turn=0, trace=trace)

    def machine_records(self) -> None:
        """An answering machine records what we say from now on."""
        self._call.happened(Event.MACHINE)

    async def leave_message(self) -> None:
        """Tell an answering machine who calls and why, if that is wanted, and hang up."""
        self._call.background.cancel("beep")
        try:
            async with self._call.floor:
                await self._call.fall_silent("goodbye")
            if self._leaves:
                await self.introduce()
                _log.info("Call %s: an answering machine was told why we call.", self._call.name)
        finally:
            await self._transport.hang_up()
