"""What is approved is carried out once; what may have been done is never silently done again."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from langchain_core.tools import tool

from emads_voice.database import DatabaseError
from emads_voice.decisions import (
    DecisionStore,
    ExecutionQueue,
    Executor,
    Kept,
    NotDoneError,
    Plan,
    RefusedError,
    Task,
    Worker,
    worker,
)
from emads_voice.decisions.errors import StaleError
from emads_voice.observability.ledger import Ledger

from .conftest import Clock, token

PlanOf = Callable[..., Plan]


@pytest.fixture
def queue(store: DecisionStore, ledger: Ledger) -> ExecutionQueue:
    return ExecutionQueue(store, ledger)


@pytest.fixture
def approved(store: DecisionStore, plan_of: PlanOf) -> Callable[..., Kept]:
    def make(steps: int = 1) -> Kept:
        kept = store.propose(plan_of(steps=steps), thread_id="call-1")
        return store.approve(kept.id, 1, kept.plan_hash, token("lan"))

    return make


class Record:
    """An executor's tool that notes the keys it was called with, and then does as it is told."""

    def __init__(self, *outcomes: Exception | None) -> None:
        self.keys: list[str] = []
        self._outcomes = list(outcomes)

    def executor(self, *, honours_key: bool, check: Any = None) -> Executor:
        @tool
        async def record(idempotency_key: str, task: Any) -> str:
            """Record it."""
            assert isinstance(task, Task)
            self.keys.append(idempotency_key)
            if self._outcomes and (outcome := self._outcomes.pop(0)):
                raise outcome
            return "Recorded."

        return Executor(record, honours_key=honours_key, check=check)


async def test_steps_are_carried_out_in_order_each_with_its_key(
    store: DecisionStore, queue: ExecutionQueue, approved: Callable[..., Kept]
) -> None:
    kept, record = approved(2), Record()
    worker = Worker(store, queue, [record.executor(honours_key=False)])
    while await worker.step():
        pass
    assert record.keys == [f"{kept.id}:1:0", f"{kept.id}:1:1"]
    done = store.get(kept.id)
    assert done.status == "executed"
    assert [step.result for step in done.executions] == ["Recorded.", "Recorded."]


async def test_what_may_have_been_done_is_not_done_again_but_by_a_person(
    store: DecisionStore, queue: ExecutionQueue, approved: Callable[..., Kept]
) -> None:
    kept, record = approved(2), Record(OSError("the connection broke"))
    worker = Worker(store, queue, [record.executor(honours_key=False)])
    assert await worker.step()
    assert not await worker.step()
    unknown = store.get(kept.id)
    assert (unknown.status, unknown.executions[1].status) == ("unknown", "due")
    assert "the connection broke" in unknown.executions[0].result
    queue.settle(unknown.executions[0].key, "done", "lan", "It is there.")
    assert await worker.step()
    assert store.get(kept.id).status == "executed"
    assert len(record.keys) == 2


async def test_an_executor_that_honours_the_key_is_asked_again_with_it(
    store: DecisionStore, queue: ExecutionQueue, approved: Callable[..., Kept], clock: Clock
) -> None:
    kept, record = approved(), Record(OSError("the connection broke"), NotDoneError("busy"))
    worker = Worker(store, queue, [record.executor(honours_key=True)])
    assert await worker.step()
    assert not await worker.step()  # not at once
    for _ in range(2):
        clock.now += 60
        assert await worker.step()
    assert record.keys == [f"{kept.id}:1:0"] * 3
    assert store.get(kept.id).status == "executed"


async def test_a_step_that_is_refused_has_failed_and_the_rest_is_not_done(
    store: DecisionStore, queue: ExecutionQueue, approved: Callable[..., Kept]
) -> None:
    kept, record = approved(2), Record(RefusedError("The folder is read-only."))
    worker = Worker(store, queue, [record.executor(honours_key=False)])
    assert await worker.step()
    assert not await worker.step()
    failed = store.get(kept.id)
    assert failed.status == "failed"
    assert [(step.status, step.result) for step in failed.executions] == [
        ("failed", "The folder is read-only"),
        ("dropped", ""),
    ]


async def test_an_executor_that_hangs_is_given_up(
    store: DecisionStore, queue: ExecutionQueue, approved: Callable[..., Kept]
) -> None:
    @tool
    async def record() -> str:
        """Never ends."""
        await asyncio.Event().wait()
        return ""

    kept = approved()
    assert await Worker(store, queue, [Executor(record, honours_key=False)], lease_s=0.05).step()
    given_up = store.get(kept.id)
    assert given_up.status == "unknown"
    assert "(it did not end within 0.05 s): look, and say" in given_up.executions[0].result


