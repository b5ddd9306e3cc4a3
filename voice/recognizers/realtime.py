"""Recognition over a WebSocket while it is said: what SGLang's and DashScope's children of OpenAI's protocol share.

An utterance is one connection. Sound is sent as it comes; when the caller pauses, what the server has buffered is
committed, and it answers with the text. A commit ends the server's item: if the caller goes on, the whole utterance is
sent again as the next item, so that a sentence with a pause in it is recognised as one, as in a recording. That happens
while they speak, so nobody waits for it.

If the connection dies, stalls or is refused, the whole utterance is transcribed over HTTP instead.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from emads_voice.observability import trace_headers
from emads_voice.voice.errors import LanguageError, RecognitionError
from emads_voice.voice.languages import Language, known_language
from emads_voice.voice.recognizer import Recognizer, Segment, Transcript
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.streaming import RecognitionStream
from emads_voice.voice.text.language import identify
from emads_voice.voice.transcription.guards import plausible

from .pcm import RATE, Pcm, whole

_log = logging.getLogger(__name__)

CONNECT_S = 3.0
"""Connecting takes less than 1 s across an ocean, and the caller is still speaking."""

SETTLE_S = 3.0
"""The longest wait for the text of a commit: only the last seconds of sound are still to be recognised then."""

UNSENT_S = 120.0
"""The most sound that waits to be sent: the longest utterance of a call, twice. A server that takes it more slowly than
it is spoken is of no use to a caller."""

CLOSE_S = 0.2
"""The longest wait for the other side's goodbye."""

_MOST_UNSENT = round(UNSENT_S * RATE * 2 * 4 / 3)  # 16 bits, in base64

_EVENTS = "conversation.item.input_audio_transcription"

Event = dict[str, Any]


@dataclass(frozen=True)
class Service:
    """Where a WebSocket is and how it is spoken to.

    Attributes:
        name: of the recogniser, "provider:model".
        url: "wss://…", with the model where the service wants it there.
        key: sent as bearer; None: nothing is sent.
        session: makes the ``session`` of a ``session.update`` event from the language, if known, and the hotwords.
    """

    name: str
    url: str
    key: str | None = field(repr=False)
    session: Callable[[Language | None, Sequence[str]], Event]


class RealtimeRecognizer:
    """Streams over a WebSocket; whole recordings, and utterances whose stream failed, go over HTTP."""

    def __init__(self, service: Service, over_http: Recognizer, languages: Sequence[Language]) -> None:
        """
        Args:
            service: recognises streams.
            over_http: transcribes whole recordings; the same model, or one as good.
            languages: those expected, among which that of a text is looked for where the service names none.
        """
        self._service = service
        self._over_http = over_http
        self._expected = languages
        self._failing = False

    @property
    def name(self) -> str:
        """ "provider:model"."""
        return self._service.name

    @property
    def languages(self) -> Collection[Language]:
        """Those of the recogniser over HTTP."""
        return self._over_http.languages

    async def warm_up(self) -> None:
        """Warm up the recogniser over HTTP; the WebSocket is not opened.

        Raises:
            BackendError, WeightsError: it cannot be used; the message says what to do.
        """
        await self._over_http.warm_up()

    async def transcribe(
        self,
        audio: Audio,
        *,
        language: Language | None = None,
        hotwords: Sequence[str] = (),
        timestamps: bool = False,
    ) -> Transcript:
        """Over HTTP: see :meth:`~emads_voice.voice.recognizer.Recognizer.transcribe`."""
        return await self._over_http.transcribe(
            audio, language=language, hotwords=hotwords, timestamps=timestamps
        )

    def stream(self, *, language: Language | None = None, hotwords: Sequence[str] = ()) -> RecognitionStream:
        """See :meth:`~emads_voice.voice.streaming.StreamingRecognizer.stream`.

        Raises:
            LanguageError: ``language`` is not among :attr:`languages`.
        """
        if language and language not in self.languages:
            raise LanguageError(f"{self.name} does not hear {language.name}: choose another recogniser.")

        async def conclude(audio: Audio, answer: Event | None, trouble: str) -> Transcript:
            if answer is None:
                self._warn(trouble)
                return await self.transcribe(audio, language=language, hotwords=hotwords)
            self._failing = False
            return await asyncio.to_thread(self._conclude, audio, answer, language, hotwords)

        return _RealtimeStream(self._service, self._service.session(language, hotwords), conclude)

    def _conclude(
        self, audio: Audio, answer: Event, language: Language | None, hotwords: Sequence[str]
    ) -> Transcript:
        text = plausible(str(answer.get("transcript") or ""), hotwords=hotwords, speech_s=audio.duration_s)
        spoken = language or known_language(answer.get("language"))
        if text and not spoken:
            spoken = identify(text, self._expected)
        segments = (Segment(text, 0, audio.duration_s),) if text else ()
        return Transcript(text, spoken if text else None, audio.duration_s, self.name, segments, audio.sha256)

    def _warn(self, trouble: str) -> None:
        """Log that streaming fails, once an outage."""
        if not self._failing:
            _log.warning("%s does not stream (%s): utterances are heard over HTTP.", self.name, trouble)
        self._failing = True


