"""A decision from the question to its record, on a telephone line with sound both ways and the embedded models.

    python benchmarks/spoken_decision.py [--language en|vi] [--folder FOLDER]

A caller of others' making (streamdouble) rings ``serve`` in real time: they ask aloud, the CTO and the COO are asked
and are not equally sure, the plan is read back, a spoken "yes" decides nothing, and key 1 does. The plan has to be
carried out once, and its record to be there. What was played is kept in the folder as ``heard.wav``; in English it is
recognised and has to say what it should. The Vietnamese voice is not understood by the embedded recogniser, neither the
caller's nor ours: there both are asked whatever is heard, and each clause of the read-back has to be in the sound.
The two agents always say the same; hearing, weighing, speaking and deciding are real.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import resource
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from langchain_core.messages import BaseMessage
from streamdouble import audio, g711
from streamdouble.protocol import StreamIdentity
from streamdouble.scenario import Dtmf, Say, Scenario
from streamdouble.session import Session, SessionConfig

from emads_voice import ClipMouth, init_recognizer, init_synthesizer, serve
from emads_voice.agents.agent import Agent
from emads_voice.agents.agent import Say as SayOn
from emads_voice.agents.forms import Analysis, Complexity, CostEstimate, Option, Risk
from emads_voice.assembly.decisions import Decisions, make_decisions
from emads_voice.assembly.records import make_ledger
from emads_voice.channels.conversation.review.read_back import read_back
from emads_voice.messages import shipped
from emads_voice.observability.ledger import Ledger
from emads_voice.settings import Settings
from emads_voice.testing import ScriptedRouter
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language
from emads_voice.voice.sound.audio import Audio

ALIKE = 0.5
"""So alike are the same words by the same voice, after the telephone's coding; others are not above 0.3."""

CALLER = "+84912345678"
PATIENCE_S = 240.0
"""However slow the machine is."""

ASKED = {
    ENGLISH: "Should we move the printers to the second floor, and who has time to carry them?",
    VIETNAMESE: "Chúng ta có nên chuyển máy in lên tầng hai không, và ai có thời gian khiêng máy?",
}
EXEMPLARS = {
    "cto": (
        "Should we move the printers to the second floor?",
        "Chúng ta có nên chuyển máy in lên tầng hai không?",
    ),
    "coo": ("Who has time to carry them?", "Ai có thời gian khiêng máy?"),
}
YES = {ENGLISH: "Yes, please do it.", VIETNAMESE: "Vâng."}
OPTION = {ENGLISH: "moving the printers to the second floor", VIETNAMESE: "chuyển máy in lên tầng hai"}
HEARD = ("printers", "reference", "press 1|press one", "key|press")
"""What a caller has to be able to make out of what was played."""


class Officer(Agent):
    """Proposes the move, and is more or less sure of it."""

    repeatable = True

    def __init__(self, name: str, confidence: float) -> None:
        self.name, self.description = name, f"What the {name.upper()} is asked about printers."
        self.exemplars = EXEMPLARS[name]
        self._confidence = confidence

    async def answer(
        self, messages: Sequence[BaseMessage], *, language: str, say: SayOn | None = None
    ) -> Analysis:
        option = OPTION[VIETNAMESE if language == VIETNAMESE.name else ENGLISH]
        risk = "tiếng ồn" if language == VIETNAMESE.name else "the noise"
        return Analysis(
            answer=option,
            agent=self.name,
            kind="proposal",
            options=[Option(name=option, cost=CostEstimate(one_time=100, monthly=0))],
            recommendation=option,
            confidence=self._confidence,
            complexity=Complexity(
                data_sources=1, logic_branches=1, integration_points=1, error_paths=1, human_touchpoints=1
            ),
            risks=[Risk(risk=risk, probability="low", impact="low", mitigation=risk)],
        )


