"""A chat model's reply while it is being written: the form, as text or a tool's arguments, or calls of other tools."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from langchain_core.messages import AIMessage, AIMessageChunk, ToolCall
from langchain_core.utils.json import parse_partial_json

from emads_voice.agents.thinking import Thoughts

from .answer_in_json import AnswerInJson

MAX_CHARS = 100_000
"""A form with forty options has a fifth of that; who writes more will not stop."""

_CUT = frozenset(("length", "max_tokens", "MAX_TOKENS", "model_length"))
_REFUSED = frozenset(("content_filter", "refusal", "SAFETY", "PROHIBITED_CONTENT", "safety"))


@dataclass
class _Call:
    """A tool call, as far as it is there."""

    name: str = ""
    id: str = ""
    pieces: list[str] = field(default_factory=list)
    answer: AnswerInJson = field(default_factory=AnswerInJson)


class Reply:
    """Takes the pieces of one reply.

    Attributes:
        refused: the model will not answer, or its provider does not let it.
        cut: it was cut off, by its own limit or by ours.
        chars: how long it is.
    """

    def __init__(self, tools: Collection[str] = (), form: str = "") -> None:
        """
        Args:
            tools: the names of those that are not the form.
            form: the name it has as a tool.
        """
        self._form = form
        self.refused = False
        self.cut = False
        self.chars = 0
        self._tools = frozenset(tools)
        self._text: list[str] = []
        self._in_text = AnswerInJson()
        self._thoughts = Thoughts()
        self._calls: dict[int | str, _Call] = {}
        self._fields: Mapping[str, Any] | None = None
        self._speaks: AnswerInJson | None = None

    def add(self, piece: object) -> str:
        """Take the next piece, a message or the fields that were parsed of one; returns what is new of the answer."""
        if isinstance(piece, Mapping):
            return self._add_fields(piece)
        if not isinstance(piece, AIMessage):
            return ""
        self._note(piece)
        new = self._add_text(piece.text)
        if isinstance(piece, AIMessageChunk):
            for call in piece.tool_call_chunks:
                index = call["index"]
                key: int | str = index if index is not None else call["id"] or len(self._calls)
                new += self._add_call(key, call["name"], call["id"], call["args"] or "")
        else:
            for number, whole in enumerate(piece.tool_calls):
                new += self._add_call(number, whole["name"], whole["id"], _json(whole["args"]))
        if self.chars > MAX_CHARS:
            self.cut = True
        return new

    @property
    def answer(self) -> str:
        """What there is of the answer."""
        if self._fields is not None:
            told = self._fields.get("answer")
            return told if isinstance(told, str) else ""
        return self._speaks.answer if self._speaks else ""

    @property
    def answer_over(self) -> bool:
        """Whether the answer is complete."""
        return self._speaks.over if self._speaks else self._fields is not None and len(self._fields) > 1

    @property
    def text(self) -> str:
        """What it says besides calling tools."""
        return "".join(self._text).strip()

    @property
    def form(self) -> str | dict[str, Any]:
        """The form, as it was written; "" if there is none, and it only says something."""
        if self._fields is not None:
            return dict(self._fields)
        for call in self._calls.values():
            if self._is_form(call):
                return "".join(call.pieces)
        return self.text if "{" in self.text else ""

    @property
    def tool_calls(self) -> list[ToolCall]:
        """The calls of tools, those there are not among them, but not the form. Arguments nobody can read are empty."""
        return [
            ToolCall(
                name=call.name,
                args=_arguments("".join(call.pieces)),
                id=call.id or f"call_{key}",
                type="tool_call",
            )
            for key, call in self._calls.items()
            if not self._is_form(call)
        ]

    def _is_form(self, call: _Call) -> bool:
        """Whether a call is the form under whatever name; where there are tools, a call of one there is not is none."""
        if not self._tools or call.name == self._form:
            return True
        return call.name not in self._tools and bool(call.answer.answer)

    def _note(self, piece: AIMessage) -> None:
        told = piece.response_metadata
        reason = told.get("finish_reason") or told.get("stop_reason") or told.get("done_reason")
        self.cut = self.cut or reason in _CUT
        blocks = piece.content if isinstance(piece.content, list) else []
        says_no = any(isinstance(block, dict) and block.get("type") == "refusal" for block in blocks)
        self.refused = (
            self.refused or reason in _REFUSED or says_no or bool(piece.additional_kwargs.get("refusal"))
        )

    def _add_text(self, text: str) -> str:
        if not text:
            return ""
        self.chars += len(text)
        text = self._thoughts.without(text)
        self._text.append(text)
        return self._heard(self._in_text, self._in_text.add(text))

    def _add_call(self, key: int | str, name: str | None, identifier: str | None, arguments: str) -> str:
        self.chars += len(arguments)
        call = self._calls.setdefault(key, _Call())
        call.name, call.id = call.name or name or "", call.id or identifier or ""
        call.pieces.append(arguments)
        if call.name in self._tools:
            return ""
        return self._heard(call.answer, call.answer.add(arguments))

    def _heard(self, source: AnswerInJson, new: str) -> str:
        """What is new, if it is of the answer that came first: another one is none."""
        if (new or source.over) and self._speaks is None:
            self._speaks = source
        return new if self._speaks is source else ""

    def _add_fields(self, fields: Mapping[str, Any]) -> str:
        before = self.answer
        self._fields = fields
        return self.answer[len(before) :] if self.answer.startswith(before) else ""


def _json(arguments: Mapping[str, Any]) -> str:
    import json

    return json.dumps(arguments, ensure_ascii=False)


def _arguments(text: str) -> dict[str, Any]:
    try:
        parsed = parse_partial_json(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}
