"""Conversations that remember others: decisions as they are now, and what callers had kept of themselves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.store.base import BaseStore
from langgraph.store.memory import InMemoryStore

from emads_voice.agents.embeddings import LexicalEmbeddings
from emads_voice.agents.forms import Analysis
from emads_voice.channels.persistence.stores import open_postgres_store, open_sqlite_store
from emads_voice.channels.turn import Turn, VoiceGraph, run_turn
from emads_voice.decisions import Approvers, Channel, DecisionStore, Kept, Plan, Proof, Reviewer, Step
from emads_voice.graph import VoiceContext, create_voice_graph
from emads_voice.memory import COMMAND_LINE, Memory, PastDecisions, Relevance
from emads_voice.observability.ledger import Ledger, open_ledger
from emads_voice.testing import ScriptedAgent
from emads_voice.voice.ear import TypedEar
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language

from ..decisions.proposals import decision

LAN, MINH = "+84912345678", "+84987654321"
LEXICAL = Relevance(LexicalEmbeddings())


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def decisions(ledger: Ledger) -> DecisionStore:
    return DecisionStore(ledger)


@pytest.fixture
def memory(ledger: Ledger, decisions: DecisionStore) -> Memory:
    return Memory(PastDecisions(decisions, LEXICAL), Approvers(decisions, ledger.persons), ledger.persons)


class Caller:
    """Somebody who calls, each time in a conversation of its own unless they go on with one."""

    def __init__(self, memory: Memory, ledger: Ledger, store: BaseStore | None, **context: Any) -> None:
        agent = ScriptedAgent("cto", [Analysis(answer="That is a question for me.", agent="cto")] * 20)
        graph = create_voice_graph([agent], memory=memory, audit=ledger)
        self._graph: VoiceGraph = graph.compile(checkpointer=InMemorySaver(), store=store)
        self._context = context
        self.calls = 0

    async def asks(self, *said: str, language: Language = ENGLISH) -> str:
        """Say things in one call; what is answered to the last."""
        self.calls += 1
        turn: Turn | None = None
        for each in said:
            ear = TypedEar(each, language=language)
            thread = f"{self._context.get('caller', 'somebody')}-{self.calls}"
            turn = await run_turn(self._graph, VoiceContext(ear=ear, **self._context), thread_id=thread)
        assert turn
        return turn.answer or ""


def propose(decisions: DecisionStore, objective: str, option: str, asked_by: str = "") -> Kept:
    changes = {"objective": objective, "recommended": [option], "options": []}
    plan = Plan(
        action=f"Go ahead with {option}.",
        decision=decision(2, **changes),
        steps=(Step(executor="decision_record"),),
    )
    return decisions.propose(plan, thread_id=f"call about {option}", asked_by=asked_by)


AT_A_DESK = {"channel": COMMAND_LINE}


async def test_a_decision_is_recalled_in_another_call_and_the_other_language_as_it_is_now(
    memory: Memory, ledger: Ledger, decisions: DecisionStore
) -> None:
    kept = propose(decisions, "Should we move our data centre to Singapore?", "Singapore region")
    propose(decisions, "Do we need a night shift in the call centre?", "Four people at night")
    somebody = Caller(memory, ledger, InMemoryStore(), **AT_A_DESK)
    told = await somebody.asks("What did we decide about the data centre?")
    assert "Singapore region, reference " + " ".join(kept.reference) in told
    assert "waits for approval by one person" in told
    decisions.approve(kept.id, 1, kept.plan_hash, Reviewer("lan", Channel.PAGE, Proof.TOKEN))
    told = await somebody.asks("chúng ta đã quyết định gì về trung tâm dữ liệu?", language=VIETNAMESE)
    assert "Singapore region" in told
    assert "đã được phê duyệt vào" in told
    assert "bởi 1 người. Việc đang được thực hiện." in told
    told = await somebody.asks(f"Is decision {kept.reference} approved?")
    assert "by one approver. It is being carried out." in told


async def test_nothing_found_says_so_and_what_may_be_an_agents_goes_to_the_agent(
    memory: Memory, ledger: Ledger, decisions: DecisionStore
) -> None:
    somebody = Caller(memory, ledger, InMemoryStore(), **AT_A_DESK)
    assert await somebody.asks("What decisions are open?") == (
        "Nothing has been put before anybody to decide yet."
    )
    kept = propose(decisions, "Should we move our data centre to Singapore?", "Singapore region")
    assert await somebody.asks("What did we decide about the picnic?") == "I find no decision about that."
    agents = "That is a question for me."
    assert await somebody.asks("Was the picnic approved?") == agents
    assert await somebody.asks("Should we have a picnic?") == agents
    assert kept.plan.decision.objective in await somebody.asks("Did the data centre thing go through?")
    assert kept.plan.decision.objective in await somebody.asks("Which decisions are still open?")


async def test_of_two_decisions_it_is_asked_which(
    memory: Memory, ledger: Ledger, decisions: DecisionStore
) -> None:
    propose(decisions, "Should we buy trucks for Hanoi?", "Ten trucks")
    propose(decisions, "Should we buy trucks for Hue?", "Two trucks")
    somebody = Caller(memory, ledger, InMemoryStore(), **AT_A_DESK)
    asked = "What did we decide about buying trucks?"
    assert (await somebody.asks(asked)).endswith("Which one do you mean?")
    assert "Two trucks" in await somebody.asks(asked, "The one for Hue.")
    first, second = await somebody.asks(asked, "The first one."), await somebody.asks(asked, "the second")
    assert {"Ten trucks" in first, "Ten trucks" in second} == {True, False}
    assert await somebody.asks(asked, "No.") == "Then I find no decision about that."
    assert await somebody.asks(asked, "Where is the office?") == "That is a question for me."


async def test_only_who_asked_and_approvers_are_told(
    memory: Memory, ledger: Ledger, decisions: DecisionStore
) -> None:
    propose(decisions, "Should we buy trucks?", "Ten trucks", asked_by=ledger.persons.name(LAN))
    Approvers(decisions, ledger.persons).add("minh", number=MINH, pin="4711")
    store, question = InMemoryStore(), "What did we decide about the trucks?"
    for caller, hears in ((LAN, True), (MINH, True), ("+84900000000", False), ("", False)):
        told = await Caller(memory, ledger, store, channel="phone", caller=caller).asks(question)
        assert ("Ten trucks" in told) is hears
        if not hears:
            assert told.startswith("Of decisions I can tell only approvers, and whoever asked for them.")
    # An approver's number is known from the telephone company, and from nobody else.
    assert "Ten trucks" not in await Caller(memory, ledger, store, channel="browser", caller=MINH).asks(
        question
    )
    assert "Ten trucks" not in await Caller(memory, ledger, store, channel="http").asks(question)


async def test_a_fact_is_kept_after_a_yes_only_and_told_to_its_person_only(
    memory: Memory, ledger: Ledger
) -> None:
    store = InMemoryStore()
    lan = Caller(memory, ledger, store, channel="phone", caller=LAN)
    minh = Caller(memory, ledger, store, channel="phone", caller=MINH)
    wanted, known = "Remember that I prefer mornings.", "What do you know about me?"
    asked = await lan.asks(wanted)
    assert asked == "Shall I keep this for your next calls: “I prefer mornings”? Please say yes or no."
    assert await lan.asks(wanted, "No.") == "All right, I have kept nothing of it."
    assert await lan.asks(wanted, "Where is the office?", "Yes.") != "I will remember that."
    assert await lan.asks(known) == "I have kept nothing about you."
    assert (await lan.asks(wanted, "Yes, please.")).startswith("I will remember that")
    assert await lan.asks(known) == "This is what you had me keep: I prefer mornings."
    told = await lan.asks("Bạn biết gì về tôi?", language=VIETNAMESE)
    assert told == "Đây là những điều bạn nhờ tôi nhớ: I prefer mornings."
    assert await minh.asks(known) == "I have kept nothing about you."


async def test_nothing_is_kept_of_strangers_nor_what_is_never_kept(memory: Memory, ledger: Ledger) -> None:
    store = InMemoryStore()
    stranger = Caller(memory, ledger, store, channel="phone")
    wanted = "Remember that I prefer mornings."
    assert await stranger.asks(wanted) == "I do not know who you are here, so I keep nothing about you."
    assert "remember" not in await stranger.asks(wanted, "Yes.")
    lan = Caller(memory, ledger, store, channel="phone", caller=LAN)
    for secret in ("my card is 4111 1111 1111 1111", "my PIN is 4711", "số của tôi là 0912 345 678"):
        assert "never keep" in await lan.asks(f"Remember that {secret}.")
    assert await lan.asks("What do you know about me?") == "I have kept nothing about you."
    assert not await store.asearch(("emads_voice", "persons"))


async def test_what_is_forgotten_is_gone(memory: Memory, ledger: Ledger) -> None:
    store = InMemoryStore()
    lan = Caller(memory, ledger, store, channel="phone", caller=LAN)
    minh = Caller(memory, ledger, store, channel="phone", caller=MINH)
    for each in (lan, minh):
        await each.asks("Remember that I prefer mornings.", "Yes.")
        await each.asks("Remember that my team is in Hue.", "Yes.")
    mornings = "Forget that I prefer mornings."
    assert await lan.asks(mornings) == "Shall I forget this: “I prefer mornings”? Please say yes or no."
    assert await lan.asks(mornings, "No.") == "All right, I have forgotten nothing."
    assert await lan.asks(mornings, "Yes.") == "It is forgotten."
    assert await lan.asks("What do you know about me?") == "This is what you had me keep: My team is in Hue."
    assert (
        await lan.asks("Remember that I like tea.", "Yes.", "Forget that again.", "Yes.")
        == "It is forgotten."
    )
    assert (await lan.asks("Forget everything about me.", "Yes.")).startswith("All that you had me keep is")
    assert await lan.asks("What do you know about me?") == "I have kept nothing about you."
    assert "Hue" in await minh.asks("What do you know about me?")


async def test_the_ledger_says_what_was_done_and_has_none_of_the_words(
    memory: Memory, ledger: Ledger
) -> None:
    lan = Caller(memory, ledger, InMemoryStore(), channel="phone", caller=LAN)
    await lan.asks(
        "Remember that I prefer mornings.", "Yes.", "What do you know about me?", "Forget me", "Yes."
    )
    ledger.flush()
    kinds = ("remembered", "recalled", "forgotten")
    done = [read for read in ledger.read_all() if read.event.kind in kinds]
    assert [read.event.kind for read in done] == list(kinds)
    assert all(read.event.details == {"facts": 1} for read in done)
    assert not any(read.event.text for read in done)


@pytest.fixture(params=["sqlite", "postgres"])
def open_store(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Callable[[], AbstractAsyncContextManager[BaseStore]]:
    if request.param == "postgres":
        conninfo = str(request.getfixturevalue("database"))
        return lambda: open_postgres_store(conninfo)
    return lambda: open_sqlite_store(tmp_path / "memory.sqlite")


async def test_it_is_all_there_after_a_restart(
    open_store: Callable[[], AbstractAsyncContextManager[BaseStore]],
    memory: Memory,
    ledger: Ledger,
    decisions: DecisionStore,
) -> None:
    kept = propose(decisions, "Should we buy trucks?", "Ten trucks", asked_by=ledger.persons.name(LAN))
    question = "What did we decide about the trucks?"

    async def calling() -> AsyncIterator[Caller]:
        async with open_store() as store:
            yield Caller(memory, ledger, store, channel="phone", caller=LAN)

    async for lan in calling():
        await lan.asks("Remember that I prefer mornings.", "Yes.")
        assert "waits for approval" in await lan.asks(question)
    decisions.reject(kept.id, 1, kept.plan_hash, Reviewer("minh", Channel.PAGE, Proof.TOKEN), "Too dear.")
    async for lan in calling():
        assert "I prefer mornings." in await lan.asks("What do you know about me?")
        assert "It was rejected on" in (told := await lan.asks(question))
        assert told.endswith("The reason: Too dear.")


async def test_what_was_forgotten_is_nowhere_in_the_file(
    tmp_path: Path, memory: Memory, ledger: Ledger
) -> None:
    async with open_sqlite_store(tmp_path / "memory.sqlite") as store:
        lan = Caller(memory, ledger, store, channel="phone", caller=LAN)
        await lan.asks("Remember that I prefer mornings.", "Yes.")
        await lan.asks("Forget me", "Yes.")
    _has_none_of_it(tmp_path)


async def test_a_store_that_fails_is_said_and_agents_go_on(memory: Memory, ledger: Ledger) -> None:
    class Down(InMemoryStore):
        async def abatch(self, ops: object) -> list[object]:  # type: ignore[override]
            raise OSError("the disk is full")

    lan = Caller(memory, ledger, Down(), channel="phone", caller=LAN)
    assert (await lan.asks("What do you know about me?")).startswith("I cannot look that up at the moment.")
    assert await lan.asks("Where is the office?") == "That is a question for me."


async def test_a_graph_without_a_store_says_what_to_do_in_one_sentence(
    memory: Memory, ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    lan = Caller(memory, ledger, None, channel="phone", caller=LAN)
    assert (await lan.asks("What do you know about me?")).startswith("I cannot look that up at the moment.")
    (told,) = [each for each in caplog.records if "cannot be looked up" in each.getMessage()]
    assert "compile the graph with a store" in told.getMessage()
    assert told.exc_info is None


def _has_none_of_it(folder: Path) -> None:
    assert (folder / "memory.sqlite").stat().st_mode & 0o077 == 0
    for path in folder.glob("memory.sqlite*"):
        assert b"mornings" not in path.read_bytes()
