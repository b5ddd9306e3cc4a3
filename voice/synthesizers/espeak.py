"""espeak-ng: formant speech in dozens of languages, and the phonemes Piper voices are spoken from.

The library and its data come in a wheel (espeakng-loader, GPL-3, an extra) and are called through ctypes; the
functions are those of ``speak_lib.h``, espeak-ng 1.52.
"""

from __future__ import annotations

import asyncio
import ctypes
import re
import threading
from collections.abc import AsyncIterator, Collection, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emads_voice.installation import install_hint
from emads_voice.once import Once
from emads_voice.voice.errors import BackendError, LanguageError, SynthesisError, UnknownVoiceError
from emads_voice.voice.languages import LANGUAGES, Language
from emads_voice.voice.sound.audio import Audio

# speak_lib.h
_AUDIO_OUTPUT_SYNCHRONOUS = 2
_DONT_EXIT = 0x8000
_CHARS_UTF8 = 1
_PHONEMES_IPA = 2
_POSITION_CHARACTER = 1

_PREFERRED = {"en": "en-us", "zh": "cmn"}  # where our code is not the voice's, or names several

_LEFT_OUT = {"ja", "th", "ar"}
"""Known to espeak-ng but not readable by it: it knows no kanji (it says "Chinese letter"), no order of Thai
vowels and none of the vowels that Arabic leaves unwritten."""

# A clause's end mark, and what may stand after it: closing and opening marks, and the one character beyond
# the clause that espeak-ng has then read.
_MARK = re.compile(r"""(?P<mark>[.?!,;:…。．？！，、；：–—])["'“”‘’«»()\[\]\s]*(?P<ahead>\w?)$""")
_AS_ASCII = {
    "…": ".",
    "。": ".",
    "．": ".",
    "？": "?",
    "！": "!",
    "，": ",",
    "、": ",",
    "；": ";",
    "：": ":",
    "–": ",",
    "—": ",",
}
_TITLES = {
    "mr",
    "mrs",
    "ms",
    "dr",
    "prof",
    "st",
}  # espeak-ng begins a clause after them, but nothing ends there

_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class _VoiceEntry(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_void_p),
        ("identifier", ctypes.c_char_p),
        ("rest", ctypes.c_ubyte * 4),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    )


