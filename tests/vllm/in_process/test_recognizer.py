"""Qwen3-ASR on the real vLLM in this process, the version that qwen-asr pins, on a CPU."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from emads_voice.testing import RecognizerConformance, Sample
from emads_voice.voice.errors import BackendError
from emads_voice.voice.languages import VIETNAMESE
from emads_voice.voice.recognizer import Recognizer
from emads_voice.voice.recognizers.qwen.vllm import QwenVllmRecognizer
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.streaming import open_stream
from tiny_qwen import HOTWORDS, Utterance

Utterances = dict[str, Utterance]
SOON = 60  # seconds, more than any of this takes, but for loading


class Engine:
    """Looks on at what vLLM is asked: how long each sound was, and how many were under way at each step."""

    def __init__(self, recognizer: QwenVllmRecognizer, monkeypatch: pytest.MonkeyPatch) -> None:
        self._engine = recognizer._engine._qwen().model.llm_engine
        self.asked: list[float] = []
        self.under_way: list[int] = []
        self._add, self._step = self._engine.add_request, self._engine.step
        monkeypatch.setattr(self._engine, "add_request", self._watched_add)
        monkeypatch.setattr(self._engine, "step", self._watched_step)

    def _watched_add(self, name: str, prompt: Any, params: Any) -> None:
        self.asked.append(len(prompt["multi_modal_data"]["audio"][0]) / 16_000)
        self._add(name, prompt, params)

    def _watched_step(self) -> Any:
        self.under_way.append(self._engine.get_num_unfinished_requests())
        return self._step()


@pytest.fixture
async def engine(recognizer: QwenVllmRecognizer, monkeypatch: pytest.MonkeyPatch) -> Engine:
    await recognizer.warm_up()
    return Engine(recognizer, monkeypatch)


@pytest.mark.parametrize("rate", [8_000, 16_000])
async def test_every_sentence_is_exact_and_its_language_named(
    recognizer: QwenVllmRecognizer, utterances: Utterances, rate: int
) -> None:
    for said in utterances.values():
        transcript = await recognizer.transcribe(said.audio.resample(rate))
        assert (transcript.text, transcript.language) == (said.text, said.language)


async def test_callers_share_a_batch(
    recognizer: QwenVllmRecognizer, utterances: Utterances, engine: Engine
) -> None:
    said = list(utterances.values())
    transcripts = await asyncio.gather(*(recognizer.transcribe(one.audio) for one in said))
    assert [one.text for one in transcripts] == [one.text for one in said]
    assert len(engine.asked) == len(said)
    assert max(engine.under_way) > 1


async def test_a_language_and_a_context_are_told(
    recognizer: QwenVllmRecognizer, utterances: Utterances
) -> None:
    said = utterances["hello-vi"]
    assert (await recognizer.transcribe(said.audio, language=VIETNAMESE)).text == said.text
    spelt = utterances["transfer-en"]
    transcript = await recognizer.transcribe(spelt.audio, hotwords=HOTWORDS)
    assert transcript.text == spelt.sentence.context_text != spelt.text


async def test_words_come_while_it_is_said(
    recognizer: QwenVllmRecognizer, utterances: Utterances, engine: Engine
) -> None:
    said = utterances["kubernetes-en"]
    stream = recognizer.stream()
    partials = [""]
    for start in range(0, len(said.audio.samples), 320):
        stream.feed(Audio(said.audio.samples[start : start + 320], 16_000))
        if stream._step and not stream._step.done():
            await stream._step
        if stream.partial != partials[-1]:
            partials.append(stream.partial)
    early, late = partials[1:]  # after 2 s, and after 4
    assert said.text.startswith(early.rstrip(".?"))
    assert len(early) < len(late)
    assert late == said.text
    assert len(engine.asked) == 2
    assert (await stream.settle()).text == said.text
    await stream.close()


async def test_every_sentence_is_exact_when_it_settles(
    recognizer: QwenVllmRecognizer, utterances: Utterances
) -> None:
    for said in utterances.values():
        if said.words[-1].end_s >= 4:
            continue  # from its third step on it goes on from its own words, which so small a model cannot always
        stream = open_stream(recognizer)
        for start in range(0, len(said.audio.samples), 320):
            stream.feed(Audio(said.audio.samples[start : start + 320], 16_000))
        transcript = await stream.settle()
        assert (transcript.text, transcript.language) == (said.text, said.language)
        await stream.close()


async def test_what_is_cancelled_is_dropped_by_vllm_too(
    recognizer: QwenVllmRecognizer, utterances: Utterances, engine: Engine
) -> None:
    said = list(utterances.values())[:4]
    tasks = [asyncio.create_task(recognizer.transcribe(one.audio)) for one in said]
    async with asyncio.timeout(SOON):
        while not engine.under_way:
            await asyncio.sleep(0.001)
    for task in tasks[1:]:
        task.cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(one, asyncio.CancelledError) for one in outcomes[1:])
    assert getattr(outcomes[0], "text", outcomes[0]) == said[0].text
    assert (await recognizer.transcribe(said[1].audio)).text == said[1].text
    assert engine._engine.get_num_unfinished_requests() == 0


async def test_a_caller_does_not_wait_for_a_long_recording(
    recognizer: QwenVllmRecognizer, utterances: Utterances, engine: Engine
) -> None:
    said = utterances["yes-en"]
    recording = Audio.join([utterances["kubernetes-en"].audio] * 20)
    job = asyncio.create_task(recognizer.transcribe(recording))
    async with asyncio.timeout(SOON):
        while not engine.under_way:
            await asyncio.sleep(0.001)
    assert engine.asked[0] > 60
    assert (await recognizer.transcribe(said.audio)).text == said.text
    assert not job.done()
    job.cancel()
    await asyncio.wait([job])


async def test_silence_is_nothing(recognizer: QwenVllmRecognizer) -> None:
    transcript = await recognizer.transcribe(Audio.silence(2, 8_000))
    assert (transcript.text, transcript.language) == ("", None)


async def test_a_share_of_memory_that_is_no_share_is_told(tiny_qwen: Path) -> None:
    with pytest.raises(BackendError, match=r"vLLM cannot start with .*gpu_memory_utilization"):
        await QwenVllmRecognizer(str(tiny_qwen), gpu_memory=1.5).warm_up()


async def test_a_checkpoint_that_vllm_cannot_load_is_told(tiny_qwen: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny_qwen, tmp_path / "copy"))
    config = json.loads((folder / "config.json").read_text())
    config["architectures"] = ["SomebodyElsesModel"]
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(BackendError, match=r"vLLM cannot start with .*SomebodyElsesModel") as caught:
        await QwenVllmRecognizer(str(folder)).warm_up()
    assert "GPU" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
def test_a_whole_question_is_asked_and_answered(
    tiny_qwen: Path, utterances: Utterances, tmp_path: Path
) -> None:
    said = utterances["kubernetes-en"]
    said.audio.save(tmp_path / "question.wav")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EMADS_", "OTEL_"))}
    settings = {
        "EMADS_ASR": f"qwen-asr-vllm:{tiny_qwen}",
        "EMADS_TTS": "espeak",
        "EMADS_DATA_DIR": str(tmp_path / "data"),
        "EMADS_MODELS_DIR": str(tmp_path / "models"),
    }
    ask = [sys.executable, "-m", "emads_voice", "ask", "question.wav", "--out", "answer.wav", "--json"]
    done = subprocess.run(
        ask, cwd=tmp_path, env=kept | settings, capture_output=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    answer = json.loads(done.stdout)
    assert answer["transcript"]["text"] == said.text
    assert answer["transcript"]["language_code"] == "en"
    assert answer["transcript"]["model"] == f"qwen-asr-vllm:{tiny_qwen}"
    assert Audio.load(tmp_path / "answer.wav").duration_s > 1


class TestVllm(RecognizerConformance):
    @pytest.fixture
    def recognizer(self, recognizer: QwenVllmRecognizer) -> Recognizer:
        return recognizer

    @pytest.fixture
    def sample(self, utterances: Utterances) -> Sample:
        said = utterances["kubernetes-en"]
        return Sample(said.audio, said.text, said.language, HOTWORDS)  # it was trained with one context only
