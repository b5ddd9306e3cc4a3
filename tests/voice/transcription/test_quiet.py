"""Quiet speech beside loud is found, and is given to models as loud as the other; noise stays noise."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emads_voice.voice.activity.vad import Span, shared_vad
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.sound.level import levelled, loudness_db
from emads_voice.voice.transcription.quiet import Raised, audible

RECORDINGS = Path(__file__).parents[2] / "recordings"
RATE = 16_000


def recorded(name: str, db: float) -> Audio:
    audio = Audio.load(RECORDINGS / name).resample(RATE)
    gain = 10 ** ((db - loudness_db(audio)) / 20)
    return Audio((audio.samples * gain).astype(np.float32), RATE)


def hiss(seconds: float, db: float) -> Audio:
    noise = np.random.default_rng(2).normal(0, 10 ** (db / 20), round(seconds * RATE))
    return Audio(noise.astype(np.float32), RATE)


def found(*parts: Audio) -> tuple[Audio, list[Span]]:
    return audible(levelled(Audio.join(list(parts))), shared_vad())


@pytest.mark.parametrize("db", [-45, -55, -65])
@pytest.mark.parametrize("first", ["loud", "quiet"])
def test_a_quiet_speaker_beside_a_loud_one_is_found_and_made_louder(db: int, first: str) -> None:
    loud, quiet = recorded("en_jfk.flac", -20), recorded("en_notld_12s.flac", db)
    parts = [loud, Audio.silence(1, RATE), quiet]
    made, spans = found(*(parts if first == "loud" else reversed(parts)))
    start = loud.duration_s + 1 if first == "loud" else 0.0
    theirs = [span for span in spans if start - 0.1 <= span.start_s < start + quiet.duration_s]
    assert sum(span.end_s - span.start_s for span in theirs) > 7
    assert loudness_db(made.clip(start, start + quiet.duration_s)) == pytest.approx(-23, abs=4)
    ours = 0.0 if first == "loud" else quiet.duration_s + 1
    whole = Audio.join(parts if first == "loud" else parts[::-1])
    assert np.array_equal(made.clip(ours + 0.5, ours + 10).samples, whole.clip(ours + 0.5, ours + 10).samples)


def test_speakers_that_alternate_are_both_found() -> None:
    loud, quiet = recorded("en_jfk.flac", -20), recorded("en_notld_12s.flac", -48)
    _, spans = found(loud.clip(0, 4), quiet.clip(0, 3.5), loud.clip(4, 11), quiet.clip(3.5, 12))
    assert any(span.start_s < 6 < span.end_s for span in spans)
    assert any(span.start_s < 20 < span.end_s for span in spans)


@pytest.mark.parametrize("db", [-40, -50, -60, -75])
def test_noise_beside_speech_stays_noise(db: int) -> None:
    made, spans = found(recorded("en_jfk.flac", -20), hiss(10, db))
    assert max(span.end_s for span in spans) < 11.6
    assert not isinstance(made, Raised)


@pytest.mark.parametrize("name", ["x_noise1.flac", "x_rir1.flac"])
def test_recorded_noise_beside_speech_is_no_speech(name: str) -> None:
    _, spans = found(recorded("en_jfk.flac", -20), recorded(name, -45))
    assert max(span.end_s for span in spans) < 11.5


def test_what_is_taken_out_is_a_copy_where_it_is_louder() -> None:
    samples = np.full(RATE * 4, 0.01, np.float32)
    made = Raised(samples, RATE, gains=((Span(1, 2), 10.0), (Span(2, 3), 1000.0)))
    assert made.clip(0.5, 3.5).samples[:: RATE // 2].tolist() == pytest.approx([0.01, 0.1, 0.1, 1, 1, 0.01])
    assert np.shares_memory(made.clip(0, 1).samples, samples)
    assert samples.max() == np.float32(0.01)
