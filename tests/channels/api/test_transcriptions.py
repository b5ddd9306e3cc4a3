"""Transcriptions, as OpenAI's own client asks for them."""

from __future__ import annotations

import io
import json
import wave
from typing import Any

import httpx
import numpy as np
import openai
import pytest
from openai import OpenAI

from emads_voice.voice.errors import RecognitionError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE
from emads_voice.voice.recognizer import Segment, Transcript

from .conftest import Served, error

WORDS = (Segment("Good", 0.1, 0.3), Segment(" morning.", 0.3, 0.8), Segment(" Hello.", 1.0, 1.4))
TIMED = Transcript(
    "Good morning. Hello.",
    ENGLISH,
    1.5,
    "scripted:recognizer",
    (Segment("Good morning.", 0.1, 0.8), Segment(" Hello.", 1.0, 1.4)),
    words=WORDS,
)


def test_the_text_comes_as_it_does_from_openai(api: Served, openai_client: OpenAI, hum: bytes) -> None:
    answer = openai_client.audio.transcriptions.create(
        model="whisper-1", file=("q.wav", hum), language="vi", prompt="Bình Dương, Acme", temperature=0.2
    )
    assert answer.text == "What does it cost?"
    assert answer.usage
    assert answer.usage.to_dict() == {"type": "duration", "seconds": 1}
    assert api.recognizer.asked[0][1:] == (VIETNAMESE, ("EMADS", "Bình Dương", "Acme"))


def test_text_and_subtitles_are_plain(api: Served, openai_client: OpenAI, hum: bytes) -> None:
    api.recognizer.says = TIMED

    def create(form: Any) -> str:
        answer: Any = openai_client.audio.transcriptions.create(
            model="scripted:recognizer", file=("q.wav", hum), response_format=form
        )
        return str(answer)

    assert create("text") == "Good morning. Hello.\n"
    assert create("srt").startswith("1\n00:00:00,100 --> 00:00:00,900\nGood morning.\n")
    assert create("vtt").startswith("WEBVTT\n\n00:00:00.100 --> 00:00:00.900\nGood morning.\n")


def test_the_verbose_form_tells_times(api: Served, openai_client: OpenAI, hum: bytes) -> None:
    api.recognizer.says = TIMED
    answer = openai_client.audio.transcriptions.create(
        model="whisper-1",
        file=("q.wav", hum),
        response_format="verbose_json",
        timestamp_granularities=["word", "segment"],
    )
    assert (answer.language, answer.duration, answer.text) == ("english", 1.5, "Good morning. Hello.")
    assert answer.segments
    assert answer.words
    assert [(one.id, one.text, one.start, one.end) for one in answer.segments] == [
        (0, "Good morning.", 0.1, 0.8),
        (1, " Hello.", 1.0, 1.4),
    ]
    assert answer.segments[0].compression_ratio > 0
    assert answer.segments[0].avg_logprob is None, "no certainty is made up"
    assert [(one.word, one.start, one.end) for one in answer.words] == [
        ("Good", 0.1, 0.3),
        ("morning.", 0.3, 0.8),
        ("Hello.", 1.0, 1.4),
    ]
    answer = openai_client.audio.transcriptions.create(
        model="whisper-1", file=("q.wav", hum), response_format="verbose_json"
    )
    assert answer.segments
    assert answer.words is None


def test_word_times_that_cannot_be_had_are_no_empty_list(
    api: Served, openai_client: OpenAI, hum: bytes
) -> None:
    api.recognizer.says = Transcript(
        "Good.",
        ENGLISH,
        1,
        "scripted:recognizer",
        words_unavailable="There is no aligner: set EMADS_ALIGNER.",
    )
    with pytest.raises(openai.BadRequestError, match="set EMADS_ALIGNER: ask for segments") as refused:
        openai_client.audio.transcriptions.create(
            model="whisper-1",
            file=("q.wav", hum),
            response_format="verbose_json",
            timestamp_granularities=["word"],
        )
    assert (refused.value.code, refused.value.param) == ("words_unavailable", "timestamp_granularities")


def test_it_streams(api: Served, openai_client: OpenAI, hum: bytes) -> None:
    api.recognizer.says = TIMED
    stream = openai_client.audio.transcriptions.create(
        model="gpt-4o-transcribe", file=("q.wav", hum), stream=True
    )
    told = list(stream)
    assert [each.type for each in told] == ["transcript.text.delta"] * 2 + ["transcript.text.done"]
    assert [each.delta for each in told if each.type == "transcript.text.delta"] == [
        "Good morning.",
        " Hello.",
    ]
    assert told[-1].type == "transcript.text.done"
    assert told[-1].text == "Good morning. Hello."


def test_where_nobody_speaks_the_text_is_empty(api: Served, openai_client: OpenAI, hum: bytes) -> None:
    api.recognizer.says = ""
    create = openai_client.audio.transcriptions.create
    assert create(model="whisper-1", file=("q.wav", hum)).text == ""
    verbose = create(model="whisper-1", file=("q.wav", hum), response_format="verbose_json")
    assert (verbose.text, verbose.segments, verbose.language) == ("", [], "")
    assert [each.type for each in create(model="whisper-1", file=("q.wav", hum), stream=True)] == [
        "transcript.text.done"
    ]


