"""Shares of talk, silences, interruptions and words a minute, from who speaks when."""

from __future__ import annotations

import pytest

from emads_voice.agents.minutes.lines import Line
from emads_voice.agents.quality.measures import Spell, measure


def interruptions(*spells: Spell) -> dict[str, int | None]:
    measures = measure(spells, [], by_channel=True)
    return {side.speaker: side.interruptions for side in measures.sides}


def test_shares_silences_and_rates() -> None:
    spells = [("left", 1.0, 21.0), ("right", 31.0, 36.0), ("left", 36.5, 41.5)]
    lines = [Line("left", "word " * 50, 1, 21), Line("right", "yes " * 50, 31, 36)]
    found = measure(spells, lines, by_channel=True)
    left, right = found.sides
    assert (left.talk_s, left.talk_share, left.words_per_minute) == (25.0, 0.833, 120.0)
    assert right.words_per_minute is None, "five seconds tell no rate"
    assert (found.longest_silence_s, found.silences) == (10.0, [(21.0, 31.0)])
    assert found.silence_share == pytest.approx(10.5 / 40.5, abs=0.001)


def test_who_takes_the_floor_interrupts() -> None:
    assert interruptions(("left", 0, 5), ("right", 4, 8)) == {"left": 0, "right": 1}


@pytest.mark.parametrize(
    ("spells", "why"),
    [
        ([("left", 0, 5), ("right", 3, 3.8)], "listening"),
        ([("left", 0, 5), ("right", 4.8, 8)], "turns that meet"),
        ([("left", 0, 9), ("right", 3, 6)], "the other goes on"),
        ([("left", 0, 5), ("right", 5.5, 8)], "one after the other"),
        ([("left", 0, 5), ("right", 0.5, 8)], "both began"),
    ],
)
def test_what_is_no_interruption(spells: list[Spell], why: str) -> None:
    assert interruptions(*spells) == {"left": 0, "right": 0}, why


def test_a_pause_for_breath_ends_no_turn() -> None:
    assert interruptions(("left", 0, 2), ("left", 2.4, 5), ("right", 4, 8))["right"] == 1


def test_in_one_channel_nobody_is_heard_to_interrupt() -> None:
    found = measure([("Speaker 1", 0, 5), ("Speaker 2", 4, 8)], [], by_channel=False)
    assert [side.interruptions for side in found.sides] == [None, None]
    assert found.overlap_s is None


def test_where_nobody_speaks_nothing_is_measured() -> None:
    found = measure([], [], by_channel=True)
    assert (found.sides, found.longest_silence_s, found.silence_share) == ([], None, None)


def test_words_are_counted_only_where_spaces_part_them() -> None:
    found = measure([("left", 0, 20)], [Line("left", "您好我是客服", 0, 20, "zh")], by_channel=True)
    assert found.sides[0].words_per_minute is None
