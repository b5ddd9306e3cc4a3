"""Callers who withhold their number are many, not one, and can be refused by one name."""

from collections.abc import Callable

from harness.process import Server
from harness.webhooks import call_sid, post, ring

WITHHELD = ["anonymous", "Anonymous", "+266696687", "Restricted", "RESTRICTED", "unavailable", "+86282452253"]
WITHHELD += ["unknown", "", "sip:anonymous@anonymous.invalid", "Private"]
AT_ONCE = 10


def test_many_may_call_at_once(server: Server) -> None:
    for caller in WITHHELD:
        sids = [call_sid() for _ in range(AT_ONCE)]
        answers = [ring(server.port, sid, From=caller) for sid in sids]
        assert all("Connect" in answer.verbs for answer in answers), caller
        for sid in sids:
            post(server.port, "/twilio/status", CallSid=sid, From=caller, CallStatus="completed")


def test_they_can_be_refused_by_one_name(start: Callable[..., Server]) -> None:
    careful = start(EMADS_PHONE_DENY="anonymous")
    for caller in WITHHELD:
        assert ring(careful.port, call_sid(), From=caller).verbs == ["Reject"], caller
    assert "Connect" in ring(careful.port, call_sid()).verbs
