"""The savers with a fence pass LangGraph's own tests of savers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from langgraph.checkpoint.conformance import checkpointer_test, validate


@pytest.mark.parametrize("single", [False, True], ids=["pool", "connection"])
async def test_savers_with_a_fence_conform(store: Any, single: bool) -> None:
    async def saver() -> AsyncIterator[Any]:
        async with store.open() as threads:
            if single:
                async with type(threads.saver).from_conn_string(store.address) as opened:
                    yield opened
            else:
                yield threads.saver

    report = await validate(checkpointer_test(name="fenced")(saver))
    failures = {name: result.failures for name, result in report.results.items() if result.failures}
    assert not failures
    assert report.passed_all_base()
    assert report.conformance_level().startswith("FULL"), report.conformance_level()
    assert report.results["delete_for_runs"].passed  # without it a rollback stops LangGraph's server for good
