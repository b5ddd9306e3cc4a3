"""Where an attacker stands: connections to the server, and a clock that says when to stop."""

from __future__ import annotations

import asyncio
import socket
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress

HOST = "127.0.0.1"
ATTACKER = "127.0.0.66"

Gone = (OSError, asyncio.IncompleteReadError)
"""What a connection raises that the server has closed."""


class Door:
    """The server, seen from outside.

    Attributes:
        told: what happened, counted by name.
    """

    def __init__(self, port: int, seconds: float) -> None:
        self.told: Counter[str] = Counter()
        self._port = port
        self._until = time.monotonic() + seconds

    @property
    def left_s(self) -> float:
        """Seconds until the attack has to be over."""
        return self._until - time.monotonic()

    @property
    def open(self) -> bool:
        """Whether the attack may go on."""
        return self.left_s > 0

    async def connect(self, source: str = ATTACKER) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection; refused ones raise OSError."""
        async with asyncio.timeout(max(0.01, self.left_s)):
            return await asyncio.open_connection(HOST, self._port, local_addr=(source, 0))

    def socket(self, source: str = ATTACKER) -> socket.socket:
        """A plain, connected one, for those who want to break it."""
        return socket.create_connection((HOST, self._port), timeout=2, source_address=(source, 0))

    async def say(self, data: bytes) -> str:
        """One connection that says something and hears the status line of the answer, or "" if none comes."""
        try:
            reader, writer = await self.connect()
        except OSError:
            return ""
        try:
            async with asyncio.timeout(max(0.01, self.left_s)):
                writer.write(data)
                await writer.drain()
                return (await reader.readline()).decode("latin-1").strip()[9:12]
        except (TimeoutError, *Gone):
            return ""
        finally:
            writer.close()

    async def repeat(self, attack: Callable[[], Awaitable[object]], *, at_once: int, most: int) -> None:
        """Do something again and again, some at once, until the time is over or it was done so often."""
        done = 0

        async def worker() -> None:
            nonlocal done
            while self.open and done < most:
                done += 1
                with suppress(TimeoutError, *Gone):
                    await attack()

        await asyncio.gather(*(worker() for _ in range(at_once)))
        self.told["done"] += done

    async def ask_all(
        self, requests: Iterator[bytes], *, at_once: int = 4, most: int = 2_000
    ) -> Counter[str]:
        """Say them, some at once, each on a connection of its own: how often each status was the answer."""

        async def one() -> None:
            self.told[await self.say(next(requests))] += 1

        await self.repeat(one, at_once=at_once, most=most)
        return self.told

    async def pour(self, writer: asyncio.StreamWriter, data: bytes, *, most: int) -> None:
        """Send the same again and again until the time is over, the server hangs up, or ``most`` bytes have gone."""
        sent = 0
        with suppress(TimeoutError, *Gone):
            while self.open and sent < most and not writer.is_closing():
                async with asyncio.timeout(max(0.01, self.left_s)):
                    writer.write(data)
                    await writer.drain()
                sent += len(data)
        self.told["sent_mb"] += round(sent / 2**20)

    async def hung_up(self, reader: asyncio.StreamReader) -> bool:
        """Wait until the server closes the connection; False if it still has not when the time is over."""
        try:
            async with asyncio.timeout(max(0.01, self.left_s)):
                while await reader.read(65_536):
                    pass
        except TimeoutError:
            return False
        except OSError:
            pass
        return True
