"""Speech from a server that speaks OpenAI's protocol (``POST /audio/speech``), yielded while it is made."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AsyncExitStack

import numpy as np

from emads_voice.voice.errors import LanguageError, SynthesisError, VoiceError
from emads_voice.voice.languages import LANGUAGES, Language
from emads_voice.voice.openai_client import OpenAIClient
from emads_voice.voice.sound.audio import Audio

RATE = 24_000
"""OpenAI's "pcm": 16-bit little-endian mono at this rate, without a header."""

PIECE_BYTES = RATE // 10 * 2
"""A tenth of a second: soon enough to start, few enough to handle."""

SPOKEN = tuple(language for language in LANGUAGES if not language.dialect)


class OpenAISynthesizer:
    """Speaks through a server."""

    def __init__(
        self,
        model: str,
        *,
        voice: str = "alloy",
        base_url: str | None = None,
        api_key: str | None = None,
        languages: Sequence[Language] = SPOKEN,
    ) -> None:
        """Name a model and its server.

        Args:
            model: its name on the server, "gpt-4o-mini-tts" or "tts-1".
            voice: the voice where none is asked for.
            base_url: of the server, with the "/v1"; None takes OPENAI_BASE_URL, else OpenAI itself.
            api_key: None takes OPENAI_API_KEY; without that the server is sent a placeholder.
            languages: those the model speaks: the protocol does not tell.
        """
        self._model = model
        self._voice = voice
        self._languages = tuple(languages)
        self._client = OpenAIClient(model, base_url, api_key)

    @property
    def name(self) -> str:
        """ "openai:" and the model."""
        return f"openai:{self._model}"

    @property
    def languages(self) -> Collection[Language]:
        """Those it was made with."""
        return self._languages

    async def warm_up(self, language: Language | None = None) -> None:
        """Load the client; the server is not asked anything.

        Raises:
            BackendError: the package or the key is missing.
        """
        await self._client.client()

    async def synthesize(
        self, text: str, *, language: Language, voice: str | None = None
    ) -> AsyncIterator[Audio]:
        """See :meth:`~emads_voice.voice.synthesizer.Synthesizer.synthesize`."""
        if language not in self._languages:
            raise LanguageError(
                f"{self.name} is not set up to speak {language.name}: add it to its languages."
            )
        try:
            async with AsyncExitStack() as stack:
                response = await self._client.ask(
                    lambda client: stack.enter_async_context(
                        client.audio.speech.with_streaming_response.create(
                            model=self._model, voice=voice or self._voice, input=text, response_format="pcm"
                        )
                    ),
                    SynthesisError,
                )
                kind = response.headers.get("content-type", "").split(";")[0]
                if kind.startswith(("text/", "application/json", "audio/mpeg", "audio/wav", "audio/x-wav")):
                    raise SynthesisError(
                        f"{self._model} answered with {kind} where raw PCM was asked for: name a speech model."
                    )
                rest = b""
                async for chunk in response.iter_bytes(PIECE_BYTES):
                    data = rest + chunk
                    even = len(data) // 2 * 2
                    rest = data[even:]
                    yield Audio(
                        np.frombuffer(data[:even], "<i2").astype(np.float32) / np.float32(32768), RATE
                    )
        except VoiceError:
            raise
        except Exception as error:  # a body that breaks off raises what the HTTP library underneath does
            raise self._client.explain(error, SynthesisError) from None
