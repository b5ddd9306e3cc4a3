"""What a client asks of its own accord: typed messages, and utterances whose ends it decides."""

import asyncio
from typing import Any

import pytest

from emads_voice.voice.errors import RecognitionError

from .conftest import Client, SessionFactory

ANSWER = "It costs five thousand dollars a year, and it saves two of the six servers that we have."


def message(text: str, **fields: Any) -> dict[str, Any]:
    return {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}], **fields}


def by_hand(client: Client) -> None:
    client.send("session.update", session={"type": "realtime", "audio": {"input": {"turn_detection": None}}})


def test_a_typed_question_is_answered_aloud_without_a_greeting(session: SessionFactory) -> None:
    async def caller(client: Client) -> None:
        client.send("conversation.item.create", item=message("What does it cost?", id="mine"))
        client.send("response.create")
        await client.until("response.done")

    held = session(caller, answers=[ANSWER])
    assert held.client.types[:6] == [
        "session.created",
        "conversation.item.added",
        "conversation.item.done",
        "response.created",
        "response.output_item.added",
        "conversation.item.added",
    ]
    assert held.client.of("conversation.item.done")[0]["item"]["id"] == "mine"
    assert held.client.said() == ANSWER
    assert held.conversation == ["What does it cost?", ANSWER]


def test_several_messages_are_one_question(session: SessionFactory) -> None:
    async def caller(client: Client) -> None:
        client.send("conversation.item.create", item=message("I have a question."))
        client.send("conversation.item.create", item=message("What does it cost?"))
        client.send("response.create")
        await client.until("response.done")

    held = session(caller, answers=[ANSWER])
    assert held.conversation[0] == "I have a question. What does it cost?"


def test_typing_interrupts_us(session: SessionFactory) -> None:
    async def caller(client: Client) -> None:
        client.send("conversation.item.create", item=message("What does it cost?"))
        client.send("response.create")
        await client.until("response.output_audio.delta")
        await asyncio.sleep(2)
        client.send("conversation.item.create", item=message("And then?"))
        client.send("response.create")
        assert (await client.until("response.done"))["response"]["status"] == "cancelled"
        assert (await client.until("response.done"))["response"]["status"] == "completed"

    held = session(caller, answers=[ANSWER, "Nothing."])
    assert held.conversation[2:] == ["And then?", "Nothing."]
    assert len(held.conversation[1]) < len(ANSWER)


def test_an_utterance_is_committed_by_hand_and_answered_when_asked(session: SessionFactory) -> None:
    async def caller(client: Client) -> None:
        by_hand(client)
        for _ in range(75):
            client.append(0.02)
        client.send("input_audio_buffer.commit")
        committed = await client.until("input_audio_buffer.committed")
        heard = await client.until("conversation.item.input_audio_transcription.completed")
        assert heard["item_id"] == committed["item_id"]
        await asyncio.sleep(5)
        assert not client.of("response.created")  # nobody has asked for an answer
        client.send("response.create")
        await client.until("response.done")

    held = session(caller, hears=["What does it cost?"], answers=[ANSWER])
    assert held.recognizer.asked[0][0].duration_s == pytest.approx(1.5, abs=0.01)
    assert held.conversation == ["What does it cost?", ANSWER]
    assert "input_audio_buffer.speech_started" not in held.client.types


def test_what_was_cleared_is_not_heard(session: SessionFactory) -> None:
    async def caller(client: Client) -> None:
        by_hand(client)
        client.append(3)
        client.send("input_audio_buffer.clear")
        await client.until("input_audio_buffer.cleared")
        client.append(1)
        client.send("input_audio_buffer.commit")
        client.send("response.create")
        await client.until("response.done")

    held = session(caller, hears=["What does it cost?"], answers=[ANSWER])
    assert held.recognizer.asked[0][0].duration_s == pytest.approx(1, abs=0.01)


def test_a_response_before_anything_was_asked_is_the_greeting(session: SessionFactory) -> None:
    async def caller(client: Client) -> None:
        client.send("response.create")
        await client.until("response.done")

    assert "assistant" in session(caller).client.said()


