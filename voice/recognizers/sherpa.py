"""Qwen3-ASR on a CPU without torch, through sherpa-onnx: for small machines and for the edge.

The folder is one that sherpa-onnx publishes, sherpa-onnx-qwen3-asr-0.6B-int8-2026-03-25 say (0.94 GB):

    conv_frontend.onnx
    encoder.int8.onnx    or encoder.onnx
    decoder.int8.onnx    or decoder.onnx
    tokenizer/           vocab.json, merges.txt, tokenizer_config.json

What the library does with files that are not these decides what is looked at here: it ends the process where it finds
a graph of another shape or a tokenizer of another model (csrc/offline-qwen3-asr-model.cc of sherpa-onnx 2.0).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from emads_voice.error_text import first_line
from emads_voice.installation import install_hint
from emads_voice.once import Once
from emads_voice.voice.errors import BackendError, WeightsError
from emads_voice.voice.hotwords import distinct
from emads_voice.voice.languages import LANGUAGES, Language
from emads_voice.voice.models.cores import CORES
from emads_voice.voice.models.folders import at_home, models_folder
from emads_voice.voice.models.onnx_graph import count_inputs
from emads_voice.voice.models.sharing import shared
from emads_voice.voice.recognizer import Transcript
from emads_voice.voice.recognizers.qwen.answer import hypothesis
from emads_voice.voice.recognizers.qwen.failures import recognizing
from emads_voice.voice.recognizers.qwen.request import told_name
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.text.language import identify
from emads_voice.voice.transcription.guards import Guards, Hypothesis

_P = ParamSpec("_P")
_T = TypeVar("_T")

_INPUTS = {"conv_frontend": (1, 1), "encoder": (2, 2), "decoder": (6, 1000)}
"""Files, and how many inputs their graphs have: fewest and most. The decoder has four, and two for each layer."""
_TOKENIZER = ("vocab.json", "merges.txt", "tokenizer_config.json")

# Published decoders have room for 512 positions. Of these the prompt takes 24, and a second of sound 13; what does
# not fit is cut off the sound without a word. So there are 20 s of sound, 160 tokens of answer (8 a second;
# Vietnamese needs 5) and the rest, 68, for hotwords: some 3 bytes a token.
_ROOM = 512
_PIECE_S = 20.0
_ANSWER_TOKENS = 160
_HOTWORD_BYTES = 200

_TOKENS = {"<|im_start|>", "<|im_end|>", "<|audio_start|>", "<|audio_end|>", "<|audio_pad|>", "<asr_text>"}


class SherpaQwenRecognizer:
    """A :class:`~emads_voice.voice.recognizer.Recognizer` on a folder of ONNX files.

    Of many hotwords the first are told to the model, as many as fit into 200 bytes. There are no word times.
    """

    def __init__(
        self,
        folder: str,
        *,
        languages: Sequence[Language] = LANGUAGES,
        models_dir: Path | None = None,
    ) -> None:
        """Choose a folder; nothing is loaded yet.

        Args:
            folder: its path, or its name in the models folder.
            languages: those expected: one of these is named, by the text, where the library does not say which.
            models_dir: the models folder, see :func:`~emads_voice.voice.models.folders.models_folder`.
        """
        self._languages = languages
        path = at_home(folder)
        self._folder = path if path.is_dir() else models_folder(models_dir) / path
        self._model = shared(_Model, self._folder)
        self._guards = Guards(self.name, models_dir=models_dir, max_piece_s=_PIECE_S)

    @property
    def name(self) -> str:
        """ "sherpa-qwen:" and the folder's name."""
        return f"sherpa-qwen:{self._folder.name}"

    @property
    def languages(self) -> Collection[Language]:
        """All of Qwen3-ASR's; a dialect is asked for as the language it belongs to."""
        return LANGUAGES

    async def warm_up(self) -> None:
        """Load the model (1 GB of memory and more) and voice activity.

        Raises:
            BackendError: sherpa-onnx is not installed.
            WeightsError: the folder is missing, lacks a file or holds another model.
        """
        await asyncio.gather(self._model.run(self._model.load), self._guards.warm_up())

    async def transcribe(
        self,
        audio: Audio,
        *,
        language: Language | None = None,
        hotwords: Sequence[str] = (),
        timestamps: bool = False,
    ) -> Transcript:
        """See :meth:`emads_voice.voice.recognizer.Recognizer.transcribe`."""
        told_name(language)  # refuse a language before looking for speech
        return await self._guards.transcribe(
            self._recognize, audio, language=language, hotwords=hotwords, timestamps=timestamps
        )

    async def _recognize(
        self, piece: Audio, language: Language | None, hotwords: Sequence[str]
    ) -> Hypothesis:
        return await self._model.run(self._recognize_now, piece, language, hotwords)

    def _recognize_now(self, piece: Audio, language: Language | None, hotwords: Sequence[str]) -> Hypothesis:
        model = self._model.load()
        with recognizing(self.name):
            stream = model.create_stream()
            stream.accept_waveform(piece.rate, piece.samples)
            if told := _fitting(hotwords):
                stream.set_option("hotwords", told)
            if name := told_name(language):
                stream.set_option("language", name)
            model.decode_stream(stream)
            said = hypothesis(stream.result.lang, stream.result.text)
        if said.text and not said.language:  # sherpa-onnx 2.0.1 cuts the language off and forgets it
            return said._replace(language=identify(said.text, self._languages))
        return said


