"""The specialists in examples/specialists, as a voice graph: scripted models fill in what real ones would."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver

from emads_voice import ClipMouth, TypedEar, VoiceContext, create_voice_graph, run_turn
from emads_voice.agents import Analysis
from emads_voice.agents.forms import CostEstimate, Option, Risk
from emads_voice.agents.heard import open_proposals
from emads_voice.testing import ScriptedChatModel, ScriptedRouter, ScriptedSynthesizer
from emads_voice.voice.languages import ENGLISH

AGENTS = Path(__file__).parents[2] / "examples" / "specialists" / "agents.py"


@pytest.fixture(scope="module")
def examples() -> ModuleType:
    spec = importlib.util.spec_from_file_location("example_specialists", AGENTS)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def fills_in(**fields: Any) -> AIMessage:
    cost = CostEstimate(one_time=100)
    move = Option(
        id="move", name="Move", pros=["It is cheaper."], effort="low", timeline="6 months", cost=cost
    )
    form = Analysis(
        agent="any", kind="proposal", recommendation="move", stance="for", options=[move], **fields
    ).model_dump(exclude={"degraded", "missing", "withheld", "then"})
    return AIMessage("", tool_calls=[{"name": "Analysis", "args": form, "id": "1"}])


async def test_they_decide_together_and_the_conversation_remembers_what_is_open(examples: ModuleType) -> None:
    converts = AIMessage(
        "",
        tool_calls=[{"name": "convert", "args": {"amount": 100, "currency": "USD", "to": "VND"}, "id": "1"}],
    )
    models = {
        "legal": ScriptedChatModel(script=[fills_in(answer="The contract allows it.", flags=["legal"])]),
        "risk": ScriptedChatModel(
            script=[fills_in(answer="It may fail.", risks=[Risk(risk="Orders are lost", impact="medium")])]
        ),
        "cost": ScriptedChatModel(script=[converts, fills_in(answer="It costs a hundred dollars.")]),
    }
    agents = [getattr(examples, f"create_{name}")([model]) for name, model in models.items()]
    router = ScriptedRouter([[agent.name for agent in agents]])
    graph = create_voice_graph(agents, router=router).compile(checkpointer=InMemorySaver())
    context = VoiceContext(
        ear=TypedEar("Should we move?", language=ENGLISH), mouth=ClipMouth(ScriptedSynthesizer())
    )
    turn = await run_turn(graph, context, thread_id="t")
    assert turn.degraded == []
    assert turn.state["decision"]
    assert {reason["rule"] for reason in turn.state["decision"]["escalation_reasons"]} >= {"legal"}
    assert models["cost"].asked[1][-1].text == "2540000.00 VND"
    assert "You judge law and compliance" in models["legal"].asked[0][0].text
    (proposed,) = open_proposals(turn.state["messages"])
    assert proposed.startswith("Should we move? Proposed: Move.")


async def test_a_rate_there_is_not_is_told(examples: ModuleType) -> None:
    yen = {"amount": 1, "currency": "JPY", "to": "USD"}
    asks = AIMessage("", tool_calls=[{"name": "convert", "args": yen, "id": "1"}])
    fact = Analysis(agent="cost", answer="I do not know that.", kind="fact")
    form = fact.model_dump(exclude={"degraded", "missing", "withheld", "then"})
    model = ScriptedChatModel(
        script=[asks, AIMessage("", tool_calls=[{"name": "Analysis", "args": form, "id": "1"}])]
    )
    cost = examples.create_cost([model])
    assert cost.repeatable
    await cost.answer([HumanMessage("How much is a yen?")], language="English")
    assert "There is no rate for 'JPY'" in model.asked[1][-1].text
