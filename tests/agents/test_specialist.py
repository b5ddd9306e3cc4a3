import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, SystemMessage
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from pydantic import Field

from emads_voice.agents import Analysis, CTOAnalysis, HandbookModel, ModelError, Specialist, create_specialist
from emads_voice.agents.forms import Complexity, CostEstimate, Option

QUESTION = [HumanMessage("Should we move to Kubernetes?")]
FIELDS: dict[str, Any] = CTOAnalysis(
    answer="Yes, in phases. It takes six months.",
    kind="proposal",
    recommendation="Move",
    stance="for",
    confidence=0.7,
).model_dump(exclude={"degraded", "missing"})
"""A form with nothing left out."""


SENTENCES = {
    "English": ("No, it would be too risky.", "Yes, in phases, over half a year."),
    "Vietnamese": ("Không, rủi ro quá lớn cho chúng ta.", "Có, làm theo từng giai đoạn trong sáu tháng."),
}


class Scripted(BaseChatModel):
    """Streams a text as the arguments of the tool it was given; then raises ``error`` or never ends."""

    text: str = json.dumps(FIELDS)
    error: Exception | None = None
    hang: bool = False
    model_name: str = "scripted"
    seen: list[list[BaseMessage]] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Sequence[Any], **_: Any) -> Runnable[Any, AIMessage]:
        return self.bind(tools=tools)

    def _generate(self, *_: Any, **__: Any) -> ChatResult:
        raise NotImplementedError

    async def _astream(
        self, messages: list[BaseMessage], *_: Any, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        self.seen.append(messages)
        name: str | None = kwargs["tools"][0]["title"]
        for start in range(0, len(self.text), 7):
            call = tool_call_chunk(name=name, args=self.text[start : start + 7], id=name and "1", index=0)
            yield ChatGenerationChunk(message=AIMessageChunk(content="", tool_call_chunks=[call]))
            name = None
        if self.hang:
            await asyncio.Event().wait()
        if self.error:
            raise self.error


def cto(*models: BaseChatModel, **options: Any) -> Specialist:
    return create_specialist(
        "cto",
        title="Chief Technology Officer",
        description="Technology.",
        exemplars=["Which cloud?"],
        instructions="Judge technology.",
        form=CTOAnalysis,
        models=models,
        **options,
    )


async def ask(specialist: Specialist, language: str = "English") -> tuple[Analysis, list[str]]:
    said: list[str] = []
    analysis = await specialist.answer(QUESTION, language=language, say=said.append)
    assert "".join(said).rstrip("\n") == analysis.answer
    return analysis, said


async def test_the_answer_is_said_while_the_form_is_filled_in() -> None:
    analysis, said = await ask(cto(Scripted()))
    assert isinstance(analysis, CTOAnalysis)
    assert (analysis.answer, analysis.recommendation, analysis.degraded) == (FIELDS["answer"], "Move", "")
    assert said == ["Yes, in phases. It takes six months.", "", "\n"], (
        "whole sentences are said, as soon as their language is certain, and that the answer is over before the form is"
    )


async def test_escapes_split_between_chunks_are_never_said_broken() -> None:
    text = json.dumps({"answer": 'Gọi là "Kubernetes" \\ nền tảng', "agent": "cto"}, ensure_ascii=True)
    analysis, _ = await ask(cto(Scripted(text=text)))
    assert analysis.answer == 'Gọi là "Kubernetes" \\ nền tảng'


async def test_the_prompt_names_role_and_language_and_keeps_only_what_was_said() -> None:
    model = Scripted()
    history = [SystemMessage("other"), HumanMessage("first"), AIMessage("…"), *QUESTION]
    await cto(model).answer(history, language="Vietnamese")
    system, *rest = model.seen[0]
    assert "Chief Technology Officer" in system.text
    assert "The caller speaks Vietnamese." in system.text
    assert [m.text for m in rest] == ["first", "…", QUESTION[0].text]


async def test_a_long_history_is_cut_at_its_beginning() -> None:
    model = Scripted()
    await cto(model).answer(
        [HumanMessage("x" * 9000), HumanMessage("y" * 9000), *QUESTION], language="English"
    )
    assert [m.text[0] for m in model.seen[0][1:]] == ["y", "S"]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (Scripted(text="", error=OSError("key sk-123 refused")), "The model scripted failed (OSError)."),
        (
            Scripted(text='{"recommendation": 3'),
            "The model scripted did not fill in the form it was given: name another.",
        ),
        (
            Scripted(text='{"answer": "", "agent": "cto"}'),
            "The model scripted gave no answer: name another model.",
        ),
        (Scripted(text="", hang=True), "The model scripted did not start answering within 0.05 seconds."),
    ],
)  # fmt: skip
async def test_a_model_that_fails_is_replaced_by_the_next(broken: Scripted, reason: str) -> None:
    analysis, _ = await ask(cto(broken, Scripted(), first_words_s=0.05 if broken.hang else 5.0))
    assert analysis.answer == FIELDS["answer"]
    assert analysis.degraded == reason
    assert "sk-123" not in analysis.degraded


@pytest.mark.parametrize(
    ("language", "bridge"),
    [("English", " Sorry, let me start again. "), ("Vietnamese", " Xin lỗi, tôi xin trả lời lại. ")],
)
async def test_an_answer_cut_off_is_joined_to_the_next(language: str, bridge: str) -> None:
    first, then = SENTENCES[language]
    cut = Scripted(text=f'{{"answer": "{first} It ta', error=ConnectionError())
    whole = Scripted(text=json.dumps({**FIELDS, "answer": then}))
    analysis, _ = await ask(cto(cut, Scripted(text="", error=OSError()), whole), language)
    assert analysis.answer == f"{first}{bridge}{then}"
    assert (
        analysis.degraded
        == "The model scripted failed (ConnectionError). The model scripted failed (OSError)."
    )


