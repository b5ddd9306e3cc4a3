import json
from pathlib import Path

import pytest

from emads_voice.evaluation.errors import SuiteError
from emads_voice.evaluation.report import Count, as_json, counts, read_baseline
from emads_voice.evaluation.running import AS_WRITTEN, Result
from emads_voice.evaluation.suite import Row


def result(name: str, right: bool, *, variant: str = AS_WRITTEN, group: str = "en") -> Result:
    row = Row(id=name, turns=["?"], group=group, kind="number")
    return Result(row, variant, {"routing": right}, ("cto",), "Ten.", 5.0)


def test_groups_are_counted_as_written_and_variants_apart() -> None:
    told = counts(
        [result("a", True), result("b", False, group="vi"), result("a", False, variant="lower case")]
    )
    assert {name: (count.right, count.of) for name, count in told.items()} == {
        "routing": (1, 2),
        "routing/en": (1, 1),
        "routing/number": (1, 2),
        "routing/vi": (0, 1),
        "routing/lower case": (0, 1),
    }


@pytest.mark.parametrize(
    ("right", "of", "low", "high"),
    [(0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (50, 100, 0.404, 0.596)],  # R: binom::binom.wilson
)
def test_the_interval_is_wilsons(right: int, of: int, low: float, high: float) -> None:
    assert Count(right, of).interval == pytest.approx((low, high), abs=5e-4)


def test_what_is_printed_as_json_is_a_baseline(tmp_path: Path) -> None:
    path = tmp_path / "before.json"
    path.write_text(json.dumps(as_json([result("a", False), result("b", True), result("c", True)])))
    before = read_baseline(path)
    assert before.shares["routing"] == pytest.approx(2 / 3, abs=1e-3)
    assert before.changes(
        [result("a", True), result("b", False), result("c", True), result("new", False)]
    ) == (
        ["a"],
        ["b"],
    )


@pytest.mark.parametrize("text", ["", "[]", '{"groups": {}}', '{"groups": 1, "rows": []}'])
def test_what_is_no_baseline_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "before.json"
    path.write_text(text)
    with pytest.raises(SuiteError, match="is no baseline: write one with"):
        read_baseline(path)
