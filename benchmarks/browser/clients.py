"""N fake browsers over OpenAI's Realtime protocol, and what they found: what benchmarks/phone/callers.py is for phones.

They say the same things at the same pace as those callers, as pcm16 at 24 kHz in messages of 20 ms, and do what a page
does: when the caller's voice is noticed they stop playing and tell how much was played.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import os
import random
import sys
from pathlib import Path
from time import monotonic

import numpy as np
import uvloop
from websockets.asyncio.client import ClientConnection

sys.path.insert(0, str(Path(__file__).parents[1] / "phone"))
from callers import START_WITHIN_S, Caller, line_noise, prepare
from findings import Findings
from sound import FRAME_S, decoding, encode

TIMES = 3
"""24 kHz is three times a telephone's rate."""


class Browser(Caller):
    """One session. Run it once."""

    _item = ""
    _item_began = 0.0

    async def _introduce(self, socket: ClientConnection) -> None:
        await socket.send('{"type":"session.update","session":{"type":"realtime"}}')

    async def _send(self, socket: ClientConnection) -> None:
        background = line_noise()
        first = monotonic() + self._random.uniform(0, FRAME_S)
        count, held_up = 0, False
        while True:
            deadline = first + count * FRAME_S
            if (wait := deadline - monotonic()) > 0:
                held_up = False
                await asyncio.sleep(wait)
            if not held_up:
                self._findings.lateness.append(max(0.0, monotonic() - deadline))
            speaking = bool(self._to_say)
            frame = self._to_say.popleft() if speaking else self._random.choice(background)
            count += 1
            now = monotonic()
            if speaking and not self._said_from:
                self._said_from = now
            audio = base64.b64encode(_pcm(frame)).decode()
            await socket.send(f'{{"type":"input_audio_buffer.append","audio":"{audio}"}}')
            if speaking and not self._to_say and not self._said.done():
                self._said.set_result(now)
            if (took := monotonic() - now) > FRAME_S:
                held_up = True
                self._findings.stalled_s += took

    async def _receive(self, socket: ClientConnection) -> None:
        async for text in socket:
            event = json.loads(text)
            now = monotonic()
            if event["type"] == "response.output_audio.delta":
                if event["item_id"] != self._item:
                    self._item, self._item_began = event["item_id"], max(now, self._playout_until)
                samples = np.frombuffer(base64.b64decode(event["delta"]), "<i2")[::TIMES]
                self._play(encode(samples.astype(np.float32) / 32768), now)
            elif event["type"] == "input_audio_buffer.speech_started":
                playing, self._playout_until = self._playout_until > now, now
                if not self._cleared.done():
                    self._cleared.set_result(now)
                if playing:
                    played_ms = round((now - self._item_began) * 1000)
                    await socket.send(
                        f'{{"type":"conversation.item.truncate","item_id":"{self._item}","content_index":0,'
                        f'"audio_end_ms":{max(0, played_ms)}}}'
                    )
            elif event["type"] == "error":
                self._findings.errors.append(event["error"]["message"])

    def _event(self, name: str, **content: object) -> str:
        return '{"type":"response.cancel"}'  # in place of hanging up, which the protocol has no word for


def _pcm(frame: bytes) -> bytes:
    samples = decoding()[np.frombuffer(frame, np.uint8)]
    places = np.arange(len(samples) * TIMES) / TIMES
    return (np.interp(places, np.arange(len(samples)), samples) * 32767).astype("<i2").tobytes()


async def talk(url: str, sessions: int, seconds: float) -> Findings:
    """Hold so many sessions at once, beginning within two seconds."""
    findings = Findings()
    prepare()
    starts = random.Random(0)

    async def one(number: int) -> None:
        await asyncio.sleep(starts.uniform(0, START_WITHIN_S if sessions > 1 else 0))
        await Browser(url, number, findings).call(seconds)

    await asyncio.gather(*(one(number) for number in range(sessions)))
    return findings


def main() -> None:
    parser = argparse.ArgumentParser(description="Fake browsers over OpenAI's Realtime protocol.")
    parser.add_argument("--url", required=True, help="ws://127.0.0.1:PORT/v1/realtime")
    parser.add_argument("--sessions", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=40)
    parser.add_argument("--core", type=int, help="pin this process to a core")
    options = parser.parse_args()
    if options.core is not None:
        os.sched_setaffinity(0, {options.core})
    found = uvloop.run(talk(options.url, options.sessions, options.seconds))
    json.dump(found.as_json(), sys.stdout)


if __name__ == "__main__":
    main()
