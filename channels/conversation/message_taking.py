"""Takes down what a caller wants to have passed on, where nobody can be reached.

A message is all that they say until a longer silence, with pauses between. Each utterance is an audit record as soon as
it was understood; the whole is a message of the conversation when they have finished, or hung up.
"""

from __future__ import annotations

import logging
from enum import Enum, auto
from typing import Literal
from uuid import uuid4

from langchain_core.messages import AIMessage, HumanMessage

from emads_voice.agents.dialogue import SMALL_TALK, Act, agrees, declines, dialogue_act, listens
from emads_voice.channels.turn import add_messages
from emads_voice.graph.auditing import record
from emads_voice.graph.phrases import phrase
from emads_voice.graph.state import state_of
from emads_voice.observability import attributes, new_trace, span, traceparent
from emads_voice.voice.ear import TranscriptEar
from emads_voice.voice.languages import Language

from .conduct import Conduct
from .remarks.about_us import is_about_us
from .services import Services

_log = logging.getLogger(__name__)

PAUSE_S = 2.5
"""Silence after which a message is over. People who dictate one draw breath, and look for numbers."""

LEFT: Literal["message_left"] = "message_left"
"""Marks, in ``additional_kwargs``, what a caller left for somebody, and our confirmation."""


_IN_A_MESSAGE = SMALL_TALK
"""Acts that may be part of a message: "…, thank you."."""


class Said(Enum):
    """What the caller's words are, where a message is expected."""

    NOTHING = auto()
    """They show that they have understood."""
    AGAIN = auto()
    """They have not understood what is wanted of them, or want something else, which we cannot do here."""
    ABOUT_US = auto()
    """They want something of how we speak, or ask about us."""
    WAIT = auto()
    """They need a moment."""
    NO_MESSAGE = auto()
    GOODBYE = auto()
    """They leave; what they have said before is the message."""
    MESSAGE = auto()


class MessageTaking:
    """Takes one message after the other."""

    def __init__(self, services: Services, call: Conduct) -> None:
        """
        Args:
            services: the graph that has the conversation, what keeps records, and our confirmation.
            call: the conversation.
        """
        self._graph, self._audit, self._catalogue = services.graph, services.audit, services.catalogue
        self._names = services.dialogue.names
        self._call = call
        self._parts: list[str] = []
        self._wished = self._amends = False

    @property
    def begun(self) -> bool:
        """Whether some of a message was said."""
        return bool(self._parts)

    @property
    def ends(self) -> bool:
        """Whether a pause may be its end: who has been asked for more after a wish has time to think."""
        return self.begun and not self._wished

    async def take(self, ear: TranscriptEar) -> Said:
        """Take the caller's next words."""
        with new_trace("call"), span("take_message", {attributes.CONVERSATION_ID: self._call.thread_id}):
            transcript = await ear.hear()
            text = transcript.text
            said = Said.MESSAGE if self._amends and text else self._judge(text)
            self._amends = False
            if said is Said.MESSAGE:
                self._parts.append(text)
                self._wished = False
            try:
                await record(
                    self._audit,
                    state_of(transcript, 0.0),
                    thread_id=self._call.thread_id,
                    turn=0,
                    trace=traceparent(),
                    kind=LEFT if said is Said.MESSAGE else "voice_input",
                )
            except Exception as error:  # an AuditError, or a bug; the conversation keeps it all the same
                _log.warning("call %s: a message has no audit record (%s)", self._call.name, error)
        return said

    def _judge(self, text: str) -> Said:
        if not text:
            return Said.NOTHING
        act = dialogue_act(text, names=self._names)
        acts = act.acts if act else ()
        if Act.WAIT in acts and Act.PERSON not in acts:
            return Said.WAIT
        if Act.PERSON in acts:
            return Said.AGAIN
        if act and is_about_us(act) and not (self._parts and act.act is Act.PRESENCE):
            return Said.ABOUT_US
        if Act.GOODBYE in acts and not (act and act.declines):
            return Said.GOODBYE
        if Act.CALLBACK in acts or (self._parts and (act is None or _IN_A_MESSAGE.issuperset(acts))):
            return Said.MESSAGE
        if self._parts and not (act and act.declines):
            return Said.NOTHING if Act.PRESENCE in acts else Said.AGAIN
        agreed = agrees(text)
        if agreed is False or declines(text):
            return Said.NO_MESSAGE
        if agreed or listens(text):
            return Said.NOTHING
        if act is None:
            return Said.MESSAGE
        return Said.NOTHING if SMALL_TALK.issuperset(acts) and not act.asks else Said.AGAIN

    def forget(self) -> None:
        """They want to leave none after all."""
        self._parts.clear()
        self._wished = False

    def amend(self) -> None:
        """What they say next puts right a message that was kept: it is a message of its own."""
        self._amends = True

    def begin(self, wish: str) -> None:
        """This, which they have said before, is the beginning of it, and they are asked for more."""
        self._parts.append(wish)
        self._wished = True

    async def keep(self, language: Language) -> bool:
        """Put the message into the conversation; returns whether it can be found there.

        Where an agent waits to be told something, it goes on waiting, and the message is in the audit log alone.
        """
        text, self._parts, self._wished = " ".join(self._parts), [], False
        confirmed, _ = phrase(self._catalogue, "message_kept", language)
        key, mark = uuid4().hex, {LEFT: True}
        said = [
            HumanMessage(text, id=f"{key}-message", additional_kwargs=mark),
            AIMessage(confirmed, id=f"{key}-confirmed", additional_kwargs=mark),
        ]
        try:
            if not await add_messages(self._graph, self._call.thread_id, said):
                _log.warning(
                    "call %s: a message is in the audit log alone, as an agent waits", self._call.name
                )
                return self._audit is not None
        except Exception:
            _log.exception("call %s: a message could not be put into its conversation", self._call.name)
            return False
        _log.info(
            "Call %s: a message was left in the conversation %s.", self._call.name, self._call.thread_id
        )
        return True
