from emads_voice.channels.call import CallInfo
from emads_voice.channels.twilio import tokens
from emads_voice.channels.twilio.tokens import LIFETIME_S, StreamTokens

CALL = CallInfo("CA1", "thread-1")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_token_opens_one_stream_of_its_call() -> None:
    issued = StreamTokens()
    token = issued.issue(CALL, "AC1")
    assert len(token) >= 43  # 256 bits
    assert issued.redeem(token, call_sid="CA1", account_sid="AC1") == CALL
    assert issued.redeem(token, call_sid="CA1", account_sid="AC1") is None


def test_strangers_neither_get_in_nor_use_it_up() -> None:
    issued = StreamTokens()
    token = issued.issue(CALL, "AC1")
    issued.issue(CallInfo("CA2", "thread-2"), "AC1")
    assert issued.redeem("guess", call_sid="CA1", account_sid="AC1") is None
    assert issued.redeem("", call_sid="CA1", account_sid="AC1") is None
    assert issued.redeem(token, call_sid="CA2", account_sid="AC1") is None
    assert issued.redeem(token, call_sid="CA9", account_sid="AC1") is None
    assert issued.redeem(token, call_sid="CA1", account_sid="AC2") is None
    assert issued.redeem(token, call_sid="CA1", account_sid="AC1") == CALL


def test_it_expires() -> None:
    clock = Clock()
    issued = StreamTokens(clock=clock)
    token = issued.issue(CALL, "AC1")
    clock.now = LIFETIME_S
    assert issued.redeem(token, call_sid="CA1", account_sid="AC1") is None


def test_a_repeated_webhook_gets_the_same_token_until_it_is_used() -> None:
    clock = Clock()
    issued = StreamTokens(clock=clock)
    token = issued.issue(CALL, "AC1")
    assert issued.issue(CALL, "AC1") == token
    assert issued.issue(CallInfo("CA1", "thread-1", resumed=True), "AC1") != token
    token = issued.issue(CALL, "AC1")
    clock.now = LIFETIME_S
    renewed = issued.issue(CALL, "AC1")
    assert renewed != token
    assert issued.redeem(renewed, call_sid="CA1", account_sid="AC1") == CALL


def test_the_oldest_make_room(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(tokens, "CAPACITY", 2)
    issued = StreamTokens()
    given = [issued.issue(CallInfo(f"CA{n}", "t"), "AC1") for n in range(3)]
    assert issued.redeem(given[0], call_sid="CA0", account_sid="AC1") is None
    assert issued.redeem(given[1], call_sid="CA1", account_sid="AC1")
    assert issued.redeem(given[2], call_sid="CA2", account_sid="AC1")
