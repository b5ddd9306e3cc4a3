"""Answering the caller: routing, asking the agents, reconciling them, speaking."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from langchain_core.messages import AIMessage, RemoveMessage
from langgraph.errors import GraphBubbleUp, is_invalid_resume
from typing_extensions import TypedDict

from emads_voice.agents.agent import Agent, as_told, label
from emads_voice.agents.call_control import CallControl, heard_by
from emads_voice.agents.decisions import Decision
from emads_voice.agents.errors import ModelError
from emads_voice.agents.forms import Analysis
from emads_voice.agents.heard import PROPOSED
from emads_voice.agents.reconciliation.policy import Policy
from emads_voice.agents.reconciliation.reconcile import nobody_asked, reconcile
from emads_voice.agents.reconciliation.wording import answer_in_words, answers
from emads_voice.agents.routing.asking_back import ASKS
from emads_voice.agents.routing.followup import standalone_question
from emads_voice.agents.routing.router import Route, Router
from emads_voice.messages import Catalogue
from emads_voice.observability import AuditLog, attributes, happened, redact, set_content
from emads_voice.voice.languages import Language
from emads_voice.voice.mouth import Speech
from emads_voice.voice.text.answer import is_only_shown
from emads_voice.voice.text.sentences import split_sentences
from emads_voice.writing import SENTENCE_ENDS, storable_values

from .auditing import note, note_said, record
from .phrases import another, phrase
from .saying import saying, tell_language
from .stage import Run, Stage, Update
from .state import (
    Ended,
    SpeechState,
    VoiceState,
    answer,
    answer_id,
    asked_agents,
    caller_language,
    conversation,
    question,
    said_last,
)

_log = logging.getLogger(__name__)

_REASON = 300
"""Characters of a reason that are kept: redacting more would keep the caller waiting."""

ACTED = "acted"
"""Marks the answer of an agent that may have done something while it answered: it counts, heard or not."""


class _Place(TypedDict):
    """Where in which conversation something happened."""

    thread_id: str
    turn: int
    trace: str


def route(
    router: Router, agents: Sequence[Agent], catalogue: Catalogue, audit: AuditLog | None = None
) -> Stage:
    """The stage that chooses who is asked.

    When it runs, it raises :class:`ValueError` if the context names an agent there is not, and whatever the router
    raises.
    """

    async def choose(state: VoiceState, run: Run) -> Update:
        allowed = allowed_agents(agents, run)
        if len(allowed) == 1:
            chosen = Route(
                agents=[allowed[0].name], reason=f"Only {label(allowed[0].name)} may be asked.", scores={}
            )
        else:
            chosen = await router.route(conversation(state), allowed)
        run.span.set_attribute(attributes.ROUTE_AGENTS, chosen.agents)
        set_content(run.span, attributes.ROUTE_REASON, chosen.reason)
        note(
            audit,
            "routed",
            **_of(state, run),
            text=redact(chosen.reason[:_REASON]) if audit else "",
            details={"agents": ", ".join(chosen.agents)},
        )
        update: Update = {"route": storable_values(chosen.model_dump(mode="json"))}
        if chosen.asks:
            update |= _answered(state, _which(chosen.asks, state, catalogue), asks=chosen.asks)
        elif not chosen.agents:
            language = caller_language(state)
            names = catalogue.phrases(language.base_code).in_a_row([label(agent.name) for agent in allowed])
            text, _ = another(catalogue, "out_of_scope", language, after=_said_before(state), agents=names)
            decision = nobody_asked(standalone_question(conversation(state)))
            update |= {"decision": decision.model_dump(mode="json"), **_answered(state, text)}
        return update

    return choose


def _said_before(state: VoiceState) -> str:
    """What we said before this turn's question."""
    return said_last(conversation(state)[:-1])


def _which(names: Sequence[str], state: VoiceState, catalogue: Catalogue) -> str:
    """The question which of two agents is meant."""
    language = caller_language(state)
    wording = catalogue.wording(language.base_code)
    spoken = wording.code == language.base_code  # else their names, which all languages share
    first, second = (wording.text("subject", agent=name) if spoken else label(name) for name in names)
    before = _said_before(state)
    return another(catalogue, "which_agent", language, after=before, first=first, second=second)[0]


def allowed_agents(agents: Sequence[Agent], run: Run) -> list[Agent]:
    """Those of the agents that may be asked in a run.

    Raises:
        ValueError: the context names one there is not.
    """
    known = [agent.name for agent in agents]
    if unknown := [name for name in run.context.agents if name not in known]:
        raise ValueError(f"No agent is named {' or '.join(unknown)}: there are {', '.join(known)}.")
    return [agent for agent in agents if not run.context.agents or agent.name in run.context.agents]


