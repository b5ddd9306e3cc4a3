"""A fuzz of the media protocol: streams as Twilio sends them, damaged, given to the state machine and to the transport.

A stream is damaged as a whole (messages lost, repeated, out of order, from another stream) and message by message:
bits and bytes, fields, types, numbers, times, text. What must hold whatever comes:

- nothing but a :class:`~emads_voice.channels.errors.ProtocolError` escapes, and its text is one short line;
- a stream opens once, what comes out is well formed, and nothing comes out once it is closed;
- sound comes from sound and from gaps of a second at most, and no faster than a telephone sends it;
- a transport to which nobody listens keeps what it says it keeps.

``tools/run_media_fuzz.py`` runs it for as long as you like.
"""

from __future__ import annotations

import asyncio
import base64
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from starlette.websockets import WebSocket

from emads_voice.channels.allowance import AHEAD_S
from emads_voice.channels.errors import ProtocolError
from emads_voice.channels.inbox import MAX_BACKLOG_S, MAX_EVENTS
from emads_voice.channels.transport import Digit, Event, HungUp, MarkReturned, Sound
from emads_voice.channels.twilio.messages import RATE, Stream
from emads_voice.channels.twilio.pace import SOUND_PER_S
from emads_voice.channels.twilio.protocol import KEYS, MediaStream, Phase
from emads_voice.channels.twilio.stream import TwilioTransport

FRAME_S = 0.02
_FRAMES = 60
"""Messages of sound in a stream."""
_AFTER_THE_END = 3
"""Messages given to a stream that has ended."""

Message = dict[str, Any]
Frame = str | bytes


@dataclass
class Fuzzed:
    """What a run has done.

    Attributes:
        mutated: damaged messages, or messages out of their place, that were given to a stream still open.
        streams: how many there were.
        refused: streams that ended with a ProtocolError.
        sound_s: seconds of sound that came out.
        reasons: the texts of the errors, with values left out.
    """

    mutated: int = 0
    streams: int = 0
    refused: int = 0
    sound_s: float = 0.0
    reasons: set[str] = field(default_factory=set)


class FuzzError(AssertionError):
    """What must hold did not; the message names the seed of the stream."""


def fuzz(seed: int, mutated: int, *, told: Callable[[Fuzzed], None] = lambda _: None) -> Fuzzed:
    """Damage streams until so many messages were mutated.

    Args:
        seed: of the first stream; the next one has the next seed.
        mutated: messages.
        told: called after each stream.

    Raises:
        FuzzError: see the module. ``fuzz(seed of the message, 1)`` does the same again.
    """
    done = Fuzzed()
    while done.mutated < mutated:
        one = seed + done.streams
        try:
            _fuzz_stream(one, done)
        except Exception as error:
            raise FuzzError(f"seed {one}: {type(error).__name__}: {error}") from error
        done.streams += 1
        told(done)
    return done


async def fuzz_transport(seed: int) -> int:
    """Give one damaged stream to a transport to which nobody listens, then listen; returns the events that came.

    Raises:
        FuzzError: see the module.
    """
    chance = random.Random(seed)
    waiting = _damaged(chance)
    clock = _Clock(chance)

    async def receive() -> Any:
        clock.tick()
        if beginning:
            return beginning.pop()
        frame, _ = next(waiting, (None, False))
        if frame is None:
            return {"type": "websocket.disconnect", "code": 1006}
        return {"type": "websocket.receive", "text" if isinstance(frame, str) else "bytes": frame}

    async def send(_: Any) -> None:
        pass

    beginning = [{"type": "websocket.connect"}]
    websocket = WebSocket({"type": "websocket"}, receive, send)
    await websocket.accept()
    transport = TwilioTransport(websocket, clock=clock)
    try:
        await transport.opening()
    except ProtocolError:
        await transport.close()
        return 0
    await transport.listen()
    events = [event async for event in transport.events()]
    held = sum(len(event.samples) for event in events if isinstance(event, Sound))
    _hold(held <= MAX_BACKLOG_S * TwilioTransport.rate, f"seed {seed}: {held} samples were kept")
    _hold(len(events) <= MAX_EVENTS + 1, f"seed {seed}: {len(events)} events were kept")
    ends = [event for event in events if isinstance(event, HungUp)]
    _hold(len(ends) == 1 and events[-1] is ends[0], f"seed {seed}: it ended {len(ends)} times")
    await asyncio.wait_for(transport.lost(), 1)
    return len(events)


