"""What holds of any two forms: nothing that happens to one on its way makes the decision look safer."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from emads_voice.agents.decisions import Decision
from emads_voice.agents.forms import Analysis
from emads_voice.agents.reading import FormError, read_form
from emads_voice.agents.reconciliation.policy import Policy
from emads_voice.agents.reconciliation.reconcile import reconcile

Form = dict[str, Any]
LEVEL = st.sampled_from(["low", "medium", "high"])
IDS = ["stay", "move", "buy"]
SUM = st.sampled_from([None, -400, 0, 900, 9_000, 11_000, 900_000])
COST = st.none() | st.fixed_dictionaries(
    {"one_time": SUM, "monthly": SUM, "currency": st.sampled_from(["USD", "VND"])}
)
TEXTS = st.lists(st.sampled_from(["less work", "new to the team", "needs a line", "no outages"]), max_size=3)
RISK = st.fixed_dictionaries(
    {
        "risk": st.sampled_from(["orders are lost", "the line breaks", "people leave", "data leaks"]),
        "probability": LEVEL,
        "impact": LEVEL,
        "mitigation": st.sampled_from(["", "practise it"]),
        "option": st.sampled_from(["", *IDS]),
    }
)


def option(name: str) -> st.SearchStrategy[Form]:
    return st.fixed_dictionaries(
        {
            "id": st.just(name),
            "name": st.just(
                {"stay": "Stay as it is", "move": "Move in phases", "buy": "Buy a new one"}[name]
            ),
            "pros": TEXTS,
            "cons": TEXTS,
            "effort": LEVEL,
            "timeline": st.sampled_from(["", "2 months", "18 months"]),
            "cost": COST,
        }
    )


FORMS = st.fixed_dictionaries(
    {
        "answer": st.just("I would do it in phases."),
        "kind": st.sampled_from(["proposal", "proposal", "fact"]),
        "objective": st.just("grow"),
        "constraints": TEXTS,
        "options": st.tuples(*map(option, IDS)).map(list),
        "risks": st.lists(RISK, max_size=4),
        "cost_estimate": COST,
        "benefits": TEXTS,
        "assumptions": TEXTS,
        "recommendation": st.sampled_from(["", *IDS]),
        "stance": st.sampled_from(["for", "against", "not_now", "only_if", None]),
        "condition": st.sampled_from(["", "if the line is there"]),
        "confidence": st.sampled_from([0.0, 0.4, 0.9]),
        "flags": st.lists(st.sampled_from(["legal", "compliance", "data_breach"]), max_size=2),
        "complexity": st.fixed_dictionaries(
            dict.fromkeys(
                ("data_sources", "logic_branches", "integration_points", "error_paths", "human_touchpoints"),
                st.integers(0, 11),
            )
        ),
    }
)
PAIRS = st.fixed_dictionaries({"cto": FORMS, "coo": FORMS})
POLICY = Policy()


def decided(forms: dict[str, Form | str]) -> Decision:
    views: dict[str, Analysis] = {
        agent: read_form(Analysis, form, agent=agent) for agent, form in forms.items()
    }
    return reconcile(views, objective="Should we?", policy=POLICY)


def no_safer(before: Decision, after: Decision) -> None:
    assert after.complexity.value >= before.complexity.value - 1e-9
    assert after.escalate or not before.escalate
    # Another option may be the best one then; none is less risky than it was.
    risks = {each.id: each.risk.value for each in before.options}
    for each in after.options:
        assert each.risk.value >= risks.get(each.id, 0.0) - 1e-9, each.id


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield (*path, key)
        yield from places(each, (*path, key))


def without(form: Form, path: tuple[Any, ...]) -> Form:
    changed = copy.deepcopy(form)
    holder: Any = changed
    for key in path[:-1]:
        holder = holder[key]
    del holder[path[-1]]
    return changed


@given(PAIRS, st.data())
@settings(max_examples=60, deadline=None)
def test_a_field_that_is_lost_anywhere(forms: dict[str, Any], data: st.DataObject) -> None:
    # An entry of a list that was never written is nothing that could be missed.
    paths = [path for path in places(forms["cto"]) if path != ("answer",) and isinstance(path[-1], str)]
    path = data.draw(st.sampled_from(paths))
    no_safer(decided(forms), decided({**forms, "cto": without(forms["cto"], path)}))


@given(PAIRS, st.data())
@settings(max_examples=60, deadline=None)
def test_a_form_that_is_cut_off_anywhere(forms: dict[str, Any], data: st.DataObject) -> None:
    answer = {"answer": forms["cto"]["answer"]}
    whole = json.dumps(answer | forms["cto"])
    at = data.draw(st.integers(len(json.dumps(answer)), len(whole) - 1))
    try:
        after = decided({**forms, "cto": whole[:at]})
    except FormError:
        assume(False)
    no_safer(decided(forms), after)


@given(PAIRS, st.sampled_from([str.upper, str.title, str.swapcase]))
@settings(max_examples=40, deadline=None)
def test_the_case_of_words_that_are_chosen_from(forms: dict[str, Any], case: Any) -> None:
    changed = copy.deepcopy(forms)
    for form in changed.values():
        form["kind"], form["flags"] = case(form["kind"]), [case(flag) for flag in form["flags"]]
        form["stance"] = form["stance"] and case(form["stance"])
        for each in form["risks"]:
            each["probability"], each["impact"] = case(each["probability"]), case(each["impact"])
        for each in form["options"]:
            each["effort"] = case(each["effort"])
    assert decided(changed) == decided(forms)


@given(PAIRS, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_agents_and_of_what_they_list(forms: dict[str, Any], random: Any) -> None:
    changed = copy.deepcopy({agent: forms[agent] for agent in reversed(forms)})
    for form in changed.values():
        for name in ("options", "risks", "flags", "benefits", "constraints", "assumptions"):
            random.shuffle(form[name])
    before, after = decided(forms), decided(changed)
    assert after.escalate == before.escalate
    assert [(each.id, each.score.value, each.risk.value) for each in after.options] == [
        (each.id, each.score.value, each.risk.value) for each in before.options
    ]
    assert after.recommended == before.recommended


@given(PAIRS)
@settings(max_examples=40, deadline=None)
def test_what_is_said_twice(forms: dict[str, Any]) -> None:
    changed = copy.deepcopy(forms)
    for form in changed.values():
        for name in ("options", "risks", "flags", "benefits"):
            form[name] = [*form[name], *copy.deepcopy(form[name])]
    before, after = decided(forms), decided(changed)
    no_safer(before, after)
    assert [(each.id, each.score.value) for each in after.options] == [
        (each.id, each.score.value) for each in before.options
    ]


@given(PAIRS, RISK)
@settings(max_examples=40, deadline=None)
def test_a_further_risk(forms: dict[str, Any], risk: Form) -> None:
    changed = copy.deepcopy(forms)
    changed["coo"]["risks"].append({**risk, "probability": "high", "impact": "high"})
    no_safer(decided(forms), decided(changed))


@given(PAIRS)
@settings(max_examples=40, deadline=None)
def test_a_further_witness_who_says_the_same(forms: dict[str, Any]) -> None:
    before = decided(forms)
    after = decided({**forms, "risk": forms["cto"]})
    assert after.escalate or not before.escalate
