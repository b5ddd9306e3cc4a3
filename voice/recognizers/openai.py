"""Recognition by a server that speaks OpenAI's protocol: OpenAI itself, vLLM or SGLang with Qwen3-ASR.

Of vLLM's routes only chat completions name the language of a Qwen3-ASR transcript, so that one is used
where the language is not known; with it known, and for all other models, it is ``/audio/transcriptions``.
A long piece is asked for as a stream: that a server has stalled shows in the gap between two of its chunks,
long before the time a whole answer may take is over. A short piece gains nothing by that.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Collection, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emads_voice.voice.audio import Audio
from emads_voice.voice.errors import RecognitionError
from emads_voice.voice.guards import Guards, Heard
from emads_voice.voice.languages import LANGUAGES, Language, known_language
from emads_voice.voice.openai_server import OpenAIServer
from emads_voice.voice.qwen_answer import parse
from emads_voice.voice.recognizer import Segment, Transcript
from emads_voice.voice.text_language import identify

if TYPE_CHECKING:
    from openai import AsyncOpenAI

MAX_PIECE_S = 180.0
"""Qwen3-ASR's quality falls in longer pieces. As WAV this is 5.8 MB, far below the 25 MB servers take."""

MAX_CLIP_S = 30.0
"""vLLM cuts what ``/audio/transcriptions`` gets into clips of this length wherever it is quiet, and joins their texts
without spaces (``max_audio_clip_s`` in vllm/entrypoints/openai/speech_to_text/speech_to_text.py). We cut better."""

STREAMED_S = 15.0
"""A longer piece is streamed: the time a whole answer may take is then thrice the longest gap."""

GAP_S = 5.0
"""The longest silence within a streamed answer. vLLM sends a token every 10 ms, or 100 ms under heavy load."""

BASE_S, PER_S = 10.0, 0.3
"""The longest wait for an answer, or its first chunk: so much, and so much per second of sound. A loaded GPU begins
after 3 s and needs 0.01 s per second (the Qwen3-ASR report, arXiv 2601.21337, at 128 requests at once)."""

UNFORCEABLE = frozenset({"yue", "fil"})
"""Codes vLLM's table lacks (vllm/model_executor/models/qwen3_asr.py): it refuses to be told them."""