class Call:
    """The caller."""

    def __init__(self, port: int, decisions: Decisions, ledger: Ledger, language: Language) -> None:
        self._decisions, self._ledger = decisions, ledger
        self.after_yes: list[str] = []
        steps = [
            self._say(self._until(lambda: self._heard_s() > 0.5)),
            self._say(self._until_quiet(1.5)),
            self._say(iter(frames_of(ASKED[language], language))),
            self._say(self._until(lambda: self._entries("read_back") > 0)),
            self._say(self._until_quiet(1.0)),
            self._say(iter(frames_of(YES[language], language))),
            self._say(self._until_more(1.0)),
            self._say(self._until_quiet(2.5)),
            self._say(self._look()),
            Dtmf("1"),
            self._say(self._until_more(0.5)),
            self._say(self._until_quiet(2.0)),
            self._say(self._until(lambda: self._statuses() == ["executed"])),
        ]
        config = SessionConfig(
            response_timeout_s=1, quiet_period_s=0, max_drain_s=0, custom_parameters={"caller": CALLER}
        )
        identity = StreamIdentity(account_sid="AC" + "0" * 32, call_sid="CA" + os.urandom(16).hex())
        url = f"ws://127.0.0.1:{port}/twilio/media"
        self._session = Session(url, scenario=Scenario("a decision", steps), config=config, identity=identity)

    async def run(self) -> bytes:
        """Hold the call to its end; what was played, in μ-law."""
        return bytes((await self._session.run()).audio_received)

    def _say(self, frames: Iterator[bytes]) -> Say:
        return Say(Path("caller.wav"), frames)  # it is iterated once

    def _heard_s(self) -> float:
        came: int = sum(event.detail["bytes"] for event in self._session.result.events_of("media_received"))
        return came / 8_000

    def _until(self, there: Callable[[], bool]) -> Iterator[bytes]:
        """Silence until it is so; looked at twice a second."""
        give_up = time.monotonic() + PATIENCE_S
        while not there():
            if time.monotonic() > give_up:
                raise TimeoutError("It does not come.")
            for _ in range(25):
                yield audio.silence_frame()

    def _until_more(self, seconds: float) -> Iterator[bytes]:
        before = self._heard_s()
        yield from self._until(lambda: self._heard_s() >= before + seconds)

    def _until_quiet(self, seconds: float) -> Iterator[bytes]:
        heard, since = self._heard_s(), time.monotonic()
        while time.monotonic() - since < seconds:
            for _ in range(10):
                yield audio.silence_frame()
            if self._heard_s() != heard:
                heard, since = self._heard_s(), time.monotonic()

    def _look(self) -> Iterator[bytes]:
        self.after_yes = self._statuses()
        yield audio.silence_frame()

    def _statuses(self) -> list[str]:
        return [kept.status for kept in self._decisions.store.find()]

    def _entries(self, kind: str) -> int:
        return sum(read.event.kind == kind for read in self._ledger.read_all())


