"""What recognisers and synthesisers behind an OpenAI-compatible server share: its client and its errors."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from urllib.parse import urlsplit

from emads_voice.environment import variable
from emads_voice.installation import install_hint

from .errors import BackendError, VoiceError

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI

TIMEOUT_S = 60.0
"""Longer than a server needs to begin any answer."""

CONNECT_S = 3.0
"""Connecting takes a round trip or two (0.3 s across an ocean, each); a lost packet is sent again after 1 s."""

LOOK_S = 5.0
"""For asking a server what it serves, which costs it nothing."""

RETRY_S = 1.0
"""A server that wants to be left alone for longer than this is not asked again: somebody may be on the line."""

RETRY_PAUSE_S = 0.1
"""Before asking again where the server does not say how long to wait."""

PASSING = frozenset({429, 500, 502, 503, 504})
"""Statuses that may be over a moment later."""

_Error = TypeVar("_Error", bound=VoiceError)
_Answer = TypeVar("_Answer")


class Served(NamedTuple):
    """A model that a server has, and the program that serves it ("vllm", "sglang"; "" if it does not say)."""

    model: str
    owner: str


class OpenAIServer:
    """A server that speaks OpenAI's protocol, connected to when it is first needed."""

    def __init__(self, model: str, base_url: str | None, api_key: str | None) -> None:
        """None stands for OPENAI_BASE_URL and OPENAI_API_KEY, as in OpenAI's own package."""
        self._model = model
        self._base_url = base_url or variable("OPENAI_BASE_URL")
        self._api_key = api_key or variable("OPENAI_API_KEY")
        self._client: AsyncOpenAI | None = None

    async def client(self) -> AsyncOpenAI:
        """The client. The first call imports OpenAI's package, for a second, in a thread.

        Raises:
            BackendError: the package is not installed, or OpenAI itself is meant and there is no key.
        """
        if self._client is None:
            self._client = await asyncio.to_thread(self._connect)
        return self._client

    async def ask(
        self,
        request: Callable[[AsyncOpenAI], Awaitable[_Answer]],
        kind: type[_Error],
        *,
        timeout_s: float | None = None,
    ) -> _Answer:
        """What the server answers, asked once more if nothing has come and the trouble may be over at once.

        Args:
            request: what to ask of a client.
            kind: the error to raise.
            timeout_s: the longest silence of the server; None for :data:`TIMEOUT_S`.

        Raises:
            BackendError: as :meth:`client` does.
            VoiceError: of that kind, if the server fails.
        """
        client = await self.client()
        import openai

        timeout_s = timeout_s or TIMEOUT_S
        timeout = openai.Timeout(timeout_s, connect=min(CONNECT_S, timeout_s))
        client = client.with_options(timeout=timeout)
        for last in (False, True):
            try:
                return await request(client)
            except (openai.OpenAIError, ValueError) as error:  # ValueError: JSON that is none
                pause = _pause_before_retry(error)
                if last or pause is None:
                    raise await self._explain(error, kind, timeout_s) from None
                await asyncio.sleep(pause)
        raise AssertionError("unreachable")

    async def read(
        self, chunks: AsyncIterator[_Answer], kind: type[_Error], *, first_s: float, gap_s: float
    ) -> AsyncIterator[_Answer]:
        """A streamed answer, given up when its first chunk does not come in time, or the next one.

        Raises:
            VoiceError: of that kind, if it stalls, breaks off or cannot be read.
        """
        limit_s = first_s
        while True:
            try:
                async with asyncio.timeout(limit_s):
                    chunk = await anext(chunks, None)
            except TimeoutError:
                raise kind(f"The server {self.name} stalled in its answer for {limit_s:g} s.") from None
            except Exception:  # the package's own, or what the HTTP library underneath raises
                raise self._broke_off(kind) from None
            if chunk is None:
                return
            yield chunk
            limit_s = gap_s

    async def check(self) -> str:
        """Whether it has the model.

        Returns:
            the program that serves it ("vllm", "sglang", "openai"); "" where it does not tell.

        Raises:
            BackendError: it cannot be reached, refuses the key, or has other models only.
        """
        served = await self._served()
        if served and self._model not in {each.model for each in served}:
            raise BackendError(self._another_model(served))
        return next((each.owner for each in served if each.model == self._model), "")

    def explain(self, error: Exception, kind: type[_Error], timeout_s: float | None = None) -> _Error:
        """What went wrong, as an error of ours. It holds the server's name, never a key."""
        import openai

        # Both kinds of time-out are one class to the package; only its cause tells them apart.
        unconnected = type(error.__cause__).__name__ == "ConnectTimeout"
        if isinstance(error, openai.APITimeoutError) and not unconnected:
            return kind(f"The server {self.name} did not answer within {timeout_s or TIMEOUT_S:g} s.")
        if isinstance(error, openai.APIConnectionError):
            return kind(
                f"The server {self.name} cannot be reached: check that it runs and that its URL is right."
            )
        if not isinstance(error, openai.APIStatusError):
            return self._broke_off(kind)
        status = error.status_code
        if status == 400 and "file size" in error.message:  # so says vLLM
            status = 413
        again = f"in {wait:g} s" if (wait := _retry_after_s(error)) else "later"
        reasons = {
            401: "rejects the key: check it",
            403: f"does not allow this key to use {self._model}",
            404: f"does not know the model {self._model}, or its URL is wrong (most end in /v1)",
            413: "finds the recording too large: give a shorter one",
            429: f"is too busy, or the account's quota is used up: try again {again}",
        }
        reason = reasons.get(status, f"failed with status {status}")
        return kind(f"The server {self.name} {reason}.")

    @property
    def name(self) -> str:
        """Its host and port: a URL may hold a password."""
        if not self._base_url:
            return "api.openai.com"
        address = urlsplit(self._base_url)
        return f"{address.hostname}:{address.port}" if address.port else str(address.hostname)

    def _connect(self) -> AsyncOpenAI:
        try:
            from openai import AsyncOpenAI
        except ImportError:
            raise BackendError(f"Speech servers need OpenAI's package: {install_hint('openai')}.") from None
        if not self._base_url and not self._api_key:
            raise BackendError(
                f"OpenAI's {self._model} needs a key: set OPENAI_API_KEY, or give a server's base URL."
            )
        # The package insists on a key, which a server of one's own often has not. Its retries wait for as long as
        # a server asks, up to two minutes: ours do not.
        return AsyncOpenAI(base_url=self._base_url, api_key=self._api_key or "none", max_retries=0)

    async def _served(self) -> list[Served]:
        """Its models; none where it does not tell: not every server does, nor tells every key."""
        client = (await self.client()).with_options(timeout=LOOK_S)
        import openai

        try:
            page = await client.models.list()
            return [Served(model.id, model.owned_by or "") for model in page.data]
        except openai.APIStatusError as error:
            if error.status_code == 401:
                raise self.explain(error, BackendError) from None
            return []
        except openai.APIConnectionError as error:
            raise self.explain(error, BackendError, LOOK_S) from None
        except (openai.OpenAIError, AttributeError, TypeError, ValueError):  # an answer of another shape
            return []

    async def _explain(self, error: Exception, kind: type[_Error], timeout_s: float) -> _Error:
        if getattr(error, "status_code", None) == 404:
            with suppress(VoiceError):
                served = await self._served()
                if served and self._model not in {each.model for each in served}:
                    return kind(self._another_model(served))
        return self.explain(error, kind, timeout_s)

    def _broke_off(self, kind: type[_Error]) -> _Error:
        return kind(f"The server {self.name} broke off, or its answer cannot be read.")

    def _another_model(self, served: list[Served]) -> str:
        names = ", ".join(each.model for each in served[:5])
        return f"The server {self.name} has not the model {self._model} but {names}: name one of those."


def _pause_before_retry(error: Exception) -> float | None:
    """Seconds; None if it is no use to ask again."""
    import openai

    if isinstance(error, openai.APIStatusError):
        wait = _retry_after_s(error)
        if error.status_code not in PASSING or (wait or 0) > RETRY_S:
            return None
        return RETRY_PAUSE_S if wait is None else wait
    dropped = isinstance(error, openai.APIConnectionError) and not isinstance(error, openai.APITimeoutError)
    return 0.0 if dropped else None  # an idle connection may have been closed at the other end


def _retry_after_s(error: APIStatusError) -> float | None:
    """What the server asks for; None where it does not, or gives a date."""
    headers = error.response.headers
    with suppress(ValueError):
        if milliseconds := headers.get("retry-after-ms"):  # OpenAI's own
            return float(milliseconds) / 1000
        if seconds := headers.get("retry-after"):
            return float(seconds)
    return None
