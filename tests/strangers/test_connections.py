"""Connections that only take up room, beside a good call."""

import asyncio
from collections.abc import Callable

from harness.beside import LIVEZ_S, Attack, Seen, assert_quiet_log, bear, beside
from harness.process import Server
from harness.webhooks import call_sid, ring

DEADLINE_S = 25
"""Whatever has not become a request by then has to be gone."""
EACH, BROKEN, CROWD = 20, 17, 5_000


async def test_what_does_not_get_on_is_closed(server: Server, quiet: Seen) -> None:
    """Neither requests that never become whole, nor sockets that Twilio's signature opened but no stream begins on."""
    before = server.descriptors()

    def attacks() -> list[Attack]:
        streams = [ring(server.port, call_sid()).stream for _ in range(BROKEN)]
        signed = [[stream.path, stream.signature] for stream in streams]
        return [
            Attack(server, "crowd", seconds=8, most=2_000, start="GET / HTTP/1.1\r\nHost"),
            Attack(server, "lingering", seconds=DEADLINE_S, each=EACH),
            Attack(server, "bad_frames", seconds=DEADLINE_S, streams=signed),
        ]

    seen = await bear(server, quiet, attacks)
    assert_quiet_log(seen)
    _, lingering, broken = seen.attack
    assert not lingering, f"The server holds them for ever: {lingering}"
    assert broken == {"101": BROKEN}, f"The server holds them for ever: {broken}"
    await _until(lambda: server.descriptors() < before + EACH)


async def test_a_crowd_keeps_nobody_out(server: Server, quiet: Seen) -> None:
    before = server.descriptors()
    seen = await bear(server, quiet, lambda: [Attack(server, "crowd", seconds=7, most=CROWD, sources=50)])
    assert_quiet_log(seen)
    assert seen.attack[0]["connected"] > CROWD / 5, seen.attack  # as many as the attackers get done
    await _until(lambda: server.descriptors() < before + 100)


async def test_what_is_not_http_is_refused(server: Server, quiet: Seen) -> None:
    names = ["garbage", "comings_and_goings", "unsigned_upgrades"]
    seen = await bear(server, quiet, lambda: [Attack(server, name, seconds=6) for name in names])
    assert_quiet_log(seen)
    assert "101" not in seen.attack[2], seen.attack


async def test_a_process_that_may_open_few_files_goes_on_answering(start: Callable[..., Server]) -> None:
    """It says so at the start, and whoever waits without asking leaves the room to those who ask."""
    poor = start(descriptors=(256, 256))
    seen = await beside(poor, Attack(poor, "crowd", seconds=7, most=600, sources=10))
    assert seen.heard.greeted, seen
    assert seen.livez.quantile(0.9) < LIVEZ_S, f"Nobody was let in any more: {seen}; {seen.log[:2_000]}"
    assert "Only 256 file descriptors are allowed" in poor.log(), "Nothing is said of it"
    assert_quiet_log(seen)
    await _until(poor.ready)


def test_as_many_files_may_be_opened_as_the_system_allows(server: Server) -> None:
    soft, hard = server.descriptor_limit()
    assert soft == hard


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not await asyncio.to_thread(condition):
            await asyncio.sleep(0.1)
