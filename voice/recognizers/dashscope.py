"""Recognition by Alibaba Cloud: ``qwen3-asr-flash`` over HTTP, ``qwen3-asr-flash-realtime`` over a WebSocket, and the
newer ``qwen-audio-3.x-asr-flash-streaming`` as tasks over another (:mod:`.dashscope_tasks`).

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
from emads_voice.voice.errors import BackendError, LanguageError, RecognitionError
from emads_voice.voice.hotwords import as_text
from emads_voice.voice.languages import LANGUAGES, Language, known_language
from emads_voice.voice.openai_client import OpenAIClient, choice_of, message_of, text_of
from emads_voice.voice.recognizer import Transcript
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.transcription.guards import Guards, Hypothesis

from .dashscope_tasks import TaskRecognizer
from .pcm import RATE
from .realtime import Event, RealtimeRecognizer, Service
from .task_protocol import TaskService, task_url

if TYPE_CHECKING:
    from openai import AsyncOpenAI

BASE_URL = "https://dashscope-intl.aliyuncs.com/compatible-mode/v1"
"""Singapore; Beijing's is dashscope.aliyuncs.com. Their keys differ."""

MAX_PIECE_S = 180.0
"""The service takes 5 minutes and 10 MB, in base64: 3 minutes of WAV are 7.7 MB."""

BASE_S, PER_S = 10.0, 0.3
"""The longest wait for an answer: so much, and so much per second of sound."""

_CODES = "zh yue en ja de ko ru fr pt ar it es hi id th tr vi cs da fil fi ms pl sv"  # of those it lists, those we know

_TASKS = ("-streaming", "-message", "-realtime")
"""Parts of the names of newer models that are run as tasks; the others fetch recordings from an address."""

HEARD = tuple(language for language in LANGUAGES if language.base_code in _CODES.split())
"""Dialects are told as the language they belong to."""


def dashscope(
    model: str = "qwen3-asr-flash",
    *,
    base_url: str | None = None,
    api_key: str | None = None,
    languages: Sequence[Language] = HEARD,
    models_dir: Path | None = None,
) -> DashScopeRecognizer | RealtimeRecognizer | TaskRecognizer:
    """The recogniser "dashscope:MODEL"; one whose name holds "-realtime" or "-streaming" streams.

    Args:
        model: "qwen3-asr-flash" or "qwen3-asr-flash-realtime", or a dated version of them;
            "qwen-audio-3.1-asr-flash-streaming", "-message" or an older one, or "fun-asr-realtime".
        base_url: of the region, with "/compatible-mode/v1"; None: Singapore.
        api_key: None takes DASHSCOPE_API_KEY.
        languages: those expected.
        models_dir: where voice activity's weights are searched first.

    Raises:
        BackendError: there is no key, or the model takes no sound that is sent.
    """
    key = api_key or variable("DASHSCOPE_API_KEY")
    if not key:
        raise BackendError(f"DashScope's {model} needs a key: set EMADS_ASR_KEY or DASHSCOPE_API_KEY.")
    where = base_url or BASE_URL
    newer = model.startswith(("qwen-audio-", "fun-asr", "paraformer"))
    if newer and not any(part in model for part in _TASKS):
        raise BackendError(
            f"DashScope's {model} takes recordings in another way: name qwen-audio-3.1-asr-flash-streaming."
        )
    if newer:
        hotwords = model.startswith("qwen-audio-")
        service = TaskService(f"dashscope:{model}", model, task_url(where), key, hotwords)
        return TaskRecognizer(service, HEARD, languages, models_dir)
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
    """Transcribes whole recordings, and names their language."""

    def __init__(self, model: str, base_url: str, api_key: str, models_dir: Path | None = None) -> None:
        """See :func:`dashscope`."""
        self._model = model
        self._client = OpenAIClient(model, base_url, api_key)
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
        await asyncio.gather(self._guards.warm_up(), self._client.client())

    async def transcribe(
        self,
        audio: Audio,
        *,
        language: Language | None = None,
        hotwords: Sequence[str] = (),
        timestamps: bool = False,
    ) -> Transcript:
        """See :meth:`~emads_voice.voice.recognizer.Recognizer.transcribe`."""
        if language and language not in HEARD:
            raise LanguageError(f"{self.name} does not hear {language.name}: choose another recogniser.")
        return await self._guards.transcribe(
            self._recognize, audio, language=language, hotwords=hotwords, timestamps=timestamps
        )

    async def _recognize(
        self, audio: Audio, language: Language | None, hotwords: Sequence[str]
    ) -> Hypothesis:
        wav = await asyncio.to_thread(audio.to_wav)
        data = f"data:audio/wav;base64,{base64.b64encode(wav).decode()}"
        messages: list[Any] = [
            {"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": data}}]}
        ]
        if told := as_text(hotwords):
            messages.insert(0, {"role": "system", "content": [{"type": "text", "text": told}]})
        options: dict[str, Any] = {"enable_itn": False}
        if language:
            options["language"] = language.base_code

        async def ask(client: AsyncOpenAI) -> Any:
            return await client.chat.completions.create(
                model=self._model, messages=messages, extra_body={"asr_options": options}
            )

        wait_s = BASE_S + PER_S * audio.duration_s
        answer = await self._client.ask(ask, RecognitionError, timeout_s=wait_s)
        message = message_of(choice_of(self._client.fields(answer, RecognitionError)))
        text = text_of(message)
        if text is None:
            raise RecognitionError(f"{self.name} answered without a text: name a recogniser.")
        return Hypothesis(text.strip(), language or _named(message.get("annotations")))


def _session(language: Language | None, hotwords: Sequence[str]) -> Event:
    transcription: Event = {}
    if language:
        transcription["language"] = language.base_code
    if text := as_text(hotwords):
        transcription["corpus"] = {"text": text}
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
