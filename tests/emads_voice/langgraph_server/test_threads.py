"""Calls as threads of LangGraph's own server, opened with its own SDK: what Studio does, without a browser."""

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

from emads_voice import VoiceContext, create_voice_graph, run_turn, thread_of_call
from emads_voice.langgraph_server import saver
from emads_voice.testing import ScriptedAgent, ScriptedRouter
from emads_voice.voice.ear import TypedEar


def test_forms_ask_for_a_message_and_offer_this_graphs_agents(restaurant: Any) -> None:
    (assistant,) = restaurant.client.assistants.search(graph_id="voice")
    schemas = restaurant.client.assistants.get_schemas(assistant["assistant_id"])
    assert set(schemas["input_schema"]["properties"]) == {"messages"}
    agents = schemas["context_schema"]["properties"]["agents"]
    assert agents["items"]["enum"] == ["desk", "kitchen"]
    assert "desk: Tables and opening hours" in agents["description"]
    assert {"transcript", "route", "analyses", "speech"} <= set(schemas["state_schema"]["properties"])


def test_every_node_says_what_it_does(restaurant: Any) -> None:
    nodes = restaurant.client.assistants.get_graph("voice")["nodes"]
    told = {node["id"]: node["metadata"]["description"] for node in nodes if "metadata" in node}
    assert told["kitchen"] == "Dishes and what is in them."
    assert set(told) == {"listen", "route", "desk", "kitchen", "reconcile", "speak"}


def test_a_call_is_a_thread_while_it_goes_on_and_afterwards(restaurant: Any, texts: Any) -> None:
    restaurant.let_go_on(False)
    restaurant.call("CA-hours", "When do you open?", "And what soup is there? With every detail.")
    (thread,) = restaurant.client.threads.search(metadata={"call_sid": "CA-hours"})
    assert thread["thread_id"] == thread_of_call("CA-hours")
    during = restaurant.state(thread["thread_id"])
    assert during["next"] == ["kitchen"], (
        "the second answer has begun to be spoken, and goes on being generated"
    )
    assert texts(during["values"])[:3] == [
        "When do you open?",
        "We open at six. The kitchen closes at ten.",
        "And what soup is there? With every detail.",
    ]
    assert during["metadata"]["call_sid"] == "CA-hours"
    restaurant.let_go_on(True)
    restaurant.hang_up("CA-hours")
    after = restaurant.state(thread["thread_id"])
    assert after["next"] == []
    assert after["values"]["turn"] == 2
    assert after["values"]["ended"] == "hang-up"
    assert after["values"]["speech"]["interrupted"]
    interrupted = after["values"]["messages"][-1]
    assert (interrupted["name"], interrupted["additional_kwargs"]["interrupted"]) == ("kitchen", True)
    assert "+8490" not in json.dumps([thread, during, after]), "a number is not what a thread is found by"


def test_what_a_written_answer_came_to_is_in_the_state_as_of_a_spoken_one(restaurant: Any) -> None:
    thread = restaurant.client.threads.create()["thread_id"]
    values = restaurant.run(thread, input={"messages": [{"role": "user", "content": "When do you open?"}]})
    speech = values["speech"]
    assert speech["text"] == speech["played"] == "We open at six. The kitchen closes at ten."
    assert (speech["interrupted"], speech["error"]) == (False, "")


def test_an_answer_is_streamed_while_it_is_generated(restaurant: Any) -> None:
    thread = restaurant.client.threads.create()["thread_id"]
    question = {"messages": [{"role": "user", "content": "When do you open?"}]}
    stream = restaurant.client.runs.stream(
        thread, "voice", input=question, stream_mode=["messages-tuple", "updates"]
    )
    words: list[str] = []
    nodes: list[str] = []
    for event in stream:
        if event.event == "messages" and event.data[0]["type"] == "AIMessageChunk" and not nodes[2:]:
            words.append(event.data[0]["content"])
        elif event.event == "updates":
            nodes += event.data
    assert "".join(words) == "We open at six. The kitchen closes at ten."
    assert len(words) > 5
    assert nodes == ["listen", "route", "desk", "speak"]


