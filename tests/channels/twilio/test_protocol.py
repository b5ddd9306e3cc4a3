import base64
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from emads_voice.channels.errors import ProtocolError
from emads_voice.channels.transport import Digit, HungUp, MarkReturned, Sound
from emads_voice.channels.twilio.messages import Stream
from emads_voice.channels.twilio.protocol import MediaStream, Phase
from emads_voice.voice.sound import g711

FRAME = 160
CONNECTED = '{"event":"connected","protocol":"Call","version":"1.0.0"}'
STOP = '{"event":"stop","sequenceNumber":"5","stop":{"accountSid":"AC1","callSid":"CA1"},"streamSid":"MZ1"}'
MARK = '{"event":"mark","sequenceNumber":"4","streamSid":"MZ1","mark":{"name":"n"}}'


def start(**form: Any) -> str:
    stream = {
        "accountSid": "AC1",
        "streamSid": "MZ1",
        "callSid": "CA1",
        "tracks": ["inbound"],
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1, **form},
        "customParameters": {},
    }
    return json.dumps({"event": "start", "sequenceNumber": "1", "start": stream, "streamSid": "MZ1"})


def media(at_ms: int, code: int = 0, *, length: int = FRAME, track: str = "inbound") -> str:
    payload = base64.b64encode(bytes([code]) * length).decode()
    return json.dumps(
        {"event": "media", "media": {"track": track, "timestamp": str(at_ms), "payload": payload}}
    )


def digit(key: str) -> str:
    return json.dumps({"event": "dtmf", "dtmf": {"track": "inbound_track", "digit": key}})


@pytest.fixture
def stream() -> MediaStream:
    """One that is open."""
    opened = MediaStream()
    assert opened.receive(CONNECTED) is None
    assert isinstance(opened.receive(start()), Stream)
    return opened


def heard(stream: MediaStream, *frames: str) -> list[float]:
    """Everything that came out, one number for each 20 ms (which must be of one loudness)."""
    sounds = [event.samples for frame in frames if isinstance(event := stream.receive(frame), Sound)]
    blocks = np.concatenate(sounds).reshape(-1, FRAME)
    assert (blocks == blocks[:, :1]).all()
    return [float(value) for value in blocks[:, 0]]


LOUDNESS = [float(value) for value in g711.decode(bytes(range(100)))]


def test_a_call_from_start_to_stop(stream: MediaStream) -> None:
    sound = stream.receive(media(0, 5))
    assert isinstance(sound, Sound)
    assert sound.samples.dtype == np.float32
    assert sound.samples.tolist() == [LOUDNESS[5]] * FRAME
    assert stream.receive(digit("7")) == Digit("7")
    assert stream.receive(MARK) == MarkReturned("n")
    assert stream.receive(STOP) == HungUp("the caller hung up")
    assert stream.phase is Phase.CLOSED
    assert stream.receive(media(20)) is None


@pytest.mark.parametrize("message", [media(0), digit("1"), MARK], ids=["media", "dtmf", "mark"])
def test_nothing_may_come_before_start(message: str) -> None:
    stream = MediaStream()
    with pytest.raises(ProtocolError, match="before start"):
        stream.receive(message)
    assert stream.phase is Phase.CLOSED
    assert stream.receive(start()) is None


def test_a_second_start_of_the_same_call_goes_on(stream: MediaStream) -> None:
    heard(stream, media(4_000, 1))
    assert stream.receive(start()) is None
    assert heard(stream, media(0, 1)) == [LOUDNESS[1]]
    again = stream.receive(start().replace("MZ1", "MZ2"))
    assert isinstance(again, Stream)
    assert again.stream_sid == "MZ2"
    assert heard(stream, media(0, 1), media(20, 2)) == [LOUDNESS[1], LOUDNESS[2]]


@pytest.mark.parametrize("message", [start().replace("CA1", "CA2"), CONNECTED], ids=["start", "connected"])
def test_another_call_does_not_begin_on_the_stream(stream: MediaStream, message: str) -> None:
    with pytest.raises(ProtocolError, match="a second"):
        stream.receive(message)


@pytest.mark.parametrize("form", [{"encoding": "audio/l16"}, {"sampleRate": 16000}, {"channels": 2}])
def test_only_telephone_sound_is_understood(form: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError, match="instead of audio/x-mulaw, 8000 Hz"):
        MediaStream().receive(start(**form))


def test_a_line_may_end_before_it_starts() -> None:
    assert isinstance(MediaStream().receive(STOP), HungUp)


def test_what_does_not_concern_us_is_passed_over(stream: MediaStream) -> None:
    assert stream.receive('{"event":"weather"}') is None
    assert stream.receive(digit("A")) is None
    assert stream.receive(media(0, track="outbound")) is None
    assert stream.receive(media(0, length=0)) is None


def test_a_gap_is_filled_with_silence(stream: MediaStream) -> None:
    frames = heard(stream, media(0, 1), media(20, 2), media(80, 3), media(100, 4))
    assert frames == [LOUDNESS[1], LOUDNESS[2], 0.0, 0.0, LOUDNESS[3], LOUDNESS[4]]


def test_what_was_heard_is_not_heard_again(stream: MediaStream) -> None:
    frames = heard(stream, media(0, 1), media(20, 2), media(0, 1), media(20, 2), media(40, 3))
    assert frames == [LOUDNESS[1], LOUDNESS[2], LOUDNESS[3]]


def test_only_the_new_part_of_an_overlap_is_heard(stream: MediaStream) -> None:
    frames = heard(stream, media(0, 1), media(0, 2, length=2 * FRAME), media(40, 3))
    assert frames == [LOUDNESS[1], LOUDNESS[2], LOUDNESS[3]]


