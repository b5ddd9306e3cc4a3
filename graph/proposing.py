"""Putting what is recommended before people, who decide on it: the ``propose`` node."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Protocol
from uuid import NAMESPACE_OID, uuid5

from langchain_core.messages import AIMessage

from emads_voice.agents.decisions import Decision
from emads_voice.error_text import first_line
from emads_voice.messages import Catalogue

from .phrases import phrase
from .stage import Run, Stage, Update
from .state import VoiceState, answer, answer_id, caller_language, turn_id

if TYPE_CHECKING:  # it brings a database along
    from emads_voice.decisions import Kept

_log = logging.getLogger(__name__)

PUT_S = 5.0
"""How long a caller waits for the plan to be kept, in seconds. Then they are told that it is not known to be."""


class Proposals(Protocol):
    """Where plans are put before people: :class:`emads_voice.decisions.proposals.PlanProposals` is one."""

    async def put(
        self,
        decision: Decision,
        *,
        action: str,
        language: str,
        thread_id: str,
        caller: str,
        decision_id: str,
    ) -> Kept:
        """Put what is recommended before people. Putting it again under the same id changes nothing.

        Args:
            decision: what was made of the agents' analyses.
            action: what is proposed, in words.
            language: of these words, by name.
            thread_id: the conversation.
            caller: the number that is called from; "" where none is known.
            decision_id: a UUID.
        """


def propose(proposals: Proposals, catalogue: Catalogue) -> Stage:
    """The stage that puts the recommended option before people.

    On the telephone it is read back once the answer was heard; elsewhere the answer says under which reference it
    waits. Where it cannot be kept, the answer is given all the same, and says that nothing was put before anybody; so
    where options tie, as which of them is meant is for a person to say.
    """

    async def put(state: VoiceState, run: Run) -> Update:
        decision = Decision.model_validate(state["decision"])
        language = caller_language(state)
        if decision.tied:
            return _with(state, phrase(catalogue, "plan_tied", language)[0])
        action, spoken = phrase(catalogue, "plan_action", language, option=decision.recommended[0])
        try:
            async with asyncio.timeout(PUT_S):
                kept = await proposals.put(
                    decision,
                    action=action,
                    language=spoken.name,
                    thread_id=run.thread_id,
                    caller=run.context.caller,
                    decision_id=decision_id_of(run.thread_id, turn_id(state)),
                )
        except Exception as error:  # each database has its own
            _log.error(
                "A plan of %s could not be put before anybody (%s).",
                run.thread_id,
                first_line(error) or type(error).__name__,
                exc_info=error,
            )
            return _with(state, phrase(catalogue, "plan_not_put", language)[0])
        update: Update = {"decision_id": kept.id}
        if run.context.channel == "phone":
            return update
        reference = " ".join(kept.reference) if run.context.mouth else kept.reference
        return update | _with(state, phrase(catalogue, "plan_waits", language, reference=reference)[0])

    return put


def is_recommended(state: VoiceState) -> bool:
    """Whether there is anything to put before people."""
    decision = state.get("decision")
    return bool(decision and decision["recommended"])


def decision_id_of(thread_id: str, turn: str) -> str:
    """The id of what a turn proposes: the same each time the turn is run, as after the process was killed."""
    return str(uuid5(NAMESPACE_OID, f"{thread_id}\n{turn}"))


def _with(state: VoiceState, sentence: str) -> Update:
    """The answer with one sentence more."""
    key = answer_id(state)
    text = f"{answer(state) or ''} {sentence}".strip()
    before = next((message for message in state["messages"] if message.id == key), None)
    marks = before.additional_kwargs if before else {}
    name = before.name if before else None
    return {"answer": text, "messages": [AIMessage(text, id=key, name=name, additional_kwargs=marks)]}
