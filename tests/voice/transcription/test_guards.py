"""What guards give a model, what they believe of it, and what a long or mixed recording becomes."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from emads_voice.testing import LoudnessVad
from emads_voice.voice.activity.vad import Span
from emads_voice.voice.errors import RecognitionError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language, find_language
from emads_voice.voice.recognizer import Segment, Transcript
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.transcription import guards as guards_module
from emads_voice.voice.transcription import pieces as pieces_module
from emads_voice.voice.transcription.guards import RATE, Guards, Hypothesis

CHINESE = find_language("Chinese")


class Model:
    """Hears its script, piece by piece."""

    def __init__(self, *script: Hypothesis | Exception) -> None:
        self.script = list(script)
        self.asked: list[tuple[Audio, Language | None, Sequence[str]]] = []

    async def __call__(self, audio: Audio, language: Language | None, hotwords: Sequence[str]) -> Hypothesis:
        heard = self.script[len(self.asked) % len(self.script)]
        self.asked.append((audio, language, hotwords))
        if isinstance(heard, Exception):
            raise heard
        return heard


@pytest.fixture
def voices(monkeypatch: pytest.MonkeyPatch) -> list[Span]:
    """Where somebody speaks, in place of voice activity's opinion."""
    spans: list[Span] = []
    monkeypatch.setattr(guards_module, "shared_vad", lambda _: LoudnessVad())
    monkeypatch.setattr(pieces_module, "audible", lambda audio, _: (audio, spans))
    return spans


def recording(duration_s: float, rate: int = RATE) -> Audio:
    return Audio(np.ones(round(duration_s * rate), np.float32), rate)


async def transcribe(
    model: Model,
    audio: Audio,
    *,
    language: Language | None = None,
    hotwords: Sequence[str] = (),
    timestamps: bool = False,
    max_piece_s: float = 180,
) -> Transcript:
    guards = Guards("acme:small", max_piece_s=max_piece_s)
    return await guards.transcribe(model, audio, language=language, hotwords=hotwords, timestamps=timestamps)


async def test_a_question_is_one_piece_at_16_khz(voices: list[Span]) -> None:
    voices += [Span(1, 2), Span(2.4, 3)]
    model = Model(Hypothesis(" Is it\nopen? ", ENGLISH))
    audio = recording(5, 8_000)
    heard = await transcribe(model, audio, language=ENGLISH, hotwords=["Hà Nội", " ", "hà nội"])
    assert heard == Transcript(
        "Is it open?", ENGLISH, 5, "acme:small", (Segment("Is it open?", 1, 3),), audio.sha256
    )
    ((given, language, hotwords),) = model.asked
    assert given.samples.dtype == np.float32
    assert (given.rate, language, hotwords) == (RATE, ENGLISH, ("Hà Nội",))
    assert given.duration_s == pytest.approx(2 + 2 * 0.35)


async def test_a_short_piece_is_made_half_a_second_long_with_silence(voices: list[Span]) -> None:
    voices.append(Span(0, 0.1))
    model = Model(Hypothesis("No.", ENGLISH))
    assert (await transcribe(model, recording(0.1))).text == "No."
    given = model.asked[0][0]
    assert given.duration_s == 0.5
    assert not given.samples[1_600:].any()


async def test_where_nobody_speaks_the_model_is_not_asked(voices: list[Span]) -> None:
    model = Model(Hypothesis("Thank you for watching."))
    audio = recording(3)
    heard = await transcribe(model, audio, timestamps=True)
    assert heard == Transcript("", None, 3, "acme:small", audio_sha256=audio.sha256)
    assert not voices
    assert not model.asked


@pytest.mark.parametrize(
    "samples",
    [np.zeros(0), np.ones(1), np.zeros(8_000), np.random.default_rng(1).normal(0, 0.1, 16_000), np.ones(160)],
)
async def test_silence_noise_and_clicks_are_known_by_voice_activity(samples: np.ndarray) -> None:
    model = Model(Hypothesis("Thank you for watching."))
    assert (await transcribe(model, Audio(samples.astype(np.float32), 8_000))).text == ""
    assert not model.asked


