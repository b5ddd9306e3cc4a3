"""What callers heard of answers they interrupted, told to the agents that gave them.

The conversation keeps of an interrupted answer what was played: that is what the caller knows. What the agent did is
another truth: it said "Your table is booked for seven, and the confirmation is on its way", and booked. So the message
keeps the whole answer beside, and an agent is shown both: its answer in whole, and how much of it was heard.
"""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

INTERRUPTED = "interrupted"
WHOLE_ANSWER = "whole_answer"
PROPOSED = "proposed"
"""Marks an answer that proposed something: what it was, and who decides."""
NOTE = "note"
"""Marks a message that no caller has said: what an agent is told of how its answer was heard."""
NOTHING_PLAYED = "…"
"""Stands in the conversation for an answer of which nothing was played."""
UNANSWERED = "(The caller went on before you had answered. What you had done by then stays done.)"
"""What an agent is told that was cut off before it came to an answer: what it had done need not be shown anywhere."""


def as_agent_sees(messages: Sequence[BaseMessage]) -> list[BaseMessage]:
    """The conversation as it was led: interrupted answers in whole, and before the caller's next words a note, in
    brackets, of how much of the answer they heard, or that there was none.

    It is a message of its own: whoever reads the caller's words, a function or a pattern, reads nothing else in them.
    """
    seen: list[BaseMessage] = []
    note = ""
    for message in messages:
        if isinstance(message, AIMessage):
            note = heard(message)
            seen.append(whole(message))
        elif isinstance(message, HumanMessage):
            if note:
                key = f"{message.id}-note" if message.id else None
                seen.append(HumanMessage(note, id=key, additional_kwargs={NOTE: True}))
            seen.append(message)
            note = UNANSWERED
        else:
            seen.append(message)
    return seen


def open_proposals(messages: Sequence[BaseMessage]) -> list[str]:
    """What was proposed in a conversation, oldest first. Nobody decides in it, so all of it is open."""
    marks = [
        message.additional_kwargs.get(PROPOSED) for message in messages if isinstance(message, AIMessage)
    ]
    return list(dict.fromkeys(mark for mark in marks if isinstance(mark, str)))


def whole(message: AIMessage) -> AIMessage:
    """An answer as the agent gave it, whatever was played of it."""
    answer = message.additional_kwargs.get(WHOLE_ANSWER)
    return message.model_copy(update={"content": answer}) if isinstance(answer, str) and answer else message


def heard(message: AIMessage) -> str:
    """What an agent is told of an answer that was interrupted; "" if it was not."""
    if not message.additional_kwargs.get(INTERRUPTED):
        return ""
    played = message.text.strip()
    if not played or played == NOTHING_PLAYED:
        return "(The caller interrupted and heard nothing of your last answer. What you did stays done.)"
    return (
        f'(The caller interrupted your last answer and heard only this of it: "{played}". '
        "What you did stays done.)"
    )
