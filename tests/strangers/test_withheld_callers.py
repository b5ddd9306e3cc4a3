"""Callers who withhold their number are many, not one, and can be refused by one name."""

from collections.abc import Callable

from harness.process import Server
from harness.webhooks import call_sid, ring

WITHHELD = ["anonymous", "Anonymous", "+266696687", "Restricted", "RESTRICTED", "unavailable", "+86282452253"]
WITHHELD += ["unknown", "", "sip:anonymous@anonymous.invalid", "Private"]
AT_ONCE = 10


def test_many_may_call_at_once(server: Server) -> None:
    for caller in WITHHELD:
        answers = [ring(server.port, call_sid(), From=caller) for _ in range(AT_ONCE)]
        assert all("Connect" in answer.verbs for answer in answers), caller


def test_they_can_be_refused_by_one_name(start: Callable[..., Server]) -> None:
    careful = start(EMADS_PHONE_DENY="anonymous")
    for caller in WITHHELD:
        assert ring(careful.port, call_sid(), From=caller).verbs == ["Reject"], caller
    assert "Connect" in ring(careful.port, call_sid()).verbs
