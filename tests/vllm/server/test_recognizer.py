"""Our recogniser behind the real vLLM server, with a tiny checkpoint that really recognises."""

import asyncio
import re
from typing import Any

import pytest

from emads_voice.once import Once
from emads_voice.testing import RecognizerConformance, Sample
from emads_voice.voice.errors import BackendError, RecognitionError
from emads_voice.voice.languages import LANGUAGES
from emads_voice.voice.recognizer import Recognizer
from emads_voice.voice.recognizers import openai as openai_recognizer
from emads_voice.voice.recognizers.openai import UNFORCEABLE, OpenAIRecognizer
from emads_voice.voice.sound.audio import Audio
from tiny_qwen import HOTWORDS, Utterance

Utterances = dict[str, Utterance]
SOON = 30  # seconds, more than any of this takes


async def test_every_sentence_is_exact_and_its_language_named(
    recognizer: OpenAIRecognizer, utterances: Utterances
) -> None:
    await recognizer.warm_up()
    for said in utterances.values():
        transcript = await recognizer.transcribe(said.audio)
        assert (transcript.text, transcript.language) == (said.text, said.language)


async def test_every_sentence_is_exact_in_a_language_that_is_told(
    recognizer: OpenAIRecognizer, utterances: Utterances
) -> None:
    for said in utterances.values():
        transcript = await recognizer.transcribe(said.audio, language=said.language)
        assert (transcript.text, transcript.language) == (said.text, said.language)


async def test_every_language_that_we_tell_is_known_to_the_server(
    recognizer: OpenAIRecognizer, utterances: Utterances
) -> None:
    """It refuses a code that it does not know, and with one it knows the model writes what it likes."""
    told = {one.base_code: one for one in LANGUAGES if one.base_code not in UNFORCEABLE}
    assert len(told) == 28
    for language in told.values():
        await recognizer.transcribe(utterances["yes-en"].audio, language=language)


@pytest.mark.parametrize("told", [False, True])
async def test_hotwords_are_its_context(
    recognizer: OpenAIRecognizer, utterances: Utterances, told: bool
) -> None:
    said = utterances["transfer-en"]
    transcript = await recognizer.transcribe(
        said.audio, language=said.language if told else None, hotwords=HOTWORDS
    )
    assert transcript.text == said.sentence.context_text != said.text


@pytest.mark.parametrize("told", [False, True])
async def test_streamed_answers_are_the_same(
    recognizer: OpenAIRecognizer, utterances: Utterances, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openai_recognizer, "STREAMED_S", 0.0)
    await recognizer.warm_up()
    assert recognizer._streams_transcriptions
    for said in utterances.values():
        transcript = await recognizer.transcribe(said.audio, language=said.language if told else None)
        assert (transcript.text, transcript.language) == (said.text, said.language)


async def test_word_times_are_refused_in_a_sentence(
    recognizer: OpenAIRecognizer, utterances: Utterances
) -> None:
    said = utterances["room-en"]
    transcript = await recognizer.transcribe(said.audio, timestamps=True)
    assert (transcript.text, transcript.words) == (said.text, ())
    assert transcript.words_unavailable == f"{recognizer.name} gives no word times."
    assert transcript.segments


async def test_twenty_at_once(recognizer: OpenAIRecognizer, utterances: Utterances) -> None:
    said = [*utterances.values(), *utterances.values()][:20]
    transcripts = await asyncio.gather(*(recognizer.transcribe(one.audio) for one in said))
    assert [one.text for one in transcripts] == [one.text for one in said]


@pytest.mark.parametrize("streamed", [False, True])
async def test_what_is_cancelled_is_dropped_by_the_server(
    server: Any, utterances: Utterances, monkeypatch: pytest.MonkeyPatch, streamed: bool
) -> None:
    monkeypatch.setattr(openai_recognizer, "STREAMED_S", 0.0 if streamed else 1e9)
    recognizer = OpenAIRecognizer(server.model, base_url=f"{server.url}/v1")
    client = await recognizer._client.client()
    create = client.chat.completions.create

    async def endless(**options: Any) -> Any:
        return await create(**options, extra_body={"ignore_eos": True})

    class Client:
        """Asks for an answer that goes on to the end of the model's context: seconds."""

        chat = type("Chat", (), {"completions": type("Completions", (), {"create": staticmethod(endless)})})

        def with_options(self, **_: Any) -> "Client":
            return self

    recognizer._client._client = Once(Client)  # type: ignore[arg-type]

    async def begun() -> asyncio.Task[Any]:
        """A recognition that the server is seen at work on: one may be over before the server answers who asks."""
        while True:
            hearing = asyncio.create_task(recognizer.transcribe(utterances["room-en"].audio))
            while not hearing.done():
                if await asyncio.to_thread(server.running_requests) and not hearing.done():
                    return hearing
                await asyncio.sleep(0.01)

    async with asyncio.timeout(SOON):
        hearing = await begun()
        hearing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await hearing
        while await asyncio.to_thread(server.running_requests):
            await asyncio.sleep(0.01)
    said = utterances["yes-en"]
    other = OpenAIRecognizer(server.model, base_url=f"{server.url}/v1")
    assert (await other.transcribe(said.audio)).text == said.text


async def test_another_models_name_is_told_with_those_it_has(server: Any, utterances: Utterances) -> None:
    recognizer = OpenAIRecognizer("Qwen/Qwen3-ASR-9B", base_url=f"{server.url}/v1")
    expected = re.escape(f"has not the model Qwen/Qwen3-ASR-9B but {server.model}: name one of those.")
    with pytest.raises(BackendError, match=expected):
        await recognizer.warm_up()
    with pytest.raises(RecognitionError, match=expected):
        await recognizer.transcribe(utterances["yes-en"].audio)


async def test_what_is_too_long_for_its_context_is_told(
    recognizer: OpenAIRecognizer, utterances: Utterances
) -> None:
    """A three-minute piece needs 2,500 tokens; this server was started with 2,048."""
    said = utterances["kubernetes-en"]
    clipped = said.audio.clip(0.3, said.audio.duration_s - 0.3)
    recording = Audio.join([clipped] * 50)
    with pytest.raises(RecognitionError, match="too long for its context.*--max-model-len"):
        await recognizer._recognize(False, recording, None, ())


class TestVllm(RecognizerConformance):
    @pytest.fixture
    def recognizer(self, recognizer: OpenAIRecognizer) -> Recognizer:
        return recognizer

    @pytest.fixture
    def sample(self, utterances: Utterances) -> Sample:
        said = utterances["kubernetes-en"]
        return Sample(said.audio, said.text, said.language, HOTWORDS)  # it was trained with one context only
