"""Qwen3-ASR through sherpa-onnx: what is told to the library, and what is refused before it can end the process.

The library itself is stood in for here; tests/qwen/test_sherpa.py runs the real one.
"""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from emads_voice.installation import install_hint
from emads_voice.voice import init_recognizer
from emads_voice.voice.errors import BackendError, RecognitionError, WeightsError
from emads_voice.voice.languages import ENGLISH, find_language
from emads_voice.voice.models.cores import CORES
from emads_voice.voice.recognizers.sherpa import SherpaQwenRecognizer
from emads_voice.voice.sound.audio import Audio

SPECIALS = ("<|im_start|>", "<|im_end|>", "<|audio_start|>", "<|audio_end|>", "<|audio_pad|>", "<asr_text>")


def graph(inputs: int) -> bytes:
    """The least ONNX file there is: a graph (field 7) of empty inputs (field 11)."""
    body = b"\x5a\x00" * inputs
    return b"\x3a" + bytes([len(body)]) + body


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files that pass for a model of two layers."""
    folder = tmp_path / "qwen3-asr-int8"
    (folder / "tokenizer").mkdir(parents=True)
    for name, inputs in (("conv_frontend.onnx", 1), ("encoder.int8.onnx", 2), ("decoder.onnx", 8)):
        (folder / name).write_bytes(graph(inputs))
    (folder / "tokenizer" / "vocab.json").write_text(json.dumps({"a": 0}))
    (folder / "tokenizer" / "merges.txt").write_text("")
    added = {str(number): {"content": token} for number, token in enumerate(SPECIALS, 1)}
    (folder / "tokenizer" / "tokenizer_config.json").write_text(json.dumps({"added_tokens_decoder": added}))
    return folder


class Library:
    """What sherpa_onnx would be asked, and what it answers: (language, text)."""

    def __init__(self) -> None:
        self.built: dict[str, Any] = {}
        self.streams: list[dict[str, Any]] = []
        self.answer: tuple[str, str] | Exception = ("Vietnamese", " Chi phí là bao nhiêu? ")
        self.OfflineRecognizer = self

    def from_qwen3_asr(self, **config: Any) -> "Library":
        self.built = config
        return self

    def create_stream(self) -> SimpleNamespace:
        asked: dict[str, Any] = {}
        self.streams.append(asked)

        def accept(rate: int, samples: Any) -> None:
            asked.update(rate=rate, samples=samples)

        return SimpleNamespace(accept_waveform=accept, set_option=asked.__setitem__)

    def decode_stream(self, stream: SimpleNamespace) -> None:
        if isinstance(self.answer, Exception):
            raise self.answer
        stream.result = SimpleNamespace(lang=self.answer[0], text=self.answer[1])


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Library:
    library = Library()
    monkeypatch.setitem(sys.modules, "sherpa_onnx", library)
    return library


@pytest.fixture
def question(recordings: Path) -> Audio:
    """Two seconds of speech: as much as the answers say, so that it is not heard again in parts."""
    return Audio.load(recordings / "en_jfk.flac").clip(0, 2)


async def test_the_model_names_text_and_language(library: Library, folder: Path, question: Audio) -> None:
    transcript = await init_recognizer(f"sherpa-qwen:{folder}").transcribe(question)
    assert (transcript.text, transcript.language) == ("Chi phí là bao nhiêu?", find_language("vi"))
    assert transcript.model == "sherpa-qwen:qwen3-asr-int8"
    assert library.built["encoder"].endswith("encoder.int8.onnx")
    assert library.built["decoder"].endswith("decoder.onnx")
    assert library.built["num_threads"] == CORES
    assert library.streams[0]["rate"] == 16_000
    assert library.streams[0]["samples"].dtype == np.float32


async def test_several_languages_are_all_named(library: Library, folder: Path, question: Audio) -> None:
    library.answer = ("Chinese,English", "好的 OK")
    transcript = await SherpaQwenRecognizer(str(folder)).transcribe(question)
    assert transcript.language == find_language("zh")
    assert transcript.other_languages == (ENGLISH,)


async def test_a_language_the_library_keeps_to_itself_is_told_by_the_text(
    library: Library, folder: Path, question: Audio
) -> None:
    library.answer = ("", "Chi phí là bao nhiêu?")
    expected = (ENGLISH, find_language("vi"))
    transcript = await SherpaQwenRecognizer(str(folder), languages=expected).transcribe(question)
    assert transcript.language == find_language("vi")


async def test_it_is_told_language_and_hotwords(library: Library, folder: Path, question: Audio) -> None:
    recognizer = SherpaQwenRecognizer(str(folder))
    await recognizer.transcribe(
        question, language=find_language("Sichuan"), hotwords=["EMADS", "Minh Phương"]
    )
    await recognizer.transcribe(question)
    told, untold = library.streams
    assert (told["language"], told["hotwords"]) == ("Chinese", "EMADS,Minh Phương")
    assert "language" not in untold
    assert "hotwords" not in untold


async def test_many_hotwords_leave_room_for_the_sound(
    library: Library, folder: Path, question: Audio
) -> None:
    names = ["Nguyễn Văn An", *(f"Nguyễn {number} An" for number in range(100))]
    await SherpaQwenRecognizer(str(folder)).transcribe(question, hotwords=names)
    told = library.streams[0]["hotwords"]
    assert told.startswith("Nguyễn Văn An,Nguyễn")
    assert len(told.encode()) <= 200
    assert told.endswith("An")


async def test_a_comma_in_a_hotword_does_not_make_two_of_it(
    library: Library, folder: Path, question: Audio
) -> None:
    await SherpaQwenRecognizer(str(folder)).transcribe(
        question, hotwords=["Acme, Inc.", "EMADS", "emads", " "]
    )
    assert library.streams[0]["hotwords"] == "Acme Inc.,EMADS"


async def test_a_long_recording_is_heard_in_pieces_that_fit(
    library: Library, folder: Path, question: Audio
) -> None:
    long = Audio.join([question] * 12)
    await SherpaQwenRecognizer(str(folder)).transcribe(long)
    assert len(library.streams) >= 3
    assert all(len(stream["samples"]) <= 20 * 16_000 for stream in library.streams)


async def test_silence_is_not_even_heard(library: Library, folder: Path) -> None:
    transcript = await SherpaQwenRecognizer(str(folder)).transcribe(Audio.silence(3, 8_000))
    assert (transcript.text, transcript.language, library.streams) == ("", None, [])


async def test_a_failure_is_one_sentence(library: Library, folder: Path, question: Audio) -> None:
    library.answer = RuntimeError("bad allocation")
    with pytest.raises(
        RecognitionError, match=r"^sherpa-qwen:qwen3-asr-int8 failed: bad allocation; look at the log\.$"
    ):
        await SherpaQwenRecognizer(str(folder)).transcribe(question)


async def test_recognisers_of_one_folder_share_a_model(library: Library, folder: Path) -> None:
    first, second = SherpaQwenRecognizer(str(folder)), SherpaQwenRecognizer(str(folder))
    await first.warm_up()
    library.built.clear()
    await second.warm_up()
    assert not library.built


def test_a_folder_is_found_in_the_models_folder(folder: Path) -> None:
    recognizer = init_recognizer("sherpa-qwen:qwen3-asr-int8", models_dir=folder.parent)
    assert recognizer.name == "sherpa-qwen:qwen3-asr-int8"


async def test_without_the_library_its_extra_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sherpa_onnx", None)
    with pytest.raises(BackendError, match=re.escape(install_hint("sherpa"))):
        await SherpaQwenRecognizer(str(folder)).warm_up()


async def test_what_the_library_cannot_load_is_one_sentence(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: Any) -> None:
        raise RuntimeError("Load model from encoder.onnx failed:Protobuf parsing failed.")

    monkeypatch.setattr(library, "from_qwen3_asr", refuse)
    with pytest.raises(
        WeightsError,
        match=r"cannot be loaded by sherpa-onnx \(Load model .* parsing failed\): unpack its folder again\.$",
    ):
        await SherpaQwenRecognizer(str(folder)).warm_up()


def _remove(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def _write(name: str, content: bytes) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / name).write_bytes(content)

    return write


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (_remove("conv_frontend.onnx"), r"lacks conv_frontend\.onnx"),
        (_remove("encoder.int8.onnx"), r"lacks encoder\.onnx"),
        (_remove("tokenizer/merges.txt"), r"lacks tokenizer/merges\.txt"),
        (_write("decoder.onnx", b"junk"), r"decoder\.onnx is not an ONNX file"),
        (_write("decoder.onnx", graph(2)), r"decoder\.onnx is not the decoder of a Qwen3-ASR model"),
        (_write("encoder.int8.onnx", graph(8)), r"encoder\.int8\.onnx is not the encoder"),
        (_write("tokenizer/vocab.json", b"{"), "is not the tokenizer of a Qwen3-ASR model"),
        (_write("tokenizer/tokenizer_config.json", b'{"a": 1}'), "is not the tokenizer of a Qwen3-ASR model"),
        (_write("tokenizer/tokenizer_config.json", b"[]"), "is not the tokenizer of a Qwen3-ASR model"),
    ],
)
async def test_what_would_end_the_process_is_refused_before(
    library: Library, folder: Path, damage: Callable[[Path], None], sentence: str
) -> None:
    damage(folder)
    with pytest.raises(WeightsError, match=sentence):
        await SherpaQwenRecognizer(str(folder)).warm_up()
    assert not library.built


@pytest.mark.usefixtures("library")
async def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"There is no folder .*nowhere: give the path"):
        await SherpaQwenRecognizer("nowhere", models_dir=tmp_path).warm_up()
