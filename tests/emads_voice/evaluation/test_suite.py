from pathlib import Path

import pytest

from emads_voice.evaluation.errors import SuiteError
from emads_voice.evaluation.suite import VARIANTS, read_suite

EXAMPLES = Path(__file__).parents[3] / "examples" / "evaluation"


def suite(folder: Path, *lines: str) -> Path:
    path = folder / "suite.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_row_says_what_should_come_of_it_and_nothing_else_is_judged(tmp_path: Path) -> None:
    (row,) = read_suite(suite(tmp_path, '{"id": "a", "turns": ["Hello?"], "language": "en"}', ""))
    assert (row.expected, row.no_answer, row.must) == (None, None, [])
    assert row.groups == {"group": "en"}


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (['{"id": "a", "turns": []}'], "line 1: turns: List should have at least 1 item"),
        (['{"id": "a", "turns": ["x"], "musst": []}'], "line 1: musst: Extra inputs are not permitted"),
        (['{"id": "a", "turns": ["x"], "must": ["("]}'], "no regular expression"),
        (["{"], "line 1: Invalid JSON"),
        (['{"id": "a", "turns": ["x"]}'] * 2, "2 rows have the id a"),
        ([""], "holds no rows"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, lines: list[str], fault: str) -> None:
    with pytest.raises(SuiteError, match=fault.replace("(", r"\(")):
        read_suite(suite(tmp_path, *lines))


def test_a_suite_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match=r"cannot be read \(no such file"):
        read_suite(tmp_path / "none.jsonl")


def test_variants_change_the_writing_and_not_the_question() -> None:
    text = "Kho Đà Nẵng, có bao nhiêu người?"
    assert {name: change(text) for name, change in VARIANTS.items()} == {
        "without accents": "Kho Da Nang, co bao nhieu nguoi?",
        "lower case": "kho đà nẵng, có bao nhiêu người?",
        "no punctuation": "Kho Đà Nẵng có bao nhiêu người",
    }


def test_the_suite_that_ships_is_large_and_in_both_languages() -> None:
    rows = [row for name in ("routing", "handbook") for row in read_suite(EXAMPLES / f"{name}.jsonl")]
    assert len(rows) >= 300
    assert len({row.id for row in rows}) == len(rows)
    for group in ("en", "vi", "plain"):
        assert sum(row.group == group for row in rows) > 60
    assert {row.split for row in rows} == {"tuning", "held-out"}
