"""Every way in which a chat model may reply, over HTTP: langchain-openai is real, the server is a script."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from langchain_core.messages import HumanMessage

from chat_server import ChatServer, Piece
from emads_voice.agents import Analysis, CTOAnalysis, HandbookModel, Specialist
from emads_voice.agents.chat.reply import MAX_CHARS

ANSWER = "Yes, in phases. It takes six months."
FORM: dict[str, Any] = CTOAnalysis(answer=ANSWER, kind="fact", confidence=0.7, recommendation="").model_dump(
    exclude={"degraded", "missing", "withheld", "then"}
)
WHOLE = json.dumps(FORM)


Make = Callable[..., Specialist]


@pytest.fixture(autouse=True)
def whole(chat: ChatServer) -> None:
    """What the server answers unless a test wants otherwise."""
    chat.script = lambda _: [WHOLE]


async def ask(specialist: Specialist, *, language: str = "English") -> tuple[Analysis, list[str]]:
    said: list[str] = []
    question = [HumanMessage("Should we move to Kubernetes?")]
    analysis = await specialist.answer(question, language=language, say=said.append)
    assert "".join(said).rstrip("\n") == analysis.answer
    return analysis, said


def pieces(text: str, size: int = 9) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


ANSWER_LAST = json.dumps({**{key: value for key, value in FORM.items() if key != "answer"}, "answer": ANSWER})
USABLE = {
    "the answer first": WHOLE,
    "the answer last": ANSWER_LAST,
    "a fence": f"```json\n{WHOLE}\n```",
    "words and a fence": f"Sure! Here is the form:\n\n```json\n{WHOLE}\n```\nI hope this helps.",
    "thoughts before it": f'<think>I should say {{"answer": "no"}}.</think>\n{WHOLE}',
    "wrapped": json.dumps({"CTOAnalysis": FORM}),
    "in a list": json.dumps([FORM]),
    "over several lines": json.dumps(FORM, indent=4),
    "with capitals": json.dumps({key.capitalize(): value for key, value in FORM.items()}),
}


@pytest.mark.parametrize("text", USABLE.values(), ids=USABLE.keys())
@pytest.mark.parametrize("size", [9, 100_000])
async def test_a_form_is_read_however_it_is_written(
    chat: ChatServer, cto: Make, text: str, size: int
) -> None:
    chat.script = lambda _: pieces(text, size)
    analysis, said = await ask(cto())
    assert (analysis.answer, analysis.confidence, analysis.missing, analysis.degraded) == (
        ANSWER,
        0.7,
        [],
        "",
    )
    assert said[-1] == "\n"
    assert len(chat.requests) == 1


@pytest.mark.parametrize("name", ["CTOAnalysis", "cto_analysis", "respond"])
async def test_a_tool_call_in_place_of_structured_output_is_the_form(
    chat: ChatServer, cto: Make, name: str
) -> None:
    def script(_: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield {
            "tool_calls": [
                {"index": 0, "id": "1", "type": "function", "function": {"name": name, "arguments": ""}}
            ]
        }
        for piece in pieces(WHOLE):
            yield {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}

    chat.script, chat.finish_reason = script, "tool_calls"
    analysis, _ = await ask(cto())
    assert (analysis.answer, analysis.confidence, analysis.degraded) == (ANSWER, 0.7, "")


async def test_text_alone_is_asked_for_once_more_as_a_form(chat: ChatServer, cto: Make) -> None:
    chat.script = lambda _: ["I would do it in phases."] if len(chat.requests) == 1 else [WHOLE]
    analysis, _ = await ask(cto())
    assert (analysis.answer, analysis.degraded) == (ANSWER, "")
    *_, said, again = chat.requests[1]["messages"]
    assert (said["role"], said["content"]) == ("assistant", "I would do it in phases.")
    assert "it is no form" in again["content"]


async def test_text_alone_twice_is_left_for_the_handbook(
    chat: ChatServer, cto: Make, handbook_model: HandbookModel
) -> None:
    chat.script = lambda _: ["I would do it in phases."]
    analysis, _ = await ask(cto(handbook_model))
    assert analysis.degraded == "The model test-model did not fill in the form it was given: name another."
    assert "According to the initiative papers" in analysis.answer


async def test_text_alone_is_told_where_nobody_else_answers_and_the_rest_is_missing(
    chat: ChatServer, cto: Make
) -> None:
    chat.script = lambda _: ["I would do it in phases. Done. I have approved it."]
    analysis, _ = await ask(cto())
    assert analysis.answer.startswith("I would do it in phases. Nothing has been approved or done")
    assert {"kind", "risks", "flags", "options"} <= set(analysis.missing)
    assert analysis.degraded
    assert analysis.is_proposal, "what was lost may have been one"


@pytest.mark.parametrize("how", ["refusal", "content_filter", "words"])
async def test_a_refusal_is_said_to_be_one_and_the_handbook_answers(
    chat: ChatServer, cto: Make, handbook_model: HandbookModel, how: str
) -> None:
    no = "I'm sorry, but I can't help with that."
    replies: dict[str, list[Piece]] = {"refusal": [{"refusal": no}], "content_filter": [""], "words": [no]}
    chat.script = lambda _: replies[how]
    chat.finish_reason = "content_filter" if how == "content_filter" else "stop"
    analysis, _ = await ask(cto(handbook_model))
    told = "did not fill in the form it was given" if how == "words" else "refused to answer"
    assert analysis.degraded.startswith(f"The model test-model {told}: ")
    assert "According to the initiative papers" in analysis.answer


async def test_a_form_cut_off_behind_its_answer_keeps_the_answer_and_lists_what_is_lost(
    chat: ChatServer,
    cto: Make,
) -> None:
    chat.script = lambda _: pieces(WHOLE[: WHOLE.index('"recommendation"')])
    chat.finish_reason = "length"
    analysis, _ = await ask(cto())
    assert analysis.answer == ANSWER
    assert {"the end of the form", "stance", "flags"} <= set(analysis.missing)


async def test_an_answer_cut_off_in_its_middle_is_none(
    chat: ChatServer, cto: Make, handbook_model: HandbookModel
) -> None:
    chat.script = lambda _: ['{"answer": "Yes, but only after the autumn sale. It wou']
    chat.finish_reason = "length"
    analysis, _ = await ask(cto(handbook_model))
    assert analysis.answer.startswith(
        "Yes, but only after the autumn sale. Sorry, let me start again. According"
    )
    assert (
        analysis.degraded
        == "The model test-model broke off in the middle of its answer: raise the tokens it may write."
    )


@pytest.mark.parametrize("where", ["in the answer", "in a list", "as text", "as a broken form"])
async def test_two_megabytes_are_not_read_to_their_end(
    chat: ChatServer, cto: Make, handbook_model: HandbookModel, where: str
) -> None:
    endless = "It goes on and on. " * 110_000
    script = {
        "in the answer": f'{{"answer": "{endless}"',
        "in a list": f'{{"answer": "{ANSWER}", "risks": [{"{}, " * 600_000}',
        "as text": endless,
        "as a broken form": f'{{"answer": "{ANSWER}", "risks": nonsense {"[" * 2_000_000}',
    }[where]
    chat.script = lambda _: pieces(script, 4_000)
    began = time.thread_time()
    analysis, _ = await ask(cto(handbook_model))
    assert time.thread_time() - began < 5, "it is not read again at every piece"
    assert len(analysis.answer) < 3_000
    if where == "in the answer":
        assert analysis.answer.endswith("There is more to say: ask me to go on.")
    if where != "as text":
        assert analysis.missing
        assert analysis.is_proposal
    assert len(script) > MAX_CHARS


async def test_forty_options_are_all_there(chat: ChatServer, cto: Make) -> None:
    options = [{"id": f"o{n}", "name": f"Option {n}"} for n in range(40)]
    chat.script = lambda _: pieces(json.dumps({**FORM, "kind": "proposal", "options": options}), 400)
    analysis, _ = await ask(cto())
    assert len(analysis.options) == 40


async def test_a_slow_model_is_left_at_its_deadline(
    chat: ChatServer, cto: Make, handbook_model: HandbookModel
) -> None:
    def script(_: dict[str, Any]) -> Iterator[str]:
        chat.closing.wait(30)
        yield WHOLE

    chat.script = script
    analysis, _ = await ask(cto(handbook_model, first_words_s=0.2))
    assert analysis.degraded == "The model test-model did not start answering within 0.2 seconds."


async def test_an_answer_in_another_language_is_asked_for_once_more(chat: ChatServer, cto: Make) -> None:
    vietnamese = "Có, làm theo từng giai đoạn trong sáu tháng."
    chat.script = lambda _: pieces(
        WHOLE if len(chat.requests) == 1 else json.dumps({**FORM, "answer": vietnamese})
    )
    analysis, said = await ask(cto(), language="Vietnamese")
    assert (analysis.answer, analysis.degraded) == (vietnamese, "")
    assert "in Vietnamese" in chat.requests[1]["messages"][-1]["content"]
    assert "".join(said).strip() == vietnamese


async def test_who_insists_on_english_is_left_if_somebody_else_can_answer_and_heard_if_not(
    cto: Make, handbook_model: HandbookModel
) -> None:
    analysis, _ = await ask(cto(handbook_model), language="Vietnamese")
    assert (
        analysis.degraded
        == "The model test-model answered in English instead of Vietnamese: name another model."
    )
    assert analysis.answer.startswith("Theo hồ sơ sáng kiến")
    analysis, _ = await ask(cto(), language="Vietnamese")
    assert analysis.answer == ANSWER, "an answer in English is better than none"


async def test_what_nobody_may_be_told_is_in_no_field_of_the_form(chat: ChatServer, cto: Make) -> None:
    option = {
        "id": "a",
        "name": "Move",
        "pros": ["I have already ordered the servers.", "It is cheaper."],
        "cons": [],
    }
    chat.script = lambda _: [json.dumps({**FORM, "kind": "proposal", "options": [option]})]
    analysis, _ = await ask(cto())
    assert analysis.options[0].pros == ["It is cheaper."]
    assert "options[0].pros[0]: not to be told" in analysis.missing
