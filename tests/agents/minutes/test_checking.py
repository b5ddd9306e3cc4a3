"""What nobody said is dropped; what was said has its words, speaker and times from the transcript."""

import itertools
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from langchain_core.messages import AIMessage

from emads_voice.agents.errors import ModelError
from emads_voice.agents.minutes.checking import checked
from emads_voice.agents.minutes.embedded import extract
from emads_voice.agents.minutes.forms import Action, Agreement, Appointment, Findings, Taken
from emads_voice.agents.minutes.lines import Line, find_quote
from emads_voice.agents.minutes.model import ModelExtractor, pieces
from emads_voice.agents.minutes.scheduling import schedule
from emads_voice.testing import ScriptedChatModel

LINES = [
    Line("Lan", "Good morning, everybody.", 0, 2),
    Line("Minh", "I'll send the price list by next Friday.", 2, 5),
    Line("Hoa", "Vậy chúng ta thống nhất", 5, 7),
    Line("Hoa", "chọn nhà cung cấp mới.", 7, 9),
    Line("Lan", "Đồng ý.", 9, 10),
]
MONDAY = datetime(2026, 11, 23, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def test_a_quote_is_found_whatever_its_marks_and_over_lines_of_one_speaker() -> None:
    quote = find_quote("thong nhat chon nha cung cap moi", LINES)
    assert quote is not None
    assert (quote.speaker, quote.line, quote.start_s, quote.end_s) == ("Hoa", 2, 5, 9)
    assert quote.text == "Vậy chúng ta thống nhất chọn nhà cung cấp mới."
    found = find_quote("I'll SEND the price-list", LINES)
    assert found is not None
    assert found.line == 1


@pytest.mark.parametrize(
    "quote", ["I will send the prices", "everybody I'll send", "send list", "morning", "", "mới đồng ý"]
)
def test_words_that_do_not_stand_there_so_are_no_quote(quote: str) -> None:
    assert find_quote(quote, LINES) is None


def test_claims_without_their_words_are_dropped_and_counted() -> None:
    found = Findings(
        actions=[
            Action(
                quote="I'll send the price list",
                owner="Minh",
                task="send the price list",
                due_text="by next Friday",
            ),
            Action(quote="I'll buy a helicopter", owner="Lan", task="buy a helicopter"),
            Action(quote="send the price list by next Friday", owner="Zoe", task="send the price list again"),
        ],
        decisions=[
            Taken(
                quote="chọn nhà cung cấp mới",
                text="chọn nhà cung cấp mới",
                agreed=[
                    Agreement(who="Lan", quote="Đồng ý.", start_s=0),
                    Agreement(who="Minh", quote="Yes.", start_s=0),
                ],
            )
        ],
        appointments=[Appointment(quote="let's meet in Paris", title="Paris", when_text="tomorrow")],
    )
    stands = checked(found, LINES)
    assert stands.dropped == 2
    assert [(action.owner, action.speaker, action.start_s) for action in stands.actions] == [
        ("Minh", "Minh", 2)
    ]
    assert [agreement.who for agreement in stands.decisions[0].agreed] == ["Lan"]
    assert stands.decisions[0].agreed[0].start_s == 9
    assert not stands.appointments


def test_what_the_embedded_extractor_finds_stands() -> None:
    found = extract(LINES)
    assert checked(found, LINES) == found


def test_an_owner_whom_nobody_named_is_none() -> None:
    found = Findings(actions=[Action(quote="I'll send the price list", owner="Zoe", task="send it")])
    assert checked(found, LINES).actions[0].owner == ""


def test_dates_become_days_and_what_may_be_two_a_question() -> None:
    found = extract(LINES)
    scheduled, questions = schedule(found, MONDAY)
    assert scheduled.actions[0].due == ""
    (question,) = questions
    assert (question.kind, question.text) == ("date", "by next Friday")
    assert question.options == ["2026-11-27", "2026-12-04"]
    certain = found.model_copy(
        update={"actions": [found.actions[0].model_copy(update={"due_text": "by Friday"})]}
    )
    scheduled, questions = schedule(certain, MONDAY)
    assert (scheduled.actions[0].due, questions) == ("2026-11-27", [])


def test_who_does_it_is_asked_where_nobody_was_named() -> None:
    found = Findings(actions=[Action(quote="send it now", task="send it")])
    _, questions = schedule(found, MONDAY)
    assert [question.kind for question in questions] == ["owner"]


def reply(**minutes: object) -> AIMessage:
    return AIMessage("", tool_calls=[{"name": "Minutes", "args": minutes, "id": "1"}])


async def test_a_chat_model_is_asked_for_minutes_and_gives_dates_as_they_were_said() -> None:
    action = {
        "owner": "Minh",
        "task": "send the price list",
        "due": "by next Friday",
        "quote": "I'll send the price list",
    }
    model = ScriptedChatModel(script=[reply(actions=[action])], streams=False)
    found = await ModelExtractor(model, "scripted").extract(LINES)
    assert [(each.owner, each.due_text, each.due) for each in found.actions] == [
        ("Minh", "by next Friday", "")
    ]
    assert "Minh: I'll send the price list" in model.asked[0][1].text


async def test_a_model_that_fails_or_answers_nonsense_is_told_in_one_sentence() -> None:
    down = ModelExtractor(ScriptedChatModel(script=[RuntimeError("no route\nto host")], streams=False), "it")
    with pytest.raises(ModelError, match="^it failed: no route"):
        await down.extract(LINES)
    odd = ModelExtractor(ScriptedChatModel(script=[reply(actions=[{"quote": 1}])], streams=False), "it")
    with pytest.raises(ModelError, match=r"^it (gave something other|failed)"):
        await odd.extract(LINES)


def test_a_long_meeting_is_given_in_pieces_that_overlap() -> None:
    lines = [Line("Lan", "word " * 100, at, at + 1) for at in range(100)]
    given = pieces(lines)
    assert len(given) > 3
    assert {line.start_s for piece in given for line in piece} == set(range(100))
    assert all(piece[0].start_s <= before[-1].start_s for before, piece in itertools.pairwise(given))
    assert pieces([]) == []
