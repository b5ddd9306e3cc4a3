"""What a caller waits longer when the recognition server dies in the middle of a call. Prints Markdown.

    python benchmarks/failover.py [RECORDING] [--fallback whisper:base] [--seconds 3]

A server on loopback (``emads_voice.testing.recognition_server``) answers as vLLM does, 0.2 s after it is asked. A call
of eight utterances is heard by ``openai:…|FALLBACK``; after the second utterance the server dies: its port refuses,
or it takes requests and never answers, or it answers each with status 500. The server comes back before the last.

Each cell is the time from the end of the sound to the text, and of it the silence that falling back adds: what passes
beside the fallback's own work. The aim is at most 1 s; and none once the recognizer knows.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from emads_voice.testing.recognition_server import recognition_app, serving
from emads_voice.testing.speech import ScriptedRecognizer
from emads_voice.voice.backends import init_recognizer
from emads_voice.voice.errors import RecognitionError
from emads_voice.voice.recognizer import Recognizer, Transcript
from emads_voice.voice.recognizers.fallback import FallbackRecognizer
from emads_voice.voice.sound.audio import Audio

MODEL = "Qwen/Qwen3-ASR-1.7B"
SERVER_S = 0.2
UTTERANCES = 8
DIES_AFTER, WELL_BEFORE = 2, 7
REST_S = 10.0  # the breaker's


class Mortal(ScriptedRecognizer):
    """A server's model: well, hanging, or broken."""

    state = "well"

    async def transcribe(self, audio: Audio, **options: Any) -> Transcript:
        if self.state == "hangs":
            await asyncio.Event().wait()
        if self.state == "fails":
            raise RecognitionError("Out of memory.")
        await asyncio.sleep(SERVER_S)
        self._rest = ["This is what the server heard."]
        return await super().transcribe(audio, **options)


class Timed:
    """A recogniser that knows how long its last answer took."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        self.name, self.languages = recognizer.name, recognizer.languages
        self.took_s = 0.0

    async def warm_up(self) -> None:
        await self._recognizer.warm_up()

    async def transcribe(self, audio: Audio, **options: Any) -> Transcript:
        start = time.perf_counter()
        transcript = await self._recognizer.transcribe(audio, **options)
        self.took_s = time.perf_counter() - start
        return transcript


async def measure(audio: Audio, fallback: str) -> None:
    local = Timed(init_recognizer(fallback))
    await local.warm_up()
    await local.transcribe(audio)
    print(f"{audio.duration_s:g} s of speech, {fallback} behind the server; in seconds\n")
    header = " | ".join(f"{number}" for number in range(1, UTTERANCES + 1))
    print(f"| the server, from utterance {DIES_AFTER + 1} | {header} | most added |")
    print(f"|---|{'---|' * UTTERANCES}--:|")
    for name, state in (("refuses", "gone"), ("hangs", "hangs"), ("answers 500", "fails")):
        await one_call(name, state, audio, local)


async def one_call(name: str, state: str, audio: Audio, local: Timed) -> None:
    now = Clock()
    model = Mortal([])
    app = recognition_app(model, model=MODEL)
    server = ExitStack()
    url = server.enter_context(serving(app))
    remote = init_recognizer(f"openai:{MODEL}", base_url=f"{url}/v1")
    recognizer = FallbackRecognizer([remote, local], clock=now)
    await recognizer.warm_up()
    await recognizer.transcribe(audio)
    cells, extras = [], []
    for number in range(1, UTTERANCES + 1):
        if number == DIES_AFTER + 1 and state == "gone":
            await asyncio.to_thread(server.close)
        elif number == DIES_AFTER + 1:
            model.state = state
        elif number == WELL_BEFORE:
            model.state = "well"
            if state == "gone":
                server.enter_context(serving(app, port=urlsplit(url).port or 0))
            now.ahead_s += REST_S
        start = time.perf_counter()
        transcript = await recognizer.transcribe(audio)
        took_s = time.perf_counter() - start
        if transcript.model == remote.name:
            cells.append(f"{took_s:.2f}")
        else:
            extras.append(took_s - local.took_s)
            cells.append(f"{took_s:.2f} (+{extras[-1]:.2f})")
        await asyncio.sleep(SERVER_S * 2)  # a trial that came too late may finish
    await asyncio.to_thread(server.close)
    print(f"| {name} | {' | '.join(cells)} | {max(extras):.2f} |")


class Clock:
    """The breakers': it can be set ahead, so that nobody waits for a server's rest."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead_s


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    ours = Path(__file__).parents[1] / "tests" / "recordings" / "en_jfk.flac"
    parser.add_argument("recording", type=Path, nargs="?", default=ours)
    parser.add_argument("--fallback", default="whisper:base")
    parser.add_argument(
        "--seconds", type=float, default=3.0, help="how much of the recording an utterance is"
    )
    options = parser.parse_args()
    asyncio.run(measure(Audio.load(options.recording).clip(0, options.seconds), options.fallback))


if __name__ == "__main__":
    main()
