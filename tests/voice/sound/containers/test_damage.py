"""Damaged, cut and joined files of every kind: nothing of them is lost without a word."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping

import numpy as np
import pytest
from numpy.typing import NDArray
from recording_files import FRAGMENTED, LIVE, recording

from emads_voice.voice.errors import AudioError
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.sound.spool import spool

LENGTH_S = 6.0

FORMS: Mapping[str, tuple[str, str, int, dict[str, str]]] = {
    "ogg opus": ("ogg", "libopus", 48_000, {"page_duration": "200000"}),
    "ogg flac": ("ogg", "flac", 16_000, {"page_duration": "200000"}),
    "webm": ("webm", "libopus", 48_000, {"cluster_time_limit": "500"}),
    "webm of a browser": ("webm", "libopus", 48_000, LIVE),
    "mkv flac": ("matroska", "flac", 16_000, {"cluster_time_limit": "500"}),
    "mp3": ("mp3", "libmp3lame", 44_100, {}),
    "mp3 without a length": ("mp3", "libmp3lame", 44_100, {"write_xing": "0", "id3v2_version": "0"}),
    "aac": ("adts", "aac", 44_100, {}),
    "m4a": ("mp4", "aac", 44_100, {}),
    "m4a of a browser": ("mp4", "aac", 44_100, FRAGMENTED),
    "flac": ("flac", "flac", 16_000, {}),
    "amr": ("amr", "libopencore_amrnb", 8_000, {}),
    "mpegts": ("mpegts", "aac", 44_100, {}),
    "flv": ("flv", "aac", 44_100, {}),
    "flv mp3": ("flv", "libmp3lame", 44_100, {}),
    "ac3": ("ac3", "ac3", 48_000, {}),
    "eac3": ("eac3", "eac3", 48_000, {}),
    "wavpack": ("wv", "wavpack", 44_100, {}),
    "tta": ("tta", "tta", 16_000, {}),
    "wav": ("wav", "pcm_s16le", 16_000, {}),
    "aiff": ("aiff", "pcm_s16be", 16_000, {}),
    "au": ("au", "pcm_s16be", 16_000, {}),
    "caf": ("caf", "pcm_s16le", 16_000, {}),
    "w64": ("w64", "pcm_s16le", 16_000, {}),
}
UNCHECKED = {"wav", "aiff", "au", "caf", "w64"}  # nobody can tell whether a sample is right


def voice(seconds: float = LENGTH_S, rate: int = 16_000) -> NDArray[np.float32]:
    """Noise that is as loud all the time: what is lost of it is silence."""
    return np.random.default_rng(5).normal(0, 0.1, round(seconds * rate)).astype(np.float32)


def made(form: str, seconds: float = LENGTH_S, layout: str = "mono") -> bytes:
    container, codec, rate, options = FORMS[form]
    return recording(voice(seconds, rate), container, codec, rate=rate, layout=layout, options=options)


def silent_s(audio: Audio) -> float:
    """For how long nothing is heard."""
    frames = audio.samples[: len(audio.samples) // 320 * 320].reshape(-1, 320)
    return float((np.sqrt((frames**2).mean(1)) < 0.02).sum() * 320 / audio.rate)


def stretches(audio: Audio) -> list[tuple[float, float]]:
    found = (re.fullmatch(r"([\d.]+)-([\d.]+) s are damaged", fault) for fault in audio.faults)
    return [(float(match[1]), float(match[2])) for match in found if match]


@pytest.mark.parametrize("form", FORMS)
def test_a_whole_file_has_no_fault(form: str) -> None:
    audio = Audio.decode(made(form), max_rate=16_000)
    assert audio.faults == ()
    assert audio.duration_s == pytest.approx(LENGTH_S, abs=0.1)
    assert silent_s(audio) < 0.2


@pytest.mark.parametrize("form", [form for form in FORMS if form not in UNCHECKED])
@pytest.mark.parametrize("with_what", ["zeros", "anything"])
def test_an_overwritten_stretch_is_told_and_what_follows_keeps_its_time(form: str, with_what: str) -> None:
    data = bytearray(made(form))
    start, end = round(len(data) * 0.4), round(len(data) * 0.5)
    data[start:end] = bytes(end - start) if with_what == "zeros" else random.Random(4).randbytes(end - start)
    audio = Audio.decode(bytes(data), max_rate=16_000)
    assert audio.duration_s == pytest.approx(LENGTH_S, abs=0.15)
    assert sum(later - earlier for earlier, later in stretches(audio)) >= silent_s(audio) - 0.3
    assert all(1.5 < earlier < later < 5 for earlier, later in stretches(audio))
    assert silent_s(audio) < 2.6
    assert audio.faults


@pytest.mark.parametrize("form", [form for form in FORMS if form != "m4a"])
def test_a_file_without_its_end_says_where_it_ends(form: str) -> None:
    data = made(form)
    audio = Audio.decode(data[: round(len(data) * 0.6) // 2 * 2 - 1], max_rate=16_000)
    assert 2 < audio.duration_s < 4.2
    assert any(word in "; ".join(audio.faults) for word in ("cut off", "damaged"))
    assert f"{audio.duration_s:.1f}" in "; ".join(audio.faults)


@pytest.mark.parametrize("form", [form for form in FORMS if form not in UNCHECKED])
def test_a_file_that_is_filled_up_with_zeros_is_whole(form: str) -> None:
    audio = Audio.decode(made(form) + bytes(5_000), max_rate=16_000)
    assert audio.faults == ()
    assert audio.duration_s == pytest.approx(LENGTH_S, abs=0.15)


@pytest.mark.parametrize("form", ["flv", "flv mp3"])
def test_an_flv_that_is_cut_between_tags_is_told_by_its_length(form: str) -> None:
    data = made(form)
    tags = [found.start() for found in re.finditer(rb"\x08.{7}\x00\x00\x00", data, re.DOTALL)]
    audio = Audio.decode(data[: tags[len(tags) // 2]], max_rate=16_000)
    assert re.search(r"only 3\.\d s of the 6\.\d s it announces can be read", "; ".join(audio.faults))


@pytest.mark.parametrize("form", ["ogg opus", "ogg flac"])
def test_pages_at_the_end_whose_sums_are_wrong_are_told(form: str) -> None:
    data = bytearray(made(form))
    for page in list(re.finditer(b"OggS", bytes(data)))[15:]:
        data[min(page.start() + 40, len(data) - 1)] ^= 0x55
    audio = Audio.decode(bytes(data), max_rate=16_000)
    assert audio.duration_s < 5
    assert audio.faults == (f"it is cut off at {audio.duration_s:.1f} s: its end is missing",)


def test_a_live_recording_without_a_last_page_is_whole_if_its_last_page_is() -> None:
    data = made("ogg opus")
    pages = [found.start() for found in re.finditer(b"OggS", data)]
    audio = Audio.decode(data[: pages[20]])
    assert 3 < audio.duration_s < 5
    assert audio.faults == ()
    assert Audio.decode(data[: pages[20] - 1]).faults


def index_last(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """An M4A whose sound is changed, and not what is said about it."""
    sound = data.index(b"mdat") + 4
    index = data.rindex(b"moov") - 4
    return data[:sound] + change(data[sound:index]) + data[index:]


@pytest.mark.parametrize("codec", ["aac", "pcm_s16le"])
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda sound: sound[: len(sound) // 2] + sound[len(sound) // 2 + 999 :], "999 bytes are missing"),
        (
            lambda sound: sound[: len(sound) // 2] + bytes(999) + sound[len(sound) // 2 :],
            "999 bytes too many",
        ),
        (lambda sound: sound[: len(sound) // 2], r"[\d,]+ bytes are missing"),
    ],
)
def test_bytes_that_are_gone_before_the_index_leave_what_comes_before(
    codec: str, change: Callable[[bytes], bytes], told: str
) -> None:
    data = recording(voice(LENGTH_S, 44_100), "mov", codec, rate=44_100)
    audio = Audio.decode(index_last(data, change), max_rate=16_000)
    assert audio.duration_s > 2.8
    assert silent_s(audio.clip(0, 2.8)) < 0.2
    assert re.search(told, "; ".join(audio.faults))


def test_an_index_that_is_cut_off_is_told() -> None:
    with pytest.raises(AudioError, match="its index, which recorders write last, is not there"):
        Audio.decode(made("m4a")[:-20])


def test_joined_avis_of_other_channels_are_read_each_by_itself() -> None:
    first, second = (
        recording(voice(seconds), "avi", "pcm_s16le", rate=16_000, layout=layout)
        for seconds, layout in ((3, "mono"), (2, "stereo"))
    )
    audio = Audio.decode(first + second, max_rate=16_000)
    assert audio.faults == ()
    assert audio.duration_s == pytest.approx(5, abs=0.15)


@pytest.mark.parametrize("codec", ["libmp3lame", "pcm_f32le"])
def test_a_glitch_far_beyond_full_scale_does_not_silence_the_rest(codec: str) -> None:
    rate = 44_100
    data = bytearray(recording(voice(LENGTH_S, rate), "wav", codec, rate=rate))
    if codec == "pcm_f32le":
        place = data.index(b"data") + 8 + len(data) // 2 // 4 * 4
        data[place : place + 4] = np.float32(4e4).tobytes()
    else:
        dice = random.Random(2)
        for place in range(len(data) // 3, len(data) * 2 // 3, 800):
            data[place + dice.randrange(300)] ^= 0x5A
    audio = Audio.decode(bytes(data), max_rate=16_000)
    assert np.abs(audio.samples).max() <= 8
    assert silent_s(audio.clip(0, 1.9)) < 0.1
    assert silent_s(audio.clip(4.1, 6)) < 0.1
    assert audio.faults


def flv_times(data: bytes, changed_ms: int) -> bytes:
    """An FLV in which the time of one tag in the middle is another."""
    tags = [found.start() for found in re.finditer(rb"\x08.{7}\x00\x00\x00", data, re.DOTALL)]
    at = tags[len(tags) // 2] + 4
    time = int.from_bytes(data[at : at + 3], "big") + changed_ms
    return data[:at] + time.to_bytes(3, "big") + data[at + 3 :]


def webm_times(data: bytes, changed_ms: int) -> bytes:
    """A WebM in which the time of one cluster in the middle is another."""
    clusters = [found.end() for found in re.finditer(rb"\x1f\x43\xb6\x75.{1,8}?\xe7\x82", data, re.DOTALL)]
    at = clusters[len(clusters) // 2]
    time = int.from_bytes(data[at : at + 2], "big") + changed_ms
    return data[:at] + time.to_bytes(2, "big") + data[at + 2 :]


@pytest.mark.parametrize("changed_ms", [40_000, -2_000])
@pytest.mark.parametrize(("form", "change"), [("flv mp3", flv_times), ("webm", webm_times)])
def test_a_time_that_is_wrong_moves_nothing_and_is_told(
    form: str, change: Callable[[bytes, int], bytes], changed_ms: int
) -> None:
    data = made(form)
    wrong = change(data, changed_ms)
    audio = Audio.decode(wrong, max_rate=16_000)
    assert audio.duration_s == pytest.approx(LENGTH_S, abs=0.2)
    assert silent_s(audio) < 0.2
    assert any("damaged" in fault for fault in audio.faults)
    spooled = spool(wrong, "x")
    assert spooled.duration_s == pytest.approx(LENGTH_S, abs=0.2)
    assert silent_s(spooled.clip(0, LENGTH_S)) < 0.2


def test_a_file_without_its_index_says_so() -> None:
    data = made("m4a")
    with pytest.raises(AudioError, match="its index, which recorders write last, is not there"):
        Audio.decode(data[: round(len(data) * 0.6)])


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("layout", ["mono", "stereo"])
def test_joined_files_are_read_to_the_end(form: str, layout: str) -> None:
    if form == "amr" and layout == "stereo":
        pytest.skip("AMR has one channel")
    audio = Audio.decode(made(form, 3) + made(form, 2, layout), max_rate=16_000)
    assert audio.duration_s == pytest.approx(5, abs=0.25)
    assert silent_s(audio) < 0.3
    assert audio.faults == ()


@pytest.mark.parametrize("form", ["ogg opus", "mp3", "aac", "amr"])
def test_bytes_that_are_gone_are_told(form: str) -> None:
    data = made(form)
    audio = Audio.decode(data[: round(len(data) * 0.4)] + data[round(len(data) * 0.5) :], max_rate=16_000)
    assert audio.faults
    if form in {"ogg opus", "mp3"}:  # which say how long they are
        assert audio.duration_s == pytest.approx(LENGTH_S, abs=0.15)


def test_pages_that_are_missing_at_the_beginning_are_told() -> None:
    data = made("ogg opus")
    pages = [match.start() for match in re.finditer(rb"OggS\0", data)]
    audio = Audio.decode(data[: pages[2]] + data[pages[7] :])
    assert audio.faults[0] == "at 0.0 s it is damaged"


def test_a_whole_page_that_is_missing_is_told() -> None:
    data = made("ogg opus")
    pages = [match.start() for match in re.finditer(rb"OggS\0", data)]
    audio = Audio.decode(data[: pages[10]] + data[pages[13] :])
    ((start, end),) = stretches(audio)
    assert end - start == pytest.approx(0.6, abs=0.2)
    assert audio.duration_s == pytest.approx(LENGTH_S, abs=0.1)


def test_whole_fragments_that_are_missing_are_told() -> None:
    data = made("m4a of a browser")
    moofs = [match.start() - 4 for match in re.finditer(b"moof", data)]
    audio = Audio.decode(data[: moofs[3]] + data[moofs[6] :])
    ((start, end),) = stretches(audio)
    assert end - start == pytest.approx(1.5, abs=0.3)
    assert audio.duration_s == pytest.approx(LENGTH_S, abs=0.1)


def id3(size: int) -> bytes:
    body = b"APIC" + bytes([0, 0, 0, 0, 0, 0]) + b"\xff\xfb\x90\x00" * (size // 4)
    length = bytes(len(body) >> 7 * (3 - place) & 127 for place in range(4))
    return b"ID3\x04\0\0" + length + body


def test_pictures_between_joined_mp3s_are_no_sound() -> None:
    tagged = [id3(40_000) + made("mp3", seconds) + b"TAG" + bytes(125) for seconds in (3, 2)]
    audio = Audio.decode(b"".join(tagged), max_rate=16_000)
    assert audio.duration_s == pytest.approx(5, abs=0.15)
    assert audio.faults == ()
    assert silent_s(audio) < 0.2


def test_an_mp3_that_is_cut_between_frames_is_told_by_its_length() -> None:
    data = made("mp3")
    cuts = [match.start() for match in re.finditer(rb"\xff\xfb", data)]
    audio = Audio.decode(data[: cuts[len(cuts) // 2]])
    assert len(audio.faults) == 1
    assert "of the 6.0 s it announces" in audio.faults[0]


def test_what_follows_a_wav_and_is_no_recording_is_told() -> None:
    audio = Audio.decode(made("wav") + random.Random(1).randbytes(10_000))
    assert audio.faults == ("10,000 bytes after the end that it announces are not read",)
    assert Audio.decode(made("wav") + bytes(10_000)).faults == ()


def test_files_of_different_formats_that_were_joined() -> None:
    audio = Audio.decode(made("wav", 3) + made("flac", 2), max_rate=16_000)
    assert audio.duration_s == pytest.approx(5, abs=0.05)
    assert audio.faults == ()


@pytest.mark.parametrize("count", [501, 3_000])
def test_more_parts_than_anybody_joins_are_told(count: int) -> None:
    one = recording(voice(0.02), "wav", "pcm_s16le")
    audio = Audio.decode(one * count)
    assert audio.faults == (f"it is made of {count:,} parts, of which the first 500 are read",)
    assert audio.duration_s == pytest.approx(10, abs=0.1)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfb\x90\x00" * 600_000,
        b"OggS\0\2" * 500_000,
        b"\0\0\0\x08ftyp" * 300_000,
        b"\x1a\x45\xdf\xa3\x80" * 500_000,
        b"fLaC\0\0\0\x22" * 300_000,
        b"ID3\x04\0\0\0\0\0\0" * 600_000,
        b"RIFF\x04\0\0\0WAVE" * 500_000,
    ],
    ids=lambda data: repr(data[:8]),
)
def test_files_that_are_made_to_take_long_are_refused_soon(data: bytes) -> None:
    with pytest.raises(AudioError):
        Audio.decode(data, max_duration_s=60)


@pytest.mark.parametrize("rates", [(44_100, 48_000), (16_000, 44_100)])
def test_mp3s_of_different_rates_are_joined_without_a_fault(rates: tuple[int, int]) -> None:
    bare = {"write_xing": "0", "id3v2_version": "0"}
    data = b"".join(recording(voice(2, rate), "mp3", "libmp3lame", rate=rate, options=bare) for rate in rates)
    audio = Audio.decode(data, max_rate=16_000)
    assert audio.duration_s == pytest.approx(4, abs=0.2)
    assert audio.faults == ()


def test_samples_that_are_not_numbers_are_silence_and_told() -> None:
    samples = voice(3)
    samples[16_000:16_004] = np.nan
    samples[32_000] = np.inf
    audio = Audio.decode(recording(samples, "wav", "pcm_f32le"))
    assert np.isfinite(audio.samples).all()
    assert len(audio.faults) == 2
    assert audio.faults[0].startswith(("1.0-", "at 1.0", "0.9-"))
    assert np.array_equal(audio.samples[:16_000], samples[:16_000])
    assert np.array_equal(audio.samples[16_004:32_000], samples[16_004:32_000])


def test_more_channels_than_are_taken_is_no_damage() -> None:
    head = recording(voice(0.1), "wav", "pcm_s16le")
    wide = bytearray(head)
    at = wide.index(b"fmt ") + 10
    wide[at : at + 2] = (64).to_bytes(2, "little")
    wide[at + 10 : at + 12] = (128).to_bytes(2, "little")
    with pytest.raises(AudioError, match="has 64 channels, and no more than 32 are taken"):
        Audio.decode(bytes(wide))
