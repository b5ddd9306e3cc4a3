"""Qwen3-ASR in this process with the real packages: a tiny checkpoint of its own architecture really recognises."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from emads_voice.voice.backends import init_recognizer
from emads_voice.voice.errors import BackendError, RecognitionError, WeightsError
from emads_voice.voice.languages import ALIGNED
from emads_voice.voice.recognizers.qwen.transformers import QwenRecognizer
from emads_voice.voice.sound import g711
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.streaming import open_stream
from tiny_qwen import HOTWORDS, Utterance

SOON = 60  # seconds, more than any of this takes


@pytest.fixture(scope="module")
def recognizer(tiny_qwen: Path, tiny_aligner: Path) -> QwenRecognizer:
    made = init_recognizer(f"qwen-asr:{tiny_qwen}", aligner=str(tiny_aligner))
    assert isinstance(made, QwenRecognizer)
    return made


def over_the_phone(audio: Audio) -> Audio:
    return Audio(g711.decode(g711.encode(audio.resample(8_000).samples)), 8_000)


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100])
async def test_every_sentence_is_exact_and_its_language_named(
    recognizer: QwenRecognizer, utterances: dict[str, Utterance], rate: int
) -> None:
    for said in utterances.values():
        transcript = await recognizer.transcribe(said.audio.resample(rate))
        assert (transcript.text, transcript.language) == (said.text, said.language)


async def test_over_the_phone(recognizer: QwenRecognizer, utterances: dict[str, Utterance]) -> None:
    said = utterances["kubernetes-vi"]
    transcript = await recognizer.transcribe(over_the_phone(said.audio))
    assert (transcript.text, transcript.language) == (said.text, said.language)


async def test_callers_share_a_batch_in_any_language_with_any_hotwords(
    recognizer: QwenRecognizer, utterances: dict[str, Utterance], monkeypatch: pytest.MonkeyPatch
) -> None:
    await recognizer.warm_up()
    model = recognizer._model
    transcribe: Callable[..., Any] = model._qwen.transcribe
    batches: list[int] = []
    may_go_on = threading.Event()

    def watched(audio: list[Any], **options: Any) -> Any:
        batches.append(len(audio))
        assert may_go_on.wait(SOON)
        return transcribe(audio, **options)

    monkeypatch.setattr(model._qwen, "transcribe", watched)
    said = list(utterances.values())[:9]
    calls = [
        asyncio.create_task(
            recognizer.transcribe(
                one.audio, language=one.language if i % 2 else None, hotwords=HOTWORDS if i % 3 == 2 else ()
            )
        )
        for i, one in enumerate(said)
    ]
    while len(model.batcher._waiting) + sum(batches) < len(said):
        await asyncio.sleep(0.001)
    may_go_on.set()
    transcript = await asyncio.gather(*calls)
    expected = [one.sentence.context_text if i % 3 == 2 else one.text for i, one in enumerate(said)]
    assert [one.text for one in transcript] == expected
    assert sum(batches) == len(said)
    assert len(batches) <= 2  # those who found it idle, and all the others


async def test_a_name_is_written_as_the_hotwords_say(
    recognizer: QwenRecognizer, utterances: dict[str, Utterance]
) -> None:
    said = utterances["transfer-en"]
    transcript = await recognizer.transcribe(said.audio, hotwords=HOTWORDS)
    assert transcript.text == said.sentence.context_text != said.text


async def test_silence_and_noise_are_nothing(recognizer: QwenRecognizer) -> None:
    noise = np.random.default_rng(0).normal(0, 0.02, 32_000).astype(np.float32)
    for audio in (Audio.silence(2, 16_000), Audio(noise, 16_000), Audio.silence(0.005, 16_000)):
        transcript = await recognizer.transcribe(audio)
        assert (transcript.text, transcript.language) == ("", None)


async def test_a_long_recording_in_two_languages(
    recognizer: QwenRecognizer, utterances: dict[str, Utterance]
) -> None:
    first, second = utterances["warehouse-en"], utterances["hello-vi"]
    transcript = await recognizer.transcribe(
        Audio.join([first.audio, Audio.silence(4, 16_000), second.audio])
    )
    assert transcript.text == f"{first.text} {second.text}"
    assert {transcript.language, *transcript.other_languages} == {first.language, second.language}


async def test_an_utterance_fed_while_it_is_said(
    recognizer: QwenRecognizer, utterances: dict[str, Utterance]
) -> None:
    said = utterances["warehouse-en"]
    stream = open_stream(recognizer)
    phone = said.audio.resample(8_000)
    for start in range(0, len(phone.samples), 160):
        stream.feed(Audio(phone.samples[start : start + 160], 8_000))
    assert (await stream.settle()).text == said.text == stream.partial
    await stream.close()


async def test_words_are_timed(recognizer: QwenRecognizer, utterances: dict[str, Utterance]) -> None:
    for key in ("kubernetes-en", "warehouse-en"):
        said = utterances[key]
        transcript = await recognizer.transcribe(said.audio, timestamps=True)
        assert "".join(word.text for word in transcript.words) == transcript.text == said.text
        assert transcript.words_unavailable == ""
        for word, truth in zip(transcript.words, said.words, strict=True):
            assert word.start_s == pytest.approx(truth.start_s, abs=0.25)
            assert word.end_s == pytest.approx(truth.end_s, abs=0.25)


async def test_words_nobody_can_time_are_said_to_be_so(
    recognizer: QwenRecognizer, utterances: dict[str, Utterance]
) -> None:
    said = utterances["kubernetes-vi"]
    assert said.language not in ALIGNED
    transcript = await recognizer.transcribe(said.audio, timestamps=True)
    assert (transcript.text, transcript.words) == (said.text, ())
    assert "Vietnamese is none of the 11 languages" in transcript.words_unavailable
    assert (
        transcript.segments[0].start_s < 0.5 < transcript.segments[-1].end_s <= said.audio.duration_s + 0.01
    )


async def test_a_lack_of_memory_is_survived(
    recognizer: QwenRecognizer, utterances: dict[str, Utterance], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = utterances["room-en"]
    await recognizer.warm_up()

    def too_much(*_: Any, **__: Any) -> None:
        torch.empty(2**52, dtype=torch.float32)

    with monkeypatch.context() as patch:
        patch.setattr(recognizer._model._qwen.model, "generate", too_much)
        with pytest.raises(RecognitionError, match="ran out of memory: choose a smaller model"):
            await recognizer.transcribe(said.audio)
    assert (await recognizer.transcribe(said.audio)).text == said.text


@pytest.fixture
def copy_of(tiny_qwen: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_qwen, tmp_path / "copy"))


async def refusal(folder: Path, kind: type[Exception], **options: Any) -> str:
    with pytest.raises(kind) as caught:
        await QwenRecognizer(str(folder), **options).warm_up()
    assert "\n" not in str(caught.value)
    return str(caught.value)


async def test_the_layout_of_transformers_5_is_not_loaded(copy_of: Path) -> None:
    config = json.loads((copy_of / "config.json").read_text())
    thinker = config.pop("thinker_config")
    flat = config | {"audio_config": thinker["audio_config"], "text_config": thinker["text_config"]}
    (copy_of / "config.json").write_text(json.dumps(flat))
    assert "layout of transformers 5" in await refusal(copy_of, WeightsError)


async def test_damaged_weights_are_told(copy_of: Path) -> None:
    weights = copy_of / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    assert "cannot be loaded" in await refusal(copy_of, WeightsError)


async def test_a_missing_tokenizer_is_told(copy_of: Path) -> None:
    for name in ("tokenizer.json", "vocab.json", "merges.txt", "tokenizer_config.json"):
        (copy_of / name).unlink(missing_ok=True)
    assert "cannot be loaded" in await refusal(copy_of, WeightsError)


async def test_the_aligner_is_no_recogniser(tiny_aligner: Path) -> None:
    assert "holds a forced aligner" in await refusal(tiny_aligner, WeightsError)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
async def test_a_gpu_that_is_not_there(tiny_qwen: Path) -> None:
    assert "There is no device cuda" in await refusal(tiny_qwen, BackendError, device="cuda")


async def test_another_precision(tiny_qwen: Path, utterances: dict[str, Utterance]) -> None:
    said = utterances["room-en"]
    assert (await QwenRecognizer(str(tiny_qwen), dtype="bfloat16").transcribe(said.audio)).text == said.text


def test_a_whole_question_is_asked_and_answered(
    tiny_qwen: Path, utterances: dict[str, Utterance], tmp_path: Path
) -> None:
    said = utterances["kubernetes-en"]
    said.audio.save(tmp_path / "question.wav")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EMADS_", "OTEL_"))}
    settings = {
        "EMADS_ASR": f"qwen-asr:{tiny_qwen}",
        "EMADS_TTS": "espeak",
        "EMADS_DATA_DIR": str(tmp_path / "data"),
        "EMADS_MODELS_DIR": str(tmp_path / "models"),
    }
    ask = [sys.executable, "-m", "emads_voice", "ask", "question.wav", "--out", "answer.wav", "--json"]
    done = subprocess.run(
        ask, cwd=tmp_path, env=kept | settings, capture_output=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    answer = json.loads(done.stdout)
    assert answer["transcript"]["text"] == said.text
    assert answer["transcript"]["language_code"] == "en"
    assert answer["transcript"]["model"] == f"qwen-asr:{tiny_qwen}"
    assert Audio.load(tmp_path / "answer.wav").duration_s > 1
