"""Qwen3-ASR's streaming: the package's own, on an engine of vLLM's shape that runs the tiny checkpoint on the CPU.

vLLM itself, which takes another environment, is tried in tests/vllm.
"""

import asyncio
import copy
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from qwen_asr import Qwen3ASRModel

from emads_voice.voice.backends import init_recognizer
from emads_voice.voice.languages import VIETNAMESE
from emads_voice.voice.recognizers.qwen.vllm import QwenVllmRecognizer
from emads_voice.voice.recognizers.qwen.vllm_stream import go_on
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.streaming import RecognitionStream, open_stream
from tiny_qwen import HOTWORDS, Utterance


@dataclass
class SamplingParams:
    """vllm.SamplingParams, as far as it is used."""

    temperature: float
    max_tokens: int


class LLM:
    """vllm.LLM, as far as it is used, on transformers."""

    batches: list[int] = []  # noqa: RUF012 - all that any of them was given

    def __init__(
        self, model: str, gpu_memory_utilization: float, max_model_len: int, max_num_seqs: int = 32
    ) -> None:
        assert 0 < gpu_memory_utilization < 1
        assert max_num_seqs > 1
        assert max_model_len > 4_000
        self.qwen = Qwen3ASRModel.from_pretrained(model)
        self.llm_engine = self
        self.engine_core = SimpleNamespace(shutdown=lambda: None)
        self.asked: dict[str, tuple[Any, SamplingParams]] = {}

    def generate(
        self, prompts: list[Any], sampling_params: Sequence[SamplingParams], use_tqdm: bool = True
    ) -> list[SimpleNamespace]:
        assert len(prompts) == len(sampling_params)
        assert not use_tqdm
        self.batches.append(len(prompts))
        answers = (self._answer(*pair) for pair in zip(prompts, sampling_params, strict=True))
        return [SimpleNamespace(outputs=[SimpleNamespace(text=text)]) for text in answers]

    def add_request(self, request_id: str, prompt: Any, params: SamplingParams) -> None:
        self.asked[request_id] = prompt, params

    def step(self) -> list[SimpleNamespace]:
        asked, self.asked = self.asked, {}
        prompts, params = zip(*asked.values(), strict=True)
        answers = self.generate(list(prompts), list(params), use_tqdm=False)
        return [
            SimpleNamespace(request_id=name, finished=True, outputs=answer.outputs)
            for name, answer in zip(asked, answers, strict=True)
        ]

    def _answer(self, prompt: Any, sampling: SamplingParams) -> str:
        processor = self.qwen.processor
        (audio,) = prompt["multi_modal_data"]["audio"]
        inputs = processor(text=[prompt["prompt"]], audio=[audio], return_tensors="pt")
        made = self.qwen.model.generate(**inputs, max_new_tokens=sampling.max_tokens)
        (text,) = processor.batch_decode(
            made.sequences[:, inputs["input_ids"].shape[1] :],
            skip_special_tokens=True,
            clean_up_tokenization_spaces=False,
        )
        return str(text)


@pytest.fixture(scope="module")
def recognizer(tiny_qwen: Path) -> Iterator[Any]:
    module = ModuleType("vllm")
    module.__spec__ = ModuleSpec("vllm", None)
    module.__dict__.update(LLM=LLM, SamplingParams=SamplingParams)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "vllm", module)
        yield init_recognizer(f"qwen-asr-vllm:{tiny_qwen}")


async def hear(stream: RecognitionStream, audio: Audio, *, frame_s: float = 0.02) -> list[str]:
    """Feed a sound as a phone does, waiting where it would be heard by then; what was understood on the way."""
    assert hasattr(stream, "_step")
    partials = [""]
    frame = round(frame_s * audio.rate)
    for start in range(0, len(audio.samples), frame):
        stream.feed(Audio(audio.samples[start : start + frame], audio.rate))
        if stream._step and not stream._step.done():
            await stream._step
            if stream.partial != partials[-1]:
                partials.append(stream.partial)
    return partials[1:]


