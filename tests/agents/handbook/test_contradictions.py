"""Sections that contradict each other are both told."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import pytest
from langchain_core.embeddings import Embeddings
from langchain_core.messages import HumanMessage

from emads_voice.agents import HandbookModel, load_handbook
from emads_voice.agents.handbook.contradictions import contradict
from emads_voice.agents.handbook.handbook import Handbook

SAMPLE = Path(__file__).parents[3] / "examples" / "handbook"


@pytest.mark.parametrize(
    ("first", "second", "so"),
    [
        (
            "Passwords have at least 14 characters and are kept safe.",
            "Passwords have at least 10 characters.",
            True,
        ),
        ("Mỗi năm có 12 ngày phép.", "Mỗi năm có 14 ngày phép hưởng lương.", True),
        ("Passwords have at least 14 characters.", "Passwords have at least 14 characters.", False),
        ("The Hanoi office has 6 rooms.", "Da Nang has 2 rooms.", False),
        ("It costs 14 dollars a month at least.", "It costs 14.5 dollars a month at least.", True),
        ("Answered within 4 hours.", "Answered within 3 days.", False),
    ],
)
def test_the_same_of_other_figures_is_a_contradiction(first: str, second: str, so: bool) -> None:
    assert contradict(first, second) is so


def test_the_sample_contradicts_itself_nowhere(handbook: Handbook) -> None:
    texts = [text for passage in handbook.passages for text in passage.text.values()]
    assert [pair for pair in itertools.combinations(texts, 2) if contradict(*pair)] == []


async def test_both_are_told_with_where_they_stand(e5: Embeddings, tmp_path: Path) -> None:
    shutil.copytree(SAMPLE, tmp_path / "book")
    (tmp_path / "book" / "en" / "zz.md").write_text(
        "---\ntitle: IT guide\n---\n\n## Passwords\n\nPasswords have at least 10 characters.\n"
    )
    model = HandbookModel(handbook=load_handbook(tmp_path / "book"), embeddings=e5)
    told = await model.ainvoke([HumanMessage("How many characters must a password have?")])
    assert "contradict each other" in told.text
    assert "14 characters" in told.text
    assert "10 characters" in told.text
