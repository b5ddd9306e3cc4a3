"""Piper voices: VITS models spoken from espeak-ng's phonemes, on onnxruntime alone.

A voice is two files, ``NAME.onnx`` and ``NAME.onnx.json``; every one in the models folder is picked up by its
language. Format: github.com/rhasspy/piper, TRAINING.md and ``voice.py``.
"""

from __future__ import annotations

import asyncio
import json
import logging
import unicodedata
from collections.abc import AsyncIterator, Collection, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emads_voice.once import Once
from emads_voice.voice.errors import LanguageError, SynthesisError, UnknownVoiceError, WeightsError
from emads_voice.voice.languages import Language, find_language
from emads_voice.voice.models.cores import Copies
from emads_voice.voice.models.folders import models_folder
from emads_voice.voice.models.onnx_session import load_session
from emads_voice.voice.sound.audio import Audio

from .espeak import shared_espeak
from .piper_voices import find_voices, locate_voice

_log = logging.getLogger(__name__)

_PAD, _START, _END = "_", "^", "$"
_CLAUSE = 25  # phonemes, two seconds: a clause of fewer sounds torn off
_LONGEST = 400  # phonemes spoken at once: attention grows with their square
_SCALES = {"noise_scale": 0.667, "length_scale": 1.0, "noise_w": 0.8}  # Piper's defaults


class PiperSynthesizer:
    """A :class:`~emads_voice.voice.synthesizer.Synthesizer` on every Piper voice there is, or on one.

    A language is spoken by the first voice for it: the user's own in the order of their names, then the one
    that is embedded. Each voice is loaded when it is first needed and then shared.
    """

    def __init__(self, voice: str | None = None, *, models_dir: Path | None = None) -> None:
        """Look for voices; none is loaded yet.

        Args:
            voice: the one to use, "en_US-joe-medium"; None takes all.
            models_dir: the models folder, see :func:`~emads_voice.voice.models.folders.models_folder`.

        Raises:
            WeightsError: there is no such voice, or its configuration cannot be read.
            LanguageError: it speaks a language that is not among ours.
        """
        self._only = voice
        self._models_dir = models_dir
        files = find_voices(models_dir)
        if voice is not None:
            files = {voice: files[voice] if voice in files else locate_voice(voice, models_dir)}
        self._voices: dict[str, _Voice] = {}
        for name, path in files.items():
            try:
                self._voices[name] = _Voice(name, path, models_dir)
            except (WeightsError, LanguageError) as error:
                if voice is not None:
                    raise
                _log.warning("the Piper voice %s is left out: %s", name, error)

    @property
    def name(self) -> str:
        """ "piper:en_US-joe-medium", or "piper" for all voices."""
        return f"piper:{self._only}" if self._only else "piper"

    @property
    def languages(self) -> Collection[Language]:
        """The languages there are voices for."""
        return frozenset(voice.language for voice in self._voices.values())

    async def warm_up(self, language: Language | None = None) -> None:
        """Load the voice for a language, or the first one for each (0.5 s each).

        Raises:
            BackendError: the extra is not installed.
            WeightsError: a voice is not the file it should be, or cannot be loaded.
        """
        first = {voice.language: voice for voice in reversed(self._voices.values())}
        for voice in first.values():
            if language in (None, voice.language):
                await asyncio.to_thread(voice.model)

    async def synthesize(
        self, text: str, *, language: Language, voice: str | None = None
    ) -> AsyncIterator[Audio]:
        """Speak a text, yielding the sound of each sentence as soon as it is made.

        Args:
            text: plain words.
            language: what they are written in; one of :attr:`languages`.
            voice: "NAME", or "NAME:SPEAKER" for one of the speakers of a voice that has several.

        See :meth:`emads_voice.voice.synthesizer.Synthesizer.synthesize`.
        """
        chosen, speaker = self._choose(language, voice)
        model = await asyncio.to_thread(chosen.model)
        for ids in await asyncio.to_thread(lambda: list(model.sentences(text))):
            samples = await asyncio.to_thread(model.speak, ids, speaker)
            yield Audio(samples, model.rate)

    def _choose(self, language: Language, voice: str | None) -> tuple[_Voice, str]:
        if voice is not None:
            name, _, speaker = voice.partition(":")
            if name not in self._voices:
                known = ", ".join(sorted(self._voices)) or "none"
                raise UnknownVoiceError(f"Piper has no voice {name!r}: there is {known}; name one of these.")
            return self._voices[name], speaker
        for candidate in self._voices.values():
            if candidate.language == language:
                return candidate, ""
        raise LanguageError(
            f"Piper has no voice for {language.name}:"
            f" put one's .onnx and .onnx.json files into {models_folder(self._models_dir)}."
        )