@pytest.mark.parametrize("rate", [8_000, 16_000])
async def test_every_sentence_is_understood_while_it_is_said(
    recognizer: QwenVllmRecognizer, utterances: dict[str, Utterance], rate: int
) -> None:
    """Each that ends before its third step. From that on the package keeps the beginning it has written, but for five
    words, and a model so small does not write every beginning rightly."""
    within_two_steps = [said for said in utterances.values() if said.words[-1].end_s < 4]
    assert len(within_two_steps) >= 13
    for said in within_two_steps:
        stream = open_stream(recognizer)
        partials = await hear(stream, said.audio.resample(rate))
        transcript = await stream.settle()
        assert (transcript.text, transcript.language) == (said.text, said.language)
        assert "\ufffd" not in "".join(partials)
        await stream.close()


async def test_words_come_before_the_end(
    recognizer: QwenVllmRecognizer, utterances: dict[str, Utterance]
) -> None:
    said = utterances["kubernetes-en"]  # 4.2 s: steps at 2 and at 4
    stream = open_stream(recognizer)
    assert (await hear(stream, said.audio))[-1] == said.text
    await stream.close()


async def test_settling_in_a_pause_and_going_on(
    recognizer: QwenVllmRecognizer, utterances: dict[str, Utterance]
) -> None:
    said = utterances["warehouse-en"]
    pause = said.words[4].end_s + 0.02
    stream = open_stream(recognizer)
    await hear(stream, said.audio.clip(0, pause))
    assert (await stream.settle()).duration_s == pytest.approx(pause, abs=0.001)
    await hear(stream, said.audio.clip(pause, said.audio.duration_s))
    assert (await stream.settle()).text == (await stream.settle()).text == said.text


@pytest.mark.parametrize("key", ["kubernetes-vi", "cloud-zh", "cost-es"])
def test_what_it_goes_on_from_never_ends_within_a_character(
    tiny_qwen: Path, utterances: dict[str, Utterance], key: str
) -> None:
    said = utterances[key]
    engine = LLM(str(tiny_qwen), gpu_memory_utilization=0.5, max_model_len=8192)
    qwen = copy.copy(engine.qwen)
    qwen.backend, qwen.model, qwen.sampling_params = "vllm", engine, [SamplingParams(0.0, 64)]
    state = go_on(None, said.audio.samples[:-1600], None, (), qwen)
    assert state.text == said.text
    state.chunk_id = state.unfixed_chunk_num
    for tokens in range(1, 12):
        state.unfixed_token_num = tokens
        assert go_on(state, said.audio.samples, None, (), qwen).text == said.text
    assert len(state.audio_accum) == len(said.audio.samples) - 1600  # as it was


async def test_a_language_and_hotwords_are_told(
    recognizer: QwenVllmRecognizer, utterances: dict[str, Utterance]
) -> None:
    said = utterances["hello-vi"]
    stream = recognizer.stream(language=VIETNAMESE)
    await hear(stream, said.audio)
    assert (await stream.settle()).text == said.text
    spelt = utterances["transfer-en"]
    stream = recognizer.stream(hotwords=HOTWORDS)
    await hear(stream, spelt.audio)
    assert (await stream.settle()).text == spelt.sentence.context_text


async def test_whole_recordings_are_heard_too(
    recognizer: QwenVllmRecognizer, utterances: dict[str, Utterance]
) -> None:
    await recognizer.warm_up()
    for said in utterances.values():
        transcript = await recognizer.transcribe(said.audio)
        assert (transcript.text, transcript.language) == (said.text, said.language)
    assert (await recognizer.transcribe(Audio.silence(2, 8_000))).text == ""


async def test_many_streams_at_once(recognizer: QwenVllmRecognizer, utterances: dict[str, Utterance]) -> None:
    async def listen(said: Utterance) -> str:
        stream = open_stream(recognizer)
        for start in range(0, len(said.audio.samples), 320):
            stream.feed(Audio(said.audio.samples[start : start + 320], 16_000))
        text = (await stream.settle()).text
        await stream.close()
        return text

    LLM.batches.clear()
    said = list(utterances.values())
    assert await asyncio.gather(*(listen(one) for one in said)) == [one.text for one in said]
    assert max(LLM.batches) > 1
