"""docs/glossary.md holds words in use: a term that neither code nor documents know is to be renamed or taken out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GLOSSARY = ROOT / "docs" / "glossary.md"
ROOMS = ("agents", "channels", "emads_voice", "graph", "observability", "voice")
TERMS = re.findall(r"^\| (?!word )([^|]+) \| ", GLOSSARY.read_text("utf-8"), re.MULTILINE)


@pytest.fixture(scope="module")
def in_use() -> str:
    sources = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    documents = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    return "\n".join(path.read_text("utf-8") for path in [*sources, *documents] if path != GLOSSARY).lower()


def test_they_are_found() -> None:
    assert len(TERMS) > 50
    assert {"transcript", "`Ear`", "false interruption"} <= set(TERMS)
    assert len(TERMS) == len(set(TERMS))


@pytest.mark.parametrize("term", TERMS)
def test_a_term_is_in_use(term: str, in_use: str) -> None:
    words = re.split(r"[ -]", term.strip("`").lower())
    assert re.search(r"\b" + r"[\s_-]?".join(words), in_use), f"{term}: nothing is called so any more"
