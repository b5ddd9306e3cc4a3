"""The page at /talk in headless Chromium, beside a telephone call: what a conversation keeps of interrupted answers
against what the page's audio thread really played, and how long after the last word it begins to play.

    python benchmarks/browser/worklet.py --pages 3 --interruptions 50

The microphone says something again and again, at random moments, and so interrupts each answer. Answers are spoken at
an even pace, as a constant whose height tells which answer it is: whatever reaches the loudspeaker is counted by it,
sample by sample, beside the page's own count. Recognition, answers and speech take no time.
"""

from __future__ import annotations

import argparse
import json
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import uvicorn
from langchain_core.messages import BaseMessage, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from starlette.routing import Mount

from emads_voice.agents import Analysis
from emads_voice.agents.agent import Agent, Say
from emads_voice.channels.admission import Admission
from emads_voice.channels.call import CallInfo
from emads_voice.channels.conversation.conversation import Conversation, ConversationOptions, Services
from emads_voice.channels.pages.talk_page import talk_page
from emads_voice.channels.realtime.asking import Understanding
from emads_voice.channels.realtime.sessions import Doorway, Sessions
from emads_voice.channels.server.app import create_app
from emads_voice.channels.transport import Transport
from emads_voice.channels.twilio.settings import TwilioSettings
from emads_voice.graph import create_voice_graph
from emads_voice.messages import shipped
from emads_voice.testing import ScriptedRouter
from emads_voice.voice.activity.live_vad import LiveVad
from emads_voice.voice.activity.vad import shared_vad
from emads_voice.voice.endpointing import SilenceTimeout
from emads_voice.voice.languages import ENGLISH, Language
from emads_voice.voice.recognizer import Transcript
from emads_voice.voice.sound.audio import Audio

sys.path.insert(0, str(Path(__file__).parents[1] / "phone"))
sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
import sound
import talk_page as tools

CALLERS = Path(__file__).parents[1] / "phone" / "callers.py"
FIRST = [
    "Alpha",
    "Bravo",
    "Charlie",
    "Delta",
    "Echo",
    "Foxtrot",
    "Golf",
    "Hotel",
    "India",
    "Juliett",
    "Kilo",
    "Lima",
    "Mike",
    "November",
    "Oscar",
    "Papa",
    "Quebec",
    "Romeo",
    "Sierra",
    "Tango",
]
"""Each sentence of an answer begins with its name."""
WORDS = ["beta", "gamma", "epsilon", "zeta", "theta", "kappa", "lambda", "omicron", "sigma", "upsilon"]
QUESTION = "What is the plan for today?"
LETTER_S = 0.06
LEVELS, QUIETEST = 256, 6
"""The answer of number n is a constant of (n + QUIETEST) / LEVELS."""
MICROPHONE_RATE = 48_000
STOP_S = 0.2

TAP = """
registerProcessor('tap', class extends AudioWorkletProcessor {
  counts = {}; quiet = 1e9; loud = false; told = 0;
  process([input]) {
    const samples = input[0] ?? [];
    let power = 0;
    for (const sample of samples) {
      power += sample * sample;
      const level = Math.round(sample * LEVELS);
      if (level) this.counts[level] = (this.counts[level] ?? 0) + 1;
    }
    const loud = power / 128 > 1e-4; // -40 dB
    if (loud && this.quiet > sampleRate * 0.15) this.port.postMessage({ began: true });
    if (!loud && this.loud) this.port.postMessage({ paused: true });
    this.loud = loud;
    this.quiet = loud ? 0 : this.quiet + 128;
    if ((this.told += 128) > sampleRate / 20) { this.told = 0; this.port.postMessage({ counts: this.counts }); }
    return true;
  }
});
""".replace("LEVELS", str(LEVELS))
"""Listens beside the loudspeaker, and behind the microphone."""

LISTENING = """
window.tapped = { counts: {}, latencies: [], pausedAt: null };
const connect = AudioNode.prototype.connect;
const tap = async (node, heard) => {
  await node.context.audioWorklet.addModule(URL.createObjectURL(new Blob([%s], { type: 'text/javascript' })));
  const listener = new AudioWorkletNode(node.context, 'tap', { numberOfOutputs: 0 });
  listener.port.onmessage = ({ data }) => heard(data);
  connect.call(node, listener);
};
AudioNode.prototype.connect = function (to, ...rest) {
  if (to instanceof AudioDestinationNode) tap(this, ({ counts, began }) => {
    if (counts) tapped.counts = counts;
    if (began && tapped.pausedAt) {
      tapped.latencies.push(performance.now() - tapped.pausedAt);
      tapped.pausedAt = null;
    }
  });
  if (this instanceof MediaStreamAudioSourceNode) tap(this, ({ began, paused }) => {
    if (began) tapped.pausedAt = null;
    if (paused) tapped.pausedAt = performance.now();
  });
  return connect.call(this, to, ...rest);
};
"""