@pytest.mark.parametrize("how", ["response.cancel", "output_audio_buffer.clear"])
def test_a_client_may_silence_us_and_the_rest_was_not_said(session: SessionFactory, how: str) -> None:
    async def caller(client: Client) -> None:
        client.send("conversation.item.create", item=message("What does it cost?"))
        client.send("response.create")
        first = await client.until("response.output_audio.delta")
        await asyncio.sleep(2)
        client.send(how)
        client.send("conversation.item.truncate", item_id=first["item_id"], audio_end_ms=1000)
        done = (await client.until("response.done"))["response"]
        assert (done["status"], done["status_details"]["reason"]) == ("cancelled", "client_cancelled")
        await client.until("conversation.item.truncated")
        sent_s = client.sound_s()
        await asyncio.sleep(5)
        assert client.sound_s() == sent_s
        client.send("conversation.item.retrieve", item_id=first["item_id"])
        kept = await client.until("conversation.item.retrieved")
        assert kept["item"]["content"][0]["transcript"] == "It costs five"

    held = session(caller, answers=[ANSWER])
    assert held.conversation[1].startswith("It costs five")
    assert "thousand" not in held.conversation[1]


def test_who_has_silenced_us_may_go_on(session: SessionFactory) -> None:
    async def caller(client: Client) -> None:
        client.send("conversation.item.create", item=message("What does it cost?"))
        client.send("response.create")
        await client.until("response.output_audio.delta")
        await asyncio.sleep(1)
        client.send("response.cancel")
        await client.until("response.done")
        client.send("conversation.item.create", item=message("And then?"))
        client.send("response.create")
        await client.until("response.done", within_s=15)

    held = session(caller, answers=[ANSWER, "Nothing."])
    assert held.conversation[2:] == ["And then?", "Nothing."]


def test_a_client_that_tells_what_it_has_played_is_waited_for(session: SessionFactory) -> None:
    """Its sound card began a second late: what was cut then was not heard."""

    async def caller(client: Client) -> None:
        client.send("conversation.item.create", item=message("What does it cost?"))
        client.send("response.create")
        first = await client.until("response.output_audio.delta")
        client.send("emads.played", item_id=first["item_id"], audio_end_ms=0)
        await client.until("response.output_audio_transcript.delta", delta="Second. ")
        await asyncio.sleep(1)
        client.send("response.cancel")
        client.send("conversation.item.truncate", item_id=first["item_id"], audio_end_ms=2000)
        await client.until("conversation.item.truncated")

    first = "This is the first of two sentences, which takes a while to say. "
    held = session(caller, answers=[first + "Second. Third, which is long enough."])
    assert held.conversation[1].startswith("This is the first of two sentences,")
    assert "Second" not in held.conversation[1]


def test_an_utterance_that_cannot_be_recognised_is_told(session: SessionFactory) -> None:
    async def caller(client: Client) -> None:
        by_hand(client)
        client.append(1)
        client.send("input_audio_buffer.commit")
        client.send("response.create")
        await client.until("conversation.item.input_audio_transcription.failed")
        assert (await client.until("error"))["error"]["code"] == "recognition_failed"

    session(caller, hears=[RecognitionError("down")])
    session(caller, hears=[ZeroDivisionError("a recogniser with a bug")])


def test_silence_is_told_as_such(session: SessionFactory) -> None:
    async def caller(client: Client) -> None:
        by_hand(client)
        client.append(1, loudness=0)
        client.send("input_audio_buffer.commit")
        client.send("response.create")
        assert (await client.until("error"))["error"]["code"] == "nothing_heard"

    session(caller, hears=[""])


def test_half_a_question_is_answered_once_the_other_half_is_understood(session: SessionFactory) -> None:
    async def caller(client: Client) -> None:
        by_hand(client)
        client.send("conversation.item.create", item=message("Shall we buy it,"))
        client.append(1)
        client.send("input_audio_buffer.commit")
        client.send("response.create")
        assert (await client.until("error"))["error"]["code"] == "recognition_failed"
        assert not client.of("response.created")
        client.append(1)
        client.send("input_audio_buffer.commit")
        client.send("response.create")
        await client.until("response.done")

    held = session(caller, hears=[RecognitionError("down"), "if it costs too much?"], answers=["No."])
    assert held.conversation == ["Shall we buy it, if it costs too much?", "No."]


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (message(" "), "empty_item"),
        (message("x" * 10_001), "text_too_long"),
        ({"type": "message", "role": "system", "content": []}, "unsupported_item"),
        ({"type": "function_call_output", "call_id": "1", "output": "2"}, "unsupported_item"),
        ({"type": "message", "role": "user", "content": [{"type": "input_image"}]}, "unsupported_content"),
        (message("Hello", id=""), "invalid_item_id"),
        ({"type": "message", "role": "user", "content": "Hello"}, "empty_item"),
    ],
)
def test_other_items_are_refused_by_name(session: SessionFactory, item: dict[str, Any], code: str) -> None:
    async def caller(client: Client) -> None:
        client.send("conversation.item.create", item=item, event_id="e1")
        error = (await client.until("error"))["error"]
        assert (error["code"], error["event_id"]) == (code, "e1")
        assert error["message"].endswith(".")

    assert session(caller).turns is None


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ({"type": "response.create", "response": {"conversation": "none"}}, "unsupported_value"),
        ({"type": "response.cancel"}, "response_cancel_not_active"),
        ({"type": "input_audio_buffer.commit"}, "input_audio_buffer_commit_unsupported"),
        ({"type": "conversation.item.retrieve", "item_id": "none"}, "item_not_found"),
        ({"type": "conversation.item.truncate", "item_id": "none", "audio_end_ms": 1}, "item_not_found"),
        ({"type": "conversation.item.delete", "item_id": "none"}, "item_not_found"),
        ({"type": "emads.played", "item_id": "none", "audio_end_ms": 1}, "item_not_found"),
    ],
)
def test_what_cannot_be_done_is_said(session: SessionFactory, event: dict[str, Any], code: str) -> None:
    async def caller(client: Client) -> None:
        client.send(**{"kind": event.pop("type"), **event})
        assert (await client.until("error"))["error"]["code"] == code

    session(caller)


