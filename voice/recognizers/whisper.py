"""Whisper on a CPU, through CTranslate2: hears some hundred languages and names them.

Speech is found first (voice/heard.py) and only that is given to the model: on silence and noise Whisper invents words.
The language is chosen among those a deployment expects, not among all. What else it takes is in whisper_model.py.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from emads_voice.voice.audio import Audio
from emads_voice.voice.cores import CORES
from emads_voice.voice.errors import RecognitionError, VoiceError
from emads_voice.voice.heard import Heard, Piece, find_pieces, put_together
from emads_voice.voice.languages import ENGLISH, LANGUAGES, VIETNAMESE, Language
from emads_voice.voice.recognizer import Transcript
from emads_voice.voice.recognizers.whisper_model import WhisperModel
from emads_voice.voice.vad import shared_vad
from emads_voice.voice.weights import whisper_folder

_P = ParamSpec("_P")
_T = TypeVar("_T")

_RATE = 16_000
_PIECE_S = 28.0  # Whisper's window is 30 s, 2 s of which stay empty
_IDENTIFIED_BY = 3  # pieces that vote on the language


@dataclass(frozen=True, slots=True)
class Hearing:
    """What is known of a recording before its words are.

    Attributes:
        audio: the recording at 16 kHz.
        pieces: where there is speech, at most 28 s each; empty when nobody spoke.
        language: what is spoken; None when nobody spoke.
        encodings: the encoder's output for the first pieces.
    """

    audio: Audio
    pieces: Sequence[Piece]
    language: Language | None
    encodings: Sequence[Any]


class WhisperRecognizer:
    """A :class:`~emads_voice.voice.recognizer.Recognizer` on a Whisper model in CTranslate2's form.

    It ignores ``context``: Whisper takes a prompt for words already said, and repeats them where sound is
    unclear.

    A piece that is heard alone has all cores; of those heard at once each has one. On two cores one caller waits
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
            models_dir: the models folder, see :func:`~emads_voice.voice.weights.models_folder`.
        """
        self._model_name = model
        self._languages = tuple(languages)
        self._models_dir = models_dir
        self._pool = ThreadPoolExecutor(CORES, thread_name_prefix="whisper")
        self._loading = threading.Lock()
        self._loaded: WhisperModel | None = None

    @property
    def name(self) -> str:
        """ "whisper:base"."""
        return f"whisper:{self._model_name}"

    @property
    def languages(self) -> Collection[Language]:
        """Those the model knows, dialects by their language; before it is loaded, those of whisper-base."""
        if self._loaded:
            return tuple(language for language in LANGUAGES if self._loaded.knows(language))
        return tuple(language for language in LANGUAGES if language.base_code != "yue")

    @property
    def timed_languages(self) -> Collection[Language]:
        """All it hears."""
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
        self, audio: Audio, *, language: Language | None = None, context: str = "", timestamps: bool = False
    ) -> Transcript:
        """See :meth:`emads_voice.voice.recognizer.Recognizer.transcribe`; ``context`` is ignored."""
        del context
        return await self.write(await self.listen(audio, language), audio, timestamps=timestamps)

    async def listen(self, audio: Audio, language: Language | None = None) -> Hearing:
        """Find the speech in a recording and name its language, unless it is given.

        Raises:
            LanguageError: the model cannot hear ``language``.
            RecognitionError: the model failed.
        """
        return await self._run(self._listen, audio, language)

    async def write(self, hearing: Hearing, audio: Audio, *, timestamps: bool = False) -> Transcript:
        """Put what was heard of ``audio`` into words.

        Raises:
            RecognitionError: the model failed.
        """
        # A long recording may use all workers, but never queues more pieces than that: callers take turns.
        turns = asyncio.Semaphore(CORES)

        async def write_piece(index: int) -> Heard:
            async with turns:
                return await self._run(self._write, hearing, index, timestamps)

        written = await asyncio.gather(*(write_piece(index) for index in range(len(hearing.pieces))))
        return await asyncio.to_thread(
            put_together,
            self.name,
            audio,
            zip(hearing.pieces, written, strict=True),
            language=hearing.language,
            context="",
            timestamps=timestamps,
        )

    async def _run(self, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, lambda: work(*args, **kwargs))
        except VoiceError:
            raise
        except (RuntimeError, ValueError, MemoryError) as error:
            raise RecognitionError(f"{self.name} failed: {str(error) or 'out of memory'}.") from error

    def _model(self) -> WhisperModel:
        with self._loading:
            if self._loaded is None:
                self._loaded = WhisperModel(
                    self.name,
                    whisper_folder(self._model_name, self._models_dir),
                    shared_vad(self._models_dir),
                    self._languages,
                )
            return self._loaded

    def _listen(self, audio: Audio, language: Language | None) -> Hearing:
        model = self._model()
        if language:
            model.code(language)  # refuse what it cannot hear before hearing it
        audio = audio.resample(_RATE)
        pieces = find_pieces(audio, model.vad, limit_s=_PIECE_S)
        encodings = [model.encode(audio.clip(*piece.sound)) for piece in pieces[:_IDENTIFIED_BY]]
        if pieces and not language:
            language = model.identify(encodings, [piece.speech_s for piece in pieces])
        return Hearing(audio, pieces, language if pieces else None, encodings)

    def _write(self, hearing: Hearing, index: int, timestamps: bool) -> Heard:
        model, language = self._model(), hearing.language
        assert language is not None, "a piece of speech has a language"
        sound = hearing.audio.clip(*hearing.pieces[index].sound)
        known = index < len(hearing.encodings)
        encoding = hearing.encodings[index] if known else model.encode(sound)
        return model.write(encoding, sound.duration_s, language, timestamps)
