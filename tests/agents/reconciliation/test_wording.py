import re

import pytest

from emads_voice.agents import Analysis, answer_in_words
from emads_voice.agents.forms import Complexity, CostEstimate, Option, Risk
from emads_voice.agents.reconciliation.reconcile import reconcile
from emads_voice.agents.reconciliation.wording import answers

OPTIONS = [
    Option(name=name, effort="low", timeline="1 month", cost=CostEstimate(one_time=cost, monthly=0))
    for name, cost in (("Buy", 5), ("Build", 10))
]
COUNTED = Complexity(
    data_sources=1, logic_branches=1, integration_points=1, error_paths=1, human_touchpoints=1
)


def view(agent: str, answer: str, recommendation: str, confidence: float) -> Analysis:
    return Analysis(
        answer=answer,
        agent=agent,
        kind="proposal",
        options=OPTIONS,
        recommendation=recommendation,
        confidence=confidence,
        complexity=COUNTED,
    )


CTO = view("cto", "Building costs ten.", "Build", 0.8)
COO = view("coo", "Buying costs five.", "Buy", 0.6)


def say(question: str, *analyses: Analysis, language: str = "English") -> str:
    views = {analysis.agent: analysis for analysis in analyses}
    decision = reconcile(views, objective=question)
    return answer_in_words(decision, views, question=question, language=language)


def test_a_question_gets_the_decision() -> None:
    decided = say("Should we buy or build?", CTO, COO)
    assert decided.startswith("Two options are close: Build, with 73 out of 100, and Buy, with 71. ")
    assert "the COO says Buy, the CTO says Build" in decided
    assert "Buying costs five." not in decided
    assert say("Nên mua hay tự làm?", CTO, COO, language="Vietnamese").startswith(
        "Hai phương án gần ngang nhau"
    )


def test_a_follow_up_gets_each_answer_to_it_and_who_decides() -> None:
    told = say("And what would that cost?", CTO, COO)
    assert told.startswith("The COO says: Buying costs five. The CTO says: Building costs ten.\n")
    assert "This is only a proposal: the CEO decides." in told
    assert "trả lời: " in say("Chi phí bao nhiêu?", CTO, COO, language="Vietnamese")


def test_where_nobody_has_a_view_who_knows_nothing_is_left_out() -> None:
    sure = Analysis(answer="Use the booking page.", agent="coo", confidence=0.6)
    unsure = Analysis(answer="The documents say nothing.", agent="cto", confidence=0)
    told = answers({"coo": sure, "cto": unsure}, language="English")
    assert told == "Use the booking page."


def test_one_agent_is_heard_in_its_own_words_and_then_what_it_costs_and_who_decides() -> None:
    risk = Risk(risk="the vendor may fold.", probability="low", impact="high", mitigation="keep the code")
    alone = CTO.model_copy(update={"risks": [risk]})
    assert say("Should we buy or build?", alone) == (
        "Building costs ten.\nAgainst it, the CTO says: the vendor may fold. The risk is low, and it costs "
        "10 dollars once. This is only a proposal: the CTO decides."
    )
    assert say("Nên mua hay tự làm?", alone, language="Vietnamese") == (
        "Building costs ten.\nNgược lại, giám đốc công nghệ lưu ý: the vendor may fold. Rủi ro ở mức thấp, "
        "chi phí là 10 đô la một lần. Đây chỉ là đề xuất, giám đốc công nghệ quyết định."
    )


def outscored(agent: str) -> Analysis:
    """An agent that is for the option that scores less: it is dear, slow and has a grave risk."""
    keep = Option(
        name="Keep it",
        effort="low",
        timeline="1 month",
        cons=["stock is typed twice"],
        pros=["nobody learns anything new"],
        cost=CostEstimate(one_time=40_000, monthly=1_500),
    )
    replace = Option(
        name="Replace it",
        effort="high",
        timeline="20 months",
        cons=["invoices are late"],
        pros=["the books close in time"],
        cost=CostEstimate(one_time=240_000, monthly=9_000),
    )
    return view(agent, "We want to replace it.", "Replace it", 0.1).model_copy(
        update={"options": [keep, replace]}
    )


@pytest.mark.parametrize("agents", [("coo",), ("coo", "cto")])
@pytest.mark.parametrize("language", ["English", "Vietnamese"])
def test_what_is_told_of_a_recommendation_is_of_the_option_recommended(
    agents: tuple[str, ...], language: str
) -> None:
    views = {agent: outscored(agent) for agent in agents}
    decision = reconcile(views, objective="?")
    assert max(decision.options, key=lambda option: option.score.value).name == "Keep it"
    assert decision.recommended == ["Replace it", "Keep it"]
    assert decision.cost
    assert decision.cost.one_time.least == 240_000
    assert (decision.why, decision.objection) == ("the books close in time", "invoices are late")
    told = say("Should we?", *views.values(), language=language)
    assert "Keep it" in told
    assert "Replace it" in told
    assert "240" in told
    assert "invoices are late" in told
    assert not re.search(r"\b40\b|typed twice|learns", told)


def test_of_options_that_several_are_for_the_better_is_priced_and_not_one_that_nobody_is_for() -> None:
    dear = [
        Option(name=name, effort="high", timeline="20 months", cost=CostEstimate(one_time=cost, monthly=0))
        for name, cost in (("Buy", 700_000), ("Build", 900_000))
    ]
    options = [
        *dear,
        Option(name="Wait", effort="low", timeline="now", cost=CostEstimate(one_time=5, monthly=0)),
    ]
    views = {
        each.agent: each.model_copy(update={"options": options, "confidence": 0.1}) for each in (CTO, COO)
    }
    decision = reconcile(views, objective="?")
    assert decision.options[0].name == "Wait"
    assert decision.recommended[0] in ("Buy", "Build")
    assert decision.cost
    assert decision.cost.one_time.least >= 700_000


def test_what_nobody_is_for_is_not_priced() -> None:
    against = CTO.model_copy(update={"options": OPTIONS[:1], "recommendation": "Buy", "stance": "against"})
    assert reconcile({"cto": against}, objective="?").cost is None
    assert "dollars" not in say("Should we buy?", against)
