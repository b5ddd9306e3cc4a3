"""What the conversation answers itself: greetings, thanks, "what can you do?", and other dialogue acts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langgraph.graph.message import add_messages

from emads_voice.agents.agent import Agent, label, taken_acts
from emads_voice.agents.dialogue import Act, Dialogue, DialogueAct, chosen_acts, questions_in, warm_up
from emads_voice.agents.routing.followup import ACT
from emads_voice.agents.routing.router import Route
from emads_voice.messages import Catalogue, Phrase
from emads_voice.voice.languages import Language, find_language
from emads_voice.voice.text.sentences import split_sentences
from emads_voice.writing import SENTENCE_ENDS

from .answering import allowed_agents
from .phrases import another, phrase
from .stage import Run, Stage, Update
from .state import VoiceState, answer_id, caller_language, conversation, question, said_last

ANSWERS: dict[Act, Phrase] = {
    Act.PERSON: "no_person",
    Act.CALLBACK: "no_callback",
    Act.GOODBYE: "goodbye",
    Act.LANGUAGE: "language_unknown",
    Act.REPEAT: "nothing_to_repeat",
    Act.SLOWER: "slower",
    Act.FASTER: "faster",
    Act.LOUDER: "louder",
    Act.QUIETER: "quieter",
    Act.CAPABILITIES: "capabilities",
    Act.IDENTITY: "identity",
    Act.STOP: "all_right",
    Act.WAIT: "take_your_time",
    Act.PRESENCE: "here",
    Act.THANKS: "welcome",
    Act.GREETING: "hello",
    Act.CHATTER: "listening",
}
"""What is said to each, unless there is something better to say."""

MANNERS = frozenset((Act.SLOWER, Act.FASTER, Act.LOUDER, Act.QUIETER))
_HANDED_ON = frozenset((Act.PERSON, Act.CALLBACK))
"""In a call, done and not talked about."""
_REMARKS = ("remark", "parting")
_ONLY_SAID = frozenset((Act.IDENTITY,))
"""Beside a question, these are answered in a call alone: elsewhere whoever is asked reads them."""


def dialogue_of(agents: Sequence[Agent], acts: Collection[Act | str]) -> Dialogue:
    """Which acts the conversation takes itself, and which these agents do.

    Raises:
        ValueError: there is no such act.
    """
    taken: dict[Act, tuple[str, ...]] = {}
    for agent in agents:
        for act in taken_acts(agent):
            taken[act] = (*taken.get(act, ()), agent.name)
    warm_up()
    names = tuple(called for agent in agents for called in (agent.name, *agent.titles))
    offers = {agent.name: f"{label(agent.name)}: {_sentence(agent.description)}" for agent in agents}
    return Dialogue(chosen_acts(acts), names, taken, offers)


def in_turn(first: Stage, then: Stage) -> Stage:
    """Two stages in one step: the second is left out where nothing was said, or the first has answered or chosen."""

    async def both(state: VoiceState, run: Run) -> Update:
        update = await first(state, run)
        after: VoiceState = {**state, **update}  # type: ignore[typeddict-item]  # an update is part of the state
        answered = after.get("act") or after.get("route") or after.get("answer") is not None
        if not question(after) or answered:
            return update
        # What was said stays in the state before it, so that the second sees the conversation as it will be.
        after["messages"] = add_messages(state.get("messages", []), update.get("messages", []))  # type: ignore[typeddict-item, arg-type]  # lists of them
        more = await then(after, run)
        return {**update, **more, "messages": [*update.get("messages", []), *more.get("messages", [])]}

    return both


def converse(
    dialogue: Dialogue, agents: Sequence[Agent], languages: Sequence[Language], catalogue: Catalogue
) -> Stage:
    """The stage that answers dialogue acts, or hands them to the agents that have taken them over."""

    async def answer_act(state: VoiceState, run: Run) -> Update:
        *before, last = conversation(state)
        said = question(state)
        agents_last = next((message for message in reversed(before) if _of_agent(message)), None)
        asked = questions_in(str(agents_last.text)) if agents_last and agents_last is before[-1] else ""
        may_be_asked = allowed_agents(agents, run)
        allowed = [agent.name for agent in may_be_asked]
        if takers := dialogue.takers(said, allowed=allowed, asked=asked):
            reason = f"{', '.join(map(label, takers))} answers this kind of remark."
            return {"route": Route(agents=list(takers), reason=reason, scores={}).model_dump(mode="json")}
        beside = None if run.context.heard_as in _REMARKS else dialogue.beside(said)
        if beside and (run.context.heard_as or not _ONLY_SAID & {*beside.acts}):
            wanted = wanted_language(beside, languages, catalogue) or caller_language(state)
            return {"asks": beside.question, "language": wanted.name}
        if run.context.heard_as == "question":
            return {}
        live = run.context.heard_as in _REMARKS
        answered = agents_last is not None and not live
        found = dialogue.act(
            said,
            asked="" if live else asked,
            answered=answered,
            waiting=live,
            parting=run.context.heard_as == "parting",
        )
        if found is None:
            return {}
        language = wanted_language(found, languages, catalogue) or caller_language(state)
        again = Act.REPEAT in found.acts or (live and before and _was_cut(before[-1]))
        if found.act is Act.LANGUAGE and again and language != caller_language(state):
            return _in_another_language(language, before, last, may_be_asked)
        text = _words(found, language, before, may_be_asked, catalogue, languages, dialogue.offers)
        if found.act is Act.GOODBYE and run.context.direction == "outbound":
            text = phrase(catalogue, "goodbye_outgoing", language)[0]
        mark = {ACT: found.act.value}
        said_again = HumanMessage(last.text, id=last.id, additional_kwargs=mark)
        update: Update = {"act": found.act.value, "language": language.name, "messages": [said_again]}
        if live and found.act in _HANDED_ON:
            return update
        update["messages"].append(AIMessage(text, id=answer_id(state), additional_kwargs=mark))
        return {**update, "answer": text}

    return answer_act


def _in_another_language(
    language: Language, before: Sequence[AnyMessage], last: AnyMessage, agents: Sequence[Agent]
) -> Update:
    """The last question is asked again, so that its answer is heard in that language. Who may do something when asked
    is not: they are told what was said."""
    questions = [message for message in before if isinstance(message, HumanMessage) and _is_question(message)]
    update: Update = {"language": language.name}
    if not questions or not all(agent.repeatable for agent in agents):
        return update
    mark = {ACT: Act.LANGUAGE.value}
    said_again = HumanMessage(last.text, id=last.id, additional_kwargs=mark)
    return {**update, "asks": str(questions[-1].text), "messages": [said_again]}


def _is_question(message: AnyMessage) -> bool:
    return ACT not in message.additional_kwargs and bool(message.text)


def _of_agent(message: AnyMessage) -> bool:
    return isinstance(message, AIMessage) and ACT not in message.additional_kwargs


def _was_cut(message: AnyMessage) -> bool:
    """Whether an answer was not heard to its end."""
    return _of_agent(message) and bool(message.additional_kwargs.get("interrupted"))


def wanted_language(
    found: DialogueAct, languages: Collection[Language], catalogue: Catalogue
) -> Language | None:
    """The language that they want to speak, if we do."""
    if found.act is not Act.LANGUAGE or not found.language:
        return None
    wanted = find_language(found.language)
    return wanted if wanted in languages and catalogue.phrases(wanted.base_code).code == wanted.code else None


def _words(
    found: DialogueAct,
    language: Language,
    before: Sequence[AnyMessage],
    agents: Sequence[Agent],
    catalogue: Catalogue,
    languages: Sequence[Language],
    offers: Mapping[str, str],
) -> str:
    if Act.REPEAT in found.acts and (last := _last_answer(before)):
        return split_sentences(last, language.name)[-1] if found.last else last
    which, values = ANSWERS[found.act], {}
    if len(MANNERS & {*found.acts}) > 1:
        which = "of_course"
    elif found.act is Act.LANGUAGE and wanted_language(found, languages, catalogue):
        which = "language_changed"
    elif found.act is Act.CAPABILITIES:
        values = {"agents": " ".join(offers[agent.name] for agent in agents)}
    return another(catalogue, which, language, after=said_last(before), **values)[0]


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith(SENTENCE_ENDS) else f"{text}."


def _last_answer(before: Sequence[AnyMessage]) -> str:
    """All of the last answer, also of one of which not everything was heard."""
    for message in reversed(before):
        if _of_agent(message):
            whole = str(message.additional_kwargs.get("whole_answer") or message.text)
            if whole.strip() and whole != "…":
                return whole
    return ""
