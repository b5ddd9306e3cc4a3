"""Qwen3-ASR in this process, without torch: stand-ins for it and for qwen-asr that record what they are asked."""

import asyncio
import json
import re
import sys
import threading
from collections.abc import Callable, Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from emads_voice.installation import install_hint
from emads_voice.voice.backends import init_recognizer
from emads_voice.voice.errors import BackendError, LanguageError, RecognitionError, WeightsError
from emads_voice.voice.languages import LANGUAGES, VIETNAMESE, Language, find_language
from emads_voice.voice.recognizer import Recognizer
from emads_voice.voice.recognizers.qwen import package as qwen_package
from emads_voice.voice.recognizers.qwen.device import place
from emads_voice.voice.recognizers.qwen.request import token_limit
from emads_voice.voice.recognizers.qwen.transformers import QwenRecognizer
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.synthesizers.espeak import shared_espeak

SOON = 10  # seconds, more than any of this takes


class OutOfMemoryError(RuntimeError):
    """As torch's: a RuntimeError."""


class Package:
    """qwen_asr and torch, as far as they are used: ``answer`` makes (language, text) of a sound, or raises."""

    def __init__(self) -> None:
        self.loaded: list[dict[str, Any]] = []
        self.asked: list[SimpleNamespace] = []
        self.aligned: list[SimpleNamespace] = []
        self.gpus = 0
        self.apple = False
        self.bfloat16 = True
        self.answer: Callable[[np.ndarray], tuple[str, str]] = lambda _: ("English", "Hello there.")
        self.times: Callable[[str], list[tuple[str, float, float]]] = lambda text: [
            (word.strip(".?"), 0.4 * i, 0.4 * i + 0.3) for i, word in enumerate(text.split())
        ]
        self.failure: Exception | None = None
        self.idle = threading.Event()
        self.idle.set()
        self.at_work = threading.Event()

    def from_pretrained(self, folder: str, **options: Any) -> SimpleNamespace:
        if self.failure:
            raise self.failure
        self.loaded.append({"folder": folder, **options})
        self.model = SimpleNamespace(transcribe=self.transcribe, align=self.align, max_new_tokens=0)
        return self.model

    def transcribe(
        self, audio: list[tuple[np.ndarray, int]], context: list[str], language: list[str | None]
    ) -> list[SimpleNamespace]:
        assert {(samples.dtype, rate) for samples, rate in audio} == {(np.dtype(np.float32), 16_000)}
        assert len(audio) == len(context) == len(language)
        self.asked.append(
            SimpleNamespace(
                seconds=[len(samples) / rate for samples, rate in audio],
                context=context,
                language=language,
                tokens=self.model.max_new_tokens,
                thread=threading.current_thread(),
            )
        )
        self.at_work.set()
        assert self.idle.wait(SOON)
        answers = [self.answer(samples) for samples, _ in audio]
        return [SimpleNamespace(language=named, text=text) for named, text in answers]

    def align(
        self, audio: list[tuple[np.ndarray, int]], text: list[str], language: list[str]
    ) -> list[list[SimpleNamespace]]:
        self.aligned.append(SimpleNamespace(text=text, language=language))
        assert len(audio) == len(text)
        return [
            [SimpleNamespace(text=w, start_time=start, end_time=end) for w, start, end in self.times(one)]
            for one in text
        ]

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        model = SimpleNamespace(from_pretrained=self.from_pretrained)
        torch = {
            "cuda": SimpleNamespace(
                is_available=lambda: self.gpus > 0,
                device_count=lambda: self.gpus,
                is_bf16_supported=lambda emulated: self.bfloat16 or emulated,
            ),
            "backends": SimpleNamespace(mps=SimpleNamespace(is_available=lambda: self.apple)),
            **{dtype: dtype for dtype in ("float32", "float16", "bfloat16")},
        }
        for name, content in (
            ("qwen_asr", {"Qwen3ASRModel": model, "Qwen3ForcedAligner": model}),
            ("torch", torch),
        ):
            module = ModuleType(name)
            module.__spec__ = ModuleSpec(name, None)
            module.__dict__.update(content)
            monkeypatch.setitem(sys.modules, name, module)


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch) -> Iterator[Package]:
    package = Package()
    package.install(monkeypatch)
    yield package
    package.idle.set()


def make_checkpoint(folder: Path, kind: str = "qwen3_asr_thinker") -> str:
    thinker = {"model_type": kind, "audio_config": {}, "text_config": {}}
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"model_type": "qwen3_asr", "thinker_config": thinker}))
    (folder / "model.safetensors").touch()
    return str(folder)


@pytest.fixture
def model(tmp_path: Path) -> str:
    return make_checkpoint(tmp_path / "asr")


