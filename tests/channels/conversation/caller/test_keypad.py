"""Keys, gathered into numbers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from emads_voice.agents import take_keys
from emads_voice.channels.background import Background
from emads_voice.channels.conversation.caller.keypad import LONGEST, Keypad
from emads_voice.channels.conversation.caller.recording_pause import RecordingPause
from emads_voice.testing import ScriptedLine, run_virtual
from emads_voice.voice.ear import TranscriptEar


def text_of(number: TranscriptEar | None) -> str:
    return number.transcript.text if number else ""


def pressed(keys: str, *, gap_s: float = 3.0, **expected: Any) -> list[str]:
    """The numbers that come of keys; a blank is a second, a dot half of one."""
    told: list[str] = []

    async def main() -> None:
        keypad = Keypad(
            Background("call"),
            gap_s,
            speaking=lambda: False,
            on_number=lambda n: told.append(text_of(n)),
            recording=RecordingPause(Background("call"), ScriptedLine()),
        )
        if expected:
            keypad.expect(**expected)
        for key in keys:
            if key in " .":
                await asyncio.sleep(1.0 if key == " " else 0.5)
            else:
                keypad.press(key)
        await asyncio.sleep(gap_s + 0.1)

    run_virtual(main())
    return [number.removeprefix("[keypad] ") for number in told]


def test_a_number_ends_where_no_number_goes_on() -> None:
    assert pressed("7" * (2 * LONGEST + 3)) == ["7" * LONGEST, "7" * LONGEST, "777"]


@pytest.mark.parametrize(
    ("keys", "numbers"),
    [
        ("56#", ["56"]),
        ("5 6", ["56"]),
        ("#", ["#"]),
        ("*", ["*"]),
        ("12*345#", ["345"]),
        ("12**7#", ["7"]),
        ("*345#", ["345"]),
        ("12*", [""]),
        ("12*#", [""]),
        ("12*    34#", ["", "34"]),
        ("12#34#", ["12", "34"]),
        ("4   .7   .1   .1#", ["4", "47", "471", "4711"]),  # sooner than anybody answers what we say
        ("4     7     1", ["4", "7", "1"]),
    ],
)
def test_what_keys_come_to(keys: str, numbers: list[str]) -> None:
    assert pressed(keys) == numbers


def test_a_number_of_known_length_needs_no_end() -> None:
    assert pressed("12345", digits=4) == ["1234", "5"]
    assert pressed("12*3456#", digits=4) == ["3456", "#"]


def test_keys_that_were_asked_for_again_begin_anew() -> None:
    told: list[str] = []

    async def main() -> None:
        keypad = Keypad(
            Background("call"),
            3.0,
            speaking=lambda: False,
            on_number=lambda n: told.append(text_of(n)),
            recording=RecordingPause(Background("call"), ScriptedLine()),
        )
        keypad.press("4")
        await asyncio.sleep(3.1)
        assert keypad.ended_by_pause
        keypad.expect()
        assert not keypad.ended_by_pause
        keypad.press("7")
        keypad.press("#")

    run_virtual(main())
    assert told == ["[keypad] 4", "[keypad] 7"]


def test_secret_digits_are_never_text_and_can_be_taken_once() -> None:
    (reference,) = pressed("4711", digits=4, secret=True)
    assert "4711" not in reference
    assert not any(letter.isdigit() for letter in reference)
    assert take_keys(f"[keypad] {reference}") == "4711"
    assert take_keys(reference) is None


@pytest.mark.parametrize("keys", ["47115#", "47115", "47    11", "4711 #56#", "4711*5#"])
def test_keys_after_secret_ones_are_secret(keys: str) -> None:
    numbers = [number for number in pressed(keys, digits=4, secret=True) if number]
    assert numbers
    assert not any(letter.isdigit() for number in numbers for letter in number)


def test_keys_that_are_expected_anew_are_no_secret() -> None:
    told: list[str] = []

    async def main() -> None:
        keypad = Keypad(
            Background("call"),
            3.0,
            speaking=lambda: False,
            on_number=lambda n: told.append(text_of(n)),
            recording=RecordingPause(Background("call"), ScriptedLine()),
        )
        keypad.expect(2, secret=True)
        for key in "475":
            keypad.press(key)
        keypad.expect()  # while one key too many waits for more
        await asyncio.sleep(3.1)
        keypad.press("1")
        keypad.press("#")

    run_virtual(main())
    assert ["secret-" in number for number in told] == [True, True, False]
    assert told[2] == "[keypad] 1"


def test_nothing_keyed_is_no_secret_number() -> None:
    assert pressed("#", secret=True) == [""]
    erased, reference = pressed("12*#4711#", secret=True)
    assert erased == ""
    assert take_keys(reference) == "4711"


# In a call.


async def press(line: ScriptedLine, keys: str, gap_s: float = 0.4) -> None:
    for key in keys:
        line.press(key)
        await line.wait(gap_s)


def test_keys_are_corrected_by_voice(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await press(line, "55")
        await line.speak(0.9)
        await line.until_answered()
        await line.until_quiet()
        await press(line, "56#")
        await line.wait(6)

    done = call(caller, hears=["sorry, wrong key."], answers=["Once more, please.", "Noted."])
    assert done.conversation == [
        "[keypad] 55 sorry, wrong key.",
        "Once more, please.",
        "[keypad] 56",
        "Noted.",
    ]


@pytest.mark.parametrize(
    ("aside", "then_s"), [("Hello?", 0.5), ("Are you there?", 2.0), ("Hold on.", 20.0), ("Chờ chút.", 8.0)]
)
def test_an_aside_does_not_end_a_number(call: Any, aside: str, then_s: float) -> None:
    async def caller(line: ScriptedLine) -> None:
        await press(line, "09")
        await line.speak(0.6)
        await line.wait(then_s)
        await press(line, "12#")
        await line.wait(9)

    done = call(caller, hears=[aside], answers=["Noted."], idle_s=60)
    assert done.conversation == ["[keypad] 0912", "Noted."]


def test_a_number_that_does_not_go_on_after_an_aside_ends(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await press(line, "09")
        await line.speak(0.6)
        await line.wait(9)

    done = call(caller, hears=["Hello?"], answers=["Noted."], idle_s=60)
    assert done.conversation == ["[keypad] 09", "Noted."]


@pytest.mark.parametrize(
    ("hears", "conversation"),
    [
        ("my customer number is", ["my customer number is [keypad] 42", "Noted."]),
        ("", ["[keypad] 42", "Noted."]),  # their tones are in the sound
    ],
)
def test_a_number_keyed_while_they_speak_is_one_turn_with_what_they_say(
    call: Any, hears: str, conversation: list[str]
) -> None:
    async def caller(line: ScriptedLine) -> None:
        speaking = asyncio.ensure_future(line.speak(2.4))
        await line.wait(1.0)
        await press(line, "42#", 0.2)
        await speaking
        await line.wait(8)

    assert call(caller, hears=[hears], answers=["Noted."]).conversation == conversation


def test_words_before_a_number_wait_for_all_of_it(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(0.3)
        await press(line, "555#")
        await line.wait(8)

    done = call(caller, hears=["My number is this."], answers=["Noted."])
    assert done.conversation == ["My number is this. [keypad] 555", "Noted."]


def test_who_erases_and_then_speaks_is_answered_at_once(call: Any) -> None:
    waited: list[float] = []

    async def caller(line: ScriptedLine) -> None:
        await press(line, "12*", 0.2)
        await line.speak(1.0)
        spoken = asyncio.get_running_loop().time()
        await line.until_answered()
        waited.append(asyncio.get_running_loop().time() - spoken)
        await line.until_quiet()

    done = call(caller, hears=["It is seven."], answers=["Noted."], key_gap_s=6)
    assert done.conversation == ["It is seven.", "Noted."]
    assert waited[0] < 1.5


def late_by(seconds: float) -> Callable[[ScriptedLine], Awaitable[None]]:
    async def caller(line: ScriptedLine) -> None:
        await press(line, "42")
        await line.until_answered()
        await line.wait(seconds)
        line.press("#")
        await line.wait(9)

    return caller


@pytest.mark.parametrize("late_s", [0.0, 0.5, 2.0])
def test_a_late_end_interrupts_nothing(call: Any, late_s: float) -> None:
    done = call(late_by(late_s), answers=["I have noted your number."], idle_s=60)
    assert done.conversation == ["[keypad] 42", "I have noted your number."]
    assert done.line.clears == []


def test_an_end_that_comes_late_while_we_think_interrupts_nothing(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await press(line, "42")
        await line.wait(3.5)
        line.press("#")
        await line.wait(9)

    done = call(caller, answers=["Noted."], answers_after_s=2, filler_after_s=9, idle_s=60)
    assert done.conversation == ["[keypad] 42", "Noted."]


def test_who_erases_what_they_keyed_hears_us_go_on(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.wait(0.3)
        await press(line, "4*#")
        await line.wait(9)

    answer = "Your parcel is on its way and arrives on Monday."
    done = call(caller, hears=["where is my parcel?"], answers=[answer], idle_s=60)
    assert done.conversation == ["where is my parcel?", answer]
