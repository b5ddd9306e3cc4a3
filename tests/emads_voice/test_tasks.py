from __future__ import annotations

import asyncio
import gc

from emads_voice.tasks import Tasks


async def test_a_task_is_held_until_it_ends_and_no_longer() -> None:
    tasks = Tasks()
    done: list[str] = []

    async def work(may_end: asyncio.Event) -> None:
        await may_end.wait()
        done.append("done")

    async def start() -> asyncio.Event:
        may_end = asyncio.Event()
        tasks.start(work(may_end))
        return may_end

    may_end = await start()
    gc.collect()
    (task,) = tasks
    may_end.set()
    await task
    await asyncio.sleep(0)
    assert done == ["done"]
    assert list(tasks) == []


async def test_a_task_started_elsewhere_is_held_too_and_may_fail() -> None:
    async def fail() -> None:
        raise ValueError("amiss")

    tasks = Tasks()
    task = asyncio.create_task(fail())
    assert tasks.keep(task) is task
    assert list(tasks) == [task]
    (error,) = await asyncio.gather(task, return_exceptions=True)
    assert str(error) == "amiss"
    await asyncio.sleep(0)
    assert list(tasks) == []


async def test_tasks_may_end_while_they_are_gone_through() -> None:
    tasks = Tasks()
    for _ in range(3):
        tasks.start(asyncio.sleep(0))
    seen = 0
    for task in tasks:
        await task
        seen += 1
    assert seen == 3
