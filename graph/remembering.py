"""Answering from the memory: what was decided in earlier conversations, and what the caller had kept of themselves.

This is done in ``listen``, before anybody is routed to, and only where there is no doubt that it is wanted: a question
that may as well be an agent's is one about a decision only if there is a decision on its subject. Nothing is kept or
forgotten before the caller has said yes to that, after having heard what.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage

from emads_voice.agents.dialogue import agrees
from emads_voice.agents.heard import INTERRUPTED
from emads_voice.agents.remembering import Wish, wish_of
from emads_voice.agents.routing.followup import ACT
from emads_voice.agents.routing.router import Route
from emads_voice.agents.text import words
from emads_voice.error_text import first_line
from emads_voice.errors import EmadsVoiceError
from emads_voice.messages import Catalogue, MemoryKey
from emads_voice.observability import AuditEvent, AuditLog, now, trace_id
from emads_voice.observability.audit import Kind
from emads_voice.voice.languages import Language
from emads_voice.writing import QUESTION_MARKS

from .recalled import said, subject, told
from .stage import Run, Stage, Update
from .state import VoiceState, answer_id, caller_language, conversation, question

if TYPE_CHECKING:  # it brings a database along
    from emads_voice.decisions import Kept
    from emads_voice.memory import Fact, Found, Memory, Remembering

_log = logging.getLogger(__name__)

MEMORY = "memory"
"""The name of these answers, and the mark of those that ask something: what they ask, and of what."""

LOOKED_UP_S = 10.0
"""How long a caller waits for what is remembered, in seconds. Then they are told that it cannot be looked up."""

_FACTS_TOLD = 5
_ORDINALS = (
    frozenset(("first", "former", "1", "nhat", "dau")),
    frozenset(("second", "latter", "last", "2", "hai", "sau")),
)


def remember(memory: Memory, catalogue: Catalogue, audit: AuditLog | None = None) -> Stage:
    """The stage that answers from the memory, or leaves the turn to those behind it."""

    async def answer(state: VoiceState, run: Run) -> Update:
        if run.context.heard_as in ("remark", "parting"):
            return {}
        asked = _asked(state)
        wish = wish_of(question(state))
        if not asked and not wish:
            return {}
        turn = _Turn(memory, catalogue, audit, state, run)
        try:
            async with asyncio.timeout(LOOKED_UP_S):
                answered = await turn.on_answer(asked) if asked else {}
                return answered or (await turn.on_wish(wish) if wish else {})
        except Exception as error:  # each store has its own
            why = first_line(error) or type(error).__name__
            unexpected = None if isinstance(error, EmadsVoiceError) else error
            _log.error(
                "What is remembered cannot be looked up in %s (%s).", run.thread_id, why, exc_info=unexpected
            )
            if wish and not wish.sure and not asked:
                return {}  # it may be an agent's
            return turn.says("memory_unavailable")

    return answer


def _asked(state: VoiceState) -> AIMessage | None:
    """Our question that this turn may answer."""
    before = conversation(state)[:-1]
    last = before[-1] if before else None
    return last if isinstance(last, AIMessage) and MEMORY in last.additional_kwargs else None


@dataclass(slots=True)
class _Turn:
    """One turn that asks something of the memory, or answers what it has asked."""

    memory: Memory
    catalogue: Catalogue
    audit: AuditLog | None
    state: VoiceState
    run: Run

    @property
    def language(self) -> Language:
        return caller_language(self.state)

    async def on_wish(self, wish: Wish) -> Update:
        within = await self.memory.of(self.run.context, self.run.thread_id)
        match wish.does:
            case "recall":
                return await self._recall(within, wish)
            case "keep":
                return await self._offer_to_keep(within, wish.about)
            case "tell":
                return await self._tell(within)
            case "forget":
                return await self._offer_to_forget(within, wish)

    async def on_answer(self, asked: AIMessage) -> Update:
        """What the answer to our question comes to; nothing if it is no answer."""
        mark: Mapping[str, Any] = asked.additional_kwargs[MEMORY]
        answer = question(self.state)
        if mark["does"] == "which":
            return await self._chosen(mark["ids"], answer)
        agreed = agrees(answer)
        if mark["does"] == "kept":
            return {}  # nothing was asked; it only says what “that” is
        if agreed is None:
            return {}
        if agreed and _unheard(asked):  # they cannot have agreed to what they have not heard
            return self._says_again(asked)
        within = await self.memory.of(self.run.context, self.run.thread_id)
        if mark["does"] == "keep":
            if not agreed:
                return self.says("memory_not_kept")
            await self._record("remembered", {"facts": 1})
            fact = await self.memory.keep(within, mark["text"], self.language.name)
            return self.says("memory_kept", mark={"does": "kept", "ids": [fact.id]})
        if not agreed:
            return self.says("memory_not_forgotten")
        await self._record("forgotten", {"facts": len(mark["ids"])})
        await self.memory.forget(within, set(mark["ids"]))
        return self.says("memory_forgotten_all" if mark["all"] else "memory_forgotten")

    # Decisions.

    async def _recall(self, within: Remembering, wish: Wish) -> Update:
        found = await self.memory.recall(within, wish.about, wish.reference)
        if not wish.sure and not (found.decisions and found.certain):
            return {}
        if not found.decisions:
            await self._record("recalled", {"decisions": 0})
            return self._none(within, wish)
        if not found.certain:
            return self._which(found)
        return await self._tell_decisions(found.decisions)

    def _none(self, within: Remembering, wish: Wish) -> Update:
        if not within.asker.hears_all:
            return self.says("memory_none_of_yours", question_stays=True)
        if wish.reference:
            spelled = " ".join(wish.reference)
            return self.says("memory_no_reference", question_stays=True, reference=spelled)
        return self.says("memory_none" if wish.about else "memory_none_yet", question_stays=True)

    def _which(self, found: Found) -> Update:
        offered = [subject(kept) for kept in found.decisions]
        mark = {"does": "which", "ids": [kept.id for kept in found.decisions]}
        if len(offered) == 1:
            return self.says("memory_this", mark=mark, question_stays=True, first=offered[0])
        return self.says("memory_which", mark=mark, question_stays=True, first=offered[0], second=offered[1])

    async def _chosen(self, ids: list[str], answer: str) -> Update:
        agreed, said_words = agrees(answer), set(words(answer))
        if agreed is False:
            return self.says("memory_not_meant", question_stays=True)
        offered = await self.memory.decisions.get(ids)
        if len(offered) == 1:
            return await self._tell_decisions(offered) if agreed else {}
        places = [kept for kept, ordinals in zip(offered, _ORDINALS, strict=False) if ordinals & said_words]
        if len(places) == 1:
            return await self._tell_decisions(places)
        if wish_of(answer):
            return {}
        meant = await self.memory.decisions.nearest(offered, answer)
        return await self._tell_decisions([meant]) if meant else {}

    async def _tell_decisions(self, decisions: tuple[Kept, ...] | list[Kept]) -> Update:
        await self._record("recalled", {"decisions": len(decisions)}, id=decisions[0].id)
        sentences = [
            told(kept, await self.memory.decisions.carried_out_at(kept), self.language, self.catalogue)
            for kept in decisions
        ]
        return self._answers(" ".join(sentences), {}, question_stays=True)

    # What is kept of the caller.

    async def _offer_to_keep(self, within: Remembering, text: str) -> Update:
        from emads_voice.memory.persons import LONGEST, MOST, can_be_kept

        if not within.asker.person:
            return self.says("memory_nobody")
        if len(text) > LONGEST:
            return self.says("memory_too_long")
        if not await asyncio.to_thread(can_be_kept, text):
            return self.says("memory_never_kept")
        if len(await self.memory.facts(within)) >= MOST:
            return self.says("memory_full")
        return self.says("memory_may_keep", mark={"does": "keep", "text": text}, text=text)

    async def _tell(self, within: Remembering) -> Update:
        if not within.asker.person:
            return self.says("memory_nobody")
        facts = await self.memory.facts(within)
        await self._record("recalled", {"facts": len(facts)})
        if not facts:
            return self.says("memory_no_facts")
        latest = facts[-_FACTS_TOLD:][::-1]
        more = len(facts) - len(latest)
        listed = " ".join(_sentence(fact.text) for fact in latest)
        text = said(self.catalogue, "memory_facts", self.language, facts=listed)
        if more:
            text += " " + said(self.catalogue, "memory_more_facts", self.language, count=more)
        return self._answers(text, {})

    async def _offer_to_forget(self, within: Remembering, wish: Wish) -> Update:
        if not within.asker.person:
            return self.says("memory_nobody")
        facts = await self.memory.facts(within)
        if not facts:
            return self.says("memory_no_facts")
        if wish.everything:
            mark = {"does": "forget", "ids": [fact.id for fact in facts], "all": True}
            return self.says("memory_may_forget_all", mark=mark, count=len(facts))
        fact = await self._meant(facts, wish.about)
        if fact is None:
            return self.says("memory_not_found") if wish.about else {}
        mark = {"does": "forget", "ids": [fact.id], "all": False}
        return self.says("memory_may_forget", mark=mark, text=fact.text)

    async def _meant(self, facts: list[Fact], about: str) -> Fact | None:
        """The fact that is to be forgotten: the one named, or the one that was kept just now."""
        if about:
            return await self.memory.nearest_fact(facts, about)
        asked = _asked(self.state)
        kept = asked.additional_kwargs[MEMORY].get("ids", []) if asked else []
        return next((fact for fact in facts if fact.id in kept), None)

    # Saying it.

    def says(
        self,
        key: MemoryKey,
        *,
        mark: Mapping[str, Any] | None = None,
        question_stays: bool = False,
        **values: str | float,
    ) -> Update:
        """An answer.

        Args:
            key: the message.
            mark: what it asks, and of what.
            question_stays: whether what the caller said is a question that later ones may lean on.
            values: of the message's placeholders.
        """
        marks = {MEMORY: dict(mark)} if mark else {}
        return self._answers(
            said(self.catalogue, key, self.language, **values), marks, question_stays=question_stays
        )

    def _says_again(self, asked: AIMessage) -> Update:
        whole = str(asked.additional_kwargs.get("whole_answer") or asked.text)
        return self._answers(whole, {MEMORY: asked.additional_kwargs[MEMORY]})

    def _answers(self, text: str, marks: dict[str, Any], *, question_stays: bool = False) -> Update:
        messages: list[AnyMessage] = []
        if not question_stays:
            last = conversation(self.state)[-1]
            marks = {**marks, ACT: MEMORY}
            messages.append(HumanMessage(last.text, id=last.id, additional_kwargs={ACT: MEMORY}))
        messages.append(AIMessage(text, id=answer_id(self.state), name=MEMORY, additional_kwargs=marks))
        chosen = Route(agents=[], reason="It is answered from what is remembered, and no agent is asked.")
        return {"answer": text, "messages": messages, "route": chosen.model_dump(mode="json")}

    async def _record(self, kind: Kind, details: Mapping[str, int], *, id: str = "") -> None:
        """Keep a record, without words; nothing is kept, told or forgotten that cannot be recorded."""
        if self.audit:
            trace = self.state.get("trace", "")
            await self.audit.append(
                AuditEvent(
                    kind=kind,
                    at=now(),
                    thread_id=self.run.thread_id,
                    turn=self.state.get("turn", 0),
                    id=id,
                    trace_id=trace_id(trace) if trace else "",
                    details=details,
                )
            )


def _unheard(asked: AIMessage) -> bool:
    """Whether a question was cut off before its end."""
    cut = bool(asked.additional_kwargs.get(INTERRUPTED))
    return cut and not any(mark in str(asked.text) for mark in QUESTION_MARKS)


def _sentence(text: str) -> str:
    text = text.strip()
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