class Espeak:
    """The library. It is one for the process (:func:`shared_espeak`), as its state is global: one lock."""

    def __init__(self) -> None:
        """Load the library and its data (3 ms).

        Raises:
            BackendError: it is not installed or does not start.
        """
        try:
            import espeakng_loader
        except ImportError:
            raise BackendError(
                f"Speaking with espeak-ng needs espeakng-loader: {install_hint('local')},"
                " or the extra espeak for it alone."
            ) from None
        try:
            self._lib: Any = ctypes.CDLL(espeakng_loader.get_library_path())
            data = espeakng_loader.get_data_path()
        except (OSError, RuntimeError) as error:
            raise BackendError(
                f"espeak-ng cannot be loaded ({error}): install espeakng-loader again."
            ) from None
        self._lib.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(_VoiceEntry))
        self._lib.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self.rate: int = self._lib.espeak_Initialize(_AUDIO_OUTPUT_SYNCHRONOUS, 0, data.encode(), _DONT_EXIT)
        if self.rate <= 0:
            raise BackendError(
                f"espeak-ng does not start with the data in {data}: install espeakng-loader again."
            )
        self._samples: list[bytes] = []
        self._callback = _Callback(self._collect)  # kept, as the library keeps a bare pointer to it
        self._lib.espeak_SetSynthCallback(self._callback)
        self._lock = threading.Lock()
        self.voices = frozenset(self._list_voices())

    def speak(self, text: str, voice: str) -> NDArray[np.float32]:
        """Samples of a text at :attr:`rate`, shape ``(n,)``.

        Raises:
            SynthesisError: espeak-ng has no such voice, or fails.
        """
        data = text.replace("\0", " ").encode()
        with self._lock:
            self._choose(voice)
            self._samples.clear()
            status = self._lib.espeak_Synth(
                data, len(data) + 1, 0, _POSITION_CHARACTER, 0, _CHARS_UTF8, None, None
            )
            if status:
                raise SynthesisError(f"espeak-ng failed with status {status}: install espeakng-loader again.")
            pcm = b"".join(self._samples)
            self._samples.clear()
        return np.frombuffer(pcm, np.int16).astype(np.float32) / np.float32(32768)

    def phonemes(self, text: str, voice: str) -> list[tuple[str, str]]:
        """The clauses of a text: the IPA of each, and the mark it ends with, one of ``. ? ! , ; :`` or "".

        Raises:
            SynthesisError: espeak-ng has no such voice.
        """
        with self._lock:
            self._choose(voice)
            return list(self._clauses(text.replace("\0", " ").encode()))

    def _clauses(self, data: bytes) -> Iterator[tuple[str, str]]:
        buffer = ctypes.create_string_buffer(data)
        here = ctypes.c_void_p(ctypes.addressof(buffer))
        done = 0
        while here.value:
            ipa = self._lib.espeak_TextToPhonemes(ctypes.byref(here), _CHARS_UTF8, _PHONEMES_IPA)
            until = here.value - ctypes.addressof(buffer) if here.value else len(data)
            clause = data[max(0, done - 8) : until].decode(errors="ignore")  # the read-ahead belongs to it
            done = until
            if ipa:
                yield ipa.decode(), _end_mark(clause, last=not here.value)

    def _choose(self, voice: str) -> None:
        if not self._lib.espeak_SetVoiceByName(voice.encode()):
            return
        # "en-gb" is no voice's name, but a language one of them speaks.
        wanted = _VoiceEntry(languages=ctypes.cast(ctypes.c_char_p(voice.encode()), ctypes.c_void_p))
        if voice not in self.voices or self._lib.espeak_SetVoiceByProperties(ctypes.byref(wanted)):
            raise UnknownVoiceError(f"espeak-ng has no voice {voice!r}: leave the voice out.")

    def _collect(self, wav: Any, count: int, _events: Any) -> int:
        if wav and count:
            self._samples.append(ctypes.string_at(wav, 2 * count))
        return 0

    def _list_voices(self) -> Iterator[str]:
        entries = self._lib.espeak_ListVoices(None)
        index = 0
        while entries[index]:
            # A list of (one byte of priority, a language, a zero byte), ended by a zero priority.
            address = entries[index].contents.languages
            while ctypes.string_at(address, 1) != b"\0":
                language = ctypes.string_at(address + 1)
                yield language.decode()
                address += len(language) + 2
            index += 1


shared_espeak = Once(Espeak)
"""The process's one library, loaded at the first call."""


class EspeakSynthesizer:
    """A :class:`~emads_voice.voice.synthesizer.Synthesizer` on espeak-ng: instant, but a machine's voice.

    It speaks every language of ours that espeak-ng can read, Chinese dialects as the language they are
    written in.
    """

    name = "espeak"

    @property
    def languages(self) -> Collection[Language]:
        """The languages it can speak."""
        voices = shared_espeak().voices
        return frozenset(
            language
            for language in LANGUAGES
            if _voice(language) in voices and language.base_code not in _LEFT_OUT
        )

    async def warm_up(self, language: Language | None = None) -> None:
        """Load the library.

        Raises:
            BackendError: it is not installed.
        """
        del language
        await asyncio.to_thread(shared_espeak)

    async def synthesize(
        self, text: str, *, language: Language, voice: str | None = None
    ) -> AsyncIterator[Audio]:
        """Speak a text in one piece; ``voice`` is one of espeak-ng's, such as "vi-vn-x-south" or "en-gb".

        See :meth:`emads_voice.voice.synthesizer.Synthesizer.synthesize`.
        """
        await self.warm_up()
        if language not in self.languages:
            raise LanguageError(f"espeak cannot speak {language.name}: choose another synthesiser.")
        espeak = shared_espeak()
        if not any(map(str.isalnum, text)):
            return
        samples = await asyncio.to_thread(espeak.speak, text, voice or _voice(language))
        if len(samples):
            yield Audio(samples, espeak.rate)


def _end_mark(clause: str, *, last: bool) -> str:
    found = _MARK.search(clause)
    if not found or (last and found["ahead"]):
        return ""
    before = clause[: found.start()].split()
    if found["mark"] == "." and before and before[-1].lower() in _TITLES:
        return ""
    return _AS_ASCII.get(found["mark"], found["mark"])


def _voice(language: Language) -> str:
    return _PREFERRED.get(language.base_code, language.base_code)
