"""What a conversation keeps of answers that were interrupted, against what the client really played.

    python benchmarks/browser/played.py --interruptions 50

On virtual time, so it takes seconds and gives the same result every time: the real line, conversation and graph, and a
client whose sound card begins late and is told of the interruption late. It counts whole words, of answers that are
spoken at an even pace.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import random
from collections import Counter
from typing import Any

import numpy as np
from langgraph.checkpoint.memory import InMemorySaver

from emads_voice.channels.call import CallInfo
from emads_voice.channels.conversation.conversation import Conversation, ConversationOptions, Services
from emads_voice.channels.realtime.asking import Understanding
from emads_voice.channels.realtime.line import RealtimeLine
from emads_voice.channels.realtime.session_config import SessionConfig
from emads_voice.channels.realtime.sound_formats import RATE
from emads_voice.channels.talking import talk
from emads_voice.channels.transport import Transport
from emads_voice.graph import create_voice_graph
from emads_voice.testing import (
    LoudnessVad,
    ScriptedAgent,
    ScriptedRecognizer,
    ScriptedRouter,
    ScriptedSynthesizer,
    run_virtual,
)
from emads_voice.voice.activity.live_vad import LiveVad
from emads_voice.voice.languages import ENGLISH

WORDS = (
    "alpha",
    "beta",
    "gamma",
    "delta",
    "epsilon",
    "zeta",
    "eta",
    "theta",
    "iota",
    "kappa",
    "lambda",
    "omicron",
)
FRAME_S = 0.02


class Client:
    """Plays what it gets, a while after it came, and interrupts in the middle."""

    def __init__(self, seed: int, tells: bool) -> None:
        self._random = random.Random(seed)
        self._tells = tells
        self._inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._began: float | None = None
        self._received_s = 0.0
        self._late_s = self._random.uniform(0.02, 0.25)  # network, and the sound card's buffer
        self._item = ""
        self._speaking_until = 0.0
        self.answer = " ".join(self._random.choices(WORDS, k=30)) + "."
        self.played = ""

    async def receive(self) -> dict[str, Any]:
        return await self._inbox.get()

    async def close(self, code: int = 1000, reason: str = "") -> None: ...

    async def send_text(self, text: str) -> None:
        event = json.loads(text)
        now = asyncio.get_running_loop().time()
        if event["type"] == "response.output_audio.delta" and not self.played:
            if self._began is None:
                self._began, self._item = now + self._late_s, event["item_id"]
            self._received_s += len(base64.b64decode(event["delta"])) / 48_000
        elif event["type"] == "input_audio_buffer.speech_started" and self._began:
            heard_of = now + self._random.uniform(0.01, 0.1)
            played_s = min(max(0.0, heard_of - self._began), self._received_s)
            self.played = _words(self.answer, played_s)
            self._began = None
            if self._tells:
                delay = heard_of - now + self._random.uniform(0.01, 0.1)
                loop = asyncio.get_running_loop()
                loop.call_later(delay, self._send, "conversation.item.truncate", played_s)

    def _send(self, kind: str, played_s: float) -> None:
        event = {"type": kind, "item_id": self._item, "audio_end_ms": round(played_s * 1000)}
        self._put(event)

    def _put(self, event: dict[str, Any]) -> None:
        self._inbox.put_nowait({"type": "websocket.receive", "text": json.dumps(event)})

    async def speak(self) -> None:
        """Ask, hear some of the answer, say something else into it."""
        microphone = asyncio.create_task(self._record())
        loop = asyncio.get_running_loop()
        self._speaking_until = loop.time() + 1.2
        while self._began is None:
            await asyncio.sleep(FRAME_S)
        await asyncio.sleep(self._random.uniform(0.5, 7.0))
        self._speaking_until = loop.time() + 1.2
        await asyncio.sleep(6)
        microphone.cancel()
        self._inbox.put_nowait({"type": "websocket.disconnect"})

    async def _record(self) -> None:
        loop = asyncio.get_running_loop()
        loud = (np.sin(np.arange(480) * 0.2) * 9_000).astype("<i2").tobytes()
        due = loop.time()
        while True:
            due += FRAME_S
            await asyncio.sleep(due - loop.time())
            frame = loud if due <= self._speaking_until else bytes(960)
            self._put({"type": "input_audio_buffer.append", "audio": base64.b64encode(frame).decode()})


def _words(answer: str, seconds: float) -> str:
    """The whole words that fit into so much of it."""
    letters, whole = seconds / ScriptedSynthesizer().seconds_per_character, ""
    for word in answer.split():
        said = f"{whole} {word}".strip()
        if len(said) > letters:
            break
        whole = said
    return whole


async def interruption(seed: int, tells: bool) -> int:
    """By how many words the conversation has more than was played; fewer are negative."""
    client = Client(seed, tells)
    recognizer = ScriptedRecognizer(["What is it?", "And then?"])
    agent = ScriptedAgent("cto", [client.answer, "Nothing."])
    graph = create_voice_graph([agent], router=ScriptedRouter([["cto"]])).compile(
        checkpointer=InMemorySaver()
    )
    services = Services(graph, recognizer, ScriptedSynthesizer(), LiveVad(LoudnessVad(), RATE))
    clock = asyncio.get_running_loop().time
    line = RealtimeLine(
        client,  # type: ignore[arg-type]
        "sess",
        "thread",
        Understanding(recognizer, (ENGLISH,)),
        SessionConfig(),
        clock=clock,
    )

    async def converse(transport: Transport, call: CallInfo) -> None:
        options = ConversationOptions(opening=None)
        await Conversation(services, transport, thread_id=call.thread_id, options=options).run()

    listening, speaking = asyncio.create_task(line.listen()), asyncio.create_task(client.speak())
    await line.begun()
    await talk(converse, line, CallInfo("sess", "thread"))
    await line.close()
    await asyncio.gather(listening, speaking)
    state = await graph.aget_state({"configurable": {"thread_id": "thread"}})
    kept = state.values["messages"][1].text.rstrip(" …")
    return len(kept.split()) - len(client.played.split())


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare what is kept of answers with what was played.")
    parser.add_argument("--interruptions", type=int, default=50)
    options = parser.parse_args()
    for tells in (True, False):
        off = Counter(run_virtual(interruption(seed, tells)) for seed in range(options.interruptions))
        how = "conversation.item.truncate tells" if tells else "the clock alone tells"
        spread = ", ".join(f"{words:+d}: {count}" for words, count in sorted(off.items()))
        print(f"{how}: words more than were played in {options.interruptions} interruptions: {spread}")


if __name__ == "__main__":
    main()
