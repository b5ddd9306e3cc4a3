"""Our side of a call: the turn in which we answer, phrases of ours, and what becomes of either when it fails.

Only who holds the floor may begin a turn, and first ends what was going on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from emads_voice.agents.call_control import CallControl
from emads_voice.channels.live_events import TurnBegan, TurnEnded
from emads_voice.channels.preemptive.per_call import Preemption
from emads_voice.channels.speaking.speaker import Speaker
from emads_voice.channels.turn import Turn
from emads_voice.errors import EmadsVoiceError
from emads_voice.graph import VoiceContext
from emads_voice.graph.context import HeardAs
from emads_voice.graph.proposing import decision_id_of
from emads_voice.graph.state import Ended, caller_language
from emads_voice.messages import Phrase
from emads_voice.observability import attributes
from emads_voice.voice.ear import TranscriptEar
from emads_voice.voice.errors import SynthesisError

from .answering.answer_deadline import AnswerDeadline
from .answering.failures import Failures
from .answering.live_turn import LiveTurn
from .conduct import Conduct
from .phases import Event, Phase
from .services import Services

_log = logging.getLogger(__name__)

HUSH_S = 0.3
"""How long a line may take to tell how much was played of what it has asked us to stop."""


class OurSide:
    """Of one call.

    Attributes:
        turn: our turn, while it is ours.
        turns: how many the caller has had.
    """

    def __init__(
        self,
        call: Conduct,
        services: Services,
        speaker: Speaker,
        deadline: AnswerDeadline,
        preemption: Preemption,
        *,
        context: VoiceContext,
        on_asked: Callable[[CallControl], None],
        on_question: Callable[[], None],
        on_played: Callable[[Turn, bool], None],
        on_cut: Callable[[], None],
        on_failure: Callable[[], None],
        afterwards: Callable[[Turn], None],
    ) -> None:
        """
        Args:
            call: the conversation.
            services: the graph, and how questions are worded.
            speaker: what we say goes through it.
            deadline: measures how long the caller waits.
            preemption: has answers generated early.
            context: what every turn is given besides its ear and mouth.
            on_asked: see :class:`.answering.live_turn.LiveTurn`.
            on_question: likewise.
            on_played: told of a turn that was played to its end, and whether any of it was said.
            on_cut: told before a turn is ended that was not.
            on_failure: told that something did not work.
            afterwards: does with the call what was asked for in a turn, once nobody has spoken over its end.
        """
        self._call = call
        self._services = services
        self._speaker = speaker
        self._deadline = deadline
        self._preemption = preemption
        self._context = context
        self._on_asked = on_asked
        self._on_question = on_question
        self._on_played = on_played
        self._on_cut = on_cut
        self._on_failure = on_failure
        self._do_afterwards = afterwards
        self._failures = Failures(call.name)
        self._then: Turn | None = None  # was heard; what was asked for with it is to be done
        self._waits: bool | None = None  # whether an agent waits to be told something; None: not known
        self.turn: LiveTurn | None = None
        self.turns = 0

    @property
    def occupied(self) -> bool:
        """Whether we are saying something, or are about to."""
        return bool(self.turn or self._call.announcer.busy or self._speaker.busy)

    # Our turn.

    def begin(self, ear: TranscriptEar, heard_as: HeardAs) -> LiveTurn:
        """Begin to answer. Needs the floor."""
        if heard_as not in ("remark", "parting"):  # after "One moment." our question is still open
            self._speaker.turns_over()
        turn = self.turn = LiveTurn(
            self._services.graph,
            self._call.thread_id,
            ear,
            self._call.announcer.mouth(),
            context=self._context.model_copy(update={"heard_as": heard_as}),
            catalogue=self._services.catalogue,
            audit=self._services.audit,
            waits=self._waits,
            on_asked=self._on_asked,
            on_question=self._on_question,
            tell=self._speaker.tell,
            telemetry=self._call.telemetry.begin_turn(),
        )
        self._speaker.tell(TurnBegan())
        self.turns += 1
        self._waits = None
        self._call.background.start(self._finish(turn))
        return turn

    async def _finish(self, turn: LiveTurn) -> None:
        try:
            done = await turn.finish()
        except Exception as error:  # whatever a graph does, the call goes on
            if turn is self.turn:
                self._speaker.tell(TurnEnded("failed"))
                self._preemption.drop()
                self.fail(error)
            else:
                _log.info("call %s: an interrupted turn ended with %r", self._call.name, error)
            return
        if turn is self.turn:
            self._preemption.drop()
            self.turn = None
            self._speaker.tell(TurnEnded("played", done.answer or "", caller_language(done.state)))
            self._waits = bool(done.interrupts)
            self._preemption.follows(done.state.get("messages", []))
            self._on_played(done, turn.begun)
            if not self._call.engaged():
                self._deadline.over()
            if self._failures.count(failed=done.failed, remark=done.act is not None):
                self._call.happened(Event.SECOND_FAILURE)
            self._call.listen()
            self._then = done
            if not self._call.engaged():
                self.afterwards()

    def afterwards(self) -> None:
        """The caller has not spoken over the end of the last turn: do what was asked for with it."""
        done, self._then = self._then, None
        if done:
            self._do_afterwards(done)

    async def interrupt(self, why: Ended, *, withdraw: bool = False) -> None:
        """Whatever we were saying is over. Needs the floor. See :meth:`.answering.live_turn.LiveTurn.interrupt`."""
        turn, self.turn, self._then = self.turn, None, None
        self._speaker.stop()
        await self._call.announcer.stop()
        if turn:
            if why == "barge-in":
                self._call.note("barge_in", begun=turn.begun)
            self._speaker.tell(TurnEnded("failed" if why == "failed" else "interrupted"))
            self._preemption.follows(None)
            self._on_cut()
            await turn.fall_silent()
            self._call.release()  # for a filler: ending what an agent does may take a while
            await turn.interrupt(why, withdraw=withdraw)
            if withdraw and turn.id and self._services.decisions:
                self._call.background.start(self._take_out(turn.id))
            cut_apology = turn.failed and self._call.phase() is Phase.CONVERSING
            if cut_apology and self._failures.count(failed=True, remark=False):
                self._call.happened(Event.SECOND_FAILURE)

    async def _take_out(self, turn_id: str) -> None:
        """Withdraw what a turn has proposed, as its question is asked again with more to it."""
        assert self._services.decisions
        try:
            await self._services.decisions.take_out(decision_id_of(self._call.thread_id, turn_id))
        except EmadsVoiceError as error:
            _log.warning("call %s: what a cut question proposed waits on (%s)", self._call.name, error)

    def hush(self) -> None:
        """The caller wants us to stop talking."""
        self._speaker.hold()
        silenced = self.turn
        # The line may yet tell how much of it was played.
        self._call.background.after(
            "hush", HUSH_S, lambda: self._call.background.start(self._fall_silent(silenced))
        )

    async def _fall_silent(self, silenced: LiveTurn | None) -> None:
        async with self._call.floor:
            if self.turn is not silenced:  # something else was asked meanwhile
                return
            self._preemption.drop()
            await self.interrupt("barge-in")
        self._deadline.over()
        self._call.release()
        self._call.listen()

    # Phrases of ours.

    async def say(self, which: Phrase, **values: str) -> bool:
        """Say a phrase until it was played or stopped. One that cannot be spoken is a failure, and False."""
        speech = await self._call.announcer.say(which, self._call.language(), **values)
        if failed := bool(speech.error) and not speech.interrupted:
            self.fail(SynthesisError(f"{which!r} could not be spoken: {speech.error}"))
        return not failed

    async def tell(self, which: Phrase) -> None:
        """Say a phrase, and wait for what the caller says to it."""
        self._call.release()
        if await self.say(which):
            self._call.listen()

    async def respond(self, which: Phrase) -> None:
        """Say a phrase in answer to the caller, unless a turn of theirs has begun."""
        if self._call.phase().both_speak and not self.turn:
            self._call.go_on()
            await self.say(which)
            self._call.listen()

    # When something fails.

    def fail(self, error: Exception, apology: Phrase = "unavailable") -> None:
        """Something did not work: the caller is told, or handed over."""
        if not isinstance(error, TimeoutError):  # which is told below
            self._call.note("error", what=type(error).__name__)
        self._failures.add(error)
        self._deadline.over()
        self._call.background.cancel("idle")  # it is we who owe them a word
        self._on_failure()
        failed = self.turn
        if isinstance(error, TimeoutError):
            if failed:
                failed.timed_out()
            else:
                self._call.telemetry.happened(attributes.TIMEOUT)
        self._call.background.start(self._failures.recover(self._call, lambda: self.turn is failed, apology))
