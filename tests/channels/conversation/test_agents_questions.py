"""An agent that waits to be told something, on the phone: asked aloud, answered by voice or key, never lost."""

from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.runtime import get_runtime
from langgraph.types import interrupt

from emads_voice.agents import AskKeys
from emads_voice.agents.forms import Analysis
from emads_voice.graph import VoiceContext
from emads_voice.testing import ScriptedAgent, ScriptedLine
from emads_voice.voice.languages import ENGLISH, VIETNAMESE
from emads_voice.voice.recognizer import Transcript

PAY: Any = {
    "action_requests": [{"name": "pay", "args": {"amount": "five dollars"}}],
    "review_configs": [{"action_name": "pay", "allowed_decisions": ["approve", "reject"]}],
}
ASKED = ["I would like to do this: pay: amount five dollars.", "Do you agree?"]
AGAIN = [
    "Sorry, please say yes or press one, or say no or press two.",
    *ASKED,
]


class Asks(ScriptedAgent):
    """Asks each question of its script once, and then says what it was told. ``done`` counts its deeds."""

    done = 0

    async def answer(self, *args: Any, **kwargs: Any) -> Analysis:
        self.asked.append((list(args[0]), kwargs["language"]))
        told = [interrupt(question) for question in self.script]
        self.done += 1
        kinds = [each["decisions"][0]["type"] if isinstance(each, dict) else each for each in told]
        return Analysis(answer=f"I was told: {', '.join(kinds)}.", agent=self.name)


async def ask(line: ScriptedLine) -> None:
    await line.speak(1.0)
    await line.until_answered()
    await line.until_quiet()


async def asks_and_answers(line: ScriptedLine) -> None:
    await ask(line)
    await ask(line)


@pytest.mark.parametrize(("says", "told"), [("yes", "approve"), ("no, not today", "reject")])
def test_it_is_asked_aloud_and_answered_by_voice(call: Any, says: str, told: str) -> None:
    done = call(asks_and_answers, hears=["pay it", says], agent=Asks("cto", [PAY]))
    assert done.said == [*ASKED, f"I was told: {told}."]
    assert done.conversation == ["pay it", " ".join(ASKED), says, f"I was told: {told}."]
    assert done.state["ended"] == "answered"


@pytest.mark.parametrize(("key", "told"), [("1", "approve"), ("2", "reject")])
def test_it_is_answered_by_a_key(call: Any, key: str, told: str) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        line.press(key)
        line.press("#")
        await line.until_answered()
        await line.until_quiet()

    assert call(caller, hears=["pay it"], agent=Asks("cto", [PAY])).said == [*ASKED, f"I was told: {told}."]


@pytest.mark.parametrize("wait_s", [0.3, 4.0], ids=["over the question", "after it"])
def test_a_key_answers_it_though_keys_were_secret_before(call: Any, wait_s: float) -> None:
    class Pin(Asks):
        async def answer(self, *args: Any, **kwargs: Any) -> Analysis:
            if "secret-" in args[0][-1].text:
                return await super().answer(*args, **kwargs)
            return Analysis(answer="Your PIN?", agent=self.name, then=AskKeys(digits=4, secret=True))

    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        for key in "4711":
            line.press(key)
        await line.until_answered()
        await line.wait(wait_s)
        line.press("1")
        line.press("#")
        await line.until_answered()
        await line.until_quiet()

    assert call(caller, hears=["pay it"], agent=Pin("cto", [PAY])).said[-1] == "I was told: approve."