@pytest.fixture
def aligner(tmp_path: Path) -> str:
    return make_checkpoint(tmp_path / "aligner", "qwen3_forced_aligner")


@pytest.fixture(scope="module")
def speech() -> Audio:
    """A sentence of some three seconds; whatever it says, the stand-in has its own answer."""
    espeak = shared_espeak()
    return Audio(espeak.speak("Which room can we have on Thursday afternoon?", "en-us"), espeak.rate)


async def test_it_is_chosen_by_name_and_nothing_is_loaded(package: Package, model: str) -> None:
    recognizer = init_recognizer(f"qwen-asr:{model}", batch=4)
    assert isinstance(recognizer, Recognizer)
    assert recognizer.name == f"qwen-asr:{model}"
    assert set(recognizer.languages) == set(LANGUAGES)
    assert package.loaded == []


async def test_a_recording_is_heard(package: Package, model: str, speech: Audio) -> None:
    recognizer = QwenRecognizer(model)
    transcript = await recognizer.transcribe(speech, hotwords=["Thursday", "Minh Phương"])
    assert (transcript.text, transcript.language, transcript.model) == (
        "Hello there.",
        find_language("en"),
        f"qwen-asr:{model}",
    )
    (asked,) = package.asked
    assert (asked.context, asked.language) == (["Thursday, Minh Phương"], [None])
    assert asked.thread is not threading.main_thread()


async def test_a_language_is_told_by_its_name_and_a_dialect_by_its_language(
    package: Package, model: str, speech: Audio
) -> None:
    recognizer = QwenRecognizer(model)
    for code in ("vi", "yue-HK", "zh-wuu", "fil"):
        transcript = await recognizer.transcribe(speech, language=find_language(code))
        assert transcript.language
    assert [asked.language for asked in package.asked] == [
        ["Vietnamese"],
        ["Cantonese"],
        ["Chinese"],
        ["Filipino"],
    ]


async def test_a_language_it_does_not_know_is_refused_unheard(
    package: Package, model: str, speech: Audio
) -> None:
    with pytest.raises(LanguageError, match="cannot hear Klingon"):
        await QwenRecognizer(model).transcribe(speech, language=Language("Klingon", "tlh"))
    assert package.loaded == []


async def test_several_languages_in_one_answer(package: Package, model: str, speech: Audio) -> None:
    package.answer = lambda _: ("Chinese,english", "你好 hello")
    transcript = await QwenRecognizer(model).transcribe(speech)
    assert transcript.language == find_language("zh")
    assert transcript.other_languages == (find_language("en"),)


async def test_silence_is_not_given_to_the_model(package: Package, model: str) -> None:
    transcript = await QwenRecognizer(model).transcribe(Audio.silence(2, 8_000))
    assert (transcript.text, transcript.language) == ("", None)
    assert package.asked == []


async def test_warming_up_loads_and_runs_once(package: Package, model: str, aligner: str) -> None:
    recognizer = QwenRecognizer(model, aligner=aligner)
    await recognizer.warm_up()
    assert [loaded["folder"] for loaded in package.loaded] == [model, aligner]
    assert len(package.asked) == len(package.aligned) == 1
    await recognizer.warm_up()
    assert len(package.loaded) == 2


async def test_answers_are_limited_by_the_length_of_the_sound(
    package: Package, model: str, speech: Audio
) -> None:
    await QwenRecognizer(model).transcribe(speech)
    (asked,) = package.asked
    assert asked.tokens == token_limit(asked.seconds[0])
    assert token_limit(180) > 3_000  # three minutes of Hindi


async def test_one_model_is_loaded_for_all_recognisers_of_a_process(
    package: Package, model: str, speech: Audio
) -> None:
    first, second, other = QwenRecognizer(model), QwenRecognizer(model), QwenRecognizer(model, batch=8)
    await asyncio.gather(*(recognizer.transcribe(speech) for recognizer in (first, second, other)))
    assert len(package.loaded) == 2
    assert {loaded["max_inference_batch_size"] for loaded in package.loaded} == {32, 8}


async def test_what_comes_while_it_hears_is_heard_together(
    package: Package, submitted: list[object], model: str, speech: Audio
) -> None:
    recognizer = QwenRecognizer(model)
    await recognizer.warm_up()
    first, *others = await hear_while_busy(package, submitted, recognizer, speech, ["en", None, "vi", None])
    assert first.text == "Hello there."
    assert all(other.text == "Hello there." for other in others)
    assert [len(asked.seconds) for asked in package.asked[1:]] == [1, 4]
    assert sorted(package.asked[-1].language, key=str) == ["English", None, None, "Vietnamese"]


