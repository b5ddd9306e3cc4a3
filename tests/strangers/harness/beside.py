"""A good call with somebody attacking the server beside it, and whether it was hurt, compared with a quiet one."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .line import LISTEN_S, Heard, call
from .probe import Latencies, probe
from .process import Server

ATTACKS = Path(__file__).parents[1] / "attacks"

HOLE_S, LATE_S, LIVEZ_S = 1.0, 4.0, 2.0
"""Floors for what is compared with the quiet call, so that a busy machine fails nobody: the attacks these tests are
about stop the server for seconds."""
RATIO = 3.0
"""How much worse than the quiet call a good call may be; the machine's other work doubles a time now and then."""
GROWTH_MB = 300.0
"""Memory that may come and go beside one attack. Recognition alone takes and gives back 150."""
KEPT_MB = 150.0
"""Memory that may stay: allocators keep what they once had."""
DANGER_MB = 1_500.0
"""An attack that takes so much has won, and is ended before it takes the machine."""
SETTLE_S = 5.0
TRIES = 3
LINES_PER_S, SPARE_LINES = 2.0, 5
"""One line a second of strangers' noise, and some for two kinds of it and for what is said of it afterwards."""


@dataclass
class Seen:
    """What was seen beside an attack.

    Attributes:
        heard: by the caller.
        livez: seconds /livez took meanwhile.
        before_mb: resident memory when it began.
        peak_mb: the most resident memory meanwhile.
        after_mb: resident memory a few seconds after.
        log: what the server wrote meanwhile.
        attack: what the attackers report of themselves.
        seconds: how long all of it took.
    """

    heard: Heard
    livez: Latencies
    before_mb: float
    peak_mb: float = 0.0
    after_mb: float = 0.0
    log: str = ""
    attack: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0

    def __str__(self) -> str:
        heard, livez = self.heard, self.livez
        return (
            f"answer late {heard.late_s:.1f} s, longest hole {heard.hole_s:.2f} s; "
            f"livez p50 {livez.quantile(0.5) * 1000:.0f} ms, max {livez.quantile(1) * 1000:.0f} ms, "
            f"{livez.failures} of {len(livez.seconds)} failed; "
            f"memory {self.before_mb:.0f}, peak {self.peak_mb:.0f}, after {self.after_mb:.0f} MB; "
            f"log {len(self.log)} bytes; {self.attack}"
        )


class Attack:
    """One attacker in a process of its own, which gives way to everybody else on the machine and ends by itself."""

    def __init__(self, server: Server, name: str, *, seconds: float, **options: Any) -> None:
        """
        Args:
            server: which is attacked.
            name: of the attack; ``attacks/__main__.py`` lists them.
            seconds: how long it lasts at most.
            options: of this attack.
        """
        self._server = server
        self._arguments = [name, json.dumps({"port": server.port, "seconds": seconds, **options})]
        self._seconds = seconds

    async def run(self) -> dict[str, Any]:
        """What the attacker tells of it.

        Raises:
            AssertionError: the attacker itself failed.
        """
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(ATTACKS), *self._arguments, stdout=asyncio.subprocess.PIPE
        )
        watching = asyncio.create_task(self._end_if_it_wins(process))
        try:
            told, _ = await process.communicate()
        finally:
            watching.cancel()
            if process.returncode is None:
                process.kill()
        assert process.returncode in (0, -9), f"{self._arguments[0]} failed with {process.returncode}"
        return json.loads(told) if told else {"ended": "it took too much memory"}

    async def _end_if_it_wins(self, process: asyncio.subprocess.Process) -> None:
        before = self._server.rss_mb()
        while self._server.alive and self._server.rss_mb() - before < DANGER_MB:
            await asyncio.sleep(0.05)
        with suppress(ProcessLookupError):
            process.kill()


