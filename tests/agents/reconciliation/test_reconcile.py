import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emads_voice.agents import Analysis, Policy, word
from emads_voice.agents.forms import Complexity, CostEstimate, Option, Risk
from emads_voice.agents.reconciliation.reconcile import reconcile
from emads_voice.agents.reconciliation.risks import risk_level

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
COUNTED = Complexity(
    data_sources=1, logic_branches=1, integration_points=1, error_paths=1, human_touchpoints=1
)


@given(COUNCILS)
def test_numbers_stay_in_bounds_and_are_explained(analyses: dict[str, Analysis]) -> None:
    decision = reconcile(analyses, objective="?")
    numbers = [decision.complexity, decision.risk]
    assert decision.risk_level == risk_level(max(number.value for number in numbers))
    numbers += [option.risk for option in decision.options]
    assert all(0 <= number.value <= 12 for number in numbers)
    for number in (*numbers, *(option.score for option in decision.options)):
        assert math.isclose(number.value, sum(part.points for part in number.because), abs_tol=1e-6)
        assert all(part.rule and part.source for part in number.because)
    assert all(0 <= option.score.value <= 100 for option in decision.options)
    assert set(decision.recommended) <= {option.name for option in decision.options}
    assert len(decision.recommended) <= 2 or decision.tied
    assert decision.escalate == bool(decision.escalation_reasons)


@given(COUNCILS)
def test_the_order_of_the_agents_and_of_their_lists_does_not_matter(analyses: dict[str, Analysis]) -> None:
    def backwards(view: Analysis) -> Analysis:
        return view.model_copy(update={"options": view.options[::-1], "risks": view.risks[::-1]})

    turned = {name: backwards(view) for name, view in reversed(analyses.items())}
    assert reconcile(analyses, objective="?") == reconcile(turned, objective="?")


@given(COUNCILS, st.sampled_from(["English", "Vietnamese", "French"]))
def test_it_always_says_that_a_person_decides(analyses: dict[str, Analysis], language: str) -> None:
    text = word(reconcile(analyses, objective="?"), language=language)
    decides = ["quyết định"] if language == "Vietnamese" else ["decides", "decide"]
    assert any(phrase in text for phrase in decides)


def view(name: str = "Move", **fields: object) -> Analysis:
    """All that a harmless proposal says; nothing is left out."""
    option = Option(
        name=name,
        pros=["fast"],
        effort="low",
        timeline="2 months",
        cost=CostEstimate(one_time=0, monthly=0),
    )
    whole = {
        "answer": "…",
        "agent": "x",
        "kind": "proposal",
        "recommendation": name,
        "confidence": 0.8,
        "options": [option],
        "complexity": COUNTED,
    }
    return Analysis.model_validate(whole | fields)


def rules(**council: Analysis) -> list[str]:
    return [reason.rule for reason in reconcile(council, objective="?").escalation_reasons]


def test_one_agent_alone_is_weighed_too() -> None:
    decision = reconcile({"cto": view()}, objective="?")
    assert (decision.recommended, decision.escalate) == (["Move"], False)
    assert (decision.accountable, decision.consulted) == ("cto", ["coo"])
    assert rules(cto=view(flags=["legal"])) == ["legal"]


def test_facts_are_not_weighed() -> None:
    fact = Analysis(answer="On the second floor.", agent="coo", kind="fact", confidence=0.6)
    decision = reconcile({"cto": view(), "coo": fact}, objective="?")
    assert (decision.accountable, decision.escalate) == ("cto", False)
    assert decision.warnings == ["COO had no view on this.", "Nobody named a risk."]
    assert not fact.is_proposal
    assert fact.model_copy(update={"missing": ["flags"]}).is_proposal, "what was lost may have been one"


