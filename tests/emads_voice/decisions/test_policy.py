"""Who must approve what, as a table."""

import pytest

from emads_voice.decisions import Channel, Policy, Proof

PHONE, HTTP = Channel.PHONE, Channel.HTTP


@pytest.mark.parametrize("risk", range(13))
@pytest.mark.parametrize("escalated", [False, True])
def test_the_level_follows_the_risk_and_escalation_is_high(risk: int, escalated: bool) -> None:
    needs = Policy().requirement(risk, escalated=escalated)
    expected = "high" if escalated or risk > 7 else "medium" if risk > 3 else "low"
    assert needs.level == expected
    assert needs.approvals == (2 if expected == "high" else 1)
    assert not needs.automatic


@pytest.mark.parametrize(
    ("risk", "proof", "may"),
    [
        (3, Proof.NOTHING, True),
        (3, Proof.NUMBER, True),
        (4, Proof.NOTHING, False),
        (4, Proof.NUMBER, False),
        (4, Proof.PIN, True),
        (7, Proof.TOKEN, True),
        (7, Proof.ACCOUNT, True),
        (8, Proof.NUMBER, False),
        (8, Proof.PIN, True),
        (12, Proof.TOKEN, True),
    ],
)
def test_what_somebody_must_have_shown(risk: int, proof: Proof, may: bool) -> None:
    assert Policy().requirement(risk, escalated=False).suffices(proof) is may


@pytest.mark.parametrize(
    ("risk", "channels", "enough"),
    [
        (0, [], False),
        (0, [PHONE], True),
        (5, [PHONE], True),
        (9, [HTTP], False),
        (9, [PHONE, PHONE], False),
        (9, [PHONE, HTTP], True),
        (9, [HTTP, HTTP], True),
        (9, [PHONE, PHONE, HTTP], True),
    ],
)
def test_high_risk_takes_two_and_never_telephones_alone(
    risk: int, channels: list[Channel], enough: bool
) -> None:
    assert Policy().requirement(risk, escalated=False).fulfilled(channels) is enough


@pytest.mark.parametrize(
    ("risk", "escalated", "automatic"), [(3, False, True), (3, True, False), (4, False, False)]
)
def test_only_low_risk_is_carried_out_unasked_and_only_where_that_is_wanted(
    risk: int, escalated: bool, automatic: bool
) -> None:
    assert Policy(auto_execute_low=True).requirement(risk, escalated=escalated).automatic is automatic
