"""Kills a decision's whole life between every two of its steps, and has it gone on with: ``dying.py WHERE FOLDER``.

Every life is a child of its own, which kills itself with SIGKILL at its nth point: before and after each commit, and
before and after each effect. Another child goes on, as a restarted process would. Prints how many points there were,
and what was wrong.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from langchain_core.tools import tool

from emads_voice.agents.decisions import Contribution, Decision, Sourced
from emads_voice.decisions import (
    Channel,
    ExecutionQueue,
    Executor,
    Kept,
    Plan,
    Proof,
    Reviewer,
    Step,
    Worker,
)
from emads_voice.decisions.records import decision_record
from emads_voice.observability.ledger import Ledger

sys.path.insert(0, str(Path(__file__).parent))

from racing import open_store, writing_lines  # type: ignore[import-not-found]

HOUR = 3600.0


def plan() -> Plan:
    points = Sourced(value=2, because=[Contribution(points=2, rule="as said", source="test")])
    decision = Decision(
        objective="Where should the printers stand?",
        recommended=["Second floor"],
        complexity=points,
        risk=points,
        risk_level="low",
        escalate=True,
        accountable="coo",
    )
    return Plan(
        action="Move the printers.",
        decision=decision,
        steps=(Step(executor="decision_record"), Step(executor="lines"), Step(executor="decision_record")),
    )


def dying(executor: Executor, point: Callable[[], None]) -> Executor:
    """An executor with a point before its effect and one after it."""

    takes = list(executor.tool.args)

    @tool
    async def both(idempotency_key: str, task: object) -> str:
        """Do it."""
        point()
        told = {"idempotency_key": idempotency_key, "task": task}
        done = await executor.tool.ainvoke({name: told[name] for name in takes})
        point()
        return str(done)

    both.name = executor.name
    return Executor(both, honours_key=executor.honours_key, check=executor.check)


def live(where: str, folder: Path, decision_id: str, ahead_s: float, dies_at: int) -> None:
    """Propose, approve and carry out a decision, however far it is already.

    Args:
        where, folder: as for :func:`racing.open_store`.
        decision_id: the decision.
        ahead_s: how far the clock is ahead, so that leases have run out.
        dies_at: the number of the point to die at; 0 is none.
    """
    points = itertools.count(1)

    def point() -> None:
        if next(points) == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    store, ledger = open_store(where, folder, clock=lambda: time.time() + ahead_s)
    real = store.database.engine.dialect.do_commit

    def commit(connection: object) -> None:
        point()
        real(connection)
        point()

    store.database.engine.dialect.do_commit = commit
    kept = store.propose(plan(), thread_id=f"call-{decision_id}", decision_id=decision_id)
    for name in ("lan", "minh"):
        if kept.status == "pending":
            reviewer = Reviewer(name, Channel.HTTP, Proof.TOKEN)
            kept = store.approve(decision_id, kept.version, kept.plan_hash, reviewer)
    queue = ExecutionQueue(store, ledger)
    executors = [dying(decision_record(folder / decision_id), point), dying(writing_lines(folder), point)]
    worker = Worker(store, queue, executors)
    while asyncio.run(worker.step(decision_id)):
        pass


def child(*life: object) -> bool:
    """Whether a life came to its end: it was not killed. Forked, as starting Python takes a second each time."""
    pid = os.fork()
    if not pid:
        try:
            live(*life)  # type: ignore[arg-type]
        except BaseException as error:
            print(repr(error), file=sys.stderr)  # noqa: T201
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit("a life failed instead of being killed")
    return os.WIFEXITED(status)


def wrong(ledger: Ledger, folder: Path, kept: Kept) -> list[str]:
    """What is not as it should be when a decision has come to its end."""
    lines = (folder / "effects.txt").read_text().split() if (folder / "effects.txt").exists() else []
    written = lines.count(f"{kept.id}:1:1")
    records = sorted(path.suffix for path in (folder / kept.id).iterdir())
    told = Counter(
        (str(read.event.kind), str(read.event.details.get("verdict", read.event.details.get("status", ""))))
        for read in ledger.read(f"call-{kept.id}")
    )
    step = kept.executions[1].status
    faults = []
    if records != [".json", ".md"]:
        faults.append(f"records {records}")
    if kept.status not in ("executed", "unknown") or (kept.status == "unknown") != (step == "unknown"):
        faults.append(f"it is {kept.status}, its step {step}")
    if written > 1 or (step == "done" and written != 1):
        faults.append(f"the step is {step} and was done {written} times")
    if sorted(each.approver for each in kept.approved_by) != ["lan", "minh"]:
        faults.append(f"approved by {kept.approved_by}")
    once = {("proposed", ""): 1, ("reviewed", "approve"): 2, ("reviewed", "approved"): 1}
    if any(told[each] != count for each, count in once.items()):
        faults.append(f"the ledger has {told}")
    if told["executed", "done"] != sum(each.status == "done" for each in kept.executions):
        faults.append(f"the ledger has {told}")
    return faults


def main() -> None:
    where, folder = sys.argv[1], Path(sys.argv[2])
    # Once in this process, elsewhere: whatever is imported or made for the first life, its children have then.
    live("", folder / "before", str(UUID(int=1 << 64)), 0.0, 0)
    assert child(where, folder, str(UUID(int=1 << 64)), 0.0, 0)  # a life without a death; it makes the tables
    faults: dict[str, list[str]] = {}
    unknown = 0
    for dies_at in itertools.count(1):
        decision_id = str(UUID(int=dies_at))
        whole = child(where, folder, decision_id, 0.0, dies_at)
        if not whole:
            assert child(where, folder, decision_id, HOUR, 0)
        store, ledger = open_store(where, folder)
        kept = store.get(decision_id)
        unknown += kept.status == "unknown"
        if found := wrong(ledger, folder, kept):
            faults[str(dies_at)] = found
        ledger.close()
        if whole:
            break
    print(json.dumps({"points": dies_at - 1, "unknown": unknown, "wrong": faults}))  # noqa: T201


if __name__ == "__main__":
    main()
