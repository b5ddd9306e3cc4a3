"""A stream comes as fast as somebody speaks: late in bunches, but never before it was spoken."""

import base64
import json
from collections.abc import Callable

import pytest

from emads_voice.channels.allowance import AHEAD_S, STALL_S
from emads_voice.channels.errors import ProtocolError
from emads_voice.channels.transport import Digit, Sound
from emads_voice.channels.twilio.pace import KEYS_PER_S, MESSAGES_PER_S
from emads_voice.channels.twilio.protocol import MediaStream, Phase

START = json.dumps(
    {
        "event": "start",
        "start": {
            "accountSid": "AC1",
            "streamSid": "MZ1",
            "callSid": "CA1",
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        },
    }
)
FRAME_S = 0.02
MARK = '{"event":"mark","mark":{"name":"n"}}'
KEY = '{"event":"dtmf","dtmf":{"digit":"1"}}'


class Line:
    """A stream that has started, and its clock."""

    def __init__(self) -> None:
        self.now = 500.0
        self.stream = MediaStream(lambda: self.now)
        self.stream.receive(START)
        self.sent_s = 0.0

    def sound(self, seconds: float = FRAME_S, *, track: str = "inbound", at_s: float | None = None) -> float:
        """Bring the next sound; returns the seconds that came out."""
        at_ms = round(1000 * (self.sent_s if at_s is None else at_s))
        payload = base64.b64encode(b"\x00" * round(seconds * 8000)).decode()
        self.sent_s += seconds
        return self.bring(
            {"event": "media", "media": {"track": track, "timestamp": at_ms, "payload": payload}}
        )

    def bring(self, message: object) -> float:
        out = self.stream.receive(message if isinstance(message, str) else json.dumps(message))
        return len(out.samples) / 8000 if isinstance(out, Sound) else 0.0


@pytest.fixture
def line() -> Line:
    return Line()


def until_refused(bring: Callable[[], object], most: int) -> tuple[int, str]:
    """How often something is taken before the stream is ended, and why it is."""
    for taken in range(most):
        try:
            bring()
        except ProtocolError as refused:
            return taken, str(refused)
    raise AssertionError(f"{most} were taken")


@pytest.mark.parametrize("frame_s", [0.01, 0.02, 0.2])
@pytest.mark.parametrize("fast", [1.0, 1.03], ids=["in time", "by a clock that is fast"])
def test_a_quarter_of_an_hour_of_sound_marks_and_keys_is_heard(
    line: Line, frame_s: float, fast: float
) -> None:
    heard = 0.0
    for number in range(round(900 / frame_s)):
        line.now += frame_s / fast
        heard += line.sound(frame_s)
        if number % round(0.5 / frame_s) == 0:
            line.bring(MARK)
            assert line.stream.receive(KEY) == Digit("1")
    assert heard == pytest.approx(900)


def test_a_bunch_after_a_stall_is_heard(line: Line) -> None:
    for stall_s in (1.0, 5.0, 29.0, 5.0, 1.0):
        line.now += stall_s
        heard = sum(line.sound() for _ in range(round(stall_s / FRAME_S)))
        assert heard == pytest.approx(stall_s)


def test_sound_runs_ahead_of_the_clock_by_a_few_seconds_at_most(line: Line) -> None:
    taken, why = until_refused(line.sound, 10_000)
    assert AHEAD_S <= taken * FRAME_S <= 1.1 * AHEAD_S
    assert why == "sound faster than it can be spoken"
    assert line.stream.phase is Phase.CLOSED


def test_silence_is_not_saved_up_for_long(line: Line) -> None:
    line.now += 3600
    taken, _ = until_refused(line.sound, 10_000)
    assert STALL_S <= taken * FRAME_S <= 1.1 * STALL_S


def test_silence_in_gaps_counts_as_sound(line: Line) -> None:
    heard: list[float] = []

    def jump() -> None:
        heard.append(line.sound(0.001, at_s=1.001 * len(heard)))

    jump()
    until_refused(jump, 100)
    assert sum(heard) <= 1.1 * AHEAD_S


@pytest.mark.parametrize(
    "how", [{"track": "outbound"}, {"at_s": 0.0}, {"at_s": 10**6}], ids=["ours", "old", "far"]
)
def test_sound_that_is_not_heard_counts_as_sound(line: Line, how: dict[str, float]) -> None:
    line.sound(1.0)
    taken, why = until_refused(lambda: line.sound(1.0, **how), 100)  # type: ignore[arg-type]
    assert taken <= 1.1 * AHEAD_S
    assert why == "sound faster than it can be spoken"


@pytest.mark.parametrize(
    "message",
    [
        MARK,
        '{"event":"weather"}',
        '{"event":"media","media":{"timestamp":0,"payload":""}}',
        '{"event":"media","media":{"timestamp":0,"payload":"AA=="}}',
        '{"event":"media","media":{"track":"outbound","timestamp":0,"payload":"AA=="}}',
    ],
    ids=["mark", "unknown", "empty", "one sample", "outbound"],
)
def test_messages_that_say_next_to_nothing_are_counted(line: Line, message: str) -> None:
    taken, why = until_refused(lambda: line.bring(message), 10_000)
    assert taken < MESSAGES_PER_S * AHEAD_S
    assert why == "more messages than a telephone sends"


def test_a_long_message_counts_as_many(line: Line) -> None:
    long = f'{{"event":"weather","rain":"{"x" * 60_000}"}}'
    taken, _ = until_refused(lambda: line.bring(long), 10_000)
    assert taken * len(long) < 1.1 * MESSAGES_PER_S * AHEAD_S * 1024


def test_messages_are_counted_before_the_stream_starts() -> None:
    stream = MediaStream(lambda: 0.0)
    taken, why = until_refused(lambda: stream.receive('{"event":"connected"}'), 10_000)
    assert taken <= MESSAGES_PER_S * AHEAD_S
    assert why == "more messages than a telephone sends"


def test_keys_come_as_fast_as_they_can_be_pressed(line: Line) -> None:
    for _ in range(300):
        line.now += 0.08
        line.bring(KEY)
    taken, why = until_refused(lambda: line.bring(KEY), 10_000)
    assert taken <= KEYS_PER_S * STALL_S
    assert why == "keys faster than they can be pressed"
