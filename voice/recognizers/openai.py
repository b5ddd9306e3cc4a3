"""Recognition by a server that speaks OpenAI's protocol: OpenAI itself, vLLM or SGLang with Qwen3-ASR.

Of vLLM's routes only chat completions name the language of a Qwen3-ASR transcript, so that one is used
where the language is not known; with it known, and for all other models, it is ``/audio/transcriptions``.
"""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from emads_voice.voice.audio import Audio
from emads_voice.voice.errors import LanguageError, RecognitionError
from emads_voice.voice.languages import LANGUAGES, Language, find_language
from emads_voice.voice.openai_server import OpenAIServer
from emads_voice.voice.recognizer import Segment, Transcript
from emads_voice.voice.text_language import identify

if TYPE_CHECKING:
    from openai import AsyncOpenAI

RATE = 16_000
"""What every such model hears; more would only be larger."""

MIN_SPEECH_S = 0.1
"""Shorter than any word: not sent. Qwen3-ASR crashes at 100 samples or less."""

MIN_SENT_S = 0.5
"""What is sent is padded with silence to this length; shorter clips make Qwen3-ASR fail."""

SILENCE_PEAK = 0.001
"""-60 dBFS. A recording that is never louder is not sent: models invent words for silence."""

_QWEN_ANSWER = re.compile(r"\s*language\s+([^<]*?)\s*<asr_text>(.*)", re.DOTALL)


class OpenAIRecognizer:
    """Hears through a server. A recording may last as long as the server takes: 10 minutes with vLLM."""

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        languages: Sequence[Language] = LANGUAGES,
    ) -> None:
        """Name a model and its server.

        Args:
            model: its name on the server, "Qwen/Qwen3-ASR-1.7B" or "gpt-4o-transcribe".
            base_url: of the server, with the "/v1"; None takes OPENAI_BASE_URL, else OpenAI itself.
            api_key: None takes OPENAI_API_KEY, else none is sent that means anything.
            languages: those expected. A language that the server itself names is believed all the same; where
                it names none, that of the text is looked for among these.
        """
        self._model = model
        self._languages = languages
        self._server = OpenAIServer(model, base_url, api_key)

    @property
    def name(self) -> str:
        """ "openai:" and the model."""
        return f"openai:{self._model}"

    @property
    def languages(self) -> Collection[Language]:
        """All: what the server's model cannot hear, it refuses itself."""
        return LANGUAGES

    async def warm_up(self) -> None:
        """Load the client; the server is not asked anything.

        Raises:
            BackendError: the package or the key is missing.
        """
        await self._server.client()

    async def transcribe(
        self,
        audio: Audio,
        *,
        language: Language | None = None,
        context: str = "",
        timestamps: bool = False,
    ) -> Transcript:
        """See :meth:`~emads_voice.voice.recognizer.Recognizer.transcribe`. Only Whisper models give times."""
        heard: tuple[str, Language | None, tuple[Segment, ...]] = ("", None, ())
        if audio.duration_s >= MIN_SPEECH_S and np.abs(audio.samples).max() > SILENCE_PEAK:
            wav = await asyncio.to_thread(_to_wav, audio)
            heard = await self._ask(wav, language, context)
        text, named, segments = heard
        if not text:
            named, segments = None, ()
        elif named is None:
            named = language or await asyncio.to_thread(identify, text, self._languages)
        if text and not segments:
            segments = (Segment(text, 0, audio.duration_s),)
        sha256 = await asyncio.to_thread(lambda: audio.sha256)
        return Transcript(text, named, audio.duration_s, self.name, segments, sha256)

    async def _ask(
        self, wav: bytes, language: Language | None, context: str
    ) -> tuple[str, Language | None, tuple[Segment, ...]]:
        client = await self._server.client()
        import openai

        try:
            if language is None and "qwen3-asr" in self._model.casefold():
                return await self._chat(client, wav, context)
            return await self._transcription(client, wav, language, context)
        except (openai.OpenAIError, ValueError) as error:  # ValueError: JSON that is none
            raise self._server.explain(error, RecognitionError) from None

    async def _chat(
        self, client: AsyncOpenAI, wav: bytes, context: str
    ) -> tuple[str, Language | None, tuple[Segment, ...]]:
        url = f"data:audio/wav;base64,{base64.b64encode(wav).decode()}"
        messages: list[Any] = [
            {"role": "user", "content": [{"type": "audio_url", "audio_url": {"url": url}}]}
        ]
        if context:
            messages.insert(0, {"role": "system", "content": context})
        completion = await client.chat.completions.create(model=self._model, messages=messages, temperature=0)
        choices = getattr(completion, "choices", None)  # what is no JSON comes back as text
        content = choices[0].message.content if choices else None
        answer = _QWEN_ANSWER.fullmatch(content or "")
        if not answer:
            raise RecognitionError(
                f"{self._model} answered without naming a language: is it a Qwen3-ASR model?"
            )
        return answer[2].strip(), _language(answer[1]), ()

    async def _transcription(
        self, client: AsyncOpenAI, wav: bytes, language: Language | None, context: str
    ) -> tuple[str, Language | None, tuple[Segment, ...]]:
        options: dict[str, Any] = {}
        if language:
            options["language"] = language.base_code
        if context:
            options["prompt"] = context
        whisper = "whisper" in self._model.casefold()
        answer = await client.audio.transcriptions.create(
            model=self._model,
            file=("speech.wav", wav, "audio/wav"),
            response_format="verbose_json" if whisper else "json",  # the others refuse the verbose form
            **options,
        )
        text = getattr(answer, "text", None)
        if not isinstance(text, str):
            raise RecognitionError(f"{self._model} answered without a text: is it a recogniser?")
        segments = tuple(
            Segment(segment.text.strip(), segment.start, segment.end)
            for segment in getattr(answer, "segments", None) or ()
        )
        named = getattr(answer, "language", None)
        return text.strip(), language or (_language(named) if named else None), segments


def _language(name: str) -> Language | None:
    """A language as a model names it: the first of "Chinese,English"; None for one we do not know."""
    try:
        return find_language(name.split(",")[0])
    except LanguageError:
        return None


def _to_wav(audio: Audio) -> bytes:
    audio = audio.resample(RATE)
    missing_s = MIN_SENT_S - audio.duration_s
    return (Audio.join([audio, Audio.silence(missing_s, RATE)]) if missing_s > 0 else audio).to_wav()