async def test_a_long_recording_is_heard_in_pieces_a_few_at_a_time(voices: list[Span]) -> None:
    voices += [Span(start, start + 9) for start in range(0, 300, 10)]
    at_once = most = 0
    said = (
        "The warehouse in Da Nang keeps its own books, and sends them on every Monday before eight. What it has lost, "
        "or has found again, stands on a page of its own, which the head of the warehouse has to sign."
    )

    async def hear(audio: Audio, *_: object) -> Hypothesis:
        nonlocal at_once, most
        assert audio.duration_s <= 20
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0)
        at_once -= 1
        return Hypothesis(said, ENGLISH)

    heard = await Guards("m", max_piece_s=20).transcribe(
        hear, recording(300), language=None, hotwords=(), timestamps=False
    )
    assert heard.text == " ".join([said] * 15)
    assert heard.gaps == ()
    assert [segment.start_s for segment in heard.segments] == list(range(0, 300, 20))
    assert most == guards_module.AT_ONCE


async def test_pieces_are_joined_as_they_are_written(voices: list[Span]) -> None:
    voices += [Span(0, 1), Span(5, 6), Span(10, 11)]
    model = Model(
        Hypothesis("你好。", CHINESE), Hypothesis("再见", CHINESE), Hypothesis("Kubernetes", CHINESE)
    )
    assert (await transcribe(model, recording(12))).text == "你好。再见 Kubernetes"


async def test_the_language_spoken_longest_is_the_transcripts(voices: list[Span]) -> None:
    voices += [Span(0, 2), Span(10, 16), Span(20, 23)]
    model = Model(
        Hypothesis("Hello.", ENGLISH),
        Hypothesis("Xin chào quý khách, đây là kho hàng của công ty ở Bình Dương.", VIETNAMESE),
        Hypothesis("你好，hi，再见，谢谢", CHINESE, other_languages=(ENGLISH,)),
    )
    heard = await transcribe(model, recording(30))
    assert (heard.language, heard.other_languages) == (VIETNAMESE, (CHINESE, ENGLISH))


async def test_a_language_that_was_told_is_the_transcripts(voices: list[Span]) -> None:
    voices += [Span(0, 2), Span(10, 11)]
    sichuan = find_language("Sichuan")
    model = Model(Hypothesis("你好", CHINESE), Hypothesis("Hello", ENGLISH))
    heard = await transcribe(model, recording(12), language=sichuan)
    assert (heard.language, heard.other_languages) == (sichuan, (ENGLISH,))


async def test_a_model_that_names_no_language_leaves_it_to_the_text(voices: list[Span]) -> None:
    voices.append(Span(0, 4))
    heard = await transcribe(Model(Hypothesis("Chi phí của kho hàng là bao nhiêu?")), recording(4))
    assert heard.language == VIETNAMESE


async def test_what_cannot_have_been_said_is_left_out(voices: list[Span]) -> None:
    voices += [Span(0, 1), Span(10, 11), Span(20, 21), Span(30, 31)]
    terms = ["EMADS", "Kubernetes", "Hà Nội"]
    model = Model(
        Hypothesis("Good morning.", ENGLISH),
        Hypothesis("EMADS, Kubernetes, Hà Nội", VIETNAMESE),
        Hypothesis("Danke. " * 60, find_language("de")),
        Hypothesis("So I " + "think, " * 60, ENGLISH),
    )
    heard = await transcribe(model, recording(40), hotwords=terms)
    assert heard.text == "Good morning. So I think,"
    assert (heard.language, heard.other_languages) == (ENGLISH, ())
    assert [(segment.start_s, bool(segment.text)) for segment in heard.segments] == [
        (0, True),
        (10, False),
        (20, False),
        (30, True),
    ]


def spaced(*words: str) -> tuple[Segment, ...]:
    return tuple(Segment(word, i * 0.5 + 0.35, i * 0.5 + 0.85) for i, word in enumerate(words))


