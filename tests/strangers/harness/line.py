"""One good call: streamdouble opens the stream that a signed webhook's TwiML asks for, asks, and listens."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from streamdouble import audio, g711
from streamdouble.protocol import StreamIdentity
from streamdouble.scenario import Say, Scenario
from streamdouble.session import Session, SessionConfig

from .webhooks import ACCOUNT, Stream, call_sid, ring

QUESTION = Path(__file__).parents[3] / "examples" / "audio" / "book-a-room.wav"
RATE = 8_000
LISTEN_S = 4.0
"""Of the answer, which lasts 13 s, so much is listened to."""
PATIENCE_S = 20.0
"""A caller who has heard nothing by then hangs up."""
LOUD = 0.02
"""Root mean square of 20 ms in which somebody speaks; pauses are a tenth of it."""


@dataclass(frozen=True)
class Heard:
    """What a caller heard.

    Attributes:
        late_s: from the question's last sound to the answer's first; infinite if none came.
        answer_s: sound of the answer that came before the caller hung up.
        loud: the share of it in which somebody speaks.
        hole_s: the longest time the caller's playout ran dry inside the greeting or the answer.
        greeted: the greeting was played to its end, which its mark says.
        violations: of the protocol, as streamdouble sees it.
        closed_by: who ended the call, if it was not the caller at its end.
    """

    late_s: float
    answer_s: float
    loud: float
    hole_s: float
    greeted: bool
    violations: list[str]
    closed_by: str | None


class _Caller:
    """They wait for the greeting, ask how to book a room, and hear a few seconds of the answer."""

    def __init__(self, sid: str, url: str, stream: Stream) -> None:
        self._question = audio.wav_to_ulaw_frames(QUESTION)
        self._asked = float("inf")  # when the question's last sound was sent
        self._before = 0  # bytes that had come by then
        script = [
            self._say(self._silence(lambda: bool(self._session.result.marks_echoed))),
            self._say(self._asking()),
            self._say(self._silence(lambda: self._answer_s() >= LISTEN_S)),
        ]
        config = SessionConfig(
            response_timeout_s=1, quiet_period_s=0, max_drain_s=0, custom_parameters=stream.parameters
        )
        identity = StreamIdentity(account_sid=ACCOUNT, call_sid=sid)
        scenario = Scenario("a good call", script)
        self._session = Session(url, scenario=scenario, config=config, identity=identity)

    async def run(self) -> Heard:
        result = await self._session.run()
        answer = [piece for piece in self._pieces() if piece[0] >= self._asked]
        sound = g711.decode(result.audio_received[self._before :]).astype(np.float64) / 32768
        frames = sound[: len(sound) // 160 * 160].reshape(-1, 160)
        return Heard(
            late_s=answer[0][0] - self._asked if answer else float("inf"),
            answer_s=len(sound) / RATE,
            loud=float((np.sqrt((frames**2).mean(axis=1)) > LOUD).mean()) if len(frames) else 0.0,
            hole_s=max(_hole([piece for piece in self._pieces() if piece[0] < self._asked]), _hole(answer)),
            greeted=bool(result.marks_echoed),
            violations=[violation.code for violation in result.violations],
            closed_by=result.closed_by,
        )

    def _say(self, frames: Iterator[bytes]) -> Say:
        return Say(QUESTION, frames)  # it is iterated once

    def _asking(self) -> Iterator[bytes]:
        yield from self._question
        self._asked = time.perf_counter()  # streamdouble's clock
        self._before = sum(size for _, size in self._pieces())

    def _silence(self, enough: Callable[[], bool]) -> Iterator[bytes]:
        give_up = time.perf_counter() + PATIENCE_S
        while not enough() and time.perf_counter() < give_up:
            yield audio.silence_frame()

    def _pieces(self) -> list[tuple[float, int]]:
        events = self._session.result.events_of("media_received")
        return [(event.at, event.detail["bytes"]) for event in events]

    def _answer_s(self) -> float:
        return (sum(size for _, size in self._pieces()) - self._before) / RATE


async def call(port: int, **form: str) -> Heard:
    """Ring, as a signed webhook, and hold a call.

    Args:
        port: the server's.
        form: of the webhook, besides the usual.
    """
    sid = form.pop("CallSid", "") or call_sid()
    answer = await asyncio.to_thread(ring, port, sid, **form)
    return await hold(port, sid, answer.stream)


async def hold(port: int, sid: str, stream: Stream) -> Heard:
    """Hold a call on a stream, whoever asked for it."""
    async with signing(port, stream) as url, asyncio.timeout(3 * PATIENCE_S):
        return await _Caller(sid, url, stream).run()


def _hole(pieces: list[tuple[float, int]]) -> float:
    """The longest time nothing was left to play although more came."""
    played_to, longest = pieces[0][0] if pieces else 0.0, 0.0
    for at, size in pieces:
        longest = max(longest, at - played_to)
        played_to = max(played_to, at) + size / RATE
    return longest


@asynccontextmanager
async def signing(port: int, stream: Stream) -> AsyncIterator[str]:
    """An address whose connections go to the server with Twilio's signature, which streamdouble cannot send."""
    header = f"X-Twilio-Signature: {stream.signature}\r\n".encode()

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
            request = await reader.readuntil(b"\r\n\r\n")
            far_writer.write(request[:-2] + header + b"\r\n")
            await asyncio.gather(_pour(reader, far_writer), _pour(far_reader, writer))

    server = await asyncio.start_server(relay, "127.0.0.1", 0)
    try:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}{stream.path}"
    finally:
        server.close()


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()
