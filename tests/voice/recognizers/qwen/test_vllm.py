"""Qwen3-ASR on vLLM, without either: streams share an engine that is stood in for.

That the package's own streaming makes the right words of it is shown in tests/qwen, where the package is.
"""

import asyncio
import atexit
import json
import os
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
from pydantic import BaseModel, ValidationError, field_validator

from emads_voice.installation import install_hint
from emads_voice.voice.backends import init_recognizer
from emads_voice.voice.errors import BackendError, LanguageError, RecognitionError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language
from emads_voice.voice.recognizers.qwen.request import token_limit
from emads_voice.voice.recognizers.qwen.vllm import QwenVllmRecognizer
from emads_voice.voice.recognizers.qwen.vllm_stream import QwenStream
from emads_voice.voice.sound.audio import Audio
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
    """vllm.LLM and its LLMEngine: of every second of a sound it hears a word, all in one step."""

    def __init__(self) -> None:
        self.stopped = 0
        self.llm_engine = self
        self.engine_core = SimpleNamespace(shutdown=self._stop)
        self.asked: dict[str, tuple[float, int]] = {}
        self.aborted: list[str] = []
        self.batches: list[list[tuple[float, int]]] = []
        self.failure: Exception | None = None
        self.idle = threading.Event()
        self.idle.set()
        self.at_work = threading.Event()

    def _stop(self) -> None:
        self.stopped += 1

    def add_request(self, request_id: str, prompt: Any, params: Any) -> None:
        seconds = len(prompt["multi_modal_data"]["audio"][0]) / 16_000
        if seconds > 60:
            raise ValueError("The prompt is longer than the maximum model length")
        self.asked[request_id] = seconds, params.max_tokens

    def abort_request(self, request_ids: list[str]) -> None:
        self.aborted += request_ids
        for request_id in request_ids:
            del self.asked[request_id]

    def step(self) -> list[Any]:
        assert self.asked, "vLLM would wait for ever"
        self.batches.append(list(self.asked.values()))
        self.at_work.set()
        assert self.idle.wait(SOON)
        if self.failure:
            self.asked.clear()
            raise self.failure
        done, self.asked = self.asked, {}
        return [
            SimpleNamespace(
                request_id=name,
                finished=True,
                outputs=[SimpleNamespace(text=" ".join(COUNTED[: round(seconds)]))],
            )
            for name, (seconds, _) in done.items()
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
        os.write(1, b"what vLLM prints")
        self.options = {"folder": folder, **options}
        return self


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch) -> Iterator[Package]:
    package = Package()
    for name, content in (("qwen_asr", {"Qwen3ASRModel": package}), ("vllm", {})):
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
    stream = QwenVllmRecognizer(model).stream(hotwords=["a name", "a term"])
    say(stream, 1.9)
    assert stream._step is None
    say(stream, 0.2)
    await until_heard(stream)
    assert stream.partial == "one two"
    say(stream, 2)
    await until_heard(stream)
    assert stream.partial == "one two three four"
    transcript = await stream.settle()
    assert (transcript.text, transcript.language) == (stream.partial, ENGLISH)
    assert transcript.duration_s == pytest.approx(4.1)
    assert transcript.segments[0].end_s == pytest.approx(4.1)
    assert transcript.model == f"qwen-asr-vllm:{model}"
    assert [state.context for state in package.states] == ["a name, a term"]
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
    transcript = await QwenVllmRecognizer(model).stream().settle()
    assert (transcript.text, transcript.language) == ("", None)
    assert package.model.batches == []


async def test_streams_share_batches_and_settling_is_given_up_with_its_caller(
    package: Package, submitted: list[object], model: str
) -> None:
    recognizer = QwenVllmRecognizer(model)
    await recognizer.warm_up()
    engine = package.model
    engine.idle.clear()
    engine.at_work.clear()
    submitted.clear()
    streams = [recognizer.stream() for _ in range(5)]
    for stream in streams:
        say(stream, 1)
    first = asyncio.create_task(streams[0].settle())
    assert await asyncio.to_thread(engine.at_work.wait, SOON)
    gone, *others = [asyncio.create_task(stream.settle()) for stream in streams[1:]]
    while len(recognizer._engine._steps._new) < 4:
        await asyncio.sleep(0.001)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    engine.idle.set()
    assert [transcript.text for transcript in await asyncio.gather(first, *others)] == ["one"] * 4
    assert [len(batch) for batch in engine.batches[1:]] == [1, 3]


