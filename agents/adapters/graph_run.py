"""One run of a graph, as its stream tells it: what of it is said while it goes on, and what its answer was."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    ToolMessage,
    convert_to_messages,
)
from langgraph.types import StreamMode

from emads_voice.agents.errors import ModelError
from emads_voice.agents.forms import Analysis

from .answer import added, analysis_in, analysis_of, is_json, spoken
from .speakers import Speakers
from .streaming import SaidAnswer
from .traits import Traits

_log = logging.getLogger(__name__)

Event = tuple[tuple[str, ...], str, Any]
"""The graph it comes from, as a path of tasks; what it tells of; and that."""


class _Call(NamedTuple):
    """A call of a model, or a piece of one: in which run of its node, what tells it from others, its words."""

    task: str
    key: str
    text: str


class GraphRun:
    """Takes the events of one run, in order."""

    def __init__(self, traits: Traits, speakers: Speakers, question: BaseMessage, said: SaidAnswer) -> None:
        """
        Args:
            traits: who the agent is.
            speakers: which of its nodes may speak.
            question: what it is asked, as it is told it.
            said: what is said of the answer.
        """
        self._traits = traits
        self._speakers = speakers
        self._question = question
        self._said = said
        self._depth: int | None = None  # how deep the graph itself lies in those around it
        self._before: Mapping[str, Any] = {}
        self._after: Any = None
        self._written: set[str] = set()  # keys of the state
        self._last: list[BaseMessage] = []  # messages of the last node that ran, in whatever graph
        self._written_aside = ""  # what the custom stream said
        self._asks = False
        self._heard: list[str] = []  # ids of the messages that ``speaks`` let through
        self._calls: dict[tuple[str, ...], list[_Call]] = {}  # by node: those that may have been said

    @property
    def modes(self) -> list[StreamMode]:
        """What has to be streamed."""
        modes: list[StreamMode] = ["values", "updates"]
        if self._said.listened_to or self._traits.speaks:
            modes.append("messages")
        if self._traits.custom:
            modes.append("custom")
        return modes

    def take(self, path: tuple[str, ...], mode: str, data: Any) -> None:
        """Take the next event."""
        if self._depth is None:
            self._depth = len(path)
        inside = path[self._depth :]
        if mode == "messages":
            self._message(inside, *data)
        elif mode == "updates":
            self._update(inside, data)
        elif mode == "custom" and self._traits.custom:
            text = self._traits.custom(data)
            self._written_aside += text
            self._said.piece(text)
        elif mode == "values" and not inside:
            if self._after is None:
                self._before = data
            self._after = data

    def _message(self, inside: Sequence[str], message: BaseMessage, metadata: dict[str, Any]) -> None:
        node = _path(inside, str(metadata.get("langgraph_node", "")))
        if not isinstance(message, AIMessage) or not self._may_speak(node, metadata):
            return
        key = message.id or ""
        if self._traits.speaks and key not in self._heard:
            self._heard.append(key)
        # What comes whole may be a copy of something old: it is not said before the run is over.
        if isinstance(message, AIMessageChunk):
            calls, last = bool(message.tool_call_chunks), message.chunk_position == "last"
            self._said.call(key, message.text, calls_tools=calls, last=last)
            if not self._traits.speaks:
                self._note(node, _Call(str(metadata.get("langgraph_checkpoint_ns")), key, message.text))

    def _may_speak(self, node: Sequence[str], metadata: dict[str, Any]) -> bool:
        if self._traits.speaks:
            return self._traits.speaks(metadata)
        if "lc_source" in metadata:  # a middleware's own call, such as one that summarises
            return False
        return self._speakers.may_speak(node)

    def _update(self, inside: Sequence[str], nodes: Mapping[str, Any]) -> None:
        for node, update in nodes.items():
            if node == "__interrupt__":
                self._asks = True
                continue
            parts = [part for part in _listed(update) if isinstance(part, Mapping)]
            self._judge(_path(inside, node), parts)
            if not inside:
                self._written.update(*parts)
            self._last = [
                message
                for part in parts
                for message in _listed(part.get("messages"))
                if isinstance(message, BaseMessage)
            ]

    def _note(self, node: tuple[str, ...], piece: _Call) -> None:
        calls = self._calls.setdefault(node, [])
        if calls and (calls[-1].task, calls[-1].key) == (piece.task, piece.key):
            piece = piece._replace(text=calls.pop().text + piece.text)
        calls.append(piece)

    def _judge(self, node: tuple[str, ...], update: Sequence[Mapping[str, Any]]) -> None:
        """A node whose model has said something that it does not give back does not speak again.

        Of one that runs several times at once, nobody knows which of them wrote this.
        """
        calls = self._calls.pop(node, [])
        for call in calls if len({call.task for call in calls}) == 1 else ():
            if call.text.strip() and not any(_holds(part, call) for part in update):
                self._speakers.silence(node)
                _log.warning(
                    "The node %s of the agent %s does not give back what its model says, which a caller may have "
                    "heard: it is not heard early again. Give as_agent a speaks= that names who speaks.",
                    ".".join(node),
                    self._traits.name,
                )

    def analysis(self, key: str) -> Analysis:
        """The answer, when the run is over.

        Args:
            key: of the state, where the answer is; "" if all that it gave back is the answer.

        Raises:
            ModelError: there can be none.
        """
        analysis = self._analysis(key)
        aside, answer = self._written_aside, analysis.answer
        if answer.startswith(aside.strip()):
            return analysis
        gap = "" if not answer or aside[-1:].isspace() else " "
        return analysis.model_copy(update={"answer": f"{aside}{gap}{answer}"})

    def _analysis(self, key: str) -> Analysis:
        name = self._traits.name
        if self._asks:
            raise ModelError(
                f"The agent {name} asks something with interrupt(), and nothing keeps where it stopped: "
                "compile the voice graph with a checkpointer."
            )
        if self._traits.output:
            return analysis_of(self._traits.output(self._after), name, self._question)
        if not key:
            return analysis_of(self._after, name, self._question)
        state = self._after or {}
        if key != "messages":
            return analysis_of(state[key] if key in self._written else None, name, self._question)
        return self._of_messages(state)

    def _of_messages(self, state: Mapping[str, Any]) -> Analysis:
        name = self._traits.name
        structured = state.get("structured_response") if "structured_response" in self._written else None
        if analysis := analysis_in(structured, name):
            return analysis
        # Where it wrote nothing, it had come to its end before, in a process that was killed before it could tell.
        before = convert_to_messages(self._before.get("messages") or [] if self._written else [])
        new = added(before, convert_to_messages(state.get("messages") or []), self._question)
        if structured is not None:
            new = [m for m in new if not isinstance(m, ToolMessage) and not is_json(m.text)]
        in_tools = bool(new and self._last) and isinstance(new[-1], ToolMessage) and new[-1] == self._last[-1]
        answer = spoken(new, ended_in_tools=in_tools)
        if self._heard:
            answer = self._with_what_was_heard(new, answer)
        if not answer and structured is not None:
            raise ModelError(
                f"The agent {name} gives a structured response that has no answer field: add one, or give as_agent "
                "an output= that makes text of its state."
            )
        return Analysis(answer=answer, agent=name)

    def _with_what_was_heard(self, new: Sequence[BaseMessage], answer: str) -> str:
        """All that ``speaks`` let through and that still stands, and the answer if that is something else."""
        texts = [message.text.strip() for message in new if message.id in self._heard]
        return " ".join(text for text in [*texts, *([] if answer in texts[-1:] else [answer])] if text)


def _path(inside: Sequence[str], node: str) -> tuple[str, ...]:
    """Names of the nodes around a node, from the outermost in, and its own."""
    # A number in the path counts the graphs that one task runs.
    return (*(task.partition(":")[0] for task in inside if not task.isdecimal()), node)


def _holds(update: Mapping[str, Any], call: _Call) -> bool:
    """Whether what a node wrote holds the words of a model's call, as a message or in one of its own keys."""
    text = call.text.strip()
    return any(
        (each.id == call.key or text in each.text) if isinstance(each, BaseMessage) else text in str(each)
        for value in update.values()
        for each in _listed(value)
    )


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]