async def hear_while_busy(
    package: Package,
    submitted: list[object],
    recognizer: QwenRecognizer,
    speech: Audio,
    codes: list[str | None],
) -> list[Any]:
    """Transcripts of a first request, and of one for each code that waits while it is heard."""
    submitted.clear()
    package.idle.clear()
    package.at_work.clear()
    first = asyncio.create_task(recognizer.transcribe(speech))
    assert await asyncio.to_thread(package.at_work.wait, SOON)
    others = [
        asyncio.create_task(recognizer.transcribe(speech, language=find_language(code) if code else None))
        for code in codes
    ]
    while len(submitted) < 1 + len(codes):  # voice activity is looked for first
        await asyncio.sleep(0.001)
    package.idle.set()
    return list(await asyncio.gather(first, *others))


async def test_a_caller_who_hangs_up_is_not_heard(
    package: Package, submitted: list[object], model: str, speech: Audio
) -> None:
    recognizer = QwenRecognizer(model)
    await recognizer.warm_up()
    submitted.clear()
    package.idle.clear()
    package.at_work.clear()
    first = asyncio.create_task(recognizer.transcribe(speech))
    assert await asyncio.to_thread(package.at_work.wait, SOON)
    gone = asyncio.create_task(recognizer.transcribe(speech, hotwords=["gone"]))
    while len(submitted) < 2:
        await asyncio.sleep(0.001)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    package.idle.set()
    assert (await first).text == "Hello there."
    assert (await recognizer.transcribe(speech)).text == "Hello there."
    assert all("gone" not in asked.context for asked in package.asked)


async def test_a_lack_of_memory_is_told_and_survived(package: Package, model: str, speech: Audio) -> None:
    def run_out(_: np.ndarray) -> tuple[str, str]:
        raise failures.pop()

    recognizer = QwenRecognizer(model)
    failures: list[Exception] = [
        OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB."),
        MemoryError(),
        RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory: you tried"),
    ]
    well, package.answer = package.answer, run_out
    while failures:
        with pytest.raises(RecognitionError, match=r"out of memory: choose a smaller model .* smaller batch"):
            await recognizer.transcribe(speech)
    package.answer = well
    assert (await recognizer.transcribe(speech)).text == "Hello there."


async def test_what_does_not_fit_together_is_heard_in_turn(
    package: Package, submitted: list[object], model: str, speech: Audio
) -> None:
    def crowded(_: np.ndarray) -> tuple[str, str]:
        if len(package.asked[-1].seconds) > 2:
            raise OutOfMemoryError("CUDA out of memory.")
        return "English", "Hello there."

    recognizer = QwenRecognizer(model)
    await recognizer.warm_up()
    package.answer = crowded
    transcript = await hear_while_busy(package, submitted, recognizer, speech, [None] * 5)
    assert [one.text for one in transcript] == ["Hello there."] * 6


async def test_any_other_failure_is_one_sentence(package: Package, model: str, speech: Audio) -> None:
    def fail(_: np.ndarray) -> tuple[str, str]:
        raise RuntimeError("CUDA error: device-side assert triggered\nCompile with TORCH_USE_CUDA_DSA")

    package.answer = fail
    with pytest.raises(RecognitionError) as caught:
        await QwenRecognizer(model).transcribe(speech)
    assert (
        str(caught.value)
        == f"qwen-asr:{model} failed: CUDA error: device-side assert triggered; look at the log."
    )


async def test_a_model_that_does_not_fit_is_told(package: Package, model: str) -> None:
    package.failure = OutOfMemoryError("CUDA out of memory.")
    with pytest.raises(BackendError, match=r"does not fit into memory: choose a smaller model"):
        await QwenRecognizer(model).warm_up()


async def test_damaged_weights_are_told(package: Package, model: str) -> None:
    package.failure = OSError("Error while deserializing header: header too large\nmore")
    with pytest.raises(
        WeightsError, match=r"cannot be loaded \(Error while .* too large\): fetch it again\.$"
    ):
        await QwenRecognizer(model).warm_up()


async def test_after_a_failed_load_it_is_tried_again(package: Package, model: str, speech: Audio) -> None:
    recognizer = QwenRecognizer(model)
    package.failure = MemoryError()
    with pytest.raises(BackendError):
        await recognizer.warm_up()
    package.failure = None
    assert (await recognizer.transcribe(speech)).text == "Hello there."


