"""The real server still answers as recorded: what our own test server is held to."""

from typing import Any

import pytest
from openai import APIStatusError, AsyncOpenAI

from tiny_qwen import CONTEXT, Utterance
from vllm_contract import answer, questions, recorded


@pytest.mark.parametrize("name", recorded())
def test_it_answers_as_recorded(server: Any, utterances: dict[str, Utterance], name: str) -> None:
    question = questions(server.model, utterances["yes-en"].audio)[name]
    assert answer(server.url, question, server.model) == recorded()[name]


def test_all_that_is_asked_was_recorded(utterances: dict[str, Utterance]) -> None:
    assert list(questions("any", utterances["yes-en"].audio)) == list(recorded())


async def test_openais_package(server: Any, utterances: dict[str, Utterance]) -> None:
    """Transcriptions whole and streamed, with a language and hotwords, and what is refused."""
    said = utterances["transfer-en"]
    client = AsyncOpenAI(base_url=f"{server.url}/v1", api_key="none", max_retries=0)

    async def transcribe(**options: Any) -> Any:
        file = ("speech.wav", said.audio.to_wav())
        return await client.audio.transcriptions.create(model=server.model, file=file, **options)

    assert [model.id for model in (await client.models.list()).data] == [server.model]
    assert (await transcribe()).text == said.text
    assert (await transcribe(language="en", prompt=CONTEXT)).text == said.sentence.context_text
    chunks = [chunk.to_dict() async for chunk in await transcribe(language="en", stream=True)]
    assert "".join(chunk["choices"][0]["delta"]["content"] for chunk in chunks) == said.text
    assert len(chunks) > 3
    with pytest.raises(APIStatusError, match="do not support verbose_json"):
        await transcribe(response_format="verbose_json", timestamp_granularities=["word"])
    await client.close()
