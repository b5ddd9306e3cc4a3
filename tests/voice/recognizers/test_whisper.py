"""The embedded Whisper, for real: that it hears what was said, and nothing where nothing was."""

import asyncio
import json
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from emads_voice.installation import install_hint
from emads_voice.voice.activity.vad import Span, shared_vad, speech_spans
from emads_voice.voice.errors import BackendError, LanguageError, RecognitionError, WeightsError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, find_language
from emads_voice.voice.recognizer import Recognizer, Segment
from emads_voice.voice.recognizers.whisper import WhisperRecognizer, whisper_folder
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.synthesizers.piper import PiperSynthesizer


async def say(piper: PiperSynthesizer, text: str) -> Audio:
    return Audio.join([audio async for audio in piper.synthesize(text, language=ENGLISH)])


async def test_it_hears_what_is_said_and_names_the_language(
    whisper: WhisperRecognizer, piper: PiperSynthesizer
) -> None:
    spoken = await say(piper, "The new warehouse will open on Monday.")
    transcript = await whisper.transcribe(spoken)
    assert "warehouse will open on monday" in transcript.text.lower()
    assert transcript.language == ENGLISH
    assert transcript.model == whisper.name == "whisper:base"
    assert transcript.duration_s == spoken.duration_s
    assert transcript.audio_sha256 == spoken.sha256
    assert " ".join(segment.text for segment in transcript.segments) == transcript.text


def test_it_is_a_recogniser(whisper: WhisperRecognizer) -> None:
    recognizer: Recognizer = whisper
    assert isinstance(recognizer, Recognizer)


NOISE = np.random.default_rng(0).normal(0, 0.1, 48_000)


@pytest.mark.parametrize(
    "samples", [np.zeros(0), np.ones(1), NOISE[:640], np.zeros(48_000), NOISE, np.sin(np.arange(48_000) / 6)]
)
async def test_where_nobody_speaks_nothing_is_heard(whisper: WhisperRecognizer, samples: np.ndarray) -> None:
    transcript = await whisper.transcribe(Audio(samples.astype(np.float32), 16_000))
    assert (transcript.text, transcript.language, transcript.segments) == ("", None, ())


