"""Qwen3-ASR on vLLM, without either: streams share an engine that is stood in for.

That the package's own streaming makes the right words of it is shown in tests/qwen, where the package is.
"""

import asyncio
import json
import re
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from emads_voice.installation import install_hint
from emads_voice.voice.audio import Audio
from emads_voice.voice.backends import init_recognizer
from emads_voice.voice.errors import BackendError, LanguageError, RecognitionError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language
from emads_voice.voice.recognizers import qwen_vllm_engine
from emads_voice.voice.recognizers.qwen_runtime import token_limit
from emads_voice.voice.recognizers.qwen_vllm import QwenVllmRecognizer
from emads_voice.voice.recognizers.qwen_vllm_stream import QwenStream
from emads_voice.voice.streaming import StreamingRecognizer, open_stream

SOON = 10  # seconds, more than any of this takes
COUNTED = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]


@dataclass(eq=False)
class State:
    """qwen_asr's ASRStreamingState, as far as it is used."""

    context: str
    force_language: str | None
    audio_accum: Any = None
    chunk_size_samples: int = 32_000
    language: str = ""
    text: str = ""

    def __post_init__(self) -> None:
        self.audio_accum = np.zeros(0, np.float32)


class Engine:
    """vllm.LLM: of every second of a sound it hears a word."""

    def __init__(self) -> None:
        self.batches: list[list[tuple[float, int]]] = []
        self.failure: Exception | None = None
        self.idle = threading.Event()
        self.idle.set()
        self.at_work = threading.Event()

    def generate(self, prompts: list[Any], *, sampling_params: list[Any], use_tqdm: bool) -> list[Any]:
        assert not use_tqdm
        seconds = [len(prompt["multi_modal_data"]["audio"][0]) / 16_000 for prompt in prompts]
        self.batches.append(list(zip(seconds, [one.max_tokens for one in sampling_params], strict=True)))
        self.at_work.set()
        assert self.idle.wait(SOON)
        if self.failure:
            raise self.failure
        return [
            SimpleNamespace(outputs=[SimpleNamespace(text=" ".join(COUNTED[: round(s)]))]) for s in seconds
        ]


class Package:
    """qwen_asr.Qwen3ASRModel with vLLM's backend."""

    def __init__(self) -> None:
        self.model: Any = Engine()
        self.sampling_params = SimpleNamespace(temperature=0.0, max_tokens=4096)
        self.options: dict[str, Any] = {}
        self.states: list[State] = []

    def init_streaming_state(self, *, context: str, language: str | None) -> State:
        self.states.append(State(context, language))
        return self.states[-1]

    def streaming_transcribe(self, pcm16k: np.ndarray, state: State) -> State:
        assert len(pcm16k) == state.chunk_size_samples
        assert pcm16k.dtype == np.float32
        state.audio_accum = np.concatenate([state.audio_accum, pcm16k])
        prompt = {"prompt": "", "multi_modal_data": {"audio": [state.audio_accum]}}
        (answer,) = self.model.generate([prompt], sampling_params=self.sampling_params, use_tqdm=False)
        state.language, state.text = state.force_language or "English", answer.outputs[0].text
        return state

    def LLM(self, folder: str, **options: Any) -> "Package":  # noqa: N802 - the package's name for it
        if self.model.failure:
            raise self.model.failure
        self.options = {"folder": folder, **options}
        return self


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch) -> Iterator[Package]:
    package = Package()
    cuda = SimpleNamespace(is_available=lambda: False)
    for name, content in (("qwen_asr", {"Qwen3ASRModel": package}), ("vllm", {}), ("torch", {"cuda": cuda})):
        module = ModuleType(name)
        module.__spec__ = ModuleSpec(name, None)
        module.__dict__.update(content)
        monkeypatch.setitem(sys.modules, name, module)
    yield package
    package.model.idle.set()


@pytest.fixture
def model(tmp_path: Path) -> str:
    thinker = {"model_type": "qwen3_asr_thinker", "audio_config": {}, "text_config": {}}
    config = {"model_type": "qwen3_asr", "thinker_config": thinker}
    (tmp_path / "config.json").write_text(json.dumps(config))
    (tmp_path / "model.safetensors").touch()
    return str(tmp_path)


