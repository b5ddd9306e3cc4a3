"""One of several processes that approve and carry out the same decisions: ``racing.py WHERE FOLDER NAME IDS…``.

Five threads try to approve each decision, each as somebody else, while a worker carries out what is due. Prints how
many approvals decided something, and how many were told that there was nothing left to decide.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from langchain_core.tools import tool
from pydantic import SecretStr

from emads_voice.database import Database, open_postgres, open_sqlite
from emads_voice.decisions import Channel, DecisionStore, ExecutionQueue, Executor, Proof, Reviewer, Worker
from emads_voice.decisions.errors import ClosedError
from emads_voice.observability.ledger import Ledger, Persons

THREADS = 5


def open_store(
    where: str, folder: Path, *, clock: Callable[[], float] = time.time
) -> tuple[DecisionStore, Ledger]:
    """The store in Postgres, if that is where, or else in the folder's file."""

    def opening() -> Database:
        return open_postgres(SecretStr(where)) if where else open_sqlite(folder / "records.sqlite")

    ledger = Ledger(opening, Persons(folder / "persons.key"))
    return DecisionStore(ledger, clock=clock), ledger


def writing_lines(folder: Path) -> Executor:
    """An executor that does its work again whenever it is called: a line in a file."""

    @tool
    async def lines(idempotency_key: str) -> str:
        """Write a line."""
        with (folder / "effects.txt").open("a") as file:
            file.write(f"{idempotency_key}\n")
        return "Written."

    return Executor(lines, honours_key=False)


def approve_all(store: DecisionStore, ids: list[str], name: str) -> tuple[int, int]:
    won = lost = 0
    reviewer = Reviewer(name, Channel.HTTP, Proof.TOKEN)
    for decision_id in ids:
        before = store.get(decision_id)
        try:
            store.approve(decision_id, before.version, before.plan_hash, reviewer)
            won += 1
        except ClosedError:
            lost += 1
    return won, lost


async def carry_out(store: DecisionStore, ledger: Ledger, folder: Path) -> None:
    worker = Worker(store, ExecutionQueue(store, ledger), [writing_lines(folder)])
    while True:
        while await worker.step():
            pass
        if not store.find(statuses=("pending", "approved")):
            return
        await asyncio.sleep(0.05)


def main() -> None:
    where, folder, name, *ids = sys.argv[1:]
    store, ledger = open_store(where, Path(folder))
    with ThreadPoolExecutor(THREADS) as threads:
        trying = [threads.submit(approve_all, store, ids, f"{name}-{n}") for n in range(THREADS)]
        asyncio.run(carry_out(store, ledger, Path(folder)))
        counts = [each.result() for each in trying]
    print(sum(won for won, _ in counts), sum(lost for _, lost in counts))  # noqa: T201


if __name__ == "__main__":
    main()
