"""Two thousand random lives of decisions: one effect each, and nothing lost."""

import pytest

from .schedules import run_schedules


@pytest.mark.parametrize("start", range(4))  # so that several processes share them
def test_whatever_happens_each_effect_is_there_once(start: int) -> None:
    run_schedules(500, start)
