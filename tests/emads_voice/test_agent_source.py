"""Who answers, by name: on the command line, in EMADS_GRAPH, and in ``langgraph.json``."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from emads_voice import Settings
from emads_voice.assembly.source import Source, find_source, is_factory
from emads_voice.messages import shipped
from emads_voice.serving.app import application
from emads_voice.testing import ScriptedSynthesizer

from .conftest import Run

ROOT = Path(__file__).parents[2]

AGENTS = """
import asyncio
import os
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from langchain_core.messages import AIMessage
from langgraph.graph import START, MessagesState, StateGraph


def reply(state: MessagesState):
    return {"messages": [AIMessage(f"{os.environ.get('SHOP', 'We')} have it.")]}


graph = StateGraph(MessagesState).add_node("reply", reply).add_edge(START, "reply").compile(name="shop")


def make():
    return graph


async def make_later(config):
    assert "configurable" in config
    return [graph]


def note(what):
    with Path("noted").open("a") as notes:
        notes.write(what + " ")


@asynccontextmanager
async def opened():
    task = asyncio.current_task()
    note("opened")
    yield graph
    note("closed" if asyncio.current_task() is task else "closed by another")


@contextmanager
def opened_by_waiting(config):
    note("opened")
    yield [graph]
    note("closed")


async def opened_later():
    return opened()


@asynccontextmanager
async def never_opened():
    raise RuntimeError("no shop is open")
    yield


@asynccontextmanager
async def opens_seven():
    note("opened")
    yield 7
    note("closed")


@asynccontextmanager
async def fails_to_close():
    yield graph
    raise RuntimeError("the door is stuck")


def make_nothing():
    raise RuntimeError("no shop is open")


seven = 7
"""


@pytest.fixture(autouse=True)
def _imports(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sys, "path", [*sys.path])
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name.partition(".")[0] in ("shops", "broken", "langgraph_json_shops"):
            del sys.modules[name]


@pytest.fixture
def project(home: Path) -> Path:
    """A reader's folder, with a module of theirs."""
    (home / "shops.py").write_text(AGENTS, "utf-8")
    (home / "broken.py").write_text("import nowhere_to_be_found\n", "utf-8")
    (home / "unfinished.py").write_text("graph = (\n", "utf-8")
    return home


@pytest.fixture
def ask(
    run: Run,
    project: Path,  # noqa: ARG001  # it is run there
    hears: Callable[..., Any],
    voice: ScriptedSynthesizer,  # noqa: ARG001
) -> Run:
    hears()
    return lambda *arguments: run("ask", "--json", "--text", "Have you any tea?", *arguments)


def write(folder: Path, **project: Any) -> None:
    (folder / "langgraph.json").write_text(json.dumps(project), "utf-8")


@pytest.mark.parametrize(
    "named", ["shops:graph", "shops:make", "shops:make_later", "./shops.py:graph", "shops.py:make_later"]
)
def test_a_graph_or_what_makes_one_is_asked_by_its_name(ask: Run, named: str) -> None:
    (answer,) = ask("--graph", named).values
    assert (answer["reply"], answer["route"]["agents"]) == ("We have it.", ["shop"])


@pytest.mark.parametrize("named", ["shops:opened", "shops:opened_by_waiting", "./shops.py:opened_later"])
def test_what_makes_one_for_a_while_is_closed_in_the_end(ask: Run, project: Path, named: str) -> None:
    (answer,) = ask("--graph", named).values
    assert answer["reply"] == "We have it."
    assert (project / "noted").read_text() == "opened closed "


def test_what_is_opened_in_vain_is_closed(ask: Run, project: Path) -> None:
    ran = ask("--graph", "shops:opens_seven")
    assert ran.status == 1
    assert ran.complaints[-1].startswith("shops:opens_seven cannot be asked: ")
    assert (project / "noted").read_text() == "opened closed "