Conclude = Callable[[Audio, Event | None, str], Awaitable[Transcript]]
"""Makes an utterance's transcript of its sound, the server's answer (None if there is none) and what went wrong."""


class _RealtimeStream:
    def __init__(self, service: Service, session: Event, conclude: Conclude) -> None:
        self._service = service
        self._conclude = conclude
        self._sounds: list[Audio] = []
        self._pcm = Pcm()
        self._outbox: asyncio.Queue[Event] = asyncio.Queue()
        self._outbox.put_nowait({"type": "session.update", "session": session})
        self._unsent = 0  # characters of sound in the outbox
        self._asked: deque[asyncio.Future[Event | None]] = deque()  # an answer that will not come is None
        self._answer: asyncio.Future[Event | None] | None = None  # to the commit of all there is
        self._item = ""  # whose words the partial ones are
        self._trouble = ""
        self._connection = asyncio.create_task(self._converse())
        self.partial = ""

    def feed(self, audio: Audio) -> None:
        self._sounds.append(audio)
        if self._answer:  # they go on: the whole utterance, as the next item
            self._answer, self._pcm = None, Pcm()
            audio = whole(self._sounds)
        self._send_sound(self._pcm.take(audio))

    async def settle(self) -> Transcript:
        if not self._sounds:
            return Transcript("", None, 0.0, self._service.name)
        audio = whole(self._sounds)
        if not self._answer:
            self._answer = self._commit()
        try:
            async with asyncio.timeout(SETTLE_S):
                answer = await asyncio.shield(self._answer)
        except TimeoutError:
            self._fail(f"no answer within {SETTLE_S:g} s")
            answer = None
        transcript = await self._conclude(audio, answer, self._trouble)
        self.partial = transcript.text
        return transcript

    async def close(self) -> None:
        self._connection.cancel()
        await asyncio.wait([self._connection])
        self._fail("it was closed")

    def _commit(self) -> asyncio.Future[Event | None]:
        answer: asyncio.Future[Event | None] = asyncio.get_running_loop().create_future()
        self._send_sound(self._pcm.rest())
        self._outbox.put_nowait({"type": "input_audio_buffer.commit"})
        self._asked.append(answer)
        if self._trouble:
            self._fail(self._trouble)
        return answer

    def _send_sound(self, pcm: bytes) -> None:
        if not pcm or self._trouble:
            return
        audio = base64.b64encode(pcm).decode()
        if self._unsent + len(audio) > _MOST_UNSENT:
            self._fail("it takes sound more slowly than it is spoken")
            return
        self._unsent += len(audio)
        self._outbox.put_nowait({"type": "input_audio_buffer.append", "audio": audio})

    async def _converse(self) -> None:
        """Hold the connection for as long as the stream lasts."""
        key = self._service.key
        headers = {"Authorization": f"Bearer {key}", "OpenAI-Beta": "realtime=v1"} if key else {}
        headers |= trace_headers()
        try:
            async with connect(
                self._service.url, additional_headers=headers, open_timeout=CONNECT_S, close_timeout=CLOSE_S
            ) as socket:
                sending = asyncio.create_task(self._send(socket))
                try:
                    async for message in socket:
                        self._take(json.loads(message))
                finally:
                    sending.cancel()
            self._fail("the connection was closed")
        except InvalidStatus as refusal:
            self._fail(f"refused with status {refusal.response.status_code}")
        except RecognitionError as error:
            self._fail(str(error))
        except (OSError, TimeoutError, WebSocketException, ValueError, TypeError, AttributeError) as error:
            self._fail(type(error).__name__)  # what they say may hold the URL, or what was said

    async def _send(self, socket: ClientConnection) -> None:
        with suppress(ConnectionClosed):  # the receiving side notices too
            while True:
                event = await self._outbox.get()
                await socket.send(json.dumps(event))
                self._unsent -= len(event.get("audio", ""))

    def _take(self, event: Event) -> None:
        kind = event.get("type")
        if kind == f"{_EVENTS}.completed":
            self._resolve(event)
        elif kind == f"{_EVENTS}.failed":
            raise RecognitionError("it could not hear")
        elif kind == "error":
            raise RecognitionError(f"it objects: {(event.get('error') or {}).get('code')}")
        elif kind == f"{_EVENTS}.text":  # DashScope: what is settled, and what may still change
            self.partial = f"{event.get('text') or ''}{event.get('stash') or ''}"
        elif kind == f"{_EVENTS}.delta":  # SGLang: what is added
            before = self.partial if self._item == event.get("item_id") else ""
            self._item = str(event.get("item_id"))
            self.partial = f"{before}{event.get('delta') or ''}"

    def _resolve(self, answer: Event | None) -> None:
        if self._asked:
            self._asked.popleft().set_result(answer)

    def _fail(self, trouble: str) -> None:
        self._trouble = self._trouble or trouble
        while self._asked:
            self._resolve(None)