async def test_what_is_being_answered_is_dropped_with_its_caller(package: Package, model: str) -> None:
    recognizer = QwenVllmRecognizer(model)
    await recognizer.warm_up()
    stream = recognizer.stream()
    say(stream, 1)
    engine = package.model
    engine.at_work.clear()
    settled = asyncio.create_task(stream.settle())
    unfinished: list[Any] = []

    def step() -> list[Any]:
        """One that answers nothing yet."""
        engine.at_work.set()
        return unfinished

    engine.step, whole_step = step, engine.step
    assert await asyncio.to_thread(engine.at_work.wait, SOON)
    settled.cancel()
    with pytest.raises(asyncio.CancelledError):
        await settled
    async with asyncio.timeout(SOON):
        while not engine.aborted:
            await asyncio.sleep(0.001)
    assert engine.asked == {}
    engine.step = whole_step
    assert (await stream.settle()).text == "one"


@pytest.mark.usefixtures("package")
async def test_a_request_that_is_refused_costs_the_others_nothing(model: str) -> None:
    recognizer = QwenVllmRecognizer(model)
    await recognizer.warm_up()
    long, short = recognizer.stream(), recognizer.stream()
    long.feed(Audio(np.full(8_000 * 61, 0.1, np.float32), 8_000))
    say(short, 1)
    refused, heard = await asyncio.gather(long.settle(), short.settle(), return_exceptions=True)
    assert isinstance(refused, RecognitionError)
    assert "longer than the maximum model length" in str(refused)
    assert getattr(heard, "text", heard) == "one"
    await long.close()


async def test_a_step_that_fails_costs_nothing(package: Package, model: str) -> None:
    recognizer = QwenVllmRecognizer(model)
    await recognizer.warm_up()
    stream = recognizer.stream()
    package.model.failure = RuntimeError("EngineCore encountered an issue.\nSee the log.")
    say(stream, 2)
    await until_heard(stream)
    assert stream.partial == ""
    with pytest.raises(
        RecognitionError, match=r"failed: EngineCore encountered an issue; look at the log\.$"
    ):
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


@pytest.mark.usefixtures("package")
async def test_what_vllm_prints_is_no_answer(model: str, capfd: pytest.CaptureFixture[str]) -> None:
    await QwenVllmRecognizer(model).warm_up()
    os.write(1, b"the answer")
    printed = capfd.readouterr()
    assert printed.out == "the answer"
    assert printed.err == "what vLLM prints"


async def test_vllms_process_ends_before_this_one(
    package: Package, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_exit: list[Any] = []
    monkeypatch.setattr(atexit, "register", lambda *work: at_exit.append(work))
    recognizer = QwenVllmRecognizer(model)
    await recognizer.warm_up()
    ((stop, *arguments),) = at_exit
    stop(*arguments)
    assert package.model.stopped == 1


def wrong_setting() -> Exception:
    """As vLLM refuses one: it checks its settings with pydantic."""

    class ModelConfig(BaseModel):
        model: str

        @field_validator("model")
        @classmethod
        def known(cls, model: str) -> str:
            raise ValueError(
                f"Model architectures ['{model}'] are not supported for now. Supported are: many"
            )

    with pytest.raises(ValidationError) as caught:
        ModelConfig(model="Other")
    return caught.value


def failed_import() -> Exception:
    """As qwen-asr reports one."""
    error = ImportError("vLLM is not available. Install with: pip install qwen-asr[vllm]")
    error.__cause__ = OSError("libcuda.so.1: cannot open shared object file")
    return error


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (
            RuntimeError("Failed to infer device type, please set X"),
            "vLLM finds no GPU, and it is not built for CPUs",
        ),
        (RuntimeError("CUDA out of memory. Tried"), "does not fit into memory: choose a smaller model"),
        (
            ValueError("No available memory for the cache blocks.\n"),
            "(No available memory for the cache blocks)",
        ),
        (
            RuntimeError("Engine core initialization failed. See above."),
            "(Engine core initialization failed. See above)",
        ),
        (wrong_setting(), "(model: Model architectures ['Other'] are not supported for now): see its log."),
        (failed_import(), "qwen-asr[vllm]: libcuda.so.1: cannot open shared object file)"),
    ],
)
async def test_an_engine_that_does_not_start_says_why(
    package: Package, model: str, failure: Exception, expected: str
) -> None:
    package.model.failure = failure
    with pytest.raises(BackendError, match=re.escape(expected)) as caught:
        await QwenVllmRecognizer(model).warm_up()
    assert ("GPU" in str(caught.value)) == ("GPU" in expected)
    assert "\n" not in str(caught.value)


@pytest.mark.usefixtures("package")
async def test_without_vllm_the_extra_is_named(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "vllm")
    with pytest.raises(BackendError, match=re.escape(f"vLLM is not installed: {install_hint('qwen-vllm')}")):
        await QwenVllmRecognizer(model).warm_up()