async def beside(server: Server, *attacks: Attack, **form: str) -> Seen:
    """Hold a good call, attack meanwhile, and let the server come to rest.

    Args:
        server: that both go to.
        attacks: all at once; none is the quiet run.
        form: of the good call's webhook.
    """
    began_at = time.monotonic()
    began, seen = server.log_size(), Seen(_NOTHING, Latencies(), server.rss_mb())
    watching = [
        asyncio.create_task(probe(server.port, seen.livez)),
        asyncio.create_task(_watch(server, seen)),
    ]
    try:
        attacking = [asyncio.create_task(attack.run()) for attack in attacks]
        with suppress(OSError, TimeoutError, AssertionError):  # what was heard of such a call is nothing
            seen.heard = await call(server.port, **form)
        seen.attack = list(await asyncio.gather(*attacking))
    finally:
        for task in watching:
            task.cancel()
    seen.seconds = time.monotonic() - began_at
    seen.log = server.log(began)
    await settle(server, seen)
    return seen


async def settle(server: Server, seen: Seen) -> None:
    """Wait until memory has come back, a few seconds at most."""
    give_up = asyncio.get_running_loop().time() + SETTLE_S
    while server.alive and asyncio.get_running_loop().time() < give_up:
        seen.after_mb = server.rss_mb()
        if seen.after_mb - seen.before_mb < KEPT_MB:
            return
        await asyncio.sleep(0.1)


async def bear(server: Server, quiet: Seen, attacks: Callable[[], list[Attack]]) -> Seen:
    """Attack beside a good call, and see that nobody was hurt.

    Where somebody was, a call that nobody disturbs is held at once: if it goes as badly, the machine has other work,
    and the attack is tried again.

    Args:
        server: that is attacked.
        quiet: how a good call goes otherwise.
        attacks: makes them anew.

    Raises:
        AssertionError: somebody was hurt; it says who, and what was measured.
    """
    hurt = ""
    for _ in range(TRIES):
        seen = await beside(server, *attacks())
        hurt = harm(seen, quiet)
        if not hurt:
            return seen
        if not server.alive or not harm(await beside(server), quiet):
            break
    raise AssertionError(hurt)


def harm(seen: Seen, quiet: Seen) -> str:
    """What is worse than in a quiet call, and by how much; "" if the call sounded as it should, the server answered
    throughout, and memory came back."""
    heard, usual = seen.heard, quiet.heard
    slowest, usually = seen.livez.quantile(1), quiet.livez.quantile(1)
    harms = {
        "the greeting was not heard to its end": not heard.greeted,
        "the answer was not heard": heard.answer_s < LISTEN_S,
        "most of the answer was silence": heard.loud < usual.loud / RATIO,
        f"the call broke the protocol ({heard.violations})": bool(heard.violations),
        "the call was ended by the server": heard.closed_by is not None,
        "the sound had a hole": heard.hole_s > max(HOLE_S, RATIO * usual.hole_s),
        "the answer was late": heard.late_s > LATE_S + RATIO * usual.late_s,
        "the server stood still": slowest > max(LIVEZ_S, RATIO * usually),
        "the server was not to be reached": bool(seen.livez.failures),
        "memory grew": seen.peak_mb - seen.before_mb > GROWTH_MB,
        "memory did not come back": seen.after_mb - seen.before_mb > KEPT_MB,
    }
    found = [what for what, true in harms.items() if true]
    return f"{', '.join(found)}: {seen}; quiet: {quiet}" if found else ""


def assert_quiet_log(seen: Seen) -> None:
    """What strangers did is told, in a line a second at most, and no traceback is."""
    lines = [line for line in seen.log.splitlines() if " INFO " not in line]  # those are about calls
    assert "Traceback" not in seen.log, seen.log[:2_000]
    assert len(lines) <= LINES_PER_S * seen.seconds + SPARE_LINES, (
        f"{len(lines)} lines in {seen.seconds:.0f} s: {seen.log[:2_000]}"
    )


async def _watch(server: Server, seen: Seen) -> None:
    while server.alive:
        seen.peak_mb = max(seen.peak_mb, server.rss_mb())
        await asyncio.sleep(0.02)


_NOTHING = Heard(
    late_s=float("inf"), answer_s=0.0, loud=0.0, hole_s=0.0, greeted=False, violations=[], closed_by=None
)
