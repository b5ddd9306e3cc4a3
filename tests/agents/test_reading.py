"""A form read field by field: whatever is lost of it, the decision never looks safer."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emads_voice.agents import Analysis, COOAnalysis, CTOAnalysis, Decision, reconcile
from emads_voice.agents.forms import Complexity, CostEstimate, Option, ResourceNeed, Risk
from emads_voice.agents.reading import END, FormError, mended, read_form

GRAVE: dict[str, Any] = CTOAnalysis(
    answer="No. Do not move.",
    kind="proposal",
    constraints=["It must be live within 3 months."],
    options=[
        Option(
            id="move",
            name="Move to Kubernetes",
            pros=["it grows"],
            cons=["dear", "slow"],
            effort="high",
            timeline="18 months",
            cost=CostEstimate(one_time=2_000_000, monthly=10_000),
        ),
        Option(
            id="stay", name="Stay", effort="low", timeline="1 month", cost=CostEstimate(one_time=0, monthly=0)
        ),
    ],
    risks=[
        Risk(risk="all orders are lost", probability="high", impact="high", option="move"),
        Risk(
            risk="the team leaves", probability="low", impact="medium", mitigation="raise pay", option="stay"
        ),
    ],
    resource_needs=[ResourceNeed(type="engineers", quantity=4, cost=CostEstimate(one_time=9_000, monthly=0))],
    recommendation="move",
    stance="against",
    confidence=0.85,
    complexity=Complexity(
        data_sources=12, logic_branches=12, integration_points=12, error_paths=12, human_touchpoints=12
    ),
    flags=["legal"],
).model_dump(exclude={"degraded", "missing"})
HARMLESS: dict[str, Any] = COOAnalysis(
    answer="Yes.",
    kind="proposal",
    options=[
        Option(
            name="Book vans",
            pros=["quick"],
            effort="low",
            timeline="1 month",
            cost=CostEstimate(one_time=100, monthly=0),
        )
    ],
    recommendation="Book vans",
    stance="for",
    confidence=0.9,
    complexity=Complexity(
        data_sources=1, logic_branches=1, integration_points=1, error_paths=1, human_touchpoints=1
    ),
).model_dump(exclude={"degraded", "missing"})
FORMS: dict[str, type[Analysis]] = {"cto": CTOAnalysis, "coo": COOAnalysis}


def decide(*replies: str | dict[str, Any]) -> Decision | None:
    """What is decided of replies of the CTO and the COO; None where one holds no answer and is a failure."""
    try:
        views = {
            agent: read_form(FORMS[agent], reply, agent=agent)
            for agent, reply in zip(FORMS, replies, strict=False)
        }
    except FormError:
        return None
    return reconcile(views, objective="?")


def rules(decision: Decision) -> set[str]:
    return {reason.rule for reason in decision.escalation_reasons}


def is_no_safer(after: Decision, before: Decision) -> bool:
    """Neither number is lower, no level either; a rule may only give way to telling that something is missing."""
    gone = rules(before) - rules(after)
    return (
        after.risk.value >= before.risk.value
        and after.complexity.value >= before.complexity.value
        and after.escalate >= before.escalate
        and (not gone or "incomplete" in rules(after))
    )


def paths(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in a form."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield (*at, key)
        yield from paths(part, (*at, key))


def changed(
    form: dict[str, Any], path: tuple[str | int, ...], value: Any = None, *, delete: bool = False
) -> dict[str, Any]:
    copy = json.loads(json.dumps(form))
    holder = copy
    for key in path[:-1]:
        holder = holder[key]
    if delete:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return copy  # type: ignore[no-any-return]


FIELDS = [
    (name, path)
    for name, form in (("grave", GRAVE), ("harmless", HARMLESS))
    for path in paths(form)
    if isinstance(path[-1], str) and path not in {("answer",), ("agent",)}
]
NAMED = {"grave": GRAVE, "harmless": HARMLESS}
NONSENSE: Any = [
    None,
    "???",
    -1,
    [],
    {},
    "85",
    float("nan"),
    float("inf"),
    10**400,
    True,
    "a\ud800b",
    ["x"] * 50,
]


def test_what_is_whole_is_read_whole() -> None:
    analysis = read_form(CTOAnalysis, json.dumps(GRAVE), agent="cto")
    assert analysis.missing == []
    assert analysis.model_dump(exclude={"missing", "degraded"}) == GRAVE
    assert rules(decide(GRAVE)) == {"complexity", "risk", "budget", "legal"}  # type: ignore[arg-type]
    assert not decide({}, HARMLESS)
    alone = reconcile({"coo": read_form(COOAnalysis, HARMLESS, agent="coo")}, objective="?")
    assert not alone.escalate


@pytest.mark.parametrize(("name", "path"), FIELDS, ids=str)
def test_a_field_less_never_makes_it_safer(name: str, path: tuple[str | int, ...]) -> None:
    form = NAMED[name]
    before, after = decide(form), decide(changed(form, path, delete=True))
    assert before
    assert after
    assert is_no_safer(after, before), (path, after.escalation_reasons)


@pytest.mark.parametrize(("name", "path"), FIELDS, ids=str)
def test_nonsense_in_a_field_never_makes_it_safer_than_the_field_left_out(
    name: str, path: tuple[str | int, ...]
) -> None:
    form = NAMED[name]
    for value in ("???", -1, float("nan"), "not high"):
        if (isinstance(value, str) and path[-1] not in _WORDS) or (
            value in (-1,) and path[-1] in _WORDS | _SIGNED
        ):
            after, before = decide(changed(form, path, value)), decide(form)
            assert after
            assert before
            if path[-1] not in _SIGNED:
                assert is_no_safer(after, before), (path, value, after.escalation_reasons)


_WORDS = {
    "objective", "alignment_okr", "architecture", "recommendation", "condition", "mitigation", "risk", "option", "id",
    "name", "timeline", "type",
}  # fmt: skip
_SIGNED = {"one_time", "monthly", "one_time_most", "monthly_most"}


@given(st.integers(0, len(json.dumps(GRAVE))), st.sampled_from(["grave", "harmless"]), st.randoms())
@settings(max_examples=300, deadline=None)
def test_a_reply_cut_off_anywhere_never_makes_it_safer(at: int, name: str, random: Any) -> None:
    fields = list(NAMED[name].items())
    random.shuffle(fields)
    form = {"answer": NAMED[name]["answer"], **dict(fields)}
    text = json.dumps(form, ensure_ascii=False)
    before, after = decide(text), decide(text[: min(at, len(text) - 1)])
    assert before
    if after is not None:
        assert "incomplete" in rules(after)
        assert is_no_safer(after, before)


@given(st.sampled_from(FIELDS), st.sampled_from(NONSENSE))
@settings(max_examples=300, deadline=None)
def test_whatever_stands_in_a_field_there_is_a_decision(
    field: tuple[str, tuple[str | int, ...]], value: Any
) -> None:
    name, path = field
    after = decide(changed(NAMED[name], path, value))
    assert after
    assert after.options or after.escalate


@pytest.mark.parametrize("case", [str.upper, str.title, str.swapcase])
def test_the_case_of_what_is_chosen_from_makes_no_difference(case: Any) -> None:
    chosen = {"probability", "impact", "effort", "kind", "stance", "flags", "currency"}
    form = GRAVE
    for path in paths(GRAVE):
        if chosen & set(path) and isinstance(value := _at(GRAVE, path), str):
            form = changed(form, path, case(value).replace("_", " "))
    assert read_form(CTOAnalysis, form, agent="cto") == read_form(CTOAnalysis, GRAVE, agent="cto")


def test_keys_may_be_written_as_programmers_write_them() -> None:
    form = {
        "Answer": "No.",
        **{key.title().replace("_", ""): value for key, value in GRAVE.items() if key != "answer"},
    }
    form = {key[0].lower() + key[1:]: value for key, value in form.items()}
    read = read_form(CTOAnalysis, form, agent="cto")
    assert read.missing == []
    assert read.flags == ["legal"]


def _at(value: Any, path: tuple[str | int, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        ({"complexity": {}}, "complexity.data_sources"),
        ({"complexity": None}, ""),
        ({"flags": ["legal", "gdpr"]}, "flags[1]: gdpr"),
        ({"flags": None}, "flags: null"),
        ({"risks": None}, "risks: null"),
        ({"confidence": 7}, "confidence: 7"),
        ({"confidence": "rất chắc"}, "confidence: rất chắc"),
        ({"stance": "maybe"}, "stance: maybe"),
        ({"options": "Move"}, "options: Move"),
    ],
)
def test_what_is_lost_is_listed_with_its_words(change: dict[str, Any], lost: str) -> None:
    analysis = read_form(CTOAnalysis, {**GRAVE, **change}, agent="cto")
    assert lost in analysis.missing or not lost
    decision = reconcile({"cto": analysis}, objective="?")
    assert "incomplete" in rules(decision)
    assert decision.complexity.value == 12


@pytest.mark.parametrize(
    ("written", "level"),
    [("Cao", "high"), ("rất cao", "high"), ("Trung bình", "medium"), ("trung binh", "medium"), ("THẤP", "low"),
     ("moderate", "medium"), ("critical", "high")],
)  # fmt: skip
def test_levels_in_vietnamese_and_other_words(written: str, level: str) -> None:
    form = {**GRAVE, "risks": [{**GRAVE["risks"][1], "impact": written}]}
    analysis = read_form(CTOAnalysis, form, agent="cto")
    assert (analysis.risks[0].impact, analysis.missing) == (level, [])


@pytest.mark.parametrize("written", ["not high", "medium to high", "không cao", "3", "unlikely", ""])
def test_a_level_that_is_not_certain_is_lost_and_counts_as_high(written: str) -> None:
    form = {**GRAVE, "risks": [{**GRAVE["risks"][1], "impact": written}]}
    analysis = read_form(CTOAnalysis, form, agent="cto")
    assert analysis.risks[0].impact == "high"
    assert analysis.missing == [f"risks[0].impact: {written}"]


def test_savings_and_percent_are_legal() -> None:
    saving = {**GRAVE["options"][0], "cost": {**GRAVE["options"][0]["cost"], "monthly": -500}}
    analysis = read_form(CTOAnalysis, {**GRAVE, "options": [saving], "confidence": "85%"}, agent="cto")
    assert (analysis.missing, analysis.confidence) == ([], 0.85)
    assert analysis.options[0].cost
    assert analysis.options[0].cost.monthly == -500


def test_a_fact_whose_form_was_cut_off_may_have_been_a_proposal() -> None:
    fact = {**HARMLESS, "kind": "fact", "options": [], "recommendation": "", "stance": None}
    text = json.dumps(fact)
    assert not read_form(COOAnalysis, text, agent="coo").is_proposal
    cut = read_form(COOAnalysis, text[:-30], agent="coo")
    assert END in cut.missing
    assert cut.is_proposal


@pytest.mark.parametrize(
    "reply", ["", "I am a teapot.", "[]", '{"answer": 5}', '{"recommendation": 3', "null", "[" * 5000]
)
def test_what_is_no_form_is_refused(reply: str) -> None:
    with pytest.raises(FormError):
        read_form(CTOAnalysis, reply, agent="cto")


def test_fenced_json_is_a_form() -> None:
    assert read_form(CTOAnalysis, f"```json\n{json.dumps(GRAVE)}\n```", agent="cto").missing == []


def test_a_second_reply_gives_what_was_missing_and_takes_nothing_back() -> None:
    first = read_form(CTOAnalysis, {**GRAVE, "confidence": 7, "flags": ["legal", "gdpr"]}, agent="cto")
    milder = {
        **GRAVE,
        "flags": ["compliance"],
        "complexity": dict.fromkeys(GRAVE["complexity"], 0),
        "risks": [],
    }
    again = read_form(CTOAnalysis, milder, agent="cto")
    whole = mended(first, again)
    assert (whole.confidence, whole.flags, whole.missing) == (0.85, ["legal", "compliance"], [])
    assert (whole.complexity, whole.risks) == (first.complexity, first.risks)


def test_a_second_reply_that_lost_more_mends_nothing() -> None:
    text = json.dumps(GRAVE)
    first = read_form(CTOAnalysis, text[: text.index('"risks"') + 60], agent="cto")
    shorter = read_form(CTOAnalysis, {**GRAVE, "risks": None}, agent="cto")
    assert "risks" in {path.partition(":")[0] for path in mended(first, shorter).missing}


# What a whole form says of a grave risk and a flag, in another shape: a field of the CTO's form, and what stands in it.
OTHER_SHAPES: list[tuple[str, Any]] = [
    *(
        ("risks", [{"risk": "orders", "probability": "high", "impact": "high", "option": "move", "mitigation": no}])
        for no in ("none", "N/A", "TBD.", "–", "không có", "Chưa có biện pháp", "nothing can be done")
    ),
    ("risks", ["all orders are lost"]),
    ("flags", "legal"),
    ("flags", "Compliance; pháp lý"),
]  # fmt: skip


def of_cto(**fields: Any) -> Decision:
    """What comes of the CTO's grave form beside a COO's that names neither a risk nor a flag."""
    cto = read_form(CTOAnalysis, {**GRAVE, **fields}, agent="cto")
    coo = read_form(COOAnalysis, {**HARMLESS, "recommendation": "Book vans"}, agent="coo")
    return reconcile({"cto": cto, "coo": coo}, objective="?")


@pytest.mark.parametrize(("field", "value"), OTHER_SHAPES)
def test_what_is_written_in_another_shape_is_no_safer(field: str, value: Any) -> None:
    risk = {"risk": "orders", "probability": "high", "impact": "high", "option": "move"}
    whole, other = of_cto(**{field: [risk] if field == "risks" else ["legal"]}), of_cto(**{field: value})
    rules = {reason.rule for reason in other.escalation_reasons}
    assert {reason.rule for reason in whole.escalation_reasons} <= rules
    assert other.risk.value >= whole.risk.value
    risks = {each.id: each.risk.value for each in other.options}
    assert all(risks[each.id] >= each.risk.value for each in whole.options)


@pytest.mark.parametrize(
    "again", ['"flags": [], "risks": []', '"complexity": {}', '"risks": [], "confidence": 0.1']
)
def test_what_is_said_twice_is_no_safer_and_listed(again: str) -> None:
    text = json.dumps(GRAVE)
    form = read_form(CTOAnalysis, f"{text[:-1]}, {again}}}", agent="cto")
    whole = read_form(CTOAnalysis, text, agent="cto")
    coo = read_form(COOAnalysis, {**HARMLESS, "recommendation": "Book vans"}, agent="coo")
    once, twice = (reconcile({"cto": each, "coo": coo}, objective="?") for each in (whole, form))
    assert {reason.rule for reason in once.escalation_reasons} <= {
        reason.rule for reason in twice.escalation_reasons
    }
    assert twice.risk.value >= once.risk.value
    assert form.missing


def test_what_is_said_twice_alike_is_said_once() -> None:
    text = json.dumps(GRAVE)
    again = json.dumps(GRAVE["flags"])
    form = read_form(CTOAnalysis, f'{text[:-1]}, "flags": {again}}}', agent="cto")
    assert (form.flags, form.missing) == (GRAVE["flags"], [])