def say(stream: QwenStream, seconds: float, rate: int = 8_000) -> None:
    for _ in range(round(seconds / 0.02)):
        stream.feed(Audio(np.full(rate // 50, 0.1, np.float32), rate))


async def until_heard(stream: QwenStream) -> None:
    assert stream._step
    await asyncio.wait([stream._step], timeout=SOON)


async def test_it_streams(package: Package, model: str) -> None:
    recognizer = init_recognizer(f"qwen-asr-vllm:{model}", gpu_memory=0.5)
    assert isinstance(recognizer, StreamingRecognizer)
    assert isinstance(open_stream(recognizer), QwenStream)
    await recognizer.warm_up()
    assert package.options["gpu_memory_utilization"] == 0.5
    assert package.options["folder"] == model


async def test_words_come_while_it_is_said(package: Package, model: str) -> None:
    stream = QwenVllmRecognizer(model).stream(context="a name")
    say(stream, 1.9)
    assert stream._step is None
    say(stream, 0.2)
    await until_heard(stream)
    assert stream.partial == "one two"
    say(stream, 2)
    await until_heard(stream)
    assert stream.partial == "one two three four"
    heard = await stream.settle()
    assert (heard.text, heard.language, heard.duration_s) == (stream.partial, ENGLISH, pytest.approx(4.1))
    assert heard.segments[0].end_s == pytest.approx(4.1)
    assert heard.model == f"qwen-asr-vllm:{model}"
    assert [state.context for state in package.states] == ["a name"]
    await stream.close()


async def test_a_step_is_short_and_settling_may_say_it_all(package: Package, model: str) -> None:
    stream = QwenVllmRecognizer(model).stream()
    say(stream, 2)
    await until_heard(stream)
    say(stream, 1)
    await stream.settle()
    (step,), (settled,) = package.model.batches
    assert step == (pytest.approx(1.9), 32)
    assert settled == (pytest.approx(3), token_limit(3))


@pytest.mark.usefixtures("package")
async def test_after_settling_they_may_go_on(model: str) -> None:
    stream = QwenVllmRecognizer(model).stream()
    say(stream, 3)
    await until_heard(stream)
    first = await stream.settle()
    assert first.text == (await stream.settle()).text == "one two three"
    say(stream, 3)
    await until_heard(stream)
    assert (await stream.settle()).text == "one two three four five six"


async def test_a_short_word_is_long_enough_for_the_model(package: Package, model: str) -> None:
    stream = QwenVllmRecognizer(model).stream()
    say(stream, 0.2)
    assert (await stream.settle()).duration_s == pytest.approx(0.2)
    assert package.model.batches[0][0][0] == 0.5


async def test_nothing_said_is_nothing_heard(package: Package, model: str) -> None:
    heard = await QwenVllmRecognizer(model).stream().settle()
    assert (heard.text, heard.language) == ("", None)
    assert package.model.batches == []


async def test_streams_share_batches_and_settling_is_given_up_with_its_caller(
    package: Package, model: str
) -> None:
    recognizer = QwenVllmRecognizer(model)
    await recognizer.warm_up()
    engine = package.model
    engine.idle.clear()
    engine.at_work.clear()
    streams = [recognizer.stream() for _ in range(5)]
    for stream in streams:
        say(stream, 1)
    first = asyncio.create_task(streams[0].settle())
    assert await asyncio.to_thread(engine.at_work.wait, SOON)
    gone, *others = [asyncio.create_task(stream.settle()) for stream in streams[1:]]
    while len(recognizer._engine._batcher._waiting) < 4:
        await asyncio.sleep(0.001)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    engine.idle.set()
    assert [heard.text for heard in await asyncio.gather(first, *others)] == ["one"] * 4
    assert [len(batch) for batch in engine.batches[1:]] == [1, 3]


async def test_a_step_that_fails_costs_nothing(package: Package, model: str) -> None:
    recognizer = QwenVllmRecognizer(model)
    await recognizer.warm_up()
    stream = recognizer.stream()
    package.model.failure = RuntimeError("EngineCore encountered an issue.\nSee the log.")
    say(stream, 2)
    await until_heard(stream)
    assert stream.partial == ""
    with pytest.raises(RecognitionError, match=r"failed: EngineCore encountered an issue\.$"):
        await stream.settle()
    package.model.failure = None
    assert (await stream.settle()).text == "one two"


async def test_settling_overtakes_a_step(package: Package, model: str) -> None:
    recognizer = QwenVllmRecognizer(model)
    await recognizer.warm_up()
    package.model.idle.clear()
    stream = recognizer.stream()
    say(stream, 2)
    settled = asyncio.create_task(stream.settle())
    while not settled.done():
        package.model.idle.set()
        await asyncio.sleep(0.001)
    assert settled.result().text == "one two"
    await stream.close()


async def test_a_language_is_told(package: Package, model: str) -> None:
    recognizer = QwenVllmRecognizer(model)
    stream = recognizer.stream(language=VIETNAMESE)
    say(stream, 1)
    assert (await stream.settle()).language == VIETNAMESE
    assert package.states[0].force_language == "Vietnamese"
    unknown = recognizer.stream(language=Language("Klingon", "tlh"))
    say(unknown, 1)
    with pytest.raises(LanguageError, match="Klingon"):
        await unknown.settle()


@pytest.mark.parametrize(
    ("failure", "gpu", "expected"),
    [
        (RuntimeError("Failed to infer device type"), False, "vLLM finds no GPU"),
        (RuntimeError("CUDA out of memory. Tried"), True, "does not fit into memory: choose a smaller model"),
        (
            ValueError("No available memory for the cache blocks.\n"),
            True,
            "No available memory for the cache",
        ),
    ],
)
async def test_an_engine_that_does_not_start(
    package: Package,
    model: str,
    monkeypatch: pytest.MonkeyPatch,
    failure: Exception,
    gpu: bool,
    expected: str,
) -> None:
    package.model.failure = failure
    monkeypatch.setattr(qwen_vllm_engine, "_has_gpu", lambda: gpu)
    with pytest.raises(BackendError, match=expected):
        await QwenVllmRecognizer(model).warm_up()


@pytest.mark.usefixtures("package")
async def test_without_vllm_the_extra_is_named(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "vllm")
    with pytest.raises(BackendError, match=re.escape(f"vLLM is not installed: {install_hint('qwen-vllm')}")):
        await QwenVllmRecognizer(model).warm_up()
