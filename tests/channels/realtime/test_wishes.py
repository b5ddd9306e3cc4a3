"""What a client wishes for: heeded, ignored with a word, or refused, so that it waits for nothing in vain."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from emads_voice.channels.realtime.client_events import BadEventError
from emads_voice.channels.realtime.session_config import SessionConfig

from .conftest import Client, SessionFactory

ASKED = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "What does it cost?"}]}


@pytest.mark.parametrize(
    ("wanted", "where"),
    [
        ({"modalities": ["text", "audio"]}, "output_modalities"),
        ({"input_audio_format": "g711_ulaw"}, "audio.input.format"),
        ({"output_audio_format": "pcm16"}, "audio.output.format"),
        ({"turn_detection": None}, "audio.input.turn_detection"),
        ({"turn_detection": {"type": "server_vad"}}, "audio.input.turn_detection"),
    ],
)
def test_the_shape_of_the_beta_is_refused_with_where_it_is_now(wanted: dict[str, Any], where: str) -> None:
    with pytest.raises(BadEventError, match=f"send {where} for") as refused:
        SessionConfig().updated(wanted)
    assert refused.value.param == f"session.{next(iter(wanted))}"


def test_what_a_browser_cannot_say_of_itself_is_told_as_ignored() -> None:
    config = SessionConfig().updated({"emads": {"caller": "boss@example.com", "events": True, "thread": ""}})
    assert config.shows
    assert config.ignored == ("emads.caller",)


def test_names_without_end_are_not_kept() -> None:
    config = SessionConfig().updated({"instructions": "Sing.", "x" * 60_000: 1})
    for turn in range(20):
        config = config.updated({f"wish {turn} {number}": 1 for number in range(1000)})
    assert "instructions" in config.ignored
    assert len(config.ignored) == 100
    assert max(map(len, config.ignored)) <= 81


@pytest.mark.parametrize(
    ("wanted", "param"),
    [
        ({"output_modalities": ["text"]}, "response.output_modalities"),
        ({"modalities": ["text"]}, "response.modalities"),
        ({"conversation": "none"}, "response.input"),
        ({"input": [ASKED]}, "response.input"),
        ({"audio": {"output": {"format": {"type": "audio/pcmu"}}}}, "response.audio.output.format"),
        ({"audio": {"output": {"format": {"type": "mp3"}}}}, "response.audio.output.format.type"),
        ({"audio": 7}, "response.audio"),
    ],
)
def test_a_response_of_another_kind_is_refused_and_the_question_waits(
    session: SessionFactory, wanted: dict[str, Any], param: str
) -> None:
    async def caller(client: Client) -> None:
        client.send("conversation.item.create", item=ASKED)
        client.send("response.create", response=wanted)
        assert (await client.until("error"))["error"]["param"] == param
        client.send("response.create", response={"instructions": "Sing.", "output_modalities": ["audio"]})
        await client.until("response.done")

    assert session(caller, answers=["Five."]).conversation == ["What does it cost?", "Five."]


def test_a_message_comes_last_or_not_at_all(session: SessionFactory) -> None:
    async def caller(client: Client) -> None:
        client.send("conversation.item.create", item={**ASKED, "id": "one"})
        client.send("conversation.item.create", item={**ASKED, "id": "two"}, previous_item_id="one")
        await client.until("conversation.item.done")
        await client.until("conversation.item.done")
        for previous, code in (
            ("nowhere", "item_not_found"),
            ("one", "unsupported_value"),
            ("root", "unsupported_value"),
        ):
            client.send("conversation.item.create", item=ASKED, previous_item_id=previous)
            error = (await client.until("error"))["error"]
            assert (error["code"], error["param"]) == (code, "previous_item_id")

    session(caller)


def test_clearing_what_is_empty_is_answered_as_done(session: SessionFactory) -> None:
    async def caller(client: Client) -> None:
        client.send("output_audio_buffer.clear")
        await client.until("output_audio_buffer.cleared")
        await asyncio.sleep(1)
        assert not client.of("error")

    session(caller)


def test_an_item_has_one_part_to_be_truncated(session: SessionFactory) -> None:
    async def caller(client: Client) -> None:
        client.send("conversation.item.truncate", item_id="any", content_index=1, audio_end_ms=10)
        assert (await client.until("error"))["error"]["param"] == "content_index"

    session(caller)
