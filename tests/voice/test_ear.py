"""Ears: a recording's and a typed message's."""

import unicodedata

import numpy as np
import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from emads_voice.testing.speech import ScriptedRecognizer
from emads_voice.voice.ear import MAX_TYPED_CHARS, ClipEar, Ear, TranscriptEar, TypedEar
from emads_voice.voice.errors import RecognitionError, TextError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, find_language
from emads_voice.voice.recognizer import Transcript
from emads_voice.voice.sound.audio import Audio

CLIP = Audio(np.zeros(8_000, np.float32), 8_000)


async def test_a_clip_is_transcribed_as_it_was_asked_for() -> None:
    recognizer = ScriptedRecognizer(["chi phí"])
    ear: Ear = ClipEar(recognizer, CLIP, language=VIETNAMESE, hotwords=["kho hàng", "CTO"])
    transcript = await ear.hear()
    assert (transcript.text, transcript.language, transcript.duration_s) == ("chi phí", VIETNAMESE, 1.0)
    assert recognizer.asked == [(CLIP, VIETNAMESE, ("kho hàng", "CTO"))]
    recognizer.assert_complete()


async def test_a_failing_recogniser_is_heard_of() -> None:
    with pytest.raises(RecognitionError, match="down"):
        await ClipEar(ScriptedRecognizer([RecognitionError("It is down.")]), CLIP).hear()


async def test_a_typed_message_is_read_and_its_language_found() -> None:
    ear: Ear = TypedEar("  Chi phí là bao nhiêu?\n")
    transcript = await ear.hear()
    assert (transcript.text, transcript.language) == ("Chi phí là bao nhiêu?", VIETNAMESE)
    assert (transcript.model, transcript.duration_s, transcript.audio_sha256) == ("typed", 0, "")


async def test_a_typed_language_is_believed() -> None:
    german = find_language("de")
    assert (await TypedEar("What?", language=german).hear()).language is german
    assert (await TypedEar("Was kostet das Lager?", languages=(ENGLISH, german)).hear()).language is german


async def test_an_empty_message_is_nobody_speaking() -> None:
    transcript = await TypedEar(" \n", language=ENGLISH).hear()
    assert (transcript.text, transcript.language) == ("", None)


async def test_hearing_is_one_span_without_the_words(spans: InMemorySpanExporter) -> None:
    await ClipEar(ScriptedRecognizer(["chi phí"]), CLIP, language=VIETNAMESE).hear()
    (span,) = spans.get_finished_spans()
    assert span.name == "speech_to_text scripted:recognizer"
    assert span.attributes is not None
    assert span.attributes["gen_ai.provider.name"] == "scripted"
    assert span.attributes["emads_voice.language"] == "vi"
    assert span.attributes["emads_voice.audio.sha256"] == CLIP.sha256
    assert "chi phí" not in span.to_json()


async def test_what_was_recognised_before_keeps_its_times(spans: InMemorySpanExporter) -> None:
    transcript = Transcript("chi phí", VIETNAMESE, 1.5, "scripted:model", audio_sha256="abc")
    ear: Ear = TranscriptEar(transcript, 1_000_000_000, 1_250_000_000)
    assert await ear.hear() is transcript
    (span,) = spans.get_finished_spans()
    assert (span.name, span.start_time, span.end_time) == (
        "speech_to_text scripted:model", 1_000_000_000, 1_250_000_000
    )  # fmt: skip
    assert span.attributes == {
        "gen_ai.operation.name": "speech_to_text",
        "gen_ai.provider.name": "scripted",
        "gen_ai.request.model": "model",
        "emads_voice.audio.duration_s": 1.5,
        "emads_voice.audio.sha256": "abc",
        "emads_voice.language": "vi",
    }


async def test_what_needed_no_recognising_has_no_span(spans: InMemorySpanExporter) -> None:
    await TranscriptEar(Transcript("[keypad] 1#", ENGLISH, 0, "keypad")).hear()
    assert not spans.get_finished_spans()


async def test_the_span_names_the_candidate_that_answered(spans: InMemorySpanExporter) -> None:
    recognizer = ScriptedRecognizer(
        [Transcript("cost", ENGLISH, 1, "second:model")], name="first:a|second:model"
    )
    await ClipEar(recognizer, CLIP).hear()
    (span,) = spans.get_finished_spans()
    assert span.attributes is not None
    named = span.attributes["gen_ai.provider.name"], span.attributes["gen_ai.request.model"]
    assert (span.name, named) == ("speech_to_text second:model", ("second", "model"))


async def test_a_document_is_no_question() -> None:
    assert (await TypedEar(" " + "a" * MAX_TYPED_CHARS + "\n", language=ENGLISH).hear()).text
    with pytest.raises(
        TextError, match=r"^The message has 10,001 characters, .* at most 10,000: shorten it\.$"
    ):
        await TypedEar("a" * (MAX_TYPED_CHARS + 1)).hear()


async def test_typed_text_is_composed_and_holds_no_nul() -> None:
    apart = unicodedata.normalize("NFD", "Tiếng Việt")
    assert (await TypedEar(f"{apart}\x00 ở đâu?", language=VIETNAMESE).hear()).text == "Tiếng Việt ở đâu?"
    assert (await TypedEar("\x00", language=ENGLISH).hear()).text == ""
