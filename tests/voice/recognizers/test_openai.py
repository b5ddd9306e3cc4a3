"""Recognition over real HTTP, against a server on loopback with vLLM's and OpenAI's answers."""

from __future__ import annotations

import base64
import json
import re
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emads_voice.installation import install_hint
from emads_voice.voice.errors import BackendError, RecognitionError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language, find_language
from emads_voice.voice.recognizer import Recognizer
from emads_voice.voice.recognizers import openai as openai_recognizer
from emads_voice.voice.recognizers.openai import OpenAIRecognizer
from emads_voice.voice.sound.audio import Audio

from ..conftest import KEY, STATUSES, Answer, Server, as_json

QWEN = "Qwen/Qwen3-ASR-1.7B"
CHAT = "/v1/chat/completions"
TRANSCRIPTIONS = "/v1/audio/transcriptions"

SAID = "And so my fellow Americans, ask not what your country can do for you. Ask what you can do for your country."
"""What is said in eleven seconds."""
TWICE = f"{SAID} {SAID}"
"""As much as there is time for in the long recordings: a text that is far too short would be asked for again."""


def chat(content: str | None) -> Answer:
    message = {"role": "assistant", "content": content}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return as_json({"id": "1", "object": "chat.completion", "created": 1, "model": QWEN, "choices": [choice]})


@pytest.fixture(scope="module")
def speech(recordings: Path) -> Audio:
    """Two seconds of somebody speaking: less would not pass the guards."""
    return Audio.load(recordings / "en_jfk.flac").clip(0, 2)


Make = Callable[..., OpenAIRecognizer]


@pytest.fixture
def make(server: Server) -> Make:
    return lambda model=QWEN, **options: OpenAIRecognizer(model, base_url=server.url, api_key=KEY, **options)


