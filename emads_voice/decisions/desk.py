"""Decisions as a channel needs them: every call in a thread, and callers known by the number they call from."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from .approvers import Approvers, Names
from .decisions import OPEN, Kept, ReadBack, Reviewer
from .errors import ClosedError, UnknownDecisionError
from .policy import Channel, Proof
from .store import DecisionStore


class Desk:
    """Where a call has its decisions reviewed."""

    def __init__(self, store: DecisionStore, approvers: Approvers, names: Names) -> None:
        """
        Args:
            store: keeps the decisions.
            approvers: who may decide.
            names: hashes numbers as the approvers' are.
        """
        self._store = store
        self._approvers = approvers
        self._names = names

    async def caller(self, number: str, thread_id: str) -> Reviewer:
        """Who calls: an approver, if it is an approver's number; else somebody who stands for that number or call."""
        approver = await asyncio.to_thread(self._approvers.by_number, number)
        if approver:
            return approver
        name = self._names.name(number) if number else thread_id
        return Reviewer(name, Channel.PHONE, Proof.NOTHING)

    async def get(self, decision_id: str) -> Kept:
        """See :meth:`.store.DecisionStore.get`."""
        return await asyncio.to_thread(self._store.get, decision_id)

    async def left_open(self, thread_id: str, number: str) -> list[Kept]:
        """What was proposed in a conversation, or to a caller, and nobody has decided on; the newest first."""
        by_thread = await asyncio.to_thread(self._store.find, statuses=OPEN, thread_id=thread_id)
        if not number:
            return by_thread
        asked_by = self._names.name(number)
        by_caller = await asyncio.to_thread(self._store.find, statuses=OPEN, asked_by=asked_by)
        known = {kept.id for kept in by_thread}
        return [*by_thread, *(kept for kept in by_caller if kept.id not in known)]

    async def take_out(self, decision_id: str) -> None:
        """Withdraw what was proposed to a question that turned out not to be all of it, if anything was.

        What somebody has decided on meanwhile stands.
        """
        with suppress(UnknownDecisionError, ClosedError):
            await asyncio.to_thread(
                self._store.withdraw, decision_id, "", "The question went on, and was answered as a whole."
            )

    async def approvers(self) -> list[str]:
        """The names of those who can be asked in writing."""
        return [each.name for each in await asyncio.to_thread(self._approvers.all)]

    async def check_pin(self, caller: Reviewer, pin: str) -> Reviewer:
        """See :meth:`.approvers.Approvers.check_pin`."""
        return await asyncio.to_thread(self._approvers.check_pin, caller, pin)

    async def read_back(self, kept: Kept, reviewer: Reviewer, told: ReadBack) -> None:
        """See :meth:`.store.DecisionStore.read_back`."""
        await asyncio.to_thread(self._store.read_back, kept.id, reviewer, told)

    async def approve(self, kept: Kept, reviewer: Reviewer, told: ReadBack) -> Kept:
        """See :meth:`.store.DecisionStore.approve`."""
        return await asyncio.to_thread(
            self._store.approve, kept.id, kept.version, kept.plan_hash, reviewer, told
        )

    async def reject(self, kept: Kept, reviewer: Reviewer, told: ReadBack) -> Kept:
        """See :meth:`.store.DecisionStore.reject`."""
        return await asyncio.to_thread(
            self._store.reject, kept.id, kept.version, kept.plan_hash, reviewer, "", told
        )

    async def edit(self, kept: Kept, reviewer: Reviewer, feedback: str, told: ReadBack) -> Kept:
        """See :meth:`.store.DecisionStore.edit`."""
        return await asyncio.to_thread(
            self._store.edit, kept.id, kept.version, kept.plan_hash, reviewer, feedback, told
        )
