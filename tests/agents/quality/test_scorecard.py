"""Scorecards: those that ship are whole in both languages; what is wrong with one is a sentence that says where."""

from __future__ import annotations

from pathlib import Path

import pytest

from emads_voice.agents.quality.errors import ScorecardError
from emads_voice.agents.quality.scorecard import (
    Avoid,
    Say,
    load_scorecard,
    parse_scorecard,
    shipped_scorecards,
)

ONE = """
name: own
title: {en: Own}
pass_mark: 50
criteria:
  - {id: hello, title: {en: Says hello}, kind: say, weight: 60, phrases: {en: [Hello there.]}, advice: {en: Say hello.}}
  - {id: calm, title: {en: Is calm}, kind: measure, weight: 40, measure: silence_share, at_most: 0.5, advice: {en: Hm.}}
"""


@pytest.mark.parametrize("name", shipped_scorecards())
def test_what_ships_is_whole_in_english_and_vietnamese(name: str) -> None:
    scorecard = load_scorecard(name)
    assert sum(criterion.weight for criterion in scorecard.criteria) == 100
    assert any(criterion.critical for criterion in scorecard.criteria)
    for criterion in scorecard.criteria:
        assert criterion.title.vi
        assert criterion.advice.vi
        if isinstance(criterion, Say | Avoid):
            assert criterion.phrases.en
            assert criterion.phrases.vi


def test_one_of_ones_own_is_read(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(ONE)
    scorecard = load_scorecard(str(path))
    assert [criterion.id for criterion in scorecard.criteria] == ["hello", "calm"]
    assert scorecard.criteria[0].title.text("vi") == "Says hello", "else it is in English"


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("weight: 40", "weight: 35", "own.yaml: the weights come to 95: make them come to 100."),
        ("weight: 40", "weight: -40", 'own.yaml: criterion "calm", weight, it should be greater than 0.'),
        ("weight: 40", "weight: much", 'own.yaml: criterion "calm", weight, it should be a valid number'),
        ("weight: 40", "weight: .nan", 'own.yaml: criterion "calm", weight, it should be a finite number.'),
        (
            "at_most: 0.5",
            "at_most: .nan",
            'own.yaml: criterion "calm", at_most, it should be a finite number.',
        ),
        (
            "at_most: 0.5",
            "at_most: -1",
            'criterion "calm", at_most, it should be greater than or equal to 0.',
        ),
        (
            "at_most: 0.5",
            "at_most: 0.5, at_least: 0.6",
            'criterion "calm", at_most is less than at_least, so',
        ),
        (
            "id: calm",
            "id: hello",
            'own.yaml: the criterion "hello" is there twice: give each an id of its own.',
        ),
        ("silence_share", "mood", "write one of agent_talk_share, agent_interruptions"),
        ("at_most: 0.5, ", "", 'own.yaml: criterion "calm", give at_most or at_least.'),
        ("{en: [Hello there.]}", "{}", 'the criterion "hello" has no phrases: write how it is said.'),
        ("kind: say", "kind: sing", 'criterion "hello"'),
        ("pass_mark: 50", "", "own.yaml: pass_mark, it is missing."),
        ("pass_mark: 50", "pass_mark: 50\nmood: good", "own.yaml: mood, no such entry."),
        ("title: {en: Own}", "title: {en: Own", "Correct own.yaml, line 4: it is no YAML"),
    ],
)
def test_what_is_wrong_is_one_sentence(before: str, after: str, sentence: str) -> None:
    with pytest.raises(ScorecardError) as caught:
        parse_scorecard(ONE.replace(before, after), "own.yaml")
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "[]", "7", "name: [", "criteria: [3]", "\x00"])
def test_what_is_no_scorecard_is_one_sentence(text: str) -> None:
    with pytest.raises(ScorecardError) as caught:
        parse_scorecard(text, "own.yaml")
    assert "\n" not in str(caught.value)


def test_a_name_that_nothing_has_is_told_which_there_are() -> None:
    with pytest.raises(ScorecardError, match=r"name collections_vn or support, or the path of your own file"):
        load_scorecard("sales")


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ScorecardError, match="cannot be read"):
        load_scorecard(str(tmp_path / "none.yaml"))
    (tmp_path / "sound.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScorecardError, match="not text in UTF-8"):
        load_scorecard(str(tmp_path / "sound.yaml"))
