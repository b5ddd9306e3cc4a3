"""What an adapted agent is given: the conversation, or the question alone, in the form it takes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_origin, get_type_hints

from langchain_core.messages import BaseMessage
from typing_extensions import is_typeddict

Messages = list[BaseMessage]
Input = Callable[[Messages, str], Any]
"""Makes what an agent is given of the messages it is told, and the caller's language."""

InputMapping = str | Callable[[Messages], Any]
"""As given to `as_agent`: a key for the question, or a function of the messages."""


def messages_alone(messages: Messages, _language: str) -> Any:
    """The messages as they are."""
    return messages


def question_alone(messages: Messages, _language: str) -> Any:
    """What the caller said last."""
    return messages[-1].text


def state_with_messages(messages: Messages, _language: str) -> Any:
    """The state of a graph on messages."""
    return {"messages": messages}


def mapped(mapping: InputMapping) -> Input:
    """What the user of `as_agent` says it is given."""
    if isinstance(mapping, str):
        key = mapping
        return lambda messages, _language: {key: messages[-1].text}
    function = mapping
    return lambda messages, _language: function(messages)


def by_schema(schema: Mapping[str, Any], kind: str) -> Input:
    """What a chain or a task takes, by the JSON schema of its input.

    Text is given the question; a list, or whatever a chat model takes, the messages; an object its placeholder for
    messages, its ``language``, and the question in the one other field that must be there. An input that says nothing
    of its form, or of its keys, gets ``{"messages": …}``, as graphs do.

    Raises:
        ValueError: it takes something else.
    """
    kinds = {part.get("type") for part in [schema, *schema.get("anyOf", [])]}
    if "array" in kinds:
        return messages_alone
    if kinds == {"string"}:
        return question_alone
    fields: Mapping[str, Any] = schema.get("properties", {})
    if not fields and kinds <= {None, "object"} and "anyOf" not in schema:
        return state_with_messages
    if "messages" in fields:
        return _fields(["messages"], [], language=fields.get("language", {}).get("type") == "string")
    lists = [name for name, field in fields.items() if field.get("type") == "array"]
    texts = [name for name, field in fields.items() if field.get("type") == "string" and name != "language"]
    others = len(fields) - len(lists) - len(texts) - ("language" in fields)
    if len(lists) > 1 or len(texts) > 1 or others or not (lists or texts):
        raise ValueError(
            f"{kind} takes {', '.join(fields) or 'something other than messages'}, and which of it is the question "
            "cannot be told: say so with input=, the name of the field for the question or a function of the messages."
        )
    return _fields(lists, texts, language="language" in fields)


def _fields(lists: Sequence[str], texts: Sequence[str], *, language: bool) -> Input:
    def make(messages: Messages, spoken: str) -> Any:
        told = messages[:-1] if texts else messages  # the question stands in a field of its own
        return {
            **(dict.fromkeys(lists, told)),
            **(dict.fromkeys(texts, messages[-1].text)),
            **({"language": spoken} if language else {}),
        }

    return make


def by_parameter(function: Callable[..., Any], kind: str) -> Input:
    """What a function takes, by its first parameter: see `as_agent`.

    Raises:
        ValueError: it takes no question, or more than one.
    """
    parameters = [
        parameter
        for parameter in inspect.signature(function).parameters.values()
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
    ]
    needed = [p.name for p in parameters[1:] if p.default is p.empty and p.name != "config"]
    if not parameters or needed:
        raise ValueError(
            f"{kind} must take one thing, the question or the messages"
            + (
                f", and not {', '.join(needed)} besides: give a function that fills these in."
                if needed
                else "."
            )
        )
    first = parameters[0]
    try:
        annotation = get_type_hints(_plain(function)).get(first.name, first.annotation)
    except Exception:  # names that exist for type checkers only
        annotation = first.annotation
    if annotation is first.empty:
        named = {"messages": messages_alone, "state": state_with_messages}
        return named.get(first.name, question_alone)
    if annotation is str or annotation == "str":
        return question_alone
    written = annotation if isinstance(annotation, str) else ""
    origin = get_origin(annotation) or annotation
    if written.lower().startswith(("list", "sequence")) or (
        isinstance(origin, type) and not is_typeddict(origin) and issubclass(origin, Sequence)
    ):
        return messages_alone
    if annotation is Any or is_typeddict(origin) or origin in (dict, Mapping) or written:
        return state_with_messages
    raise ValueError(
        f"{kind} takes {getattr(annotation, '__name__', annotation)}: let its first parameter be the question, a str, "
        "or the conversation, a list of messages; or say with input= what it is given."
    )


def _plain(function: Callable[..., Any]) -> Callable[..., Any]:
    """What holds the annotations: a callable object has them on its class."""
    return function if inspect.isroutine(function) else type(function).__call__