class _Model:
    """A folder's model, which the recognisers of the process share, and the thread that asks it.

    It hears one piece after the other, each on all cores.
    """

    def __init__(self, folder: Path) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sherpa-qwen")
        self.load = Once(partial(_load, folder))

    async def run(self, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Do something in the thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, partial(work, *args, **kwargs))


def _load(folder: Path) -> Any:
    """sherpa-onnx's recogniser."""
    try:
        import sherpa_onnx
    except ImportError:
        raise BackendError(f"sherpa-qwen needs sherpa-onnx: {install_hint('sherpa')}.") from None
    files = _files(folder)
    try:
        return sherpa_onnx.OfflineRecognizer.from_qwen3_asr(
            **{part: str(path) for part, path in files.items()},
            tokenizer=str(folder / "tokenizer"),
            num_threads=CORES,
            max_total_len=_ROOM,
            max_new_tokens=_ANSWER_TOKENS,
        )
    except (RuntimeError, MemoryError) as error:
        raise WeightsError(
            f"{folder} cannot be loaded by sherpa-onnx ({first_line(error)}): unpack its folder again."
        ) from error


def _files(folder: Path) -> dict[str, Path]:
    """The graphs in a folder, looked at as far as keeps the library from ending the process."""
    if not folder.is_dir():
        raise WeightsError(
            f"There is no folder {folder}: give the path of one that sherpa-onnx publishes for Qwen3-ASR."
        )
    files = {}
    for part in _INPUTS:
        names = (f"{part}.int8.onnx", f"{part}.onnx")
        found = next((folder / name for name in names if (folder / name).is_file()), None)
        if found is None:
            raise WeightsError(
                f"{folder} lacks {names[1]}: give a folder that sherpa-onnx publishes for Qwen3-ASR."
            )
        files[part] = found
    for name in _TOKENIZER:
        if not (folder / "tokenizer" / name).is_file():
            raise WeightsError(f"{folder} lacks tokenizer/{name}: unpack sherpa-onnx's folder again.")
    for part, path in files.items():
        fewest, most = _INPUTS[part]
        if not fewest <= count_inputs(path) <= most:
            raise WeightsError(
                f"{path} is not the {part} of a Qwen3-ASR model in sherpa-onnx's form: unpack its folder again."
            )
    if not _is_ours(folder / "tokenizer"):
        raise WeightsError(
            f"{folder / 'tokenizer'} is not the tokenizer of a Qwen3-ASR model: unpack the folder again."
        )
    return files


def _is_ours(tokenizer: Path) -> bool:
    try:
        vocabulary = json.loads((tokenizer / "vocab.json").read_text(encoding="utf-8"))
        added = json.loads((tokenizer / "tokenizer_config.json").read_text(encoding="utf-8"))
        tokens = {*vocabulary, *(token["content"] for token in added["added_tokens_decoder"].values())}
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
    return tokens >= _TOKENS


def _fitting(hotwords: Sequence[str]) -> str:
    """The first hotwords, as many as there is room for, as the library wants them: a comma always parts two."""
    fitting: list[str] = []
    left = _HOTWORD_BYTES
    for word in distinct([hotword.replace(",", " ") for hotword in hotwords]):
        left -= len(word.encode()) + 1
        if left < 0:
            break
        fitting.append(word)
    return ",".join(fitting)
