"""Streams to SGLang, which serves Qwen3-ASR over a WebSocket of OpenAI's shape; recordings go there over HTTP.

The shape was read in python/sglang/srt/entrypoints/openai/realtime/{protocol,session}.py of sgl-project/sglang:
turns must not be detected by the server, no prompt is taken, no language is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from emads_voice.voice.errors import BackendError
from emads_voice.voice.languages import LANGUAGES, Language

from .openai import OpenAIRecognizer
from .pcm import RATE
from .realtime import Event, RealtimeRecognizer, Service


def openai_realtime(
    model: str,
    *,
    base_url: str | None = None,
    api_key: str | None = None,
    languages: Sequence[Language] = LANGUAGES,
    models_dir: Path | None = None,
) -> RealtimeRecognizer:
    """The recogniser "openai-realtime:MODEL". Arguments as for :class:`.openai.OpenAIRecognizer`.

    Raises:
        BackendError: no server is named.
    """
    if not base_url:
        raise BackendError(
            f"openai-realtime:{model} needs a server: set EMADS_ASR_URL to that of SGLang, with its /v1."
        )

    def session(language: Language | None, hotwords: Sequence[str]) -> Event:
        del hotwords  # SGLang refuses a session with a prompt
        code = language.base_code if language else None
        sound = {
            "format": {"type": "audio/pcm", "rate": RATE},
            "transcription": {"model": model, "language": code},
            "turn_detection": None,
        }
        return {"type": "transcription", "audio": {"input": sound}}

    address = urlsplit(base_url)
    url = address._replace(
        scheme=address.scheme.replace("http", "ws"), path=f"{address.path.rstrip('/')}/realtime"
    )
    over_http = OpenAIRecognizer(
        model, base_url=base_url, api_key=api_key, languages=languages, models_dir=models_dir
    )
    service = Service(f"openai-realtime:{model}", url.geturl(), api_key, session)
    return RealtimeRecognizer(service, over_http, languages)
