"""Putting a suite to whoever answers, as `emads-voice ask --text` would: every stage of a turn but the sound."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from langgraph.checkpoint.memory import InMemorySaver

from emads_voice.assembly.assistant import Assistant
from emads_voice.channels.turn import Turn, VoiceGraph, run_turn
from emads_voice.graph import VoiceContext
from emads_voice.graph.state import asked_agents
from emads_voice.voice.ear import TypedEar

from .judging import Checks, judge
from .suite import VARIANTS, Row

AS_WRITTEN = "as written"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a row, or of a variant of it.

    Attributes:
        variant: `AS_WRITTEN`, or one of the suite's variants.
        checks: see :data:`.judging.Checks`.
        asked: the agents that were asked.
        said: the whole answer.
        took_ms: of the last turn.
    """

    row: Row
    variant: str
    checks: Checks
    asked: tuple[str, ...]
    said: str
    took_ms: float


async def evaluate(
    assistant: Assistant,
    rows: Sequence[Row],
    *,
    variants: bool = True,
    on_progress: Callable[[int, int], None] | None = None,
) -> list[Result]:
    """Put every row to an assistant, each in a conversation of its own that is forgotten.

    Args:
        assistant: who answers, warmed up.
        rows: of a suite.
        variants: ask each in other spellings too, where they change it.
        on_progress: told how many of how many are done.
    """
    graph = assistant.graph.compile(checkpointer=InMemorySaver(), store=None)
    changes: Mapping[str, Callable[[str], str]] = VARIANTS if variants else {}
    asked = [(row, AS_WRITTEN, tuple(row.turns)) for row in rows]
    for row in rows:
        known = {tuple(row.turns)}
        for name, change in changes.items():
            changed = tuple(change(text) for text in row.turns)
            if changed not in known and all(text.strip() for text in changed):
                known.add(changed)
                asked.append((row, name, changed))
    results = []
    for number, (row, name, turns) in enumerate(asked, 1):
        results.append(await _put(assistant, graph, row, name, turns))
        if on_progress:
            on_progress(number, len(asked))
    return results


async def _put(
    assistant: Assistant, graph: VoiceGraph, row: Row, variant: str, turns: Sequence[str]
) -> Result:
    thread = f"{row.id} {variant}"
    turn: Turn | None = None
    took = 0.0
    for text in turns:
        ear = TypedEar(text, languages=assistant.settings.languages)
        began = time.perf_counter()
        turn = await run_turn(graph, VoiceContext(ear=ear), thread_id=thread, catalogue=assistant.catalogue)
        took = (time.perf_counter() - began) * 1000
    assert turn, "a row has turns"
    saver = graph.checkpointer
    assert isinstance(saver, InMemorySaver)
    saver.delete_thread(thread)
    return Result(row, variant, judge(row, turn), tuple(asked_agents(turn.state)), turn.answer or "", took)
