"""A real Qwen3-ASR behind the servers' protocols: what it hears comes through exactly, however it is asked."""

import asyncio
import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openai import AsyncOpenAI

from emads_voice.testing.recognition_server import recognition_app, serving
from emads_voice.voice.backends import init_recognizer
from emads_voice.voice.recognizers import realtime
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.streaming import open_stream
from tiny_qwen import Utterance

MODEL = "Qwen/Qwen3-ASR-tiny"


@pytest.fixture(scope="module")
def url(tiny_qwen: Path) -> Iterator[str]:
    recognizer = init_recognizer(f"qwen-asr:{tiny_qwen}")
    asyncio.run(recognizer.warm_up())
    with serving(recognition_app(recognizer, model=MODEL)) as served:
        yield f"{served}/v1"


@pytest.fixture(scope="module")
def plain(utterances: dict[str, Utterance]) -> list[Utterance]:
    """Those whose spelling does not depend on hotwords."""
    return [said for said in utterances.values() if not said.sentence.context_words]


async def test_our_client_hears_every_sentence(url: str, plain: list[Utterance]) -> None:
    recognizer = init_recognizer(f"openai:{MODEL}", base_url=url)
    await recognizer.warm_up()
    for said in plain:
        for pinned in (None, said.language):
            transcript = await recognizer.transcribe(said.audio, language=pinned)
            assert (transcript.text, transcript.language) == (said.text, said.language)


async def test_so_does_openais_package(url: str, plain: list[Utterance]) -> None:
    client = AsyncOpenAI(base_url=url, api_key="none")
    for said in plain:
        data = base64.b64encode(said.audio.to_wav()).decode()
        sound = {"type": "audio_url", "audio_url": {"url": f"data:audio/wav;base64,{data}"}}
        messages: Any = [{"role": "user", "content": [sound]}]
        answer = await client.chat.completions.create(model=MODEL, messages=messages)
        named = said.language.name if said.language else "None"
        assert answer.choices[0].message.content == f"language {named}<asr_text>{said.text}"


async def test_an_utterance_streams_by_phone(
    url: str, utterances: dict[str, Utterance], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        realtime, "SETTLE_S", 60
    )  # a busy machine without a GPU takes longer than a caller waits
    recognizer = init_recognizer(f"openai-realtime:{MODEL}", base_url=url)
    said = utterances["kubernetes-vi"]
    audio = said.audio.resample(8_000)
    stream = open_stream(recognizer, language=said.language)
    try:
        for start in range(0, len(audio.samples), 160):
            stream.feed(Audio(audio.samples[start : start + 160], 8_000))
        transcript = await stream.settle()
    finally:
        await stream.close()
    assert (transcript.text, transcript.language, transcript.model) == (
        said.text,
        said.language,
        recognizer.name,
    )


async def test_a_recogniser_that_is_embedded_stands_in(
    tiny_qwen: Path, utterances: dict[str, Utterance]
) -> None:
    recognizer = init_recognizer(f"openai:{MODEL}|qwen-asr:{tiny_qwen}", base_url="http://127.0.0.1:9/v1")
    await recognizer.warm_up()
    said = utterances["kubernetes-en"]
    transcript = await recognizer.transcribe(said.audio)
    assert (transcript.text, transcript.model) == (said.text, f"qwen-asr:{tiny_qwen}")
