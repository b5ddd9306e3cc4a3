"""What is remembered across conversations: past decisions, and what people agreed to have kept of them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from langgraph.runtime import get_runtime
from langgraph.store.base import BaseStore

from emads_voice.agents.call_context import CallContext
from emads_voice.agents.remembering import Known
from emads_voice.decisions import Approvers
from emads_voice.decisions.approvers import Names
from emads_voice.errors import EmadsVoiceError

from .asker import Asker
from .decided import PERHAPS, Found, PastDecisions
from .persons import MOST, Fact, Persons
from .relevance import Remembered


class NoMemoryError(EmadsVoiceError, RuntimeError):
    """Nothing can be remembered; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Remembering:
    """The memory as one conversation has it.

    Attributes:
        store: LangGraph's.
        asker: who asks.
    """

    store: BaseStore
    asker: Asker


class Memory:
    """The memory of a deployment: give it to `create_voice_graph`, and compile the graph with a store."""

    def __init__(self, decisions: PastDecisions, approvers: Approvers, names: Names) -> None:
        """
        Args:
            decisions: finds past ones.
            approvers: who may be told of all.
            names: hashes numbers as the approvers' are.
        """
        self.decisions = decisions
        self.relevance = decisions.relevance
        self.persons = Persons()
        self._approvers = approvers
        self._names = names
        self._store: BaseStore | None = None

    def use(self, store: BaseStore | None) -> None:
        """Use a store where no graph runs that has one of its own: answers are begun outside of runs, too."""
        self._store = store

    def name_of(self, person: str) -> str:
        """What the store calls somebody; see :meth:`.observability.ledger.persons.Persons.name`."""
        return self._names.name(person)

    async def of(self, call: CallContext, thread_id: str = "") -> Remembering:
        """The memory for whoever is on a call.

        Raises:
            NoMemoryError: the graph was compiled without a store.
            DatabaseError: approvers cannot be looked up.
        """
        store = _of_the_run() or self._store
        if store is None:
            raise NoMemoryError(
                "Nothing can be remembered: compile the graph with a store, compile(store=…)."
            )

        def known() -> Asker:
            person = self._names.name(call.caller) if call.caller else ""
            by_phone = call.channel == "phone" and bool(call.caller)
            approves = by_phone and self._approvers.by_number(call.caller) is not None
            return Asker(call.channel, thread_id, person, approves)

        return Remembering(store, await asyncio.to_thread(known))

    async def recall(self, within: Remembering, about: str = "", reference: str = "") -> Found:
        """See :meth:`.decided.PastDecisions.find`."""
        return await self.decisions.find(within.store, within.asker, about, reference)

    async def keep(self, within: Remembering, text: str, language: str) -> Fact:
        """Keep something of whoever asks, who has agreed.

        Raises:
            ValueError: they are not known, or have too much kept already.
        """
        if not within.asker.person:
            raise ValueError("Nobody is known here: keep nothing.")
        if len(await self.facts(within)) >= MOST:
            raise ValueError(f"{MOST} facts are kept: have one forgotten first.")
        return await self.persons.add(
            within.store, within.asker.person, text, language, within.asker.thread_id
        )

    async def facts(self, within: Remembering) -> list[Fact]:
        """What is kept of whoever asks, oldest first; none where they are not known."""
        return await self.persons.all(within.store, within.asker.person) if within.asker.person else []

    async def nearest_fact(self, facts: Sequence[Fact], about: str) -> Fact | None:
        """Which of somebody's facts they mean; None if none is near."""

        def ranked() -> list[tuple[float, str]]:
            texts = [(fact.text,) for fact in facts]
            known = [
                Remembered(fact.id, each, self.relevance.vectors(each))
                for fact, each in zip(facts, texts, strict=True)
            ]
            return self.relevance.rank(about, known)

        scores = await asyncio.to_thread(ranked)
        if not scores or scores[0][0] < PERHAPS:
            return None
        return next(fact for fact in facts if fact.id == scores[0][1])

    async def forget(self, within: Remembering, ids: set[str]) -> list[Fact]:
        """Delete some of what is kept of whoever asks; returns what was there of it."""
        return (
            await self.persons.forget(within.store, within.asker.person, ids) if within.asker.person else []
        )

    async def known_to(self, call: CallContext, question: str) -> Known:
        """What a specialist is told besides a question: decisions on its subject, and what is kept of the caller.

        Raises:
            NoMemoryError, DatabaseError: as :meth:`of`. Besides, what the store raises.
        """
        within = await self.of(call)
        found = await self.recall(within, question) if question.strip() else Found((), certain=True)
        decided = tuple(
            {
                "question": kept.plan.decision.objective,
                "proposed": kept.plan.action,
                "status": kept.status,
                "reference": kept.reference,
            }
            for kept in found.decisions
            if found.certain
        )
        return Known(decided, tuple(fact.text for fact in await self.facts(within)))


def _of_the_run() -> BaseStore | None:
    """The store of the graph that runs; None outside of one."""
    try:
        return get_runtime().store
    except (RuntimeError, KeyError):
        return None