@pytest.mark.parametrize("stream", [False, True])
def test_failures_are_the_clients_own_exceptions(
    api: Served, openai_client: OpenAI, hum: bytes, stream: bool
) -> None:
    create = openai_client.audio.transcriptions.create
    options: dict[str, Any] = {"stream": stream}
    with pytest.raises(openai.BadRequestError) as bad:
        create(model="whisper-1", file=("q.wav", b"no sound"), **options)
    assert bad.value.code == "bad_audio"
    with pytest.raises(openai.BadRequestError) as unknown:
        create(model="whisper-1", file=("q.wav", hum), language="Klingon", **options)
    assert unknown.value.code == "unknown_language"
    with pytest.raises(openai.NotFoundError) as missing:
        create(model="whisper-2", file=("q.wav", hum), **options)
    assert missing.value.code == "model_not_found"
    with pytest.raises(openai.AuthenticationError):
        openai_client.with_options(api_key="wrong").audio.transcriptions.create(
            model="whisper-1", file=("q.wav", hum), **options
        )
    api.recognizer.says = RecognitionError("It is down: start it.")
    with pytest.raises(openai.InternalServerError) as failed:
        create(model="whisper-1", file=("q.wav", hum), **options)
    assert (failed.value.status_code, failed.value.code) == (502, "recognition_failed")
    assert failed.value.request_id


@pytest.mark.parametrize(
    "fields",
    [
        {"response_format": "diarized_json"},
        {"stream": "true", "response_format": "srt"},
        {"timestamp_granularities[]": "word"},
        {"include[]": "logprobs"},
        {"temperature": "7"},
        {"stream": "perhaps"},
        {"response_format": ["json", "text"]},
    ],
)
async def test_what_cannot_be_done_is_not_left_out_without_a_word(
    api: Served, hum: bytes, fields: dict[str, Any]
) -> None:
    response = await api.client.post("/v1/audio/transcriptions", files={"file": hum}, data=fields)
    assert error(response)[0] == 400
    assert response.json()["error"]["param"]


async def test_without_a_recording_it_asks_for_one(api: Served) -> None:
    response = await api.client.post("/v1/audio/transcriptions", files={"audio": b""})
    assert error(response) == (400, "invalid_request")
    assert response.json()["error"]["param"] == "file"


async def test_the_header_names_what_recognised(api: Served, hum: bytes) -> None:
    response: httpx.Response = await api.client.post("/v1/audio/transcriptions", files={"file": hum})
    assert response.headers["emads-model"] == "scripted:recognizer"
    assert json.loads(response.text)["text"] == "What does it cost?"


def test_the_models_are_listed(openai_client: OpenAI) -> None:
    assert [model.id for model in openai_client.models.list()] == [
        "scripted:recognizer",
        "scripted:synthesizer",
    ]


def call(left: float = 0.3, right: float = 0.3) -> bytes:
    """A stereo WAV: noise on the left for a second, then on the right."""
    noise = np.random.default_rng(1).normal(0, 1, 32_000)
    both = np.zeros((64_000, 2))
    both[:32_000, 0], both[32_000:, 1] = noise * left, noise * right
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes((np.clip(both, -1, 1) * 32_767).astype("<i2").tobytes())
    return buffer.getvalue()


async def transcribed(api: Served, sound: bytes, **fields: str) -> dict[str, Any]:
    answer = await api.client.post("/v1/audio/transcriptions", files={"file": ("a.wav", sound)}, data=fields)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_the_sides_of_a_call_are_heard_each_by_itself(api: Served) -> None:
    api.recognizer.says = Transcript("Hello.", ENGLISH, 4, "scripted:recognizer", (Segment("Hello.", 0, 1),))
    told = await transcribed(api, call())
    assert told["text"] == "left: Hello.\nright: Hello."
    heard = [audio for audio, *_ in api.recognizer.asked]
    assert [float(np.abs(audio.clip(0.2, 1.8).samples).max()) > 0.1 for audio in heard] == [True, False]
    told = await transcribed(api, call(), response_format="verbose_json")
    assert [segment["speaker"] for segment in told["segments"]] == ["left", "right"]


async def test_a_call_is_mixed_where_that_is_asked_for(api: Served) -> None:
    told = await transcribed(api, call(), channels="mix")
    assert told["text"] == "What does it cost?"
    assert len(api.recognizer.asked) == 1


async def test_what_is_not_written_down_is_told(api: Served, hum: bytes) -> None:
    said = (Segment("Good morning.", 0, 1), Segment("", 1.5, 3))
    api.recognizer.says = Transcript("Good morning.", ENGLISH, 3, "scripted:recognizer", said)
    told = await transcribed(api, hum[: len(hum) // 2])
    assert told["gaps"] == [{"start": 1.5, "end": 3, "reason": "inaudible"}]
    assert [fault[:14] for fault in told["faults"]] == ["it is cut off:"]


@pytest.mark.parametrize("names", [("file", "file"), ("file", "sound")])
async def test_a_second_recording_is_refused(api: Served, hum: bytes, names: tuple[str, str]) -> None:
    files = [(name, (f"{number}.wav", hum)) for number, name in enumerate(names)]
    answer = await api.client.post("/v1/audio/transcriptions", files=files)
    assert error(answer) == (400, "invalid_request")
    assert answer.json()["error"]["param"] == names[1]
