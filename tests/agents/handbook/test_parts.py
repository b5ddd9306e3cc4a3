"""Several questions in one breath: each is answered, or said not to be."""

import pytest
from langchain_core.messages import HumanMessage

from emads_voice.agents import Analysis, HandbookModel, company_agents
from emads_voice.agents.handbook.parts import parts
from emads_voice.vietnamese import is_vietnamese


async def ask(model: HandbookModel, question: str) -> Analysis:
    language = "Vietnamese" if is_vietnamese(question) else "English"
    return await company_agents([model])[1].answer([HumanMessage(question)], language=language)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (
            "How many characters have passwords at least and how do I book a meeting room?",
            ["14 characters", "company calendar"],
        ),
        (
            "How do I book a meeting room? How many characters have passwords at least?",
            ["company calendar", "14 characters"],
        ),
        (
            "When must a lost laptop be reported and who approves access to production?",
            ["within 1 hour", "security team lead"],
        ),
        ("Mật khẩu phải dài bao nhiêu ký tự và làm sao đặt phòng họp?", ["14 ký tự", "lịch công ty"]),
        ("mat khau dai bao nhieu va lam sao dat phong hop", ["14 ký tự", "lịch công ty"]),
    ],
)
async def test_each_question_gets_its_answer(
    handbook_model: HandbookModel, question: str, said: list[str]
) -> None:
    analysis = await ask(handbook_model, question)
    places = [analysis.answer.find(words) for words in said]
    assert -1 not in places
    assert places == sorted(places)
    assert len(analysis.sources) == 2


@pytest.mark.parametrize(
    ("question", "told", "missing"),
    [
        (
            "What is the capital of France and how do I book a meeting room?",
            "company calendar",
            "About “What is the capital of France” the company handbook says nothing.",
        ),
        (
            "Làm sao đặt phòng họp và thủ đô nước Pháp tên là gì?",
            "lịch công ty",
            "Còn câu “thủ đô nước Pháp tên là gì” thì sổ tay công ty không nói gì",
        ),
    ],
)
async def test_a_question_that_nothing_answers_is_named(
    handbook_model: HandbookModel, question: str, told: str, missing: str
) -> None:
    analysis = await ask(handbook_model, question)
    assert told in analysis.answer
    assert missing in analysis.answer


async def test_a_proposal_beside_a_fact_is_still_one(handbook_model: HandbookModel) -> None:
    analysis = await ask(handbook_model, "How do I book a meeting room and should we replace the ERP?")
    assert analysis.is_proposal
    assert analysis.recommendation
    assert "company calendar" in analysis.answer


def test_a_chat_model_is_given_what_is_written_on_each(handbook_model: HandbookModel) -> None:
    question = "How many characters have passwords at least and how do I book a meeting room?"
    found = handbook_model.excerpts([HumanMessage(question)], agent="coo", language="English")
    texts = " ".join(excerpt["text"] for excerpt in found)
    assert "14 characters" in texts
    assert "company calendar" in texts


@pytest.mark.parametrize(
    "question",
    [
        "Should we move the order system to Kubernetes? And what does that mean for the warehouse staff?",
        "Who approves a purchase and how long does it take?",
        "How long must a password be and where do I keep it?",
        "Is it cheaper to buy and run Kubernetes?",
        "How do I pick and pack an order?",
        "Ai duyệt mua sắm và nó mất bao lâu?",
        "Nhập và xuất kho thế nào?",
    ],
)
def test_one_question_stays_whole(question: str) -> None:
    assert parts(question) == [question]