def test_a_response_with_nothing_to_answer_is_refused(session: SessionFactory) -> None:
    async def caller(client: Client) -> None:
        client.send("response.create")
        await client.until("response.done")
        client.send("response.create")
        assert (await client.until("error"))["error"]["code"] == "nothing_to_answer"

    session(caller)


def test_a_commit_without_sound_is_refused(session: SessionFactory) -> None:
    async def caller(client: Client) -> None:
        by_hand(client)
        client.append(0.05)
        client.send("input_audio_buffer.commit")
        assert (await client.until("error"))["error"]["code"] == "input_audio_buffer_commit_empty"
        for _ in range(5):
            client.append(15)
            await asyncio.sleep(15)
        assert (await client.until("error"))["error"]["code"] == "input_audio_buffer_full"

    session(caller)


@pytest.mark.parametrize("how", ["typed", "by hand", "by voice"])
def test_who_types_or_presses_a_button_may_take_their_time(session: SessionFactory, how: str) -> None:
    async def caller(client: Client) -> None:
        if how == "by hand":
            by_hand(client)
        if how == "typed":
            client.send("conversation.item.create", item=message("What does it cost?"))
        if how == "by voice":
            client.append(0.02, 0.0)
        else:
            client.send("response.create")
        await client.until("response.done")

    call = session(caller, answers=[ANSWER]).call
    assert call
    assert (call.patient, call.greets) == (how != "by voice", how != "typed")


def test_a_response_is_asked_for_once(session: SessionFactory) -> None:
    """Who asks for it twice in one breath is told so, and not greeted into the answer."""

    async def caller(client: Client) -> None:
        client.send("conversation.item.create", item=message("What does it cost?"))
        client.send("response.create")
        client.send("response.create")
        assert (await client.until("error"))["error"]["code"] == "nothing_to_answer"
        await client.until("response.done")

    held = session(caller, answers=["A lot of money."])
    assert held.client.said().strip() == "A lot of money."


@pytest.mark.parametrize("cancel", ["response.cancel", "output_audio_buffer.clear"])
def test_a_response_may_be_cancelled_before_it_has_begun(session: SessionFactory, cancel: str) -> None:
    async def caller(client: Client) -> None:
        client.send("conversation.item.create", item=message("What does it cost?"))
        client.send("response.create")
        client.send(cancel)
        done = (await client.until("response.done"))["response"]
        assert (done["status"], done["status_details"]["reason"]) == ("cancelled", "client_cancelled")
        client.send("conversation.item.create", item=message("And then?"))
        client.send("response.create")
        assert (await client.until("response.done"))["response"]["status"] == "completed"

    held = session(caller, answers=["A lot of money, which takes a while to say.", "Nothing."])
    assert not held.client.of("error")
    assert held.conversation[-1] == "Nothing."


def test_what_was_cancelled_in_vain_does_not_cancel_what_comes_later(session: SessionFactory) -> None:
    async def caller(client: Client) -> None:
        by_hand(client)
        client.append(1, loudness=0)
        client.send("input_audio_buffer.commit")
        client.send("response.create")
        client.send("response.cancel")
        assert (await client.until("error"))["error"]["code"] == "nothing_heard"
        client.send("conversation.item.create", item=message("And then?"))
        client.send("response.create")
        assert (await client.until("response.done"))["response"]["status"] == "completed"

    session(caller, hears=[""], answers=["Nothing."])
