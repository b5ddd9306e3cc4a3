import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emads_voice.agents import Analysis, reconcile, word
from emads_voice.agents.forms import Complexity, CostEstimate, Option, Risk
from emads_voice.agents.reconcile import risk_level

LEVELS = st.sampled_from(["low", "medium", "high"])
NAMES = st.sampled_from(["Move", "Stay", "the move", "Wait for Tet", "Giữ nguyên"])
TEXTS = st.lists(st.text("abc ", min_size=1, max_size=8), max_size=5)
COSTS = st.none() | st.builds(
    CostEstimate, one_time=st.floats(0, 1e7, allow_nan=False), monthly=st.floats(0, 1e6, allow_nan=False)
)
COUNTS = st.integers(0, 40)
ANALYSES = st.builds(
    Analysis,
    answer=st.just("…"),
    agent=st.just("x"),
    options=st.lists(
        st.builds(Option, name=NAMES, pros=TEXTS, cons=TEXTS, effort=LEVELS, cost=COSTS), max_size=4
    ),
    risks=st.lists(
        st.builds(Risk, risk=st.text("abc", min_size=1, max_size=5), probability=LEVELS, impact=LEVELS),
        max_size=5,
    ),
    cost_estimate=COSTS,
    recommendation=st.just("") | NAMES,
    confidence=st.floats(0, 1),
    complexity=st.none()
    | st.builds(
        Complexity,
        data_sources=COUNTS,
        logic_branches=COUNTS,
        integration_points=COUNTS,
        error_paths=COUNTS,
        human_touchpoints=COUNTS,
    ),
    flags=st.lists(st.sampled_from(["legal", "compliance", "data_breach"]), max_size=3, unique=True),
)
COUNCILS = st.dictionaries(st.sampled_from(["cto", "coo", "legal"]), ANALYSES, max_size=3)


@given(COUNCILS)
def test_numbers_stay_in_bounds_and_are_explained(analyses: dict[str, Analysis]) -> None:
    decision = reconcile(analyses, objective="?")
    assert 0 <= decision.risk.value <= 12
    assert decision.risk_level == risk_level(decision.risk.value)
    for number in (decision.risk, *(option.score for option in decision.options)):
        assert math.isclose(number.value, sum(part.points for part in number.because), abs_tol=1e-6)
        assert all(part.rule and part.source for part in number.because)
    assert all(0 <= option.score.value <= 100 for option in decision.options)
    assert len(decision.recommended) == min(len(decision.options), max(1, len(decision.recommended)), 2)
    assert decision.escalate == bool(decision.escalation_reasons)


@given(COUNCILS)
def test_the_order_of_the_agents_does_not_matter(analyses: dict[str, Analysis]) -> None:
    backwards = dict(reversed(analyses.items()))
    assert reconcile(analyses, objective="?") == reconcile(backwards, objective="?")


@given(COUNCILS, st.sampled_from(["English", "Vietnamese", "French"]))
def test_it_always_says_that_a_person_decides(analyses: dict[str, Analysis], language: str) -> None:
    text = word(reconcile(analyses, objective="?"), language=language)
    decides = "quyết định" if language == "Vietnamese" else ("decides", "decide")
    assert any(phrase in text for phrase in ([decides] if isinstance(decides, str) else decides))


def view(recommendation: str = "Move", **fields: object) -> Analysis:
    option = Option(name=recommendation, pros=["fast"])
    return Analysis.model_validate(
        {
            "answer": "…",
            "agent": "x",
            "recommendation": recommendation,
            "confidence": 0.8,
            "options": [option],
        }
        | fields
    )


def test_options_that_mean_the_same_are_one() -> None:
    decision = reconcile({"cto": view("Move to the cloud"), "coo": view("the Cloud, move!")}, objective="?")
    (option,) = decision.options
    assert option.proposed_by == ["coo", "cto"]
    assert decision.conflicts == []


def test_a_recommendation_in_a_sentence_names_its_option() -> None:
    free = view(
        "Go with managed hosting, after Tet", options=[Option(name="Managed hosting"), Option(name="Wait")]
    )
    decision = reconcile({"cto": free}, objective="?")
    assert decision.recommended == ["Managed hosting"]


def test_different_recommendations_are_a_conflict_for_the_ceo() -> None:
    decision = reconcile({"cto": view("Move"), "coo": view("Stay")}, objective="?")
    assert decision.conflicts[0].positions == {"coo": "Stay", "cto": "Move"}
    assert [reason.rule for reason in decision.escalation_reasons] == ["conflict"]
    assert (decision.accountable, decision.consulted) == ("ceo", ["coo", "cto"])
    assert decision.recommended == ["Move", "Stay"], "equals are both recommended"


