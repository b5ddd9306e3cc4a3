"""Assembly: each setting chooses its part, and a choice that cannot be had says what to do."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import sys
from pathlib import Path
from typing import Any, cast

import pytest

from emads_voice import (
    Assistant,
    SilentMouth,
    StorageError,
    TypedEar,
    VoiceContext,
    assemble,
    configured_backends,
    run_turn,
    sample_company,
)
from emads_voice.agents import ExemplarRouter, HandbookModel, LexicalEmbeddings, ModelRouter, Specialist
from emads_voice.assembly import calls, configured
from emads_voice.channels.call import CallInfo
from emads_voice.channels.conversation.options import ConversationOptions
from emads_voice.channels.transport import Transport
from emads_voice.channels.twilio.settings import TwilioSettings
from emads_voice.configured_backends import make_recognizer
from emads_voice.installation import install_hint
from emads_voice.settings import Settings, SettingsError
from emads_voice.testing.speech import ScriptedRecognizer, ScriptedSynthesizer
from emads_voice.voice.errors import WeightsError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language, find_language

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture(autouse=True)
def _scripted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configured_backends, "make_recognizer", lambda _: ScriptedRecognizer([]))
    monkeypatch.setattr(configured_backends, "make_synthesizer", lambda _: ScriptedSynthesizer())
    monkeypatch.setattr(configured, "make_embeddings", lambda _: LexicalEmbeddings())


def settings(**chosen: Any) -> Settings:
    return Settings(**chosen)


def assembled(**chosen: Any) -> Assistant:
    """The sample company."""
    return assemble(sample_company(settings(**chosen)), settings=settings(**chosen))


def test_without_a_chat_model_the_handbook_answers_and_likeness_routes() -> None:
    assistant = assembled()
    assert [agent.name for agent in assistant.agents] == ["cto", "coo"]
    assert isinstance(assistant.router, ExemplarRouter)
    assert configured.make_chat_model(settings()) is None


def test_the_sample_handbook_is_there_and_a_folder_takes_its_place(tmp_path: Path) -> None:
    assert (configured.handbook_path(settings()) / "initiatives").is_dir()
    assert configured.handbook_path(settings(handbook=tmp_path)) == tmp_path


def test_a_chat_model_comes_before_the_handbook_and_may_route() -> None:
    pytest.importorskip("langchain_openai")
    from langchain_openai import ChatOpenAI

    assistant = assembled(
        model="openai:little", model_url="http://127.0.0.1:9/v1", model_key="k", router="model"
    )
    assert isinstance(assistant.router, ModelRouter)
    assert assistant.agents
    for agent in assistant.agents:
        assert isinstance(agent, Specialist)
        chat, handbook = agent._models
        assert isinstance(chat, ChatOpenAI)
        assert (chat.model_name, str(chat.openai_api_base)) == ("little", "http://127.0.0.1:9/v1")
        assert isinstance(handbook, HandbookModel)


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({"model": "nobody:knows"}, 'EMADS_MODEL=nobody:knows cannot be used: write it as "provider:model"'),
        ({"model": "gobbledygook"}, 'EMADS_MODEL=gobbledygook cannot be used: write it as "provider:model"'),
        ({"model": "openai:x"}, "EMADS_MODEL=openai:x cannot be used: set EMADS_MODEL_KEY; any word will do"),
        ({"router": "model"}, "EMADS_ROUTER=model needs a chat model: set EMADS_MODEL, or EMADS_ROUTER=ex"),
    ],
)
def test_a_choice_that_cannot_be_had_says_what_to_do(chosen: dict[str, Any], sentence: str) -> None:
    pytest.importorskip("langchain_openai")
    with pytest.raises(SettingsError) as raised:
        assembled(**chosen)
    assert str(raised.value).startswith(sentence)


def test_a_chat_model_without_its_packages_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "langchain.chat_models", None)
    with pytest.raises(SettingsError, match=re.escape(install_hint("openai"))):
        configured.make_chat_model(settings(model="openai:x"))


def test_options_reach_the_parts_that_take_them(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(
        configured_backends, "init_recognizer", lambda spec, **options: given.append((spec, options))
    )
    make_recognizer(
        settings(
            asr="openai:q",
            asr_url="http://asr/v1",
            asr_key="k",
            languages="vi",
            models_dir="/models",
            aligner="/aligner",
        )
    )
    assert given == [
        (
            "openai:q",
            {
                "languages": (VIETNAMESE,),
                "models_dir": Path("/models"),
                "aligner": "/aligner",
                "base_url": "http://asr/v1",
                "api_key": "k",
            },
        )
    ]


def test_recognisers_are_told_the_agents_and_the_terms_of_the_settings() -> None:
    assert assembled(hotwords="EMADS, Bình Dương").hotwords == (
        "CTO",
        "COO",
        "EMADS",
        "Bình Dương",
    )


async def test_calls_are_told_them_too(monkeypatch: pytest.MonkeyPatch) -> None:
    class Conversation:
        turns = 0

        def __init__(self, *_: object, options: ConversationOptions, **__: object) -> None:
            conducted.append(options)

        async def run(self) -> None: ...

    conducted: list[ConversationOptions] = []
    monkeypatch.setattr(calls, "Conversation", Conversation)
    assistant = assembled(hotwords="EMADS")
    async with assistant.open() as graph:
        for options in (None, ConversationOptions(), ConversationOptions(hotwords=["Kubernetes"])):
            converse = await calls.answer_calls(assistant, graph, options)
            await converse(cast(Transport, None), CallInfo("sid", "", ""))
    assert [options.hotwords for options in conducted] == [("CTO", "COO", "EMADS")] * 2 + [("Kubernetes",)]


async def test_a_turn_model_that_is_not_there_is_missed_before_the_first_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EMADS_ALLOW_HUB", raising=False)
    assistant = assembled(turn_model="smart-turn", models_dir=tmp_path)
    async with assistant.open() as graph:
        with pytest.raises(WeightsError, match="smart-turn is not here"):
            await calls.answer_calls(assistant, graph)


async def test_callers_are_asked_whether_to_record_where_that_is_on_and_once_a_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Conversation:
        turns = 0

        def __init__(self, *_: object, options: ConversationOptions, consents: object, **__: object) -> None:
            asked.append((options.opening, consents is not None))

        async def run(self) -> None: ...

    asked: list[tuple[str | None, bool]] = []
    monkeypatch.setattr(calls, "Conversation", Conversation)
    assistant = assembled()
    async with assistant.open() as graph:
        for record in (False, True):
            converse = await calls.answer_calls(assistant, graph, record=record)
            for resumed in (False, True):
                await converse(cast(Transport, None), CallInfo("sid", "", "", resumed=resumed))
    assert asked == [("greeting", False), ("resumed", False), ("greeting", True), ("resumed", False)]


async def test_a_call_of_ours_says_why_in_its_language_and_one_that_comes_back_is_not_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Conversation:
        turns = 0

        def __init__(self, *_: object, options: ConversationOptions, **given: Any) -> None:
            conducted.append(
                (options.opening, options.language, options.our_name, options.voicemail, given["returned"])
            )
            asked.append(given["consents"] is not None)

        async def run(self) -> None: ...

    conducted: list[Any] = []
    asked: list[bool] = []
    monkeypatch.setattr(calls, "Conversation", Conversation)
    assistant = assembled(languages="en,vi")
    phone = TwilioSettings(name="Tre Xanh", voicemail=True, record=True)
    async with assistant.open() as graph:
        converse = await calls.answer_phone(assistant, graph, phone)
        for given in (
            {"direction": "outbound", "purpose": "đơn hàng số 12 đã đến, mời anh chị ghé lấy"},
            {"direction": "outbound", "purpose": "your order 12 can be collected"},
            {"direction": "outbound", "resumed": True},
            {"returned": "busy"},
        ):
            await converse(cast(Transport, None), CallInfo("sid", "", **given))
    ours = ("Tre Xanh", True)
    assert conducted == [
        ("we_call", VIETNAMESE, *ours, False),
        ("we_call", ENGLISH, *ours, False),
        ("resumed", ENGLISH, *ours, False),
        ("greeting", ENGLISH, *ours, True),
    ]
    assert asked == [True, True, False, False]


async def test_the_phone_hands_over_to_the_human_of_its_settings_and_records_if_they_say_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Conversation:
        turns = 0

        def __init__(self, *_: object, options: ConversationOptions, consents: object, **__: object) -> None:
            conducted.append((options.transfer_to, options.language, consents is not None))

        async def run(self) -> None: ...

    conducted: list[tuple[str, Language, bool]] = []
    monkeypatch.setattr(calls, "Conversation", Conversation)
    assistant = assembled(languages="vi,en")
    async with assistant.open() as graph:
        for record in (False, True):
            phone = TwilioSettings(human="+84901234567", record=record)
            converse = await calls.answer_phone(assistant, graph, phone)
            await converse(cast(Transport, None), CallInfo("sid", "", ""))
    assert conducted == [("+84901234567", VIETNAMESE, False), ("+84901234567", VIETNAMESE, True)]


async def test_every_language_that_callers_speak_is_warmed_up(monkeypatch: pytest.MonkeyPatch) -> None:
    class Warm(ScriptedSynthesizer):
        async def warm_up(self, language: Any = None) -> None:
            warmed.append(language)

    warmed: list[Any] = []
    monkeypatch.setattr(configured_backends, "make_synthesizer", lambda _: Warm())
    await assembled(languages="vi,fr").warm_up(typed=True)
    assert set(warmed) == {VIETNAMESE, find_language("fr")}


async def test_conversations_are_kept_in_a_file_only_their_owner_reads(tmp_path: Path) -> None:
    assistant = assembled(data_dir=tmp_path / "new" / "data")
    async with assistant.open() as graph:
        assert graph.name == "voice"
    assert assistant.settings.threads_path.stat().st_mode & 0o077 == 0


async def test_many_may_make_the_file_at_the_same_time(tmp_path: Path) -> None:
    """Without a lock SQLite fails one opening in forty: "database is locked"."""

    async def first(assistant: Assistant) -> None:
        async with assistant.open():
            pass

    for number in range(10):
        assistant = assembled(data_dir=tmp_path / str(number))
        await asyncio.gather(*(first(assistant) for _ in range(8)))


async def test_conversations_that_cannot_be_kept_are_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="set EMADS_DATA_DIR to a folder that can be written"):
        async with assembled(data_dir=tmp_path / "file" / "data").open():
            pass
    (tmp_path / "threads.sqlite").write_text("no database " * 100)
    with pytest.raises(StorageError, match=r"file is not a database\): make room, remove the file, or set"):
        async with assembled(data_dir=tmp_path).open():
            pass
    with pytest.raises(StorageError, match="database or disk is full"):
        async with assembled(data_dir=tmp_path / "good").open():
            raise sqlite3.OperationalError("database or disk is full")  # as in the middle of a turn


@pytest.mark.parametrize(
    ("asked", "agent"),
    [
        ("Cho tôi gặp giám đốc công nghệ", "cto"),
        ("Tôi muốn nói chuyện với giám đốc vận hành", "coo"),
        ("the chief operating officer, please", "coo"),
        ("what does the chief technology officer say about parcels", "cto"),
    ],
)
async def test_the_assembled_graph_knows_its_agents_by_their_titles(asked: str, agent: str) -> None:
    async with assembled().open() as graph:
        turn = await run_turn(graph, VoiceContext(ear=TypedEar(asked), mouth=SilentMouth()), thread_id="t")
    assert turn.state["route"]
    assert turn.state["route"]["agents"] == [agent]


async def test_no_call_waits_for_the_numbers_of_the_world_to_be_loaded() -> None:
    loaded: list[str] = []
    await assembled().warm_up(typed=True, loaded=lambda part, _: loaded.append(part))
    assert "redaction" in loaded
    assert "phonenumbers.phonenumbermatcher" in sys.modules