def test_different_recommendations_are_a_conflict_for_the_ceo() -> None:
    decision = reconcile({"cto": view("Move"), "coo": view("Stay")}, objective="?")
    assert decision.conflicts[0].positions == {"coo": "Stay", "cto": "Move"}
    assert [reason.rule for reason in decision.escalation_reasons] == ["conflict"]
    assert (decision.accountable, decision.consulted) == ("ceo", ["coo", "cto"])
    assert (decision.recommended, decision.tied) == (["Move", "Stay"], True)


@pytest.mark.parametrize(
    ("cto", "coo"),
    [
        ({"recommendation": "Move"}, {"recommendation": "Do not move"}),
        ({"recommendation": "Move"}, {"recommendation": "Move", "stance": "against"}),
        ({"recommendation": "Move"}, {"recommendation": "Move", "stance": "not now"}),
        ({"recommendation": "Move"}, {"recommendation": "Do not move now, wait"}),
        ({"recommendation": "Dùng hệ thống cũ"}, {"recommendation": "Dừng hệ thống cũ"}),
        (
            {"recommendation": "Move from Hanoi to Singapore"},
            {"recommendation": "Move from Singapore to Hanoi"},
        ),
        ({"recommendation": "Mở kho mới"}, {"recommendation": "Chưa nên mở kho mới"}),
        ({"recommendation": "Outsource support"}, {"recommendation": "Don't outsource support"}),
    ],
)
def test_a_no_is_no_yes(cto: dict[str, str], coo: dict[str, str]) -> None:
    coo_options = [] if "stance" not in coo else [Option(name="Move")]
    views = {"cto": view(cto["recommendation"]), "coo": view(**coo, options=coo_options)}
    decision = reconcile(views, objective="?")
    assert "conflict" in [reason.rule for reason in decision.escalation_reasons], decision
    told = decision.conflicts[0].positions
    assert set(told) == {"cto", "coo"}
    assert told["cto"] != told["coo"]


def test_against_alone_recommends_nothing() -> None:
    decision = reconcile({"cto": view("Move", recommendation="Do not move now")}, objective="?")
    assert decision.recommended == []
    assert "The advice is against: Move." in word(decision, language="English")


def test_a_recommendation_in_a_sentence_names_its_option() -> None:
    options = [Option(name="Managed hosting"), Option(name="Wait")]
    decision = reconcile({"cto": view("Go with managed hosting, after Tet", options=options)}, objective="?")
    assert decision.recommended == ["Managed hosting"]
    assert decision.conflicts == []


def test_a_recommendation_that_may_mean_two_options_is_a_doubt() -> None:
    options = [Option(name="Buy it"), Option(name="Build it")]
    decision = reconcile({"cto": view("Buy it rather than build it", options=options)}, objective="?")
    assert decision.conflicts[0].about == "identity"
    assert decision.escalate


def test_a_condition_is_kept() -> None:
    decision = reconcile({"cto": view(stance="only_if", condition="the bank agrees")}, objective="?")
    assert "the bank agrees" in decision.conditions


def test_costs_of_one_option_more_than_twice_apart_are_a_conflict() -> None:
    def council(once: float) -> list[str]:
        analyses = {
            "cto": view(options=[Option(name="Move", cost=CostEstimate(one_time=10_000, monthly=0))]),
            "coo": view(options=[Option(name="Move", cost=CostEstimate(one_time=once, monthly=0))]),
        }
        return [conflict.about for conflict in reconcile(analyses, objective="?").conflicts]

    assert council(20_000) == []
    assert council(900_000) == ["cost"]


def test_a_grave_risk_against_a_confident_recommendation_is_a_conflict() -> None:
    grave = Risk(risk="all stops", probability="high", impact="high")
    decision = reconcile({"cto": view(), "coo": view(risks=[grave])}, objective="?")
    assert [conflict.about for conflict in decision.conflicts] == ["risk"]
    assert decision.conflicts[0].positions == {"coo": "all stops", "cto": "Move"}
    both = reconcile({"cto": view(risks=[grave]), "coo": view(risks=[grave])}, objective="?")
    assert [reason.rule for reason in both.escalation_reasons] == ["risk"], "a second witness changes nothing"


