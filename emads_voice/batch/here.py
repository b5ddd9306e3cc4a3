"""A batch in this process: some recordings at once, so that the recogniser has them in batches."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from .errors import BatchError
from .pipelines import Pipeline
from .recordings import Recording
from .results import Results
from .work import Outcome, State, work_on


async def run_here(
    recordings: Sequence[Recording],
    pipeline: Pipeline,
    results: Results,
    at_once: int,
    tell: Callable[[Outcome], None],
) -> None:
    """Work through recordings.

    Args:
        recordings: in the order in which they are begun.
        pipeline: what is done; warm.
        results: opened.
        at_once: how many recordings at a time.
        tell: is told what became of each, as soon as that is known.

    Raises:
        BatchError: it cannot go on.
    """
    rest = iter(recordings)
    running: set[asyncio.Task[Outcome]] = set()
    try:
        while True:
            while len(running) < at_once and (recording := next(rest, None)):
                running.add(asyncio.create_task(work_on(recording, pipeline, results)))
            if not running:
                return
            ended, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for outcome in [task.result() for task in ended]:
                if outcome.state is State.STOPPED:
                    raise BatchError(outcome.reason)
                tell(outcome)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
