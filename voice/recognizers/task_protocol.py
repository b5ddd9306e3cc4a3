"""A sound recognised as a task: the protocol of Alibaba Cloud's newer hosted models.

A task is one WebSocket: ``run-task`` says what is to be heard, binary messages bring the sound once the server says
``task-started``, ``result-generated`` brings sentences, which may change until they end, and ``finish-task`` is
answered by ``task-finished``.

The shapes were read in www.alibabacloud.com/help/en/model-studio/qwen-audio-asr-streaming-client-events (and
-server-events, and fun-asr-client-events for the older models of this protocol).
"""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from emads_voice.observability import trace_headers
from emads_voice.voice.errors import RecognitionError
from emads_voice.voice.hotwords import distinct
from emads_voice.voice.languages import Language
from emads_voice.voice.openai_errors import own_words, unreachable
from emads_voice.voice.recognizer import Segment
from emads_voice.voice.transcription.guards import Hypothesis
from emads_voice.voice.transcription.joining import join_texts

from .pcm import RATE, SENT_S

CONNECT_S, CLOSE_S = 3.0, 0.2
"""The longest wait for the connection, and for a goodbye."""

WEIGHT = 4
"""How much a hotword is preferred, of 5: with 5 the service takes what sounds alike for it, says its guide."""

Event = dict[str, Any]


@dataclass(frozen=True)
class TaskService:
    """Where the service is, and how its model is asked.

    Attributes:
        name: of the recogniser, "dashscope:MODEL".
        model: its name at the service.
        url: "wss://…/api-ws/v1/inference".
        key: sent as bearer.
        takes_hotwords: whether the model takes words with weights.
    """

    name: str
    model: str
    url: str
    key: str = field(repr=False)
    takes_hotwords: bool = True

    def run_task(self, task_id: str, language: Language | None, hotwords: Sequence[str]) -> Event:
        """The message that begins a task."""
        parameters: Event = {"format": "pcm", "sample_rate": RATE}
        if language:
            parameters["language_hints"] = [language.base_code]
        if self.takes_hotwords and (words := distinct(hotwords)):
            parameters["vocabulary"] = dict.fromkeys(words, WEIGHT)
        task = {"task_group": "audio", "task": "asr", "function": "recognition", "model": self.model}
        return _message("run-task", task_id, {**task, "parameters": parameters, "input": {}})


class Task:
    """One task: sound goes in, sentences come out. :meth:`close` it, whatever happens."""

    def __init__(self, service: TaskService, language: Language | None, hotwords: Sequence[str]) -> None:
        """Begin it, inside the event loop."""
        self._service = service
        self._id = uuid.uuid4().hex
        self._begin = service.run_task(self._id, language, hotwords)
        self._outbox: asyncio.Queue[bytes | str] = asyncio.Queue()
        self._ended: list[Event] = []
        self._current: Event = {}
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._connection = asyncio.create_task(self._converse())

    @property
    def text(self) -> str:
        """What has been recognised so far; it may still change."""
        sentences = (*self._ended, self._current)
        return join_texts(text for each in sentences if (text := str(each.get("text") or "").strip()))

    def feed(self, pcm: bytes) -> None:
        """Take the next sound, 16 bit at 16 kHz."""
        step = round(SENT_S * RATE) * 2
        for start in range(0, len(pcm), step):
            self._outbox.put_nowait(pcm[start : start + step])

    async def finish(self, within_s: float) -> Hypothesis:
        """No more sound comes: the whole text, and when its words were said.

        Raises:
            RecognitionError: the service failed, or took longer.
        """
        self._outbox.put_nowait(json.dumps(_message("finish-task", self._id, {"input": {}})))
        try:
            async with asyncio.timeout(within_s):
                await asyncio.shield(self._done)
        except TimeoutError:
            raise RecognitionError(
                f"{self._service.name} did not answer within {within_s:g} s: try again, or look whether it is down."
            ) from None
        return Hypothesis(self.text, words=_words(self._ended))

    async def close(self) -> None:
        """Leave it."""
        self._connection.cancel()
        await asyncio.wait([self._connection])
        self._fail("it was closed")
        self._done.exception()  # it may be that nobody has asked

    async def _converse(self) -> None:
        service = self._service
        try:
            async with connect(
                service.url,
                additional_headers={"Authorization": f"Bearer {service.key}", **trace_headers()},
                open_timeout=CONNECT_S,
                close_timeout=CLOSE_S,
            ) as socket:
                await socket.send(json.dumps(self._begin))
                sending: asyncio.Task[None] | None = None
                try:
                    async for message in socket:
                        event = json.loads(message)
                        if _kind(event) == "task-started":
                            sending = sending or asyncio.create_task(self._send(socket))
                        self._take(event)
                finally:
                    if sending:
                        sending.cancel()
            self._fail(f"{service.name} broke off in the middle of its answer: try again.")
        except InvalidStatus as refusal:
            status = refusal.response.status_code
            reason = (
                "rejects the key: check it" if status == 401 else f"refuses with status {status}: try later"
            )
            self._fail(f"{service.name} {reason}.")
        except (OSError, TimeoutError, WebSocketException, ImportError) as error:
            self._fail(f"{service.name} cannot be reached{unreachable(error, service.url)}")
        except (ValueError, TypeError, AttributeError):
            self._fail(f"{service.name} answered in a form that cannot be read: name another model.")

    async def _send(self, socket: ClientConnection) -> None:
        with suppress(ConnectionClosed):  # the receiving side notices too
            while True:
                await socket.send(await self._outbox.get())

    def _take(self, event: Event) -> None:
        match _kind(event):
            case "result-generated":
                sentence = ((event.get("payload") or {}).get("output") or {}).get("sentence")
                if not isinstance(sentence, dict) or sentence.get("heartbeat"):
                    return
                self._current = sentence
                if sentence.get("sentence_end"):
                    self._ended.append(sentence)
                    self._current = {}
            case "task-finished":
                if self._current:
                    self._ended.append(self._current)
                    self._current = {}
                if not self._done.done():
                    self._done.set_result(None)
            case "task-failed":
                header = event["header"]
                said = own_words(header.get("error_message"), self._service.key)
                code = own_words(header.get("error_code"), self._service.key) or "an error"
                self._fail(f"{self._service.name} failed with {code}{f': {said}' if said else ''}.")

    def _fail(self, sentence: str) -> None:
        if not self._done.done():
            self._done.set_exception(RecognitionError(sentence))


def task_url(base_url: str) -> str:
    """Where tasks are run, beside the base URL of the region."""
    address = urlsplit(base_url)
    return address._replace(
        scheme=address.scheme.replace("http", "ws"), path="/api-ws/v1/inference", query=""
    ).geturl()


def _message(action: str, task_id: str, payload: Event) -> Event:
    return {"header": {"action": action, "task_id": task_id, "streaming": "duplex"}, "payload": payload}


def _kind(event: Event) -> str:
    return str((event.get("header") or {}).get("event"))


def _words(sentences: Sequence[Event]) -> tuple[Segment, ...]:
    """The words of all sentences, if all of them have times."""
    words: list[Segment] = []
    for sentence in sentences:
        timed = sentence.get("words")
        if not isinstance(timed, list) or not timed:
            return ()
        try:
            words += [
                Segment(str(word["text"]), word["begin_time"] / 1000, word["end_time"] / 1000)
                for word in timed
            ]
        except (TypeError, KeyError):
            return ()
    return tuple(words)
