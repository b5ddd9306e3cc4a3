"""The stages of a turn as nodes for graphs of other people's: hear, route, review, speak.

Their state stays theirs. A graph that uses these nodes has ``messages`` and one key more, ``voice``, in which they
keep what they know of the turn (:class:`.state.VoiceState`); what a node gives or takes beside that goes under a key
that its maker names. ``voice`` need not be declared in the graph's own state; what is declared there is also given out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, cast
from uuid import uuid4

from langchain_core.messages import AIMessage, AnyMessage
from langgraph.graph.message import add_messages
from langgraph.runtime import Runtime
from langgraph.types import Overwrite, interrupt
from typing_extensions import TypedDict

from emads_voice.agents.agent import Agent
from emads_voice.agents.embeddings import default_embeddings
from emads_voice.agents.routing.router import ExemplarRouter, Router
from emads_voice.messages import Catalogue, shipped
from emads_voice.observability import AuditLog
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language
from emads_voice.voice.recognizer import Recognizer
from emads_voice.writing import storable

from . import answering, listening
from .auditing import record
from .context import VoiceContext
from .node import Node, node
from .stage import Update
from .state import MERGED, Heard, VoiceState, answer_id, question


class Voiced(TypedDict, total=False):
    """What these nodes keep in a graph's state."""

    messages: Annotated[list[AnyMessage], add_messages]
    voice: VoiceState
    """Of the current turn, its messages aside."""


def listen(
    recognizer: Recognizer | None = None,
    *,
    into: str = "",
    audit: AuditLog | None = None,
    languages: Sequence[Language] = (ENGLISH, VIETNAMESE),
    hotwords: Sequence[str] = (),
    catalogue: Catalogue | None = None,
) -> Node:
    """A node that hears the caller, by the context's ear or in the last human message, and opens a turn.

    What was said becomes the last message; where nothing was heard, ``voice["answer"]`` says so.

    Args:
        recognizer: hears audio blocks in messages.
        into: a key of yours that is given what was said, as text.
        audit: keeps one record of every voice input.
        languages: what typed text may be written in.
        hotwords: names and terms callers are likely to use.
        catalogue: what is said of our own accord; by default what comes with the package.
    """
    stage = listening.listen(recognizer, audit, languages, hotwords, catalogue or shipped())
    hear = node("listen", stage, opens_turn=True)

    async def run(state: Voiced, *, runtime: Runtime[VoiceContext]) -> Update:
        before = _voice(state)
        before.pop("answer_id", None)
        update = _kept(before, await hear(before, runtime=runtime))
        return {**update, into: question(update["voice"])} if into else update

    return _named("listen", run, heard=Heard)


def route(
    agents: Sequence[Agent],
    router: Router | None = None,
    *,
    into: str = "",
    audit: AuditLog | None = None,
    catalogue: Catalogue | None = None,
) -> Node:
    """A node that chooses whom to ask; who was chosen is in ``voice["route"]["agents"]``.

    Args:
        agents: who can be asked.
        router: chooses among them; by default by likeness to their exemplars.
        into: a key of yours that is given their names, in a list.
        audit: keeps a record of it.
        catalogue: what is said of our own accord; by default what comes with the package.
    """
    stage = answering.route(
        router or ExemplarRouter(default_embeddings()), agents, catalogue or shipped(), audit
    )
    choose = node("route", stage)

    async def run(state: Voiced, *, runtime: Runtime[VoiceContext]) -> Update:
        before = _voice(state)
        update = _kept(before, await choose(before, runtime=runtime))
        return {**update, into: list(update["voice"]["route"]["agents"])} if into else update

    return _named("route", run)


def review(key: str, *, action: str = "answer", description: str = "", audit: AuditLog | None = None) -> Node:
    """A node that has a text of yours approved, changed or rejected before the graph goes on.

    The graph waits (``interrupt()``), with a request in the shape of LangChain's human-in-the-loop middleware, which
    chat interfaces show; :func:`emads_voice.run_turn` asks it aloud. Resume it with a list of one decision,
    ``{"decisions": [{"type": "approve"}]}``, "edit" with an ``edited_action``, or "reject": the text becomes "".

    Args:
        key: where the text stands in your state.
        action: what approving it sets off, a word for the reviewer.
        description: the same in a sentence.
        audit: keeps one record of what a caller says to it.
    """

    async def run(state: dict[str, Any], *, runtime: Runtime[VoiceContext]) -> Update:
        context, voice = runtime.context or VoiceContext(), state.get("voice", {})
        if context.reply and (replied := context.reply.take()):
            thread_id = (runtime.execution_info.thread_id if runtime.execution_info else None) or ""
            trace = voice.get("trace", "")
            await record(audit, replied, thread_id=thread_id, turn=voice.get("turn", 0), trace=trace)
        text = str(state.get(key) or "")
        if not text:
            return {}
        request = {
            "name": action,
            "args": {"text": text},
            **({"description": description} if description else {}),
        }
        allowed = {"action_name": action, "allowed_decisions": ["approve", "edit", "reject"]}
        asked = {"action_requests": [request], "review_configs": [allowed]}
        while (told := _decided(interrupt(asked), text)) is None:
            pass  # it is asked again: a wrong answer is none
        return {key: told}

    return _named("review", run, **{key: Any})


