"""What recognisers and synthesisers behind an OpenAI-compatible server share: its client and its errors."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from .errors import BackendError, VoiceError

if TYPE_CHECKING:
    from openai import AsyncOpenAI

TIMEOUT_S = 60.0
"""Longer than a server with a GPU needs for the longest recording it takes (10 minutes)."""

MAX_RETRIES = 1
"""A dropped connection or a busy server is tried once more; a caller does not wait for a third time."""

_Error = TypeVar("_Error", bound=VoiceError)


class OpenAIServer:
    """A server that speaks OpenAI's protocol, connected to when it is first needed."""

    def __init__(self, model: str, base_url: str | None, api_key: str | None) -> None:
        """None stands for OPENAI_BASE_URL and OPENAI_API_KEY, as in OpenAI's own package."""
        self._model = model
        self._base_url = base_url or os.environ.get("OPENAI_BASE_URL") or None
        self._api_key = api_key or os.environ.get("OPENAI_API_KEY") or None
        self._client: AsyncOpenAI | None = None

    async def client(self) -> AsyncOpenAI:
        """The client. The first call imports OpenAI's package, for a second, in a thread.

        Raises:
            BackendError: the package is not installed, or OpenAI itself is meant and there is no key.
        """
        if self._client is None:
            self._client = await asyncio.to_thread(self._connect)
        return self._client

    def _connect(self) -> AsyncOpenAI:
        try:
            from openai import AsyncOpenAI
        except ImportError:
            raise BackendError(
                'Speech servers need OpenAI\'s package: pip install "emads-voice[openai]".'
            ) from None
        if not self._base_url and not self._api_key:
            raise BackendError(
                f"OpenAI's {self._model} needs a key: set OPENAI_API_KEY, or give a server's base URL."
            )
        # The package insists on a key; a server of one's own often has none.
        key = self._api_key or "none"
        return AsyncOpenAI(base_url=self._base_url, api_key=key, timeout=TIMEOUT_S, max_retries=MAX_RETRIES)

    def explain(self, error: Exception, kind: type[_Error]) -> _Error:
        """What went wrong, as an error of ours. It holds the server's name, never a key."""
        import openai

        server = self._name()
        if isinstance(error, openai.APITimeoutError):
            return kind(f"The server {server} did not answer within {TIMEOUT_S:g} s.")
        if isinstance(error, openai.APIConnectionError):
            return kind(
                f"The server {server} cannot be reached: check that it runs and that its URL is right."
            )
        if not isinstance(error, openai.APIStatusError):
            return kind(f"The server {server} broke off, or its answer cannot be read.")
        reasons = {
            401: "rejects the key: check it",
            403: f"does not allow this key to use {self._model}",
            404: f"does not know the model {self._model}, or its URL is wrong (most end in /v1)",
            413: "finds the recording too large: give a shorter one",
            429: "is too busy, or the account's quota is used up: try again later",
        }
        reason = reasons.get(error.status_code, f"failed with status {error.status_code}")
        return kind(f"The server {server} {reason}.")

    def _name(self) -> str:
        if not self._base_url:
            return "api.openai.com"
        address = urlsplit(self._base_url)  # which may hold a password
        return f"{address.hostname}:{address.port}" if address.port else str(address.hostname)