@contextmanager
def serving(folder: Path, language: Language) -> Iterator[int]:
    """A server in a process of its own; its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EMADS_")}
    environment |= {"EMADS_DATA_DIR": str(folder)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, __file__, "--language", language.base_code, "--serve", str(port)],
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            give_up = time.monotonic() + PATIENCE_S
            while not answers(port):
                if process.poll() is not None or time.monotonic() > give_up:
                    raise SystemExit((folder / "log").read_text("utf-8"))
                time.sleep(0.2)
            yield port
        finally:
            process.terminate()
            process.wait(60)


def answers(port: int) -> bool:
    """Whether a server is there."""
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=1).close()
    except OSError:
        return False
    return True


def story(language: Language, folder: Path) -> list[str]:
    """Have the call, and look what came of it; what is wrong."""
    settings = Settings(data_dir=folder)
    ledger, decisions = make_ledger(settings), make_decisions(settings)
    with serving(folder, language) as port:
        call = Call(port, decisions, ledger, language)
        played = asyncio.run(call.run())
    sound = Audio(g711.decode(played).astype(np.float32) / 32768, 8_000)
    sound.save(folder / "heard.wav")
    (kept,) = decisions.store.find()
    records = list((folder / "decisions").glob("*.json"))
    done = [read.event.details.get("status") for read in ledger.read_all() if read.event.kind == "executed"]
    checks = {
        "both are asked, and not equally sure": [each.about for each in kept.plan.decision.conflicts]
        == ["confidence"],
        "the yes decides nothing": call.after_yes == ["pending"],
        "the key approves": [(each.verdict, each.read_back.digit) for each in kept.approvals]
        == [("approve", "1")],
        "the read-back is in the caller's language": kept.approvals[0].read_back.language == language.name,
        "it is carried out once": (kept.status, done) == ("executed", ["done"]),
        "the record is there": [json.loads(each.read_text("utf-8"))["id"] for each in records] == [kept.id],
    }
    if language == ENGLISH:
        heard = asyncio.run(init_recognizer("whisper:base").transcribe(sound, language=language)).text
        print(f"Heard in {sound.duration_s:.0f} s: {heard}")
        for words in HEARD:
            checks[f"“{words}” is heard"] = bool(re.search(words, heard, re.IGNORECASE))
    else:
        told, _ = read_back(kept, shipped(), language)
        for clause in clauses_of(told):
            likeness = loudest_likeness(sound, asyncio.run(said(clause, language)))
            checks[f"“{clause}” is heard ({likeness:.2f})"] = likeness > ALIKE
    ledger.close()
    for what, holds in checks.items():
        print(f"{'ok' if holds else 'NO':<3} {what}")
    return [what for what, holds in checks.items() if not holds]


def clauses_of(text: str) -> list[str]:
    """The longer ones; a voice reads each in one go."""
    return [each for each in re.split(r"(?<=[.,?!]) ", text) if len(each) > 15]


async def said(text: str, language: Language) -> Audio:
    """A text as our voice reads it aloud, at the rate of telephones."""
    mouth = ClipMouth(init_synthesizer("espeak"))
    await mouth.finish(text, language=language)
    assert mouth.audio is not None
    return mouth.audio.resample(8_000)


def loudest_likeness(sound: Audio, spoken: Audio) -> float:
    """How alike a sound is, at most anywhere, to another: their normalised correlation, 0 to 1."""
    piece = spoken.samples / max(1e-9, float(np.linalg.norm(spoken.samples)))
    size = 1 << int(np.ceil(np.log2(len(sound.samples) + len(piece))))
    products = np.fft.irfft(np.fft.rfft(sound.samples, size) * np.conj(np.fft.rfft(piece, size)), size)
    energy = np.cumsum(sound.samples.astype(np.float64) ** 2)
    whole = np.sqrt(np.maximum(energy[len(piece) :] - energy[: -len(piece)], 1e-6))
    return float(np.max(np.abs(products[: len(whole)]) / np.maximum(whole, 0.1 * whole.max())))


def frames_of(text: str, language: Language) -> list[bytes]:
    """Words said aloud, as telephone frames."""
    voice = init_synthesizer("espeak" if language == VIETNAMESE else "piper")

    async def pieces() -> list[Audio]:
        return [piece async for piece in voice.synthesize(text, language=language)]

    with asyncio.Runner() as runner:
        said = runner.run(pieces())
    coded = b"".join(g711.encode((piece.resample(8_000).samples * 32767).astype("<i2")) for piece in said)
    return [coded[at : at + 160] for at in range(0, len(coded) - 159, 160)]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--language", choices=("en", "vi"), default="en")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--serve", type=int, default=0, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        agents = [Officer("cto", 0.95), Officer("coo", 0.5)]
        both = ScriptedRouter([["cto", "coo"]]) if given.language == "vi" else None
        serve(agents, router=both, port=given.serve, insecure=True)
        return
    folder = given.folder or Path(tempfile.mkdtemp())
    wrong = story(ENGLISH if given.language == "en" else VIETNAMESE, folder)
    spent = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(f"{sum(each.ru_utime + each.ru_stime for each in spent):.0f} s of CPU time; see {folder}")
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
