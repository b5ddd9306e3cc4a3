"""What a caller says to the conversation itself, in a live call: decided by what is going on just then.

While an agent works, or we speak, most remarks change nothing: the work goes on, acknowledged. What wants an answer in
the conversation ("Thank you.", "Who are you?") is a turn like any other, which the graph answers without an agent.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from emads_voice.agents.dialogue import Act, Dialogue, DialogueAct, listens, questions_in
from emads_voice.channels.conversation.answering.fillers import PRESENT, STILL
from emads_voice.channels.conversation.answering.live_turn import LiveTurn
from emads_voice.channels.conversation.conduct import Conduct
from emads_voice.channels.conversation.handover import PERSON_WANTED, Handover
from emads_voice.channels.conversation.phases import Event, Phase
from emads_voice.channels.questions.pending import PendingQuestion, read
from emads_voice.channels.speaking.announcer import PENDING_QUESTION
from emads_voice.channels.speaking.manner import Manner
from emads_voice.channels.speaking.speaker import Speaker
from emads_voice.channels.turn import Turn
from emads_voice.graph.context import HeardAs
from emads_voice.graph.conversing import MANNERS
from emads_voice.graph.state import caller_language
from emads_voice.messages import Phrase
from emads_voice.voice.errors import VoiceError
from emads_voice.voice.languages import Language
from emads_voice.voice.text.sentences import split_sentences
from emads_voice.writing import QUESTION_MARKS

from .waiting import Heard, heard_while_waiting

JUST_ASKED_S = 1.2
"""A yes that begins so soon after a question was played is its answer, whatever we have gone on to say."""
LAST_WORDS = 3
"""Of a question; who says yes over these has understood it."""
WAIT_S = 60.0
"""How long we wait for a caller who has asked us to."""

_QUESTIONS = tuple(QUESTION_MARKS)
_CHANGES_WORK = frozenset((Act.PERSON, Act.CALLBACK, Act.GOODBYE, Act.STOP))
_ASIDES = frozenset((Act.WAIT, Act.PRESENCE, Act.GREETING, Act.CHATTER))
_NO_ANSWERS = frozenset(Act) - {Act.THANKS, Act.CHATTER, Act.STOP, Act.WAIT}
"""To a question that any words answer, unless it names them."""
_AT_CONSENT = _CHANGES_WORK | {Act.CAPABILITIES}
"""Done before a caller has said whether they may be recorded."""
_FIRST: tuple[tuple[frozenset[Act], Phrase], ...] = (
    (frozenset((Act.IDENTITY,)), "disclosure"),
    (frozenset((Act.PRESENCE,)), "yes_here"),
    (MANNERS, "of_course"),
)
"""What is said in short, before something else."""


class Acknowledge(Protocol):
    """Says one of several phrases while the caller waits for an answer."""

    def __call__(self, among: Sequence[Phrase], **values: str) -> None:
        """``values`` are those of its placeholders."""


class Remarks:
    """Of one call."""

    def __init__(
        self,
        call: Conduct,
        dialogue: Dialogue,
        speaker: Speaker,
        manner: Manner,
        *,
        turn: Callable[[], LiveTurn | None],
        heard: Callable[[], None],
        answers_us: Callable[[str], bool],
        faint: Callable[[], bool],
        acknowledge: Acknowledge,
        may_be_asked: Collection[str],
        handover: Handover,
        left_open: Callable[[], PendingQuestion | None],
        release: Callable[[], None],
    ) -> None:
        """
        Args:
            call: the conversation.
            dialogue: which acts it takes itself.
            speaker: what we are saying.
            manner: how we say it.
            turn: ours, if it is.
            heard: called where a remark shows that they are there.
            answers_us: whether a text is the first we hear of somebody whom we have rung, and told why.
            faint: whether what was said last is much softer than they usually are.
            acknowledge: says one of these phrases while the caller waits for an answer.
            may_be_asked: the names of the agents that may be asked in this call; empty: all.
            handover: what is done where a person is wanted.
            left_open: the question of an earlier call's that this one began with, if any.
            release: lets us speak, unless the caller does.
        """
        self._call = call
        self._dialogue = dialogue
        self._speaker = speaker
        self._manner = manner
        self._turn = turn
        self._heard = heard
        self._answers_us = answers_us
        self._faint = faint
        self._acknowledge = acknowledge
        self._may_be_asked = may_be_asked
        self._handover = handover
        self._left_open = left_open
        self._release = release
        self._before_answer: Sequence[Phrase] = ()
        self._just_asked = False
        self._awaited: LiveTurn | None = None  # what they had heard nothing of when they began to speak
        self._open_question = ""
        self._leaving = False
        self._last: tuple[str, Language] | None = None
        self._pending: PendingQuestion | None = None
        self._heard_as: HeardAs = ""
        self._answered = False  # an agent has told them something in this call
        self.paused = False
        """Whether the caller has asked us to wait, and we have more to say."""
        self._waiting = False  # whether they have, and we have not

    def began(self) -> None:
        """The caller begins to speak."""
        self._just_asked = self._speaker.played_within(JUST_ASKED_S).rstrip().endswith(_QUESTIONS)
        turn = self._turn()
        self._awaited = None if turn and turn.begun else turn

    def taken(self) -> HeardAs:
        """What the words that were taken last are, once; "" where none were, as with keys."""
        heard_as = self._heard_as
        if (
            self._call.phase() is not Phase.ASKING_CONSENT
        ):  # there it is taken twice: as no consent, and as a remark
            self._heard_as = ""
        return heard_as

    def answering(self) -> None:
        """An agent is being asked: what else the caller said is answered in short, unless the answer is there first."""
        phrases, self._before_answer = self._before_answer, ()
        if phrases:
            self._acknowledge(phrases)

    def played(self, turn: Turn) -> None:
        """A turn was played to its end."""
        said = turn.asked or turn.answer or ""
        if said:
            self._last, self._call.announcer.last = (said, caller_language(turn.state)), None
        self._answered = self._answered or (turn.act is None and bool(turn.answer))
        self._pending = read(turn.interrupts)
        self._open_question = questions_in(said) if turn.act is None else ""

    def afterwards(self, turn: Turn) -> None:
        """Do with the call what was asked for by a remark that was answered."""
        if turn.act == Act.GOODBYE:
            self._call.happened(Event.DONE)
        elif turn.act == Act.PERSON:
            self._handover.want(PERSON_WANTED)
        elif turn.act == Act.CALLBACK:
            self._handover.want_callback(turn.heard["text"] if turn.heard else "")
        elif turn.act == Act.WAIT:
            self._waiting = True
            self._call.listen(WAIT_S)

    def interrupted(self) -> None:
        """A turn was not played to its end: what there was of it the conversation's thread knows."""
        self._last = self._call.announcer.last = None

    def is_remark(self, text: str) -> bool:
        """Whether what was said so far is no question for the agents, so that nothing need be prepared for one."""
        waits = (self.paused or self._waiting) and self._heard_while_waiting(text) is not Heard.US
        return waits or self._dialogue.act(text, asked=self._open_question) is not None

    def aside_s(self, text: str) -> float | None:
        """How long who says this while they key a number may take to go on with it; None if it is no mere aside."""
        act = self._dialogue.act(text)
        if act is None or not _ASIDES.issuperset(act.acts):
            return None
        return WAIT_S if Act.WAIT in act.acts else 0.0

    def take(self, text: str, *, interrupting: bool, typed: bool = False) -> bool:
        """Do what the caller's words ask of us; False where they want a turn.

        Args:
            text: what was said.
            interrupting: whether we were speaking, or about to, when it began.
            typed: whether they are surely for us and wait for an answer, as is what was typed.
        """
        waits = (self.paused or self._waiting) and not typed
        if waits and (for_whom := self._heard_while_waiting(text)) is not Heard.US:
            if for_whom is Heard.BACK:
                self._back()
            return True
        taken = self._take(text, interrupting=interrupting, typed=typed)
        if taken:
            self._heard()
        return taken

    def _take(self, text: str, *, interrupting: bool, typed: bool) -> bool:
        self._pause(False)
        self._waiting = False
        self._heard_as = ""
        if self._answers_us(text):
            self._heard_as = "question"
            return False
        phase = self._call.phase()
        wanted = self._dialogue.act(text)
        if phase is not Phase.CONVERSING and wanted:
            self._manner.change(*wanted.acts)  # what is asked there is asked again in it
        if phase is Phase.ASKING_CONSENT:
            self._heard_as = "remark" if wanted and wanted.act in _AT_CONSENT else ""
            return interrupting and listens(text) and not self._call.announcer.asked
        if phase is not Phase.CONVERSING:
            return False
        turn, left = self._turn(), self._speaker.left.rstrip()
        works = turn is not None and not turn.said and not left
        # also while "One moment" is said, and where the answer came while they were speaking
        awaited = works or (turn is not None and (turn is self._awaited or not turn.begun))
        asked = self._asked(left) if left or works else self._last_asked()
        act = self._dialogue.act(text, asked=asked, waiting=awaited, speaking=bool(left))
        if act and not (left or works) and self._tells_agent(act, text):
            act = None
        if act is None:
            self._heard_as, self._leaving = "question", False
            self._take_beside(text)
            only_listens = interrupting and listens(text) and not text.rstrip().endswith(_QUESTIONS)
            return bool(left or works) and only_listens and not asked
        parts = act.parts and self._answered and not (left or works or asked)
        self._heard_as = "parting" if parts else "remark"
        if parts:
            act = replace(act, acts=(Act.GOODBYE,))
        if act.act in _CHANGES_WORK:
            self._call.background.cancel("filler")  # "One moment, please. Goodbye."
        meanwhile = left or works
        done = (
            self._meanwhile(act, turn, works=works, awaited=awaited)
            if meanwhile
            else self._otherwise(act, typed=typed)
        )
        if not done:
            self._leaving = act.act is Act.GOODBYE
        return done

    def _take_beside(self, text: str) -> None:
        """Do what is said to the conversation beside a question; the graph asks the agents the rest."""
        beside = self._dialogue.beside(text)
        does = {*beside.acts} if beside else set()
        self._manner.change(*does)
        self._before_answer = [said for acts, said in _FIRST if acts & does][:1]

    @property
    def _open(self) -> PendingQuestion | None:
        """What an agent waits to be told, since this call or an earlier one."""
        asked_now = self._call.announcer.for_agent and self._call.announcer.last
        return self._pending or (self._left_open() if asked_now else None)

    def _heard_while_waiting(self, text: str) -> Heard:
        act = self._dialogue.act(text, waiting=True, speaking=self.paused)
        asked = bool(self._last_asked())
        return heard_while_waiting(text, act, asked=asked, faint=self._faint(), more=self.paused)

    def _back(self) -> None:
        """They have asked us to wait, and are back."""
        self._heard()
        more, self._waiting = self.paused, False
        self._pause(False)
        if not more:
            self._call.background.start(self._call.respond("listening"))

    def _last_asked(self) -> str:
        """The question of an agent's that is open."""
        announcer = self._call.announcer
        return announcer.last[0] if announcer.for_agent and announcer.last else self._open_question

    def _tells_agent(self, act: DialogueAct, text: str) -> bool:
        """Whether an agent waits for whatever they say, and this is not about how the question was heard."""
        pending = self._open
        answers = act.answers or act.act not in _NO_ANSWERS
        return bool(pending and pending.free and answers and pending.answered(text))

    def _asked(self, left: str) -> str:
        """The question that is being asked for an agent, or was just asked, if what they say answers it."""
        announcer = self._call.announcer
        if announcer.busy and not announcer.for_agent:
            return ""  # "How can I help?" is answered by nothing in particular
        of_sentence = self._speaker.left_of_sentence
        last_words = of_sentence.rstrip().endswith(_QUESTIONS) and len(of_sentence.split()) <= LAST_WORDS
        asked = self._just_asked or last_words or left.endswith(_QUESTIONS)
        return self._speaker.last or left if asked else ""

    def _meanwhile(self, act: DialogueAct, turn: LiveTurn | None, *, works: bool, awaited: bool) -> bool:
        """A remark while an agent works, or we speak."""
        if act.act in _CHANGES_WORK:
            return act.act is Act.GOODBYE and self._leaving  # we are saying goodbye already
        if act.act is Act.GREETING and act.answers and not (awaited or turn is None):
            return False  # "I have a question."
        if act.act is Act.LANGUAGE:
            if not awaited or Act.REPEAT in act.acts:
                return False
            said: Phrase = "language_changed" if self._call.change_language(act) else "language_unknown"
            self._tell((said, *STILL), works=works)
            return True
        if act.act is Act.CAPABILITIES:
            if not awaited:
                return False
            names = [name for name in self._dialogue.offers if name in (self._may_be_asked or (name,))]
            told = " ".join(self._dialogue.offers[name] for name in names)
            self._tell(("capabilities",) if told else STILL, works=works, agents=told)
            return True
        if act.act is Act.IDENTITY:
            if turn is None:  # over a greeting, which is not waited for
                return False
            self._tell(("identity",), works=works)
            return True
        before = replace(self._manner)
        changed = self._manner.change(*act.acts)
        again = Act.REPEAT in act.acts
        if again and act.last:
            self._speaker.begin_sentence()
        elif again and turn and turn.begun:
            turn.again()
        elif again and self._call.announcer.busy:
            self._call.announcer.again()
        if changed:
            self._begin_sentence_anew(self._manner.since(before))
        elif act.act is Act.WAIT:
            self._pause(True)
        elif works:
            self._acknowledge(PRESENT if act.act in (Act.PRESENCE, Act.GREETING) else STILL)
        return True

    def _tell(self, phrases: Sequence[Phrase], *, works: bool, **values: str) -> None:
        """Say one of these beside the work, or the first before the sentence that was cut, which goes on from its
        beginning."""
        if works:
            self._acknowledge(phrases, **values)
        else:
            self._begin_sentence_anew(None, phrases[0], **values)

    def _begin_sentence_anew(self, change: Manner | None, first: Phrase = "of_course", **values: str) -> None:
        """Say what was cut from the beginning of its sentence, in another manner perhaps, and this before it."""
        self._speaker.begin_sentence(change.applied if change else None)
        self.paused = True
        self._call.background.start(self._say_first(first, values))

    async def _say_first(self, which: Phrase, values: Mapping[str, str]) -> None:
        try:
            said = await self._call.announcer.prepare(which, self._call.language(), **values)
            self._speaker.say_first(said)
        except VoiceError:
            pass  # what follows will meet it
        finally:
            self.paused = False
            self._release()

    def _otherwise(self, act: DialogueAct, *, typed: bool) -> bool:
        """A remark while nothing is going on."""
        changed = self._manner.change(*act.acts)
        announcer = self._call.announcer
        open_question = self._open is not None
        if open_question and act.act is Act.PERSON:
            self._handover.want(PERSON_WANTED)
            return True
        if open_question and act.act is Act.GOODBYE:
            self._call.happened(Event.DONE_SILENTLY)
            return True
        again = changed or Act.REPEAT in act.acts
        if again and act.act is Act.LANGUAGE and not open_question:
            return False  # those who answered are asked again
        if (open_question or again) and (last := announcer.last or self._last):
            does = {*act.acts} - {Act.PRESENCE}  # that they are heard the repetition says
            first = next((said for acts, said in _FIRST if acts & does), None)
            self._call.background.start(self._say_again(*last, first, only_last=act.last))
            return True
        if act.act is not Act.CHATTER:
            return False
        if act.answers and announcer.asked and announcer.last:  # "Are you still there?" "Yes."
            self._call.background.start(self._call.respond("listening"))
            return True
        if act.agrees or (
            act.answers and not self._last
        ):  # whether an agent has said anything, the thread knows
            self._heard_as = ""
            return False
        return not typed  # "Okay." that is said wants no answer

    async def _say_again(
        self, text: str, language: Language, first: Phrase | None, *, only_last: bool
    ) -> None:
        if not self._call.quiet():
            return
        announcer, kept = self._call.announcer, self._call.announcer.for_agent
        if first and (await announcer.say(first, self._call.language())).interrupted:
            announcer.last, announcer.for_agent = (text, language), kept
            return
        again = split_sentences(text, language.name)[-1] if only_last else text
        await announcer.say_text(again, language, PENDING_QUESTION if kept else "repeat")
        announcer.last = text, language
        self._call.listen()

    def _pause(self, paused: bool) -> None:
        self.paused = paused
        self._call.background.cancel("pause")
        if paused:
            self._call.background.after("pause", WAIT_S, self._resume)

    def _resume(self) -> None:
        self.paused = False
        self._speaker.resume()
