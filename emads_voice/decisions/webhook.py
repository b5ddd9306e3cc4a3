"""A signed webhook: another system is told what was decided, and carries it out.

Every attempt brings the same id. A receiver that keeps the ids it has had, as the Standard Webhooks specification asks
of it, does each thing once, however often it is told.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from langchain_core.tools import StructuredTool
from pydantic import JsonValue, SecretStr

from emads_voice.error_text import first_line
from emads_voice.observability import trace_headers

from .errors import DecisionError
from .executors import Executor, RefusedError, Task, TaskArguments
from .record_text import record_json
from .standard_webhooks import read_secret, signed_headers

if TYPE_CHECKING:
    import httpx

NAME = "webhook"

ATTEMPTS = 4
"""In one go, which is over before a worker's lease is; later the worker tries again."""
TIMEOUT_S = 10.0
"""Of one attempt, from the connection to the last header."""
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 5.0

_LATER = {408, 425, 429}
"""What is no refusal but "not now"."""


class WebhookError(DecisionError):
    """A webhook was not taken."""


class WebhookRefusedError(WebhookError):
    """The receiver does not take this message, would not the next time, and has not had it before."""


class WebhookUnansweredError(WebhookError):
    """It was not taken, and the receiver may have it: it is sent again with the same id."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """A message that was taken.

    Attributes:
        status: of HTTP, 200 to 299.
        attempts: how often it was sent.
    """

    status: int
    attempts: int


class Webhook:
    """Where messages are sent."""

    def __init__(
        self,
        url: str,
        secrets: Sequence[SecretStr],
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], float] = time.time,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """
        Args:
            url: https, or http to this machine.
            secrets: each ``whsec_…``, the newest first; two while one is being replaced.
            transport: of httpx; by default the network.
            clock: seconds since 1970.
            wait: between attempts, in seconds.

        Raises:
            ValueError: the address or a secret cannot be used; the message has nothing of either.
        """
        self._url = _checked(url)
        self._keys = [read_secret(each) for each in secrets]
        if not self._keys:
            raise ValueError("a webhook is signed: give it a secret")
        self._transport = transport
        self._clock = clock
        self._wait = wait

    async def send(
        self, kind: str, data: Mapping[str, JsonValue], *, message_id: str, at: datetime
    ) -> Delivered:
        """Tell the receiver, and again with growing pauses while it does not answer.

        Args:
            kind: what happened, "decision.approved".
            data: what there is to know of it.
            message_id: of this message, each time it is sent: the key of the execution.
            at: when it happened; the same each time, so that the message is.

        Raises:
            WebhookRefusedError: the receiver will not have it.
            WebhookUnansweredError: no attempt was answered for certain.
        """
        import httpx  # 60 ms to import, and few deployments send anything

        told = {"type": kind, "timestamp": at.astimezone(UTC).isoformat(), "data": data}
        body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        why, perhaps_had = "", False
        # trust_env: names and passwords of a .netrc are none of the receiver's business.
        async with httpx.AsyncClient(
            transport=self._transport, timeout=TIMEOUT_S, follow_redirects=False, trust_env=False
        ) as client:
            for attempt in range(1, ATTEMPTS + 1):
                pause = _pause(attempt)
                try:
                    async with asyncio.timeout(TIMEOUT_S):
                        status, asked = await self._post(client, message_id, body)
                except httpx.ConnectError as error:
                    why = f"it cannot be reached: {first_line(error).lower()}"
                except (TimeoutError, httpx.TimeoutException):
                    why, perhaps_had = f"it did not answer within {TIMEOUT_S:g} s", True
                except httpx.HTTPError as error:
                    why, perhaps_had = f"it broke off: {first_line(error).lower()}", True
                else:
                    if 200 <= status < 300:
                        return Delivered(status, attempt)
                    if status < 500 and status not in _LATER:
                        told_as = WebhookUnansweredError if perhaps_had else WebhookRefusedError
                        raise told_as(_refusal(status))
                    why, perhaps_had = f"it answered {status}", perhaps_had or status >= 500
                    if asked > LONGEST_WAIT_S:
                        break
                    pause = max(pause, asked)
                if attempt < ATTEMPTS:
                    await self._wait(pause)
        raise WebhookUnansweredError(
            f"The webhook was not taken ({why}): look whether its receiver runs; it is told again later."
        )

    async def _post(self, client: httpx.AsyncClient, message_id: str, body: bytes) -> tuple[int, float]:
        """The status of an answer, and for how many seconds it asks us to wait; what else it says is not read."""
        headers = signed_headers(self._keys, message_id=message_id, at=self._clock(), body=body)
        headers["content-type"] = "application/json"
        headers |= trace_headers()
        async with client.stream("POST", self._url, content=body, headers=headers) as answer:
            later = answer.headers.get("retry-after", "")
            return answer.status_code, float(later[:9]) if later.isascii() and later.isdigit() else 0.0


def approved_webhook(webhook: Webhook) -> Executor:
    """Tells a receiver of each approved decision, as ``decision.approved`` with the decision's record.

    Args:
        webhook: where it is sent.
    """

    async def tell(task: Task) -> str:
        """Tell the receiver what was decided."""
        kept = task.decision
        at = datetime.fromtimestamp(kept.created_at if kept.decided_at is None else kept.decided_at, UTC)
        told = {"step": task.execution.step, "decision": json.loads(record_json(kept))}
        try:
            done = await webhook.send("decision.approved", told, message_id=task.execution.key, at=at)
        except WebhookRefusedError as error:
            if task.execution.attempts > 1:  # whoever began before may have been heard
                raise
            raise RefusedError(str(error)) from None
        return f"The receiver took it ({done.status}, attempt {done.attempts})."

    return Executor(
        StructuredTool.from_function(
            coroutine=tell,
            name=NAME,
            description="Tells another system what was decided, which carries it out.",
            args_schema=TaskArguments,
        ),
        honours_key=True,
    )


def _refusal(status: int) -> str:
    if 300 <= status < 400:
        return f"The webhook's receiver answered {status}: give the address it moved to, as none is followed."
    if status == 410:
        return "The webhook's receiver is gone (410): give another address."
    return f"The webhook's receiver refused the message ({status}): look into its log."


def _pause(attempt: int) -> float:
    """Seconds after an attempt: each time twice as many, and not the same for all who wait."""
    return min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** (attempt - 1)) * random.uniform(0.75, 1.25)


def _checked(url: str) -> str:
    parts = urlsplit(url)
    here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and here)):
        raise ValueError("a webhook's address begins with https://, or with http:// if it is on this machine")
    if parts.username is not None or parts.password is not None:
        raise ValueError("a webhook's address has no name or password in it: messages are signed instead")
    return url
