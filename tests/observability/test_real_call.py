"""A real call's traces and metrics: streamdouble rings a server of its own process, with the embedded models, and says
what nobody may find in a trace. A collector takes the spans over OTLP, and Prometheus' page is read as it would be."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("faster_whisper", reason='it takes the extra "local"')
pytest.importorskip("streamdouble", reason="make test installs it")

from harness.process import environment
from harness.webhooks import ACCOUNT, call_sid
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from streamdouble import audio, g711
from streamdouble.protocol import StreamIdentity
from streamdouble.scenario import Dtmf, Say, Scenario
from streamdouble.session import Session, SessionConfig

from emads_voice.observability import attributes
from emads_voice.voice.backends import init_synthesizer
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language

pytestmark = pytest.mark.asyncio(loop_scope="module")

DASHBOARD = Path(__file__).parents[2] / "deploy" / "grafana" / "emads-voice.json"
QUESTION = Path(__file__).parents[2] / "examples" / "audio" / "book-a-room.wav"

CALLER, PHONE, CCCD, CARD = "+84908765432", "0912345678", "001099012345", "4111111111111111"
SAID = {
    ENGLISH: "Phone {phone}. Identity card {cccd}. Credit card {card}.",
    VIETNAMESE: "Điện thoại {phone}. Căn cước {cccd}. Thẻ {card}.",
}
PATIENCE_S = 200.0
"""However slow the machine is."""
DIGITS = {
    ENGLISH: ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
    VIETNAMESE: ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"],
}


@dataclass
class Left:
    """What a call has left behind."""

    spans: list[Any]
    raw: bytes
    page: str
    port: int

    def named(self, name: str) -> list[Any]:
        return [span for span in self.spans if span.name.split(" ")[0] == name or span.name == name]


async def spoken(language: Language) -> list[bytes]:
    """The numbers said aloud, digit by digit, as telephone frames."""
    digits = DIGITS[language]

    def read(number: str) -> str:
        return " ".join(digits[int(digit)] for digit in number)

    text = SAID[language].format(phone=read(PHONE), cccd=read(CCCD), card=read(CARD))
    pieces = [piece async for piece in init_synthesizer("espeak").synthesize(text, language=language)]
    frames: list[bytes] = []
    rest = b"".join(g711.encode((piece.resample(8_000).samples * 32767).astype("<i2")) for piece in pieces)
    for at in range(0, len(rest) - 159, 160):
        frames.append(rest[at : at + 160])
    return frames


class Ring:
    """A caller who asks, interrupts the answer with numbers in English, says them in Vietnamese, and keys one."""

    def __init__(self, port: int, english: list[bytes], vietnamese: list[bytes]) -> None:
        steps = [
            self._say(self._until_heard(0.5)),  # the greeting
            self._say(self._for(9)),
            self._say(iter(audio.wav_to_ulaw_frames(QUESTION))),
            self._say(self._until_heard(1)),
            self._say(iter(english)),
            self._say(self._until_heard(1)),
            self._say(self._for(2)),
            self._say(iter(vietnamese)),
            self._say(self._until_heard(1)),
            self._say(self._for(1)),
            Dtmf(f"{PHONE}#"),
            self._say(self._until_heard(1)),
        ]
        config = SessionConfig(
            response_timeout_s=1, quiet_period_s=0, max_drain_s=0, custom_parameters={"caller": CALLER}
        )
        identity = StreamIdentity(account_sid=ACCOUNT, call_sid=call_sid())
        url = f"ws://127.0.0.1:{port}/twilio/media"
        self._session = Session(url, scenario=Scenario("numbers", steps), config=config, identity=identity)

    async def run(self) -> None:
        """Hold the call to its end."""
        await self._session.run()

    def _say(self, frames: Iterator[bytes]) -> Say:
        return Say(QUESTION, frames)  # it is iterated once

    def _until_heard(self, seconds: float) -> Iterator[bytes]:
        """Silence until so much more of us has come."""
        enough, give_up = self._heard_s() + seconds, time.monotonic() + PATIENCE_S
        while self._heard_s() < enough and time.monotonic() < give_up:
            yield audio.silence_frame()

    def _heard_s(self) -> float:
        came: int = sum(event.detail["bytes"] for event in self._session.result.events_of("media_received"))
        return came / 8_000

    def _for(self, seconds: float) -> Iterator[bytes]:
        return (audio.silence_frame() for _ in range(round(seconds * 50)))


async def ring(port: int) -> None:
    """One call."""
    await Ring(port, await spoken(ENGLISH), await spoken(VIETNAMESE)).run()


def scrape(port: int, **headers: str) -> str:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/metrics", headers=headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return str(answer.read().decode())


@pytest.fixture(scope="module")
def left(collector: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Left]:
    """The trace of one call, which records what is said, redacted, as badly as anybody could ask for it."""
    with running(
        tmp_path_factory.mktemp("call"),
        OTEL_EXPORTER_OTLP_ENDPOINT=collector.endpoint,
        OTEL_METRICS_EXPORTER="prometheus,otlp",
        OTEL_BSP_SCHEDULE_DELAY="200",
    ) as port:
        asyncio.run(ring(port))
        for _ in range(100):
            if any(span.name == attributes.CALL for span in collector.spans):
                break
            time.sleep(0.1)
        page = scrape(port, accept="application/openmetrics-text; version=1.0.0")
        yield Left(list(collector.spans), collector.raw, page, port)


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[int]:
    """A server in a folder of its own, inside ``with``; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    phone = environment(folder, EMADS_PUBLIC_URL="", PORT=str(port), **settings)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("patient_server.py"))],
            cwd=folder, env=phone, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            give_up = time.monotonic() + PATIENCE_S
            while process.poll() is None and not _answers(port):
                assert time.monotonic() < give_up
                time.sleep(0.2)
            assert process.poll() is None, (folder / "log").read_text("utf-8")[-3000:]
            yield port
        finally:
            process.terminate()
            process.wait(30)


