import pytest

from emads_voice.channels.call import CallInfo
from emads_voice.channels.twilio import recent_calls
from emads_voice.channels.twilio.messages import MediaFormat, Stream
from emads_voice.channels.twilio.tokens import LIFETIME_S, StreamTokens

CALL = CallInfo("CA1", "thread-1")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def stream(call: str = "CA1", account: str = "AC1") -> Stream:
    return Stream(account, "MZ1", call, MediaFormat("audio/x-mulaw", 8000, 1))


def test_leave_is_given_for_one_stream_of_its_call() -> None:
    issued = StreamTokens()
    grant = issued.issue(CALL, "AC1", 0)
    assert len(grant.token) >= 43  # 256 bits
    assert len(grant.ticket) >= 22  # 128 bits
    assert issued.redeem(grant.ticket) == grant
    assert issued.redeem(grant.ticket) is None
    assert grant.call == CALL


def test_only_the_stream_that_was_meant_fits() -> None:
    grant = StreamTokens().issue(CALL, "AC1", 0)
    assert grant.fits(stream(), grant.token)
    assert not grant.fits(stream(), "")
    assert not grant.fits(stream(), grant.ticket)
    assert not grant.fits(stream(call="CA2"), grant.token)
    assert not grant.fits(stream(account="AC2"), grant.token)


def test_a_guess_uses_nothing_up() -> None:
    issued = StreamTokens()
    grant = issued.issue(CALL, "AC1", 0)
    for guess in ("", "guess", grant.token):
        assert issued.redeem(guess) is None
    assert issued.redeem(grant.ticket) == grant


def test_it_expires_and_is_not_given_again() -> None:
    clock = Clock()
    issued = StreamTokens(clock=clock)
    grant = issued.issue(CALL, "AC1", 0)
    assert not issued.is_spent("CA1", 0)
    clock.now = LIFETIME_S
    assert issued.is_spent("CA1", 0)
    assert issued.redeem(grant.ticket) is None


def test_a_repeated_webhook_gets_the_same_leave_until_it_is_used() -> None:
    issued = StreamTokens()
    grant = issued.issue(CALL, "AC1", 0)
    assert issued.issue(CALL, "AC1", 0) == grant
    assert issued.issue(CallInfo("CA1", "another thread"), "AC2", 0) == grant  # who asks first is believed
    issued.redeem(grant.ticket)
    assert issued.is_spent("CA1", 0)


def test_a_broken_line_gets_leave_of_its_own_and_ends_what_was_before() -> None:
    issued = StreamTokens()
    first = issued.issue(CALL, "AC1", 0)
    second = issued.issue(CallInfo("CA1", "thread-1", resumed=True), "AC1", 1)
    assert first.ticket != second.ticket
    assert issued.redeem(first.ticket) is None
    assert issued.is_spent("CA1", 0)
    assert not issued.is_spent("CA1", 1)
    assert not issued.is_spent("CA1", 2)
    assert issued.redeem(second.ticket) == second
    assert issued.is_spent("CA1", 1)


def test_leave_that_nobody_uses_takes_no_memory() -> None:
    clock = Clock()
    issued = StreamTokens(clock=clock)
    for n in range(100):
        clock.now = n * LIFETIME_S
        issued.issue(CallInfo(f"CA{n}", "t"), "AC1", 0)
    assert len(issued._grants) == 1


def test_the_oldest_calls_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent_calls, "REMEMBERED", 2)
    issued = StreamTokens()
    for n in range(3):
        issued.redeem(issued.issue(CallInfo(f"CA{n}", "t"), "AC1", 0).ticket)
    assert [issued.is_spent(f"CA{n}", 0) for n in range(3)] == [False, True, True]
