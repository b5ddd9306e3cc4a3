"""Quiet recordings become as loud as others; noise of a converter does not."""

from pathlib import Path

import numpy as np
import pytest

from emads_voice.voice.activity.vad import shared_vad, speech_spans
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.sound.level import USUAL_DB, levelled, loudness_db


def quieter(audio: Audio, db: float) -> Audio:
    """As a 16-bit file holds it."""
    samples = np.rint(audio.samples * 10 ** (db / 20) * 32767) / 32767
    return Audio(samples.astype(np.float32), audio.rate)


@pytest.mark.parametrize("db", [-20, -40, -60])
@pytest.mark.parametrize("file", ["en_notld_12s", "en_ibm_speech", "vi_fosd_01"])
def test_quiet_speech_is_found_where_loud_speech_is(recordings: Path, file: str, db: float) -> None:
    loud = Audio.load(recordings / f"{file}.flac").resample(16_000)
    spans = [speech_spans(levelled(audio), shared_vad()) for audio in (loud, quieter(loud, db))]
    spoken = [sum(end - start for start, end in found) for found in spans]
    assert spoken[1] == pytest.approx(spoken[0], abs=0.3)


@pytest.mark.parametrize("file", ["x_noise1", "x_pv_empty", "x_rir1"])
def test_noise_stays_noise(recordings: Path, file: str) -> None:
    noise = Audio.load(recordings / f"{file}.flac").resample(16_000)
    for db in (0, -30, -60):
        found = speech_spans(levelled(quieter(noise, db)), shared_vad())
        assert sum(end - start for start, end in found) < 0.8


def test_usual_speech_is_left_alone() -> None:
    audio = Audio(np.full(16_000, 0.1, np.float32), 16_000)
    assert levelled(audio) is audio


@pytest.mark.parametrize("samples", [np.zeros(0), np.zeros(16_000), np.zeros(3), np.full(16_000, 1 / 32768)])
def test_silence_is_left_alone(samples: np.ndarray) -> None:
    audio = Audio(samples.astype(np.float32), 16_000)
    assert levelled(audio) is audio


def test_a_click_does_not_count() -> None:
    samples = np.full(32_000, 0.001, np.float32)
    samples[8_000:8_400] = 1  # 25 ms
    audio = levelled(Audio(samples, 16_000))
    assert loudness_db(Audio(audio.samples[16_000:], 16_000)) == pytest.approx(USUAL_DB, abs=0.5)
    assert np.abs(audio.samples).max() <= 1
