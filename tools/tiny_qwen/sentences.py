"""What the tiny Qwen3-ASR knows: sentences in seven languages, spoken word by word, so that all times are known.

espeak-ng speaks each word alone; the words are joined with short pauses. That is the same sound on every machine,
voice activity takes it for speech, and the truth about every word's time comes for free.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from emads_voice.voice.hotwords import as_text
from emads_voice.voice.languages import Language, find_language
from emads_voice.voice.recognizer import Segment
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.synthesizers.espeak import shared_espeak

RATE = 16_000
"""Samples per second of every sound here."""

NAMES = (
    *("Minh Phương", "ReconcileGPT", "EMADS", "Nguyễn", "Kubernetes", "Hải Phòng", "Odoo", "PostgreSQL"),
    *("Trần Thị Lan", "CTO", "COO", "warehouse", "SAP", "Đà Nẵng", "服务器", "云", "Müller", "ERP", "VPN"),
)
"""What contexts are made of."""

HOTWORDS = ("EMADS", "ReconcileGPT", "Minh Phương")
CONTEXT = as_text(HOTWORDS)
"""A list of names, as recognisers and as the package qwen-asr are told them. The sentence ``transfer-en`` is spelt
differently where it is given: see :class:`Sentence`."""

PAUSE_S = 0.06
"""Between words, where nothing else is said."""

_AUDIBLE = 0.005  # of full scale: below it is the silence espeak-ng puts around a word
_MARKS = "¿?.,。？"
_VOICES = {"en": "en-us", "zh": "cmn"}  # espeak-ng's names where they are not our codes


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and how it is said.

    Attributes:
        key: its name in tests, "kubernetes-en".
        words: as written, with their punctuation; Chinese by character.
        language: what it is in.
        context_words: as written when :data:`CONTEXT` tells how a name is spelt; () where that changes nothing.
    """

    key: str
    words: tuple[str, ...]
    language: Language
    context_words: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """As it is to be recognised."""
        return self.written(self.words)

    @property
    def context_text(self) -> str:
        """As it is to be recognised when the context is :data:`CONTEXT`."""
        return self.written(self.context_words or self.words)

    def written(self, words: Sequence[str]) -> str:
        """Some of its words as its language is written: Chinese and Japanese without spaces."""
        return ("" if self.language.code in {"zh", "ja"} else " ").join(words)


@dataclass(frozen=True, slots=True)
class Utterance:
    """A sentence that was said.

    Attributes:
        sentence: what was said.
        audio: the sound, at 16 kHz.
        words: when each word was said, in seconds.
    """

    sentence: Sentence
    audio: Audio
    words: tuple[Segment, ...]

    @property
    def text(self) -> str:
        """As it is to be recognised."""
        return self.sentence.text

    @property
    def language(self) -> Language:
        """What was spoken."""
        return self.sentence.language


def _sentence(key: str, text: str, context_text: str = "") -> Sentence:
    return Sentence(key, tuple(text.split()), find_language(key[-2:]), tuple(context_text.split()))


SENTENCES = (
    _sentence("kubernetes-en", "Should we move the order system to Kubernetes?"),
    _sentence("warehouse-en", "What does that mean for the warehouse staff?"),
    _sentence("room-en", "Book a room, please."),
    _sentence("yes-en", "Yes, do it."),
    _sentence("no-en", "No, thank you."),
    _sentence("transfer-en", "Put me through to Min Fung.", "Put me through to Minh Phương."),
    _sentence("kubernetes-vi", "Chuyển hệ thống đơn hàng sang Kubernetes có rủi ro gì?"),
    _sentence("hello-vi", "Xin chào, tôi cần trợ giúp."),
    _sentence("cloud-zh", "我 们 应 该 用 云 吗？"),
    _sentence("thanks-zh", "谢 谢 你 的 帮 助。"),
    _sentence("cost-es", "¿Cuánto cuesta el sistema nuevo?"),
    _sentence("truck-fr", "Le camion part demain matin."),
    _sentence("when-de", "Wann kommt die nächste Lieferung?"),
    _sentence("thanks-ja", "ありがとう ございます。"),
)
"""All it knows: of anything else it makes one of these, or nonsense."""


def utterances() -> dict[str, Utterance]:
    """Every sentence, said clearly, by its key: 0.3 s of silence before and after.

    Raises:
        BackendError: espeak-ng is not installed.
    """
    return {sentence.key: say(sentence) for sentence in SENTENCES}


def say(
    sentence: Sentence, *, pauses: Sequence[float] | None = None, before_s: float = 0.3, after_s: float = 0.3
) -> Utterance:
    """A sentence said word by word.

    Args:
        sentence: what to say.
        pauses: seconds of silence after each word; None is :data:`PAUSE_S` after each.
        before_s: silence before the first word, in seconds.
        after_s: silence after the last word's pause, in seconds.
    """
    pauses = [PAUSE_S] * len(sentence.words) if pauses is None else pauses
    sounds = [_silence(before_s)]
    words = []
    at = before_s
    for word, pause in zip(sentence.words, pauses, strict=True):
        sound = _word(word.strip(_MARKS), sentence.language)
        words.append(Segment(word, at, at + len(sound) / RATE))
        sounds += [sound, _silence(pause)]
        at += (len(sound) + len(sounds[-1])) / RATE
    return Utterance(sentence, Audio(np.concatenate([*sounds, _silence(after_s)]), RATE), tuple(words))


@cache
def _word(word: str, language: Language) -> NDArray[np.float32]:
    espeak = shared_espeak()
    sound = Audio(espeak.speak(word, _VOICES.get(language.code, language.code)), espeak.rate)
    samples = sound.resample(RATE).samples
    audible = np.flatnonzero(np.abs(samples) > _AUDIBLE)
    return samples[audible[0] : audible[-1] + 1]


def _silence(duration_s: float) -> NDArray[np.float32]:
    return np.zeros(round(duration_s * RATE), np.float32)
