"""The utterances that redaction is measured with are read, and what it does of them does not get worse."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from emads_voice.observability.redaction import conceal_names, find, names

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "redaction.py"


@pytest.fixture(scope="module")
def benchmark() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("benchmarks_redaction", BENCHMARK)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    conceal_names(module.NAMES)
    yield module
    names._names.clear()


def test_there_are_three_hundred_in_two_halves(benchmark: ModuleType) -> None:
    tuning, held_out = (
        list(benchmark.utterances(benchmark.UTTERANCES, half=half)) for half in ("tuning", "held out")
    )
    assert len(tuning) + len(held_out) >= 300
    assert not {each.text for each in tuning} & {each.text for each in held_out}
    assert {each.language for each in tuning} == {each.language for each in held_out} == {"en", "vi"}


def test_nearly_all_is_found_and_little_else(benchmark: ModuleType) -> None:
    counts = benchmark.Counts()
    for each in benchmark.utterances(benchmark.UTTERANCES):
        counts.add(each, find(each.text))
    assert sum(counts.gone.values()) >= 0.98 * sum(counts.wanted.values())
    assert sum(counts.rightly.values()) >= 0.98 * sum(counts.taken.values())
