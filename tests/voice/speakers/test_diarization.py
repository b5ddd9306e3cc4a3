"""Voices of real recordings are told apart, counted, named and known again."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from emads_voice.voice.activity.vad import Span, shared_vad, speech_spans
from emads_voice.voice.errors import WeightsError
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.speakers.d_vector import DVector, shared_d_vector
from emads_voice.voice.speakers.diarization import Speakers, Voices, hear_voices, one_voice, tell_apart
from speaker_error import Turns, read_rttm, speaker_error

RECORDINGS = Path(__file__).parents[2] / "recordings"


def read(name: str) -> Audio:
    return Audio.load(RECORDINGS / name, max_rate=16_000)


def speech(audio: Audio) -> list[Span]:
    return speech_spans(audio, shared_vad(), pad_s=0.05)


@cache
def voices(name: str) -> Voices:
    audio = read(name)
    return hear_voices(audio, speech(audio), shared_d_vector())


def error(speakers: Speakers, turns: Turns, audio: Audio) -> float:
    spans = speech(audio)

    def who(at: float) -> str:
        return speakers.who(at, at)[0] if any(start <= at < end for start, end in spans) else ""

    return speaker_error(turns, who, audio.duration_s)


def conversation() -> tuple[Audio, Turns]:
    """Three readers who take turns."""
    clips = {name: read(name) for name in ("en_jfk.flac", "en_ibm_speech.flac", "vi_fosd_01.flac")}
    clips = {name: Audio(clip.samples * (0.08 / clip.samples.std()), 16_000) for name, clip in clips.items()}
    parts, turns, at = [], [], 0.0
    for start in (0.3, 2.8):
        for name, clip in clips.items():
            part = clip.clip(start, start + 2.5)
            turns.append((at, at + part.duration_s, name))
            parts += [part, Audio.silence(0.4, 16_000)]
            at += part.duration_s + 0.4
    return Audio.join(parts), turns


def test_who_takes_turns_is_told_apart_and_counted() -> None:
    audio, turns = conversation()
    speakers = tell_apart(hear_voices(audio, speech(audio), shared_d_vector()))
    assert speakers.names == ("Speaker 1", "Speaker 2", "Speaker 3")
    assert error(speakers, turns, audio) < 0.03


def test_a_meeting_of_four_who_talk_at_once_is_mostly_right() -> None:
    audio = read("en_ami_tst00.flac")
    turns = read_rttm(RECORDINGS / "en_ami_tst00.rttm")
    assert error(tell_apart(voices("en_ami_tst00.flac")), turns, audio) <= 0.15
    given = tell_apart(voices("en_ami_tst00.flac"), count=4, names=["An", "Bình", "Chi"])
    assert set(given.names) == {"An", "Bình", "Chi", "Speaker 4"}
    assert error(given, turns, audio) <= 0.15


@pytest.mark.parametrize("name", ["en_moonshine_two_cities.flac", "vi_fosd_01.flac", "en_cv_no.flac"])
def test_who_speaks_alone_is_one_speaker(name: str) -> None:
    assert tell_apart(voices(name)).names == ("Speaker 1",)


@pytest.mark.parametrize("name", ["x_pv_empty.flac", "x_noise1.flac"])
def test_where_nobody_speaks_there_is_no_speaker(name: str) -> None:
    speakers = tell_apart(voices(name), names=["Lan"])
    assert speakers.names == ()
    assert speakers.who(0, 1) == ("", False)


def test_voices_are_known_by_a_clip_of_each() -> None:
    audio, _ = conversation()
    jfk = one_voice(read("en_jfk.flac").clip(5.5, 11), [Span(0, 5.5)], shared_d_vector())
    stranger = one_voice(read("en_moonshine_two_cities.flac"), [Span(0, 9)], shared_d_vector())
    assert jfk is not None
    assert stranger is not None
    heard = hear_voices(audio, speech(audio), shared_d_vector())
    speakers = tell_apart(heard, known={"Stranger": stranger, "Kennedy": jfk})
    assert speakers.names == ("Kennedy", "Speaker 2", "Speaker 3")


def test_a_recording_in_parts_is_one_recording() -> None:
    audio, turns = conversation()
    half = turns[3][0] - 0.2
    model = shared_d_vector()
    parts = [audio.clip(0, half), audio.clip(half, audio.duration_s)]
    joined = Voices.join(
        [
            (start, hear_voices(part, speech(part), model))
            for start, part in zip((0, half), parts, strict=True)
        ]
    )
    assert error(tell_apart(joined), turns, audio) < 0.03


def test_ten_speakers_and_many_windows() -> None:
    rng = np.random.default_rng(0)
    middles = rng.normal(size=(10, 256))
    whose = rng.integers(0, 10, 5000)
    vectors = middles[whose] + rng.normal(scale=0.4, size=(5000, 256))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    starts = np.arange(5000) * 0.8
    speakers = tell_apart(Voices(np.stack([starts, starts + 1.6], axis=1), vectors))
    assert len(speakers.names) == 10
    found = speakers.likeness.argmax(axis=1)
    assert len({(int(one), int(other)) for one, other in zip(whose, found, strict=True)}) == 10


def test_a_voice_between_two_others_is_not_sure() -> None:
    spans = np.array([[0, 1], [1, 2], [2, 3]], float)
    likeness = np.array([[0.9, 0.5], [0.7, 0.69], [0.4, 0.8]], np.float32)
    speakers = Speakers(("An", "Bình"), spans, likeness)
    assert [speakers.who(at, at + 1) for at in (0, 1, 2)] == [("An", True), ("An", False), ("Bình", True)]


def test_weights_that_are_none_are_told(tmp_path: Path) -> None:
    (tmp_path / "d-vector.onnx").write_bytes(b"no weights")
    with pytest.raises(WeightsError, match=r"is not a model onnxruntime can load"):
        DVector(tmp_path / "d-vector.onnx")