class TestQwenThatNamesTheLanguage:
    async def test_the_language_is_read_from_the_raw_answer(
        self, server: Server, make: Make, speech: Audio
    ) -> None:
        server.answers[CHAT] = chat("language Vietnamese<asr_text>Chi phí là bao nhiêu?")
        recognizer = make()
        assert isinstance(recognizer, Recognizer)
        audio = speech.resample(48_000)
        transcript = await recognizer.transcribe(audio, hotwords=["kho hàng", "CTO"])
        assert (transcript.text, transcript.language) == ("Chi phí là bao nhiêu?", VIETNAMESE)
        assert (transcript.duration_s, transcript.model, transcript.audio_sha256) == (
            2.0,
            f"openai:{QWEN}",
            audio.sha256,
        )
        path, headers, fields = server.asked[-1]
        assert (path, headers["authorization"]) == (CHAT, f"Bearer {KEY}")
        assert fields["model"] == QWEN
        assert fields["messages"][0] == {"role": "system", "content": "kho hàng, CTO"}
        (part,) = fields["messages"][1]["content"]
        prefix, _, data = part["audio_url"]["url"].partition(",")
        assert (part["type"], prefix) == ("audio_url", "data:audio/wav;base64")
        sent = Audio.decode(base64.b64decode(data))
        assert sent.rate == 16_000
        assert 1 < sent.duration_s <= 2

    @pytest.mark.parametrize(
        ("raw", "text", "language", "others"),
        [
            ("language None<asr_text>", "", None, ()),
            ("language English<asr_text>", "", None, ()),
            ("language Chinese,English<asr_text>好的 OK", "好的 OK", find_language("zh"), (ENGLISH,)),
            ("\nlanguage Cantonese<asr_text> 好 \n", "好", find_language("yue"), ()),
            ("language Klingon<asr_text>What does it cost?", "What does it cost?", ENGLISH, ()),
        ],
    )
    async def test_other_raw_answers(
        self,
        server: Server,
        make: Make,
        speech: Audio,
        raw: str,
        text: str,
        language: Language | None,
        others: tuple[Language, ...],
    ) -> None:
        server.answers[CHAT] = chat(raw)
        transcript = await make(languages=(ENGLISH, VIETNAMESE)).transcribe(speech)
        assert (transcript.text, transcript.language, transcript.other_languages) == (text, language, others)
        assert bool(transcript.gaps) != bool(text)

    @pytest.mark.parametrize("raw", ["Sure! Here is what I heard: hello.", "", None])
    async def test_a_chat_is_no_transcript(
        self, server: Server, make: Make, speech: Audio, raw: str | None
    ) -> None:
        server.answers[CHAT] = chat(raw)
        with pytest.raises(RecognitionError, match="name a Qwen3-ASR model"):
            await make().transcribe(speech)

    async def test_with_the_language_known_the_other_route_is_used(
        self, server: Server, make: Make, speech: Audio
    ) -> None:
        server.answers[TRANSCRIPTIONS] = as_json(
            {"text": " Chi phí? ", "usage": {"type": "duration", "seconds": 1}}
        )
        transcript = await make().transcribe(speech, language=VIETNAMESE, hotwords=["kho hàng", "CTO"])
        assert (transcript.text, transcript.language) == ("Chi phí?", VIETNAMESE)
        assert server.fields["model"] == QWEN.encode()
        assert server.fields["language"] == b"vi"
        assert server.fields["prompt"] == "kho hàng, CTO".encode()
        assert server.fields["response_format"] == b"json"
        assert Audio.decode(server.fields["file"]).rate == 16_000

    @pytest.mark.parametrize("code", ["yue", "fil"])
    async def test_a_code_vllm_does_not_know_is_not_told(
        self, server: Server, make: Make, speech: Audio, code: str
    ) -> None:
        server.answers[CHAT] = chat("language Chinese<asr_text>好")
        transcript = await make().transcribe(speech, language=find_language(code))
        assert (transcript.text, transcript.language, transcript.other_languages) == (
            "好",
            find_language(code),
            (),
        )

    async def test_a_prefix_an_old_server_leaves_is_taken_away(
        self, server: Server, make: Make, speech: Audio
    ) -> None:
        server.answers[TRANSCRIPTIONS] = as_json({"text": "language English<asr_text>Hi."})
        assert (await make().transcribe(speech, language=ENGLISH)).text == "Hi."

    async def test_a_clip_is_never_longer_than_the_server_hears_at_once(
        self, server: Server, make: Make, recordings: Path
    ) -> None:
        server.answers[TRANSCRIPTIONS] = as_json({"text": f"{SAID} {SAID}"})
        jfk = Audio.load(recordings / "en_jfk.flac")
        transcript = await make().transcribe(Audio.join([jfk] * 4), language=ENGLISH)
        assert transcript.text == " ".join([SAID] * 4)
        assert all(Audio.decode(fields["file"]).duration_s <= 30 for _, _, fields in server.asked)


def stream(kind: str, *texts: str, finished: bool = True) -> Answer:
    """Chunks as in vLLM's speech_to_text.py and OpenAI's chat: a delta each, then [DONE]."""
    choices: list[dict[str, Any]] = [
        {"index": 0, "delta": {"content": text}, "finish_reason": None} for text in texts
    ]
    choices[-1]["finish_reason"] = "stop" if finished else None
    lines = [{"id": "1", "object": kind, "created": 1, "model": QWEN, "choices": [each]} for each in choices]
    body = "".join(f"data: {json.dumps(line)}\n\n" for line in lines)
    return Answer(f"{body}data: [DONE]\n\n".encode(), kind="text/event-stream")


def serves(owner: str) -> Answer:
    return as_json({"object": "list", "data": [{"id": QWEN, "object": "model", "owned_by": owner}]})


