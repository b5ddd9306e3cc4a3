"""Whisper on a CPU, through CTranslate2: hears some hundred languages and names them.

What it takes to use it well, each measured on whisper-base:

- Speech is found first (voice/heard.py) and only that is given to the model. On silence and noise Whisper
  invents words.
- Features are padded to 15 s, or 2 s beyond the speech, rather than to 30 s: 2.3 times cheaper, and as right.
  Unpadded, it loops. The length of an answer is capped in proportion to the speech.
- Language identification chooses among the languages a deployment expects, not among all.
- What it says of noise that passes for speech, it says with little confidence: that is dropped.
- A loop ("yeah, yeah, yeah, …") is decoded again with repeats forbidden.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from emads_voice.voice.audio import Audio
from emads_voice.voice.cores import CORES, Copies
from emads_voice.voice.errors import BackendError, LanguageError, RecognitionError, VoiceError, WeightsError
from emads_voice.voice.hallucinations import without_loops
from emads_voice.voice.heard import Heard, Piece, find_pieces, put_together
from emads_voice.voice.languages import ENGLISH, LANGUAGES, VIETNAMESE, Language
from emads_voice.voice.recognizer import Segment, Transcript
from emads_voice.voice.vad import SileroVad, shared_vad
from emads_voice.voice.weights import whisper_folder

_P = ParamSpec("_P")
_T = TypeVar("_T")

_RATE = 16_000
_FRAMES_PER_S = 100
_PIECE_S = 28.0  # Whisper's window is 30 s, 2 s of which stay empty
_TOKENS_PER_S = 25  # Thai and Hindi, the most wordy in tokens, need about 20; English 4
_IDENTIFIED_BY = 3  # pieces that vote on the language

# Whisper's own thresholds (no_speech_threshold, logprob_threshold).
_NO_SPEECH = 0.6
_UNSURE = -1.0
# Of noise it was never surer than -3.3, of speech never less sure than -1.7 (average log-probability).
_GUESS = -2.5

_WHISPER_CODES = {"fil": "tl"}  # where Whisper's code differs from ours


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
        self._loaded: _Model | None = None

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

    def _model(self) -> _Model:
        with self._loading:
            if self._loaded is None:
                self._loaded = _Model(
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


class _Model:
    """The loaded model. Thread-safe, but it blocks."""

    def __init__(
        self,
        name: str,
        folder: Path,
        vad: SileroVad,
        languages: Sequence[Language],
    ) -> None:
        try:
            from faster_whisper import WhisperModel
            from faster_whisper.tokenizer import Tokenizer
        except ImportError:
            raise BackendError(f'{name} needs faster-whisper: pip install "emads-voice[local]".') from None

        def load(threads: int) -> Any:
            return WhisperModel(
                str(folder),
                device="cpu",
                compute_type="int8",
                cpu_threads=threads,
                num_workers=CORES // threads,
            )

        try:
            self._copies = Copies(load)  # 170 MB each
        except Exception as error:  # CTranslate2 and tokenizers raise bare exceptions
            raise WeightsError(f"{folder} is not a Whisper model CTranslate2 can load ({error}).") from error
        self.vad = vad
        self._whisper = self._copies.alone
        self._name = name
        self._tokenizer_class = Tokenizer
        self._expected = {self.code(language): language for language in reversed(languages)}

    def knows(self, language: Language) -> bool:
        """Whether it can hear a language."""
        return self._whisper.hf_tokenizer.token_to_id(f"<|{_code(language)}|>") is not None

    def code(self, language: Language) -> str:
        """Whisper's code for a language.

        Raises:
            LanguageError: it does not know it.
        """
        if not self.knows(language):
            raise LanguageError(
                f"{self._name} cannot hear {language.name}: choose another recogniser or language."
            )
        return _code(language)

    def encode(self, audio: Audio) -> Any:
        """The encoder's output for at most 28 s of sound at 16 kHz."""
        frames = round(_FRAMES_PER_S * min(30.0, max(15.0, audio.duration_s + 2.0)))
        features: NDArray[np.float32] = self._whisper.feature_extractor(audio.samples)[:, :frames]
        silence = ((0, 0), (0, frames - features.shape[1]))
        features = np.pad(features, silence, constant_values=features.min())
        with self._copies.at_work() as whisper:
            return whisper.encode(features)

    def identify(self, encodings: Sequence[Any], durations_s: Sequence[float]) -> Language:
        """Which of the expected languages these are in; longer pieces weigh more."""
        votes = dict.fromkeys(self._expected, 0.0)
        for encoding, duration_s in zip(encodings, durations_s, strict=False):
            for token, probability in self._whisper.model.detect_language(encoding)[0]:
                code = token.strip("<|>")
                if code in votes:
                    votes[code] += probability * duration_s
        return self._expected[max(votes, key=votes.__getitem__)]

    def write(self, encoding: Any, duration_s: float, language: Language, timestamps: bool) -> Heard:
        """The words of a piece that lasts so long; none if the model itself takes it for noise."""
        tokenizer = self._tokenizer_class(
            self._whisper.hf_tokenizer, True, task="transcribe", language=self.code(language)
        )
        prompt = self._whisper.get_prompt(tokenizer, [], without_timestamps=True)
        limit = min(448, round(16 + _TOKENS_PER_S * duration_s))
        text, tokens = "", []
        for no_repeat in (0, 4):
            with self._copies.at_work() as whisper:
                result = whisper.model.generate(
                    encoding,
                    [prompt],
                    beam_size=1,
                    max_length=limit,
                    no_repeat_ngram_size=no_repeat,
                    return_no_speech_prob=True,
                    return_scores=True,
                )[0]
            sure = result.scores[0]
            if sure < _GUESS or (sure < _UNSURE and result.no_speech_prob > _NO_SPEECH):
                return Heard("")
            tokens = [token for token in result.sequences_ids[0] if token < tokenizer.eot]
            text = tokenizer.decode(tokens).strip()
            if without_loops(text) == text:
                break
        words = self._timed(encoding, tokens, tokenizer, duration_s) if text and timestamps else ()
        return Heard(text, language, words)

    def _timed(
        self, encoding: Any, tokens: list[int], tokenizer: Any, duration_s: float
    ) -> tuple[Segment, ...]:
        """The words of a piece with times, from where the decoder's attention lay at each.

        Whisper's own timestamp tokens are not used: asked for them, it drops the end of long pieces.
        """
        frames = round(_FRAMES_PER_S * duration_s)
        words = self._whisper.find_alignment(tokenizer, [tokens], encoding, frames)[0]
        return tuple(Segment(word["word"], float(word["start"]), float(word["end"])) for word in words)


def _code(language: Language) -> str:
    return _WHISPER_CODES.get(language.base_code, language.base_code)
