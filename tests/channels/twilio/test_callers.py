import time
from typing import Any

import pytest

from emads_voice.channels.twilio.callers import caller_of
from emads_voice.channels.twilio.settings import TwilioSettings

WITHHELD = [
    "",
    " ",
    "+",
    "anonymous",
    "Anonymous",
    "ANONYMOUS",
    "Restricted",
    "unavailable",
    "unknown",
    "private",
    "Private Number",
    "No Caller ID",
    "blocked",
    "withheld",
    "Ẩn danh",
    "0",
    "+0000000000",
    "+266696687",
    "266696687",
    "+2 666 96687",
    "+7378742833",
    "+7378742883",
    "+86282452253",
    "+8656696",
    "+2562533",
    "+7748283",
    "+464",
    "tel:anonymous",
    "client:anonymous",
    "client:Anonymous",
    "client:",
    "client:+266696687",
    "sip:anonymous@anonymous.invalid",
    "SIP:Anonymous@Anonymous.Invalid;user=phone",
    '"Anonymous" <sip:anonymous@anonymous.invalid>',
    "sips:alice@anonymous.invalid:5061",
    "sip:Restricted@example.com",
    "sip:%61nonymous@example.com",
    "sip:+266696687@example.com",
    "sip:@example.com",
]


@pytest.mark.parametrize("address", WITHHELD)
def test_withheld_numbers_are_nobodys(address: str) -> None:
    assert caller_of(address) == ""


@pytest.mark.parametrize(
    ("address", "caller"),
    [
        ("+84901234567", "+84901234567"),
        (" +84 90-123.45.67 ", "+84901234567"),
        ("tel:+84-90-1234567;phone-context=x", "+84901234567"),
        ("+2666966870", "+2666966870"),
        ("+8628245225300", "+8628245225300"),
        ("0901234567", "0901234567"),
        ("12345", "12345"),
        ("sip:Alice@Example.com:5060;transport=tls?x=y", "sip:alice@example.com"),
        ("sip:alice:secret@example.com", "sip:alice@example.com"),
        ('"Alice" <sip:alice@example.com>', "sip:alice@example.com"),
        ("sip:+84901234567@[2001:db8::1]:5060", "sip:+84901234567@[2001:db8::1]"),
        ("sip:example.com", "sip:example.com"),
        ("client:Bob", "client:bob"),
        ("whatsapp:+84901234567", "whatsapp:+84901234567"),
    ],
)
def test_a_caller_has_one_spelling(address: str, caller: str) -> None:
    assert caller_of(address) == caller
    assert caller_of(caller) == caller


@pytest.mark.parametrize(
    "text", ["1", "0", "+", " ", "-", ":", ":1", "sip:", "@", "<", "<>", "%", "%2", ";", "a:", "é"]
)
def test_a_long_one_costs_what_its_length_costs(text: str) -> None:
    def cost(address: str) -> float:
        runs = []
        for _ in range(3):
            begun = time.thread_time()
            caller_of(address)
            runs.append((time.thread_time() - begun) / len(address))
        return min(runs)

    assert cost((text * 60_000)[:60_000] + "x") < 20 * cost("+84901234567")


async def test_withheld_numbers_are_not_one_caller(open_phone: Any) -> None:
    phone = await open_phone(max_calls=100, max_calls_per_caller=1)
    for number, address in enumerate(WITHHELD):
        assert (await phone.ring(f"CA{number}", From=address)).verbs == ["Connect", "Redirect"], address
    caller = await phone.call("CA99", From="+266696687")
    await caller.say()
    await caller.listen()
    assert phone.echo.calls[0].caller == ""


async def test_a_caller_who_is_written_differently_is_still_one(open_phone: Any) -> None:
    phone = await open_phone(max_calls_per_caller=1)
    assert (await phone.ring("CA1", From="sip:alice@example.com")).verbs == ["Connect", "Redirect"]
    assert (await phone.ring("CA2", From="sip:Alice@example.com:5060;x=1")).verbs == ["Reject"]
    assert (await phone.ring("CA3", From="sip:bob@example.com")).verbs == ["Connect", "Redirect"]


@pytest.mark.parametrize("address", WITHHELD)
def test_withheld_numbers_can_be_allowed_and_denied(address: str) -> None:
    cases: list[tuple[dict[str, Any], bool]] = [
        ({"deny": "anonymous"}, False),
        ({"allow": "Anonymous"}, True),
        ({"allow": "+*,sip:*,client:*,12345"}, False),
        ({"allow": "anonymous", "deny": "+2*,+7*,+8*,client:*,sip:*"}, True),
        ({"deny": "+266696687"}, False),  # people may have written it so
    ]
    for lists, admitted in cases:
        assert TwilioSettings(**{"_env_file": None, **lists}).may_call(address) == admitted, lists


async def test_the_lists_take_addresses_and_short_codes(open_phone: Any) -> None:
    phone = await open_phone(
        allow="sip:Alice@example.com, client:*, 12345,+8490*", deny="client:mallory", max_calls=50
    )
    for number, (address, admitted) in enumerate(
        {
            "sip:alice@Example.com:5060": True,
            "sip:bob@example.com": False,
            "client:bob": True,
            "client:Mallory": False,
            "12345": True,
            "123456": False,
            "sip:+84901234567@example.com": False,  # what a SIP peer calls itself is no telephone number
            "+84901234567": True,
            "anonymous": False,
        }.items()
    ):
        verbs = (await phone.ring(f"CA{number}", From=address)).verbs
        assert verbs == (["Connect", "Redirect"] if admitted else ["Reject"]), address
