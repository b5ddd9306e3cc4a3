"""Files as people have them: damaged, joined, with gaps, several tracks, many channels."""

from __future__ import annotations

import io
import random
from contextlib import suppress
from fractions import Fraction

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from emads_voice.voice.errors import AudioError
from emads_voice.voice.sound.audio import Audio

RATE = 48_000


def tone(
    seconds: float = 1.0, rate: int = RATE, pitch: float = 440, level: float = 0.4
) -> NDArray[np.float32]:
    return (level * np.sin(2 * np.pi * pitch * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def file(
    *tracks: NDArray[np.float32],
    container: str = "matroska",
    codec: str = "libopus",
    rate: int = RATE,
    layout: str = "mono",
    at_s: tuple[tuple[float, float], ...] = (),
    default: int | None = None,
) -> bytes:
    """A file with tracks of shape (channels, n). ``at_s``: from when on its timestamps are later, and by how much."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container) as out:
        streams = []
        for number, _ in enumerate(tracks):
            stream = out.add_stream(codec, rate=rate)
            assert isinstance(stream, av.AudioStream)
            stream.layout = layout
            if default is not None:
                stream.disposition = (
                    av.stream.Disposition.default if number == default else av.stream.Disposition(0)
                )
            streams.append(stream)
        packets = []
        for stream, channels in zip(streams, tracks, strict=True):
            frame = av.AudioFrame.from_ndarray(channels.T.reshape(1, -1).copy(), format="flt", layout=layout)
            frame.rate = rate
            fifo = av.AudioFifo()
            fifo.write(frame)
            converter = av.AudioResampler(format=stream.format.name, layout=layout, rate=rate)
            done = 0
            while fifo.samples:
                piece = fifo.read(stream.codec_context.frame_size or 1024, partial=True)
                assert piece
                piece.pts = None
                for converted in converter.resample(piece):
                    converted.pts = done + sum(
                        round(later * rate) for since, later in at_s if done >= since * rate
                    )
                    converted.time_base = Fraction(1, rate)
                    done += converted.samples
                    packets += stream.encode(converted)
            packets += stream.encode(None)
        for packet in sorted(packets, key=lambda packet: (packet.dts or 0) * packet.time_base):
            out.mux(packet)
    return buffer.getvalue()


def loud_from(audio: Audio) -> float:
    """When the first sound begins, in seconds."""
    return float(np.flatnonzero(np.abs(audio.samples) > 0.1)[0]) / audio.rate


@pytest.mark.parametrize("gap_s", [0.1, 1.0, 60.0])
@pytest.mark.parametrize("max_rate", [None, 16_000])
def test_a_gap_in_the_timestamps_is_silence(gap_s: float, max_rate: int | None) -> None:
    sound = np.concatenate([tone(2), tone(2, pitch=1_000)])[None]
    audio = Audio.decode(file(sound, at_s=((2, gap_s),)), max_rate=max_rate)
    assert audio.duration_s == pytest.approx(4 + gap_s, abs=0.1)
    middle = audio.clip(2.05, 1.98 + gap_s).samples
    assert not len(middle) or np.abs(middle).max() < 0.02
    assert not audio.faults
    later = audio.clip(2.2 + gap_s, 3.8 + gap_s)
    spectrum = np.abs(np.fft.rfft(later.samples))
    assert spectrum.argmax() * later.rate / len(later.samples) == pytest.approx(1_000, abs=10)


def test_a_track_that_begins_late_keeps_its_time() -> None:
    data = file(tone(35)[None] * 0, tone(3)[None], at_s=(), default=1)
    assert Audio.decode(data).duration_s == pytest.approx(3, abs=0.1)
    late = file(tone(1)[None], tone(4)[None], default=1, at_s=((1.5, 30),))
    assert Audio.decode(late).duration_s == pytest.approx(34, abs=0.1)


def test_steady_timestamps_leave_the_sound_alone() -> None:
    for container, codec in (
        ("matroska", "libopus"),
        ("mp4", "aac"),
        ("matroska", "flac"),
        ("ogg", "libopus"),
    ):
        audio = Audio.decode(file(tone(10)[None], container=container, codec=codec))
        assert audio.duration_s == pytest.approx(10, abs=0.1)
        steps = np.abs(np.diff(audio.clip(0.2, 9.8).samples)).max()
        assert steps < 0.08, (container, codec)  # no click


@pytest.mark.parametrize("channels", [3, 6, 8])
def test_many_channels_are_mixed(channels: int) -> None:
    layout = {3: "2.1", 6: "5.1", 8: "7.1"}[channels]
    sound = np.stack([tone(1)] * channels)
    audio = Audio.decode(file(sound, codec="flac", container="flac", layout=layout))
    assert np.abs(audio.samples).max() == pytest.approx(0.4, abs=0.01)


@pytest.mark.parametrize("channels", [9, 16, 24, 32])
def test_more_channels_than_planes_do_not_crash(channels: int) -> None:
    import struct

    samples = np.repeat((tone(0.5) * 32767).astype("<i2")[:, None], channels, axis=1)
    data = samples.tobytes()
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16, 1, channels, RATE,
        RATE * 2 * channels, 2 * channels, 16, b"data", len(data),
    )  # fmt: skip
    audio = Audio.decode(head + data)
    assert audio.duration_s == pytest.approx(0.5, abs=0.01)
    assert np.abs(audio.samples).max() == pytest.approx(0.4, abs=0.01)


def test_channels_that_cancel_each_other_are_heard() -> None:
    audio = Audio.decode(file(np.stack([tone(1), -tone(1)]), codec="flac", container="flac", layout="stereo"))
    assert np.abs(audio.samples).max() == pytest.approx(0.4, abs=0.01)


def test_one_channel_alone() -> None:
    data = file(np.stack([tone(1), tone(1, level=0.1)]), codec="flac", container="flac", layout="stereo")
    assert [round(float(np.abs(Audio.decode(data, channel=n).samples).max()), 2) for n in (1, 2)] == [
        0.4,
        0.1,
    ]
    with pytest.raises(AudioError, match=r"2 channels, and no channel 3"):
        Audio.decode(data, channel=3)


def test_the_track_that_has_sound_in_it() -> None:
    silent, loud = np.zeros((1, RATE * 2), np.float32), tone(1)[None]
    assert Audio.decode(file(silent, loud)).duration_s == pytest.approx(1, abs=0.05)
    assert Audio.decode(file(loud, silent)).duration_s == pytest.approx(1, abs=0.05)
    assert Audio.decode(file(silent, silent)).duration_s == pytest.approx(2, abs=0.05)


def test_the_default_track_and_one_that_is_named() -> None:
    data = file(tone(1)[None], tone(2)[None], default=1)
    assert Audio.decode(data).duration_s == pytest.approx(2, abs=0.05)
    assert Audio.decode(data, track=1).duration_s == pytest.approx(1, abs=0.05)
    with pytest.raises(AudioError, match=r"2 sound tracks, and no track 3: name one from 1 to 2"):
        Audio.decode(data, track=3)


@pytest.mark.parametrize("rates", [(48_000, 48_000), (44_100, 48_000), (48_000, 16_000)])
def test_joined_mp3s_are_read_to_the_end(rates: tuple[int, int]) -> None:
    data = b"".join(
        file(tone(2, rate)[None], container="mp3", codec="libmp3lame", rate=rate) for rate in rates
    )
    audio = Audio.decode(data, max_rate=16_000)
    assert audio.duration_s == pytest.approx(4, abs=0.3)
    assert audio.rate == 16_000


def test_a_layout_that_changes_on_the_way() -> None:
    mono = file(tone(2)[None], container="mp3", codec="libmp3lame")
    stereo = file(np.stack([tone(2), tone(2)]), container="mp3", codec="libmp3lame", layout="stereo")
    assert Audio.decode(mono + stereo).duration_s == pytest.approx(4, abs=0.3)


@pytest.mark.parametrize(
    ("container", "codec"), [("mp4", "aac"), ("matroska", "libopus"), ("mp3", "libmp3lame"), ("flac", "flac")]
)
def test_damage_in_the_middle_loses_only_itself_and_is_told(container: str, codec: str) -> None:
    rng = np.random.default_rng(1)
    sound = (tone(6) + rng.normal(0, 0.05, RATE * 6).astype(np.float32))[None]
    data = bytearray(file(sound, container=container, codec=codec))
    middle = len(data) // 2
    data[middle : middle + 400] = random.Random(2).randbytes(400)
    audio = Audio.decode(bytes(data))
    assert audio.duration_s == pytest.approx(6, abs=0.4)
    assert audio.faults or container in {"matroska", "mp3"}  # whose decoders may make sound of anything


def test_integers_that_were_written_as_floats() -> None:
    data = file((tone(1) * 32767)[None], container="wav", codec="pcm_f32le")
    assert np.abs(Audio.decode(data).samples).max() == pytest.approx(0.4, abs=0.01)


def test_no_damage_crashes_the_process() -> None:
    rng = random.Random(3)
    whole = [
        file(tone(1)[None], container=container, codec=codec)
        for container, codec in (
            ("mp4", "aac"),
            ("matroska", "libopus"),
            ("flac", "flac"),
            ("wav", "pcm_s16le"),
        )
    ]
    for _ in range(200):
        data = bytearray(rng.choice(whole))
        for _ in range(rng.randint(1, 20)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        with suppress(AudioError):
            assert len(Audio.decode(bytes(data), max_duration_s=60).samples)


def test_a_high_rate_is_brought_down_while_reading() -> None:
    audio = Audio.decode(file(tone(3)[None], codec="flac", container="flac"), max_rate=16_000)
    assert audio.rate == 16_000
    assert audio.duration_s == pytest.approx(3, abs=0.01)
    assert np.sqrt(np.mean(audio.clip(0.5, 2.5).samples ** 2)) == pytest.approx(0.4 / np.sqrt(2), rel=0.02)
    low = Audio.decode(
        file(tone(1, 8_000)[None], codec="flac", container="flac", rate=8_000), max_rate=16_000
    )
    assert low.rate == 8_000


@pytest.mark.parametrize("scale", [32_767.0, 2.0**31])
def test_integers_written_as_floats_are_brought_into_range(scale: float) -> None:
    """Some tools convert to floats and forget to divide: the file is 90 dB too loud, and clips everywhere."""
    samples = tone(level=0.4, rate=16_000)
    data = file(samples[np.newaxis] * np.float32(scale), container="wav", codec="pcm_f32le", rate=16_000)
    audio = Audio.decode(data)
    assert np.abs(audio.samples).max() <= 1
    assert np.corrcoef(audio.samples, samples)[0, 1] > 0.999


def test_floats_that_are_a_little_too_loud_are_left_as_they_are() -> None:
    data = file(tone(level=1.5, rate=16_000)[np.newaxis], container="wav", codec="pcm_f32le", rate=16_000)
    assert np.abs(Audio.decode(data).samples).max() == pytest.approx(1.5, abs=0.01)