def answer(number: int) -> str:
    """The text of an answer: four sentences of a few seconds each."""
    words = random.Random(number)
    return " ".join(f"{FIRST[number]} {' '.join(words.choices(WORDS, k=9))}." for _ in range(4))


class Answers(Agent):
    """Gives the answer of the question's number in its conversation."""

    name, description, exemplars = "cto", "Answers.", ()

    async def answer(
        self, messages: Sequence[BaseMessage], *, language: str, say: Say | None = None
    ) -> Analysis:
        asked = sum(isinstance(each, HumanMessage) and each.text == QUESTION for each in messages)
        return Analysis(answer=answer((asked - 1) % len(FIRST)), agent=self.name)


class Recogniser:
    """Hears the same words whatever is said."""

    name = "stub"
    languages = (ENGLISH,)

    async def warm_up(self) -> None:
        """Nothing to load."""

    async def transcribe(
        self,
        audio: Audio,
        *,
        language: Language | None = None,
        hotwords: Sequence[str] = (),
        timestamps: bool = False,
    ) -> Transcript:
        return Transcript(QUESTION, ENGLISH, audio.duration_s, self.name)


class Synthesiser:
    """Speaks every letter for as long."""

    name = "stub"
    languages = (ENGLISH,)

    def __init__(self, rate: int) -> None:
        self._rate = rate

    async def warm_up(self, language: Language | None = None) -> None:
        """Nothing to load."""

    async def synthesize(
        self, text: str, *, language: Language, voice: str | None = None
    ) -> AsyncIterator[Audio]:
        name = text.split()[0]
        level = FIRST.index(name) + QUIETEST if name in FIRST else 1  # else a phrase of ours
        samples = np.full(round(len(text.strip()) * LETTER_S * self._rate), level / LEVELS)
        yield Audio(samples.astype(np.float32), self._rate)


class House:
    """The server, in a thread.

    Attributes:
        port: where it listens.
        threads: the conversations of the pages, in the order in which they began.
    """

    def __init__(self) -> None:
        router = ScriptedRouter([["cto"]] * 10_000)
        self._graph = create_voice_graph([Answers()], router=router).compile(checkpointer=InMemorySaver())
        self.threads: list[str] = []
        self.port = 0

    @contextmanager
    def serving(self) -> Iterator[None]:
        settings, admission = TwilioSettings(max_calls=100, max_calls_per_caller=100), Admission(100, 100)
        app = create_app(self._converse, settings, insecure=True, admission=admission)
        doorway = Doorway(None)
        sessions = Sessions(self._converse, admission, doorway, Understanding(Recogniser(), (ENGLISH,)))
        app.router.routes.extend(
            [Mount("/v1", routes=sessions.routes()), *talk_page(shipped(), asks_for_key=False)]
        )
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = listener.getsockname()[1]
            server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
            thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
            thread.start()
            while not server.started:
                time.sleep(0.01)
            yield
            server.should_exit = True
            thread.join()

    async def _converse(self, line: Transport, call: CallInfo) -> None:
        if call.channel == "browser":
            self.threads.append(call.thread_id)
        services = Services(
            self._graph, Recogniser(), Synthesiser(line.rate), LiveVad(shared_vad(), line.rate)
        )
        options = ConversationOptions(opening=None, endpointing=SilenceTimeout(STOP_S))
        await Conversation(services, line, thread_id=call.thread_id, options=options).run()

    def kept(self, thread: str) -> list[str]:
        """What the conversation has of each answer."""
        state = self._graph.get_state({"configurable": {"thread_id": thread}})
        messages = state.values["messages"]
        asked = [i for i, each in enumerate(messages) if isinstance(each, HumanMessage)]
        spans = zip(asked, [*asked[1:], len(messages)], strict=True)
        return [" ".join(each.text for each in messages[i + 1 : j]) for i, j in spans]


