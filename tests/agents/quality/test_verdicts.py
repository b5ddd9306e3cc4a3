"""What claims come to: verdicts, the score and its arithmetic, advice, and who is the agent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

from emads_voice.agents.minutes.lines import Line
from emads_voice.agents.quality.coaching import coach
from emads_voice.agents.quality.forms import Claim, Measures, SideMeasures
from emads_voice.agents.quality.scorecard import parse_scorecard
from emads_voice.agents.quality.scoring import score
from emads_voice.agents.quality.sides import tell_agent
from emads_voice.agents.quality.verdicts import Call, located, of_their_side, verdicts

CARD = parse_scorecard(
    """
name: test
title: {en: Test}
pass_mark: 60
criteria:
  - {id: hello, title: {en: Hello}, kind: say, weight: 20, within_s: 10, phrases: {en: [Hello.]}, advice: {en: Greet.}}
  - {id: sorry, title: {en: Sorry}, kind: say, weight: 20, when: {en: [I am angry.]}, phrases: {en: [Sorry.]},
     advice: {en: Be sorry.}}
  - {id: threat, title: {en: Threat}, kind: avoid, weight: 30, critical: true, phrases: {en: [Or else.]},
     advice: {en: Do not threaten.}}
  - {id: floor, title: {en: Floor}, kind: measure, weight: 20, measure: agent_interruptions, at_most: 1,
     advice: {en: Let them finish.}}
  - {id: hours, title: {en: Hours}, kind: hours, weight: 10, between: ["07:00", "21:00"], advice: {en: Call by day.}}
