"""A language is added by its file alone: a turn, a decision, the handbook and a call speak it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from langgraph.checkpoint.memory import InMemorySaver

from emads_voice import SilentMouth, TypedEar, VoiceContext, run_turn
from emads_voice.agents import HandbookModel, LexicalEmbeddings, company_agents, load_handbook
from emads_voice.agents.forms import Analysis, CostEstimate, Option
from emads_voice.agents.routing.router import Router
from emads_voice.channels.conversation.conversation import Conversation
from emads_voice.channels.conversation.options import ConversationOptions
from emads_voice.channels.conversation.services import Services
from emads_voice.graph import create_voice_graph
from emads_voice.messages import Catalogue, load_catalogue
from emads_voice.testing import (
    LoudnessVad,
    ScriptedAgent,
    ScriptedLine,
    ScriptedRecognizer,
    ScriptedRouter,
    ScriptedSynthesizer,
    run_virtual,
)
from emads_voice.voice.activity.live_vad import LiveVad
from emads_voice.voice.languages import ENGLISH, LANGUAGES, find_language

ITALIAN = find_language("it")


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    folder = tmp_path / "messages"
    folder.mkdir()
    shutil.copy(Path(__file__).with_name("it.ftl"), folder)
    return load_catalogue(folder, {language.base_code for language in LANGUAGES})


async def turn(catalogue: Catalogue, agents: Any, router: Router, said: str) -> Any:
    graph = create_voice_graph(agents, router=router, catalogue=catalogue).compile()
    context = VoiceContext(ear=TypedEar(said, language=ITALIAN), mouth=SilentMouth(), language="Italian")
    return await run_turn(graph, context, thread_id="it")


async def test_nothing_heard_and_nobodys_subject_are_told_in_it(catalogue: Catalogue) -> None:
    agents = [ScriptedAgent("cto", []), ScriptedAgent("coo", [])]
    unheard = await turn(catalogue, agents, ScriptedRouter([]), "")
    assert unheard.answer == "Non ho sentito niente. Può ripetere, per favore?"
    foreign = await turn(catalogue, agents, ScriptedRouter([[]]), "Che tempo fa oggi a Roma?")
    assert foreign.answer == (
        "Qui nessuno può rispondere a questa domanda, quindi deve occuparsene una persona. "
        "Può chiedere a: CTO, COO."
    )
    assert foreign.state["speech"]["language"] == "Italian"


async def test_a_decision_is_told_in_it(catalogue: Catalogue) -> None:
    def view(agent: str, choice: str, **more: Any) -> Analysis:
        options = [Option(name=choice, pros=["veloce"])]
        return Analysis(
            answer="…", agent=agent, recommendation=choice, options=options, confidence=0.8, **more
        )

    cost = CostEstimate(one_time=1_000_000, monthly=6_500)
    agents = [
        ScriptedAgent("coo", [view("coo", "Restare")]),
        ScriptedAgent("cto", [view("cto", "Migrare", cost_estimate=cost)]),
    ]
    decided = await turn(
        catalogue, agents, ScriptedRouter([["coo", "cto"]]), "Dobbiamo spostare il sistema degli ordini?"
    )
    assert decided.answer == (
        "2 opzioni hanno lo stesso punteggio: Migrare e Restare. "
        "I pareri sono diversi: il direttore operativo dice Restare, il direttore tecnico dice Migrare. "
        "La complessità è a un livello alto. "
        "Il rischio è basso, e Migrare costa 1 milione di dollari una volta e 6 mila 500 dollari al mese. "
        "È solo una proposta: decide l'amministratore delegato. "
        "La direzione deve esaminarla per il disaccordo, le informazioni mancanti, il costo e la complessità."
    )


async def test_the_handbook_is_read_out_in_it(catalogue: Catalogue, tmp_path: Path) -> None:
    documents = tmp_path / "book" / "it"
    documents.mkdir(parents=True)
    (documents / "ufficio.md").write_text(
        "# Guida dell'ufficio\n\n## Sale riunioni\n\nPrenota la sala riunioni sul calendario.\n\n"
        "## Stampanti\n\nChiama il reparto tecnico.\n"
    )
    (documents / "auto.md").write_text("# Auto aziendali\n\nLe chiavi sono in portineria.\n")
    handbook = load_handbook(tmp_path / "book", catalogue=catalogue)
    model = HandbookModel(handbook=handbook, embeddings=LexicalEmbeddings(), catalogue=catalogue)
    cto, _ = company_agents([model], catalogue=catalogue)
    asked = await turn(catalogue, [cto], ScriptedRouter([]), "Come prenoto la sala riunioni?")
    assert asked.answer == (
        "Secondo il documento Guida dell'ufficio, Sale riunioni: Prenota la sala riunioni sul calendario."
    )
    unknown = await turn(catalogue, [cto], ScriptedRouter([]), "Quanto costa un cavallo bianco?")
    assert unknown.answer == "Il manuale aziendale non ne parla, quindi non posso rispondere."


def test_a_call_is_held_in_it(catalogue: Catalogue) -> None:
    line = ScriptedLine()
    synthesizer = ScriptedSynthesizer(languages=(ITALIAN, ENGLISH))

    async def caller() -> None:
        graph = create_voice_graph([ScriptedAgent("cto", [])], catalogue=catalogue)
        compiled = graph.compile(checkpointer=InMemorySaver())
        services = Services(
            compiled, ScriptedRecognizer([]), synthesizer, LiveVad(LoudnessVad()), catalogue=catalogue
        )
        options = ConversationOptions(language=ITALIAN, idle_s=1.0, idle_prompts=1)
        await Conversation(services, line, thread_id="it", options=options).run()

    run_virtual(caller())
    assert synthesizer.spoken == [
        ("Buongiorno.", ITALIAN),
        ("Sono un assistente automatico.", ITALIAN),
        ("Come posso aiutarla?", ITALIAN),
        ("È ancora in linea?", ITALIAN),
        ("Grazie della chiamata.", ITALIAN),
        ("Arrivederci.", ITALIAN),
    ]
    assert np.any(line.sound), "the caller hears it"
