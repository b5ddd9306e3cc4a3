"""Whether a value can be what an agent waits for, before it is told: a wrong one would be the end of its question."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from langgraph.types import Interrupt

from emads_voice.channels.errors import ResumeError
from emads_voice.writing import storable_values

from .pending import Action, PendingQuestion, read

_ID = re.compile(r"[0-9a-f]{32}")

_MORE = {
    "edit": 'with an "edited_action": {"name": …, "args": {…}}',
    "respond": 'with a "message"',
}
"""What a decision has besides its type."""


def resume_values(value: object, interrupts: Sequence[Interrupt]) -> dict[str, Any]:
    """What LangGraph is resumed with: values by the ids of what waits.

    Args:
        value: one for the only one that waits, or ``{interrupt id: value}``.
        interrupts: what waits; at least one.

    Raises:
        ResumeError: it is for none of them, or of another shape than was asked for.
    """
    waiting = {interrupt.id: interrupt for interrupt in interrupts}
    by_id = isinstance(value, Mapping) and bool(value) and all(_ID.fullmatch(str(key)) for key in value)
    if isinstance(value, Mapping) and by_id:
        values = dict(value)
    elif len(waiting) == 1:
        values = {interrupts[0].id: value}
    else:
        raise ResumeError(
            f"{len(waiting)} agents wait: give an object of values by the ids of what they ask, "
            f'{{"{next(iter(waiting))}": …}}.'
        )
    if unknown := values.keys() - waiting.keys():
        raise ResumeError(f"Nobody waits under {', '.join(sorted(unknown))}: give {', '.join(waiting)}.")
    for key, given in values.items():
        if (question := read([waiting[key]])) and question.actions:
            _check(question, given)
    return {key: storable_values(given) for key, given in values.items()}


def _check(question: PendingQuestion, value: object) -> None:
    """Raises ResumeError if a value does not decide on the actions that are to be approved."""
    decisions: object = [value]
    if question.together:
        decisions = value.get("decisions") if isinstance(value, Mapping) else None
    if isinstance(decisions, Sequence) and not isinstance(decisions, str):
        count = len(decisions) == len(question.actions)
        if count and all(map(_decides, decisions, question.actions)):
            return
    raise ResumeError(f"This does not answer what is to be decided: give {_wanted(question)}.")


def _decides(decision: object, action: Action) -> bool:
    if not isinstance(decision, Mapping) or decision.get("type") not in action.decisions:
        return False
    match decision["type"]:
        case "edit":
            edited = decision.get("edited_action")
            return (
                isinstance(edited, Mapping)
                and isinstance(edited.get("name"), str)
                and isinstance(edited.get("args"), Mapping)
            )
        case "respond":
            return isinstance(decision.get("message"), str)
    return isinstance(decision.get("message", ""), str)


def _wanted(question: PendingQuestion) -> str:
    kinds = dict.fromkeys(kind for action in question.actions for kind in action.decisions)
    told = " or ".join(f'"{kind}" {_MORE[kind]}' if kind in _MORE else f'"{kind}"' for kind in kinds)
    one = f'{{"type": …}}, of which the type is {told}'
    if not question.together:
        return one
    count = len(question.actions)
    each = "one decision" if count == 1 else f"{count} decisions, one for each action in order"
    return f'{{"decisions": […]}}, a list of {each}: {one}'
