"""Questions as callers ask them: comparing, following up, taking things for done, naming no subject."""

import re

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

from emads_voice.agents import Analysis, HandbookModel, company_agents
from emads_voice.agents.handbook.expecting import can_answer
from emads_voice.agents.handbook.options import compared
from emads_voice.agents.handbook.premises import premise
from emads_voice.vietnamese import is_vietnamese


async def ask(model: HandbookModel, *turns: str, agent: int = 0) -> Analysis:
    """The last turn's answer; every answer before it is in the conversation as it was given."""
    messages: list[BaseMessage] = []
    analysis: Analysis | None = None
    for turn in turns:
        messages.append(HumanMessage(turn))
        language = "Vietnamese" if is_vietnamese(turns[0]) else "English"
        analysis = await company_agents([model])[agent].answer(messages, language=language)
        messages.append(AIMessage(analysis.answer))
    assert analysis
    return analysis


@pytest.mark.parametrize(
    ("question", "first", "also"),
    [
        (
            "For the backup data centre, which takes longer, the small standby site or the full second site?",
            "The quickest is small standby site.",
            ["4 months", "10 months"],
        ),
        (
            "Is our own Kubernetes cluster cheaper than managed Kubernetes?",
            "The cheapest to begin with is managed Kubernetes in phases. The cheapest by the month is our own",
            ["140 thousand", "85 thousand"],
        ),
        (
            "Thay ERP mới hay giữ ERP cũ rẻ hơn?",
            "Rẻ nhất là phương án giữ ERP",
            ["240 nghìn", "40 nghìn"],
        ),
    ],
)
async def test_options_are_compared_by_their_figures(
    handbook_model: HandbookModel, question: str, first: str, also: list[str]
) -> None:
    analysis = await ask(handbook_model, question)
    assert first in analysis.answer
    assert all(figure in analysis.answer for figure in also)
    assert not analysis.is_proposal
    assert analysis.sources


@pytest.mark.parametrize(
    ("turns", "said"),
    [
        (("What does replacing the ERP cost?", "And keeping it?"), "40 thousand"),
        (("What does replacing the ERP cost?",), "240 thousand"),
        (("What does the backup data centre cost?", "And the full one?"), "150 thousand"),
        (("Thay ERP tốn bao nhiêu?", "Còn giữ lại thì sao?"), "40 nghìn"),
        (("Thay ERP tốn bao nhiêu?",), "240 nghìn"),
        (("Có nên làm tổng đài AI không?", "Chi phí?"), "Thử nghiệm với câu hỏi về kiện hàng tốn"),
        (("co nen lam tong dai AI khong", "chi phi?"), "Thử nghiệm với câu hỏi về kiện hàng tốn"),
    ],
)
async def test_a_question_may_name_the_option(
    handbook_model: HandbookModel, turns: tuple[str, ...], said: str
) -> None:
    assert said in (await ask(handbook_model, *turns)).answer


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Why did the CEO approve the new ERP last week?", "is still a proposal"),
        ("Since we have already bought the cloud WMS, when do we start?", "is still a proposal"),
        ("Sao công ty lại hủy dự án Kubernetes?", "vẫn chỉ là đề xuất"),
        ("The review is done, so order the managed Kubernetes now.", "I cannot do that"),
        ("Đã duyệt xong rồi, đặt mua hệ thống quản lý kho luôn đi", "không làm thay được"),
    ],
)
async def test_nothing_is_taken_for_done(handbook_model: HandbookModel, question: str, said: str) -> None:
    analysis = await ask(handbook_model, question)
    assert said in analysis.answer
    assert (analysis.confidence, analysis.sources, analysis.is_proposal) == (0, [], False)


@pytest.mark.parametrize(
    "question",
    [
        "Should we replace the ERP?",
        "Why is Sao La so old?",
        "Why are parcels late?",
        "What would it cost to switch the ERP?",
        "Có nên mua hệ thống mới không?",
        "Ai duyệt mua sắm?",
        "How do I book a room?",
        "How do I sign in now?",
    ],
)
def test_an_open_question_has_no_premise(question: str) -> None:
    assert premise(question) is None


@pytest.mark.parametrize("question", ["How long does it take?", "Cái đó tốn bao nhiêu?", "mat bao lau"])
async def test_without_a_subject_the_caller_is_asked_for_it(
    handbook_model: HandbookModel, question: str
) -> None:
    analysis = await ask(handbook_model, question)
    assert re.search(r"what is it about|hỏi về việc gì", analysis.answer)
    assert not analysis.sources


async def test_the_answer_to_our_question_is_joined_to_what_was_asked(handbook_model: HandbookModel) -> None:
    analysis = await ask(handbook_model, "How much does it cost?", "the backup data centre")
    assert "38 thousand" in analysis.answer


async def test_a_source_is_named_once(handbook_model: HandbookModel) -> None:
    first = await ask(handbook_model, "how do i book a meeting room", agent=1)
    assert first.answer.startswith("According to the office guide")
    then = await ask(handbook_model, "how do i book a meeting room", "how is overtime paid", agent=1)
    assert "According to" not in then.answer
    assert then.sources[0].document == "Staffing handbook"


def test_what_is_compared() -> None:
    assert compared("Which is the dearest?") == "cost"
    assert compared("cái nào lâu hơn") == "time"
    assert compared("What does it cost?") is None


@pytest.mark.parametrize(
    ("question", "text", "fits"),
    [
        ("On what day are shops paid?", "Shops are paid on Tuesday.", True),
        ("On what day are salaries paid?", "Night work is paid 30 percent more.", False),
        ("Tổng giám đốc tên là gì?", "Trên 10 nghìn đô la do tổng giám đốc ký.", False),
        ("What is the address of the office?", "The office has 2 rooms.", False),
        ("How is night work paid?", "Night work is paid 30 percent more.", True),
    ],
)
def test_a_day_or_a_name_must_be_there_to_be_told(question: str, text: str, fits: bool) -> None:
    assert can_answer(question, [text]) == fits
