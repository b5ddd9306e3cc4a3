from pathlib import Path

import pytest

from emads_voice.channels.errors import ConfigurationError
from emads_voice.channels.twilio.settings import TwilioSettings, load_twilio_settings

COMPLETE = {
    "TWILIO_ACCOUNT_SID": "AC1",
    "TWILIO_AUTH_TOKEN": "secret",
    "EMADS_PUBLIC_URL": "https://voice.example.com/",
}


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)  # no .env
    for field in TwilioSettings.model_fields.values():
        monkeypatch.delenv(str(field.validation_alias), raising=False)


def test_they_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        **COMPLETE,
        "EMADS_PHONE_ALLOW": "+8490*, +15551234567",
        "EMADS_PHONE_MAX_CALLS": "7",
    }.items():
        monkeypatch.setenv(name, value)
    settings = load_twilio_settings()
    settings.require()
    assert settings.public_url == "https://voice.example.com"
    assert settings.allow == ("+8490*", "+15551234567")
    assert settings.max_calls == 7
    assert settings.deny == ()
    assert "secret" not in repr(settings)


def test_approvers_have_names_and_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMADS_PHONE_APPROVERS", "lan:+84901234567, minh: +84901234568")
    settings = load_twilio_settings()
    assert settings.approvers == {"lan": "+84901234567", "minh": "+84901234568"}
    assert "+8490" not in repr(settings)
    for wrong in ("lan", "+84901234567", "lan:0901234567", ":+84901234567", '{"lan": 7}'):
        monkeypatch.setenv("EMADS_PHONE_APPROVERS", wrong)
        with pytest.raises(ConfigurationError, match="EMADS_PHONE_APPROVERS"):
            load_twilio_settings()


@pytest.mark.parametrize("missing", COMPLETE)
def test_the_phone_is_closed_while_anything_is_missing(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    for name, value in COMPLETE.items():
        if name != missing:
            monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=f"closed: set {missing} "):
        load_twilio_settings().require()


def test_the_public_url_must_be_secure(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**COMPLETE, "EMADS_PUBLIC_URL": "http://voice.example.com"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match="https://"):
        load_twilio_settings().require()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EMADS_PUBLIC_URL", "voice.example.com"),
        ("EMADS_PUBLIC_URL", "https://voice.example.com/?token=1"),
        ("EMADS_PHONE_NUMBER", "0901234567"),
        ("EMADS_PHONE_HUMAN", "reception"),
        ("EMADS_PHONE_ALLOW", "+84*,friends"),
        ("EMADS_PHONE_MAX_CALLS", "0"),
        ("EMADS_PHONE_MAX_CALLS", "many"),
    ],
)
def test_a_bad_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=f"^{name} cannot be used: "):
        load_twilio_settings()


def test_a_file_that_is_not_utf_8_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_bytes(b"EMADS_PHONE_HUMAN=\xff\xfe")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError, match=r"\.env cannot be read"):
        load_twilio_settings()
