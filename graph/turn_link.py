"""What `run_turn` and the stages of a turn tell each other where a graph of somebody else's stands between them.

The voice graph takes what was heard, and keeps what a turn comes to, in keys of its own. Another graph has no such
keys, and may hold the stages at any depth. So both ride beside the state, in the run's context.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast
from uuid import uuid4

from langchain_core.messages import HumanMessage
from langgraph.graph.message import add_messages
from langgraph.types import Overwrite

from .state import MERGED, TranscriptState, VoiceState

Told = Callable[[str, dict[str, Any]], None]
"""Takes the name of a stage that ends, and what it adds to the turn's state."""


class TurnLink:
    """Links one run with its stages.

    Attributes:
        state: of the turn, as the last stage left it; empty before one has run.
        told: is told of each stage as it ends.
        before: what was heard before the run began.
    """

    def __init__(self) -> None:
        self.state = VoiceState()
        self.told: Told | None = None
        self.before: TranscriptState | None = None
        self._question_id = f"{uuid4().hex}-question"
        self._spoken: list[str] = []

    @property
    def answer(self) -> str | None:
        """What the turn answers: all that was spoken, as a graph may speak more than once."""
        return "\n".join(self._spoken) or self.state.get("answer")

    def hear(self, heard: TranscriptState) -> list[HumanMessage]:
        """Take what was heard before the run; returns it as the message that the graph is given."""
        self.before = heard
        return [HumanMessage(heard["text"], id=self._question_id)] if heard["text"] else []

    def heard_in(self, message: HumanMessage | None) -> TranscriptState | None:
        """How the last human message was heard; None if another node has put it there.

        Where nothing was said there is no message, and the last one is of an earlier turn.
        """
        heard = self.before
        if heard is None or not heard["text"] or message is None:
            return heard
        if message.id != self._question_id:
            return None
        return heard if message.text == heard["text"] else {**heard, "text": str(message.text)}

    def see(self, state: VoiceState) -> None:
        """Take the turn's state as it is."""
        self.state = state

    def take(self, stage: str, state: VoiceState, update: Mapping[str, Any]) -> None:
        """Take what a stage has made of the turn's state."""
        after: dict[str, Any] = dict(state)
        for key, value in update.items():
            if isinstance(value, Overwrite):
                after[key] = value.value
            elif key in MERGED:
                after[key] = {**after.get(key, {}), **value}
            elif key == "messages":
                after[key] = add_messages(after.get(key, []), value)
            else:
                after[key] = value
        self.see(cast(VoiceState, after))
        if stage == "speak" and (answer := after.get("answer")):
            self._spoken.append(answer)
        if self.told:
            self.told(stage, dict(update))