class OpenAIRecognizer:
    """Hears through a server."""

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        languages: Sequence[Language] = LANGUAGES,
        models_dir: Path | None = None,
    ) -> None:
        """Name a model and its server.

        Args:
            model: its name on the server, "Qwen/Qwen3-ASR-1.7B" or "gpt-4o-transcribe".
            base_url: of the server, with the "/v1"; None takes OPENAI_BASE_URL, else OpenAI itself.
            api_key: None takes OPENAI_API_KEY, else none is sent that means anything.
            languages: those expected. A language that the server itself names is believed all the same; where
                it names none, that of the text is looked for among these.
            models_dir: where voice activity's weights are searched first.
        """
        self._model = model
        self._qwen = "qwen3-asr" in model.casefold()
        self._whisper = "whisper" in model.casefold()
        self._languages = languages
        self._server = OpenAIServer(model, base_url, api_key)
        self._guards = Guards(self.name, models_dir=models_dir, max_piece_s=MAX_PIECE_S)
        self._clip_guards = Guards(self.name, models_dir=models_dir, max_piece_s=MAX_CLIP_S)
        self._streams_transcriptions = False

    @property
    def name(self) -> str:
        """ "openai:" and the model."""
        return f"openai:{self._model}"

    @property
    def languages(self) -> Collection[Language]:
        """All: what the server's model cannot hear, it refuses itself."""
        return LANGUAGES

    async def warm_up(self) -> None:
        """Load what is needed here, and ask the server whether it has the model.

        Raises:
            BackendError: the package or the key is missing, or the server cannot be reached, refuses the key or
                has other models only.
        """
        _, owner = await asyncio.gather(self._guards.warm_up(), self._server.check())
        # SGLang streams by hearing 2 s at a time, and less well (transcription_adapters/qwen3_asr.py).
        self._streams_transcriptions = self._qwen and owner == "vllm"

    async def transcribe(
        self,
        audio: Audio,
        *,
        language: Language | None = None,
        context: str = "",
        timestamps: bool = False,
    ) -> Transcript:
        """See :meth:`~emads_voice.voice.recognizer.Recognizer.transcribe`. Only Whisper models give word times."""
        hear = partial(self._hear, timestamps)
        guards = self._clip_guards if self._qwen and _forced(language) else self._guards
        return await guards.transcribe(hear, audio, language=language, context=context, timestamps=timestamps)

    async def _hear(self, timestamps: bool, audio: Audio, language: Language | None, context: str) -> Heard:
        wav = await asyncio.to_thread(audio.to_wav)
        wait_s = BASE_S + PER_S * audio.duration_s
        streamed = audio.duration_s > STREAMED_S
        forced = _forced(language)
        if self._qwen and forced is None:
            raw = await self._chat(wav, context, wait_s, streamed)
            heard = parse(raw)
            if heard is None:
                raise RecognitionError(
                    f"{self._model} answered without naming a language: is it a Qwen3-ASR model?"
                )
            if language:
                heard = heard._replace(language=language, other_languages=())
        elif streamed and self._streams_transcriptions:
            heard = Heard(await self._streamed_transcription(wav, forced, context, wait_s), language)
        else:
            heard = await self._transcription(wav, forced, context, wait_s, timestamps)
        if heard.text and not heard.language:
            named = language or await asyncio.to_thread(identify, heard.text, self._languages)
            heard = heard._replace(language=named)
        return heard

    async def _chat(self, wav: bytes, context: str, wait_s: float, streamed: bool) -> str:
        url = f"data:audio/wav;base64,{base64.b64encode(wav).decode()}"
        messages: list[Any] = [
            {"role": "user", "content": [{"type": "audio_url", "audio_url": {"url": url}}]}
        ]
        if context:
            messages.insert(0, {"role": "system", "content": context})

        async def ask(client: AsyncOpenAI) -> Any:
            return await client.chat.completions.create(
                model=self._model, messages=messages, temperature=0, stream=streamed
            )

        answer = await self._server.ask(ask, RecognitionError, timeout_s=wait_s)
        if streamed:
            return await self._collect(answer, wait_s)
        choices = getattr(answer, "choices", None)  # what is no JSON comes back as text
        return (choices[0].message.content if choices else None) or ""

    async def _transcription(
        self, wav: bytes, language: Language | None, context: str, wait_s: float, timestamps: bool
    ) -> Heard:
        options = _options(language, context)
        if self._whisper:  # the others refuse the verbose form
            options["response_format"] = "verbose_json"
            if timestamps:
                options["timestamp_granularities"] = ["word"]

        async def ask(client: AsyncOpenAI) -> Any:
            return await client.audio.transcriptions.create(
                model=self._model, file=("speech.wav", wav, "audio/wav"), **options
            )

        answer = await self._server.ask(ask, RecognitionError, timeout_s=wait_s)
        text = getattr(answer, "text", None)
        if not isinstance(text, str):
            raise RecognitionError(f"{self._model} answered without a text: is it a recogniser?")
        words = [Segment(word.word, word.start, word.end) for word in getattr(answer, "words", None) or ()]
        return Heard(_bare(text), known_language(getattr(answer, "language", None)), tuple(words))

    async def _streamed_transcription(
        self, wav: bytes, language: Language | None, context: str, wait_s: float
    ) -> str:
        options = _options(language, context)

        async def ask(client: AsyncOpenAI) -> Any:
            return await client.audio.transcriptions.create(
                model=self._model, file=("speech.wav", wav, "audio/wav"), stream=True, **options
            )

        answer = await self._server.ask(ask, RecognitionError, timeout_s=wait_s)
        return _bare(await self._collect(answer, wait_s))

    async def _collect(self, chunks: AsyncIterator[Any], wait_s: float) -> str:
        """The text of a stream of chat or transcription chunks, whose shapes are alike."""
        texts: list[str] = []
        finished = False
        async for chunk in self._server.read(chunks, RecognitionError, first_s=wait_s, gap_s=GAP_S):
            for choice in chunk.to_dict().get("choices") or ():
                texts.append(choice["delta"].get("content") or "")
                finished = finished or bool(choice.get("finish_reason"))
        if not finished:
            raise RecognitionError(f"The server {self._server.name} broke off in the middle of its answer.")
        return "".join(texts)


def _forced(language: Language | None) -> Language | None:
    return language if language and language.base_code not in UNFORCEABLE else None


def _options(language: Language | None, context: str) -> dict[str, Any]:
    options: dict[str, Any] = {"response_format": "json"}
    if language:
        options["language"] = language.base_code
    if context:
        options["prompt"] = context
    return options


def _bare(text: str) -> str:
    """Without the raw answer's prefix, which vLLM 0.14 (that of qwen-asr) leaves when it streams."""
    heard = parse(text)
    return heard.text if heard else text.strip()