def test_a_run_is_rolled_back_and_leaves_nothing(restaurant: Any, texts: Any) -> None:
    thread = restaurant.client.threads.create()["thread_id"]
    restaurant.let_go_on(False)
    try:
        slow = {"messages": [{"role": "user", "content": "With every detail: when do you open?"}]}
        restaurant.client.runs.create(thread, "voice", input=slow)
        give_up = time.monotonic() + 30
        while restaurant.state(thread)["next"] != ["desk"] and time.monotonic() < give_up:
            time.sleep(0.05)  # another process answers
        quick = {"messages": [{"role": "user", "content": "When do you open?"}]}
        values = restaurant.run(thread, input=quick, multitask_strategy="rollback")
    finally:
        restaurant.let_go_on(True)
    assert texts(values) == ["When do you open?", "We open at six. The kitchen closes at ten."]


def test_a_question_that_a_call_left_open_is_answered_in_studio(restaurant: Any, texts: Any) -> None:
    thread = restaurant.take_turn("CA-book", "Can I book a table?")
    waiting = restaurant.state(thread)
    assert waiting["next"] == ["desk"]
    ((question,),) = [task["interrupts"] for task in waiting["tasks"]]
    assert question["value"]["action_requests"][0]["description"] == "Book a table for two at seven?"

    values = restaurant.run(thread, command={"resume": {"decisions": [{"type": "approve"}]}})
    assert texts(values) == ["Can I book a table?", "Your table is booked."]
    assert restaurant.state(thread)["next"] == []

    restaurant.take_turn("CA-book", "When do you open?")  # and the call goes on from there
    assert texts(restaurant.state(thread)["values"])[2:] == [
        "When do you open?",
        "We open at six. The kitchen closes at ten.",
    ]


def test_a_question_asked_on_the_line_is_answered_in_studio_and_the_call_goes_on(
    restaurant: Any, texts: Any
) -> None:
    restaurant.call("CA-live", "Can I book a table?", later=("When do you open?",))
    thread = thread_of_call("CA-live")
    assert restaurant.state(thread)["next"] == ["desk"], "the caller hears the question"
    restaurant.run(thread, command={"resume": {"decisions": [{"type": "approve"}]}})
    restaurant.say_next("CA-live")
    restaurant.hang_up("CA-live")
    values = restaurant.state(thread)["values"]
    assert texts(values)[:3] == ["Can I book a table?", "Your table is booked.", "When do you open?"]
    assert values["turn"] == 2


def test_a_turn_is_run_again_with_what_was_heard_on_the_line(restaurant: Any, texts: Any) -> None:
    """The sound is gone; its transcript stands in for it."""
    restaurant.call("CA-again", "What soup is there?")
    restaurant.hang_up("CA-again")
    thread = thread_of_call("CA-again")
    heard = restaurant.at(thread, "listen")
    values = restaurant.run(thread, checkpoint_id=heard["checkpoint"]["checkpoint_id"])
    assert texts(values) == ["What soup is there?", "Today's soup is pumpkin. There is no cream in it."]
    assert (values["turn"], values["transcript"]["model"]) == (1, "scripted:recognizer")


def test_a_turn_that_was_misheard_is_run_again_with_the_right_words(restaurant: Any, texts: Any) -> None:
    restaurant.call("CA-bad", "When do you open?", "Is there soup on someday?")
    restaurant.hang_up("CA-bad")
    thread = thread_of_call("CA-bad")
    heard = restaurant.at(thread, "listen")
    fork = restaurant.client.threads.update_state(
        thread,
        {"messages": [{"role": "user", "content": "Are you open on Sunday?"}]},
        as_node="__start__",
        checkpoint_id=heard["checkpoint"]["checkpoint_id"],
    )
    values = restaurant.run(thread, checkpoint_id=fork["checkpoint_id"])
    assert texts(values)[2:] == ["Are you open on Sunday?", "We are closed on Sundays."]
    assert values["route"]["agents"] == ["desk"], "not the kitchen, to which the wrong words led"
    assert values["turn"] == 2


