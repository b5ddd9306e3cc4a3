"""Recognition by Alibaba Cloud: ``qwen3-asr-flash`` over HTTP, ``qwen3-asr-flash-realtime`` over a WebSocket.

The shapes were read in docs.qwencloud.com/api-reference/speech-recognition/qwen-asr/openai and in
www.alibabacloud.com/help/en/model-studio/qwen-asr-realtime-client-events (and -server-events).
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from emads_voice.environment import variable
from emads_voice.voice.audio import Audio
from emads_voice.voice.errors import BackendError, LanguageError, RecognitionError
from emads_voice.voice.guards import Guards, Heard
from emads_voice.voice.languages import LANGUAGES, Language, known_language
from emads_voice.voice.openai_server import OpenAIServer
from emads_voice.voice.recognizer import Transcript

from .realtime import RATE, Event, RealtimeRecognizer, Service

if TYPE_CHECKING:
    from openai import AsyncOpenAI

BASE_URL = "https://dashscope-intl.aliyuncs.com/compatible-mode/v1"
"""Singapore; Beijing's is dashscope.aliyuncs.com. Their keys differ."""

MAX_PIECE_S = 180.0
"""The service takes 5 minutes and 10 MB, in base64: 3 minutes of WAV are 7.7 MB."""

BASE_S, PER_S = 10.0, 0.3
"""The longest wait for an answer: so much, and so much per second of sound."""

_CODES = "zh yue en ja de ko ru fr pt ar it es hi id th tr vi cs da fil fi ms pl sv"  # of those it lists, those we know

HEARD = tuple(language for language in LANGUAGES if language.base_code in _CODES.split())
"""Dialects are told as the language they belong to."""


def dashscope(
    model: str = "qwen3-asr-flash",
    *,
    base_url: str | None = None,
    api_key: str | None = None,
    languages: Sequence[Language] = HEARD,
    models_dir: Path | None = None,
) -> DashScopeRecognizer | RealtimeRecognizer:
    """The recogniser "dashscope:MODEL"; one whose name holds "-realtime" streams.

    Args:
        model: "qwen3-asr-flash" or "qwen3-asr-flash-realtime", or a dated version of them.
        base_url: of the region, with "/compatible-mode/v1"; None: Singapore.
        api_key: None takes DASHSCOPE_API_KEY.
        languages: those expected.
        models_dir: where voice activity's weights are searched first.

    Raises:
        BackendError: there is no key.
    """
    key = api_key or variable("DASHSCOPE_API_KEY")
    if not key:
        raise BackendError(f"DashScope's {model} needs a key: set EMADS_ASR_KEY or DASHSCOPE_API_KEY.")
    where = base_url or BASE_URL
    if "-realtime" not in model:
        return DashScopeRecognizer(model, where, key, models_dir)
    over_http = DashScopeRecognizer("qwen3-asr-flash", where, key, models_dir)
    address = urlsplit(where)
    url = address._replace(
        scheme=address.scheme.replace("http", "ws"),
        path="/api-ws/v1/realtime",
        query=urlencode({"model": model}),
    )
    return RealtimeRecognizer(
        Service(f"dashscope:{model}", url.geturl(), key, _session), over_http, languages
    )


class DashScopeRecognizer:
    """Hears whole recordings; names the language."""

    def __init__(self, model: str, base_url: str, api_key: str, models_dir: Path | None = None) -> None:
        """See :func:`dashscope`."""
        self._model = model
        self._server = OpenAIServer(model, base_url, api_key)
        self._guards = Guards(self.name, models_dir=models_dir, max_piece_s=MAX_PIECE_S)

    @property
    def name(self) -> str:
        """ "dashscope:" and the model."""
        return f"dashscope:{self._model}"

    @property
    def languages(self) -> Collection[Language]:
        """Those the service lists."""
        return HEARD

    async def warm_up(self) -> None:
        """Load what is needed here; the service is not asked anything.

        Raises:
            BackendError: the package is missing.
        """
        await asyncio.gather(self._guards.warm_up(), self._server.client())

    async def transcribe(
        self, audio: Audio, *, language: Language | None = None, context: str = "", timestamps: bool = False
    ) -> Transcript:
        """See :meth:`~emads_voice.voice.recognizer.Recognizer.transcribe`."""
        if language and language not in HEARD:
            raise LanguageError(f"{self.name} does not hear {language.name}.")
        return await self._guards.transcribe(
            self._hear, audio, language=language, context=context, timestamps=timestamps
        )

    async def _hear(self, audio: Audio, language: Language | None, context: str) -> Heard:
        wav = await asyncio.to_thread(audio.to_wav)
        data = f"data:audio/wav;base64,{base64.b64encode(wav).decode()}"
        messages: list[Any] = [
            {"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": data}}]}
        ]
        if context:
            messages.insert(0, {"role": "system", "content": [{"type": "text", "text": context}]})
        options: dict[str, Any] = {"enable_itn": False}
        if language:
            options["language"] = language.base_code

        async def ask(client: AsyncOpenAI) -> Any:
            return await client.chat.completions.create(
                model=self._model, messages=messages, extra_body={"asr_options": options}
            )

        wait_s = BASE_S + PER_S * audio.duration_s
        answer = await self._server.ask(ask, RecognitionError, timeout_s=wait_s)
        choices = getattr(answer, "choices", None)  # what is no JSON comes back as text
        message = choices[0].message.to_dict() if choices else {}
        text = message.get("content")
        if not isinstance(text, str):
            raise RecognitionError(f"{self.name} answered without a text.")
        return Heard(text.strip(), language or _named(message.get("annotations")))


def _session(language: Language | None, context: str) -> Event:
    transcription: Event = {}
    if language:
        transcription["language"] = language.base_code
    if context:
        transcription["corpus"] = {"text": context}
    return {
        "modalities": ["text"],
        "input_audio_format": "pcm",
        "sample_rate": RATE,
        "input_audio_transcription": transcription,
        "turn_detection": None,  # we know better when somebody has finished
    }


def _named(annotations: object) -> Language | None:
    for note in annotations if isinstance(annotations, list) else []:
        if isinstance(note, dict) and (named := known_language(note.get("language"))):
            return named
    return None
