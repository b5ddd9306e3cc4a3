"""What recognisers and synthesisers behind an OpenAI-compatible server share: its client and its errors."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from emads_voice.environment import variable
from emads_voice.installation import install_hint
from emads_voice.observability import trace_request
from emads_voice.once import Once

from .errors import BackendError, VoiceError
from .openai_errors import own_words, said, shown, too_large, too_long, unreachable, unusable, wrong_url

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI

TIMEOUT_S = 60.0
"""Longer than a server needs to begin any answer."""

CONNECT_S = 3.0
"""Connecting takes a round trip or two (0.3 s across an ocean, each); a lost packet is sent again after 1 s."""

LOOK_S = 5.0
"""The longest wait for the list of a server's models, which costs it nothing."""

RETRY_S = 1.0
"""A server that asks for a longer pause than this is not asked again: somebody may be on the line."""

RETRY_PAUSE_S = 0.1
"""Before asking again where the server does not say how long to wait."""

PASSING = frozenset({429, 500, 502, 503, 504})
"""Statuses of failures that may be over a moment later."""

_Error = TypeVar("_Error", bound=VoiceError)
_Answer = TypeVar("_Answer")


class Served(NamedTuple):
    """A model that a server has, and the program that serves it ("vllm", "sglang"; "" if it does not say)."""

    model: str
    owner: str