def test_timelines_far_apart_are_a_conflict_with_both_quotes() -> None:
    def option(timeline: str) -> list[Option]:
        return [Option(name="Move", timeline=timeline, cost=CostEstimate(one_time=0, monthly=0))]

    analyses = {"cto": view(options=option("2 tháng")), "coo": view(options=option("18 months"))}
    (conflict,) = reconcile(analyses, objective="?").conflicts
    assert (conflict.about, conflict.positions) == ("timeline", {"cto": "2 tháng", "coo": "18 months"})


def test_a_constraint_that_the_timeline_breaks_is_a_conflict() -> None:
    analyses = {"cto": view(), "coo": view(constraints=["It must be live within six weeks."])}
    (conflict,) = reconcile(analyses, objective="?").conflicts
    assert conflict.about == "constraint"
    assert conflict.positions == {"coo": "It must be live within six weeks.", "cto": "2 months"}


def test_a_risk_that_another_assumes_away_is_a_conflict() -> None:
    risk = Risk(
        risk="the carrier's drivers strike", impact="medium", probability="low", mitigation="a second carrier"
    )
    analyses = {"cto": view(assumptions=["The carrier's drivers do not strike."]), "coo": view(risks=[risk])}
    (conflict,) = reconcile(analyses, objective="?").conflicts
    assert conflict.about == "assumption"
    assert set(conflict.positions) == {"cto", "coo"}


def test_a_gap_in_confidence_is_told_but_not_escalated() -> None:
    decision = reconcile({"cto": view(confidence=0.9), "coo": view(confidence=0.4)}, objective="?")
    assert [conflict.about for conflict in decision.conflicts] == ["confidence"]
    assert not decision.escalate


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"cost_estimate": CostEstimate(one_time=1000, monthly=751)}, "budget"),
        ({"cost_estimate": CostEstimate(one_time=15_000, monthly=-1000)}, "budget"),
        ({"flags": ["legal"]}, "legal"),
        ({"flags": ["Pháp lý"]}, "legal"),
        ({"flags": ["data_breach"]}, "data_breach"),
        ({"risks": [Risk(risk="all stops", probability="high", impact="high")]}, "risk"),
        ({"complexity": None}, "complexity"),
        ({"missing": ["benefits"]}, "incomplete"),
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
            "complexity",
        ),
    ],
)
def test_what_is_escalated(fields: dict[str, Any], rule: str) -> None:
    assert rule in rules(cto=view(**fields))


def test_what_is_not() -> None:
    harmless = view(
        cost_estimate=CostEstimate(one_time=1000, monthly=750),
        complexity=Complexity(
            data_sources=6, logic_branches=10, integration_points=5, error_paths=1, human_touchpoints=0
        ),
    )
    decision = reconcile({"cto": harmless}, objective="?")
    assert (decision.complexity.value, decision.risk_level, decision.escalate) == (8, "high", False)
    assert (decision.accountable, decision.consulted) == ("cto", ["coo"])


def test_counts_that_nobody_made_are_taken_for_the_most() -> None:
    none, empty = (reconcile({"cto": view(complexity=c)}, objective="?") for c in (None, Complexity()))
    assert none.complexity.value == empty.complexity.value == 12
    assert [r.rule for r in none.escalation_reasons] == ["complexity", "incomplete"]


def test_risks_belong_to_options() -> None:
    grave = Risk(
        risk="all warehouses stop if the move fails", probability="medium", impact="high", option="Move"
    )
    options = [Option(name="Move", effort="low"), Option(name="Stay", effort="low")]
    decision = reconcile({"coo": view("Stay", options=options, risks=[grave])}, objective="?")
    assert {option.name: option.risk.value for option in decision.options} == {"Move": 6, "Stay": 0}
    assert decision.recommended == ["Stay"]
    assert decision.risk.value == 0
    everybodys = reconcile(
        {"coo": view("Stay", options=options, risks=[grave.model_copy(update={"option": "?"})])},
        objective="?",
    )
    assert everybodys.risk.value == 6


