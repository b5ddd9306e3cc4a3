"""Vietnamese by its own model, which is stood in for: its package is an extra of unstated origin."""

import asyncio
import re
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from emads_voice.installation import install_hint
from emads_voice.voice.activity.vad import Span
from emads_voice.voice.errors import BackendError, RecognitionError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language
from emads_voice.voice.recognizer import Recognizer, Segment
from emads_voice.voice.recognizers.vietnamese import VietnameseRecognizer
from emads_voice.voice.recognizers.whisper import Encoded, Spoken
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.transcription.hypotheses import Heard, Hypothesis
from emads_voice.voice.transcription.pieces import Piece

AUDIO = Audio(np.full(160_000, 0.5, np.float32), 16_000)


class Whisper:
    """Names a language; has heard speech from 2 to 4 and from 4.5 to 9 s."""

    name = "whisper:base"

    def __init__(
        self,
        language: Language | None,
        pieces: Sequence[Span] = (Span(2, 4), Span(4.5, 6)),
        others: Mapping[float, Language] | None = None,
    ) -> None:
        self.others = others or {}
        self.encoded = Encoded(AUDIO, [Piece(span, (span,), span) for span in pieces], None, language)
        self.asked: list[Language | None] = []

    async def warm_up(self) -> None: ...

    async def encode(self, audio: Audio, language: Language | None = None) -> Encoded:
        assert audio is AUDIO
        self.asked.append(language)
        return self.encoded

    async def spoken(self, encoded: Encoded, piece: Piece) -> list[Spoken]:
        assert encoded is self.encoded
        return [Spoken(piece, self.others.get(piece.span.start_s, encoded.usual))]

    async def hear(self, encoded: Encoded, spoken: Spoken, *, timestamps: bool = False) -> list[Heard]:
        assert encoded is self.encoded
        assert not timestamps
        return [(spoken.piece, Hypothesis("by whisper", spoken.language))]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, float]]:
    """What viet-asr was given: seconds, and the loudest sample."""
    calls: list[tuple[float, float]] = []

    def transcribe(pcm: np.ndarray, rate: float) -> SimpleNamespace:
        assert pcm.dtype == np.int16
        calls.append((len(pcm) / rate, pcm.max() / 32767))
        return SimpleNamespace(text=f"câu {len(calls)} ")

    module = ModuleType("vietasr")
    pipeline = SimpleNamespace(transcribe=transcribe)
    preset = {"transcribe": pipeline}.get
    module.__dict__["Pipeline"] = SimpleNamespace(preset=preset)
    monkeypatch.setitem(sys.modules, "vietasr", module)
    return calls


def recognizer(whisper: Whisper) -> VietnameseRecognizer:
    made = VietnameseRecognizer()
    made._whisper = whisper  # type: ignore[assignment]
    return made


async def test_vietnamese_is_heard_by_its_own_model(heard: list[tuple[float, float]]) -> None:
    made: Recognizer = recognizer(Whisper(VIETNAMESE))
    transcript = await made.transcribe(AUDIO)
    assert transcript.text == "câu 1 câu 2"
    assert transcript.segments == (Segment("câu 1", 2, 4), Segment("câu 2", 4.5, 6))
    assert (transcript.language, transcript.model) == (VIETNAMESE, "viet-asr")
    # A second more on either side, but nothing of the neighbouring piece, and nothing beyond the end.
    assert [seconds for seconds, _ in heard] == pytest.approx([4.5 - 1, 7 - 4])
    assert heard[0][1] == pytest.approx(0.5, abs=1e-3)


async def test_other_languages_are_left_to_whisper(heard: list[tuple[float, float]]) -> None:
    transcript = await recognizer(Whisper(ENGLISH)).transcribe(AUDIO)
    assert (transcript.text, transcript.model) == ("by whisper by whisper", "whisper:base")
    assert (await recognizer(Whisper(None, ())).transcribe(AUDIO)).text == ""
    assert not heard


async def test_who_changes_the_language_is_heard_by_either_model(heard: list[tuple[float, float]]) -> None:
    transcript = await recognizer(Whisper(VIETNAMESE, others={4.5: ENGLISH})).transcribe(AUDIO)
    assert (transcript.text, transcript.model) == ("câu 1 by whisper", "vietnamese")
    assert (transcript.language, transcript.other_languages) == (VIETNAMESE, (ENGLISH,))
    assert len(heard) == 1


@pytest.mark.usefixtures("heard")
async def test_a_language_that_is_known_is_not_guessed() -> None:
    whisper = Whisper(VIETNAMESE)
    await recognizer(whisper).transcribe(AUDIO, language=VIETNAMESE)
    assert whisper.asked == [VIETNAMESE]


async def test_where_it_hears_nothing_there_is_no_language(
    heard: list[tuple[float, float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = recognizer(Whisper(VIETNAMESE))
    monkeypatch.setattr(made, "_recognize", lambda _: "")
    transcript = await made.transcribe(AUDIO)
    assert (transcript.text, transcript.language) == ("", None)
    assert transcript.gaps == (Segment("", 2, 4), Segment("", 4.5, 6))
    assert not heard


async def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vietasr", None)
    with pytest.raises(BackendError, match=re.escape(install_hint("vi"))):
        await recognizer(Whisper(VIETNAMESE)).warm_up()


async def test_a_model_that_fails_says_so(
    heard: list[tuple[float, float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = recognizer(Whisper(VIETNAMESE))
    await asyncio.gather(made.warm_up(), made.warm_up())

    def fail(*_: object) -> None:
        raise RuntimeError("engine lost")

    monkeypatch.setattr(sys.modules["vietasr"].Pipeline.preset("transcribe"), "transcribe", fail)
    with pytest.raises(RecognitionError, match="viet-asr failed: engine lost"):
        await made.transcribe(AUDIO)
    assert not heard