def test_a_question_is_routed_again_with_another_choice_of_agents(restaurant: Any) -> None:
    thread = restaurant.take_turn("CA-route", "What soup is there?")
    before = restaurant.at(thread, "route")
    values = restaurant.run(
        thread, checkpoint_id=before["checkpoint"]["checkpoint_id"], context={"agents": ["desk"]}
    )
    assert values["route"]["agents"] == ["desk"]
    assert list(values["analyses"]) == ["desk"]


def test_a_conversation_under_a_name_of_its_own_is_no_thread_and_the_log_says_so(
    restaurant: Any,
) -> None:
    restaurant.call("CA-monday", "When do you open?", thread="monday")
    restaurant.hang_up("CA-monday")
    assert not restaurant.client.threads.search(metadata={"call_sid": "CA-monday"})
    assert "Call CA-monday cannot be opened in Studio" in restaurant.log.read_text("utf-8")


def test_the_walk_through_a_bad_call_is_as_documented(restaurant: Any, capsys: Any) -> None:
    restaurant.call("CA-documented", "When do you open?", "Is there soup on someday?")
    restaurant.hang_up("CA-documented", hears_it_out=True)
    names: dict[str, Any] = {}
    told = documented("bad call", restaurant.url, "CA-documented")
    exec(told, names)  # the document's own program
    said = capsys.readouterr().out.splitlines()
    assert said == [
        "Is there soup on someday?",
        "{'agents': ['kitchen'], 'reason': 'They spoke of it.', 'scores': {}, 'asks': []}",
        "answered Today's soup is pumpkin. There is no cream in it.",
        "We are closed on Sundays.",
        "Only desk may be asked. We open at six. The kitchen closes at ten.",
    ]
    names["thread"] = restaurant.take_turn("CA-open", "Can I book a table?")
    exec(documented("open question", restaurant.url, "CA-open"), names)
    assert capsys.readouterr().out == "Book a table for two at seven?\n"
    assert restaurant.state(names["thread"])["values"]["answer"] == "Your table is booked."


def documented(name: str, url: str, sid: str) -> str:
    """A program of docs/studio.md, for this server and call."""
    text = (Path(__file__).parents[3] / "docs" / "studio.md").read_text("utf-8")
    blocks = re.findall(rf"<!-- test: {name} -->\n```python\n(.*?)```", text, re.DOTALL)
    return "".join(blocks).replace("http://127.0.0.1:2024", url).replace("CA…", sid)


async def test_a_call_of_another_process_is_opened_once_its_thread_is_in_the_list(
    restaurant: Any, monkeypatch: pytest.MonkeyPatch, texts: Any
) -> None:
    monkeypatch.setenv("EMADS_DATA_DIR", str(restaurant.log.parent / "data"))
    thread = thread_of_call("CA-elsewhere")
    agents = [ScriptedAgent("desk", ["We open at six."]), ScriptedAgent("kitchen", [])]
    async with saver() as kept:
        graph = create_voice_graph(agents, router=ScriptedRouter([["desk"]])).compile(checkpointer=kept)
        await run_turn(graph, VoiceContext(ear=TypedEar("When do you open?")), thread_id=thread)
    restaurant.client.threads.create(thread_id=thread, graph_id="voice", if_exists="do_nothing")
    assert texts(restaurant.state(thread)["values"]) == ["When do you open?", "We open at six."]

    copied = restaurant.client.threads.copy(thread)["thread_id"]
    assert texts(restaurant.state(copied)["values"]) == ["When do you open?", "We open at six."]
    restaurant.run(copied, input={"messages": [{"role": "user", "content": "And on Sunday?"}]})
    assert restaurant.state(thread)["values"]["turn"] == 1, (
        "what is tried on a copy leaves the call as it was"
    )