class _Clock:
    """Goes on by a frame with each message, or stands still and catches up, as after a stall."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._owed = 0.0
        self.now = 1000.0

    def tick(self) -> None:
        self._owed += FRAME_S
        if self._chance.random() < 0.5:
            self.now, self._owed = self.now + self._owed, 0.0

    def __call__(self) -> float:
        return self.now


def _fuzz_stream(seed: int, done: Fuzzed) -> None:
    chance = random.Random(seed)
    clock = _Clock(chance)
    began, samples, after = clock(), 0, 0
    opened: list[str] = []
    stream = MediaStream(clock)
    for frame, mutated in _damaged(chance):
        clock.tick()
        before = stream.phase
        after += before is Phase.CLOSED
        if after > _AFTER_THE_END:
            break
        done.mutated += mutated and before is not Phase.CLOSED
        try:
            out = stream.receive(frame)
        except ProtocolError as error:
            _hold(before is not Phase.CLOSED, "an error after the end")
            _hold(stream.phase is Phase.CLOSED, "an error that does not end the stream")
            _hold(str(error).isprintable() and len(str(error)) < 200, f"the reason {error!r}")
            done.reasons.add(str(error).partition(" (")[0].partition(" as ")[0])
            done.refused += 1
            continue
        _hold(before is not Phase.CLOSED or out is None, "something came out after the end")
        if isinstance(out, Stream):
            opened.append(out.stream_sid)
            _hold(before is not Phase.CLOSED and stream.phase is Phase.OPEN, "it opened out of turn")
            _hold(all(sid.isalnum() for sid in (out.stream_sid, out.call_sid, out.account_sid)), "an odd id")
        elif out is not None:
            _hold(before is Phase.OPEN or isinstance(out, HungUp), "something came out before start")
            samples += _check(out, len(frame))
        ahead = samples - SOUND_PER_S * (AHEAD_S + clock() - began)
        _hold(ahead <= 0, f"sound is {ahead / RATE:.2f} s too far ahead of the clock")
    _hold(len(opened) == len(set(opened)), "a stream that was open opened again")
    done.sound_s += samples / RATE


def _check(event: Event, length: int) -> int:
    """That an event is well formed; returns its samples."""
    if isinstance(event, Sound):
        samples = event.samples
        _hold(samples.dtype == np.float32 and samples.ndim == 1, "sound of another form")
        _hold(0 < len(samples) <= length * 3 // 4 + RATE, f"{len(samples)} samples of {length} characters")
        _hold(bool((np.abs(samples) <= 1).all()), "sound beyond [-1, 1]")
        return len(samples)
    if isinstance(event, Digit):
        _hold(event.digit in KEYS, f"the key {event.digit!r}")
    elif isinstance(event, MarkReturned):
        event.name.encode()
    elif isinstance(event, HungUp):
        _hold(event.reason == "the caller hung up", f"the end {event.reason!r}")
    return 0


def _hold(condition: bool, otherwise: str) -> None:
    if not condition:
        raise FuzzError(otherwise)


# Streams as they are.


@cache
def _stream(length: int) -> tuple[tuple[Message, str], ...]:
    """The messages of a stream whose pieces of sound have so many bytes, each with its text."""
    sid, account, call = "MZ" + "a" * 32, "AC" + "0" * 32, "CA" + "1" * 32
    form = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
    start = {
        "accountSid": account,
        "streamSid": sid,
        "callSid": call,
        "tracks": ["inbound"],
        "mediaFormat": form,
    }
    made: list[Message] = [
        {"event": "connected", "protocol": "Call", "version": "1.0.0"},
        {"event": "start", "start": {**start, "customParameters": {"token": "abc"}}},
    ]
    for number in range(_FRAMES):
        payload = base64.b64encode(bytes((number + code) % 256 for code in range(length))).decode()
        sound = {
            "track": "inbound",
            "chunk": str(number),
            "timestamp": str(number * length // 8),
            "payload": payload,
        }
        made.append({"event": "media", "media": sound})
        if number % 10 == 9:
            made.append({"event": "mark", "mark": {"name": str(number)}})
        if number % 20 == 19:
            made.append({"event": "dtmf", "dtmf": {"track": "inbound_track", "digit": "059#"[number // 20]}})
    made.append({"event": "stop", "stop": {"accountSid": account, "callSid": call}})
    numbered = [{**each, "sequenceNumber": str(n), "streamSid": sid} for n, each in enumerate(made)]
    return tuple((message, json.dumps(message)) for message in numbered)


# What can happen to them.


def _damaged(chance: random.Random) -> Iterator[tuple[Frame, bool]]:
    """Messages, and whether each was damaged or is out of its place.

    Half the streams are damaged so gently that they go on; most others end soon.
    """
    messages = [(*each, False) for each in _stream(chance.choice((80, 160, 160, 160, 320, 1600)))]
    for _ in range(chance.choice((0, 1, 3, 20))):
        _reorder(chance, messages)
    gentle = chance.random() < 0.5
    intensity = chance.choice((0.05, 0.5, 1.0)) if gentle else chance.choice((0.01, 0.05, 0.3))
    flooded = chance.randrange(2, len(messages)) if chance.random() < 0.02 else -1
    for number, (message, text, moved) in enumerate(messages):
        if number == flooded:
            same = json.dumps(_mutated(chance, message))
            yield same, True
            yield from ((same, False) for _ in range(chance.choice((300, 3000))))
        if chance.random() >= intensity:
            yield text, moved
        elif gentle:
            yield _disturbed(chance, message, text), True
        elif chance.random() < 0.6:
            yield json.dumps(_mutated(chance, message)), True
        else:
            yield _damaged_text(chance, text), True


def _reorder(chance: random.Random, messages: list[tuple[Message, str, bool]]) -> None:
    at, to = chance.randrange(2, len(messages)), chance.randrange(2, len(messages))
    message, text, _ = messages[at]
    match chance.randrange(8):
        case 0:
            del messages[chance.randrange(len(messages))]
        case 1:
            messages.insert(to, (*chance.choice(_stream(40)), True))
        case 2 | 3:
            messages[at], messages[to] = (*messages[to][:2], True), (message, text, True)
        case _:
            messages.insert(to, (message, text, True))


_JUMPS = (-(10**9), -5000, -1001, -30, -15, -1, 1, 9, 11, 30, 500, 999, 1000, 1001, 9000, 10**9)
_PAYLOADS = [
    base64.b64encode(b).decode()
    for b in (b"", b"\0", b"\0" * 79, b"\x7f" * 161, b"\xff" * 8_000, b"\x80" * 48_000)
]
_NUMBERS = (
    *[
        0,
        1,
        -1,
        7,
        8,
        19,
        20,
        21,
        999,
        1000,
        1001,
        2**31,
        2**53,
        2**63,
        2**64,
        10**12,
        10**12 + 1,
        10**40,
        -(10**12),
    ],
    *[
        0.5,
        -0.0,
        1e308,
        "1e999",
        "NaN",
        "Infinity",
        "-0",
        "+1",
        "0x10",
        "1_0",
        "١٢",
        " 5",
        "5 ",
        "9" * 4000,
        "",
    ],
)
_VALUES = (
    *[
        None,
        True,
        False,
        [],
        {},
        [[]],
        {"": None},
        "",
        "\x00",
        "\n\r\x1b[31m",
        "\u2028\u2029\x85",
        "\u202e",
        "🙂",
        "é",
    ],
    *[
        "A" * 63,
        "A" * 65,
        "x" * 5000,
        "MZ\n",
        "start",
        "stop",
        "media",
        "outbound",
        "inbound",
        "16000",
        8000,
        "[]",
    ],
)
_TEXTS = ('"', "\\", "{", "}", ",", ":", "\x00", "\\ud800", "\\u0000", "é", "🙂", " ", "9", "-")


def _disturbed(chance: random.Random, message: Message, text: str) -> str:
    """A message that is still allowed, mostly: sound at another time, of another length, another track; other keys."""
    match message:
        case {"event": "media", "media": sound}:
            sound = dict(sound)
            kind = chance.random()
            if kind < 0.6:
                sound["timestamp"] = str(max(0, int(sound["timestamp"]) + chance.choice(_JUMPS)))
            elif kind < 0.9:
                sound["payload"] = chance.choice(_PAYLOADS[:4])
            elif kind < 0.92:
                sound["payload"] = chance.choice(_PAYLOADS)
            else:
                sound["track"] = chance.choice(("outbound", "", "x" * 900))
            return json.dumps({**message, "media": sound})
        case {"event": "dtmf" | "mark"}:
            return text.replace(
                '"digit": "', '"digit": "' if chance.random() < 0.9 else '"digit": "A'
            ).replace('"name": "', f'"name": "{chance.choice(("", "é", "n" * 2000))}')
        case {"event": "connected" | "start"}:
            return text[:-1] + f',"later": [{chance.random()}]}}'
        case _:
            return text.replace('"stop"', '"weather"')


def _mutated(chance: random.Random, message: Message) -> Message:
    """A message that is still JSON."""
    message = _copy(message)
    leaves = list(_leaves(message))
    parent, key = chance.choice(leaves)
    match chance.randrange(6):
        case 0:
            parent[key] = chance.choice(_NUMBERS)
        case 1:
            parent[key] = chance.choice(_VALUES)
        case 2:
            parent[key] = chance.choice(_PAYLOADS) + chance.choice(
                ("", "=", "A", "AA", "\n", "-", "é", "====")
            )
        case 3:
            del parent[key]
        case 4:
            other, name = chance.choice(leaves)
            parent[key], other[name] = other[name], parent[key]
        case _:
            message["event"] = chance.choice(
                ("connected", "start", "media", "dtmf", "mark", "stop", "weather", "\n")
            )
    return message


def _copy(value: Message) -> Message:
    return {key: _copy(inner) if isinstance(inner, dict) else inner for key, inner in value.items()}


def _leaves(value: Message) -> Iterator[tuple[Message, str]]:
    for key, inner in value.items():
        yield value, key
        if isinstance(inner, dict):
            yield from _leaves(inner)


def _damaged_text(chance: random.Random, text: str) -> Frame:
    """A message that is hardly JSON any more."""
    at, to = sorted((chance.randrange(len(text)), chance.randrange(len(text))))
    match chance.randrange(9):
        case 0:
            return text[:at] + chr(ord(text[at]) ^ 1 << chance.randrange(7)) + text[at + 1 :]
        case 1:
            return text[:at]
        case 2:
            return text[:at] + text[to:]
        case 3:
            return text[:to] + text[at:]
        case 4:
            return text[:at] + chance.choice(_TEXTS) + text[at:]
        case 5:
            return text[:at] + chance.choice("[{") * chance.choice((10, 2000, 70_000))
        case 6:
            return text.encode()
        case 7:
            return f'{text[:-1]},"event":"{chance.choice(("stop", "media", "start"))}"}}'
        case _:
            return text[:-1] + ',"x":' + "[" * 5000 + "]" * 5000 + "}"
