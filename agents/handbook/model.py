"""A chat model that answers only from the handbook: no network, no key, nothing invented.

What the documents say is spoken with its source and filled into the form; what they do not say is left empty.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
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
from pydantic import ConfigDict, Field, PrivateAttr

from emads_voice.agents.forms import COOAnalysis
from emads_voice.agents.prompts.messages import caller_language
from emads_voice.agents.routing.followup import (
    corrected_subject,
    goes_on,
    is_follow_up,
    questions,
    root_question,
    standalone_question,
    subject_of,
    without_subject,
)
from emads_voice.messages import Catalogue, shipped
from emads_voice.vietnamese import is_vietnamese

from .contradictions import contradict
from .excerpts import LIMIT, excerpts
from .expecting import has_sum
from .features import vocabulary, words_of
from .handbook import Handbook, Initiative, Passage, View, in_language
from .options import asked_option, compared, comparison
from .parts import joined, parts
from .premises import premise
from .products import product
from .search import HandbookIndex, Match
from .wording import Side, Wording, asked_side, other_language

# A company document is right about the company, but may not be the answer to this very question.
_PASSAGE_CONFIDENCE = 0.6

# The whole form, as of papers that say nothing: what is not written is told to be nothing, not left out.
_NOTHING_WRITTEN = COOAnalysis(answer="").model_dump(exclude={"degraded", "missing"}) | {"kind": "fact"}

# What asks for the decision itself; the other sides of it are facts.
_PROPOSING: frozenset[Side] = frozenset(("position", "options"))


class HandbookModel(BaseChatModel):
    """Answers from a handbook, as plain text or as the form a tool or schema asks for.

    Whose view is wanted is read from the schema (``properties.agent.const``), the caller's language from the
    line a specialist's prompt holds ("The caller speaks Vietnamese."), else from the question.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    handbook: Handbook
    embeddings: Embeddings
    model_name: str = "handbook"
    catalogue: Catalogue = Field(default_factory=shipped)
    _index: HandbookIndex = PrivateAttr()

    def model_post_init(self, context: Any, /) -> None:
        super().model_post_init(context)
        self._index = HandbookIndex(self.handbook, self.embeddings)

    def texts_of(self, agent: str) -> list[str]:
        """What the documents of an agent, and those of nobody, say: each paragraph with its heading, in each of its
        languages."""
        return [
            text
            for passage in self.handbook.passages
            if agent in passage.agents or not passage.agents
            for text in passage.in_full.values()
        ]

    def warm_up(self) -> None:
        """Embed the documents now; blocks for seconds the first time on a machine."""
        self._index.warm_up()

    def excerpts(self, messages: list[BaseMessage], *, agent: str, language: str) -> list[dict[str, Any]]:
        """What the documents say about the last question, best first; see `excerpts.excerpts`. Blocks for a search."""
        if not (question := standalone_question(messages)):
            return []
        several = parts(question)
        found = [
            match.passage
            for part in several
            for match in self._index.search(part, agent=agent, limit=LIMIT // len(several))
        ]
        each_once = {id(passage): passage for passage in found}.values()
        return excerpts(each_once, agent=agent, language=language)

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
        known = {**_NOTHING_WRITTEN, **self._fields(messages, agent)}
        fields = {key: value for key, value in known.items() if key in properties}
        name: str | None = function["name"]
        identifier: str | None = f"call_{uuid.uuid4().hex[:12]}"
        for piece in _json_pieces(fields):
            call = tool_call_chunk(name=name, args=piece, id=identifier, index=0)
            yield AIMessageChunk(content="", tool_call_chunks=[call])
            name, identifier = None, None  # only the first piece of a streamed call names it

    def _fields(self, messages: list[BaseMessage], agent: str | None) -> dict[str, Any]:
        question = standalone_question(messages)
        language = caller_language(messages) or ("Vietnamese" if is_vietnamese(question) else "English")
        preface = ""
        if language not in self.handbook.languages:
            preface = other_language(self.catalogue, language, self.handbook.languages) + " "
            language = "English"
        told = [str(message.text) for message in messages if isinstance(message, AIMessage)]
        wording = Wording(self.catalogue, language, told)
        fields = self._answer(messages, question, agent, language, wording)
        return {**fields, "answer": preface + fields["answer"], "agent": agent or "handbook"}

    def _answer(
        self, messages: list[BaseMessage], question: str, agent: str | None, language: str, wording: Wording
    ) -> dict[str, Any]:
        asked = questions(messages)
        several = parts(question)
        if len(several) > 1:
            each = [self._answer_to(part, [*asked[:-1], part], agent, language, wording) for part in several]
            if any(fields.get("sources") for fields in each):
                return joined(several, each, wording)
        return self._answer_to(question, asked, agent, language, wording)

    def _answer_to(
        self, question: str, asked: Sequence[str], agent: str | None, language: str, wording: Wording
    ) -> dict[str, Any]:
        if asked and question == asked[-1] and is_follow_up(question):
            return _unanswered(wording.asks_subject())
        found = self._found(question, asked, agent, wording)
        taken = premise(question)
        if taken == "ordered" and (not found or found[0].passage.initiative):
            return _unanswered(wording.cannot_act())
        if not found:
            return _unanswered(wording.nothing_found())
        passage = found[0].passage
        if passage.initiative is None:
            if which := self._index.as_likely(question, found):
                return _unanswered(wording.asks_which(passage, which))
            if other := _contradicting(found, wording):
                return _contradicting_fields(passage, other, wording)
            follow_up = asked[-1] if len(asked) > 1 else ""
            return _passage_fields(self._whole(question, passage), wording, question, follow_up)
        if taken == "claimed":
            return _unanswered(wording.not_decided(passage.initiative))
        follow_up = asked[-1] if is_follow_up(asked[-1]) else ""
        return _initiative_fields(
            passage, passage.initiative, agent, _Asked(question, follow_up), language, wording
        )

    def _found(
        self, question: str, asked: Sequence[str], agent: str | None, wording: Wording
    ) -> Sequence[Match]:
        """What answers a question, best first.

        A follow-up that names a subject of its own, "and in the warehouse?", asks the same of that: what was told
        before is no answer to it, unless it speaks of that too.
        """
        if not question:
            return []
        found = self._index.search(question, agent=agent, near=self._before(asked))
        follow_up = asked[-1] if len(asked) > 1 and is_follow_up(asked[-1]) else ""
        if not follow_up or corrected_subject(follow_up):
            return found
        if not any(word.isalpha() for word in subject_of(follow_up)):
            # It can only be about what was told: "Where are they?", "And 300?".
            told = self._index.search(root_question(asked[:-1]), agent=agent)
            return told if told and wording.told(told[0].passage) else found
        if found and not (wording.told(found[0].passage) and _lacks(found[0].passage, follow_up)):
            return found
        same_of_that = f"{without_subject(root_question(asked[:-1]))} {follow_up}"
        others = self._index.search(same_of_that, agent=agent)
        return [match for match in others if not _lacks(match.passage, follow_up)] or found

    def _whole(self, question: str, passage: Passage) -> Passage:
        """A passage, or all of its section where that tells limits and the question has a sum of its own: the limit
        that holds may be in another paragraph."""
        if not has_sum(question):
            return passage
        section = [
            each
            for each in self.handbook.passages
            if (each.document, each.section) == (passage.document, passage.section)
            and any(map(has_sum, each.text.values()))
        ]
        if len(section) < 2 or passage not in section:
            return passage
        text = {
            language: " ".join(each.text.get(language, "") for each in section) for language in passage.text
        }
        return replace(passage, text=text)

    def _before(self, asked: Sequence[str]) -> Passage | None:
        """What was spoken of before a question that goes on from it: "and how early must I ask?"."""
        if len(asked) < 2 or not goes_on(asked[-1]):
            return None
        found = self._index.search(root_question(asked[:-1]))
        return found[0].passage if found else None


def _lacks(passage: Passage, follow_up: str) -> bool:
    """Whether a passage has none of the words that a follow-up has."""
    known = vocabulary(passage.in_full.values())
    return not any(word in known for word in words_of(follow_up))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question that stands alone, and the words that follow up an earlier one in it; "" if none do."""

    question: str
    follow_up: str


def _unanswered(text: str) -> dict[str, Any]:
    return {"answer": text, "confidence": 0.0, "kind": "fact"}


def _contradicting(found: Sequence[Match], wording: Wording) -> Passage | None:
    """A passage that answers too, and otherwise than the first."""
    first = wording.local(found[0].passage.text)
    for match in found[1:]:
        if match.passage.initiative is None and contradict(first, wording.local(match.passage.text)):
            return match.passage
    return None


def _contradicting_fields(first: Passage, second: Passage, wording: Wording) -> dict[str, Any]:
    sources = [_source(first, wording), _source(second, wording)]
    texts = [wording.local(first.text), wording.local(second.text)]
    return {"answer": wording.contradicting(sources, texts), "confidence": 0.0, "sources": sources}


def _passage_fields(passage: Passage, wording: Wording, question: str, follow_up: str) -> dict[str, Any]:
    source = _source(passage, wording)
    text = wording.local(passage.text)
    if wording.told(passage):
        asked = set(words_of(follow_up))
        about = [sentence for sentence in _whole_sentences(text) if asked.intersection(words_of(sentence))]
        answer = wording.as_told("".join(about or [text]).strip())
    else:
        answer = wording.cited(source["document"], source["section"], text)
    if times := product(question, text):
        answer = f"{answer} {wording.product(times)}"
    return {
        "answer": answer,
        "confidence": _PASSAGE_CONFIDENCE,
        "sources": [source],
    }


def _initiative_fields(
    passage: Passage,
    initiative: Initiative,
    agent: str | None,
    asked: _Asked,
    language: str,
    wording: Wording,
) -> dict[str, Any]:
    source = _source(passage, wording)
    view = initiative.views.get(agent or next(iter(initiative.views), ""))
    objective = wording.local(initiative.objective)
    if (measure := compared(asked.question)) and (
        compared_options := comparison(initiative, measure, asked.question)
    ):
        told = wording.compared(compared_options, measure)
        answer = wording.cited(source["document"], source["section"], told)
        return {"answer": answer, "kind": "fact", "objective": objective, "sources": [source]}
    if view is None:
        told = wording.cited(source["document"], source["section"], wording.local(initiative.summary))
        answer = f"{told} {wording.side_missing(initiative, agent or '', 'position')}"
        return {"answer": answer, "objective": objective, "confidence": 0.0, "sources": [source]}
    side = asked_side(asked.question, asked.follow_up)
    option = asked_option(initiative, filter(None, (asked.follow_up, asked.question)))
    # What one agent's papers leave open, another's may say: the cost, say, or the people needed.
    views = (view, *initiative.views.values())
    told = next(filter(None, (wording.side_of(initiative, each, side, option) for each in views)), "")
    answer = wording.cited(source["document"], source["section"], told) if told else ""
    return {
        "answer": answer or wording.side_missing(initiative, agent or "", side),
        **_view_fields(initiative, view, language),
        **(
            {"kind": "proposal"}
            if side in _PROPOSING
            else {"kind": "fact", "recommendation": "", "stance": None}
        ),
        "objective": objective,
        "alignment_okr": wording.local(initiative.alignment_okr),
        "sources": [source],
    }


def _view_fields(initiative: Initiative, view: View, language: str) -> dict[str, Any]:
    """An agent's view in the normal form and one language; what the papers do not give is empty."""

    def local(value: Any) -> Any:
        if isinstance(value, dict) and all(isinstance(text, str) for text in value.values()):
            return in_language(value, language)
        if isinstance(value, dict):
            return {key: local(part) for key, part in value.items()}
        return [local(part) for part in value] if isinstance(value, list) else value

    written = view.model_dump(exclude={"answer", "options", "recommendation"})
    as_it_is = ("cost_estimate", "complexity", "flags", "confidence")
    fields: dict[str, Any] = {
        key: value if key in as_it_is else local(value) for key, value in written.items()
    }
    fields["architecture"] = in_language(view.architecture, language)
    options = []
    for key, option in initiative.options.items():
        if opinion := view.options.get(key):
            options.append(
                {
                    "id": key,
                    "name": in_language(option.name, language),
                    "present": option.present,
                    "timeline": in_language(option.timeline, language),
                    "cost": option.cost.model_dump() if option.cost else None,
                    **local(opinion.model_dump()),
                }
            )
    fields["options"] = options
    if view.recommendation:
        fields["recommendation"] = in_language(initiative.options[view.recommendation].name, language)
        fields["stance"] = "for"
    return fields


def _source(passage: Passage, wording: Wording) -> dict[str, str]:
    return {
        "document": wording.local(passage.document),
        "section": wording.local(passage.section),
    }


def _sentences(text: str) -> list[str]:
    """Sentences with the spaces after them: joined they are the text."""
    return re.findall(r".+?(?:[.!?:](?:\s+|$)|$)", text, flags=re.DOTALL)


def _whole_sentences(text: str) -> list[str]:
    """The same, with what stands before a colon in one with what follows it: "Da Nang: Rooms 2, Seats 8."."""
    return re.findall(r".+?(?:[.!?](?:\s+|$)|$)", text, flags=re.DOTALL)


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
