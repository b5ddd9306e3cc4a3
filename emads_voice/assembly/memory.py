"""The memory of a deployment: past decisions by what they were about, and what people had kept of themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from weakref import WeakValueDictionary

from emads_voice.agents.decisions import Decision
from emads_voice.agents.handbook.handbook import Handbook, Initiative
from emads_voice.agents.text import fold
from emads_voice.memory import Fact, Memory, PastDecisions, Persons, Relevance
from emads_voice.observability import AuditEvent, now
from emads_voice.settings import Settings

from .configured import make_embeddings
from .decisions import make_decisions
from .records import make_ledger
from .storage import own_store

_made: WeakValueDictionary[int, Memory] = WeakValueDictionary()
_making = Lock()


def make_memory(settings: Settings, handbook: Callable[[], Handbook] | None = None) -> Memory:
    """The memory: one for all parts of a deployment in this process. Nothing is opened before its first use.

    Args:
        settings: of the deployment.
        handbook: whose initiatives decisions are known by in the languages it is written in.

    Raises:
        WeightsError: the embeddings' weights are not the pinned ones.
    """
    ledger = make_ledger(settings)
    with _making:
        memory = _made.get(id(ledger))
        if memory is None:
            decisions = make_decisions(settings)
            relevance = Relevance(make_embeddings(settings))
            past = PastDecisions(decisions.store, relevance, Wordings(handbook) if handbook else None)
            memory = Memory(past, decisions.approvers, ledger.persons)
            _made[id(ledger)] = memory
        return memory


async def facts_of(settings: Settings, person: str) -> list[Fact]:
    """What somebody had kept, in the store that the settings name.

    Args:
        settings: of the deployment.
        person: a telephone number, however it is written, or the name of a user.

    Raises:
        StorageError: the store does not answer.
        AuditError: people's names cannot be looked up.
    """
    if _is_empty(settings):
        return []
    name = make_ledger(settings).persons.name(person)
    async with own_store(settings) as store:
        return await Persons().all(store, name)


async def forget_person(settings: Settings, person: str) -> int:
    """Forget what somebody had kept; the ledger says so, without words.

    Args:
        settings: of the deployment.
        person: a telephone number, however it is written, or the name of a user.

    Returns:
        How many facts there were.

    Raises:
        StorageError: the store does not answer.
        AuditError: people's names cannot be looked up.
        DatabaseError: it cannot be recorded, and nothing is forgotten.
    """
    if _is_empty(settings):
        return 0
    ledger = make_ledger(settings)
    name = ledger.persons.name(person)
    async with own_store(settings) as store:
        facts = await Persons().all(store, name)
        if facts:
            event = AuditEvent(
                kind="forgotten", at=now(), thread_id=facts[-1].thread_id, details={"facts": len(facts)}
            )
            await ledger.append(event)
        await Persons().forget(store, name)
    return len(facts)


def _is_empty(settings: Settings) -> bool:
    """Whether nothing was ever kept, so that no file need be made to find that out."""
    return not settings.postgres and not settings.memory_path.exists()


class Wordings:
    """What a decision is called in a company's documents, in every language they are written in.

    An agent that answers from an initiative names its options, in the language it is asked in; so the initiative is
    known by the names of two options, or the only one.
    """

    def __init__(self, handbook: Callable[[], Handbook]) -> None:
        """Take the documents, which are asked for at the first use."""
        self._handbook = handbook

    def __call__(self, decision: Decision) -> Sequence[str]:
        """All the names of the initiatives that a decision is about."""
        named = {fold(option.name) for option in decision.options} | set(map(fold, decision.recommended))
        known = [passage.initiative for passage in self._handbook().passages if passage.initiative]
        return [name for each in known if _is_about(each, named) for name in _names(each)]


def _is_about(initiative: Initiative, named: set[str]) -> bool:
    options = initiative.options.values()
    found = sum(bool(named.intersection(map(fold, option.name.values()))) for option in options)
    return bool(found) and found >= min(2, len(initiative.options), len(named))


def _names(initiative: Initiative) -> list[str]:
    return [
        *initiative.title.values(),
        *initiative.also_called,
        *initiative.objective.values(),
        *(name for option in initiative.options.values() for name in option.name.values()),
    ]