async def test_noise_that_passes_for_speech_gives_no_words(
    whisper: WhisperRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = "emads_voice.voice.transcription.pieces.audible"
    monkeypatch.setattr(module, lambda audio, _: (audio, [Span(0, 3)]))
    transcript = await whisper.transcribe(Audio(NOISE.astype(np.float32), 16_000), language=ENGLISH)
    assert (transcript.text, transcript.language) == ("", None)
    assert transcript.gaps == (Segment("", 0, 3),)


def spoken(recordings: Path, *names: str, pause_s: float) -> Audio:
    """Recordings without the silence around their speech, with so much between two."""
    parts: list[Audio] = []
    for name in names:
        audio = Audio.load(recordings / f"{name}.flac").resample(16_000)
        spans = speech_spans(audio, shared_vad(), pad_s=0.05)
        parts += [audio.clip(spans[0].start_s, spans[-1].end_s), Audio.silence(pause_s, 16_000)]
    return Audio.join(parts)


@pytest.mark.parametrize("pause_s", [0.1, 1.0])
async def test_the_language_changes_without_a_pause(
    whisper: WhisperRecognizer, recordings: Path, pause_s: float
) -> None:
    audio = spoken(recordings, "en_ibm_speech", "vi_fosd_01", "en_ibm_speech", pause_s=pause_s)
    transcript = await whisper.transcribe(audio)
    assert [segment.language for segment in transcript.segments if segment.text] == [None, VIETNAMESE, None]
    first, _, last = (segment.text for segment in transcript.segments if segment.text)
    assert "tornadoes" in first
    assert "tornadoes" in last


@pytest.mark.parametrize("pause_s", [0.4, 1.0])
async def test_a_few_words_before_or_after_another_language_are_written_down(
    whisper: WhisperRecognizer, recordings: Path, pause_s: float
) -> None:
    german = find_language("de")
    for names in (("en_g_book_a_room", "de_pv"), ("de_pv", "en_g_book_a_room"))[: 2 if pause_s == 1 else 1]:
        transcript = await whisper.transcribe(spoken(recordings, *names, pause_s=pause_s))
        assert transcript.text.casefold().strip(".") == "book a room"
        assert [gap.language for gap in transcript.gaps] == [german]


async def test_each_part_is_heard_in_its_own_language(whisper: WhisperRecognizer, recordings: Path) -> None:
    names = ("en_notld_12s", "vi_fosd_01", "en_ibm_speech")
    parts = [Audio.load(recordings / f"{name}.flac").resample(16_000) for name in names]
    pause = Audio.silence(1.5, 16_000)
    joined = Audio.join([parts[0], pause, parts[1], pause, parts[2]])
    transcript = await whisper.transcribe(joined)
    assert (transcript.language, transcript.other_languages) == (ENGLISH, (VIETNAMESE,))
    languages = [segment.language for segment in transcript.segments]
    assert VIETNAMESE in languages
    assert languages[0] is languages[-1] is None
    assert "windows and doors later" in transcript.text
    assert "heavy rain" in transcript.text
    assert any(character in transcript.text for character in "ăâđêôơư")


@pytest.mark.parametrize("file", ["de_pv", "fr_pv", "ko_pv", "zh_funasr_example"])
async def test_a_language_that_is_not_expected_is_said(
    whisper: WhisperRecognizer, recordings: Path, file: str
) -> None:
    """Told to choose between English and Vietnamese, Whisper would translate it, or invent something."""
    foreign = Audio.load(recordings / f"{file}.flac").resample(16_000)
    english = Audio.load(recordings / "en_notld_12s.flac").resample(16_000)
    transcript = await whisper.transcribe(Audio.join([english, Audio.silence(2, 16_000), foreign]))
    expected = find_language(file[:2])
    assert transcript.other_languages == (expected,)
    assert [gap.language for gap in transcript.gaps] == [expected]
    assert transcript.text.endswith("windows and doors later.")


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("en_cv_no.flac", "no"),
        ("en_alnum_nine.flac", "9"),
        ("en_dograh_yes.flac", "yes"),
        ("en_dograh_nope.flac", "nope"),
        ("en_g_book_a_room.flac", "book a room"),
        ("en_az_weather.flac", "what's the weather like"),
        ("x_noise1.flac", ""),
        ("x_pv_empty.flac", ""),
        ("x_rir1.flac", ""),
    ],
)
async def test_short_answers_are_heard_and_noises_are_not(
    whisper: WhisperRecognizer, recordings: Path, file: str, text: str
) -> None:
    transcript = await whisper.transcribe(Audio.load(recordings / file))
    assert transcript.text.lower().strip(".?") == text


async def test_two_languages_are_told_apart(whisper: WhisperRecognizer, recordings: Path) -> None:
    rows = map(json.loads, (recordings / "manifest.jsonl").read_text("utf-8").splitlines())
    short = [row for row in rows if row["language"] in ("en", "vi") and row["duration_s"] < 8]
    assert {row["language"] for row in short} == {"en", "vi"}
    for row in short:
        encoded = await whisper.encode(Audio.load(recordings / row["file"]))
        assert encoded.usual is not None, row["file"]
        assert encoded.usual.code == row["language"], row["file"]


async def test_who_speaks_after_a_pause_is_not_passed_over(
    whisper: WhisperRecognizer, recordings: Path
) -> None:
    """Decoded at once, Whisper gives four words of the first speaker and none of the second."""
    first, second = (Audio.load(recordings / f"en_{name}.flac") for name in ("az_weather", "notld_12s"))
    joined = Audio.join([first, Audio.silence(1.5, first.rate), second])
    transcript = await whisper.transcribe(joined, timestamps=True)
    text = transcript.text.lower()
    assert "the weather like" in text
    assert "break in here" in text
    assert "windows and doors later" in text
    assert len(transcript.words) > 35
    assert transcript.words[-1].end_s == pytest.approx(joined.duration_s, abs=1.5)
    plain = await whisper.transcribe(joined)
    assert len(plain.text.split()) > 35


async def test_a_loop_is_broken(whisper: WhisperRecognizer, recordings: Path) -> None:
    """Four people at once: decoded greedily, this excerpt ends in a hundred times "yeah"."""
    transcript = await whisper.transcribe(Audio.load(recordings / "en_ami_tst00.flac"))
    assert "what do we need to talk about" in transcript.text
    assert transcript.text.lower().count("yeah") < 10


