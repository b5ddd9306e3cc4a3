"""Connections that only take up room, beside a good call."""

import asyncio
from collections.abc import Callable

from harness.beside import LIVEZ_S, Attack, Seen, assert_quiet_log, assert_unhurt, beside
from harness.process import Server

DEADLINE_S = 25
"""Whatever has not become a request by then has to be gone."""
EACH, CROWD = 20, 5_000


async def test_what_does_not_get_on_is_closed(server: Server, quiet: Seen) -> None:
    half_open = Attack(server, "crowd", seconds=DEADLINE_S, most=2_000, start="GET / HTTP/1.1\r\nHost")
    slow = Attack(server, "lingering", seconds=DEADLINE_S, each=EACH)
    before = server.descriptors()
    attacking = [asyncio.create_task(attack.run()) for attack in (half_open, slow)]
    seen = await beside(server)
    assert_unhurt(seen, quiet)
    assert_quiet_log(seen)
    _, held = await asyncio.gather(*attacking)
    assert not {kind: number for kind, number in held.items() if number}, "The server holds them for ever"
    assert server.descriptors() < before + EACH


async def test_a_crowd_keeps_nobody_out(server: Server, quiet: Seen) -> None:
    before = server.descriptors()
    seen = await beside(server, Attack(server, "crowd", seconds=7, most=CROWD, sources=50))
    assert_unhurt(seen, quiet)
    assert_quiet_log(seen)
    assert seen.attack[0]["done"] == CROWD, seen.attack
    await _until(lambda: server.descriptors() < before + 100)


async def test_what_is_not_http_is_refused(server: Server, quiet: Seen) -> None:
    names = ["garbage", "comings_and_goings", "unsigned_upgrades"]
    seen = await beside(server, *(Attack(server, name, seconds=6) for name in names))
    assert_unhurt(seen, quiet)
    assert_quiet_log(seen)
    assert "101" not in seen.attack[2], seen.attack


async def test_a_process_that_may_open_few_files_goes_on_answering(start: Callable[..., Server]) -> None:
    """It says so when it runs out, and whoever waits without asking leaves the room to those who ask."""
    poor = start(descriptors=256)
    await beside(poor)  # models take their memory with the first call
    seen = await beside(poor, Attack(poor, "crowd", seconds=7, most=600, sources=10))
    assert seen.heard.greeted, seen
    assert seen.livez.quantile(0.9) < LIVEZ_S, f"Nobody was let in any more: {seen}; {seen.log[:2_000]}"
    assert "descriptors" in poor.log() or "files" in poor.log(), "Nothing is said of it"
    assert_quiet_log(seen)
    await _until(poor.ready)


def test_as_many_files_may_be_opened_as_the_system_allows(server: Server) -> None:
    soft, hard = server.descriptor_limit()
    assert soft == hard


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not await asyncio.to_thread(condition):
            await asyncio.sleep(0.1)