def ask(agent: Agent, catalogue: Catalogue, audit: AuditLog | None) -> Stage:
    """The stage that asks one agent. Asked alone, its answer is spoken while it is generated.

    Whatever an agent raises, the turn goes on: the caller hears an apology, the log has the traceback.
    """

    async def ask_it(state: VoiceState, run: Run) -> Update:
        language = caller_language(state)
        alone = len(asked_agents(state)) == 1
        say = await saying(run.mouth.feed, language) if alone else None
        run.span.set_attribute(attributes.AGENT_NAME, agent.name)
        if run.context.reply and (replied := run.context.reply.take()):
            await record(
                audit, replied, thread_id=run.thread_id, turn=state["turn"], trace=state.get("trace", "")
            )
        failures: dict[str, str] = {}
        try:
            with heard_by(run.context.on_asked or _nobody):
                analysis = await agent.answer(
                    as_told(agent, conversation(state)), language=language.name, say=say
                )
        except GraphBubbleUp:
            raise
        except (Exception, asyncio.CancelledError) as error:
            if _stopped(error) or is_invalid_resume(error):  # the question can be answered again
                raise
            failures[agent.name] = _told(agent, error, run.thread_id)
            text, _ = another(catalogue, "unavailable", language, after=_said_before(state))
            said = f"{_whole_sentences(say.said, language)} {text}".lstrip() if say else text
            told = failures[agent.name]
            analysis = Analysis(
                answer=said, agent=agent.name, confidence=0, degraded=told, missing=["its whole answer"]
            )
            run.span.set_attribute(attributes.ERROR_TYPE, type(error).__qualname__)
        if analysis.degraded:
            run.span.set_attribute(attributes.DEGRADED, True)
            happened(attributes.ANSWER_DEGRADED, {attributes.AGENT_NAME: agent.name}, to=run.span)
        # Here whatever agents say comes in; from here on it is stored, sent and spoken.
        view = storable_values(analysis.model_dump(mode="json"))
        set_content(run.span, attributes.ANSWER, view["answer"])
        note(
            audit,
            "analysed",
            **_of(state, run),
            details={
                "agent": agent.name,
                "degraded": bool(analysis.degraded),
                "failed": bool(failures),
                "withheld": ", ".join(analysis.withheld),
            },
        )
        update: Update = {"analyses": {agent.name: view}, "failures": storable_values(failures)}
        if alone:
            update |= _answered(state, view["answer"], agent.name, acted=not (agent.repeatable or failures))
        return update

    return ask_it


def _stopped(error: BaseException) -> bool:
    """Whether it is this run that is cancelled, and not something that an agent had begun and waited for."""
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and bool(task and task.cancelling())


def _nobody(_: CallControl) -> None:
    """There is no call that could be told."""


def _whole_sentences(text: str, language: Language) -> str:
    """What was said before an answer broke off, without the sentence it broke off in."""
    sentences = split_sentences(text, language.base_code)
    while sentences and not sentences[-1].endswith(SENTENCE_ENDS):
        sentences.pop()
    return " ".join(sentences)


def _told(agent: Agent, error: BaseException, thread_id: str) -> str:
    """Why an agent failed, in a sentence. The log is told, with the traceback where it is news to the agent itself."""
    if isinstance(error, ModelError):
        _log.warning("%s could not answer in %s: %s", agent.name, thread_id, error, exc_info=error.__cause__)
        return str(error)
    _log.error("%s failed in %s", agent.name, thread_id, exc_info=error)
    return f"{label(agent.name)} failed ({type(error).__name__}); the log has the traceback."


def merge(catalogue: Catalogue, policy: Policy, audit: AuditLog | None = None) -> Stage:
    """The stage in which agents meet: plain code decides on what they propose, and the decision is put into words.

    The answer of one agent alone, which is being spoken already, is kept and followed by what its proposal costs and
    who decides. Facts are told as each agent tells them.
    """

    async def decide(state: VoiceState, run: Run) -> Update:
        analyses = {name: Analysis.model_validate(view) for name, view in state["analyses"].items()}
        asked, language = question(state), caller_language(state).name
        failed = state.get("failures", {})
        if not any(each.is_proposal for name, each in analyses.items() if name not in failed):
            return _answered(state, answers(analyses, language=language, catalogue=catalogue), "reconcile")
        objective = standalone_question(conversation(state))
        decision = reconcile(analyses, objective=objective, policy=policy)
        run.span.set_attributes(
            {attributes.RISK: decision.risk.value, attributes.ESCALATE: decision.escalate}
        )
        note(
            audit,
            "proposed",
            **_of(state, run),
            details={
                "agents": ", ".join(analyses),
                "options": len(decision.options),
                "risk": decision.risk.value,
                "escalate": decision.escalate,
                "accountable": decision.accountable,
            },
        )
        text = answer_in_words(decision, analyses, question=asked, language=language, catalogue=catalogue)
        set_content(run.span, attributes.ANSWER, text)
        decided = {"decision": decision.model_dump(mode="json")}
        alone = len(analyses) == 1
        return {
            **decided,
            **_answered(
                state,
                text,
                next(iter(analyses)) if alone else "reconcile",
                acted=_acted(state),
                proposed=_proposed(decision),
            ),
        }

    return decide