""",
    "test",
)
LINES = (
    Line("agent", "Hello, this is Ann speaking.", 2, 5),
    Line("customer", "I am really very angry.", 5, 8),
    Line("agent", "I am so sorry about that.", 8, 12),
    Line("agent", "Pay now or you will regret it.", 30, 33),
)
HELLO = Claim(criterion="hello", quote="Hello, this is Ann speaking.")
ANGRY = Claim(criterion="sorry", quote="I am really very angry.", occasion=True)
SORRY = Claim(criterion="sorry", quote="I am so sorry about that")
THREAT = Claim(criterion="threat", quote="pay now or you will regret it")


def measured(interruptions: int | None = 0) -> Measures:
    side = SideMeasures(
        speaker="agent", talk_s=20, talk_share=0.5, words_per_minute=None, interruptions=interruptions
    )
    return Measures(sides=[side], longest_silence_s=1, silence_share=0.1, overlap_s=0)


def judged(
    *claims: Claim, agent: str = "agent", lines: Sequence[Line] = LINES, **call: Any
) -> dict[str, Any]:
    given = {"measures": measured(), "began": datetime(2026, 11, 27, 9), **call}
    said, _ = located(claims, CARD, lines)
    made = verdicts(of_their_side(said, agent), CARD, Call(lines, agent, **given))
    return {verdict.criterion: verdict for verdict in made}


def outcomes(*claims: Claim, **call: Any) -> dict[str, str]:
    return {name: verdict.outcome for name, verdict in judged(*claims, **call).items()}


def test_verdicts_stand_on_quotes_with_times() -> None:
    made = judged(HELLO, ANGRY, SORRY, THREAT)
    assert {name: verdict.outcome for name, verdict in made.items()} == {
        "hello": "met",
        "sorry": "met",
        "threat": "broken",
        "floor": "met",
        "hours": "met",
    }
    (threat,) = made["threat"].evidence
    assert (threat.quote, threat.start_s, threat.speaker) == ("Pay now or you will regret it.", 30, "agent")
    assert [claim.occasion for claim in made["sorry"].evidence] == [True, False]


def test_what_was_not_said_is_broken_and_what_was_not_forbidden_met() -> None:
    assert outcomes() == {
        "hello": "broken",
        "sorry": "not_applicable",
        "threat": "met",
        "floor": "met",
        "hours": "met",
    }


def test_what_is_said_too_late_was_not_said_in_time() -> None:
    late = judged(HELLO, lines=[LINES[1], Line("agent", HELLO.quote, 20, 22)])["hello"]
    assert (late.outcome, late.why) == ("broken", "said_late")
    assert late.evidence[0].start_s == 20


def test_an_apology_before_the_complaint_is_none() -> None:
    lines = [LINES[2], LINES[1]]
    assert outcomes(ANGRY, SORRY, lines=lines)["sorry"] == "broken"


def test_words_of_the_other_side_do_not_count() -> None:
    lines = [*LINES[:3], Line("customer", THREAT.quote, 30, 33)]
    assert outcomes(THREAT, lines=lines)["threat"] == "met"


def test_a_quote_that_nobody_said_is_dropped_and_counted() -> None:
    invented = Claim(criterion="threat", quote="I will break your windows")
    unknown = Claim(criterion="mood", quote=HELLO.quote)
    said, dropped = located([HELLO, invented, unknown], CARD, LINES)
    assert ([claim.criterion for claim in said], dropped) == (["hello"], 2)


def test_what_was_not_understood_may_have_been_anything() -> None:
    gaps = [("agent", 6.0, 7.0)]
    found = outcomes(gaps=gaps)
    assert (found["hello"], found["threat"]) == ("unknown", "unknown")
    assert outcomes(gaps=[("agent", 20.0, 21.0)])["hello"] == "broken", "that was too late for it anyway"
    assert outcomes(gaps=[("customer", 6.0, 7.0)])["threat"] == "met"
    assert outcomes(gaps=[("customer", 6.0, 7.0)])["sorry"] == "unknown", "it may have been the occasion"


@pytest.mark.parametrize("lines", [[], [LINES[1]]])
def test_an_agent_who_was_not_heard_is_not_judged_by_words(lines: list[Line]) -> None:
    found = outcomes(lines=lines)
    assert (found["hello"], found["threat"]) == ("unknown", "unknown")


def test_measures_and_the_time_of_day() -> None:
    assert outcomes(measures=measured(2))["floor"] == "broken"
    assert outcomes(measures=measured(None))["floor"] == "unknown"
    assert outcomes(began=datetime(2026, 11, 27, 6, 59))["hours"] == "broken"
    assert outcomes(began=datetime(2026, 11, 27, 20, 59, 50))["hours"] == "broken", "it ends after nine"
    assert outcomes(began=None)["hours"] == "unknown"


def scored(*claims: Claim, **call: Any) -> Any:
    return score(list(judged(*claims, **call).values()), CARD.pass_mark)


def test_the_score_shows_its_arithmetic() -> None:
    made = scored(HELLO)
    assert (made.points, made.of, made.percent, made.passed) == (80, 80, 100.0, True)
    assert made.arithmetic == "20 hello + 30 threat + 20 floor + 10 hours = 80 of 80 = 100 %"


def test_a_critical_breach_fails_the_call_whatever_the_points() -> None:
    made = scored(HELLO, ANGRY, SORRY, THREAT)
    assert (made.percent, made.passed, made.failed_by) == (70.0, False, ["threat"])


def test_what_is_unknown_earns_nothing_and_is_left_open() -> None:
    made = scored(HELLO, began=None)
    assert (made.percent, made.at_most_percent, made.passed) == (87.5, 100.0, True)
    assert "+ 0–10 hours = 70 of 80" in made.arithmetic
    made = scored(HELLO, gaps=[("agent", 20.0, 21.0)])
    assert (made.percent, made.at_most_percent, made.passed) == (62.5, 100.0, None), (
        "it may have been a threat"
    )


def test_advice_is_bound_to_what_was_said_the_critical_first() -> None:
    made = list(judged(ANGRY, THREAT).values())
    advice = coach(made, CARD, "en")
    assert [each.criterion for each in advice] == ["threat", "hello", "sorry"]
    assert advice[0].about[0].quote == "Pay now or you will regret it."
    assert advice[2].about[0].quote == "I am really very angry."


def claims_of(speaker: str, *criteria: str) -> list[Claim]:
    return [Claim(criterion=each, quote="Some words.", speaker=speaker) for each in criteria]


def test_the_agent_is_who_says_what_agents_say() -> None:
    side = tell_agent(claims_of("right", "hello"), CARD, ["left", "right"])
    assert (side.label, side.known_by) == ("right", "words")
    assert tell_agent([], CARD, ["left", "right"]).known_by == "unknown"
    assert tell_agent([], CARD, ["left"]).known_by == "alone"


def test_swapped_channels_are_noticed() -> None:
    claims = claims_of("right", "hello", "sorry")
    assert tell_agent(claims, CARD, ["left", "right"], "left").doubt == "right"
    assert tell_agent(claims, CARD, ["left", "right"], "right").doubt == ""
    assert tell_agent(claims[:1], CARD, ["left", "right"], "left").doubt == "", "one may be said by anybody"
