"""Past decisions, found by what they were about. What makes them findable is in LangGraph's Store; how far a decision
is, is read from its row when somebody asks.

The Store is filled from the rows: what is not in it yet, or is of another version or model, is put there before it is
searched. So nothing is missed that was decided while a process was killed, by another one, or before there was a
memory; and a Store that is lost costs nothing but the time to embed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from langgraph.store.base import BaseStore
from sqlalchemy import func, select

from emads_voice.agents.decisions import Decision
from emads_voice.decisions import DecisionStore, Kept
from emads_voice.decisions.plan import reference_of
from emads_voice.decisions.tables import DECISIONS, EXECUTIONS, VERSIONS
from emads_voice.observability.redaction import redact

from .asker import Asker
from .relevance import Relevance, Remembered, read, written

NAMESPACE = ("emads_voice", "decisions")
NEAR = 0.72
"""From here on a decision is what was asked about. Chosen, with the next two, on the tuning half of
benchmarks/memory_subjects.jsonl."""
PERHAPS = 0.52
"""From here on it may be: whoever asks is asked back."""
APART = 0.12
"""So much nearer than the next has to be what is told without asking back."""
MOST = 2_000
"""Of more decisions the oldest are not looked at."""
TOLD = 3
"""How many are told where no subject is named."""
_PAGE = 500

Wordings = Callable[[Decision], Sequence[str]]
"""What else a decision is known by, in any language: titles and names of options in a company's documents."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found.

    Attributes:
        decisions: as they are now, the nearest first.
        certain: whether the first is what is meant, or, where no subject was named, all are. Otherwise one of these
            may be.
    """

    decisions: tuple[Kept, ...]
    certain: bool


class PastDecisions:
    """Finds the decisions of a deployment."""

    def __init__(self, store: DecisionStore, relevance: Relevance, wordings: Wordings | None = None) -> None:
        """
        Args:
            store: has the rows.
            relevance: compares texts.
            wordings: what else decisions are known by.
        """
        self._store = store
        self.relevance = relevance
        self._wordings = wordings
        self._filling = asyncio.Lock()

    async def find(self, memory: BaseStore, asker: Asker, about: str = "", reference: str = "") -> Found:
        """What was decided, as far as whoever asks may be told.

        Args:
            memory: LangGraph's Store.
            asker: who asks.
            about: the subject; "" for the latest decisions.
            reference: four digits, of any version of a plan, in place of a subject.

        Raises:
            DatabaseError: the rows cannot be read. Besides, what the Store raises.
        """
        rows = await asyncio.to_thread(self._rows)
        told = [row for row in rows if asker.hears(row)]
        if reference:
            named = await asyncio.to_thread(self._named, reference)
            ids = [row.id for row in told if row.id in named]
            return await self._found(ids[:2], certain=len(ids) == 1)
        if not about:
            return await self._found([row.id for row in told[:TOLD]], certain=True)
        if not told:
            return Found((), certain=True)
        known = await self._filled(memory, told)
        nearest = await asyncio.to_thread(self.relevance.rank, about, known)
        near = [(score, key) for score, key in nearest if score >= PERHAPS][:2]
        if not near:
            return Found((), certain=True)
        best = near[0][0]
        close = [key for score, key in near if score > best - APART]
        certain = best >= NEAR and len(close) == 1
        return await self._found(close, certain=certain)

    async def nearest(self, among: Sequence[Kept], said: str) -> Kept | None:
        """Which of a few is meant by an answer to the question which; None if that cannot be told."""
        texts = [self._texts(kept.plan.decision) for kept in among]

        def ranked() -> list[tuple[float, str]]:
            known = [
                Remembered(kept.id, each, self.relevance.vectors(each))
                for kept, each in zip(among, texts, strict=True)
            ]
            return self.relevance.rank(said, known)

        scores = await asyncio.to_thread(ranked)
        if not scores or scores[0][0] < PERHAPS or (len(scores) > 1 and scores[0][0] - scores[1][0] < APART):
            return None
        return next(kept for kept in among if kept.id == scores[0][1])

    async def get(self, ids: Sequence[str]) -> list[Kept]:
        """Decisions as they are now."""
        return [await asyncio.to_thread(self._store.get, each) for each in ids]

    async def carried_out_at(self, kept: Kept) -> float | None:
        """When the last step of a decision was done, seconds since 1970; None if none was."""

        def look() -> float | None:
            query = select(func.max(EXECUTIONS.c.at)).where(
                EXECUTIONS.c.decision_id == kept.id, EXECUTIONS.c.status == "done"
            )
            with self._store.database.reading() as connection:
                at: float | None = connection.execute(query).scalar()
                return at

        return await asyncio.to_thread(look)

    async def _found(self, ids: Sequence[str], *, certain: bool) -> Found:
        return Found(tuple(await self.get(ids)), certain or not ids)

    def _rows(self) -> list[Any]:
        columns = (DECISIONS.c.id, DECISIONS.c.version, DECISIONS.c.thread_id, DECISIONS.c.asked_by)
        query = select(*columns).order_by(DECISIONS.c.created_at.desc(), DECISIONS.c.id).limit(MOST)
        with self._store.database.reading() as connection:
            return list(connection.execute(query))

    def _named(self, reference: str) -> set[str]:
        query = select(VERSIONS.c.decision_id, VERSIONS.c.plan_hash)
        with self._store.database.reading() as connection:
            return {
                row.decision_id
                for row in connection.execute(query)
                if reference_of(row.plan_hash) == reference
            }

    async def _filled(self, memory: BaseStore, rows: Sequence[Any]) -> list[Remembered]:
        """What is findable of these decisions, put into the Store where it was not there."""
        async with self._filling:
            kept = {item.key: item.value for item in await everything(memory, NAMESPACE)}
            for row in rows:
                value = kept.get(row.id)
                if not value or (value["version"], value["model"]) != (row.version, self.relevance.name):
                    decision = (await asyncio.to_thread(self._store.get, row.id)).plan.decision
                    kept[row.id] = await asyncio.to_thread(self._value, row, decision)
                    await memory.aput(NAMESPACE, row.id, kept[row.id], index=["texts[*]"])
        return [
            Remembered(row.id, tuple(kept[row.id]["texts"]), read(kept[row.id]["vectors"])) for row in rows
        ]

    def _value(self, row: Any, decision: Decision) -> dict[str, Any]:
        texts = self._texts(decision)
        return {
            "version": row.version,
            "model": self.relevance.name,
            "texts": list(texts),
            "vectors": written(self.relevance.vectors(texts)),
        }

    def _texts(self, decision: Decision) -> tuple[str, ...]:
        """What a decision is found by. Its words are redacted; who was asked and who approved is not among them."""
        named = [*decision.recommended, *(option.name for option in decision.options)]
        more = self._wordings(decision) if self._wordings else ()
        texts = [decision.objective, *named[:4], *more]
        return tuple(dict.fromkeys(redact(text) for text in texts if text.strip()))


async def everything(memory: BaseStore, namespace: tuple[str, ...]) -> list[Any]:
    """All items of a namespace."""
    items: list[Any] = []
    while page := await memory.asearch(namespace, limit=_PAGE, offset=len(items)):
        items += page
        if len(page) < _PAGE:
            break
    return items
