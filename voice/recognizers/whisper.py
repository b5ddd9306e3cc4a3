"""Whisper on a CPU, through CTranslate2: recognises some hundred languages and names them.

Speech is found first and only that is given to the model: on silence and noise Whisper invents words. The language is
named anew for each piece, among those a deployment expects; what is certainly in another is not put into words of
these. What a loaded model is asked is in whisper_model.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple, ParamSpec, TypeVar

from emads_voice.once import Once
from emads_voice.voice.activity.vad import shared_vad
from emads_voice.voice.errors import RecognitionError, VoiceError, WeightsError
from emads_voice.voice.languages import ENGLISH, LANGUAGES, VIETNAMESE, Language
from emads_voice.voice.models.cores import CORES
from emads_voice.voice.models.folders import at_home, models_folder
from emads_voice.voice.models.pins import WHISPER_BASE
from emads_voice.voice.models.weights import locate
from emads_voice.voice.recognizer import Transcript
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.transcription.hypotheses import Asked, Heard, Hypothesis, merge, segments_of
from emads_voice.voice.transcription.listening import hear_all_of, listen
from emads_voice.voice.transcription.pieces import Piece, find_pieces, together

from . import whisper_language
from .whisper_model import WhisperModel

_P = ParamSpec("_P")
_T = TypeVar("_T")

_RATE = 16_000
_PIECE_S = 28.0  # Whisper's window is 30 s, 2 s of which stay empty
_FILES = ("model.bin", "config.json", "tokenizer.json")  # what a model's folder must hold
_IDENTIFIED_BY = 3  # pieces that vote on the usual language
_UNIT_S = 2.0  # so much speech tells its language
_TIMED_S = 5.0  # of so much speech without a pause the end may be missing


@dataclass(frozen=True, slots=True)
class Encoded:
    """A recording whose speech is found and whose usual language is known, for the decoder to put into words.

    Attributes:
        audio: the recording at 16 kHz.
        pieces: where there is speech, at most 28 s each; empty when nobody spoke.
        told: the language that was said to be spoken, if one was.
        usual: the language spoken most at the beginning; None when nobody spoke.
        encodings: the encoder's output for the first pieces.
    """

    audio: Audio
    pieces: Sequence[Piece]
    told: Language | None = None
    usual: Language | None = None
    encodings: Mapping[Piece, Any] = field(default_factory=dict)


class Spoken(NamedTuple):
    """A piece in one language.

    Attributes:
        piece: of the recording.
        language: spoken in it; None if it is none of ours.
        expected: whether it is to be written down.
        encoding: the encoder's output for it, if that has been made already.
    """

    piece: Piece
    language: Language | None
    expected: bool = True
    encoding: Any = None


class WhisperRecognizer:
    """A :class:`~emads_voice.voice.recognizer.Recognizer` on a Whisper model in CTranslate2's form.

    It ignores hotwords: Whisper takes a prompt for words already said, and repeats them where sound is
    unclear.

    A piece that is recognised alone has all cores; of several at once each has one. On two cores one caller waits
    0.4 s for a 5 s question, two wait 0.65 s each.
    """

    def __init__(
        self,
        model: str = "base",
        *,
        languages: Sequence[Language] = (ENGLISH, VIETNAMESE),
        models_dir: Path | None = None,
    ) -> None:
        """Choose a model; nothing is loaded yet.

        Args:
            model: "base", which is embedded; NAME for the folder ``whisper-NAME`` in the models folder; or
                the path of a CTranslate2 model folder.
            languages: what callers may speak; when it is not said which, one of these is named.
            models_dir: the models folder, see :func:`~emads_voice.voice.models.folders.models_folder`.
        """
        self.name = f"whisper:{model}"
        self._pool = ThreadPoolExecutor(CORES, thread_name_prefix="whisper")
        self._model = Once(partial(_load, self.name, model, models_dir, tuple(languages)))

    @property
    def languages(self) -> Collection[Language]:
        """Those the model knows, dialects by their language; before it is loaded, those of whisper-base."""
        if model := self._model.made:
            return tuple(language for language in LANGUAGES if model.knows(language))
        return tuple(language for language in LANGUAGES if language.base_code != "yue")

    @property
    def timed_languages(self) -> Collection[Language]:
        """All that it recognises."""
        return self.languages

    async def warm_up(self) -> None:
        """Load the model and the voice activity detector (about 1.5 s).

        Raises:
            BackendError: the extra is not installed.
            WeightsError: a model is missing or damaged.
            LanguageError: the model does not know one of the configured languages.
        """
        await self._run(self._model)

    async def transcribe(
        self,
        audio: Audio,
        *,
        language: Language | None = None,
        hotwords: Sequence[str] = (),
        timestamps: bool = False,
    ) -> Transcript:
        """See :meth:`emads_voice.voice.recognizer.Recognizer.transcribe`; ``hotwords`` are ignored."""
        del hotwords
        encoded = await self.encode(audio, language)

        async def hear(piece: Piece) -> list[Heard]:
            spoken = await self.spoken(encoded, piece)
            return [
                heard for part in spoken for heard in await self.hear(encoded, part, timestamps=timestamps)
            ]

        # A long recording may use all workers, but never queues more pieces than that: callers take turns.
        asked: Asked = {"language": encoded.told, "hotwords": (), "timestamps": timestamps}
        heard = await listen(encoded.pieces, hear, partial(segments_of, **asked), at_once=CORES)
        return await asyncio.to_thread(merge, self.name, audio, heard, **asked)

    async def encode(self, audio: Audio, language: Language | None = None) -> Encoded:
        """Find the speech in a recording and name its usual language, unless one is given.

        Raises:
            LanguageError: the model does not know ``language``.
            RecognitionError: the model failed.
        """
        return await self._run(self._encode, audio, language)

    async def spoken(self, encoded: Encoded, piece: Piece) -> list[Spoken]:
        """A piece of an encoded recording, cut where the language changes.

        Raises:
            RecognitionError: the model failed.
        """
        return await self._run(self._spoken, encoded, piece)

    async def hear(self, encoded: Encoded, spoken: Spoken, *, timestamps: bool = False) -> list[Heard]:
        """What is said in a piece of an encoded recording; nothing if it is in a language that is not expected.

        Raises:
            RecognitionError: the model failed.
        """
        language = spoken.language
        if not spoken.expected or language is None:
            return [(spoken.piece, Hypothesis("", unexpected=language))]

        async def recognize(piece: Piece) -> Hypothesis:
            encoding = spoken.encoding if piece == spoken.piece else None
            return await self._run(self._decode, encoded.audio, piece, language, timestamps, encoding)

        return await hear_all_of(spoken.piece, recognize, encoded.audio)

    async def _run(self, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, lambda: work(*args, **kwargs))
        except VoiceError:
            raise
        except (RuntimeError, ValueError, MemoryError) as error:
            raise RecognitionError(
                f"{self.name} failed: {str(error) or 'out of memory'}; choose a smaller model if it goes on."
            ) from error

    def _encode(self, audio: Audio, language: Language | None) -> Encoded:
        model = self._model()
        if language:
            model.code(language)  # refuse a language before looking for speech
        audio, pieces = find_pieces(audio.resample(_RATE), model.vad, limit_s=_PIECE_S)
        first = {piece: model.encode(audio.clip(*piece.sound)) for piece in pieces[:_IDENTIFIED_BY]}
        usually = language
        if pieces and not language:
            parts = ((model.languages(encoding), piece.speech_s) for piece, encoding in first.items())
            usually = whisper_language.usual(parts, model.expected)
        return Encoded(audio, pieces, language, usually, first)

    def _spoken(self, encoded: Encoded, piece: Piece) -> list[Spoken]:
        encoding = encoded.encodings.get(piece)
        if encoded.told:
            return [Spoken(piece, encoded.told, encoding=encoding)]
        model = self._model()
        if encoding is None:
            encoding = model.encode(encoded.audio.clip(*piece.sound))
        named, whole = self._named(encoded, piece, encoding), model.languages(encoding)
        units = piece.units(encoded.audio, _UNIT_S)
        if len(units) == 1 or whisper_language.is_one(whole, model.expected):
            return [named]
        # Units are encoded for that alone, at their own length: together they cost twice as much as the piece.
        judged = [
            whisper_language.Unit(
                model.languages(model.encode(encoded.audio.clip(*unit.sound), least_s=0)),
                unit.speech_s,
                before is None or unit.span.start_s > before.span.end_s,
            )
            for before, unit in zip([None, *units], units, strict=False)
        ]
        languages = whisper_language.changing(judged, whole, model.expected)
        if len(set(languages)) == 1:
            return [named]
        expected = model.expected.values()
        runs = groupby(zip(languages, units, strict=True), key=lambda each: each[0])
        return [
            Spoken(together([unit for _, unit in run]), language, language in expected)
            for language, run in runs
        ]

    def _named(self, encoded: Encoded, piece: Piece, encoding: Any) -> Spoken:
        model = self._model()
        assert encoded.usual is not None, "a piece of speech has a language"
        language = whisper_language.spoken(
            model.languages(encoding), piece.speech_s, model.expected, encoded.usual
        )
        return Spoken(piece, language, language in model.expected.values(), encoding)

    def _decode(
        self, audio: Audio, piece: Piece, language: Language, timestamps: bool, encoding: Any
    ) -> Hypothesis:
        """A piece in words; with their times where it is needed to see whether any are missing."""
        model, sound = self._model(), audio.clip(*piece.sound)
        if encoding is None:
            encoding = model.encode(sound)
        timed = timestamps or len(piece.speech) > 1 or piece.speech_s >= _TIMED_S
        return model.decode(encoding, sound.duration_s, language, timed)


def _load(name: str, model: str, models_dir: Path | None, languages: Sequence[Language]) -> WhisperModel:
    return WhisperModel(name, whisper_folder(model, models_dir), shared_vad(models_dir), languages)


def whisper_folder(name: str, models_dir: Path | None = None) -> Path:
    """A Whisper model's CTranslate2 folder: "base", a path, or NAME of ``whisper-NAME`` in the models folder.

    Raises:
        WeightsError: there is none, or it lacks a file.
    """
    if name == "base":
        return locate(WHISPER_BASE, models_dir)
    is_path = "/" in name or "\\" in name
    folder = at_home(name) if is_path else models_folder(models_dir) / f"whisper-{name}"
    if missing := [file for file in _FILES if not (folder / file).is_file()]:
        raise WeightsError(
            f"Whisper model {name!r} is not complete: put {', '.join(missing)}"
            f" of its CTranslate2 form into {folder}."
        )
    return folder
