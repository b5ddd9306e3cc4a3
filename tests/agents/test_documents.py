from pathlib import Path

from emads_voice.agents.documents import read_sections

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

| not | spoken |
| --- | ------ |
| 1   | 2      |

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
    assert second.paragraphs == ("There are two rooms: the big one. the small one.",)
    assert second.agents == ("coo",)


def test_the_title_may_be_a_heading_or_the_file_name(tmp_path: Path) -> None:
    (tmp_path / "office-guide.md").write_text("Text.")
    (tmp_path / "b.md").write_text("\ufeff# Named\n\nText.", encoding="utf-8")
    assert read_sections(tmp_path / "office-guide.md")[0].document == "office guide"
    assert read_sections(tmp_path / "b.md")[0].document == "Named"