class OpenAIClient:
    """A client of a server that speaks OpenAI's protocol; it connects when it is first needed."""

    def __init__(self, model: str, base_url: str | None, api_key: str | None) -> None:
        """None stands for OPENAI_BASE_URL and OPENAI_API_KEY, as in OpenAI's own package."""
        self._model = model
        self._base_url = base_url or variable("OPENAI_BASE_URL")
        self._api_key = api_key or variable("OPENAI_API_KEY")
        self._client = Once(self._connect)

    async def client(self) -> AsyncOpenAI:
        """The client. The first call imports OpenAI's package, for a second, in a thread.

        Raises:
            BackendError: the package is not installed, or OpenAI itself is meant and there is no key.
        """
        made = self._client.made
        return await asyncio.to_thread(self._client) if made is None else made

    async def ask(
        self,
        request: Callable[[AsyncOpenAI], Awaitable[_Answer]],
        kind: type[_Error],
        *,
        timeout_s: float | None = None,
    ) -> _Answer:
        """The server's answer. A request that fails for what may be over in a moment is made once more.

        Args:
            request: makes the request with a client.
            kind: the class of error to raise.
            timeout_s: the longest silence of the server; None for :data:`TIMEOUT_S`.

        Raises:
            BackendError: as :meth:`client` does.
            VoiceError: of class ``kind``, if the server fails.
        """
        client = await self.client()
        import openai

        timeout_s = timeout_s or TIMEOUT_S
        timeout = openai.Timeout(timeout_s, connect=min(CONNECT_S, timeout_s))
        client = client.with_options(timeout=timeout)
        for last in (False, True):
            try:
                return await request(client)
            except (
                openai.OpenAIError,
                ValueError,
                RecursionError,
            ) as error:  # JSON that is none, or too deep
                pause = _pause_before_retry(error)
                if last or pause is None:
                    raise await self._explain(error, kind, timeout_s) from None
                await asyncio.sleep(pause)
        raise AssertionError("unreachable")

    async def read(
        self, chunks: AsyncIterator[_Answer], kind: type[_Error], *, first_s: float, gap_s: float
    ) -> AsyncIterator[_Answer]:
        """A streamed answer, chunk by chunk; given up when the first or the next chunk does not come in time.

        Raises:
            VoiceError: of class ``kind``, if it stalls, breaks off or cannot be read.
        """
        limit_s = first_s
        while True:
            try:
                async with asyncio.timeout(limit_s):
                    chunk = await anext(chunks, None)
            except TimeoutError:
                raise kind(
                    f"The server {self.name} stalled in its answer for {limit_s:g} s: try again, or look at its log."
                ) from None
            except Exception as error:  # the package's own, or what the HTTP library underneath raises
                words = own_words(getattr(error, "body", None), self._api_key)
                raise (self._says(words, kind) if words else self._broke_off(kind)) from None
            if chunk is None:
                return
            yield chunk
            limit_s = gap_s

    def fields(self, answer: object, kind: type[_Error]) -> dict[str, Any]:
        """The fields of an answer as the server gave them, the package's types being unchecked.

        Raises:
            VoiceError: of class ``kind``, if it is a web page or an error, which some servers send with status 200, or
                no JSON object: the package hands over as it is what it cannot read.
        """
        from openai import BaseModel

        if isinstance(answer, str) and answer.lstrip().startswith("<"):
            raise kind(f"The server {self.name} answered with a web page: check its URL (most end in /v1).")
        fields = answer.to_dict(warnings=False) if isinstance(answer, BaseModel) else {}
        if fields.get("error"):
            raise self._says(own_words(fields["error"], self._api_key) or "there was an error", kind)
        return fields

    async def check(self) -> str:
        """See that the server has the model.

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
        """An error of class ``kind`` that says what went wrong. It names the server, and holds no key."""
        import httpx  # what OpenAI's package asks by
        import openai

        # Both kinds of time-out are one class to the package; only its cause tells them apart.
        unconnected = isinstance(error.__cause__, httpx.ConnectTimeout)
        if isinstance(error, openai.APITimeoutError) and not unconnected:
            return kind(
                f"The server {self.name} did not answer within {timeout_s or TIMEOUT_S:g} s: "
                "try again, or look at its log."
            )
        if isinstance(error, openai.APIConnectionError):
            why = unreachable(error, self._base_url)
            return kind(f"The server {self.name} cannot be reached{why}")
        if not isinstance(error, openai.APIStatusError):
            words = own_words(getattr(error, "body", None), self._api_key)
            return self._says(words, kind) if words else self._broke_off(kind)
        status = error.status_code
        if too_long(error):
            return kind(
                f"The server {self.name} finds the recording too long for its context: give a shorter one, or start"
                " it with a larger --max-model-len."
            )
        if too_large(error):
            status = 413
        again = f"in {wait:g} s" if (wait := _retry_after_s(error)) else "later"
        reasons = {
            401: "rejects the key: check it",
            403: f"does not allow this key to use {self._model}: choose another key or model",
            404: f"does not know the model {self._model}, or its URL is wrong (most end in /v1)",
            413: "finds the recording too large: give a shorter one",
            429: f"is too busy, or the account's quota is used up: try again {again}",
        }
        reason = reasons.get(status, f"failed with status {status}: look at its log")
        what, colon, remedy = reason.partition(":")
        return kind(f"The server {self.name} {what}{said(error, self._api_key)}{colon}{remedy}.")

    @property
    def name(self) -> str:
        """Its host and port: a URL may hold a password."""
        if not self._base_url:
            return "api.openai.com"
        return shown(self._base_url)

    def _connect(self) -> AsyncOpenAI:
        try:
            from openai import AsyncOpenAI, DefaultAsyncHttpxClient
        except ImportError:
            raise BackendError(f"Speech servers need OpenAI's package: {install_hint('openai')}.") from None
        if not self._base_url and not self._api_key:
            raise BackendError(
                f"OpenAI's {self._model} needs a key: set OPENAI_API_KEY, or give a server's base URL."
            )
        if self._base_url and (wrong := wrong_url(self._base_url)):
            raise BackendError(f"The server {self.name} cannot be asked, for {wrong}: correct its URL.")
        if self._api_key and not (self._api_key.isascii() and self._api_key.isprintable()):
            raise BackendError(f"The key for {self.name} holds characters that no key has: set it anew.")
        try:
            # The package insists on a key, which a server of one's own often has not. Its retries wait for as long
            # as a server asks, up to two minutes: ours do not.
            traced = DefaultAsyncHttpxClient(event_hooks={"request": [trace_request]})
            return AsyncOpenAI(
                base_url=self._base_url, api_key=self._api_key or "none", max_retries=0, http_client=traced
            )
        except Exception as error:  # proxies and certificates of the environment, each with another class
            raise BackendError(unusable(self.name, error)) from None

    async def _served(self) -> list[Served]:
        """Its models; none where it does not tell: not every server does, and some not to every key."""
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
        except (openai.OpenAIError, AttributeError, TypeError, ValueError, RecursionError):
            # An answer of another shape.
            return []

    async def _explain(self, error: Exception, kind: type[_Error], timeout_s: float) -> _Error:
        import openai

        if isinstance(error, openai.APIStatusError) and error.status_code == 404:
            with suppress(VoiceError):
                served = await self._served()
                if served and self._model not in {each.model for each in served}:
                    return kind(self._another_model(served))
        return self.explain(error, kind, timeout_s)

    def _says(self, words: str, kind: type[_Error]) -> _Error:
        return kind(f'The server {self.name} says "{words}": look at its log.')

    def _broke_off(self, kind: type[_Error]) -> _Error:
        return kind(f"The server {self.name} broke off, or its answer cannot be read: look at its log.")

    def _another_model(self, served: list[Served]) -> str:
        names = ", ".join(each.model for each in served[:5])
        return f"The server {self.name} has not the model {self._model} but {names}: name one of those."


def choice_of(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of the first choice of a chat's answer, or of a chunk of one; none where there is none."""
    choices = fields.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    return first if isinstance(first, dict) else {}


def message_of(choice: dict[str, Any]) -> dict[str, Any]:
    """The fields of a choice's message, or of what a chunk adds to it; none where there is none."""
    message = choice.get("message") or choice.get("delta")
    return message if isinstance(message, dict) else {}


def text_of(message: dict[str, Any]) -> str | None:
    """The text of a message, which some servers give in parts; None where there is none."""
    content = message.get("content")
    if isinstance(content, list):
        parts = [part.get("text") if isinstance(part, dict) else part for part in content]
        texts = [part for part in parts if isinstance(part, str)]
        return "".join(texts) if texts else None
    return content if isinstance(content, str) else None


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
