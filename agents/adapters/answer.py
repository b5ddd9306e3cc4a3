"""What of a run is its answer: the words that this run added, and nothing that was there before."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from typing import Any

from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    HumanMessage,
    ToolMessage,
    convert_to_messages,
)
from pydantic import BaseModel, ValidationError

from emads_voice.agents.errors import ModelError
from emads_voice.agents.forms import Analysis
from emads_voice.agents.reading import read_form
from emads_voice.agents.thinking import without_thoughts

_HANDED_BACK = "__is_handoff_back"
"""langgraph-supervisor marks by this in ``response_metadata`` that a message only says who works next."""

_WORDLESS = frozenset({"text", "reasoning", "thinking", "redacted_thinking", "tool_use", "tool_call"})
"""Content blocks that are no answer by themselves, and no picture or sound either."""


def added(
    before: Sequence[BaseMessage], after: Sequence[BaseMessage], question: BaseMessage
) -> list[BaseMessage]:
    """The messages that a run added.

    Histories are appended to, trimmed, summarised or copied without ids; the same words may be said again. What holds
    in all of them: an answer follows its question.

    Args:
        before: the agent's messages when the run began, with the question.
        after: those when it ended.
        question: what was asked.
    """
    old, new = _following(before, question), _following(after, question)
    if new is None:
        known = list(before)
        return [message for message in after if not _taken(known, message)]
    old = old or []
    same = 0
    while same < min(len(old), len(new)) and _same(old[same], new[same]):
        same += 1
    return new[same:]


def _following(messages: Sequence[BaseMessage], question: BaseMessage) -> list[BaseMessage] | None:
    """What stands behind the question; None if it is not there."""
    by_id = [i for i, message in enumerate(messages) if question.id and message.id == question.id]
    by_words = [
        i
        for i, message in enumerate(messages)
        if isinstance(message, HumanMessage) and message.content == question.content
    ]
    places = by_id or by_words
    return list(messages[places[-1] + 1 :]) if places else None


def _same(one: BaseMessage, other: BaseMessage) -> bool:
    if one.id and other.id and one.id != other.id:
        return False
    return (one.type, one.content) == (other.type, other.content)


def _taken(known: list[BaseMessage], message: BaseMessage) -> bool:
    """Whether a message is one of those known, which is then crossed off."""
    for index, old in enumerate(known):
        if _same(old, message):
            del known[index]
            return True
    return False


def spoken(messages: Sequence[BaseMessage], *, ended_in_tools: bool) -> str:
    """The answer among the messages that a run added: what the last of them says to the caller.

    Results of tools count only where the run ended with them (``return_direct``). What a model says beside a tool call
    is no answer, unless nothing else was said in the run.

    Raises:
        ModelError: the answer is a picture or the like.
    """
    results: list[str] = []
    for message in reversed(messages):
        if not isinstance(message, ToolMessage):
            break
        results.insert(0, _words(message))
    if ended_in_tools and any(results):
        return "\n".join(filter(None, results))
    answers = [m for m in messages if isinstance(m, AIMessage) and not m.tool_calls and _content(m)]
    for message in reversed(answers):
        if text := _words(message):
            return text
    for message in answers:
        _refuse_wordless(message)
    for message in reversed(messages):
        handed = message.response_metadata.get(_HANDED_BACK)
        if isinstance(message, AIMessage) and not handed and (text := _words(message)):
            return text
    return ""


def analysis_in(structured: object, name: str) -> Analysis | None:
    """A structured response that has an ``answer``, as the analysis it is or can be made; None if it has none.

    A model has filled it in, and no model ends or transfers a call that way.
    """
    analysis = _analysis_in(structured, name)
    return analysis and analysis.model_copy(update={"then": None})


def _analysis_in(structured: object, name: str) -> Analysis | None:
    if isinstance(structured, Analysis):
        return structured.model_copy(update={"agent": name})
    fields = _fields(structured)
    if not isinstance(fields.get("answer"), str):
        return None
    if "kind" in fields or "recommendation" in fields:  # it means to be one: what of it cannot be read counts
        return read_form(Analysis, fields, agent=name, whole=False)
    try:
        return Analysis.model_validate({**fields, "agent": name})
    except ValidationError:  # its other fields mean something else
        return Analysis(answer=fields["answer"], agent=name)


def analysis_of(result: object, name: str, question: BaseMessage) -> Analysis:
    """The answer in what a function or a chain gave back: words, a message, messages, a state, or an analysis.

    Raises:
        ModelError: it is none of these.
    """
    if result is None:
        return Analysis(answer="", agent=name)
    if isinstance(result, str):
        return Analysis(answer=without_thoughts(result).strip(), agent=name)
    if isinstance(result, BaseMessage):
        result = [result]
    fields = _fields(result)
    if analysis := analysis_in(fields.get("structured_response"), name) or _analysis_in(result, name):
        return analysis
    if "messages" in fields:
        result = fields["messages"]
    if isinstance(result, Sequence) and not isinstance(result, (str, bytes)):
        try:
            messages = convert_to_messages(result)
        except (ValueError, NotImplementedError):
            messages = []
        if messages or not result:
            new = added([question], messages, question)
            last = bool(new) and isinstance(new[-1], ToolMessage)
            return Analysis(answer=spoken(new, ended_in_tools=last), agent=name)
    raise ModelError(
        f"The agent {name} gave {type(result).__name__}, of which nothing can be said: let it return text, a message, "
        '{"messages": […]} or an Analysis, or give as_agent an output= that makes text of it.'
    )


def _fields(value: object) -> Mapping[str, Any]:
    if isinstance(value, BaseModel) and not isinstance(value, BaseMessage):
        return value.model_dump()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return value if isinstance(value, Mapping) else {}


def _words(message: BaseMessage) -> str:
    return without_thoughts(message.text).strip()


def _content(message: AIMessage) -> bool:
    return bool(message.content)


def _refuse_wordless(message: AIMessage) -> None:
    blocks = [] if isinstance(message.content, str) else message.content
    kinds = {block["type"] for block in blocks if isinstance(block, dict) and "type" in block}
    if other := kinds - _WORDLESS:
        raise ModelError(
            f"The answer is made of {', '.join(sorted(other))} and has no words: let the agent answer in words."
        )


def is_json(text: str) -> bool:
    """Whether a text is data for a program, an object or a list."""
    try:
        return isinstance(json.loads(text), (dict, list))
    except ValueError:
        return False
