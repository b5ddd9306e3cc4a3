"""A loaded Whisper model: what it is asked, and when its hypotheses are dropped; all measured on whisper-base.

- Features are padded to 15 s, or 2 s beyond the speech, rather than to 30 s: 2.3 times cheaper, and as right.
  Unpadded, it loops. The length of an answer is capped in proportion to the speech.
- Noise that passes for speech it puts into words with little confidence: those are dropped.
- A loop ("yeah, yeah, yeah, …") is decoded again with repeats forbidden.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emads_voice.installation import install_hint
from emads_voice.voice.activity.vad import SileroVad
from emads_voice.voice.errors import BackendError, LanguageError, WeightsError
from emads_voice.voice.languages import Language
from emads_voice.voice.models.cores import CORES, Copies
from emads_voice.voice.recognizer import Segment
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.transcription.hallucinations import without_loops
from emads_voice.voice.transcription.hypotheses import Hypothesis

_FRAMES_PER_S = 100
_TOKENS_PER_S = 25  # Thai and Hindi, the most wordy in tokens, need about 20; English 4

# Whisper's own thresholds (no_speech_threshold, logprob_threshold).
_NO_SPEECH = 0.6
_UNSURE = -1.0
# Of noise it was never surer than -3.3, of speech never less sure than -1.7 (average log-probability).
_GUESS = -2.5

_WHISPER_CODES = {"fil": "tl"}  # where Whisper's code differs from ours


class WhisperModel:
    """The loaded model, in a copy for one caller and one for several (:mod:`.models.cores`). Thread-safe; it blocks."""

    def __init__(
        self,
        name: str,
        folder: Path,
        vad: SileroVad,
        languages: Sequence[Language],
    ) -> None:
        """Load it.

        :attr:`expected` has the languages by Whisper's codes.

        Args:
            name: the recogniser's.
            folder: of the CTranslate2 model.
            vad: finds speech.
            languages: among which one is named.

        Raises:
            BackendError: the extra is not installed.
            WeightsError: the folder holds no such model.
            LanguageError: it does not know one of the languages.
        """
        try:
            from faster_whisper import WhisperModel as FasterWhisper
            from faster_whisper.tokenizer import Tokenizer
        except ImportError:
            raise BackendError(f"{name} needs faster-whisper: {install_hint('local')}.") from None

        def load(threads: int) -> Any:
            return FasterWhisper(
                str(folder),
                device="cpu",
                compute_type="int8",
                cpu_threads=threads,
                num_workers=CORES // threads,
            )

        try:
            self._copies = Copies(load)  # 170 MB each
        except Exception as error:  # CTranslate2 and tokenizers raise bare exceptions
            raise WeightsError(
                f"{folder} is not a Whisper model CTranslate2 can load ({error}): fetch it again."
            ) from error
        self.vad = vad
        self._whisper = self._copies.alone
        self._name = name
        self._tokenizer_class = Tokenizer
        self.expected = {self.code(language): language for language in reversed(languages)}

    def knows(self, language: Language) -> bool:
        """Whether the model knows a language."""
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

    def encode(self, audio: Audio, least_s: float = 15.0) -> Any:
        """The encoder's output for at most 28 s of sound at 16 kHz, made so long at least; naming a language needs no
        length."""
        frames = round(_FRAMES_PER_S * min(30.0, max(least_s, audio.duration_s + 2.0)))
        features: NDArray[np.float32] = self._whisper.feature_extractor(audio.samples)[:, :frames]
        silence = ((0, 0), (0, frames - features.shape[1]))
        features = np.pad(features, silence, constant_values=features.min())
        with self._copies.at_work() as whisper:
            return whisper.encode(features)

    def languages(self, encoding: Any) -> dict[str, float]:
        """How probable each language is that the model knows, by Whisper's codes."""
        with self._copies.at_work() as whisper:
            ranked = whisper.model.detect_language(encoding)[0]
        return {token.strip("<|>"): probability for token, probability in ranked}

    def decode(self, encoding: Any, duration_s: float, language: Language, timestamps: bool) -> Hypothesis:
        """The hypothesis of an encoded piece that lasts so long; empty if the model itself takes it for noise."""
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
                return Hypothesis("")
            tokens = [token for token in result.sequences_ids[0] if token < tokenizer.eot]
            text = tokenizer.decode(tokens).strip()
            if without_loops(text) == text:
                break
        words = self._timed(encoding, tokens, tokenizer, duration_s) if text and timestamps else ()
        return Hypothesis(text, language, words)

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
