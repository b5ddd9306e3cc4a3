"""Putting a suite to whoever answers, as `emads-voice ask --text` would: every stage of a turn but the sound."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from langgraph.checkpoint.memory import InMemorySaver

from emads_voice.assembly.assistant import Assistant
from emads_voice.channels.turn import Turn, VoiceGraph, run_turn
from emads_voice.graph import VoiceContext
from emads_voice.graph.state import asked_agents
from emads_voice.voice.ear import TypedEar

from .errors import SuiteError
from .forms import form_variants, no_safer
from .judging import Checks, judge
from .replies import Replies
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
    replies: Replies | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> list[Result]:
    """Put every row to an assistant, each in a conversation of its own that is forgotten.

    Args:
        assistant: who answers, warmed up.
        rows: of a suite.
        variants: ask each in other spellings too, where they change it.
        replies: those that its chat model replays. With variants, decisions are then made again of forms that have
            lost something, and must look no safer: the check "form".
        on_progress: told how many of how many are done.

    Raises:
        SuiteError: a row expects agents that there are not, or a reply is not among the replies.
    """
    _look_for_agents(assistant, rows)
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
        result, turn = await _put(assistant, graph, row, name, turns)
        results.append(result)
        if replies and variants and name == AS_WRITTEN:
            results += await _with_other_forms(assistant, graph, row, turn, replies)
        if replies and replies.missed:
            raise SuiteError(
                f"No reply is recorded to {replies.missed[0]}: record it with --record, or write it into the file."
            )
        if on_progress:
            on_progress(number, len(asked))
    return results


def _look_for_agents(assistant: Assistant, rows: Sequence[Row]) -> None:
    """See that whom a row expects is there: a name that nobody has would be wrong for ever, and only look so.

    Raises:
        SuiteError: it is not.
    """
    known = [agent.name for agent in assistant.agents]
    if not known:
        return  # a voice graph of their own, whose agents it alone knows
    for row in rows:
        for name in (*(row.expected or ()), *(name for names in row.also_ok for name in names)):
            if name not in known:
                raise SuiteError(
                    f"Row {row.id} expects {name}, and no agent is called so: "
                    f"write {', '.join(known)}, or [] for nobody."
                )


async def _with_other_forms(
    assistant: Assistant, graph: VoiceGraph, row: Row, before: Turn, replies: Replies
) -> list[Result]:
    """What becomes of a decision whose forms have lost something on their way; nothing where none was made."""
    results: list[Result] = []
    if before.state.get("decision") is None:
        return results
    replies.forms.clear()
    await _put(assistant, graph, row, AS_WRITTEN, row.turns)
    for name, change in form_variants(tuple(replies.forms)):
        replies.change = change
        try:
            result, after = await _put(assistant, graph, row, name, row.turns)
        finally:
            replies.change = None
        results.append(replace(result, checks={"form": no_safer(before, after)}))
    return results


async def _put(
    assistant: Assistant, graph: VoiceGraph, row: Row, variant: str, turns: Sequence[str]
) -> tuple[Result, Turn]:
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
    asked = tuple(asked_agents(turn.state))
    return Result(row, variant, judge(row, turn), asked, turn.answer or "", took), turn
