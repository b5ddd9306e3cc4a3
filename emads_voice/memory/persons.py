"""What people agreed to have kept of them: facts and preferences, each in their own words, in LangGraph's Store.

A person is known by a keyed hash of the number or address that their channel has found out, and nothing is ever looked
for in the namespace of another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from langgraph.store.base import BaseStore

from emads_voice.observability.audit import now
from emads_voice.observability.redaction import redact

from .decided import everything

NAMESPACE = ("emads_voice", "persons")
MOST = 50
"""Facts of one person; who has more has to have one forgotten."""
LONGEST = 300
"""Characters of a fact."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a person had kept.

    Attributes:
        id: a UUID.
        text: in their words.
        language: of these, by name.
        thread_id: the conversation in which it was kept.
        at: when.
    """

    id: str
    text: str
    language: str
    thread_id: str
    at: datetime


class Persons:
    """What is kept of the people of a deployment. ``person`` is a keyed hash throughout, and never ""."""

    async def add(self, memory: BaseStore, person: str, text: str, language: str, thread_id: str) -> Fact:
        """Keep something. Raises what the Store does."""
        fact = Fact(str(uuid4()), text, language, thread_id, now())
        value = {"text": text, "language": language, "thread": thread_id, "at": fact.at.isoformat()}
        await memory.aput((*NAMESPACE, person), fact.id, value, index=["text"])
        return fact

    async def all(self, memory: BaseStore, person: str) -> list[Fact]:
        """What is kept of somebody, oldest first. Raises what the Store does."""
        facts = [
            Fact(
                item.key,
                item.value["text"],
                item.value["language"],
                item.value["thread"],
                datetime.fromisoformat(item.value["at"]),
            )
            for item in await everything(memory, (*NAMESPACE, person))
        ]
        return sorted(facts, key=lambda fact: (fact.at, fact.id))

    async def forget(self, memory: BaseStore, person: str, ids: set[str] | None = None) -> list[Fact]:
        """Delete what is kept of somebody, or these of it; returns what there was. Raises what the Store does."""
        gone = [fact for fact in await self.all(memory, person) if ids is None or fact.id in ids]
        for fact in gone:
            await memory.adelete((*NAMESPACE, person), fact.id)
        return gone


def can_be_kept(text: str) -> bool:
    """Whether a text has nothing in it that is never kept: numbers of cards, telephones and papers, PINs, addresses."""
    return redact(text) == text