def test_what_cannot_be_closed_is_logged_and_the_answer_stands(
    ask: Run, caplog: pytest.LogCaptureFixture
) -> None:
    ran = ask("--graph", "shops:fails_to_close")
    assert (ran.status, ran.values[0]["reply"]) == (0, "We have it.")
    assert "could not be closed" in caplog.text


async def test_a_phone_has_it_open_while_it_serves(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def ready() -> Any:
        return await find_source("shops:opened").assemble()

    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC1")
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "never-told")
    monkeypatch.setenv("EMADS_PUBLIC_URL", "https://voice.example.com")
    app = application(ready, shipped())
    async with app.router.lifespan_context(app):
        assert (project / "noted").read_text() == "opened "
    assert (project / "noted").read_text() == "opened closed "


def test_a_variable_names_it_too_and_the_option_comes_first(
    ask: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / ".env").write_text("EMADS_GRAPH=shops:make\n", "utf-8")
    (answer,) = ask().values
    assert answer["reply"] == "We have it."
    monkeypatch.setenv("EMADS_GRAPH", "shops:nothing")
    assert ask().status == 1
    assert ask("--graph", "shops:graph").status == 0


@pytest.mark.parametrize(
    ("named", "sentence"),
    [
        ("shopz:graph", "There is no module shopz: go to the folder it is in, or install it."),
        ("shops.more:graph", "There is no module shops.more: go to the folder it is in, or install it."),
        ("./shopz.py:graph", "There is no file shopz.py of Python: name one, such as ./agents.py:graph."),
        ("shops:graf", "shops has no graf: name what is defined in it."),
        (
            "broken:graph",
            "broken fails with ModuleNotFoundError: No module named 'nowhere_to_be_found' (line 1 of",
        ),
        (
            "shops:make_nothing",
            "shops:make_nothing fails with RuntimeError: no shop is open (line ",
        ),
        (
            "shops:never_opened",
            "shops:never_opened fails with RuntimeError: no shop is open (line ",
        ),
        ("shops:seven", "shops:seven cannot be asked: "),
        (
            "shop",
            "There is no langgraph.json here that could name the graph shop: write it as my_project.agents:shop.",
        ),
        (
            "shops.agents",
            "There is no langgraph.json here that could name the graph shops.agents: write it as shops.agents:graph.",
        ),
        ("shops:", "'shops:' names nobody who could answer: write my_project.agents:graph."),
        (":graph", "':graph' names nobody"),
        ("", "'' names nobody"),
        (
            "unfinished:graph",
            "unfinished fails with SyntaxError: '(' was never closed (unfinished.py, line 1): ",
        ),
    ],
)
def test_what_cannot_be_had_is_one_sentence(ask: Run, named: str, sentence: str) -> None:
    ran = ask("--graph", named)
    assert ran.status == 1
    assert ran.complaints[-1].startswith(sentence)
    assert "Traceback" not in ran.err
    assert ran.values == [{"error": ran.complaints[-1]}]


def test_the_first_graph_of_a_project_answers_or_the_one_that_is_named(
    ask: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SHOP", raising=False)
    (project / "src").mkdir()
    (project / "shops.py").rename(project / "src" / "shops.py")
    (project / "variables").write_text("SHOP=They\n", "utf-8")
    graphs = {
        "Tea-2": {"path": "./src/shops.py:graph", "description": "Sells tea."},
        "coffee": "shops:make_later",
    }
    write(project, graphs=graphs, dependencies=[".", "./src", "langchain"], env="variables")
    monkeypatch.setattr(os, "environ", os.environ)
    (answer,) = ask().values
    assert (answer["reply"], answer["route"]["agents"]) == ("They have it.", ["tea_2"])
    monkeypatch.setenv("SHOP", "I")
    (answer,) = ask("--graph", "coffee").values
    assert answer["reply"] == "I have it.", "the environment comes first"
    ran = ask("--graph", "milk")
    assert ran.complaints[-1] == "langgraph.json has no graph named milk: name one of Tea-2, coffee."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "langgraph.json cannot be used: "),
        ('{"dependencies": ["."]}', "langgraph.json cannot be used: graphs: Field required; write "),
        ('{"graphs": {}}', "langgraph.json cannot be used: graphs: "),
        (
            '{"graphs": {"web": "./agent.ts"}}',
            "langgraph.json says where web is as ./agent.ts: write ",
        ),
        ('{"graphs": {"web": "./agent.ts:graph"}}', "There is no file agent.ts of Python"),
    ],
)
def test_a_project_that_cannot_be_used_is_one_sentence(
    ask: Run, project: Path, text: str, sentence: str
) -> None:
    (project / "langgraph.json").write_text(text, "utf-8")
    ran = ask()
    assert ran.status == 1
    assert ran.complaints[-1].startswith(sentence)


