"""Approvers are known by a token, or by their number and a PIN, which is tried three times."""

import pytest

from emads_voice.decisions import Approvers, Channel, DecisionStore, Proof
from emads_voice.decisions.approvers import LOCKED_S
from emads_voice.decisions.errors import DecisionError, LockedError, WrongPinError
from emads_voice.observability.ledger import Ledger

from .conftest import Clock

NUMBER, PIN = "+84 912 345 678", "482915"


@pytest.fixture
def approvers(store: DecisionStore, ledger: Ledger) -> Approvers:
    return Approvers(store, ledger.persons)


def test_a_token_is_told_once_and_opens(approvers: Approvers) -> None:
    token = approvers.add("lan", roles=["ceo"])
    reviewer = approvers.by_token(token, Channel.HTTP)
    assert reviewer
    assert (reviewer.name, reviewer.proof) == ("lan", Proof.TOKEN)
    assert approvers.by_token(token + "x", Channel.HTTP) is None
    assert [(each.name, each.roles, each.telephones) for each in approvers.all()] == [
        ("lan", ("ceo",), False)
    ]


def test_a_number_is_an_approver_s_however_it_is_written(approvers: Approvers) -> None:
    approvers.add("lan", number=NUMBER, pin=PIN)
    caller = approvers.by_number("0912345678")
    assert caller
    assert caller.proof is Proof.NUMBER
    assert approvers.check_pin(caller, PIN).proof is Proof.PIN
    assert approvers.by_number("0912345679") is None
    assert approvers.by_number("") is None


def test_three_wrong_pins_lock_the_telephone_for_a_while(approvers: Approvers, clock: Clock) -> None:
    approvers.add("lan", number=NUMBER, pin=PIN)
    caller = approvers.by_number(NUMBER)
    assert caller
    for _ in range(2):
        with pytest.raises(WrongPinError):
            approvers.check_pin(caller, "0000")
    with pytest.raises(LockedError):
        approvers.check_pin(caller, "0000")
    with pytest.raises(LockedError):
        approvers.check_pin(caller, PIN)
    assert approvers.all()[0].locked
    clock.now += LOCKED_S + 1
    assert approvers.check_pin(caller, PIN).proof is Proof.PIN


def test_a_right_pin_forgets_the_wrong_ones(approvers: Approvers) -> None:
    approvers.add("lan", number=NUMBER, pin=PIN)
    caller = approvers.by_number(NUMBER)
    assert caller
    for _ in range(3):
        with pytest.raises(WrongPinError):
            approvers.check_pin(caller, "0000")
        assert approvers.check_pin(caller, PIN)


def test_who_is_removed_opens_nothing(approvers: Approvers) -> None:
    token = approvers.add("lan", number=NUMBER, pin=PIN)
    approvers.remove("lan")
    assert approvers.by_token(token, Channel.PAGE) is None
    assert approvers.by_number(NUMBER) is None
    with pytest.raises(DecisionError, match="called lan"):
        approvers.remove("lan")


@pytest.mark.parametrize(
    ("name", "number", "pin"),
    [
        ("", "", ""),
        ("two words", "", ""),
        ("lan", NUMBER, ""),
        ("lan", NUMBER, "12"),
        ("lan", NUMBER, "١٢٣٤"),
        ("lan", "", PIN),
    ],
)
def test_what_cannot_be_an_approver_is_refused(
    approvers: Approvers, name: str, number: str, pin: str
) -> None:
    with pytest.raises(DecisionError):
        approvers.add(name, number=number, pin=pin)


def test_nothing_that_opens_is_kept_as_text(approvers: Approvers, store: DecisionStore) -> None:
    token = approvers.add("lan", number=NUMBER, pin=PIN)
    with store.database.reading() as connection:
        row = connection.exec_driver_sql("SELECT * FROM decision_approvers").one()
    kept = " ".join(str(value) for value in row)
    assert token not in kept
    assert PIN not in kept
    assert "912345678" not in kept
