"""Recognition over a WebSocket while it is said: what SGLang's and DashScope's children of OpenAI's protocol share.

An utterance is one connection. Sound goes out as it comes; when the caller pauses, what is buffered is committed, and
the server answers with the text. A commit ends the server's item: if the caller goes on, the whole utterance is sent
again as the next item, so that a sentence with a pause in it is heard as one, as it would be in a recording. The
server hears it while they speak, so nobody waits for that.

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

import numpy as np
import soxr
from numpy.typing import NDArray
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from emads_voice.voice.audio import Audio
from emads_voice.voice.errors import LanguageError, RecognitionError
from emads_voice.voice.guards import plausible
from emads_voice.voice.languages import Language, known_language
from emads_voice.voice.recognizer import Recognizer, Segment, Transcript
from emads_voice.voice.streaming import RecognitionStream
from emads_voice.voice.text_language import identify

logger = logging.getLogger(__name__)

RATE = 16_000
"""What the models hear. SGLang resamples anything else piece by piece, which leaves a click where two meet."""

SENT_S = 0.1
"""Sound is sent in pieces of this length, as DashScope's examples do."""

CONNECT_S = 3.0
"""Connecting takes less than 1 s across an ocean, and the caller is still speaking."""

SETTLE_S = 3.0
"""The longest wait for the text of a commit: only the last seconds of sound are left to be heard then."""

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
        session: makes the ``session`` of a ``session.update`` event from the language, if known, and the context.
    """

    name: str
    url: str
    key: str | None = field(repr=False)
    session: Callable[[Language | None, str], Event]


class RealtimeRecognizer:
    """Streams over a WebSocket; whole recordings, and what a stream could not hear, go over HTTP."""

    def __init__(self, service: Service, over_http: Recognizer, languages: Sequence[Language]) -> None:
        """
        Args:
            service: hears streams.
            over_http: hears whole recordings; the same model, or one as good.
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
        """Those heard over HTTP too."""
        return self._over_http.languages

    async def warm_up(self) -> None:
        """Warm up what hears over HTTP; the WebSocket is not opened.

        Raises:
            BackendError, WeightsError: it cannot be used; the message says what to do.
        """
        await self._over_http.warm_up()

    async def transcribe(
        self, audio: Audio, *, language: Language | None = None, context: str = "", timestamps: bool = False
    ) -> Transcript:
        """Over HTTP: see :meth:`~emads_voice.voice.recognizer.Recognizer.transcribe`."""
        return await self._over_http.transcribe(
            audio, language=language, context=context, timestamps=timestamps
        )

    def stream(self, *, language: Language | None = None, context: str = "") -> RecognitionStream:
        """See :meth:`~emads_voice.voice.streaming.StreamingRecognizer.stream`.

        Raises:
            LanguageError: ``language`` is one it cannot hear.
        """
        if language and language not in self.languages:
            raise LanguageError(f"{self.name} does not hear {language.name}.")

        async def conclude(audio: Audio, answer: Event | None, trouble: str) -> Transcript:
            if answer is None:
                self._warn(trouble)
                return await self.transcribe(audio, language=language, context=context)
            self._failing = False
            return await asyncio.to_thread(self._conclude, audio, answer, language, context)

        return _RealtimeStream(self._service, self._service.session(language, context), conclude)

    def _conclude(self, audio: Audio, answer: Event, language: Language | None, context: str) -> Transcript:
        text = plausible(str(answer.get("transcript") or ""), context=context, speech_s=audio.duration_s)
        spoken = language or known_language(answer.get("language"))
        if text and not spoken:
            spoken = identify(text, self._expected)
        segments = (Segment(text, 0, audio.duration_s),) if text else ()
        return Transcript(text, spoken if text else None, audio.duration_s, self.name, segments, audio.sha256)

    def _warn(self, trouble: str) -> None:
        """Once an outage."""
        if not self._failing:
            logger.warning("%s does not stream (%s): utterances are heard over HTTP.", self.name, trouble)
        self._failing = True


Conclude = Callable[[Audio, Event | None, str], Awaitable[Transcript]]
"""Makes a transcript of the utterance and the server's answer; without one, of the sound and what the trouble is."""


class _RealtimeStream:
    def __init__(self, service: Service, session: Event, conclude: Conclude) -> None:
        self._service = service
        self._conclude = conclude
        self._sounds: list[Audio] = []
        self._pcm = _Pcm()
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
            self._answer, self._pcm = None, _Pcm()
            audio = _whole(self._sounds)
        self._send_sound(self._pcm.take(audio))

    async def settle(self) -> Transcript:
        if not self._sounds:
            return Transcript("", None, 0.0, self._service.name)
        audio = _whole(self._sounds)
        if not self._answer:
            self._answer = self._commit()
        try:
            async with asyncio.timeout(SETTLE_S):
                answer = await asyncio.shield(self._answer)
        except TimeoutError:
            self._fail(f"no answer within {SETTLE_S:g} s")
            answer = None
        heard = await self._conclude(audio, answer, self._trouble)
        self.partial = heard.text
        return heard

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


class _Pcm:
    """One item's sound on its way out: at 16 kHz, 16 bit, in pieces worth sending."""

    def __init__(self) -> None:
        self._resampler: soxr.ResampleStream | None = None
        self._waiting = bytearray()

    def take(self, audio: Audio) -> bytes:
        samples = audio.samples
        if audio.rate != RATE:
            self._resampler = self._resampler or soxr.ResampleStream(audio.rate, RATE, 1)
            samples = self._resampler.resample_chunk(samples)
        self._waiting += _encode(samples)
        return self._hand_out() if len(self._waiting) >= SENT_S * RATE * 2 else b""

    def rest(self) -> bytes:
        if self._resampler:
            self._waiting += _encode(self._resampler.resample_chunk(np.zeros(0, np.float32), last=True))
        return self._hand_out()

    def _hand_out(self) -> bytes:
        pcm = bytes(self._waiting)
        self._waiting.clear()
        return pcm


def _encode(samples: NDArray[np.float32]) -> bytes:
    return np.rint(np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()


def _whole(sounds: Sequence[Audio]) -> Audio:
    return Audio(np.concatenate([sound.samples for sound in sounds]), sounds[0].rate)
