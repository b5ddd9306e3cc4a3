"""The caller's side of a live conversation: their sound is cut into utterances, and each is recognised.

What they say goes into a recognition stream as they say it. In every pause that may be the end the stream is asked
for the words so far. If they go on those are thrown away: what they said before and after is one utterance.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from emads_voice.channels.background import Background
from emads_voice.channels.conversation.options import ConversationOptions
from emads_voice.channels.speaking.speaker import ECHO_S
from emads_voice.channels.transport import Samples
from emads_voice.tasks import Tasks
from emads_voice.voice.activity.live_vad import LiveVad
from emads_voice.voice.activity.vad import WINDOW_S
from emads_voice.voice.endpointing import Said, TurnModel
from emads_voice.voice.languages import Language
from emads_voice.voice.recognizer import Recognizer, Transcript
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.spans import Noted, hearing_ahead
from emads_voice.voice.streaming import RecognitionStream, open_stream

from .language import ShortUtterance, recognise
from .long_utterance import BREATH_FROM, MOST_PARTS, EarlierParts
from .recent_sound import Gaps, RecentSound
from .turn_taking import Change, TurnTaking

_log = logging.getLogger(__name__)

PRE_ROLL_S = 0.4
"""Sound from before a voice was noticed, taken into the utterance: words begin softly and are noticed late."""

TURN_MODEL_HEARS_S = 8.0
"""Sound kept for a turn model: what Smart Turn hears."""

NO_OPINION_S = 1.0
"""Silence that ends an utterance where endpointing cannot tell: better to wait than to cut in."""


@dataclass(frozen=True, slots=True)
class Began:
    """The caller speaks. While we speak too, this comes only once it may count as an interruption."""


@dataclass(frozen=True, slots=True)
class RecognisedSoFar:
    """What they have said up to a pause. It is uncertain whether they have finished."""

    transcript: Transcript


@dataclass(frozen=True, slots=True)
class WentOn:
    """They speak again: what was recognised so far is not all of it."""


@dataclass(frozen=True, slots=True)
class Finished:
    """They have finished, so long a silence ago. :class:`Understood` or :class:`NotUnderstood` follows, unless they go
    on before it."""

    silence_s: float


@dataclass(frozen=True, slots=True)
class Understood:
    """The utterance is over, and this is all of it.

    Attributes:
        transcript: what was recognised; without text it was no speech.
        began_ns: when its recognition began, in nanoseconds since 1970.
        ended_ns: when its recognition ended.
        events: what happened meanwhile, for its span.
    """

    transcript: Transcript
    began_ns: int
    ended_ns: int
    events: Sequence[Noted] = ()


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """The utterance is over, but recognising it failed with this error."""

    error: Exception


@dataclass(frozen=True, slots=True)
class TalksLong:
    """They have spoken for as long as an utterance may last, and go on."""


CallerEvent = Began | RecognisedSoFar | WentOn | TalksLong | Finished | Understood | NotUnderstood


class Caller:
    """Listens to one caller and reports what becomes of each utterance, in order."""

    def __init__(
        self,
        vad: LiveVad,
        recognizer: Recognizer,
        background: Background,
        options: ConversationOptions,
        *,
        language: Callable[[], tuple[Language, bool]],
        whole: Callable[[Transcript], Transcript | None],
        asked: Callable[[bool], str],
        own_loudness: Callable[[], float],
        on_event: Callable[[CallerEvent], None],
    ) -> None:
        """Begin to listen; inside the event loop.

        Args:
            vad: judges voice activity; all sound is at its rate.
            recognizer: turns what they say into words.
            background: the tasks and timers of the call.
            options: sensitivity, endpointing and the longest utterance.
            language: what the conversation is held in so far, and whether they were heard to speak it.
            whole: makes of an utterance the whole question, where it goes on with one; by that its end is judged.
            asked: what we had said before an utterance, which it may answer; it is given whether that goes on
                with an earlier one.
            own_loudness: how loud our own voice on the line is, as a root mean square; an echo of it may come back
                with the caller's sound. 0 while we are silent.
            on_event: called from the event loop with each event; must not wait.
        """
        self._vad = vad
        self._rate = vad.rate
        self._recognizer = recognizer
        self._hotwords = options.hotwords
        self._background = background
        self._endpointing = options.endpointing
        self._longest_s = options.max_utterance_s
        self._longest = round(self._longest_s * vad.rate)
        self._language = language
        self._whole = whole
        self._asked = asked
        self._own_loudness = own_loudness
        self._on_event = on_event
        self._turns = TurnTaking(self._silence_needed, options.sensitivity)
        self._listener = vad.open(self._on_judged)
        self._turn_model = options.turn_model
        self._recent = RecentSound(vad.rate, TURN_MODEL_HEARS_S if options.turn_model else PRE_ROLL_S)
        self._gaps = Gaps(vad.rate)
        self._loudness: deque[float] = deque(maxlen=3)  # of frames: a window reaches into three
        self._stream: RecognitionStream | None = None  # takes the utterance; None between utterances
        self._fed = 0  # samples of it, at most _longest
        self._short = ShortUtterance(vad.rate)
        self._closing = Tasks()
        self._earlier = EarlierParts(self._closing)
        self._resting = False  # whether nothing was said since the last part
        self._said = Said(None, None, 0.0)
        self._judged: Said | None = None  # what was said when endpointing was asked last
        self._needed_s = NO_OPINION_S  # its answer
        self._paused_at = 0.0
        self._since_s = 0.0  # we fell silent, as they began, by the sound that was judged
        self._outlasted_s = 0.0  # how much of their voice came after that
        self._recognition: asyncio.Task[Understood] | None = None  # of all of it up to its last pause
        self._judgement: asyncio.Task[None] | None = None  # whether it sounds finished
        self._understanding: asyncio.Task[None] | None = None  # once they have finished

    @property
    def speaking(self) -> bool:
        """Whether they are speaking, short pauses included."""
        return self._turns.speaking

    @property
    def engaged(self) -> bool:
        """Whether they are speaking, or what they said is not recognised yet."""
        return self._stream is not None

    def hear(self, samples: Samples) -> None:
        """Take the next sound from their side."""
        self._listener.feed(samples)
        samples = self._gaps.filled(samples)
        if self._stream:
            self._feed(samples)
            if self._full and self._turns.speaking:
                self._part()
        self._recent.add(samples)
        self._loudness.append(float(np.dot(samples, samples)) / max(1, len(samples)))

    @property
    def may_be_echo(self) -> bool:
        """Whether what was understood last may be our own echo, by its sound. We fall silent when it begins, so an echo
        is over soon after; and it is hardly louder than we are."""
        return self._outlasted_s <= ECHO_S and not self._turns.echo.too_loud

    @property
    def faint(self) -> bool:
        """Whether what was understood last is much softer than they usually are."""
        return self._turns.echo.faint

    def was_echo(self) -> None:
        """What was understood last was our own echo."""
        self._turns.echo.was_echo()

    def forget(self) -> None:
        """Drop what they are saying, and what they have said that is not recognised yet."""
        if self._turns.speaking:
            self._turns.cut_short()
        self._outdated()
        self._over()
        self._background.cancel("utterance")

    async def last_words(self) -> Transcript | None:
        """What they are saying, or have said and is not recognised yet, where no more of it comes; None if nothing.

        Raises:
            VoiceError: it cannot be recognised.
        """
        if not self._stream:
            return None
        self._outdated()
        return await self._stream.settle()

    def listen_again(self) -> None:
        """Listen, after :meth:`close`."""
        self._listener = self._vad.open(self._on_judged)

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()
        self.forget()

    def _on_judged(self, probability: float) -> None:
        self._background.inside(self._on_window, probability)  # one task judges the sound of all calls

    def _on_window(self, probability: float) -> None:
        loudness = (sum(self._loudness) / max(1, len(self._loudness))) ** 0.5
        change = self._turns.window(probability, loudness, self._own_loudness())
        if self._stream:
            self._since_s += WINDOW_S
            if self._turns.speaking and not self._turns.silence_s:
                self._outlasted_s = self._since_s
        match change:
            case Change.BEGAN:
                self._began()
            case Change.PAUSED:
                self._recognise()
            case Change.RESUMED:
                self._went_on()
            case Change.ENDED:
                self._finished()
        breath = self._turns.speaking and self._turns.silence_s > 0
        if breath and self._stream and self._fed >= BREATH_FROM * self._longest:
            self._part(at_a_breath=True)

    def _began(self) -> None:
        if self._full:  # there is no room for more before what they said is recognised
            self._turns.cut_short()
            return
        # The sound in it is what counts; the clock is for lines that bring hardly any.
        self._background.after("utterance", self._longest_s, self._cut_short)
        self._resting = False
        if not self._stream:
            self._open()
            self._since_s, self._outlasted_s = -self._listener.behind_s, 0.0
            self._said = Said(None, None, 0.0)
            self._on_event(Began())
        else:  # they go on before it was recognised
            self._went_on()

    def _went_on(self) -> None:
        self._resting = False
        self._outdated()
        self._said = Said(None, self._said.language, self._said.speech_s)
        self._on_event(WentOn())

    def _outdated(self) -> None:
        if self._recognition:
            self._recognition.cancel()
        if self._understanding:
            self._understanding.cancel()
        if self._judgement:
            self._judgement.cancel()
        self._recognition = self._understanding = self._judgement = None

    def _silence_needed(self) -> float:
        if self._judged is not self._said:  # this is asked in every silent window
            needed = self._endpointing.silence_s(self._said)
            self._judged, self._needed_s = self._said, NO_OPINION_S if needed is None else needed
        return self._needed_s

    def _open(self) -> RecognitionStream:
        self._stream = open_stream(self._recognizer, hotwords=self._hotwords)
        self._fed = 0
        self._short.begin()
        self._earlier.begin()
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
            self._short.feed(samples)
            self._stream.feed(Audio(samples, self._rate))

    def _part(self, *, at_a_breath: bool = False) -> None:
        """They have spoken for as long as an utterance may last: what follows is another part of it."""
        if not self._stream or len(self._earlier) >= MOST_PARTS - 1:
            self._cut_short()
            return
        recognising = self._recognition is not None
        self._outdated()
        self._earlier.add(self._stream, self._transcribe_part, self._on_part)
        self._stream = open_stream(self._recognizer, hotwords=self._hotwords)
        self._fed = 0
        self._resting = at_a_breath
        self._background.after("utterance", self._longest_s + PRE_ROLL_S, self._cut_short)
        if recognising:
            self._recognise()

    def _on_part(self, text: str) -> None:
        if not self._turns.speaking:
            return
        if text:
            self._on_event(TalksLong())
        else:  # it is no speech
            self._cut_short()

    def _over(self) -> None:
        stream, self._stream = self._stream, None
        if stream:  # may outlive the call, whose background work is cancelled
            self._closing.start(stream.close()).add_done_callback(_closed)

    def _recognise(self) -> None:
        stream = self._stream or self._open()
        self._said = Said(None, self._said.language, self._fed / self._rate)
        self._paused_at = asyncio.get_running_loop().time() - self._turns.silence_s
        self._recognition = asyncio.create_task(self._transcribe(stream))
        self._recognition.add_done_callback(self._recognised)
        if self._turn_model:
            self._judgement = self._background.start(self._judge(self._turn_model))

    async def _judge(self, turn_model: TurnModel) -> None:
        """Ask the turn model whether they have finished: a hint, without which the utterance ends all the same."""
        utterance_s = min(self._said.speech_s, TURN_MODEL_HEARS_S)
        try:
            finished = await turn_model.finished(Audio(self._recent.last(utterance_s), self._rate))
        except Exception as error:
            _log.warning("How an utterance ended could not be judged (%s: %s)", type(error).__name__, error)
            return
        self._said = replace(self._said, finished=finished)

    async def _transcribe(self, stream: RecognitionStream) -> Understood:
        began_ns = time.time_ns()
        with hearing_ahead() as ahead:
            last = None if self._resting or not self._fed else await self._transcribe_part(stream)
        return Understood(await self._earlier.joined(last), began_ns, time.time_ns(), ahead.events)

    async def _transcribe_part(self, stream: RecognitionStream) -> Transcript:
        short = None if self._earlier else self._short.sound(self._turns.voice_s)
        language, certain = self._language()
        return await recognise(
            stream, short, self._recognizer, language, certain=certain, hotwords=self._hotwords
        )

    def _recognised(self, task: asyncio.Task[Understood]) -> None:
        # A failure is reported once they have finished; until then they may go on, and it is tried again.
        if task.cancelled() or task.exception() or task is not self._recognition:
            return
        transcript = task.result().transcript
        mended = self._whole(transcript)
        whole, asked = mended or transcript, self._asked(mended is not None)
        self._said = replace(self._said, text=whole.text, language=whole.language, asked=asked)
        if self.speaking:
            self._on_event(RecognisedSoFar(transcript))

    def _cut_short(self) -> None:
        """They never stop: the utterance is what they have said so far."""
        told = (
            "call %s: an utterance was cut after %g s; what follows is heard once the caller has drawn breath"
        )
        _log.warning(told, self._background.call, (len(self._earlier) + 1) * self._longest_s)
        self._outdated()
        self._turns.cut_short()
        self._recognise()
        self._finished(patient=False)

    def _finished(self, *, patient: bool = True) -> None:
        self._background.cancel("utterance")
        if self._recognition:
            self._understanding = self._background.start(self._understand(self._recognition, patient=patient))
            self._on_event(Finished(asyncio.get_running_loop().time() - self._paused_at if patient else 0.0))

    async def _understand(self, recognition: asyncio.Task[Understood], *, patient: bool) -> None:
        """Report what was understood; while they may go on, as the words tell that came late, not yet."""
        outcome: CallerEvent
        try:
            outcome = await recognition
        except Exception as error:
            outcome = NotUnderstood(error)
        if patient:
            enough_at = self._paused_at + self._silence_needed()
            await asyncio.sleep(max(0.0, enough_at - asyncio.get_running_loop().time()))
        self._recognition = self._understanding = None
        self._over()
        self._on_event(outcome)


def _closed(closing: asyncio.Task[None]) -> None:
    if not closing.cancelled() and (error := closing.exception()):
        _log.warning("A recognition stream did not close well (%s)", error)
