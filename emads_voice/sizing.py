"""How many GPUs, cores and gigabytes a load needs: for calls by how long they wait, for recordings by throughput.

The publisher's figures for 0.6B on vLLM (arXiv 2601.21337; the GPU is not named) are of two kinds that never hold
together: alone, a request has its first token after 92 ms; with 128 at once, 2000 s of sound are written down a
second, but each request waits 3.2 s. So calls and recordings are sized apart, and run on GPUs apart:

    requests/s   = calls · 2 / 15           a turn lasts 15 s; recognition starts at a pause and once again at the end
    request      = 92 ms + 0.0094 · 5 s     alone on the GPU, for 5 s of speech: 139 ms
    busy         = requests/s · request     as if a GPU took one at a time: batching makes it better, never worse
    GPUs         = ⌈busy / 0.5⌉             at half load the mean wait is half a request (M/D/1: ρ / 2(1 - ρ))

    GPUs, night  = ⌈hours · 3600 / (8 h · 2000 · 0.5)⌉

1.7B is taken to be slower in proportion to its weights: no figures are published. These are plans to buy by, not
promises: measure on your GPU before you rely on them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from emads_voice.errors import EmadsVoiceError

TURN_S = 15.0
"""A caller speaks for 5 s and hears 10 s."""
UTTERANCE_S = 5.0
ANSWER_S = TURN_S - UTTERANCE_S
REQUESTS_A_TURN = 2
BUSY = 0.5
"""The share of a GPU's or machine's time that is planned for."""
NIGHT_S = 8 * 3600.0
"""The time recordings have."""

FIRST_TOKEN_S = 0.092
REAL_TIME_FACTOR = 0.0094
SOUND_S_PER_S = 2000.0
"""Published for 0.6B on vLLM: the first two for one request at a time, the third for 128."""

EDGE_REAL_TIME_FACTOR = 0.3
"""Published for the 0.6B in int8 through sherpa-onnx, on four cores of a telephone."""
EDGE_CORES = 4

HOSTED_TASKS_S = 1200 / 60
"""What an account at Alibaba Cloud may begin in a second, unless it asks for more: the page of
qwen-audio-3.1-asr-flash-message says 1200 a minute."""

ROOM_GB = 3
"""Beside the weights: eight requests of three minutes (2500 tokens at 112 kB) and what is being computed."""

# Our own, benchmarks/README.md: a call's line, voice activity and turns; a second of speech by Piper on one core.
LINE_CPU = 0.71 / 60
SPEECH_CPU = 0.16
CORES_BUSY = 0.7
PROCESS_CALLS = 40
"""EMADS_PHONE_MAX_CALLS, and what one core was measured to hold."""
PROCESS_GB = 0.9
CALL_GB = 0.0005


class LoadError(EmadsVoiceError):
    """A load nobody can have."""


@dataclass(frozen=True, slots=True)
class Load:
    """What is to be carried.

    Attributes:
        calls: at once.
        hours: of recordings, each night.
    """

    calls: int = 0
    hours: float = 0.0


@dataclass(frozen=True, slots=True)
class Setup:
    """One way to recognise speech, and what it takes for a load.

    Attributes:
        use: "development", "low traffic", "high traffic", "edge" or "hosted".
        model: Qwen3-ASR's size, or the name of a hosted model.
        asr: what EMADS_ASR names.
        machines: GPUs; computers without a GPU for the edge; accounts where it is hosted.
        gb: memory of each: the GPU's, the computer's for the edge; 0 where it is hosted.
        carries: the calls, or hours a night, that so many machines carry.
        text_after_s: mean seconds from the end of speech to its text, None where nothing is published; for
            recordings, until all are written down.
    """

    use: str
    model: str
    asr: str
    machines: int
    gb: int
    carries: int
    text_after_s: float | None


@dataclass(frozen=True, slots=True)
class Application:
    """What the calls themselves take, besides recognition: lines, turns and Piper's voice, without a GPU."""

    processes: int
    cores: int
    gb: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What a load needs.

    Attributes:
        live: setups for the calls, the recommended one first; empty without calls.
        batch: the same for the recordings.
        application: for the calls.
    """

    load: Load
    live: tuple[Setup, ...]
    batch: tuple[Setup, ...]
    application: Application | None


@dataclass(frozen=True, slots=True)
class _Kind:
    use: str
    model: str
    asr: str
    gb: int
    request_s: float
    sound_s_per_s: float


_LARGER = 1.7 / 0.6
_REQUEST_S = FIRST_TOKEN_S + REAL_TIME_FACTOR * UTTERANCE_S

_DEVELOPMENT = _Kind(
    "development", "0.6B", "qwen-asr:Qwen/Qwen3-ASR-0.6B", 2, _REQUEST_S, 1 / REAL_TIME_FACTOR
)
_LOW = _Kind(
    "low traffic",
    "1.7B",
    "openai:Qwen/Qwen3-ASR-1.7B",
    4 + ROOM_GB,
    _REQUEST_S * _LARGER,
    SOUND_S_PER_S / _LARGER,
)
_HIGH = _Kind("high traffic", "0.6B", "openai:Qwen/Qwen3-ASR-0.6B", 2 + ROOM_GB, _REQUEST_S, SOUND_S_PER_S)
_EDGE = _Kind(
    "edge",
    "0.6B int8",
    "sherpa-qwen:FOLDER",
    2,
    EDGE_REAL_TIME_FACTOR * UTTERANCE_S,
    1 / EDGE_REAL_TIME_FACTOR,
)


_HOSTED_MODEL = "qwen-audio-3.1-asr-flash-streaming"


def parse_load(text: str) -> Load:
    """A load as a person writes it, "calls=50" or "calls=50,hours=200".

    Raises:
        LoadError: it is not written so, or is none.
    """
    given: dict[str, float] = {}
    for part in text.split(","):
        name, equals, number = (piece.strip() for piece in part.partition("="))
        if name not in ("calls", "hours") or not equals:
            raise LoadError(f"The size {part.strip()!r} cannot be read: write calls=50, hours=200 or both.")
        if name in given:
            raise LoadError(f"The size names {name} twice: write calls=50,hours=200.")
        try:
            given[name] = float(number) if name == "hours" else int(number)
        except ValueError:
            given[name] = 0
        if not 0 < given[name] <= 1_000_000:
            raise LoadError(f"{name}={number} is no load: write a number above 0, at most a million.")
    return Load(int(given.get("calls", 0)), given.get("hours", 0.0))


def plan(load: Load) -> Plan:
    """What a load needs. The more accurate model is recommended as long as one GPU carries it."""
    kinds = (_DEVELOPMENT, _LOW, _HIGH, _EDGE)
    live = (*(_live(kind, load.calls) for kind in kinds), _hosted(load.calls)) if load.calls else ()
    batch = tuple(_batch(kind, load.hours) for kind in (_LOW, _HIGH, _EDGE)) if load.hours else ()
    return Plan(load, _ranked(live), _ranked(batch), _application(load.calls) if load.calls else None)


def requests_per_s(calls: int) -> float:
    """Recognitions asked for a second."""
    return calls * REQUESTS_A_TURN / TURN_S


def _live(kind: _Kind, calls: int) -> Setup:
    if kind is _DEVELOPMENT:
        return Setup(kind.use, kind.model, kind.asr, 1, kind.gb, 1, None)
    machines = math.ceil(requests_per_s(calls) * kind.request_s / BUSY)
    load = requests_per_s(calls) * kind.request_s / machines
    text_after_s = kind.request_s * (1 + load / (2 * (1 - load)))
    carries = math.floor(machines * BUSY / (requests_per_s(1) * kind.request_s))
    return Setup(kind.use, kind.model, kind.asr, machines, kind.gb, carries, round(text_after_s, 2))


def _hosted(calls: int) -> Setup:
    accounts = math.ceil(requests_per_s(calls) / HOSTED_TASKS_S)
    carries = math.floor(accounts * HOSTED_TASKS_S / requests_per_s(1))
    return Setup("hosted", _HOSTED_MODEL, f"dashscope:{_HOSTED_MODEL}", accounts, 0, carries, None)


def _batch(kind: _Kind, hours: float) -> Setup:
    hours_a_night = NIGHT_S * kind.sound_s_per_s * BUSY / 3600
    machines = math.ceil(hours / hours_a_night)
    taken_s = hours * 3600 / (machines * kind.sound_s_per_s * BUSY)
    return Setup(
        kind.use,
        kind.model,
        kind.asr,
        machines,
        kind.gb,
        math.floor(machines * hours_a_night),
        round(taken_s),
    )


def _ranked(setups: tuple[Setup, ...]) -> tuple[Setup, ...]:
    low = next((setup for setup in setups if setup.use == _LOW.use), None)
    best = _LOW.use if low and low.machines == 1 else _HIGH.use
    return tuple(sorted(setups, key=lambda setup: setup.use != best))


def _application(calls: int) -> Application:
    processes = math.ceil(calls / PROCESS_CALLS)
    busy = calls * (LINE_CPU + SPEECH_CPU * ANSWER_S / TURN_S)
    return Application(
        processes, math.ceil(busy / CORES_BUSY), round(processes * PROCESS_GB + calls * CALL_GB, 1)
    )