def _answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=1).close()
    except OSError:
        return False
    return True


async def test_each_turn_is_a_trace_that_links_to_the_one_before_and_to_the_call(left: Left) -> None:
    (call,) = left.named(attributes.CALL)
    turns = [span for span in left.spans if span.name == attributes.TURN]
    assert len(turns) >= 3
    assert len({span.trace for span in [call, *turns]}) == len(turns) + 1
    assert not any(span.parent for span in turns)
    by_id = {span.id: span for span in left.spans}
    for number, turn in enumerate(turns):
        linked = {told["emads_voice.link"]: by_id[to] for to, told in turn.links}
        assert linked["call"] is call
        if number:
            before = [each for each in turns if each.trace == linked["previous turn"].trace]
            assert before == [turns[number - 1]]
        assert turn.attributes[attributes.TURN_ENDED] in ("answered", "barge-in", "hang-up")
    assert turns[0].attributes[attributes.TURN_ENDED] == "barge-in"
    assert attributes.BARGE_IN in {event for event, _ in turns[0].events}
    assert turns[0].attributes[attributes.FIRST_SOUND_S] == pytest.approx(
        sum(
            turns[0].attributes[part]
            for part in (
                attributes.ENDPOINTING_S,
                attributes.RECOGNITION_S,
                attributes.ANSWERING_S,
                attributes.SYNTHESIS_S,
            )
        )
    )
    assert call.attributes[attributes.CALL_TURNS] == len(turns)
    assert call.attributes[attributes.CALL_ENDED]
    for stage in ("listen", "route", "speak", "speech_to_text", "text_to_speech"):
        assert left.named(stage), stage


async def test_nothing_of_a_caller_is_in_it(left: Left) -> None:
    whole = left.raw.decode("utf-8", "replace").lower()
    for planted in (CALLER, PHONE, CCCD, CARD):
        digits = planted.strip("+")
        for begin in range(len(digits) - 5):
            assert digits[begin : begin + 6] not in re.sub(r"[ .,-]", "", "".join(_texts(left.spans))), (
                planted
            )
    for words in DIGITS.values():
        assert " ".join(words[1:4]) not in whole
    assert "identity card" not in whole
    assert "căn cước" not in whole
    held = {name for span in left.spans for name in span.attributes}
    assert not held & attributes.PERSONAL


def _texts(spans: list[Any]) -> list[str]:
    """Every value that is no id, no hash and no time."""
    safe = {
        attributes.AUDIO_SHA256,
        attributes.PROMPT_VERSION,
        attributes.CONVERSATION_ID,
        attributes.LANGSMITH_THREAD,
    }
    values = [value for span in spans for name, value in span.attributes.items() if name not in safe]
    values += [value for span in spans for _, told in span.events for value in told.values()]
    return [f"{span.name}|" for span in spans] + [
        f"{value}|" for value in values if not isinstance(value, float)
    ]


NEEDS_A_CHAT_MODEL = {"gen_ai_client_token_usage_sum"}
"""No server that counts tokens is asked in this call; test_metrics.py knows the name."""


async def test_the_dashboard_asks_for_what_there_is(left: Left) -> None:
    families = {family.name: family for family in families_of(left.page)}
    there = {sample.name for family in families.values() for sample in family.samples}
    for expression in _expressions(json.loads(DASHBOARD.read_text("utf-8"))):
        asked = set(re.findall(r"\b(?:emads_voice|gen_ai)_[a-z_0-9]+", expression)) - _labels(expression)
        assert asked, expression
        for name in asked:
            assert name in there or name in NEEDS_A_CHAT_MODEL, (name, expression)


async def test_figures_lead_to_the_traces_behind_them(left: Left) -> None:
    traces = {span.trace for span in left.spans}
    found = [
        sample.exemplar.labels["trace_id"]
        for family in families_of(left.page)
        if family.name == "emads_voice_turn_first_sound_seconds"
        for sample in family.samples
        if sample.exemplar
    ]
    assert found
    assert set(found) <= traces


async def test_metrics_are_for_this_machine_alone(left: Left) -> None:
    with pytest.raises(urllib.error.HTTPError, match="403"):
        scrape(left.port, origin="https://evil.example")
    with pytest.raises(urllib.error.HTTPError, match="403"):
        scrape(left.port, host="voice.example.com")


def _expressions(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("expr"), str):
            yield value["expr"]
        for each in value.values():
            yield from _expressions(each)
    elif isinstance(value, list):
        for each in value:
            yield from _expressions(each)


def families_of(page: str) -> Iterator[Any]:
    """The metrics of a page, read by Prometheus' own parser."""
    return iter(text_string_to_metric_families(page))  # type: ignore[no-untyped-call]


def _labels(expression: str) -> set[str]:
    """What stands in braces or after "by" is no metric."""
    inside = re.findall(r"\{([^}]*)\}", expression) + re.findall(r"by \(([^)]*)\)", expression)
    return {name for part in inside for name in re.findall(r"[a-z_0-9]+", part)}
