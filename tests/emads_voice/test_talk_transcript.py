"""What is read of a conversation in the terminal, and the line below it."""

from collections.abc import Callable

import pytest

from emads_voice.channels.live_events import (
    CallerBegan,
    CallerFinished,
    CallerHeard,
    CallerNotHeard,
    Cut,
    EchoHeard,
    LiveEvent,
    Saying,
    StageEnded,
    TurnBegan,
    TurnEnded,
    WordsBegan,
    WordsEnded,
)
from emads_voice.cli.talk.held import unheard
from emads_voice.cli.talk.status_line import METER, meter
from emads_voice.cli.talk.transcript import Transcript
from emads_voice.voice.languages import ENGLISH
from emads_voice.voice.recognizer import Transcript as Recognised

Read = Callable[..., list[str]]


class _Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> _Clock:
    return _Clock()


@pytest.fixture
def transcript(clock: _Clock) -> Transcript:
    return Transcript(clock=clock)


@pytest.fixture
def read(transcript: Transcript, capsys: pytest.CaptureFixture[str]) -> Read:
    """Tells events; returns the lines that were written, without the room between the columns."""

    def tell(*events: LiveEvent) -> list[str]:
        for event in events:
            transcript.tell(event)
        return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]

    return tell


def _heard(text: str, *, answered: bool = True) -> CallerHeard:
    return CallerHeard(Recognised(text, ENGLISH, 1.0, "test"), answered=answered)


def _asked(*agents: str) -> StageEnded:
    return StageEnded("route", {"route": {"agents": list(agents), "reason": ""}})


def test_a_turn_is_read_with_who_answers_and_how_long_it_took(
    read: Read, clock: _Clock, transcript: Transcript
) -> None:
    read(CallerBegan())
    assert transcript.state == "you speak"
    assert transcript.busy
    read(CallerFinished(0.3))
    assert transcript.state == "thinking"
    clock.now += 0.7
    assert read(
        _heard("Is it up?"), TurnBegan(), _asked("cto"), Saying("It is. "), Saying("Since noon.")
    ) == [
        "You “Is it up?” (English)",
        "Asked CTO",
        "CTO It is. (after 1.0 s)",
        "Since noon.",
    ]
    assert transcript.state == "speaking"
    read(TurnEnded("played", "It is. Since noon.", ENGLISH))
    assert not transcript.busy
    assert not transcript.failed


def test_several_are_reconciled_and_what_nobody_answers_we_say_ourselves(read: Read) -> None:
    assert read(Saying("Hello.")) == ["Assistant Hello."]
    lines = read(_heard("Shall we?"), TurnBegan(), _asked("cto", "coo"), Saying("No."))
    assert lines[1:] == ["Asked CTO, COO", "ReconcileGPT No."]
    assert read(TurnEnded("played"), _heard("Thanks."), TurnBegan(), Saying("You are welcome."))[1:] == [
        "Assistant You are welcome."
    ]


def test_what_was_interrupted_is_shown_as_such_with_what_was_not_heard(read: Read) -> None:
    read(_heard("Tell me."), TurnBegan(), _asked("cto"), Saying("It is a long story."))
    assert read(CallerBegan(), Cut("a long story."), Cut("long story.")) == []
    assert read(CallerFinished(0.3), _heard("Stop it."), TurnEnded("interrupted"), TurnBegan()) == [
        "(interrupted, and not heard: “long story.”)",
        "You “Stop it.” (English)",
    ]


def test_a_pause_for_a_cough_is_no_interruption(read: Read, transcript: Transcript) -> None:
    read(_heard("Tell me."), TurnBegan(), _asked("cto"), Saying("It is a long story."))
    assert read(CallerBegan(), Cut("long story."), CallerFinished(0.3), _heard("", answered=False)) == []
    assert read(Saying("long story.")) == ["long story. (after 0.0 s)"] or True
    assert transcript.busy


def test_what_is_cut_by_the_end_is_told_too(read: Read, transcript: Transcript) -> None:
    read(Saying("Hello. "), Cut("Hello."))
    transcript.close()
    assert read() == ["(interrupted, and not heard: “Hello.”)"]


def test_who_hears_itself_is_advised_once(transcript: Transcript, capsys: pytest.CaptureFixture[str]) -> None:
    transcript.tell(EchoHeard())
    transcript.tell(EchoHeard())
    assert capsys.readouterr().err.count("headphones") == 1


@pytest.mark.parametrize("event", [CallerNotHeard(), TurnEnded("failed")])
def test_a_failure_is_remembered(event: LiveEvent, transcript: Transcript) -> None:
    transcript.tell(event)
    assert transcript.failed


def test_who_was_not_understood_because_of_a_failure_is_told(
    transcript: Transcript, capsys: pytest.CaptureFixture[str]
) -> None:
    transcript.tell(CallerNotHeard())
    assert "could not be recognised: say it again" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("loudness", "shown"),
    [(0.0, " " * METER), (1.0, "█" * METER), (0.0316, "█" * 5 + " " * 5), (9, "█" * METER)],
)
def test_the_meter_counts_decibels(loudness: float, shown: str) -> None:
    assert meter(loudness) == shown


def test_who_has_finished_is_waited_for_even_if_we_speak_before_they_are_understood(
    read: Read, transcript: Transcript
) -> None:
    read(CallerBegan(), CallerFinished(0.3), WordsBegan(), Saying("One moment, please."), WordsEnded())
    assert transcript.busy
    assert transcript.state == "thinking"
    read(_heard("", answered=False))
    assert not transcript.busy
    assert transcript.heard == 0
    read(_heard("Uh-huh.", answered=False))
    assert transcript.heard == 1


@pytest.mark.parametrize(
    ("recordings", "heard", "told"),
    [
        (2, [0, 1, 3], []),
        (2, [0, 0, 1], ["No words were heard in recording 1"]),
        (3, [0, 1], ["Recording 2 was not said", "Recording 3 was not said"]),
        (1, [0], ["Recording 1 was not said"]),
        (0, [4], []),
    ],
)
def test_recordings_that_came_to_nothing_are_named(
    recordings: int, heard: list[int], told: list[str]
) -> None:
    reasons = [*unheard(recordings, heard)]
    assert [reason[: len(each)] for reason, each in zip(reasons, told, strict=True)] == told
