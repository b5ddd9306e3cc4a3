"""What a call leaves in the audit trail, from its beginning to its end."""

from __future__ import annotations

from typing import Any

from emads_voice.agents import AskKeys, Transfer
from emads_voice.channels.errors import TransferError
from emads_voice.graph import VoiceContext, create_voice_graph
from emads_voice.testing import MemoryAuditLog, ScriptedAgent, ScriptedLine, ScriptedRouter

LONG = "This is the first sentence of it. This is the second sentence of it. And this is the third one of it."
CALLER = VoiceContext(channel="phone", direction="inbound", caller="+84912345678")


class Wanting(ScriptedAgent):
    """Answers, and asks for something to be done."""

    def __init__(self, then: list[Any], *answers: str) -> None:
        super().__init__("cto", list(answers))
        self._then = then

    async def answer(self, *args: Any, **kwargs: Any) -> Any:
        analysis = await super().answer(*args, **kwargs)
        return analysis.model_copy(update={"then": self._then.pop(0) if self._then else None})


def kinds(log: MemoryAuditLog) -> list[str]:
    return [event.kind for event in log.events]


def details(log: MemoryAuditLog, kind: str) -> list[dict[str, Any]]:
    return [dict(event.details) for event in log.events if event.kind == kind]


def test_an_interrupted_answer_is_recorded_with_what_was_played(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.wait(2.6)
        await line.speak(1.0)
        await line.until_quiet(2)

    log = MemoryAuditLog()
    graph = create_voice_graph(
        [ScriptedAgent("cto", [LONG, "I stopped."])], router=ScriptedRouter([["cto"]]), audit=log
    )
    done = call(caller, hears=["all.", "the other one."], graph=graph, audit=log, context=CALLER)
    first, second = (event for event in log.events if event.kind == "said")
    assert (first.text, first.turn, first.details["interrupted"]) == (LONG, 1, True)
    assert LONG.startswith(first.played)
    assert 0 < len(first.played) < len(LONG)
    assert first.played == done.messages[1].text
    assert (second.played, second.turn, second.details["interrupted"]) == ("I stopped.", 2, False)
    told = kinds(log)
    assert told[0] == "call_started"
    assert told[-1] == "ended"
    assert details(log, "barge_in") == [{"begun": True}]
    assert details(log, "call_started") == [{"channel": "phone", "direction": "inbound"}]
    assert log.events[0].person == "+84912345678"
    assert details(log, "ended")[0]["turns"] == 2


def test_secret_keys_are_recorded_and_none_of_them(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.until_quiet()
        for key in "483926":
            line.press(key)
            await line.wait(0.2)
        await line.wait(8)

    log = MemoryAuditLog()
    call(
        caller, hears=["my account."], agent=Wanting([AskKeys(digits=6, secret=True)], "Your PIN?", "Fine."), audit=log
    )  # fmt: skip
    assert kinds(log).count("secret_keys") == 1
    assert "483926" not in "".join(event.model_dump_json() for event in log.events)


def test_a_transfer_and_one_that_fails_are_recorded(call: Any) -> None:
    class Refusing(ScriptedLine):
        async def transfer(self, to: str) -> None:
            raise TransferError("nobody there")

    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.wait(20)

    for line, kind, told in (
        (ScriptedLine(), "transferred", {"asked_for": True}),
        (Refusing(), "error", {"what": "TransferError"}),
    ):
        log = MemoryAuditLog()
        agent = Wanting([Transfer(reason="a person")], "One moment.")
        call(caller, hears=["a person."], agent=agent, audit=log, line=line, transfer_to="+842812345678")
        assert details(log, kind) == [told]
        assert "+842812345678" not in "".join(event.model_dump_json() for event in log.events)