class _Voice:
    """A voice that is known of.

    Attributes:
        name: "en_US-joe-medium".
        language: what it speaks.
        model: loads it, or returns what is loaded: not for an event loop.
    """

    def __init__(self, name: str, path: Path | None, models_dir: Path | None) -> None:
        self.name = name
        self.model = Once(lambda: _Model(name, locate_voice(name, models_dir)))
        # A voice still on the hub has no configuration here, but Piper's names begin with the language.
        code = _language_code(_read_config(path)) if path else name
        self.language = find_language((code or name).split("-")[0])


class _Model:
    """A loaded voice. Thread-safe, but it blocks."""

    def __init__(self, name: str, path: Path) -> None:
        config = _read_config(path)
        try:
            self._ids: dict[str, list[int]] = config["phoneme_id_map"]
            self.rate = int(config["audio"]["sample_rate"])
            self._speakers: dict[str, int] = config.get("speaker_id_map") or {}
            self._many = int(config.get("num_speakers", 1)) > 1
            scales = _SCALES | config.get("inference", {})
            self._scales = np.array([scales[key] for key in _SCALES], np.float32)
            self._espeak_voice = (
                "" if config.get("phoneme_type") == "text" else str(config["espeak"]["voice"])
            )
        except (KeyError, TypeError, ValueError) as error:
            raise WeightsError(
                f"{path}.json is not a Piper voice's configuration: {error} is amiss; fetch the voice again."
            ) from None

        # Planning the memory takes 2 s of a load of 2.5, and saves neither time nor memory.
        self._copies = Copies(lambda threads: load_session(path, threads=threads, mem_reuse=False))
        self.name = name

    def sentences(self, text: str) -> Iterator[list[int]]:
        """The phoneme ids of each sentence of a text; of the first, its first clause comes alone, to be heard soon."""
        sentence: list[str] = []
        clauses = list(self._clauses(text))
        left = sum(len(phonemes) for phonemes, _ in clauses)
        first = True
        for phonemes, mark in clauses:
            sentence += [" ", *phonemes, *mark] if sentence else [*phonemes, *mark]
            left -= len(phonemes)
            long_enough = first and mark and min(len(sentence), left) >= _CLAUSE
            if mark in (".", "?", "!") or len(sentence) > _LONGEST or long_enough:
                yield self._encode(sentence)
                sentence, first = [], False
        if any(not phoneme.isspace() for phoneme in sentence):
            yield self._encode(sentence)

    def speak(self, ids: list[int], speaker: str = "") -> NDArray[np.float32]:
        """Samples, shape ``(n,)``, of a sentence.

        Raises:
            SynthesisError: there is no such speaker, or the model failed.
        """
        feed = {
            "input": np.array([ids], np.int64),
            "input_lengths": np.array([len(ids)], np.int64),
            "scales": self._scales,
        }
        if speaker and speaker not in self._speakers:
            raise UnknownVoiceError(
                f"The voice {self.name} has no speaker {speaker!r}: leave the speaker out."
            )
        if self._many:
            feed["sid"] = np.array([self._speakers.get(speaker, 0)], np.int64)
        try:
            with self._copies.at_work() as session:
                samples: NDArray[np.float32] = session.run(None, feed)[0]
        except Exception as error:
            raise SynthesisError(
                f"The voice {self.name} failed: {error}; fetch it again if it goes on."
            ) from error
        return np.clip(samples.reshape(-1), -1, 1)

    def _clauses(self, text: str) -> Iterator[tuple[str, str]]:
        if not self._espeak_voice:  # a voice of letters, not phonemes
            yield text.casefold(), ""
            return
        for ipa, mark in shared_espeak().phonemes(text, self._espeak_voice):
            yield _without_switches(ipa), mark

    def _encode(self, phonemes: list[str]) -> list[int]:
        ids = [*self._ids[_START], *self._ids[_PAD]]
        for phoneme in unicodedata.normalize("NFD", "".join(phonemes)):
            if phoneme in self._ids:  # others the voice was not trained on
                ids += [*self._ids[phoneme], *self._ids[_PAD]]
        return ids + self._ids[_END]


def _without_switches(ipa: str) -> str:
    """Without espeak-ng's notes that it changes language, "(en)…(vi)"."""
    kept, depth = [], 0
    for character in ipa:
        depth += (character == "(") - (character == ")")
        if not depth and character != ")":
            kept.append(character)
    return "".join(kept)


def _read_config(path: Path) -> dict[str, Any]:
    file = path.with_name(f"{path.name}.json")
    try:
        config = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise WeightsError(
            f"{file} cannot be read as a Piper voice's configuration ({error}): fetch it again."
        ) from None
    if not isinstance(config, dict):
        raise WeightsError(f"{file} is not a Piper voice's configuration: fetch it again.")
    return config


def _language_code(config: dict[str, Any]) -> str:
    for block, key in (("language", "code"), ("espeak", "voice")):
        entry = config.get(block)
        if isinstance(entry, dict) and isinstance(entry.get(key), str):
            return str(entry[key])
    return ""
