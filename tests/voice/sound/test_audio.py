"""Recordings are read whole and right, or refused in one sentence."""

from __future__ import annotations

import hashlib
import io
import os
import struct
import wave
from contextlib import suppress
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from emads_voice.voice.errors import AudioError
from emads_voice.voice.sound.audio import Audio

RATE = 48_000


def tone(seconds: float = 1.0, rate: int = RATE, pitch: float = 440) -> NDArray[np.float32]:
    return (0.4 * np.sin(2 * np.pi * pitch * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def encode(
    channels: NDArray[np.float32], container: str, codec: str, rate: int = RATE, **options: str
) -> bytes:
    """A file of any format, made from channels of samples, shape (channels, n)."""
    buffer = io.BytesIO()
    layout = "stereo" if len(channels) == 2 else "mono"
    with av.open(buffer, "w", format=container, options=options) as file:
        stream = file.add_stream(codec, rate=rate)
        assert isinstance(stream, av.AudioStream)
        stream.layout = layout
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(channels), format="fltp", layout=layout)
        frame.rate = rate
        queue = av.AudioFifo()
        queue.write(frame)
        converter = av.AudioResampler(format=stream.format.name, layout=layout, rate=rate)
        while queue.samples:
            for converted in converter.resample(
                queue.read(stream.codec_context.frame_size or 1024, partial=True)
            ):
                file.mux(stream.encode(converted))
        file.mux(stream.encode(None))
    return buffer.getvalue()


def wav(samples: NDArray[np.float32], rate: int = RATE) -> bytes:
    return Audio(samples, rate).to_wav()


def picture() -> bytes:
    """A film without sound."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="matroska") as file:
        stream = file.add_stream("mjpeg", rate=1)
        stream.width = stream.height = 16
        stream.pix_fmt = "yuvj420p"
        file.mux(stream.encode(av.VideoFrame(16, 16, "yuvj420p")))
        file.mux(stream.encode(None))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("container", "codec", "rate"),
    [
        ("wav", "pcm_s16le", 8_000),
        ("wav", "pcm_mulaw", 8_000),
        ("wav", "pcm_s24le", 96_000),
        ("wav", "pcm_f32le", 44_100),
        ("flac", "flac", 44_100),
        ("mp3", "libmp3lame", 44_100),
        ("ipod", "aac", 44_100),
        ("ogg", "libopus", 48_000),
        ("webm", "libopus", 48_000),
    ],
)
def test_every_common_format_keeps_its_length_rate_and_loudness(
    container: str, codec: str, rate: int
) -> None:
    data = encode(tone(2, rate)[None], container, codec, rate)
    audio = Audio.decode(data)
    assert audio.rate == rate
    assert audio.duration_s == pytest.approx(2, abs=0.08)  # encoders pad to whole frames
    middle = audio.clip(0.5, 1.5).samples
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(0.4 / np.sqrt(2), rel=0.05)
    assert audio.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(("container", "codec"), [("wav", "pcm_s16le"), ("flac", "flac")])
def test_stereo_at_96_khz_becomes_the_mean_of_its_channels(container: str, codec: str) -> None:
    left, right = tone(0.5, 96_000), tone(0.5, 96_000, pitch=1000) / 2
    audio = Audio.decode(encode(np.stack([left, right]), container, codec, 96_000))
    assert audio.rate == 96_000
    np.testing.assert_allclose(audio.samples, (left + right) / 2, atol=1e-4)


def test_a_16_bit_wav_survives_the_round_trip_exactly(tmp_path: Path) -> None:
    audio = Audio(np.linspace(-1, 1, 1001, dtype=np.float32), 16_000)
    audio.save(tmp_path / "a.wav")
    first = Audio.load(tmp_path / "a.wav")
    first.save(tmp_path / "b.wav")
    np.testing.assert_allclose(first.samples, audio.samples, atol=5e-5)
    np.testing.assert_allclose(Audio.load(tmp_path / "b.wav").samples, first.samples, atol=5e-5)


def test_40_ms_are_a_recording_too() -> None:
    audio = Audio.decode(wav(tone(0.04)))
    assert audio.duration_s == pytest.approx(0.04)
    assert audio.resample(16_000).duration_s == pytest.approx(0.04)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (wav(np.zeros(0, np.float32)), "0 samples"),
        (b"This is a letter, not a recording. " * 50, "no recording"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "no recording"),
        (picture(), "no sound track"),
        (bytes(5000), "no recording"),
        (encode(np.full((1, 4800), np.nan, np.float32), "wav", "pcm_f32le"), "not numbers"),
    ],
)
def test_what_is_no_sound_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(AudioError, match=says) as refusal:
        Audio.decode(data, name="it.wav")
    assert str(refusal.value).startswith("it.wav ")
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize("fraction", [0.02, 0.5, 0.9])
@pytest.mark.parametrize(
    ("container", "codec"),
    [
        ("wav", "pcm_s16le"),
        ("flac", "flac"),
        ("mp3", "libmp3lame"),
        ("ipod", "aac"),
        ("webm", "libopus"),
    ],
)
def test_a_truncated_recording_is_read_as_far_as_it_goes_and_says_so(
    container: str, codec: str, fraction: float
) -> None:
    data = encode(tone(4)[None], container, codec)
    part = data[: int(len(data) * fraction)]
    if fraction < 0.1 or container == "ipod":  # too little of it, or its index was at the end
        with suppress(AudioError):
            assert Audio.decode(part).faults
        return
    audio = Audio.decode(part)
    assert audio.duration_s == pytest.approx(4 * fraction, abs=0.5)
    assert any("cut off" in fault or "damaged" in fault for fault in audio.faults)


def test_a_wav_from_a_pipe_that_could_not_know_its_size_is_read_to_its_end() -> None:
    data = bytearray(wav(tone(1)))
    data[4:8] = data[40:44] = struct.pack("<I", 0xFFFF_FFFF)
    assert Audio.decode(bytes(data)).duration_s == pytest.approx(1, abs=0.01)


def test_an_mp3_without_a_length_is_not_taken_for_cut_off() -> None:
    """FFmpeg guesses its length from the bit rate of its quiet beginning, at several times the truth."""
    channels = np.concatenate([np.zeros(RATE * 5, np.float32), tone(5)])[None]
    buffer = encode(channels, "mp3", "libmp3lame", write_xing="0")
    assert Audio.decode(buffer, max_duration_s=11).duration_s == pytest.approx(10, abs=0.1)


@pytest.mark.parametrize(("channels", "rate"), [(1, 1), (1, 50_000_000)])
def test_impossible_headers_are_damage(channels: int, rate: int) -> None:
    data = bytearray(wav(tone(0.5)))
    data[22:36] = struct.pack("<HIIHH", channels, rate, rate * 2, 2 * channels, 16)
    with pytest.raises(AudioError, match="damaged"):
        Audio.decode(bytes(data))


class TestTooLong:
    def test_two_hours_are_refused_before_they_are_decoded(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "long.wav"
        with wave.open(str(path), "wb") as file:
            file.setparams((1, 2, 8_000, 7200 * 8_000, "NONE", ""))
            file.writeframes(bytes(2 * 7200 * 8_000))

        def decoded(*_: object, **__: object) -> None:
            raise AssertionError("it was decoded")

        monkeypatch.setattr(av, "AudioResampler", decoded)
        with pytest.raises(AudioError, match=r"lasts 120 minutes, more than the 10 minutes"):
            Audio.load(path, max_duration_s=600)

    def test_a_recording_that_does_not_say_how_long_it_is_is_counted(self) -> None:
        data = encode(tone(5)[None], "mp3", "libmp3lame", write_xing="0")
        with pytest.raises(AudioError, match="more than the 2 s"):
            Audio.decode(data, max_duration_s=2)

    def test_the_limit_itself_is_taken(self) -> None:
        assert Audio.decode(wav(tone(2)), max_duration_s=2).duration_s == 2


class TestFiles:
    def test_a_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(
            AudioError,
            match=r"^Cannot read .*none\.wav: no such file or directory; give the path of a recording\.$",
        ):
            Audio.load(tmp_path / "none.wav")

    def test_a_folder(self, tmp_path: Path) -> None:
        with pytest.raises(
            AudioError, match=r"^Cannot read .*: is a directory; give the path of a recording\.$"
        ):
            Audio.load(tmp_path)

    @pytest.mark.skipif(
        not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read anything"
    )
    def test_a_file_one_may_not_read(self, tmp_path: Path) -> None:
        path = tmp_path / "secret.wav"
        path.write_bytes(wav(tone()))
        path.chmod(0)
        with pytest.raises(AudioError, match="permission denied"):
            Audio.load(path)

    def test_a_refused_read_is_told_in_one_sentence(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "open", refuse)
        with pytest.raises(
            AudioError, match=r"^Cannot read .*: permission denied; give the path of a recording\.$"
        ):
            Audio.load(tmp_path / "secret.wav")

    def test_a_folder_that_is_not_there_to_write_to(self, tmp_path: Path) -> None:
        with pytest.raises(
            AudioError, match=r"^Cannot write .*: no such file or directory; name another file\.$"
        ):
            Audio(tone(), RATE).save(tmp_path / "none" / "a.wav")

    @pytest.mark.skipif(not Path("/dev/fd").exists(), reason="no /dev/fd here")
    def test_a_pipe_can_be_read(self) -> None:
        source, sink = os.pipe()
        with os.fdopen(sink, "wb") as file:
            file.write(wav(tone(0.1)))
        try:
            assert Audio.load(f"/dev/fd/{source}").duration_s == pytest.approx(0.1)
        finally:
            os.close(source)


class TestArithmetic:
    def test_resampling_keeps_pitch_loudness_and_origin(self) -> None:
        audio = Audio(tone(1), RATE, source_sha256="ab")
        low = audio.resample(16_000)
        assert (low.rate, len(low.samples), low.source_sha256) == (16_000, 16_000, "ab")
        assert low.samples.dtype == np.float32
        np.testing.assert_allclose(low.samples[1000:-1000], tone(1, 16_000)[1000:-1000], atol=1e-3)
        assert audio.resample(RATE) is audio

    def test_nothing_resampled_is_nothing(self) -> None:
        assert len(Audio(np.zeros(0, np.float32), 8_000).resample(16_000).samples) == 0

    def test_joining_takes_the_first_rate_and_leaves_no_seams(self) -> None:
        high = Audio(tone(1), RATE)
        joined = Audio.join([Audio.silence(0.5, 16_000), high.clip(0, 0.5), high.clip(0.5, 1)])
        assert joined.rate == 16_000
        assert joined.duration_s == pytest.approx(1.5)
        np.testing.assert_allclose(joined.samples[15_000:17_000], tone(1, 16_000)[7_000:9_000], atol=1e-3)
        with pytest.raises(ValueError, match="nothing to join"):
            Audio.join([])

    def test_a_clip_stays_inside_the_recording(self) -> None:
        audio = Audio(tone(1), RATE)
        assert audio.clip(-1, 0.5).duration_s == 0.5
        assert audio.clip(0.75, 9).duration_s == 0.25
        assert audio.clip(2, 3).duration_s == 0

    def test_loud_samples_are_limited_not_wrapped(self) -> None:
        audio = Audio.decode(Audio(np.array([3, -3, 0.5], np.float32), 8_000).to_wav())
        np.testing.assert_allclose(audio.samples, [1, -1, 0.5], atol=1e-4)

    def test_only_one_channel_of_float32_is_sound(self) -> None:
        with pytest.raises(ValueError, match="float32"):
            Audio(np.zeros((2, 5), np.float32), 8_000)
        with pytest.raises(ValueError, match="float32"):
            Audio(np.zeros(5), 8_000)  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="rate"):
            Audio(np.zeros(5, np.float32), 0)


def test_every_real_recording_is_read(recordings: Path) -> None:
    paths = list(recordings.glob("*.flac"))
    assert len(paths) == 30
    for path in paths:
        audio = Audio.load(path)
        assert audio.duration_s > 0.2, path.name
        assert np.abs(audio.samples).max() <= 1.001, path.name