def _decided(answer: object, text: str) -> str | None:
    """The text as somebody has decided on it; None if they have not."""
    match answer:
        case {"decisions": [{"type": "approve"}]}:
            return text
        case {"decisions": [{"type": "edit", "edited_action": {"args": {"text": str(edited)}}}]}:
            return edited
        case {"decisions": [{"type": "reject"}]}:
            return ""
    return None


def speak(key: str = "", *, catalogue: Catalogue | None = None, audit: AuditLog | None = None) -> Node:
    """A node that speaks by the context's mouth, and returns when that was heard. A turn may have several.

    What was spoken is among the messages. Where the caller interrupts, its message has the words they heard.

    Args:
        key: where the text stands in your state; by default it is the last AI message of the turn.
        catalogue: what is said of our own accord; by default what comes with the package.
        audit: keeps a record of what was said, and what of it was played.
    """
    say = node("speak", answering.speak(catalogue or shipped(), audit))

    async def run(state: Voiced, *, runtime: Runtime[VoiceContext]) -> Update:
        before = _voice(state)
        text = storable(str(cast(Mapping[str, Any], state).get(key) or "")).strip() if key else None
        message = _answer(before) if text is None else _saying(before, text)
        before["answer"] = storable(str(message.text)) if message else None
        if message and message.id:
            before["answer_id"] = message.id
        if runtime.context and runtime.context.link:
            runtime.context.link.see(before)  # whoever interrupts the run
        update = _kept(before, await say(before, runtime=runtime))
        if message and message not in before["messages"]:
            update.setdefault("messages", [message])
        return update

    return _named("speak", run, **({key: Any} if key else {}))


def _answer(state: VoiceState) -> AIMessage | None:
    """The last thing that was said to the caller since they spoke; what listening had to say if there is nothing."""
    for message in reversed(state["messages"]):
        if isinstance(message, AIMessage) and message.text and "interrupt" not in message.additional_kwargs:
            return message
        if message.id == state.get("question_id"):
            break
    return AIMessage(said, id=answer_id(state)) if (said := state.get("answer")) else None


def _saying(state: VoiceState, text: str) -> AIMessage | None:
    """A text as a message: the last one, if it is there already; None if there is nothing to say."""
    last = _answer({**state, "answer": None})
    if not text or (last and last.text.strip() == text):
        return last if text else None
    known = {message.id for message in state["messages"]}
    return AIMessage(text, id=uuid4().hex if answer_id(state) in known else answer_id(state))


def _voice(state: Voiced) -> VoiceState:
    voice: VoiceState = {**state.get("voice", {}), "messages": state.get("messages", [])}
    if "turn" not in voice:  # nothing has listened yet
        voice = {
            **voice,
            "turn_id": uuid4().hex,
            "transcript": None,
            "route": None,
            "analyses": {},
            "failures": {},
        }
    return voice


def _kept(before: VoiceState, update: Update) -> dict[str, Any]:
    """An update of the voice graph's state as one of a graph that keeps it under one key."""
    messages = update.pop("messages", [])
    voice: dict[str, Any] = {key: value for key, value in before.items() if key != "messages"}
    for key, value in update.items():
        if isinstance(value, Overwrite):
            voice[key] = value.value
        elif key in MERGED:
            voice[key] = {**voice.get(key, {}), **value}
        else:
            voice[key] = value
    return {"voice": voice, **({"messages": messages} if messages else {})}


def _named(name: str, run: Any, **keys: Any) -> Node:
    """The node under its name, with keys of its maker's among those it is given: LangGraph reads them off the type."""
    fields = {"messages": Annotated[list[AnyMessage], add_messages], "voice": VoiceState, **keys}
    run.__name__ = name
    run.__annotations__["state"] = TypedDict(f"{name.title()}Input", fields, total=False)  # type: ignore[operator]
    return cast(Node, run)