def test_costs_more_than_twice_apart_are_a_conflict() -> None:
    def council(monthly: float) -> list[str]:
        analyses = {
            "cto": view(cost_estimate=CostEstimate(one_time=1200, monthly=0)),
            "coo": view(cost_estimate=CostEstimate(one_time=0, monthly=monthly)),
        }
        return [conflict.about for conflict in reconcile(analyses, objective="?").conflicts]

    assert council(200) == []
    assert council(201) == ["cost"]


def test_a_grave_risk_against_a_confident_recommendation_is_a_conflict() -> None:
    grave = Risk(risk="all stops", probability="high", impact="high")
    decision = reconcile({"cto": view(), "coo": view(risks=[grave])}, objective="?")
    assert [conflict.about for conflict in decision.conflicts] == ["risk"]
    assert decision.conflicts[0].positions == {"coo": "all stops", "cto": "Move"}


def test_a_gap_in_confidence_is_told_but_not_escalated() -> None:
    decision = reconcile({"cto": view(confidence=0.9), "coo": view(confidence=0.4)}, objective="?")
    assert [conflict.about for conflict in decision.conflicts] == ["confidence"]
    assert not decision.escalate


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"cost_estimate": CostEstimate(one_time=1000, monthly=751)}, "budget"),
        ({"flags": ["legal"]}, "legal"),
        ({"flags": ["data_breach"]}, "data_breach"),
        (
            {
                "complexity": Complexity(
                    data_sources=6,
                    logic_branches=10,
                    integration_points=5,
                    error_paths=2,
                    human_touchpoints=0,
                )
            },
            "risk_score",
        ),
    ],
)
def test_what_is_escalated(fields: dict[str, object], rule: str) -> None:
    decision = reconcile({"cto": view(**fields)}, objective="?")
    assert [reason.rule for reason in decision.escalation_reasons] == [rule]


def test_what_is_not() -> None:
    harmless = view(
        cost_estimate=CostEstimate(one_time=1000, monthly=750),
        complexity=Complexity(data_sources=6, logic_branches=10, integration_points=5, error_paths=1),
    )
    decision = reconcile({"cto": harmless}, objective="?")
    assert (decision.risk.value, decision.risk_level, decision.escalate) == (8, "high", False)
    assert (decision.accountable, decision.consulted) == ("cto", ["coo"])


def test_nobody_with_a_view_is_a_matter_for_a_person() -> None:
    silent = Analysis(answer="I do not know.", agent="coo", confidence=0)
    decision = reconcile({"coo": silent}, objective="?")
    assert [reason.rule for reason in decision.escalation_reasons] == ["unknown_domain"]
    assert decision.warnings == ["COO had no view on this."]
    assert "Nobody has given an option" in word(decision, language="English")


def test_what_is_missing_is_said_and_not_invented() -> None:
    decision = reconcile({"cto": view()}, objective="?")
    assert decision.cost_estimate is None
    assert decision.risk.because[0].rule.startswith("nobody counted")
    assert "No cost estimate was given." in decision.warnings
    assert "no cost estimate was given" in word(decision, language="English")
    assert "chưa có ước tính chi phí" in word(decision, language="Vietnamese")


def test_how_a_conflict_is_spoken() -> None:
    analyses = {
        "cto": view("Move", cost_estimate=CostEstimate(one_time=85_000, monthly=6_500)),
        "coo": view("Stay", confidence=0.5),
    }
    decision = reconcile(analyses, objective="?")
    assert word(decision, language="English") == (
        "The option that scores best is: Move, with 66 points out of 100. "
        "The COO and the CTO do not agree on what to do: the COO says Stay, the CTO says Move. "
        "The risk is medium, 4 out of 12, and the highest cost stated is 85 thousand dollars once and "
        "6 thousand 500 dollars a month. "
        "This is only a proposal: the CEO decides. "
        "It has to be looked at by the management because of the budget and the disagreement."
    )
    assert word(decision, language="Vietnamese") == (
        "Phương án được đánh giá cao nhất là: Move, 66 trên 100 điểm. "
        "Giám đốc vận hành và giám đốc công nghệ chưa thống nhất về việc nên làm gì: "
        "giám đốc vận hành chọn Stay, giám đốc công nghệ chọn Move. "
        "Điểm rủi ro là 4 trên 12, mức trung bình, chi phí cao nhất được nêu là 85 nghìn đô la một lần và "
        "6 nghìn 500 đô la mỗi tháng. "
        "Đây chỉ là đề xuất, tổng giám đốc là người quyết định. "
        "Việc này phải được ban lãnh đạo xem xét vì ngân sách và việc các bên chưa thống nhất."
    )
