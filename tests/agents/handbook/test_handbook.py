from pathlib import Path

import pytest

from emads_voice.agents import HandbookError, load_handbook

INITIATIVE = """
title: {en: New trucks, vi: Xe tải mới}
summary: Buy 5 trucks.
options:
  buy: {name: {en: Buy, vi: Mua}}
views:
  coo: {answer: {en: Buy them.}, recommendation: buy}
"""


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_md", ".md").replace("_yaml", ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def test_translations_are_joined_paragraph_by_paragraph(tmp_path: Path) -> None:
    handbook = load_handbook(
        write(
            tmp_path,
            en__a_md="# Guide\n\n## Rooms\n\nSix rooms.\n\nBook early.\n",
            vi__a_md="# Hướng dẫn\n\n## Phòng\n\nSáu phòng.\n\nĐặt sớm.\n",
        )
    )
    assert handbook.languages == ("English", "Vietnamese")
    assert [dict(p.text) for p in handbook.passages] == [
        {"English": "Six rooms.", "Vietnamese": "Sáu phòng."},
        {"English": "Book early.", "Vietnamese": "Đặt sớm."},
    ]
    assert handbook.passages[0].section == {"English": "Rooms", "Vietnamese": "Phòng"}


def test_translations_built_differently_stand_for_themselves(tmp_path: Path) -> None:
    handbook = load_handbook(write(tmp_path, en__a_md="# A\n\nOne.\n\nTwo.\n", vi__a_md="# A\n\nMột.\n"))
    assert [list(p.text) for p in handbook.passages] == [["English"], ["English"], ["Vietnamese"]]


def test_an_initiative(tmp_path: Path) -> None:
    (passage,) = load_handbook(write(tmp_path, initiatives__a_yaml=INITIATIVE)).passages
    assert passage.section["Vietnamese"] == "Xe tải mới"
    assert passage.initiative is not None
    assert passage.agents == ("coo",)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "holds no documents"),
        ({"initiatives__a_yaml": "title: {en: x\nb"}, r"a.yaml, line \d+: "),
        ({"initiatives__a_yaml": "- 1"}, r"a.yaml, line 1: expected lines such as"),
        ({"initiatives__a_yaml": INITIATIVE + "colour: red\n"}, "a.yaml: the key colour is not known"),
        ({"initiatives__a_yaml": "title: x\n"}, "a.yaml: the key summary is missing"),
        (
            {"initiatives__a_yaml": INITIATIVE.replace("recommendation: buy", "recommendation: rent")},
            "option 'rent'",
        ),
        ({"en__a_md": "---\ntitle: [x\n---\n\ntext"}, r"a.md, line \d+: "),
        ({"en__a_md": "---\ntitle: x\n\ntext"}, "a.md, line 1: the front matter .* is not closed"),
        ({"en__a_md": "---\nagents: cto\n---\n\ntext"}, 'write "agents" as a list'),
    ],
)
def test_what_is_wrong_is_said_with_the_file(tmp_path: Path, files: dict[str, str], message: str) -> None:
    with pytest.raises(HandbookError, match=message) as caught:
        load_handbook(write(tmp_path, **files))
    assert "\n" not in str(caught.value)


def test_a_missing_folder_and_a_binary_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(HandbookError, match="There is no handbook folder"):
        load_handbook(tmp_path / "none")
    write(tmp_path, en__a_md="").joinpath("en/a.md").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(HandbookError, match=r"a\.md cannot be read"):
        load_handbook(tmp_path)
