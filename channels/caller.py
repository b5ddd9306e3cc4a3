"""The caller's side of a live conversation: their sound, cut into utterances, each of them understood.

What they say goes into a recognition stream as they say it, which is asked for the words in every pause that may be
the end. If they go on the answer is thrown away; what they said before and after is one utterance.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from emads_voice.voice.audio import Audio
from emads_voice.voice.endpointing import Said, TurnModel
from emads_voice.voice.live_vad import LiveVad
from emads_voice.voice.recognizer import Recognizer, Transcript
from emads_voice.voice.streaming import RecognitionStream, open_stream

from .background import Background
from .manners import Manners
from .recent import Recent
from .transport import Samples
from .turn_taking import Change, TurnTaking

_log = logging.getLogger("emads_voice")

PRE_ROLL_S = 0.4
"""Sound from before a voice was noticed that belongs to the utterance: onsets are soft and noticed late."""

TURN_MODEL_HEARS_S = 8.0
"""Sound kept for a turn model: what Smart Turn hears."""

NO_OPINION_S = 1.0
"""Silence that ends an utterance where endpointing cannot tell: better to wait than to cut in."""


@dataclass(frozen=True, slots=True)
class Began:
    """They speak. While we do, this comes only once it may count as an interruption."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """What they said up to a pause, while it is uncertain whether more comes."""

    heard: Transcript


@dataclass(frozen=True, slots=True)
class WentOn:
    """More came: what was recognised, or was about to be understood, is outdated."""


@dataclass(frozen=True, slots=True)
class Finished:
    """They have finished. What they said is not known yet, or follows at once."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What they said in all; without text it was no speech. The utterance is over.

    Attributes:
        heard: what was recognised.
        began_ns: when recognising it began, in nanoseconds since 1970.
        ended_ns: when it had been recognised.
    """

    heard: Transcript
    began_ns: int
    ended_ns: int


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """What they said could not be recognised. The utterance is over."""

    error: Exception


Happening = Began | Recognised | WentOn | Finished | Understood | NotUnderstood


class Caller:
    """Listens to one caller and tells what becomes of each utterance, in order."""

    def __init__(
        self,
        vad: LiveVad,
        recognizer: Recognizer,
        background: Background,
        manners: Manners,
        *,
        own_loudness: Callable[[], float],
        tell: Callable[[Happening], None],
    ) -> None:
        """Begin to listen; inside the event loop.

        Args:
            vad: judges voice activity; all sound is at its rate.
            recognizer: understands.
            background: of the call.
            manners: sensitivity, endpointing and the longest utterance.
            own_loudness: root mean square of what we may be hearing of ourselves; 0 while we are silent.
            tell: called from the event loop; must not wait.
        """
        self._rate = vad.rate
        self._recognizer = recognizer
        self._context = manners.context
        self._background = background
        self._endpointing = manners.endpointing
        self._longest_s = manners.max_utterance_s
        self._longest = round(self._longest_s * vad.rate)
        self._own_loudness = own_loudness
        self._tell = tell
        self._turns = TurnTaking(self._silence_needed, manners.sensitivity)
        self._listener = vad.open(self._on_window)
        self._turn_model = manners.turn_model
        self._recent = Recent(vad.rate, TURN_MODEL_HEARS_S if manners.turn_model else PRE_ROLL_S)
        self._loudness: deque[float] = deque(maxlen=3)  # of frames: a window reaches into three
        self._stream: RecognitionStream | None = None  # hears the utterance; None between utterances
        self._fed = 0  # samples of it, at most _longest
        self._closing: set[asyncio.Task[None]] = set()
        self._said = Said(None, None, 0.0)
        self._recognition: asyncio.Task[Understood] | None = None  # of all of it up to its last pause
        self._judgement: asyncio.Task[None] | None = None  # whether it sounds finished
        self._understanding: asyncio.Task[None] | None = None  # once they have finished

    @property
    def speaking(self) -> bool:
        """Whether they are speaking, short pauses included."""
        return self._turns.speaking

    @property
    def engaged(self) -> bool:
        """Whether they are speaking, or what they said is not understood yet."""
        return self._stream is not None

    def hear(self, samples: Samples) -> None:
        """Take the next sound from their side."""
        if self._stream:
            self._feed(samples)
            if self._full and self._turns.speaking:
                self._cut_short()
        self._recent.add(samples)
        self._loudness.append(float(np.dot(samples, samples)) / max(1, len(samples)))
        self._listener.feed(samples)

    def forget(self) -> None:
        """Whatever they are saying, or have said and is not understood yet, does not matter any more."""
        if self._turns.speaking:
            self._turns.cut_short()
        self._outdated()
        self._over()
        self._background.cancel("utterance")

    def close(self) -> None:
        """Listen no longer."""
        self._listener.close()
        self.forget()

    def _on_window(self, probability: float) -> None:
        loudness = (sum(self._loudness) / max(1, len(self._loudness))) ** 0.5
        match self._turns.window(probability, loudness, self._own_loudness()):
            case Change.BEGAN:
                self._began()
            case Change.PAUSED:
                self._recognise()
            case Change.RESUMED:
                self._went_on()
            case Change.ENDED:
                self._finished()

    def _began(self) -> None:
        if self._full:  # before what they said is understood there is no room for more
            self._turns.cut_short()
            return
        # The sound tells; the clock is for lines that bring hardly any.
        self._background.after("utterance", self._longest_s, self._cut_short)
        if not self._stream:
            self._open()
            self._said = Said(None, None, 0.0)
            self._tell(Began())
        else:  # they go on before they were understood
            self._went_on()

    def _went_on(self) -> None:
        self._outdated()
        self._said = Said(None, self._said.language, self._said.speech_s)
        self._tell(WentOn())

    def _outdated(self) -> None:
        if self._recognition:
            self._recognition.cancel()
        if self._understanding:
            self._understanding.cancel()
        if self._judgement:
            self._judgement.cancel()
        self._recognition = self._understanding = self._judgement = None

    def _silence_needed(self) -> float:
        needed = self._endpointing.silence_s(self._said)
        return NO_OPINION_S if needed is None else needed

    def _open(self) -> RecognitionStream:
        self._stream = open_stream(self._recognizer, context=self._context)
        self._fed = 0
        self._feed(self._recent.last(PRE_ROLL_S))
        return self._stream

    @property
    def _full(self) -> bool:
        """Whether the utterance is as long as one may be."""
        return self._stream is not None and self._fed >= self._longest

    def _feed(self, samples: Samples) -> None:
        samples = samples[: self._longest - self._fed]
        if self._stream and len(samples):
            self._fed += len(samples)
            self._stream.feed(Audio(samples, self._rate))

    def _over(self) -> None:
        stream, self._stream = self._stream, None
        if stream:  # may outlive the call, whose background work is cancelled
            closing = asyncio.create_task(stream.close())
            self._closing.add(closing)
            closing.add_done_callback(self._closed)

    def _closed(self, closing: asyncio.Task[None]) -> None:
        self._closing.discard(closing)
        if not closing.cancelled() and (error := closing.exception()):
            _log.warning("A recognition stream did not close well (%s)", error)

    def _recognise(self) -> None:
        stream = self._stream or self._open()
        self._said = Said(None, self._said.language, self._fed / self._rate)
        self._recognition = asyncio.create_task(self._transcribe(stream))
        self._recognition.add_done_callback(self._recognised)
        if self._turn_model:
            self._judgement = self._background.start(self._judge(self._turn_model))

    async def _judge(self, turn_model: TurnModel) -> None:
        """A hint: without it the utterance ends all the same."""
        utterance_s = min(self._said.speech_s, TURN_MODEL_HEARS_S)
        try:
            finished = await turn_model.finished(Audio(self._recent.last(utterance_s), self._rate))
        except Exception as error:
            _log.warning("How an utterance ended could not be judged (%s: %s)", type(error).__name__, error)
            return
        self._said = replace(self._said, finished=finished)

    async def _transcribe(self, stream: RecognitionStream) -> Understood:
        began_ns = time.time_ns()
        heard = await stream.settle()
        return Understood(heard, began_ns, time.time_ns())

    def _recognised(self, task: asyncio.Task[Understood]) -> None:
        # A failure is told of once they have finished; until then they may go on, and it is tried again.
        if task.cancelled() or task.exception() or task is not self._recognition:
            return
        heard = task.result().heard
        self._said = replace(self._said, text=heard.text, language=heard.language)
        if self.speaking:
            self._tell(Recognised(heard))

    def _cut_short(self) -> None:
        """They never stop: what they have said so far is all."""
        told = (
            "call %s: an utterance was cut after %g s; what follows is heard once the caller has drawn breath"
        )
        _log.warning(told, self._background.call, self._longest_s)
        self._outdated()
        self._turns.cut_short()
        self._recognise()
        self._finished()

    def _finished(self) -> None:
        self._background.cancel("utterance")
        if self._recognition:
            self._understanding = self._background.start(self._understand(self._recognition))
            self._tell(Finished())

    async def _understand(self, recognition: asyncio.Task[Understood]) -> None:
        outcome: Happening
        try:
            outcome = await recognition
        except Exception as error:
            outcome = NotUnderstood(error)
        self._recognition = self._understanding = None
        self._over()
        self._tell(outcome)
