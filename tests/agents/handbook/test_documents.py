import unicodedata
from pathlib import Path

import pytest

from emads_voice.agents.errors import HandbookError
from emads_voice.agents.handbook.documents import read_sections

TEXT = """\
---
title: Guide
agents: [coo]
---

Before any heading.

## Rooms **and** `halls`

There are
two [rooms](https://example.com):

- the big one
- the small one.

| office  | rooms | seats |
| ------- | ----- | ----- |
| Da Nang | 2     | 8     |
| Hanoi   | 6     |       |

```
neither = this
```

## Empty
"""


def test_only_what_can_be_spoken_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "guide.md"
    path.write_text(TEXT)
    first, second = read_sections(path)
    assert (first.document, first.heading, first.paragraphs) == ("Guide", "Guide", ("Before any heading.",))
    assert second.heading == "Rooms and halls"
    assert second.paragraphs == (
        "There are two rooms: the big one. the small one. Da Nang: rooms 2, seats 8. Hanoi: rooms 6.",
    )
    assert second.agents == ("coo",)


def test_a_document_that_cannot_be_read_is_named_once(tmp_path: Path) -> None:
    with pytest.raises(
        HandbookError, match=r"cannot be read \((is a directory|permission denied)\): let"
    ) as refused:
        read_sections(tmp_path)
    assert str(refused.value).count(str(tmp_path)) == 1


def test_the_title_may_be_a_heading_or_the_file_name(tmp_path: Path) -> None:
    (tmp_path / "office-guide.md").write_text("Text.")
    (tmp_path / "b.md").write_text("\ufeff# Named\n\nText.", encoding="utf-8")
    assert read_sections(tmp_path / "office-guide.md")[0].document == "office guide"
    assert read_sections(tmp_path / "b.md")[0].document == "Named"


def test_text_is_composed_however_it_was_typed(tmp_path: Path) -> None:
    path = tmp_path / "phong.md"
    path.write_text(unicodedata.normalize("NFD", "## Phòng họp\n\nĐặt phòng ở lễ tân."), encoding="utf-8")
    (section,) = read_sections(path)
    assert (section.heading, section.paragraphs) == ("Phòng họp", ("Đặt phòng ở lễ tân.",))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("---\ntitle: [open\n---\nText.", "line 2"),
        ("---\ntitle: open\nText.", "not closed"),
        ("---\n- a list\n---\nText.", "expected lines"),
    ],
)
def test_broken_front_matter_is_told_with_its_line(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "broken.md"
    path.write_text(text)
    with pytest.raises(HandbookError, match=fault):
        read_sections(path)


def test_front_matter_may_be_empty_or_end_with_the_file(tmp_path: Path) -> None:
    (tmp_path / "empty.md").write_text("---\n---\n\nText.")
    assert [each.document for each in read_sections(tmp_path / "empty.md")] == ["empty"]
    (tmp_path / "bare.md").write_text("--- \ntitle: Guide\n---")
    assert read_sections(tmp_path / "bare.md") == []


@pytest.mark.parametrize(
    "matter",
    [
        "title: " + "[" * 3_000,
        "a: &a [x, x]\nb: &b [*a, *a]\ntitle: [*b, *b]",
        "agents: [[cto]]",
        "title: 2024-99-99\ndate: 2024-99-99",
        "title: !!python/object/apply:os.system [id]",
    ],
)
def test_front_matter_that_would_harm_is_refused_in_a_sentence(tmp_path: Path, matter: str) -> None:
    path = tmp_path / "a.md"
    path.write_text(f"---\n{matter}\n---\n\nText.")
    with pytest.raises(HandbookError, match=r"a\.md.*write"):
        read_sections(path)
