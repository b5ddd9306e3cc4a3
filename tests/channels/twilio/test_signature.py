import base64
import hashlib
import hmac

import pytest
from starlette.datastructures import ImmutableMultiDict

from emads_voice.channels.twilio.signature import Signatures

TOKEN = "12345"


def sign(text: str, token: str = TOKEN) -> str:
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def test_the_example_of_twilios_documentation() -> None:
    """https://www.twilio.com/docs/usage/security: this request has this signature."""
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    text = "https://mycompany.com/myapp.php?foo=1&bar=2" + "".join(k + v for k, v in sorted(form.items()))
    assert sign(text) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    signatures = Signatures(TOKEN, "https://mycompany.com")
    assert signatures.webhook(
        "/myapp.php", "foo=1&bar=2", ImmutableMultiDict(form), "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    )


@pytest.mark.parametrize("public", ["https://a.example", "https://a.example:443"])
@pytest.mark.parametrize("signed", ["https://a.example", "https://a.example:443"])
def test_the_usual_port_may_be_written_or_not(public: str, signed: str) -> None:
    signatures = Signatures(TOKEN, public)
    form = ImmutableMultiDict({"CallSid": "CA1"})
    assert signatures.webhook("/twilio/voice", "", form, sign(f"{signed}/twilio/voiceCallSidCA1"))
    assert signatures.upgrade("/twilio/media", sign(signed.replace("https", "wss") + "/twilio/media"))


def test_a_port_of_its_own_and_a_prefix_are_kept() -> None:
    signatures = Signatures(TOKEN, "https://a.example:8443/voice")
    assert signatures.upgrade("/twilio/media", sign("wss://a.example:8443/voice/twilio/media"))
    assert not signatures.upgrade("/twilio/media", sign("wss://a.example/voice/twilio/media"))


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "nonsense",
        "ÿ",
        sign("wss://a.example/twilio/media", "another token"),
        sign("wss://b.example/twilio/media"),
        sign("wss://a.example/twilio/media/"),
        sign("https://a.example/twilio/media"),
    ],
)
def test_other_signatures_are_refused(signature: str) -> None:
    assert not Signatures(TOKEN, "https://a.example").upgrade("/twilio/media", signature)


def test_a_changed_form_or_query_is_refused() -> None:
    signatures = Signatures(TOKEN, "https://a.example")
    genuine = sign("https://a.example/r?attempt=1CallSidCA1")
    assert signatures.webhook("/r", "attempt=1", ImmutableMultiDict({"CallSid": "CA1"}), genuine)
    assert not signatures.webhook("/r", "attempt=0", ImmutableMultiDict({"CallSid": "CA1"}), genuine)
    assert not signatures.webhook("/r", "attempt=1", ImmutableMultiDict({"CallSid": "CA2"}), genuine)
