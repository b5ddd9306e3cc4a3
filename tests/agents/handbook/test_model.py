import itertools

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from emads_voice.agents import Analysis, CTOAnalysis, HandbookModel, company_agents
from emads_voice.agents.chat.form_schema import form_schema


async def ask(model: HandbookModel, *turns: str, agent: int = 0, language: str = "English") -> Analysis:
    messages: list[BaseMessage] = []
    for turn in turns:
        messages += [HumanMessage(turn), AIMessage("…")]
    return await company_agents([model])[agent].answer(messages[:-1], language=language)


async def test_the_form_is_filled_from_the_papers_and_the_source_cited(handbook_model: HandbookModel) -> None:
    analysis = await ask(handbook_model, "should we move our order system to kubernetes")
    assert isinstance(analysis, CTOAnalysis)
    assert analysis.answer.startswith(
        "According to the initiative papers, order system on Kubernetes: The CTO's view"
    )
    assert analysis.recommendation == "Managed Kubernetes in phases"
    assert analysis.options[0].name == analysis.recommendation
    assert analysis.cost_estimate is not None
    assert (analysis.cost_estimate.one_time, analysis.cost_estimate.monthly) == (85000, 6000)
    assert analysis.complexity is not None
    assert analysis.architecture.startswith("Order services in containers")
    assert analysis.risks[0].mitigation == "run both systems side by side for 4 weeks"
    assert analysis.sources[0].section == "Order system on Kubernetes"


async def test_each_agent_gives_its_own_view(handbook_model: HandbookModel) -> None:
    question = "có nên đổi hệ thống ERP không"
    cto = await ask(handbook_model, question, language="Vietnamese")
    coo = await ask(handbook_model, question, agent=1, language="Vietnamese")
    assert (cto.recommendation, coo.recommendation) == ("Giữ ERP và kết nối các hệ thống", "Thay ERP mới")
    assert cto.answer.startswith("Theo hồ sơ sáng kiến, mục Đổi hệ thống ERP: Giám đốc công nghệ")


@pytest.mark.parametrize(
    ("follow_up", "language", "said"),
    [
        ("and what would that cost", "English", "85 thousand dollars once and 6 thousand dollars a month"),
        ("còn chi phí thì sao", "Vietnamese", "85 nghìn đô la một lần và 6 nghìn đô la mỗi tháng"),
        ("what are the risks", "English", "The main risks are that orders are lost"),
        ("mất bao lâu", "Vietnamese", "mất 6 tháng"),
        ("what are the options", "English", "The one recommended is managed Kubernetes in phases"),
    ],
)
async def test_follow_ups_are_about_one_side(
    handbook_model: HandbookModel, follow_up: str, language: str, said: str
) -> None:
    analysis = await ask(
        handbook_model, "should we move our order system to kubernetes", follow_up, language=language
    )
    assert said in analysis.answer


async def test_a_passage_is_read_out(handbook_model: HandbookModel) -> None:
    english = await ask(handbook_model, "how do i book a meeting room", agent=1)
    assert english.answer.startswith(
        "According to the office guide, booking a meeting room: Book a meeting room"
    )
    assert english.options == []
    vietnamese = await ask(handbook_model, "toi muon dat phong hop", agent=1, language="Vietnamese")
    assert vietnamese.answer.startswith(
        "Theo hướng dẫn văn phòng, mục Đặt phòng họp: Đặt phòng họp trên lịch"
    )


@pytest.mark.parametrize(
    ("language", "start"), [("English", "The company handbook says"), ("Vietnamese", "Dạ, sổ tay")]
)
async def test_nothing_written_is_said_and_nothing_invented(
    handbook_model: HandbookModel, language: str, start: str
) -> None:
    analysis = await ask(handbook_model, "what is quantum computing", language=language)
    assert analysis.answer.startswith(start)
    assert (analysis.confidence, analysis.recommendation, analysis.sources) == (0, "", [])


async def test_a_language_the_handbook_does_not_have_is_said(handbook_model: HandbookModel) -> None:
    analysis = await ask(handbook_model, "kubernetes", language="French")
    assert analysis.answer.startswith(
        "I am sorry, I cannot answer in French. The company handbook is in English and Vietnamese. "
    )


async def test_structured_output_streams_the_answer_sentence_by_sentence(
    handbook_model: HandbookModel,
) -> None:
    structured = handbook_model.with_structured_output(form_schema(CTOAnalysis, "cto"))
    messages = [SystemMessage("The caller speaks English. …"), HumanMessage("should we move to kubernetes")]
    parts = [part async for part in structured.astream(messages) if isinstance(part, dict)]
    answers = [part["answer"] for part in parts if part.get("answer")]
    growth = list(dict.fromkeys(answers))
    assert len(growth) >= 3
    assert all(later.startswith(earlier) for earlier, later in itertools.pairwise(growth))
    whole = await structured.ainvoke(messages)
    assert isinstance(whole, dict)
    assert whole["answer"] == growth[-1]
    assert next(iter(whole)) == "answer"


async def test_plain_text_streams_too_and_finds_out_the_language(handbook_model: HandbookModel) -> None:
    pieces = [chunk.text async for chunk in handbook_model.astream("tôi muốn đặt phòng họp")]
    assert len([piece for piece in pieces if piece]) >= 3
    assert "".join(pieces).startswith("Theo hướng dẫn văn phòng")
    assert (await handbook_model.ainvoke("how do I book a meeting room")).text.startswith(
        "According to the office"
    )