async def test_half_a_sentence_is_not_said() -> None:
    cut = Scripted(text='{"answer": "No, it would be too ris', error=ConnectionError())
    analysis, _ = await ask(cto(cut, Scripted()))
    assert analysis.answer == FIELDS["answer"]


async def test_an_answer_that_was_said_whole_stands_though_the_form_behind_it_broke() -> None:
    cut = Scripted(text='{"answer": "No.", "agent": "cto", "confid', error=ConnectionError())
    analysis, said = await ask(cto(cut, Scripted()))
    assert (analysis.answer, analysis.recommendation) == ("No.", "")
    assert {"kind", "risks", "flags", "the end of the form"} <= set(analysis.missing)
    assert "".join(said).strip() == "No."
    assert "failed (ConnectionError)" in analysis.degraded


async def test_a_model_that_stalls_in_mid_answer_is_left_after_the_timeout() -> None:
    stalls = Scripted(text='{"answer": "Yes, but not before the autumn. Wai', hang=True)
    analysis, _ = await ask(cto(stalls, Scripted(), timeout_s=0.05, first_words_s=5.0))
    assert analysis.answer.startswith("Yes, but not before the autumn. Sorry")
    assert "did not finish within 0.05 seconds" in analysis.degraded


async def test_nothing_said_aloud_needs_no_bridge() -> None:
    cut = Scripted(text='{"answer": "No, it would be', error=ConnectionError())
    analysis = await cto(cut, Scripted()).answer(QUESTION, language="English")
    assert analysis.answer == FIELDS["answer"]


async def test_when_all_fail_one_sentence_says_what_to_do() -> None:
    with pytest.raises(ModelError, match=r"Nothing could answer as cto: .*failed \(OSError\).*HandbookModel"):
        await ask(cto(Scripted(text="", error=OSError())))
    with pytest.raises(ModelError, match="no model was given"):
        await ask(cto())


async def test_being_cancelled_is_no_failure_of_the_model() -> None:
    task = asyncio.create_task(ask(cto(Scripted(text='{"answer": "Yes', hang=True), Scripted())))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_the_handbook_is_the_last_rung(handbook_model: HandbookModel) -> None:
    analysis, said = await ask(cto(Scripted(text="", error=OSError()), handbook_model))
    assert "Managed Kubernetes" in analysis.recommendation
    assert analysis.degraded == "The model scripted failed (OSError)."
    assert len(said) >= 3


def test_the_schema_fixes_the_agent_and_puts_the_answer_first() -> None:
    model = Scripted()
    schema = cto(model)._schema
    assert next(iter(schema["properties"])) == "answer"
    assert schema["properties"]["agent"]["const"] == "cto"
    assert "degraded" not in schema["properties"]
    assert set(schema["required"]) == set(schema["properties"])


class Replies(Scripted):
    """Gives one text after the other, the last again and again."""

    texts: list[str]

    async def _astream(
        self, messages: list[BaseMessage], *args: Any, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        self.text = self.texts[min(len(self.seen), len(self.texts) - 1)]
        async for chunk in super()._astream(messages, *args, **kwargs):
            yield chunk


async def test_a_form_that_lost_something_is_asked_for_once_more_and_the_answer_stays() -> None:
    faulty = json.dumps({**FIELDS, "confidence": 7, "flags": ["legal", "gdpr"]})
    model = Replies(texts=[faulty, json.dumps({**FIELDS, "answer": "Something else.", "flags": []})])
    analysis, said = await ask(cto(model))
    assert len(model.seen) == 2
    *_, filled, request = model.seen[1]
    assert isinstance(filled, AIMessage)
    assert "- confidence: 7" in request.text
    assert "- flags[1]: gdpr" in request.text
    assert analysis.answer == "".join(said).rstrip("\n") == FIELDS["answer"]
    assert (analysis.confidence, analysis.flags, analysis.missing) == (0.7, ["legal"], [])


async def test_what_is_still_missing_then_is_listed() -> None:
    whole = json.dumps(FIELDS)
    model = Replies(texts=[whole[: whole.index('"complexity"')]])
    analysis, _ = await ask(cto(model))
    assert len(model.seen) == 2, "it is asked again once"
    assert {"complexity", "flags", "the end of the form"} <= set(analysis.missing)
    assert analysis.degraded == ""


async def test_facts_are_not_asked_for_again() -> None:
    model = Scripted(text=json.dumps({**FIELDS, "kind": "fact", "recommendation": "", "stance": None}))
    analysis, _ = await ask(cto(model))
    assert (len(model.seen), analysis.is_proposal) == (1, False)


async def test_no_model_makes_it_cheaper_or_simpler_than_is_written(handbook_model: HandbookModel) -> None:
    cheap = {
        **FIELDS,
        "recommendation": "Managed K8s",
        "options": [
            {
                **Option(name="Managed K8s").model_dump(),
                "cost": CostEstimate(one_time=5, monthly=5).model_dump(),
            }
        ],
        "complexity": dict.fromkeys(Complexity.model_fields, 0),
    }
    analysis, _ = await ask(cto(Scripted(text=json.dumps(cheap)), handbook_model))
    assert analysis.answer == FIELDS["answer"]
    (option,) = analysis.options
    assert option.id == "managed"
    assert option.cost == CostEstimate(one_time=85_000, monthly=6_000)
    assert analysis.complexity
    assert analysis.complexity.data_sources == 4