def test_other_utterances_do_not_destroy_it(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        for _ in range(4):
            await ask(line)

    agent = Asks("cto", [PAY])
    done = call(caller, hears=["pay it", "where is it?", "what is that for?", "yes please"], agent=agent)
    assert done.said == [*ASKED, *AGAIN, *AGAIN, "I was told: approve."]
    assert agent.done == 1


def test_an_interruption_of_the_question_does_not_destroy_it(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.wait(0.5)
        await line.speak(1.0)  # over the question
        await line.until_quiet(2)
        await ask(line)

    agent = Asks("cto", [PAY])
    done = call(caller, hears=["pay it", "wait, who are you?", "yes"], agent=agent)
    assert done.said[-1] == "I was told: approve."
    assert agent.done == 1


GREETING = ["Hello.", "This is an automated assistant.", "How can I help?"]


def test_a_question_left_open_is_what_the_next_call_begins_with(call: Any) -> None:
    saver, agent = InMemorySaver(), Asks("cto", [PAY])
    first = call(ask, hears=["pay it"], agent=agent, saver=saver)
    assert first.said == ASKED

    async def answers(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.until_quiet()
        await ask(line)

    second = call(answers, hears=["yes"], agent=agent, saver=saver, opening="greeting")
    assert second.said == [*GREETING, *ASKED, "I was told: approve."]
    assert second.conversation == ["pay it", " ".join(ASKED), "yes", "I was told: approve."]
    assert agent.done == 1


def test_a_plain_question_in_vietnamese(call: Any) -> None:
    hears = [Transcript(text, VIETNAMESE, 1.0, "scripted:ear") for text in ("đặt bàn", "thứ sáu")]
    done = call(asks_and_answers, hears=hears, agent=Asks("cto", ["Anh chị muốn ngày nào?"]))
    assert done.said == ["Anh chị muốn ngày nào?", "I was told: thứ sáu."]


def test_two_questions_of_one_agent(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        for _ in range(3):
            await ask(line)

    done = call(caller, hears=["book it", "Friday", "eight"], agent=Asks("cto", ["Which day?", "How many?"]))
    assert done.said == ["Which day?", "How many?", "I was told: Friday, eight."]


def test_who_calls_reaches_the_agent(call: Any) -> None:
    class Looks(ScriptedAgent):
        async def answer(self, *args: Any, **kwargs: Any) -> Analysis:
            context = get_runtime(VoiceContext).context
            return Analysis(answer=f"{context.caller} on {context.channel}.", agent=self.name)

    context = VoiceContext(channel="phone", caller="anonymous", call_sid="CA1")
    hears = [Transcript("who am I?", ENGLISH, 1.0, "scripted:ear")]
    assert call(ask, hears=hears, agent=Looks("cto", []), context=context).said == ["anonymous on phone."]


@pytest.mark.parametrize(
    ("after_s", "why"), [(1.5, "hang-up"), (30.0, "answered")], ids=["hung up", "heard out"]
)
def test_the_state_tells_why_a_turn_ended_and_what_was_played(call: Any, after_s: float, why: str) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.wait(after_s)

    answer = "This is the first sentence of it. This is the second sentence of it."
    done = call(caller, hears=["tell me"], answers=[answer], idle_s=60)
    speech = done.state["speech"]
    assert (done.state["ended"], speech["interrupted"], speech["text"]) == (why, why == "hang-up", answer)
    assert answer.startswith(speech["played"])
    assert (speech["played"] == answer) == (why == "answered")


@pytest.mark.parametrize(
    "says", ["Cancel it.", "I don't know.", "Never mind.", "Stop.", "Hủy đi.", "Hold on."]
)
@pytest.mark.parametrize("asked", ["Which day?", "Tell me the day."])
def test_whatever_is_said_answers_a_plain_question(call: Any, asked: str, says: str) -> None:
    done = call(asks_and_answers, hears=["book it", says], agent=Asks("cto", [asked]))
    assert done.said == [asked, f"I was told: {says}."]


@pytest.mark.parametrize("says", ["Sorry?", "Are you there?", "Um."])
def test_but_not_how_it_was_heard(call: Any, says: str) -> None:
    async def caller(line: ScriptedLine) -> None:
        for _ in range(3):
            await ask(line)

    done = call(caller, hears=["book it", says, "Friday"], agent=Asks("cto", ["Which day?"]))
    assert done.said == ["Which day?", "Which day?", "I was told: Friday."]


@pytest.mark.parametrize(
    ("says", "told"),
    [
        ("Friday.", "I was told: Friday.."),
        ("Never mind.", "I was told: Never mind.."),
        ("Sorry, what?", "Which day?"),
        ("Hello?", "Which day?"),
        ("Slower, please.", "Which day?"),
    ],
)
def test_a_plain_question_left_open_is_answered_as_in_the_call_that_asked_it(
    call: Any, says: str, told: str
) -> None:
    saver, agent = InMemorySaver(), Asks("cto", ["Which day?"])
    call(ask, hears=["book it"], agent=agent, saver=saver)

    async def answers(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.until_quiet()
        await ask(line)
        await line.until_quiet()

    second = call(answers, hears=[says], agent=agent, saver=saver)
    assert second.said[0] == "Which day?"
    assert second.said[-1] == told


def test_a_person_is_reached_though_an_agent_waits_since_an_earlier_call(call: Any) -> None:
    saver, agent = InMemorySaver(), Asks("cto", ["Which day?"])
    call(ask, hears=["book it"], agent=agent, saver=saver)

    async def wants(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.until_quiet()
        await line.speak(1.0)
        await line.wait(10)

    second = call(wants, hears=["A person, please."], agent=agent, saver=saver, transfer_to="+84901234567")
    assert second.line.transferred == "+84901234567"


@pytest.mark.parametrize("no", ["Never mind.", "Forget it.", "Thôi khỏi."])
def test_never_mind_is_a_no_to_who_waits_for_consent(call: Any, no: str) -> None:
    done = call(asks_and_answers, hears=["pay it", no], agent=Asks("cto", [PAY]))
    assert "reject" in done.said[-1]
