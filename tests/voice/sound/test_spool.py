"""Long recordings are unpacked once, heard in blocks that are cut where it is quiet, and leave nothing behind."""

from __future__ import annotations

import errno
import tempfile
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emads_voice.voice.errors import AudioError
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.sound.spool import BLOCK_S, spool

RECORDINGS = Path(__file__).parents[2] / "recordings"


def noise(duration_s: float, rate: int = 16_000, level: float = 0.1) -> Audio:
    rng = np.random.default_rng(0)
    return Audio((rng.normal(size=round(duration_s * rate)) * level).astype(np.float32), rate)


def test_it_is_the_same_sound_as_when_it_is_loaded_whole() -> None:
    path = RECORDINGS / "en_jfk.flac"
    whole = Audio.load(path, max_rate=16_000)
    kept = spool(path, "jfk")
    assert (kept.sha256, kept.channels, kept.two_sided, kept.faults) == (whole.source_sha256, 2, False, ())
    assert kept.duration_s == pytest.approx(whole.duration_s)
    assert np.abs(kept.clip(0, 20).samples - whole.samples).max() < 1e-3
    (block,) = kept.blocks()
    assert block[0] == 0
    kept.close()


def test_blocks_are_cut_where_it_is_quiet_and_are_all_of_it(tmp_path: Path) -> None:
    sound = noise(2 * BLOCK_S + 100)
    quiet = round((BLOCK_S + 12) * 16_000)
    sound.samples[quiet : quiet + 16_000] = 0
    sound.save(tmp_path / "long.wav")
    kept = spool(tmp_path / "long.wav", "long")
    blocks = list(kept.blocks())
    starts = [start for start, _ in blocks]
    assert len(blocks) == 3
    assert BLOCK_S + 12 <= starts[1] <= BLOCK_S + 13
    ends = [start + audio.duration_s for start, audio in blocks]
    assert starts[1:] == pytest.approx(ends[:-1])
    assert ends[-1] == pytest.approx(kept.duration_s)


def test_a_telephones_rate_is_brought_to_what_is_heard(tmp_path: Path) -> None:
    at = np.arange(8_000 * 70) / 8_000
    Audio((0.3 * np.sin(2 * np.pi * 440 * at)).astype(np.float32), 8_000).save(tmp_path / "phone.wav")
    kept = spool(tmp_path / "phone.wav", "phone")
    assert kept.duration_s == pytest.approx(70, abs=0.01)
    part = kept.clip(10, 11).samples
    assert np.abs(np.fft.rfft(part)).argmax() == 440


def test_quiet_speech_is_made_as_loud_as_other() -> None:
    speech = Audio.load(RECORDINGS / "en_jfk.flac", max_rate=16_000)
    faint = Audio(speech.samples * np.float32(10 ** (-40 / 20)), 16_000).to_wav()
    loud = spool(faint, "faint").clip(0, 11).samples
    assert 20 * np.log10(loud.std()) > -35


def test_its_picture_shows_where_it_is_loud(tmp_path: Path) -> None:
    sound = noise(10, level=0.01)
    sound.samples[80_000:] *= 20
    sound.save(tmp_path / "a.wav")
    peaks = spool(tmp_path / "a.wav", "a").peaks(10)
    assert len(peaks) == 10
    assert max(peaks[:5]) * 5 < min(peaks[5:])


def test_one_channel_alone(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "two.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(np.stack([np.full(16_000, 8_000), np.zeros(16_000)], axis=1).astype("<i2").tobytes())
    assert spool(tmp_path / "two.wav", "two", channel=1).clip(0, 1).samples.max() > 0.2
    assert spool(tmp_path / "two.wav", "two", channel=2).clip(0, 1).samples.max() == 0


def test_what_is_too_long_or_missing_is_told(tmp_path: Path) -> None:
    noise(3).save(tmp_path / "a.wav")
    with pytest.raises(AudioError, match=r"a lasts 3 s, more than the 2 s taken here: give a shorter part\."):
        spool(tmp_path / "a.wav", "a", max_duration_s=2)
    with pytest.raises(AudioError, match="Cannot read b"):
        spool(tmp_path / "b.wav", "b")


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def write(self, _: bytes) -> Any:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", Full)
    noise(1).save(tmp_path / "a.wav")
    with pytest.raises(
        AudioError, match=r"cannot be unpacked in .*: no space left on device; make room, or set TMPDIR"
    ):
        spool(tmp_path / "a.wav", "a")
