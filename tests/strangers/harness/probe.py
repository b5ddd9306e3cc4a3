"""How long /livez takes, asked as a health check would: a connection for each question."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

EVERY_S = 0.05
GIVE_UP_S = 5.0


@dataclass
class Latencies:
    """Seconds each answer took, in the order they came; one that failed took as long as we wait, and is counted."""

    seconds: list[float] = field(default_factory=list)
    failures: int = 0

    def quantile(self, share: float) -> float:
        """Seconds within which so large a share was answered."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


async def probe(port: int, latencies: Latencies) -> None:
    """Ask until cancelled."""
    while True:
        began = time.perf_counter()
        try:
            async with asyncio.timeout(GIVE_UP_S):
                await _ask(port)
            latencies.seconds.append(time.perf_counter() - began)
        except (OSError, TimeoutError):
            latencies.seconds.append(GIVE_UP_S)
            latencies.failures += 1
        await asyncio.sleep(EVERY_S)


async def _ask(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        if not (await reader.read()).startswith(b"HTTP/1.1 200"):
            raise ConnectionError
    finally:
        writer.close()