def test_our_own_project_is_the_sample_company(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    assert find_source() == Source()
    monkeypatch.chdir(ROOT)
    assert find_source() == find_source("voice") == Source(voice_id="voice")
    assert find_source("emads_voice.studio:voice") == Source(voice_id="voice")
    assert home != ROOT


async def test_calls_are_threads_of_the_voice_graph_around_whoever_answers(
    project: Path, hears: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    hears("Hello.")
    graphs = {"voice": "emads_voice.studio:voice", "coffee": "shops:graph"}
    (project / "langgraph.json").write_text(json.dumps({"graphs": graphs, "dependencies": ["."]}))
    settings = Settings(data_dir=project)
    beside = await find_source().assemble(settings)
    assert ([agent.name for agent in beside.agents], beside.graph_id) == (["coffee"], "voice")
    monkeypatch.setenv("EMADS_GRAPH", "shops:graph")
    assert (await find_source().assemble(settings)).graph_id == "voice"

    monkeypatch.delenv("EMADS_GRAPH")
    (project / "langgraph.json").write_text(json.dumps({"graphs": {"coffee": "shops:graph"}}))
    assert (await find_source().assemble(settings)).graph_id is None, "no graph of messages alone"
    (project / "ours.py").write_text(
        "from emads_voice import create_voice_graph\nfrom shops import graph\nfrom emads_voice import as_agent\n"
        "mine = create_voice_graph([as_agent(graph, name='coffee')])\n"
    )
    (project / "langgraph.json").write_text(json.dumps({"graphs": {"mine": "ours:mine"}}))
    assert (await find_source().assemble(settings)).graph_id == "mine"


async def test_the_sample_says_what_it_answers_from(home: Path, hears: Callable[..., Any]) -> None:
    hears()
    assistant = await Source().assemble(Settings(data_dir=home))
    assert [agent.name for agent in assistant.agents] == ["cto", "coo"]
    assert assistant.origin == "the sample handbook"


def test_functions_that_make_agents_are_told_from_those_that_are_some() -> None:
    async def answers(question: str) -> str:
        return question

    assert [is_factory(each) for each in (lambda: 7, lambda config: config, answers, 7)] == [
        True,
        True,
        False,
        False,
    ]


def test_doctor_looks_at_ones_own_agents_and_asks_them_nothing(
    run: Run, project: Path, hears: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    hears("Hello.")
    monkeypatch.setenv("EMADS_GRAPH", "shops:graph")
    (value,) = run("doctor", "--json").values
    found = {finding["name"]: finding for finding in value["findings"] if finding["part"] == "in use"}
    assert (found["EMADS_GRAPH"]["found"], found["agents"]["found"]) == ("shops:graph", "shop")
    assert "EMADS_HANDBOOK" not in found
    assert (found["a question"]["ok"], found["a question"]["found"]) == (None, "not asked of these agents")
    assert value["ok"] is True
    monkeypatch.setenv("EMADS_GRAPH", "shops:seven")
    ran = run("doctor", "--json")
    found = {finding["name"]: finding for finding in ran.values[0]["findings"]}
    assert (ran.status, found["agents"]["ok"]) == (1, False)
    assert found["agents"]["remedy"].startswith("shops:seven cannot be asked")
    assert (project / "shops.py").exists()