def test_a_stream_may_begin_at_any_time(stream: MediaStream) -> None:
    assert heard(stream, media(7_000_000, 1), media(7_000_020, 2)) == [LOUDNESS[1], LOUDNESS[2]]


def test_rounded_timestamps_are_no_gaps(stream: MediaStream) -> None:
    assert len(heard(stream, media(0), media(21), media(39), media(60))) == 4


def test_one_frame_from_the_far_future_costs_only_itself(stream: MediaStream) -> None:
    frames = heard(stream, media(0, 1), media(10**12, 2), media(40, 3), media(60, 4))
    assert frames == [LOUDNESS[1], 0.0, LOUDNESS[3], LOUDNESS[4]]


def test_a_clock_that_jumped_is_followed(stream: MediaStream) -> None:
    frames = heard(stream, media(0, 1), media(9000, 2), media(9020, 3), media(9040, 4))
    assert frames == [LOUDNESS[1], *[0.0] * 50, LOUDNESS[3], LOUDNESS[4]]


@pytest.mark.parametrize(
    "at_ms",
    [
        lambda _: 0,
        lambda n: n,
        lambda n: n * 160,
        lambda n: (n * 7919) % 100_000_000,
        lambda n: n % 2 * 10**6,
    ],
    ids=["constant", "number", "samples", "random", "to and fro"],
)
def test_wrong_timestamps_deafen_nobody(stream: MediaStream, at_ms: Any) -> None:
    events = [stream.receive(media(at_ms(n), 9)) for n in range(150)]
    sounds = [event.samples for event in events if isinstance(event, Sound)]
    spoken = sum(int((samples != 0).sum()) for samples in sounds)
    assert spoken >= 135 * FRAME
    assert sum(map(len, sounds)) <= (150 + 10 * 50) * FRAME
    assert not stream.timed


def test_a_clock_that_was_set_back_is_followed(stream: MediaStream) -> None:
    frames = heard(stream, media(9000, 1), media(0, 2), media(20, 3), media(40, 4))
    assert frames == [LOUDNESS[1], LOUDNESS[3], LOUDNESS[4]]


@given(st.lists(st.tuples(st.integers(0, 99), st.booleans()), min_size=1, max_size=60))
def test_loss_and_repetition_leave_every_sound_at_its_time(plan: list[tuple[int, bool]]) -> None:
    """Frame n is sent at 20 n ms or lost, and may be repeated; it comes out there or is silent."""
    stream = MediaStream()
    stream.receive(start())
    sent = {index: code for index, (code, _) in enumerate(plan) if code % 5 or index == 0}
    frames = []
    for index, code in sent.items():
        frames.append(media(20 * index, code))
        if plan[index][1]:
            frames.append(frames[len(frames) // 2])
    assert heard(stream, *frames) == [
        LOUDNESS[sent[index]] if index in sent else 0.0 for index in range(max(sent) + 1)
    ]


class AnyOrder(RuleBasedStateMachine):
    """Messages in any order, lost, repeated and damaged."""

    def __init__(self) -> None:
        super().__init__()
        self.stream = MediaStream()
        self.opened = 0
        self.sent: list[str | bytes] = []

    def give(self, data: str | bytes) -> None:
        before = self.stream.phase
        self.sent.append(data)
        try:
            event = self.stream.receive(data)
        except ProtocolError:
            assert before is not Phase.CLOSED
            assert self.stream.phase is Phase.CLOSED
            return
        if before is Phase.CLOSED:
            assert event is None
        if isinstance(event, Stream):
            self.opened += 1
            assert self.stream.phase is Phase.OPEN
        elif isinstance(event, HungUp):
            assert self.stream.phase is Phase.CLOSED
        elif event is not None:
            assert before is Phase.OPEN
        if isinstance(event, Sound):
            assert 0 < len(event.samples) <= len(data) + 8000
            assert np.isfinite(event.samples).all()

    @rule()
    def connect(self) -> None:
        self.give(CONNECTED)

    @rule(rate=st.sampled_from([8000, 8000, 8000, 16000]))
    def begin(self, rate: int) -> None:
        self.give(start(sampleRate=rate))

    @rule(at=st.one_of(st.integers(0, 3000), st.integers(0, 10**12)), length=st.integers(0, 2000))
    def speak(self, at: int, length: int) -> None:
        self.give(media(at, 1, length=length))

    @rule(key=st.characters(codec="utf-8"))
    def press(self, key: str) -> None:
        self.give(digit(key))

    @rule()
    def return_mark(self) -> None:
        self.give(MARK)

    @rule()
    def hang_up(self) -> None:
        self.give(STOP)

    @rule(data=st.one_of(st.text(), st.binary()))
    def babble(self, data: str | bytes) -> None:
        self.give(data)

    @precondition(lambda self: self.sent)
    @rule(which=st.integers(0), where=st.integers(0), put=st.sampled_from(["", '"', "9", "{", "\x00"]))
    def repeat_damaged(self, which: int, where: int, put: str) -> None:
        old = self.sent[which % len(self.sent)]
        if isinstance(old, str) and old:
            cut = where % len(old)
            old = old[:cut] + put + old[cut + 1 :]
        self.give(old)

    @precondition(lambda self: self.sent)
    @rule(which=st.integers(0))
    def repeat(self, which: int) -> None:
        self.give(self.sent[which % len(self.sent)])

    @invariant()
    def opens_at_most_once(self) -> None:
        assert self.opened <= 2  # the second where damage has named another stream


AnyOrder.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestAnyOrder = AnyOrder.TestCase