async def test_words_with_times_make_segments_at_sentence_length(voices: list[Span]) -> None:
    voices += [Span(1, 4), Span(11, 12)]
    model = Model(
        Hypothesis("It works. Does it?", ENGLISH, spaced("It", "works", "Does", "it")),
        Hypothesis("Yes.", ENGLISH, spaced("Yes")),
    )
    heard = await transcribe(model, recording(15), timestamps=True)
    assert [word.text for word in heard.words] == ["It", " works.", " Does", " it?", " Yes."]
    assert "".join(word.text for word in heard.words) == heard.text
    assert [word.start_s for word in heard.words] == pytest.approx([1, 1.5, 2, 2.5, 11])
    assert heard.segments == (
        Segment("It works.", 1, 2),
        Segment("Does it?", 2, 3),
        Segment("Yes.", 11, 11.5),
    )
    assert heard.words_unavailable == ""


async def test_without_times_of_words_segments_go_by_the_speech(voices: list[Span]) -> None:
    voices += [Span(1, 2), Span(3, 6)]
    reason = "Vietnamese is none of the languages whose words can be timed."
    said = "Đúng rồi. Nhưng kho hàng ở Bình Dương thì chưa xong."
    model = Model(Hypothesis(said, VIETNAMESE, words_unavailable=reason))
    heard = await transcribe(model, recording(8), timestamps=True)
    assert heard.segments == (
        Segment("Đúng rồi.", 1, 2),
        Segment("Nhưng kho hàng ở Bình Dương thì chưa xong.", 3, 6),
    )
    assert (heard.words, heard.words_unavailable, heard.text) == ((), reason, said)


async def test_words_known_in_part_are_said_to_be_missing(voices: list[Span]) -> None:
    voices += [Span(0, 1), Span(10, 11)]
    model = Model(Hypothesis("Yes.", ENGLISH, spaced("Yes")), Hypothesis("Không.", VIETNAMESE))
    heard = await transcribe(model, recording(12), timestamps=True)
    assert (heard.words, heard.words_unavailable) == ((), "acme:small gives no word times.")
    assert [segment.start_s for segment in heard.segments] == [0.35, 10]


async def test_times_that_do_not_fit_the_text_are_not_used(voices: list[Span]) -> None:
    voices.append(Span(0, 1))
    model = Model(Hypothesis("Nine.", ENGLISH, spaced("9")))
    heard = await transcribe(model, recording(2), timestamps=True)
    assert heard.words_unavailable == "The times of the words do not fit the text."
    assert heard.segments == (Segment("Nine.", 0, 1),)


async def test_if_one_piece_fails_the_others_are_given_up(voices: list[Span]) -> None:
    voices += [Span(0, 1), Span(10, 11)]
    given_up = asyncio.Event()

    async def hear(audio: Audio, *_: object) -> Hypothesis:
        if audio.samples[0] == 1 and not failing.done():
            failing.set_result(None)
            raise RecognitionError("The server is gone.")
        try:
            await asyncio.Event().wait()
        finally:
            given_up.set()
        raise AssertionError

    failing = asyncio.get_running_loop().create_future()
    with pytest.raises(RecognitionError, match="gone"):
        await Guards("m").transcribe(hear, recording(12), language=None, hotwords=(), timestamps=False)
    async with asyncio.timeout(1):
        await given_up.wait()


async def test_cancelling_cancels_the_model(voices: list[Span]) -> None:
    voices.append(Span(0, 1))
    begun, cancelled = asyncio.Event(), asyncio.Event()

    async def hear(*_: object) -> Hypothesis:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise
        raise AssertionError

    task = asyncio.create_task(
        Guards("m").transcribe(hear, recording(1), language=None, hotwords=(), timestamps=False)
    )
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert cancelled.is_set()


async def test_real_speech_reaches_the_model_whole(recordings: Path) -> None:
    model = Model(Hypothesis("and mister john dashwood had then leisure to consider", ENGLISH))
    heard = await transcribe(model, Audio.load(recordings / "en_librivox_ss_0870.flac"), timestamps=True)
    assert model.asked[0][0].duration_s == pytest.approx(7, abs=0.5)
    assert heard.segments[-1].end_s <= heard.duration_s


async def test_warming_up_loads_voice_activity(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    loaded: list[Path | None] = []
    monkeypatch.setattr(guards_module, "shared_vad", loaded.append)
    await Guards("m", models_dir=tmp_path).warm_up()
    assert loaded == [tmp_path]