def test_three_grave_risks_are_not_low() -> None:
    graves = [Risk(risk=name, probability="high", impact="high") for name in ("a1", "b2", "c3")]
    decision = reconcile({"cto": view(risks=graves)}, objective="?")
    assert (decision.risk.value, decision.risk_level) == (11, "high")


def test_nobody_with_a_view_is_a_matter_for_a_person() -> None:
    silent = Analysis(answer="I do not know.", agent="coo", confidence=0)
    decision = reconcile({"coo": silent}, objective="?")
    assert [reason.rule for reason in decision.escalation_reasons] == ["unknown_domain"]
    assert decision.warnings == ["COO had no view on this."]
    assert "Nobody has given an option" in word(decision, language="English")


def test_what_is_missing_is_said_and_not_invented() -> None:
    decision = reconcile({"cto": view(options=[Option(name="Move")], complexity=None)}, objective="?")
    assert decision.cost is None
    assert decision.complexity.because[0].rule.startswith("nobody counted")
    assert "No cost estimate was given." in decision.warnings
    assert "what it costs is not wholly known" in word(decision, language="English")
    assert "chi phí chưa được biết đầy đủ" in word(decision, language="Vietnamese")


def test_forty_options_are_decided_in_a_few_sentences() -> None:
    options = [Option(name=f"Way number {n}", pros=["it works"]) for n in range(40)]
    decision = reconcile({"cto": view("", options=options)}, objective="?")
    assert len(decision.options) == 40
    assert decision.tied
    said = word(decision, language="English")
    assert said.startswith("40 options have the same score, ")
    assert len(said.split()) < 80


def test_weights_are_the_deployments() -> None:
    dear = Option(
        name="Dear", effort="low", timeline="1 month", cost=CostEstimate(one_time=900_000, monthly=0)
    )
    cheap = Option(
        name="Cheap", effort="high", timeline="30 months", cost=CostEstimate(one_time=0, monthly=0)
    )
    council = {"cto": view("", options=[dear, cheap])}

    def best(**weights: float) -> str:
        policy = Policy.model_validate({"weights": weights})
        return reconcile(council, objective="?", policy=policy).options[0].name

    assert best(cost=90, effort=1, timeline=1) == "Cheap"
    assert best(cost=1, effort=90, timeline=90) == "Dear"
    with pytest.raises(ValueError, match="greater than or equal to 0"):
        Policy.model_validate({"weights": {"cost": -1}})


def test_how_a_conflict_is_spoken() -> None:
    price = CostEstimate(one_time=85_000, monthly=6_500)
    analyses = {
        "cto": view(
            "Move",
            options=[
                Option(
                    name="Move", pros=["it grows by itself"], effort="low", timeline="6 months", cost=price
                )
            ],
        ),
        "coo": view(
            "Stay", confidence=0.2, options=[Option(name="Stay", cost=CostEstimate(one_time=0, monthly=0))]
        ),
    }
    decision = reconcile(analyses, objective="?")
    assert word(decision, language="English") == (
        "Move scores best, with 66 out of 100. For it: it grows by itself. "
        "Opinions differ: the COO says Stay, the CTO says Move. "
        "The risk is low, and it costs 85 thousand dollars once and 6 thousand 500 dollars a month. "
        "This is only a proposal: the CEO decides. "
        "Management must look at it because of disagreement and budget."
    )
    assert word(decision, language="Vietnamese") == (
        "Điểm cao nhất là Move, 66 trên 100. Điểm mạnh là it grows by itself. "
        "Ý kiến còn khác nhau: giám đốc vận hành chọn Stay, giám đốc công nghệ chọn Move. "
        "Rủi ro ở mức thấp, chi phí là 85 nghìn đô la một lần và 6 nghìn rưỡi đô la mỗi tháng. "
        "Đây chỉ là đề xuất, tổng giám đốc quyết định. "
        "Ban lãnh đạo phải xem xét vì ý kiến còn khác nhau và ngân sách."
    )
