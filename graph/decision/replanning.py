"""Plans that somebody wants changed, by telephone, page, HTTP or command line, are changed while a server runs."""

from __future__ import annotations

import asyncio
import logging

from emads_voice.decisions import DecisionStore, Kept
from emads_voice.decisions.errors import ChangedError, ClosedError, DecisionError
from emads_voice.tasks import work_off

from .planning import Planner

_log = logging.getLogger(__name__)

POLL_S = 1.0
"""How often is looked for what is to be changed."""


class Replanning:
    """Has agents make another plan of each that somebody wants changed, and puts it before people."""

    def __init__(self, store: DecisionStore, planner: Planner) -> None:
        """
        Args:
            store: keeps the decisions.
            planner: makes the other plans.
        """
        self._store = store
        self._planner = planner

    async def run(self) -> None:
        """Change what is to be changed, until cancelled."""
        await work_off(self.step, _log, "Plans could not be changed; it is tried again", poll_s=POLL_S)

    async def step(self) -> bool:
        """Change one plan, if one is to be changed; returns whether there was one.

        Where the agents have no other plan the decision is withdrawn, so that nobody waits for one.
        """
        waiting = await asyncio.to_thread(self._store.find, statuses=("replanning",))
        if not waiting:
            return False
        kept = waiting[-1]  # the oldest
        try:
            await self._change(kept)
        except (ChangedError, ClosedError):
            pass  # somebody else was first
        except DecisionError as error:
            _log.warning("The decision %s is withdrawn: %s", kept.id, error)
            await asyncio.to_thread(self._store.withdraw, kept.id, "", str(error))
        return True

    async def _change(self, kept: Kept) -> None:
        changed = await self._planner.plan(kept)
        await asyncio.to_thread(self._store.revise, kept.id, kept.version, changed)