def microphone(path: Path, count: int, seed: int) -> float:
    """A recording in which so many things are said; returns its seconds."""
    moments, parts = random.Random(seed), [np.zeros(3 * MICROPHONE_RATE, np.float32)]
    for _ in range(count):
        frames = moments.choice(sound.utterances()).frames
        codes = np.frombuffer(b"".join(frames), np.uint8)
        said = Audio(sound.decoding()[codes].astype(np.float32), sound.RATE).resample(MICROPHONE_RATE)
        parts += [said.samples, np.zeros(round(moments.uniform(0.7, 5.0) * MICROPHONE_RATE), np.float32)]
    samples = np.concatenate(parts)
    Audio(np.concatenate([samples, np.zeros(600 * MICROPHONE_RATE, np.float32)]), MICROPHONE_RATE).save(path)
    return len(samples) / MICROPHONE_RATE


def words_in(number: int, seconds: float) -> int:
    """The whole words of an answer that so much of its sound holds."""
    whole, left = 0, seconds
    for sentence in answer(number).split(". "):
        sentence = sentence.rstrip(".") + "."
        said = 0
        for word in sentence.split():
            said += len(word) + (said > 0)
            if said * LETTER_S > left + 0.001:
                return whole
            whole += 1
        left -= len(sentence) * LETTER_S
    return whole


def compared(kept: Sequence[str], counts: dict[str, int]) -> list[int]:
    """Of each answer that was interrupted, by how many words more of it are kept than were played."""
    off = []
    for number, text in enumerate(kept[: len(FIRST)]):
        played = words_in(number, counts.get(str(number + QUIETEST), 0) / tools.RATE)
        words = len(text.replace("…", " ").split())
        if played < len(answer(number).split()) or words < len(answer(number).split()):
            off.append(words - played)
    return off


def latencies_of_calls(port: int, seconds: float) -> subprocess.Popen[bytes]:
    """One telephone call beside the pages."""
    url = f"ws://127.0.0.1:{port}/twilio/media"
    command = [sys.executable, str(CALLERS), "--url", url]
    return subprocess.Popen([*command, "--calls", "1", "--seconds", str(seconds)], stdout=subprocess.PIPE)


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare what is kept with what the page played.")
    parser.add_argument("--pages", type=int, default=3, help="at once, a browser each")
    parser.add_argument("--interruptions", type=int, default=50)
    options = parser.parse_args()
    each = min(len(FIRST), -(-options.interruptions // options.pages) + 1)
    house, off, latencies = House(), Counter[int](), []
    with house.serving(), ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        playwright = opened.enter_context(tools.sync_playwright())
        pages, longest = [], 0.0
        for seed in range(options.pages):
            path = folder / f"{seed}.wav"
            longest = max(longest, microphone(path, each, seed))
            browser = playwright.chromium.launch(
                executable_path=tools.CHROMIUM, args=tools.listening_to(path)
            )
            opened.callback(browser.close)
            page = tools.TalkPage(browser, f"http://127.0.0.1:{house.port}/talk", bypass_csp=True)
            page.page.add_init_script(LISTENING % json.dumps(TAP))
            page.open()
            page.press("Start talking")
            page.wait_for("listening")
            pages.append(page)
            while len(house.threads) < len(pages):
                page.page.wait_for_timeout(20)
        calls = latencies_of_calls(house.port, longest - 5)
        pages[0].page.wait_for_timeout((longest + 12) * 1000)
        for page, thread in zip(pages, house.threads, strict=True):
            tapped: dict[str, Any] = page.page.evaluate("window.tapped")
            latencies += tapped["latencies"]
            page.press("End")
            page.page.wait_for_timeout(500)
            off.update(compared(house.kept(thread), tapped["counts"]))
        phone = json.loads(calls.communicate()[0])["latency"]
    spread = ", ".join(f"{words:+d}: {count}" for words, count in sorted(off.items()))
    print(f"words more than were played in {off.total()} interruptions: {spread}")
    if latencies:
        p50, p95 = statistics.median(latencies), float(np.percentile(latencies, 95))
        print(
            f"last word to first sound in the worklet, {len(latencies)} answers: p50 {p50:.0f}, p95 {p95:.0f} ms"
        )
    print(
        f"the same on the telephone, {phone['n']} answers: p50 {phone['p50']:.0f}, p95 {phone['p95']:.0f} ms"
    )


if __name__ == "__main__":
    main()
