"""A chat model that answers only from the handbook: no network, no key, nothing invented.

What the documents say is spoken with its source and filled into the form; what they do not say is left empty.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import ConfigDict, PrivateAttr

from .followup import is_follow_up, questions, standalone_question
from .handbook import Handbook, Initiative, Passage, View, in_language
from .handbook_search import HandbookIndex
from .handbook_wording import asked_side, cited, nothing_found, other_language, side_missing, side_of
from .prompts import caller_language
from .text import looks_vietnamese

# A company document is right about the company, but may not be the answer to this very question.
_PASSAGE_CONFIDENCE = 0.6


class HandbookModel(BaseChatModel):
    """Answers from a handbook, as plain text or as the form a tool or schema asks for.

    Whose view is wanted is read from the schema (``properties.agent.const``), the caller's language from the
    line a specialist's prompt holds ("The caller speaks Vietnamese."), else from the question.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    handbook: Handbook
    embeddings: Embeddings
    model_name: str = "handbook"
    _index: HandbookIndex = PrivateAttr()

    def model_post_init(self, context: Any, /) -> None:
        super().model_post_init(context)
        self._index = HandbookIndex(self.handbook, self.embeddings)

    def warm_up(self) -> None:
        """Embed the documents now; blocks for seconds the first time on a machine."""
        self._index.warm_up()

    @property
    def _llm_type(self) -> str:
        return "handbook"

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools], **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        whole = AIMessageChunk(content="")
        for chunk in self._chunks(messages, kwargs):
            whole += chunk
        message = AIMessage(whole.content, tool_calls=whole.tool_calls)
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for chunk in self._chunks(messages, kwargs):
            generation = ChatGenerationChunk(message=chunk)
            if run_manager:
                run_manager.on_llm_new_token(chunk.text, chunk=generation)
            yield generation

    def _chunks(self, messages: list[BaseMessage], options: dict[str, Any]) -> Iterator[AIMessageChunk]:
        """The answer sentence by sentence, as pieces of the arguments if there is a tool to call."""
        tools = options.get("tools") or []
        if not tools:
            for sentence in _sentences(self._fields(messages, agent=None)["answer"]):
                yield AIMessageChunk(content=sentence)
            return
        function = tools[0]["function"]
        properties = function["parameters"].get("properties", {})
        agent = properties.get("agent", {}).get("const")
        fields = {key: value for key, value in self._fields(messages, agent).items() if key in properties}
        name: str | None = function["name"]
        identifier: str | None = f"call_{uuid.uuid4().hex[:12]}"
        for piece in _json_pieces(fields):
            call = tool_call_chunk(name=name, args=piece, id=identifier, index=0)
            yield AIMessageChunk(content="", tool_call_chunks=[call])
            name, identifier = None, None  # only the first piece of a streamed call names it

    def _fields(self, messages: list[BaseMessage], agent: str | None) -> dict[str, Any]:
        asked = questions(messages)
        question = standalone_question(messages)
        language = caller_language(messages) or ("Vietnamese" if looks_vietnamese(question) else "English")
        preface = ""
        if language not in self.handbook.languages:
            preface = other_language(language, self.handbook.languages) + " "
            language = "English"
        found = self._index.search(question, agent=agent) if question else []
        if not found:
            fields: dict[str, Any] = {"answer": nothing_found(language), "confidence": 0.0}
        elif (passage := found[0].passage).initiative:
            follow_up = asked[-1] if is_follow_up(asked[-1]) else ""
            side = asked_side(question, follow_up)
            fields = _initiative_fields(passage, passage.initiative, agent, side, language)
        else:
            fields = _passage_fields(passage, language)
        return {**fields, "answer": preface + fields["answer"], "agent": agent or "handbook"}


def _passage_fields(passage: Passage, language: str) -> dict[str, Any]:
    source = _source(passage, language)
    text = in_language(passage.text, language)
    return {
        "answer": cited(source["document"], source["section"], text, language),
        "confidence": _PASSAGE_CONFIDENCE,
        "sources": [source],
    }


def _initiative_fields(
    passage: Passage, initiative: Initiative, agent: str | None, side: Any, language: str
) -> dict[str, Any]:
    source = _source(passage, language)
    view = initiative.views.get(agent or next(iter(initiative.views), ""))
    objective = in_language(initiative.objective, language)
    if view is None:
        told = in_language(initiative.summary, language)
        missing = side_missing(initiative, agent or "", "position", language)
        answer = f"{cited(source['document'], source['section'], told, language)} {missing}"
        return {"answer": answer, "objective": objective, "confidence": 0.0, "sources": [source]}
    # What one agent's papers leave open, another's may say: the cost, say, or the people needed.
    views = (view, *initiative.views.values())
    told = next(filter(None, (side_of(initiative, each, side, language) for each in views)), "")
    answer = cited(source["document"], source["section"], told, language) if told else ""
    return {
        "answer": answer or side_missing(initiative, agent or "", side, language),
        **_view_fields(initiative, view, language),
        "objective": objective,
        "alignment_okr": in_language(initiative.alignment_okr, language),
        "sources": [source],
    }


def _view_fields(initiative: Initiative, view: View, language: str) -> dict[str, Any]:
    """An agent's view in the normal form and one language; fields the papers do not give are left out."""

    def local(value: Any) -> Any:
        if isinstance(value, dict) and value and all(isinstance(text, str) for text in value.values()):
            return in_language(value, language)
        if isinstance(value, dict):
            return {key: local(part) for key, part in value.items()}
        return [local(part) for part in value] if isinstance(value, list) else value

    written = view.model_dump(exclude={"answer", "options", "recommendation"}, exclude_unset=True)
    fields: dict[str, Any] = {
        key: local(value)
        for key, value in written.items()
        if key not in ("cost_estimate", "complexity", "flags", "confidence")
    }
    for key in ("cost_estimate", "complexity", "flags", "confidence"):
        if key in written:
            fields[key] = written[key]
    options = []
    for key, option in initiative.options.items():
        if opinion := view.options.get(key):
            options.append(
                {
                    "name": in_language(option.name, language),
                    "timeline": in_language(option.timeline, language),
                    "cost": option.cost.model_dump() if option.cost else None,
                    **local(opinion.model_dump()),
                }
            )
    fields["options"] = options
    if view.recommendation:
        fields["recommendation"] = in_language(initiative.options[view.recommendation].name, language)
    return fields


def _source(passage: Passage, language: str) -> dict[str, str]:
    return {
        "document": in_language(passage.document, language),
        "section": in_language(passage.section, language),
    }


def _sentences(text: str) -> list[str]:
    """Sentences with the spaces after them: joined they are the text."""
    return re.findall(r".+?(?:[.!?:](?:\s+|$)|$)", text, flags=re.DOTALL)


def _json_pieces(fields: dict[str, Any]) -> Iterator[str]:
    """The fields as JSON, ``answer`` first and sentence by sentence: joined they are one object."""
    ordered = {"answer": fields["answer"], **fields} if "answer" in fields else fields
    yield "{"
    for number, (key, value) in enumerate(ordered.items()):
        separator = ", " if number else ""
        if key == "answer":
            yield f'{separator}"answer": "'
            for sentence in _sentences(value):
                yield json.dumps(sentence, ensure_ascii=False)[1:-1]
            yield '"'
        else:
            yield f"{separator}{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}"
    yield "}"
