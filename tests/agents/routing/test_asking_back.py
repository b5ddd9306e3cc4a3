"""Where it is not clear whom a question is for, the caller is asked, once, and the answer settles it."""

from collections.abc import Sequence

import pytest
from langchain_core.embeddings import Embeddings
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver

from emads_voice import TypedEar, VoiceContext, run_turn
from emads_voice.agents import ExemplarRouter, company_agents, standalone_question
from emads_voice.agents.routing.asking_back import ASKS
from emads_voice.agents.routing.router import Route, _unsure
from emads_voice.graph import create_voice_graph
from emads_voice.testing import ScriptedAgent
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language

AGENTS = company_agents([])
QUESTION = "how do we deal with the thing of last week"


def answered(reply: str) -> Sequence[BaseMessage]:
    asked = AIMessage(
        "Is that about technology, for the CTO, or about operations, for the COO?",
        additional_kwargs={ASKS: ["cto", "coo"]},
    )
    return [HumanMessage(QUESTION), asked, HumanMessage(reply)]


@pytest.mark.parametrize(
    ("shares", "asks"),
    [
        ({"cto": 0.3, "coo": 0.2, "": 0.4}, ["cto", "coo"]),  # hardly anything says that it is nobody's
        ({"cto": 0.3, "coo": 0.2, "": 0.7}, []),
        ({"cto": 0.38, "coo": 0.4, "": 0.2}, ["coo", "cto"]),
        ({"cto": 0.6, "coo": 0.58, "": 0.0}, []),
        ({"cto": 0.5, "coo": 0.2, "": 0.2}, []),
    ],
)
def test_the_caller_is_asked_where_the_evidence_is_weak(shares: dict[str, float], asks: list[str]) -> None:
    assert _unsure(shares, sorted(shares, key=lambda name: -shares[name])) == asks


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("the COO please", ["coo"]),
        ("giám đốc công nghệ", ["cto"]),
        ("the second one", ["coo"]),
        ("cái đầu tiên", ["cto"]),
        ("both", ["cto", "coo"]),
        ("ca hai", ["cto", "coo"]),
        ("neither", []),
        ("I mean the servers", ["cto"]),
        ("the drivers and their parcels", ["coo"]),
        ("how many people work in the warehouse at night", ["coo"]),  # another question
    ],
)
async def test_the_answer_settles_it(e5: Embeddings, reply: str, expected: list[str]) -> None:
    route = await ExemplarRouter(e5).route(answered(reply), AGENTS)
    assert route.agents == expected
    assert not route.asks


async def test_it_is_asked_once(e5: Embeddings) -> None:
    route = await ExemplarRouter(e5).route(answered("hm well you know"), AGENTS)
    assert len(route.agents) == 1
    assert "Asked whom" in route.reason


def test_the_question_is_what_was_asked_and_what_was_answered() -> None:
    assert standalone_question(answered("the servers")) == f"{QUESTION}? the servers"


class _Unsure:
    """Asks between its two agents first, then remembers what it was given."""

    def __init__(self) -> None:
        self.given: list[BaseMessage] = []

    async def warm_up(self, agents: object) -> None: ...

    async def route(self, messages: Sequence[BaseMessage], agents: Sequence[object]) -> Route:
        self.given = list(messages)
        if len(messages) == 1:
            return Route(agents=[], reason="It may be either.", asks=["cto", "coo"])
        return Route(agents=["coo"], reason="They said so.")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (ENGLISH, "Is that about technology, for the CTO, or about operations, for the COO?"),
        (VIETNAMESE, "Dạ, anh chị hỏi về mặt công nghệ, hay về mặt vận hành ạ?"),
    ],
)
async def test_a_conversation_asks_in_the_callers_language_and_remembers_that_it_did(
    language: Language, said: str
) -> None:
    router, agents = _Unsure(), [ScriptedAgent("cto", []), ScriptedAgent("coo", ["Eighteen."])]
    graph = create_voice_graph(agents, router=router).compile(checkpointer=InMemorySaver())
    turn = await run_turn(graph, VoiceContext(ear=TypedEar("how many", language=language)), thread_id="t")
    assert turn.answer == said
    assert turn.state.get("decision") is None
    after = await run_turn(graph, VoiceContext(ear=TypedEar("the COO")), thread_id="t")
    assert after.answer == "Eighteen."
    assert router.given[1].additional_kwargs[ASKS] == ["cto", "coo"]
