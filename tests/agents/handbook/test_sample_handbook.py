"""The sample handbook: both languages complete, telling the same figures, fit to be spoken."""

import re
from collections import Counter

import pytest

from emads_voice.agents import Handbook
from emads_voice.agents.handbook.handbook import Initiative, Passage

# Numbers one language writes as a word ("March", "tháng 3") are written as words in both where possible; the
# names of months and weekdays remain.
_MONTHS = {"March": "3", "November": "11", "December": "12"}


def figures(text: str) -> Counter[str]:
    for name, number in _MONTHS.items():
        text = re.sub(rf"\b{name}\b", number, text)
    found = re.findall(r"\d+(?:[.,]\d+)?", text)
    return Counter(number.replace(",", ".") for number in found)


def test_every_passage_is_in_both_languages(handbook: Handbook) -> None:
    assert len({passage.document["English"] for passage in handbook.passages}) == 14
    for passage in handbook.passages:
        assert set(passage.text) == {"English", "Vietnamese"}, passage.section


def test_both_languages_tell_the_same_figures(handbook: Handbook) -> None:
    for passage in handbook.passages:
        english, vietnamese = (figures(passage.text[language]) for language in ("English", "Vietnamese"))
        assert english == vietnamese, passage.section["English"]


def test_the_views_tell_the_same_figures_too(handbook: Handbook) -> None:
    texts = [
        text for passage in handbook.passages if passage.initiative for text in bilingual(passage.initiative)
    ]
    assert len(texts) > 100
    for text in texts:
        assert set(text) == {"English", "Vietnamese"}, text
        assert figures(text["English"]) == figures(text["Vietnamese"]), text


def bilingual(part: object) -> list[dict[str, str]]:
    if isinstance(part, Initiative):
        return bilingual(part.model_dump())
    if isinstance(part, dict):
        if (
            part
            and all(isinstance(value, str) for value in part.values())
            and set(part) & {"English", "Vietnamese"}
        ):
            return [part]
        return [text for value in part.values() for text in bilingual(value)]
    return [text for value in part for text in bilingual(value)] if isinstance(part, list) else []


@pytest.mark.parametrize("language", ["English", "Vietnamese"])
def test_passages_are_short_and_free_of_symbols(handbook: Handbook, language: str) -> None:
    for passage in handbook.passages:
        text = passage.text[language]
        assert not re.search(r"[%$€/&*_#|<>()\[\]–—]", text), text
        assert 1 <= len(re.findall(r"[.!?](?:\s|$)", text)) <= 4, text
        assert len(text) < 420, text


def test_the_two_chiefs_disagree_on_some_and_agree_on_others(handbook: Handbook) -> None:
    papers = [passage for passage in handbook.passages if passage.initiative]
    assert len(papers) == 6
    same = [agree(passage) for passage in papers]
    assert 0 < sum(same) < len(same)


def agree(passage: Passage) -> bool:
    assert passage.initiative is not None
    views = passage.initiative.views
    return views["cto"].recommendation == views["coo"].recommendation