def is_proposed(state: VoiceState) -> bool:
    """Whether the agent that was asked alone proposes something, and has not failed."""
    return not state.get("failures") and any(
        Analysis.model_validate(view).is_proposal for view in state["analyses"].values()
    )


def _acted(state: VoiceState) -> bool:
    """Whether the answer that is there already is marked as one of an agent that may have done something."""
    key = answer_id(state)
    return any(m.id == key and ACTED in m.additional_kwargs for m in state["messages"])


def speak(catalogue: Catalogue, audit: AuditLog | None = None) -> Stage:
    """The stage that speaks what is left of the answer and waits until it is spoken.

    That an answer is there which cannot be said is said after it, and is no part of the answer in the thread.
    """

    async def say_it(state: VoiceState, run: Run) -> Update:
        update = await _speak(state, run, catalogue)
        if not update["speech"]["interrupted"]:  # else whoever interrupted it does, who knows what was played
            await note_said(audit, update["speech"], **_of(state, run))
        return update

    return say_it


async def _speak(state: VoiceState, run: Run, catalogue: Catalogue) -> Update:
    text = answer(state) or ""
    language = await tell_language(text, caller_language(state))
    if is_only_shown(text, language):
        before, language = _said_before(state), caller_language(state)
        again = is_only_shown(before, await tell_language(before, language))
        told, language = phrase(catalogue, "only_shown_again" if again else "only_shown", language)
        text = f"{text}\n\n{told}"
    speech = await run.mouth.finish(text, language=language)
    run.span.set_attributes(
        {
            attributes.OUTPUT_TYPE: "speech" if speech.duration_s else "text",
            attributes.LANGUAGE: speech.language.code,
            attributes.AUDIO_DURATION: speech.duration_s,
            attributes.INTERRUPTED: speech.interrupted,
        }
    )
    if speech.interrupted:
        return interrupted(state, speech, "barge-in")
    failed = set(state.get("failures", {})) >= set(asked_agents(state)) != set()
    ended: Ended = "failed" if failed else "answered" if text else "nothing to say"
    return {"speech": _spoken(speech), "ended": ended}


def _of(state: VoiceState, run: Run) -> _Place:
    return _Place(thread_id=run.thread_id, turn=state.get("turn", 0), trace=state.get("trace", ""))


def interrupted(state: VoiceState, speech: Speech, why: Ended) -> Update:
    """What makes a conversation true after an interruption: what the caller heard, and what the agents did say.

    The answer's message has the words that were played; its ``additional_kwargs`` tell that it was interrupted, and
    under ``whole_answer`` all of the answer, where an agent had finished it. If no word was played, it is taken out,
    unless the agent may have done something while it answered: then it stays, as "…".

    Args:
        state: as the turn left it.
        speech: how far the answer came.
        why: what ended the turn.
    """
    whole, key = answer(state), answer_id(state)
    update: Update = {"speech": _spoken(speech), "ended": why}
    before = next((message for message in state["messages"] if message.id == key), None)
    kept = dict(before.additional_kwargs) if before else {}
    if speech.played or kept.get(ACTED):
        kept |= {"interrupted": True, **({"whole_answer": whole} if whole else {})}
        name = before.name if before else None
        update["messages"] = [AIMessage(speech.played or "…", id=key, name=name, additional_kwargs=kept)]
    elif before:
        update["messages"] = [RemoveMessage(id=key)]
    return update


def withdrawn(state: VoiceState) -> Update:
    """What takes a turn out of a conversation, whose question turned out not to be all of it."""
    of_turn = {state["question_id"], answer_id(state)}
    return {
        "messages": [RemoveMessage(id=message.id) for message in state["messages"] if message.id in of_turn],
        "answer": None,
        "ended": "barge-in",
    }


def _spoken(speech: Speech) -> SpeechState:
    return SpeechState(
        text=speech.text,
        played=speech.played,
        language=speech.language.name,
        duration_s=round(speech.duration_s, 3),
        interrupted=speech.interrupted,
        error=speech.error,
    )


def _proposed(decision: Decision) -> str:
    """What a conversation remembers of a proposal: what it is, and who has to decide."""
    what = " or ".join(decision.recommended) or "no option is recommended"
    return f"{decision.objective} Proposed: {what}. Decides: {label(decision.accountable)}."


def _answered(
    state: VoiceState,
    text: str,
    agent: str | None = None,
    *,
    acted: bool = False,
    proposed: str = "",
    asks: Sequence[str] = (),
) -> Update:
    """The answer of this turn; none where there is nothing to say."""
    if not text.strip():
        return {"answer": None}
    marks: dict[str, object] = {ACTED: True} if acted else {}
    if proposed:
        marks[PROPOSED] = proposed
    if asks:
        marks[ASKS] = list(asks)
    message = AIMessage(text, id=answer_id(state), name=agent, additional_kwargs=marks)
    return {"answer": text, "messages": [message]}
