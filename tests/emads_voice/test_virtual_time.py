"""Virtual time: waiting costs nothing, order is that of real time, and what would hang is told."""

import asyncio
import time

import pytest

from emads_voice.testing import run_virtual


def test_an_hour_takes_no_time() -> None:
    async def main() -> float:
        began = asyncio.get_running_loop().time()
        await asyncio.sleep(3600)
        return asyncio.get_running_loop().time() - began

    began = time.monotonic()
    assert run_virtual(main()) == pytest.approx(3600)
    assert time.monotonic() - began < 5


def test_timers_fire_in_order_and_at_their_time() -> None:
    async def main() -> list[tuple[str, float]]:
        loop, fired = asyncio.get_running_loop(), list[tuple[str, float]]()
        began = loop.time()

        async def at(name: str, seconds: float) -> None:
            await asyncio.sleep(seconds)
            fired.append((name, round(loop.time() - began, 6)))

        await asyncio.gather(at("c", 3), at("a", 0.001), at("b", 2.5))
        return fired

    assert run_virtual(main()) == [("a", 0.001), ("b", 2.5), ("c", 3.0)]


def test_timeouts_end_what_takes_too_long() -> None:
    async def main() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.sleep(100), 10)

    run_virtual(main())


def test_threads_are_done_on_the_spot_with_their_results_and_errors() -> None:
    async def main() -> None:
        assert await asyncio.to_thread(pow, 2, 5) == 32
        with pytest.raises(ZeroDivisionError):
            await asyncio.to_thread(divmod, 1, 0)

    run_virtual(main())


def test_what_would_hang_for_ever_is_told() -> None:
    async def main() -> None:
        await asyncio.Event().wait()

    with pytest.raises(RuntimeError, match="never happen"):
        run_virtual(main())


def test_nothing_outside_the_loop_is_touched() -> None:
    async def main() -> float:
        before = time.time()
        await asyncio.sleep(1000)
        return time.time() - before

    assert run_virtual(main()) < 5
