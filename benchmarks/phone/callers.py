"""N fake callers over Twilio Media Streams, and what they found.

    python benchmarks/phone/callers.py --url ws://127.0.0.1:8123/twilio/media --calls 10 --seconds 40

Each caller sends 20 ms µ-law frames on absolute deadlines, line noise between what it says; says something,
waits for the reply, hears it out, and says the next thing; every third reply it interrupts after a second.
Marks come back when what was sent before them would have been played, and at once after a ``clear``, as
Twilio does it. All of it runs in this one process, on the core given: how late it was itself is in the
result.

What they found goes to standard output as one JSON object; see findings.py.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import os
import random
import sys
from collections import deque
from functools import cache
from time import monotonic  # uvloop's own clock stands still between two rounds of its loop

import numpy as np
import uvloop
import websockets
from findings import Findings
from sound import FRAME_S, RATE, decoding, encode, noise, questions, split, utterances
from websockets.asyncio.client import ClientConnection, connect

REPLY_TIMEOUT_S = 8.0
CLEAR_TIMEOUT_S = 1.0
HEARD_OUT_S = 0.4
"""This long after the last sound was played the reply counts as over."""
INTERRUPT_AFTER_S = 1.0
INTERRUPT_EVERY = 3
START_WITHIN_S = 2.0
"""The calls of a run begin at random within this time."""
AUDIBLE = 0.02
"""A frame whose peak is above this is audible; a reply's pauses are digital silence or far below it."""
_STUTTER_S = (0.02, 0.5)

_MAGNITUDE = bytes(255 - code & 127 for code in range(256))  # grows with the amplitude of a µ-law byte
_AUDIBLE_CODE = min(_MAGNITUDE[code] for code in range(256) if abs(decoding()[code]) >= AUDIBLE)


