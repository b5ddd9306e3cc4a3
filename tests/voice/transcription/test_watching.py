"""Who watches is told what is done, in order, and bears what fails."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from emads_voice.voice.activity.vad import Span
from emads_voice.voice.errors import RecognitionError
from emads_voice.voice.languages import ENGLISH
from emads_voice.voice.recognizer import Segment, Transcript
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.transcription import guards as guards_module
from emads_voice.voice.transcription import pieces as pieces_module
from emads_voice.voice.transcription.guards import RATE, Guards, Hypothesis
from emads_voice.voice.transcription.watching import watched_by, watching

LOST = RecognitionError("The server is gone.")


class Watcher:
    def __init__(self) -> None:
        self.told: list[tuple[float, float, list[str]]] = []

    def heard(self, done_s: float, of_s: float, segments: Sequence[Segment]) -> None:
        self.told.append((done_s, of_s, [segment.text for segment in segments]))


@pytest.fixture
def guards(monkeypatch: pytest.MonkeyPatch) -> Guards:
    """Of a recording in which somebody speaks for a second, every ten."""
    monkeypatch.setattr(guards_module, "shared_vad", lambda _: None)
    spans = [Span(start, start + 1) for start in range(0, 60, 10)]
    monkeypatch.setattr(pieces_module, "audible", lambda audio, _: (audio, spans))
    return Guards("m")


def hearing(script: Mapping[int, str | Exception]) -> guards_module.RecognizePiece:
    """Hears what the script says of each piece, by number; sounds say which they are."""

    async def recognize(audio: Audio, *_: object) -> Hypothesis:
        heard = script.get(round(float(audio.samples.max())), "Yes.")
        if isinstance(heard, Exception):
            raise heard
        return Hypothesis(heard, ENGLISH)

    return recognize


RECORDING = Audio(np.repeat(np.arange(6, dtype=np.float32), 10 * RATE), RATE)


async def transcribe(guards: Guards, script: Mapping[int, str | Exception]) -> Transcript:
    return await guards.transcribe(hearing(script), RECORDING, language=None, hotwords=(), timestamps=False)


async def test_each_piece_is_told_when_it_and_those_before_it_are_done(guards: Guards) -> None:
    watcher = Watcher()
    with watched_by(watcher):
        transcript = await transcribe(guards, {2: "No."})
    assert watching() is None
    assert watcher.told == [(n + 1, 6, ["No." if n == 2 else "Yes."]) for n in range(6)]
    assert transcript.text == "Yes. Yes. No. Yes. Yes. Yes."
    assert transcript.failures == ()


async def test_a_piece_that_fails_leaves_the_others(guards: Guards) -> None:
    watcher = Watcher()
    with watched_by(watcher):
        transcript = await transcribe(guards, {2: LOST})
    assert transcript.text == "Yes. Yes. Yes. Yes. Yes."
    assert transcript.failures == (Segment("The server is gone.", 20, 21),)
    assert transcript.gaps == (Segment("", 20, 21, failed=True),)
    assert watcher.told[2] == (3, 6, [""])


async def test_a_server_that_is_down_is_not_asked_for_ever(guards: Guards) -> None:
    with watched_by(Watcher()):
        transcript = await transcribe(guards, dict.fromkeys(range(1, 6), LOST))
    assert transcript.text == "Yes."
    assert len(transcript.failures) == 5


async def test_if_nothing_can_be_recognised_it_has_failed(guards: Guards) -> None:
    watcher = Watcher()
    with watched_by(watcher), pytest.raises(RecognitionError, match="gone"):
        await transcribe(guards, dict.fromkeys(range(6), LOST))
    assert [segments for _, _, segments in watcher.told] == [[]] * 6, "it is no text"


async def test_a_failure_at_the_start_is_told_of_with_what_is_recognised_after_it(guards: Guards) -> None:
    watcher = Watcher()
    with watched_by(watcher):
        await transcribe(guards, {0: LOST, 1: LOST})
    assert [segments for _, _, segments in watcher.told][:4] == [[], [], ["", "", "Yes."], ["Yes."]]


async def test_unwatched_one_failure_is_that_of_the_whole(guards: Guards) -> None:
    with pytest.raises(RecognitionError, match="gone"):
        await transcribe(guards, {2: LOST})
