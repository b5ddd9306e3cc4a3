"""Answering the caller: routing, asking the agents, reconciling them, speaking."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextvars import copy_context

from langchain_core.messages import AIMessage, AnyMessage, RemoveMessage

from emads_voice.agents.agent import Agent
from emads_voice.agents.decision_wording import answer_of_several
from emads_voice.agents.errors import ModelError
from emads_voice.agents.followup import standalone_question
from emads_voice.agents.forms import Analysis
from emads_voice.agents.reconcile import reconcile
from emads_voice.agents.router import Route, Router
from emads_voice.observability import attributes, set_content
from emads_voice.voice.languages import ENGLISH, Language
from emads_voice.voice.text_language import identify

from .phrases import phrase
from .stage import Run, Stage, Update, asked_agents, caller_language, question
from .state import Spoken, VoiceState, answer_id

_log = logging.getLogger("emads_voice")


def route(router: Router, agents: Sequence[Agent]) -> Stage:
    """The stage that chooses who is asked."""

    async def choose(state: VoiceState, run: Run) -> Update:
        known = [agent.name for agent in agents]
        if unknown := [name for name in run.context.agents if name not in known]:
            raise ValueError(f"No agent is named {' or '.join(unknown)}: there are {', '.join(known)}.")
        allowed = [agent for agent in agents if not run.context.agents or agent.name in run.context.agents]
        if len(allowed) == 1:
            chosen = Route(
                agents=[allowed[0].name], reason=f"Only {allowed[0].name} may be asked.", scores={}
            )
        else:
            chosen = await router.route(state["messages"], allowed)
        run.span.set_attribute(attributes.ROUTE_AGENTS, chosen.agents)
        set_content(run.span, attributes.ROUTE_REASON, chosen.reason)
        update: Update = {"route": chosen.model_dump(mode="json")}
        if not chosen.agents:
            names = ", ".join(agent.name.upper() for agent in allowed)
            text, _ = phrase("out_of_scope", caller_language(state), agents=names)
            update["messages"] = [_answer(state, text)]
        return update

    return choose


def ask(agent: Agent) -> Stage:
    """The stage that asks one agent. Asked alone, its answer is spoken while it is generated."""

    async def answer(state: VoiceState, run: Run) -> Update:
        language = caller_language(state)
        alone = len(asked_agents(state)) == 1
        await asyncio.to_thread(_spoken_language, "load the identifier, off the event loop", language)
        say = _Saying(run, language) if alone else None
        run.span.set_attribute(attributes.AGENT_NAME, agent.name)
        try:
            analysis = await agent.answer(state["messages"], language=language.name, say=say)
        except ModelError as error:
            _log.warning("%s could not answer: %s", agent.name, error)
            text, _ = phrase("unavailable", language)
            said = f"{say.said.rstrip()} {text}".lstrip() if say else text
            analysis = Analysis(answer=said, agent=agent.name, confidence=0, degraded=str(error))
        if analysis.degraded:
            run.span.set_attribute(attributes.DEGRADED, True)
        set_content(run.span, attributes.ANSWER, analysis.answer)
        update: Update = {"analyses": {agent.name: analysis.model_dump(mode="json")}}
        if alone:
            update["messages"] = [_answer(state, analysis.answer, agent.name)]
        return update

    return answer


async def merge(state: VoiceState, run: Run) -> Update:
    """The stage in which several agents meet: plain code decides, and the decision is put into words."""
    analyses = {name: Analysis.model_validate(view) for name, view in state["analyses"].items()}
    asked, language = question(state), caller_language(state).name
    decision = reconcile(analyses, objective=standalone_question(state["messages"]))
    run.span.set_attributes({attributes.RISK: decision.risk.value, attributes.ESCALATE: decision.escalate})
    text = answer_of_several(decision, analyses, question=asked, language=language)
    set_content(run.span, attributes.ANSWER, text)
    return {
        "decision": decision.model_dump(mode="json"),
        "messages": [_answer(state, text, "reconcile")],
    }


async def speak(state: VoiceState, run: Run) -> Update:
    """The stage that speaks what is left of the answer and waits until it is spoken."""
    text = str(state["messages"][-1].text)
    language = await asyncio.to_thread(_spoken_language, text, caller_language(state))
    speech = await run.mouth.finish(text, language=language)
    run.span.set_attributes(
        {
            attributes.OUTPUT_TYPE: "speech" if speech.duration_s else "text",
            attributes.LANGUAGE: speech.language.code,
            attributes.AUDIO_DURATION: speech.duration_s,
            attributes.INTERRUPTED: speech.interrupted,
        }
    )
    update: Update = {
        "speech": Spoken(
            text=speech.text,
            heard=speech.heard,
            language=speech.language.name,
            duration_s=round(speech.duration_s, 3),
            interrupted=speech.interrupted,
            error=speech.error,
        )
    }
    if speech.interrupted:
        update["messages"] = as_heard(state["messages"], state["turn"], speech.heard)
    return update


def as_heard(messages: Sequence[AnyMessage], turn: int, heard: str) -> list[AIMessage | RemoveMessage]:
    """What makes a conversation true after an interruption: what was heard of the answer is what was said.

    Args:
        messages: the conversation.
        turn: the interrupted turn.
        heard: the words the caller heard of its answer; "" takes the answer out.
    """
    key = answer_id(turn)
    if heard:
        return [AIMessage(heard, id=key, additional_kwargs={"interrupted": True})]
    return [RemoveMessage(id=key)] if any(message.id == key for message in messages) else []


class _Saying:
    """Hands the pieces of an answer to the mouth, once enough of it is there to know its language."""

    def __init__(self, run: Run, caller: Language) -> None:
        self._run = run
        self._caller = caller
        self._language: Language | None = None
        self._context = copy_context()  # speech belongs to the agent's span, not to its model call's
        self.said = ""

    def __call__(self, piece: str) -> None:
        self.said += piece
        if self._language:
            self._context.run(self._run.mouth.feed, piece, language=self._language)
        elif len(self.said) >= _ENOUGH_TO_IDENTIFY or self.said.endswith("\n"):
            self._language = _spoken_language(self.said, self._caller)
            self._context.run(self._run.mouth.feed, self.said, language=self._language)


_ENOUGH_TO_IDENTIFY = 24
"""Characters: shorter beginnings ("OK. ") do not tell languages apart."""


def _spoken_language(text: str, caller: Language) -> Language:
    """The language an answer is in: the caller's, or English where whoever answered knows no other.

    An English sentence in a Vietnamese voice is not understood by anyone.
    """
    return caller if caller == ENGLISH else identify(text, (caller, ENGLISH))


def _answer(state: VoiceState, text: str, agent: str | None = None) -> AIMessage:
    return AIMessage(text, id=answer_id(state["turn"]), name=agent)