class Caller:
    """One call. Run it once."""

    def __init__(self, url: str, number: int, findings: Findings, *, asks: bool = False) -> None:
        self._url = url
        self._sayings = questions() if asks else utterances()
        self._sid = f"MZ{number:032x}"
        self._call_sid = f"CA{number:032x}"
        self._findings = findings
        self._random = random.Random(number)
        self._loop = asyncio.get_running_loop()
        self._to_say: deque[bytes] = deque()
        self._sequence = 1
        self._playout_until = 0.0
        self._marks: deque[tuple[str, asyncio.TimerHandle]] = deque()
        self._audible: asyncio.Future[float] = self._loop.create_future()
        self._cleared: asyncio.Future[float] = self._loop.create_future()
        self._said: asyncio.Future[float] = self._loop.create_future()
        self._said_from = 0.0
        self._expects_quiet = True  # whether what the caller hears while speaking cuts in
        self._cut_in = False

    async def call(self, seconds: float, *, finish: bool = True, abruptly: bool = False) -> None:
        """Talk for ``seconds``; what goes wrong is among the findings.

        Args:
            seconds: no turn is begun after that.
            finish: hear the last turn out; else hang up on the second, whatever is being said.
            abruptly: hang up by resetting the connection, without ``stop`` or a closing handshake.
        """
        began = monotonic()
        try:
            async with connect(self._url, compression=None, open_timeout=10, ping_interval=None) as socket:
                await self._introduce(socket)
                tasks = [
                    asyncio.ensure_future(work)
                    for work in (self._talk(began + seconds), self._send(socket), self._receive(socket))
                ]
                ended, _ = await asyncio.wait(
                    tasks, timeout=None if finish else seconds, return_when=asyncio.FIRST_COMPLETED
                )
                for _, timer in self._marks:
                    timer.cancel()
                for task in tasks:
                    task.cancel()
                results = await asyncio.gather(*tasks, return_exceptions=True)
                if ended and tasks[0] not in ended:
                    wrong = [result for result in results[1:] if isinstance(result, Exception)]
                    self._findings.errors.append(f"the call ended: {wrong[0] if wrong else 'closed'!r}")
                elif abruptly:
                    socket.transport.abort()
                else:
                    await socket.send(
                        self._event("stop", stop={"accountSid": "AC0", "callSid": self._call_sid})
                    )
        except (OSError, TimeoutError, websockets.WebSocketException) as error:
            self._findings.errors.append(f"{type(error).__name__}: {error}")
        self._findings.call_s.append(monotonic() - began)

    async def _talk(self, until: float) -> None:
        said = self._sayings
        turn = self._random.randrange(INTERRUPT_EVERY)
        await asyncio.sleep(self._random.uniform(0.5, 1.5))
        while monotonic() < until:
            self._audible = self._loop.create_future()
            self._expects_quiet = True
            await self._say(self._random.choice(said).frames)
            heard = await self._hear_reply()
            turn += 1
            if heard and turn % INTERRUPT_EVERY == 0:
                await asyncio.sleep(INTERRUPT_AFTER_S)
                await self._interrupt(self._random.choice(said).frames)
            await self._hear_out()
            await asyncio.sleep(self._random.uniform(0.1, 0.6))

    async def _hear_out(self) -> None:
        while self._playout_until + HEARD_OUT_S > monotonic():
            await asyncio.sleep(self._playout_until + HEARD_OUT_S - monotonic())

    async def _interrupt(self, frames: list[bytes]) -> None:
        self._cleared = self._loop.create_future()
        self._expects_quiet = False
        await self._say(frames)
        await asyncio.wait([self._cleared], timeout=CLEAR_TIMEOUT_S)
        if not self._cleared.done():
            self._findings.unheeded += 1
            return
        self._findings.barge_in.append(self._cleared.result() - self._said_from)
        await self._hear_reply()

    async def _say(self, frames: list[bytes]) -> None:
        """Say it; returns when its last frame, which is loud, was sent."""
        self._said = self._loop.create_future()
        self._said_from = 0.0
        self._cut_in = False
        self._to_say.extend(frames)
        await self._said

    async def _hear_reply(self) -> bool:
        """Whether a reply to what was just said began in time, and not before its end."""
        finished = self._said.result()
        self._findings.turns += 1
        await asyncio.wait([self._audible], timeout=finished + REPLY_TIMEOUT_S - monotonic())
        if not self._audible.done():
            self._findings.lost += 1
        elif self._cut_in:
            self._findings.cut_off += 1
        else:
            self._findings.latency.append(self._audible.result() - finished)
            return True
        return False

    async def _introduce(self, socket: ClientConnection) -> None:
        await socket.send('{"event":"connected","protocol":"Call","version":"1.0.0"}')
        start = {
            "accountSid": "AC0",
            "streamSid": self._sid,
            "callSid": self._call_sid,
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": {},
        }
        await socket.send(self._event("start", start=start))

    async def _send(self, socket: ClientConnection) -> None:
        """One frame every 20 ms, on deadlines counted from the first."""
        background = line_noise()
        first = monotonic() + self._random.uniform(0, FRAME_S)  # callers are not in step
        chunk, held_up = 0, False
        while True:
            deadline = first + chunk * FRAME_S
            if (wait := deadline - monotonic()) > 0:
                held_up = False
                await asyncio.sleep(wait)
            if not held_up:
                self._findings.lateness.append(max(0.0, monotonic() - deadline))
            speaking = bool(self._to_say)
            frame = self._to_say.popleft() if speaking else self._random.choice(background)
            self._sequence += 1
            chunk += 1
            message = (
                f'{{"event":"media","sequenceNumber":"{self._sequence}","media":{{"track":"inbound",'
                f'"chunk":"{chunk}","timestamp":"{(chunk - 1) * 20}",'
                f'"payload":"{base64.b64encode(frame).decode()}"}},"streamSid":"{self._sid}"}}'
            )
            now = monotonic()
            if speaking and not self._said_from:
                self._said_from = now
            await socket.send(message)
            if speaking and not self._to_say and not self._said.done():
                self._said.set_result(now)
            if (took := monotonic() - now) > FRAME_S:
                held_up = True
                self._findings.stalled_s += took

    async def _receive(self, socket: ClientConnection) -> None:
        async for text in socket:
            message = json.loads(text)
            now = monotonic()
            if message["event"] == "media":
                self._play(base64.b64decode(message["media"]["payload"]), now)
            elif message["event"] == "mark":
                name = message["mark"]["name"]
                left = max(0.0, self._playout_until - now)
                timer = self._loop.call_later(left, lambda: asyncio.ensure_future(self._return_mark(socket)))
                self._marks.append((name, timer))
            elif message["event"] == "clear":
                self._playout_until = now
                self._audible = self._loop.create_future()  # what is heard next is another reply
                self._expects_quiet = True
                if not self._cleared.done():
                    self._cleared.set_result(now)
                for _, timer in list(self._marks):
                    timer.cancel()
                    await self._return_mark(socket)

    def _play(self, payload: bytes, now: float) -> None:
        dry = now - self._playout_until
        if _STUTTER_S[0] <= dry < _STUTTER_S[1]:
            self._findings.stutters += 1
        self._playout_until = max(now, self._playout_until) + len(payload) / RATE
        if max(payload.translate(_MAGNITUDE)) >= _AUDIBLE_CODE:
            self._cut_in = self._cut_in or bool(self._to_say and self._expects_quiet)
            if not self._audible.done():
                self._audible.set_result(now)

    async def _return_mark(self, socket: ClientConnection) -> None:
        name, _ = self._marks.popleft()
        self._findings.marks += 1
        await socket.send(self._event("mark", mark={"name": name}))

    def _event(self, name: str, **content: object) -> str:
        self._sequence += 1
        sequence = str(self._sequence)
        return json.dumps({"event": name, "sequenceNumber": sequence, **content, "streamSid": self._sid})


@cache
def line_noise() -> list[bytes]:
    return split(encode(noise(np.random.default_rng(1), 4 * RATE)))


def prepare() -> None:
    """Read and encode what is said, so that no call has to."""
    utterances()
    questions()
    line_noise()


async def make_calls(url: str, calls: int, seconds: float, *, asks: bool = False) -> Findings:
    """Make so many calls at once, beginning within two seconds; ``asks`` for what the sample handbook can answer."""
    findings = Findings()
    prepare()
    starts = random.Random(0)

    async def one(number: int) -> None:
        await asyncio.sleep(starts.uniform(0, START_WITHIN_S if calls > 1 else 0))
        await Caller(url, number, findings, asks=asks).call(seconds)

    await asyncio.gather(*(one(number) for number in range(calls)))
    return findings


def main() -> None:
    parser = argparse.ArgumentParser(description="Fake callers over Twilio Media Streams.")
    parser.add_argument("--url", required=True, help="ws://127.0.0.1:PORT/twilio/media")
    parser.add_argument("--calls", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=40, help="of each call; its last turn is finished")
    parser.add_argument("--questions", action="store_true", help="say what the sample handbook can answer")
    parser.add_argument("--core", type=int, help="pin this process to a core")
    options = parser.parse_args()
    if options.core is not None:
        os.sched_setaffinity(0, {options.core})
    findings = uvloop.run(make_calls(options.url, options.calls, options.seconds, asks=options.questions))
    json.dump(findings.as_json(), sys.stdout)


if __name__ == "__main__":
    main()