class TestStreamedAnswers:
    @pytest.fixture
    def long(self, recordings: Path) -> Audio:
        jfk = Audio.load(recordings / "en_jfk.flac")
        return Audio.join([jfk, jfk]).clip(0, 20)

    async def test_a_long_piece_is_read_as_it_is_written(
        self, server: Server, make: Make, long: Audio
    ) -> None:
        server.answers[CHAT] = stream(
            "chat.completion.chunk", "language Eng", "lish<asr_", "text>And so", TWICE.removeprefix("And so")
        )
        transcript = await make().transcribe(long)
        assert (transcript.text, transcript.language, server.fields["stream"]) == (TWICE, ENGLISH, True)

    async def test_so_is_a_transcription_by_vllm(self, server: Server, make: Make, long: Audio) -> None:
        server.answers["/v1/models"] = serves("vllm")
        server.answers[TRANSCRIPTIONS] = stream("transcription.chunk", "And", TWICE.removeprefix("And"))
        recognizer = make()
        await recognizer.warm_up()
        assert (await recognizer.transcribe(long, language=ENGLISH)).text == TWICE
        assert server.fields["stream"] == b"true"

    async def test_but_not_by_sglang_which_hears_worse_that_way(
        self, server: Server, make: Make, long: Audio
    ) -> None:
        server.answers["/v1/models"] = serves("sglang")
        server.answers[TRANSCRIPTIONS] = as_json({"text": TWICE})
        recognizer = make()
        await recognizer.warm_up()
        assert (await recognizer.transcribe(long, language=ENGLISH)).text == TWICE
        assert "stream" not in server.fields

    async def test_one_that_ends_too_soon_is_not_believed(
        self, server: Server, make: Make, long: Audio
    ) -> None:
        server.answers[CHAT] = stream(
            "chat.completion.chunk", "language English<asr_text>And", finished=False
        )
        with pytest.raises(RecognitionError, match="broke off in the middle"):
            await make().transcribe(long)

    async def test_one_that_stalls_is_given_up_after_the_gap(
        self, make: Make, server: Server, long: Audio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(openai_recognizer, "GAP_S", 0.05)
        begun = stream("chat.completion.chunk", "language English<asr_text>And", finished=False)
        begun.body, begun.missing = begun.body.removesuffix(b"data: [DONE]\n\n"), 100
        begun.hold_open = threading.Event()
        server.answers[CHAT] = begun
        try:
            with pytest.raises(
                RecognitionError, match=r"stalled in its answer for 0\.05 s: try again, or look at its log\.$"
            ):
                await make().transcribe(long)
        finally:
            begun.hold_open.set()

    async def test_one_that_is_cut_off(self, server: Server, make: Make, long: Audio) -> None:
        cut = stream("chat.completion.chunk", "language English<asr_text>And", finished=False)
        cut.body, cut.missing = cut.body.removesuffix(b"data: [DONE]\n\n"), 100
        server.answers[CHAT] = cut
        with pytest.raises(RecognitionError, match="broke off"):
            await make().transcribe(long)


class TestOtherModels:
    async def test_whisper_names_the_language_and_the_times(
        self, server: Server, make: Make, speech: Audio
    ) -> None:
        words = [{"word": "Hello", "start": 0.2, "end": 0.6}, {"word": "you", "start": 0.7, "end": 1.0}]
        server.answers[TRANSCRIPTIONS] = as_json(
            {"text": "Hello, you.", "language": "english", "duration": 1.0, "words": words}
        )
        transcript = await make("whisper-1").transcribe(speech, timestamps=True)
        assert (transcript.text, transcript.language) == ("Hello, you.", ENGLISH)
        assert [word.text for word in transcript.words] == ["Hello,", " you."]
        assert server.fields["response_format"] == b"verbose_json"
        assert server.fields["timestamp_granularities[]"] == b"word"
        assert "language" not in server.fields

    async def test_qwen_says_that_it_has_no_times(self, server: Server, make: Make, speech: Audio) -> None:
        server.answers[CHAT] = chat("language English<asr_text>Hi.")
        transcript = await make().transcribe(speech, timestamps=True)
        assert transcript.words == ()
        assert transcript.words_unavailable

    async def test_where_no_language_is_named_that_of_the_text_is_found(
        self, server: Server, make: Make, speech: Audio
    ) -> None:
        server.answers[TRANSCRIPTIONS] = as_json({"text": "Chi phí là bao nhiêu?"})
        transcript = await make("gpt-4o-transcribe", languages=(ENGLISH, VIETNAMESE)).transcribe(speech)
        assert transcript.language is VIETNAMESE
        assert server.fields["response_format"] == b"json"

    async def test_a_dialect_is_asked_for_by_its_language(
        self, server: Server, make: Make, speech: Audio
    ) -> None:
        server.answers[TRANSCRIPTIONS] = as_json({"text": "好"})
        sichuan = find_language("Sichuan")
        assert (await make().transcribe(speech, language=sichuan)).language is sichuan
        assert server.fields["language"] == b"zh"


async def test_silence_never_reaches_the_server(server: Server, make: Make) -> None:
    transcript = await make().transcribe(Audio.silence(3, 16_000))
    assert (transcript.text, transcript.language, transcript.segments) == ("", None, ())
    assert server.asked == []


UNREADABLE = [
    Answer(b"{", 200),
    Answer(b"<html>Hi</html>", 200, "text/html"),
    Answer(b"[]", 200),
    Answer(b"null", 200),
]


class TestRecognitionErrors:
    @pytest.mark.parametrize(("status", "says"), STATUSES)
    @pytest.mark.parametrize("language", [None, ENGLISH])
    async def test_each_is_one_sentence_without_the_key(
        self, server: Server, make: Make, speech: Audio, status: int, says: str, language: Language | None
    ) -> None:
        for path in (CHAT, TRANSCRIPTIONS):
            server.answers[path] = as_json(
                {"error": {"message": f"Incorrect API key provided: {KEY}"}}, status
            )
        with pytest.raises(RecognitionError, match=says) as failure:
            await make().transcribe(speech, language=language)
        message = str(failure.value)
        assert message.endswith(".")
        assert message.startswith("The server 127.0.0.1:")
        assert KEY not in message
        assert failure.value.__cause__ is None

    @pytest.mark.parametrize("answer", UNREADABLE)
    @pytest.mark.parametrize("language", [None, ENGLISH])
    async def test_an_answer_that_is_none(
        self, server: Server, make: Make, speech: Audio, answer: Answer, language: Language | None
    ) -> None:
        server.answers |= {CHAT: answer, TRANSCRIPTIONS: answer}
        with pytest.raises(RecognitionError):
            await make().transcribe(speech, language=language)

    async def test_a_server_that_is_not_there(self, speech: Audio) -> None:
        recognizer = OpenAIRecognizer(QWEN, base_url=f"http://user:{KEY}@127.0.0.1:9/v1", api_key=KEY)
        with pytest.raises(
            RecognitionError,
            match=r"^The server 127\.0\.0\.1:9 cannot be reached \(nothing listens there\): check",
        ) as failure:
            await recognizer.transcribe(speech)
        assert KEY not in str(failure.value)

    async def test_a_server_that_does_not_answer(
        self, make: Make, server: Server, speech: Audio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(openai_recognizer, "BASE_S", 0.05)
        monkeypatch.setattr(openai_recognizer, "PER_S", 0.0)
        hold = threading.Event()
        server.answers[CHAT] = Answer(b"{}", hold=hold)
        try:
            with pytest.raises(
                RecognitionError, match=r"did not answer within 0\.05 s: try again, or look at its log\.$"
            ):
                await make().transcribe(speech)
            assert len(server.asked) == 1, "who has waited for so long does not wait again"
        finally:
            hold.set()

    async def test_a_file_vllm_finds_too_large(self, make: Make, server: Server, speech: Audio) -> None:
        error = {"message": "Maximum file size exceeded", "type": "BadRequestError", "code": 400}
        server.answers[CHAT] = as_json({"error": error}, 400)
        with pytest.raises(RecognitionError, match="too large"):
            await make().transcribe(speech)


class TestAskingAgain:
    @pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
    async def test_once_where_the_trouble_may_be_over(
        self, make: Make, server: Server, speech: Audio, status: int
    ) -> None:
        server.answers[CHAT] = Answer(b"{}", status)
        with pytest.raises(RecognitionError):
            await make().transcribe(speech)
        assert len(server.asked) == 2

    @pytest.mark.parametrize("status", [400, 401, 403, 413])
    async def test_not_where_it_will_be_the_same(
        self, make: Make, server: Server, speech: Audio, status: int
    ) -> None:
        server.answers[CHAT] = Answer(b"{}", status)
        with pytest.raises(RecognitionError):
            await make().transcribe(speech)
        assert len(server.asked) == 1

    async def test_not_where_the_server_wants_more_time_than_a_caller_has(
        self, make: Make, server: Server, speech: Audio
    ) -> None:
        server.answers[CHAT] = Answer(b"{}", 429, headers={"retry-after": "20"})
        with pytest.raises(RecognitionError, match=r"try again in 20 s\.$"):
            await make().transcribe(speech)
        assert len(server.asked) == 1

    async def test_a_date_is_not_waited_for_but_a_moment(
        self, make: Make, server: Server, speech: Audio
    ) -> None:
        server.answers[CHAT] = Answer(b"{}", 429, headers={"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"})
        with pytest.raises(RecognitionError, match=r"try again later\.$"):
            await make().transcribe(speech)

    async def test_the_second_answer_counts(self, make: Make, server: Server, speech: Audio) -> None:
        server.answers[CHAT] = Answer(b"{}", 503)
        server.then[CHAT] = chat("language English<asr_text>Hi.")
        assert (await make().transcribe(speech)).text == "Hi."


class TestAnotherModel:
    async def test_it_is_told_which_there_are(self, make: Make, server: Server, speech: Audio) -> None:
        server.answers["/v1/models"] = serves("vllm")
        wrong = make("Qwen/Qwen3-ASR-0.6B")
        says = f"has not the model Qwen/Qwen3-ASR-0.6B but {QWEN}: name one of those."
        with pytest.raises(BackendError, match=says):
            await wrong.warm_up()
        with pytest.raises(RecognitionError, match=says):
            await wrong.transcribe(speech)

    async def test_a_server_that_does_not_tell_is_believed(self, make: Make, server: Server) -> None:
        for answer in (as_json({}, 404), as_json({}, 403), as_json({"data": None}), Answer(b"<html>")):
            server.answers["/v1/models"] = answer
            await make().warm_up()

    async def test_a_wrong_key_is_told_at_once(self, make: Make, server: Server) -> None:
        server.answers["/v1/models"] = as_json({"error": "Unauthorized"}, 401)
        with pytest.raises(BackendError, match="rejects the key"):
            await make().warm_up()

    async def test_so_is_a_server_that_is_not_there(self) -> None:
        with pytest.raises(BackendError, match="cannot be reached"):
            await OpenAIRecognizer(QWEN, base_url="http://127.0.0.1:9/v1").warm_up()


class TestSetUp:
    async def test_openai_itself_needs_a_key(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("OPENAI_API_KEY", raising=False)
        monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
        with pytest.raises(BackendError, match="needs a key: set OPENAI_API_KEY"):
            await OpenAIRecognizer("whisper-1").warm_up()

    async def test_the_environment_names_server_and_key(
        self, server: Server, speech: Audio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        server.answers[CHAT] = chat("language English<asr_text>Hi.")
        recognizer = OpenAIRecognizer(QWEN)
        await recognizer.warm_up()
        assert (await recognizer.transcribe(speech)).text == "Hi."
        assert server.asked[-1][1]["authorization"] == f"Bearer {KEY}"

    async def test_a_server_of_ones_own_needs_no_key(
        self, server: Server, speech: Audio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("OPENAI_API_KEY", raising=False)
        server.answers[CHAT] = chat("language English<asr_text>Hi.")
        assert (await OpenAIRecognizer(QWEN, base_url=server.url).transcribe(speech)).text == "Hi."

    async def test_a_missing_package_names_the_extra(
        self, speech: Audio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "openai", None)
        for use in (OpenAIRecognizer.warm_up, lambda recognizer: recognizer.transcribe(speech)):
            with pytest.raises(BackendError, match=re.escape(install_hint("openai"))):
                await use(OpenAIRecognizer(QWEN, api_key=KEY))
