"""How loud a voice must be over our own: what is learned of an echo, and for how long."""

import pytest

from emads_voice.channels.conversation.caller.echo_gate import EchoGate
from emads_voice.voice.activity.vad import WINDOW_S

OURS = 0.3


def utter(gate: EchoGate, loudness: float, *, own: float = 0.0) -> None:
    gate.begin()
    for _ in range(20):
        gate.window(own)
        gate.voice(loudness, own)
    gate.ended()


def we_speak(gate: EchoGate, seconds: float) -> None:
    for _ in range(round(seconds / WINDOW_S)):
        gate.window(OURS)


def test_an_echo_that_was_recognised_passes_no_more() -> None:
    gate = EchoGate(0.3)
    assert gate.passes(0.27, OURS)
    utter(gate, 0.27, own=OURS)
    gate.was_echo()
    assert not gate.passes(0.28, OURS)
    assert gate.passes(0.35, OURS)


@pytest.mark.parametrize("caller", [0.3, 0.32, 0.6])
def test_a_caller_who_is_louder_than_the_echo_still_passes(caller: float) -> None:
    gate = EchoGate(0.3)
    utter(gate, caller)
    utter(gate, 0.27, own=OURS)
    gate.was_echo()
    assert not gate.passes(0.27, OURS)
    assert gate.passes(caller, OURS)


def test_an_echo_is_forgotten_later_each_time() -> None:
    gate = EchoGate(0.3)
    for remembered_s in (15, 30, 60):
        utter(gate, 0.27, own=OURS)
        gate.was_echo()
        we_speak(gate, remembered_s - 1)
        assert not gate.passes(0.27, OURS)
        we_speak(gate, 2)
        assert gate.passes(0.27, OURS)


def test_what_is_much_louder_than_we_are_is_no_echo() -> None:
    gate = EchoGate(0.3)
    utter(gate, 0.45, own=OURS)
    assert gate.too_loud
    utter(gate, 0.3, own=OURS)
    assert not gate.too_loud


def test_how_loud_the_caller_is_is_learned_while_we_are_silent() -> None:
    gate = EchoGate(0.3)
    utter(gate, 0.1, own=OURS)
    assert not gate.faint, "nothing is known of them"
    utter(gate, 0.5)
    utter(gate, 0.1, own=OURS)
    assert gate.faint
    utter(gate, 0.45, own=OURS)
    assert not gate.faint


def test_who_began_over_us_is_known_by_what_they_said_after_we_fell_silent() -> None:
    gate = EchoGate(0.3)
    gate.begin()
    for own in [OURS] * 20 + [0.0] * 20:
        gate.voice(0.5, own)
    gate.ended()
    utter(gate, 0.1)
    assert gate.faint
