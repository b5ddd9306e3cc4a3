"""The tasks and timers of one call: failures are told once, with the call's name; nothing outlives the call."""

import asyncio

import pytest

from emads_voice.channels.background import CLOSING_S, Background
from emads_voice.testing import run_virtual


def test_failures_are_logged_once_with_the_calls_name(caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> None:
        raise KeyError("task")

    async def main() -> None:
        background = Background("c1")
        background.start(fail())
        background.after("x", 0.1, lambda: dict[str, None]()["timer"])
        await asyncio.sleep(1)
        await background.close()

    run_virtual(main())
    assert [record.getMessage() for record in caplog.records] == [
        "call c1: 'task'",
        "call c1: the timer 'x' failed",
    ]
    assert all(record.exc_info for record in caplog.records)


def test_a_timer_replaces_its_namesake_and_can_be_cancelled() -> None:
    fired: list[str] = []

    async def main() -> None:
        background = Background("c1")
        background.after("a", 1, lambda: fired.append("first"))
        background.after("a", 2, lambda: fired.append("second"))
        background.after("b", 1, lambda: fired.append("b"))
        background.cancel("b", "nothing")
        assert background.waits("a")
        assert not background.waits("b")
        await asyncio.sleep(3)
        assert not background.waits("a")

    run_virtual(main())
    assert fired == ["second"]


def test_closing_ends_everything_and_does_not_wait_for_ever(caplog: pytest.LogCaptureFixture) -> None:
    async def stubborn() -> None:
        for _ in range(2):
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                continue

    async def main() -> float:
        background = Background("c1")
        quick = background.start(asyncio.sleep(60))
        slow = background.start(stubborn())
        background.after("x", 5, lambda: pytest.fail("it was closed"))
        await asyncio.sleep(0)
        began = asyncio.get_running_loop().time()
        await background.close()
        took = asyncio.get_running_loop().time() - began
        assert quick.cancelled()
        assert not slow.done()
        await asyncio.sleep(100)
        return took

    assert run_virtual(main()) == pytest.approx(CLOSING_S)
    assert "1 task(s) did not end" in caplog.text
