"""How a call begins: its conversation is taken, the caller is asked whether it may be recorded, or is greeted."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from emads_voice.agents.call_control import Transfer
from emads_voice.agents.dialogue import corrected_answer, dialogue_act
from emads_voice.channels.conversation.conduct import Conduct
from emads_voice.channels.conversation.handover import PERSON_WANTED, WAIT_S
from emads_voice.channels.conversation.phases import Event, Phase
from emads_voice.channels.conversation.remarks.about_us import first_said, is_about_us
from emads_voice.channels.conversation.services import Services
from emads_voice.channels.questions.pending import PendingQuestion
from emads_voice.channels.speaking.announcer import PENDING_QUESTION
from emads_voice.channels.turn import pending_question
from emads_voice.messages import Phrase
from emads_voice.voice.ear import TranscriptEar

from .consent import Answer, Consent
from .disclosure import Disclosure
from .held_elsewhere import Wish, wish
from .holding import Holding
from .outgoing import Outgoing

_log = logging.getLogger(__name__)


class Opening:
    """Of one call."""

    def __init__(
        self,
        call: Conduct,
        services: Services,
        consent: Consent | None,
        outgoing: Outgoing,
        greeting: Phrase | None,
        *,
        returned: bool,
        hand_over: Callable[[Transfer], None],
        anew: Callable[[str], None],
    ) -> None:
        """
        Args:
            call: the conversation.
            services: the graph, what keeps others from the conversation, and how questions are worded.
            consent: asks whether the call may be recorded; None asks nobody.
            outgoing: says who calls, where we do.
            greeting: what the call begins with where nothing is asked.
            returned: the caller comes back from a transfer that nobody took.
            hand_over: a person is wanted.
            anew: told of the conversation that the caller begins in place of the one that is held elsewhere.
        """
        self._call = call
        self._services = services
        self._holding = Holding(services.locks)
        self._consent = consent
        self._greeting = greeting
        self._outgoing = outgoing
        self._returned = returned
        self._hand_over = hand_over
        self._anew = anew
        self._instead: asyncio.Future[Wish] = asyncio.get_running_loop().create_future()
        self._settled = False  # whether they have just said yes or no to our question whether we may record
        self.disclosure = Disclosure(call, services)
        self.known = asyncio.Event()
        """Whether it is known who has the conversation."""
        self.settled = asyncio.Event()
        """Whether it is ours, or will not be."""
        self.asked: PendingQuestion | None = None
        """What an agent waits to be told since an earlier call."""

    async def begin(self) -> None:
        """Say what the call begins with; who has to wait for the conversation is told so, and not for ever."""
        call = self._call
        ours = call.phase() is not Phase.HELD_ELSEWHERE or await self._take()
        self.known.set()
        self.settled.set()
        if not ours:
            return
        if self._returned:
            call.happened(Event.NOBODY_REACHED)
            return
        if self._greeting == "we_call":  # nobody is asked anything by somebody they do not know
            await self._outgoing.introduce()
        elif self._greeting and not self._consent:
            await self.disclosure.open(self._greeting)
        if self._consent:
            await self.disclosure.open(self._consent.question)
        if not self._consent:
            await self._ask_again()
        call.listen()

    async def let_go(self) -> None:
        """The call is over: others may have its conversation."""
        await self._holding.release()

    async def _take(self) -> bool:
        call = self._call

        def waits() -> None:
            if self._returned:
                self._wants(Wish.ANEW)  # they have waited for a person
                return
            self.known.set()
            call.background.start(call.say("held_elsewhere"))
            call.listen()

        taking = call.background.start(self._holding.take(call.thread_id, waits))
        either: list[asyncio.Future[Any]] = [taking, self._instead]
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        anew = not taking.done()
        if anew:
            taking.cancel()
            await asyncio.wait({taking})
            call.thread_id = str(uuid4())
            self._anew(call.thread_id)
            _log.info("Call %s: its caller begins a new conversation, %s.", call.name, call.thread_id)
            taken = await self._holding.take(call.thread_id, lambda: None)
        else:
            taken = taking.result()
        if call.phase() is not Phase.HELD_ELSEWHERE:
            return False
        if not taken:
            call.happened(Event.STILL_HELD)
            return False
        async with call.floor:
            await call.announcer.stop()
        call.happened(Event.TAKEN)
        person = anew and self._instead.result() is Wish.PERSON
        if person or not self._consent:
            call.happened(Event.CONSENT_SETTLED)
        if person:
            self._hand_over(PERSON_WANTED)
        return not person

    def judge_held(self, text: str) -> None:
        """Do what the caller wants, while others hold the conversation; who wants nothing of us is told so again.

        Who wants a person has a new conversation, in which a message may be left.
        """
        wanted = wish(text, asked=self._call.announcer.asked)
        if wanted in (Wish.ANEW, Wish.PERSON):
            self._wants(wanted)
        elif wanted is Wish.LEAVE:
            self._call.happened(Event.DONE_SILENTLY)
        elif wanted is None:
            act = dialogue_act(text)
            first = first_said(act, self._call) if act and is_about_us(act) else None
            self._call.background.start(self._say_held(first))

    async def _say_held(self, first: Phrase | None) -> None:
        if not first or await self._call.say(first):
            await self._call.say("held_elsewhere")

    def _wants(self, wish: Wish) -> None:
        if not self._instead.done():
            self._instead.set_result(wish)

    async def _ask_again(self) -> None:
        """What an agent waits to be told since an earlier call is the first thing to settle, unless somebody speaks."""
        question = self.asked = await pending_question(self._services.graph, self._call.thread_id)
        if question and self._call.phase().both_speak and self._call.quiet():
            text, language = question.spoken(self._call.language(), self._services.catalogue)
            await self._call.announcer.say_text(text, language, PENDING_QUESTION)

    def judge(self, ear: TranscriptEar) -> None:
        """Take what the caller said, or their silence, for the answer to our question whether we may record."""
        assert self._consent
        answer = self._consent.judge(ear.transcript.text, asked=self._call.announcer.asked)
        if answer is Answer.LATER:
            self._call.go_on()
            self._call.listen(WAIT_S)
            return
        if answer is Answer.AGAIN:
            self._call.background.start(self._ask_consent_again(self._consent, ear))
            return
        if answer is not Answer.UNCLEAR:
            self._settled = answer in (Answer.YES, Answer.NO)
            self._call.happened(Event.CONSENT_SETTLED)
        self._call.background.start(self._respond(self._consent, answer, ear))

    async def _ask_consent_again(self, consent: Consent, ear: TranscriptEar) -> None:
        act = dialogue_act(ear.transcript.text)
        first = first_said(act, self._call) if act else None
        if first:
            self._call.go_on()
            if not await self._call.say(first):
                return
        if self._call.phase() is Phase.ASKING_CONSENT:
            in_another = first == "language_changed"  # in which they have not been told who answers
            await self._call.respond("may_record" if in_another else consent.question)

    def amends(self, ear: TranscriptEar) -> bool:
        """Whether the caller takes back what they have just said to our question whether we may record: it is done."""
        settled, self._settled = self._settled, False
        agreed = corrected_answer(ear.transcript.text) if settled else None
        if agreed is None or not self._consent:
            return False
        self._settled = True
        answer = Answer.YES if agreed else Answer.NO
        self._call.background.start(self._respond(self._consent, answer, ear))
        return True

    async def _respond(self, consent: Consent, answer: Answer, ear: TranscriptEar) -> None:
        response = await consent.respond(answer, ear)
        if response is None:
            await self._call.reply(ear)
        else:
            await self._call.respond(response)