async def test_without_the_extra_it_is_named(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(BackendError, match=re.escape(f"qwen-asr is not installed: {install_hint('qwen')}")):
        await QwenRecognizer(model).warm_up()


@pytest.mark.usefixtures("package")
async def test_transformers_5_beside_it_is_told(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qwen_package, "version", lambda _: "5.23.0")
    with pytest.raises(
        BackendError, match=r"does not work with transformers 5\.23\.0.*environment of its own"
    ):
        await QwenRecognizer(model).warm_up()


@pytest.mark.usefixtures("package")
async def test_a_package_that_cannot_be_imported_is_told(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: str) -> None:
        raise OSError("libcudart.so.12: cannot open shared object file")

    monkeypatch.setattr("importlib.import_module", broken)
    with pytest.raises(BackendError, match=r"qwen-asr cannot be imported \(libcudart"):
        await QwenRecognizer(model).warm_up()


@pytest.mark.parametrize(
    ("gpus", "apple", "bfloat16", "device", "dtype", "expected"),
    [
        (0, False, True, None, None, ("cpu", "float32")),
        (1, False, True, None, None, ("cuda", "bfloat16")),
        (1, False, False, None, None, ("cuda", "float16")),
        (0, True, True, None, None, ("mps", "float16")),
        (2, False, True, "cuda:1", None, ("cuda:1", "bfloat16")),
        (1, False, True, "cpu", None, ("cpu", "float32")),
        (1, False, True, None, "float32", ("cuda", "float32")),
        (0, False, True, None, "bfloat16", ("cpu", "bfloat16")),
    ],
)
def test_where_it_runs(
    package: Package,
    gpus: int,
    apple: bool,
    bfloat16: bool,
    device: str | None,
    dtype: str | None,
    expected: tuple[str, str],
) -> None:
    package.gpus, package.apple, package.bfloat16 = gpus, apple, bfloat16
    assert place(device, dtype) == expected


@pytest.mark.usefixtures("package")
@pytest.mark.parametrize(
    ("device", "dtype", "expected"),
    [
        ("cuda", None, "There is no device cuda, PyTorch sees no GPU:"),
        ("mps", None, "There is no device mps"),
        ("tpu", None, "Unknown device 'tpu'"),
        ("cuda:x", None, "Unknown device 'cuda:x'"),
        (None, "int8", "Unknown dtype 'int8'"),
    ],
)
async def test_a_device_that_is_not_there(
    model: str, device: str | None, dtype: str | None, expected: str
) -> None:
    with pytest.raises(BackendError, match=expected):
        await QwenRecognizer(model, device=device, dtype=dtype).warm_up()


def test_one_gpu_too_few(package: Package) -> None:
    package.gpus = 1
    with pytest.raises(BackendError, match="There is no device cuda:1, PyTorch sees 1 GPU:"):
        place("cuda:1", None)


async def test_words_have_times(package: Package, model: str, aligner: str, speech: Audio) -> None:
    transcript = await QwenRecognizer(model, aligner=aligner).transcribe(speech, timestamps=True)
    assert [word.text for word in transcript.words] == ["Hello", " there."]
    assert 0 <= transcript.words[0].start_s < transcript.words[1].start_s < transcript.words[1].end_s
    assert transcript.words_unavailable == ""
    assert package.aligned[0].language == ["English"]


async def test_times_are_not_looked_for_unasked(
    package: Package, model: str, aligner: str, speech: Audio
) -> None:
    assert not (await QwenRecognizer(model, aligner=aligner).transcribe(speech)).words
    assert package.aligned == []


async def test_vietnamese_words_have_no_times_and_it_says_why(
    package: Package, model: str, aligner: str, speech: Audio
) -> None:
    package.answer = lambda _: ("Vietnamese", "Xin chào.")
    transcript = await QwenRecognizer(model, aligner=aligner).transcribe(speech, timestamps=True)
    assert (transcript.text, transcript.language, transcript.words) == ("Xin chào.", VIETNAMESE, ())
    assert "Vietnamese" in transcript.words_unavailable
    assert package.aligned == []
    (segment,) = transcript.segments
    assert 0 <= segment.start_s < segment.end_s == pytest.approx(speech.duration_s, abs=0.1)


async def test_an_aligner_that_fails_costs_the_times_alone(
    package: Package, model: str, aligner: str, speech: Audio
) -> None:
    def fail(_: str) -> list[tuple[str, float, float]]:
        raise OutOfMemoryError("CUDA out of memory.")

    package.times = fail
    transcript = await QwenRecognizer(model, aligner=aligner).transcribe(speech, timestamps=True)
    assert (transcript.text, transcript.words) == ("Hello there.", ())
    assert "out of memory" in transcript.words_unavailable


@pytest.mark.usefixtures("package")
async def test_without_an_aligner_it_says_which_to_set(model: str, speech: Audio) -> None:
    transcript = await QwenRecognizer(model).transcribe(speech, timestamps=True)
    assert "EMADS_ALIGNER=Qwen/Qwen3-ForcedAligner-0.6B" in transcript.words_unavailable


@pytest.mark.usefixtures("package")
async def test_a_recogniser_given_for_the_aligner_is_refused(model: str, speech: Audio) -> None:
    with pytest.raises(WeightsError, match="holds a recogniser, not a forced aligner"):
        await QwenRecognizer(model, aligner=model).transcribe(speech, timestamps=True)
