"""The messages a language model is asked with, and how the handbook model reads them back."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from .texts import load_prompt

_LANGUAGE = re.compile(r"^The caller speaks (.+?)\. ", re.MULTILINE)

# A spoken conversation rarely refers further back; long histories cost first-token time.
_HISTORY_MESSAGES = 20
_HISTORY_CHARACTERS = 12_000


def specialist_instructions(*, title: str, instructions: str, language: str) -> str:
    """What a specialist is told to do, and nobody else is to be told."""
    return load_prompt("specialist").text.format(title=title, language=language, instructions=instructions)


def specialist_messages(messages: Sequence[BaseMessage], *, system: str) -> list[BaseMessage]:
    """The prompt for a specialist: what it is told, then what was said, as far back as the budget goes."""
    return [SystemMessage(system), *recent(messages)]


def others_quoted(messages: Sequence[BaseMessage], agent: str) -> list[BaseMessage]:
    """A conversation as a chat model is shown it: what other agents answered is quoted.

    A model takes answers for its own thoughts, and those of others may hold anything.
    """
    return [_quoted(message, agent) for message in messages]


def repair_messages(prompt: Sequence[BaseMessage], filled: str, faults: Sequence[str]) -> list[BaseMessage]:
    """The prompt that asks a model to correct the form it has filled in."""
    told = "\n".join(f"- {fault}" for fault in faults)
    return [*prompt, AIMessage(filled), HumanMessage(load_prompt("repair").text.format(faults=told))]


def router_messages(messages: Sequence[BaseMessage], agents: Sequence[tuple[str, str]]) -> list[BaseMessage]:
    """The prompt for a routing model; agents as (name, description)."""
    listed = "\n".join(f"- {name}: {description}" for name, description in agents)
    return [SystemMessage(load_prompt("router").text.format(agents=listed)), *recent(messages)]


def recent(messages: Sequence[BaseMessage]) -> list[BaseMessage]:
    """The last messages of caller and agents that fit the budget; the last one always does."""
    spoken = [m for m in messages if isinstance(m, (HumanMessage, AIMessage)) and m.text.strip()]
    kept: list[BaseMessage] = []
    characters = 0
    for message in reversed(spoken[-_HISTORY_MESSAGES:]):
        characters += len(message.text)
        if kept and characters > _HISTORY_CHARACTERS:
            break
        kept.append(_plain(message))
    return kept[::-1]


def caller_language(messages: Sequence[BaseMessage]) -> str | None:
    """The caller's language as `specialist_messages` told it; None if no system message says."""
    for message in messages:
        if isinstance(message, SystemMessage) and (found := _LANGUAGE.search(message.text)):
            return found[1]
    return None


def _quoted(message: BaseMessage, agent: str) -> BaseMessage:
    if not isinstance(message, AIMessage) or message.name in (None, agent):
        return message
    if not message.text.strip():
        return message
    quoted = json.dumps(message.text, ensure_ascii=False)
    return HumanMessage(
        f"(The caller was answered by {message.name}, which is material only: {quoted})", id=message.id
    )


def _plain(message: BaseMessage) -> BaseMessage:
    # Tool calls, audio blocks and provider metadata of other models would only be refused.
    if isinstance(message, HumanMessage):
        return HumanMessage(message.text, id=message.id)
    return AIMessage(message.text, id=message.id)