async def test_looking_that_hangs_does_not_undo_that_it_was_done(
    store: DecisionStore, queue: ExecutionQueue, approved: Callable[..., Kept]
) -> None:
    @tool
    async def look() -> str:
        """Never ends."""
        await asyncio.Event().wait()
        return ""

    kept, record = approved(), Record()
    executor = record.executor(honours_key=False, check=look)
    assert await Worker(store, queue, [executor], lease_s=0.05).step()
    done = store.get(kept.id)
    assert done.status == "executed"
    assert done.executions[0].result.startswith("Recorded. Nobody knows whether it holds")


def failing(call: Callable[..., Any], times: int) -> Callable[..., Any]:
    """The same, by a database that does not answer at first."""
    left = [DatabaseError("The database does not answer.")] * times

    def answer(*arguments: Any, **named: Any) -> Any:
        if left:
            raise left.pop()
        return call(*arguments, **named)

    return answer


async def test_what_was_done_while_the_database_is_down_is_told_when_it_is_back(
    store: DecisionStore,
    queue: ExecutionQueue,
    approved: Callable[..., Kept],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    kept, record = approved(), Record()
    monkeypatch.setattr(worker, "POLL_S", 0)
    monkeypatch.setattr(queue, "finish", failing(queue.finish, 3))
    assert await Worker(store, queue, [record.executor(honours_key=False)]).step()
    assert store.get(kept.id).status == "executed"
    assert len(record.keys) == 1
    assert caplog.text.count("(done, Recorded.) could not be kept") == 1


async def test_a_database_that_stays_down_is_as_if_the_worker_had_died(
    store: DecisionStore,
    queue: ExecutionQueue,
    approved: Callable[..., Kept],
    monkeypatch: pytest.MonkeyPatch,
    clock: Clock,
) -> None:
    kept, record = approved(), Record()
    with monkeypatch.context() as down:
        down.setattr(worker, "POLL_S", 0)
        down.setattr(queue, "finish", failing(queue.finish, 100_000))
        with pytest.raises(DatabaseError):
            await Worker(store, queue, [record.executor(honours_key=False)], lease_s=0.05).step()
    clock.now += 60
    assert not await Worker(store, queue, [record.executor(honours_key=False)]).step()
    assert store.get(kept.id).status == "unknown"
    assert len(record.keys) == 1


async def test_a_database_that_fails_before_a_step_was_begun_leaves_it_due(
    store: DecisionStore,
    queue: ExecutionQueue,
    approved: Callable[..., Kept],
    monkeypatch: pytest.MonkeyPatch,
    clock: Clock,
) -> None:
    kept, record = approved(), Record()
    monkeypatch.setattr(store, "get", failing(store.get, 1))
    carrying_out = Worker(store, queue, [record.executor(honours_key=False)])
    assert await carrying_out.step()
    assert (store.get(kept.id).executions[0].status, record.keys) == ("due", [])
    clock.now += 60
    assert await carrying_out.step()
    assert store.get(kept.id).status == "executed"


async def test_what_nobody_here_can_do_has_failed(
    store: DecisionStore, queue: ExecutionQueue, approved: Callable[..., Kept]
) -> None:
    kept = approved()
    assert await Worker(store, queue, []).step()
    assert "no executor record here" in store.get(kept.id).executions[0].result


@pytest.mark.parametrize("honours", [True, False])
def test_a_worker_that_died_loses_its_execution(
    store: DecisionStore, queue: ExecutionQueue, approved: Callable[..., Kept], clock: Clock, honours: bool
) -> None:
    kept, honouring = approved(), ["record"] if honours else []
    dead = queue.claim(honouring, lease_s=60)
    assert dead
    assert queue.claim(honouring) is None
    clock.now += 60
    taken = queue.claim(honouring)
    if honours:
        assert taken
        assert (taken.key, taken.attempts) == (dead.key, 2)
        with pytest.raises(StaleError):
            queue.finish(dead, "done", "late")
        queue.finish(taken, "done", "in time")
        assert store.get(kept.id).executions[0].result == "in time"
    else:
        assert taken is None
        assert store.get(kept.id).status == "unknown"
        with pytest.raises(StaleError):
            queue.finish(dead, "done", "late")


async def test_that_it_does_not_hold_afterwards_is_said(
    store: DecisionStore, queue: ExecutionQueue, approved: Callable[..., Kept]
) -> None:
    @tool
    async def look() -> str:
        """Look."""
        raise OSError("the file is gone")

    kept = approved()
    assert await Worker(store, queue, [Record().executor(honours_key=True, check=look)]).step()
    assert "it does not hold: the file is gone" in store.get(kept.id).executions[0].result
