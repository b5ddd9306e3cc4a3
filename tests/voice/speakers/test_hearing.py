"""Recordings become transcripts with speakers: in blocks, by channel or by voice, and whoever watches sees how far."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from emads_voice.testing import ScriptedRecognizer
from emads_voice.voice.errors import RecognitionError
from emads_voice.voice.languages import ENGLISH
from emads_voice.voice.recognizer import Recognizer, Segment, Transcript
from emads_voice.voice.recognizers.whisper import WhisperRecognizer
from emads_voice.voice.sound import spool as spool_module
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.speakers.hearing import Heard, Speaking, hear

RECORDINGS = Path(__file__).parents[2] / "recordings"


class Seen:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.shares: list[float] = []

    def heard(self, done_s: float, of_s: float, segments: Sequence[Segment]) -> None:
        self.shares.append(done_s / of_s)


async def test_turns_of_two_readers_are_given_to_them(whisper: WhisperRecognizer, tmp_path: Path) -> None:
    one, other = (
        Audio.load(RECORDINGS / name, max_rate=16_000)
        for name in ("en_ibm_speech.flac", "en_librivox_ss_0870.flac")
    )
    pause = Audio.silence(0.5, 16_000)
    path = tmp_path / "two.wav"
    Audio.join([one, pause, other, pause, one]).save(path)
    seen = Seen()
    heard = await hear(
        path, "two", whisper, Speaking(names=["Reader", "Novelist"]), language=ENGLISH, watcher=seen
    )
    by_speaker: dict[str, str] = {}
    for segment in heard.transcript.segments:
        by_speaker[segment.speaker] = by_speaker.get(segment.speaker, "") + segment.text
    assert "thunderstorms" in by_speaker["Reader"].lower()
    assert "dashwood" in by_speaker["Novelist"].lower()
    assert {word.speaker for word in heard.transcript.words} == {"Reader", "Novelist"}
    assert seen.shares == sorted(seen.shares)
    assert seen.shares[-1] == pytest.approx(1)
    assert len(heard.peaks) == 1200


async def heard_in_blocks(recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch) -> Heard:
    monkeypatch.setattr(spool_module, "BLOCK_S", 5.0)
    monkeypatch.setattr(spool_module, "SEARCH_S", 1.5)
    return await hear(RECORDINGS / "en_jfk.flac", "jfk", recognizer, Speaking())


async def test_blocks_are_heard_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    said = [Transcript(f"{n}.", ENGLISH, 4, "m", (Segment(f"{n}.", 1, 2),)) for n in range(2)]
    recognizer = ScriptedRecognizer(said)
    heard = await heard_in_blocks(recognizer, monkeypatch)
    recognizer.assert_complete()
    assert heard.transcript.text == "0. 1."
    first, second = heard.transcript.segments
    assert first.start_s == 1
    assert 6 < second.start_s < 7.6
    assert {segment.speaker for segment in heard.transcript.segments} == {"Speaker 1"}
    assert heard.transcript.duration_s == pytest.approx(11, abs=0.1)


async def test_a_recogniser_that_fails_is_the_failure_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RecognitionError, match="It is down"):
        await heard_in_blocks(ScriptedRecognizer(["One.", RecognitionError("It is down.")]), monkeypatch)