async def test_a_long_recording_is_heard_in_pieces_with_times(
    whisper: WhisperRecognizer, recordings: Path
) -> None:
    audio = Audio.load(recordings / "en_long_lj001_01-08.flac")
    plain, timed = await asyncio.gather(whisper.transcribe(audio), whisper.transcribe(audio, timestamps=True))
    assert len(plain.segments) == 2
    assert all(segment.end_s - segment.start_s <= 28 for segment in plain.segments)
    assert timed.text == plain.text
    assert len(timed.segments) > 8
    times = [time for segment in timed.segments for time in (segment.start_s, segment.end_s)]
    assert times == sorted(times)
    assert times[-1] <= audio.duration_s
    bible = next(segment for segment in timed.segments if "Bible" in segment.text)
    assert 44 < bible.start_s < 50


async def test_many_callers_are_heard_at_once(whisper: WhisperRecognizer, piper: PiperSynthesizer) -> None:
    texts = ["The budget is approved.", "Where is the warehouse?", "Please hire two engineers."]
    spoken = [await say(piper, text) for text in texts]
    transcripts = await asyncio.gather(*(whisper.transcribe(audio) for audio in spoken))
    for transcript, word in zip(transcripts, ("budget", "warehouse", "engineers"), strict=True):
        assert word in transcript.text


async def test_a_language_it_does_not_know_is_refused(whisper: WhisperRecognizer) -> None:
    with pytest.raises(LanguageError, match="whisper:base cannot hear Cantonese"):
        await whisper.transcribe(Audio.silence(1, 16_000), language=find_language("yue"))
    with pytest.raises(LanguageError, match="cannot hear Cantonese"):
        await WhisperRecognizer(languages=(ENGLISH, find_language("yue"))).warm_up()


async def test_a_dialect_is_heard_as_chinese_and_stays_the_dialect(
    whisper: WhisperRecognizer, recordings: Path
) -> None:
    sichuan = find_language("Sichuan")
    transcript = await whisper.transcribe(Audio.load(recordings / "zh_funasr_example.flac"), language=sichuan)
    assert transcript.language == sichuan
    assert "欢迎大家" in transcript.text


async def test_a_model_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"put model\.bin"):
        await WhisperRecognizer("small", models_dir=tmp_path).warm_up()


async def test_a_folder_that_is_no_model(tmp_path: Path) -> None:
    folder = tmp_path / "whisper-small"
    folder.mkdir()
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (folder / name).write_bytes(b"{}")
    with pytest.raises(WeightsError, match="not a Whisper model"):
        await WhisperRecognizer("small", models_dir=tmp_path).warm_up()


async def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    with pytest.raises(BackendError, match=re.escape(install_hint("local"))):
        await WhisperRecognizer().warm_up()


async def test_a_model_that_fails_says_so(
    whisper: WhisperRecognizer, piper: PiperSynthesizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken = await say(piper, "Yes, please.")
    await whisper.warm_up()

    def fail(*_: object) -> None:
        raise RuntimeError("no memory left")

    model = SimpleNamespace(vad=whisper._model().vad, encode=fail)
    monkeypatch.setattr(whisper, "_model", lambda: model)
    with pytest.raises(RecognitionError, match="whisper:base failed: no memory left"):
        await whisper.transcribe(spoken)


async def test_warming_up_twice_at_once_loads_once(monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[object] = []
    monkeypatch.setattr(
        "emads_voice.voice.recognizers.whisper.WhisperModel",
        lambda *args: loads.append(args) or "model",  # type: ignore[func-returns-value]
    )
    recognizer = WhisperRecognizer(languages=(VIETNAMESE,))
    await asyncio.gather(*(recognizer.warm_up() for _ in range(4)))
    assert len(loads) == 1


def test_a_whisper_folder_of_the_users(tmp_path: Path) -> None:
    folder = tmp_path / "whisper-small"
    folder.mkdir()
    with pytest.raises(WeightsError, match=r"put model\.bin, config\.json, tokenizer\.json"):
        whisper_folder("small", tmp_path)
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (folder / name).write_bytes(b"x")
    assert whisper_folder("small", tmp_path) == folder
    assert whisper_folder(str(folder)) == folder
