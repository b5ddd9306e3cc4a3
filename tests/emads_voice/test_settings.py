"""Settings: what a new user has, what may be set and where, and what is said of a value that cannot be used."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from emads_voice.channels.errors import ConfigurationError
from emads_voice.channels.twilio.settings import TwilioSettings
from emads_voice.observability import redact
from emads_voice.observability.redaction import names
from emads_voice.settings import Settings, SettingsError, load_settings
from emads_voice.voice.languages import ENGLISH, VIETNAMESE


@pytest.mark.usefixtures("home")
def test_the_defaults_are_the_embedded_models_and_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EMADS_DATA_DIR")
    monkeypatch.delenv("EMADS_MODELS_DIR")
    settings = load_settings()
    assert (settings.asr, settings.tts, settings.model) == ("whisper:base", "piper|espeak", None)
    assert settings.languages == (ENGLISH, VIETNAMESE)
    assert settings.data_dir.is_absolute()
    assert settings.models_dir == settings.data_dir / "models"


@pytest.mark.usefixtures("home")
def test_an_empty_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EMADS_ASR", "EMADS_LANGUAGES", "EMADS_HANDBOOK", "EMADS_MODEL_URL", "EMADS_DATA_DIR"):
        monkeypatch.setenv(name, "")
    settings = load_settings()
    assert settings.asr == "whisper:base"
    assert settings.languages == (ENGLISH, VIETNAMESE)
    assert (settings.handbook, settings.model_url) == (None, None)
    assert settings.data_dir != Path(), "conversations would be kept wherever the command is run"


def test_a_file_sets_what_the_environment_does_not(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / ".env").write_text(
        'EMADS_ASR="vietnamese"\nEMADS_TTS=espeak\nUNRELATED=1\nEMADS_HANDBOOK=~/book\n'
    )
    monkeypatch.setenv("EMADS_TTS", "piper")
    settings = load_settings()
    assert (settings.asr, settings.tts) == ("vietnamese", "piper")
    assert settings.handbook == Path.home() / "book"


@pytest.mark.usefixtures("home")
def test_languages_are_named_or_coded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMADS_LANGUAGES", " Vietnamese, en-GB ,")
    assert load_settings().languages == (VIETNAMESE, ENGLISH)


@pytest.mark.usefixtures("home")
def test_hotwords_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMADS_HOTWORDS", " EMADS, kho Bình Dương ,,")
    assert load_settings().hotwords == ("EMADS", "kho Bình Dương")


@pytest.mark.usefixtures("home")
def test_keys_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMADS_MODEL_KEY", "sk-secret")
    settings = load_settings()
    assert settings.model_key
    assert settings.model_key.get_secret_value() == "sk-secret"
    assert "sk-secret" not in f"{settings!r} {settings} {settings.model_dump_json()}"


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("EMADS_LANGUAGES", "en,tlh", "EMADS_LANGUAGES cannot be used: Unknown language 'tlh': did you mean"),
        (
            "EMADS_LANGUAGES",
            ",",
            "EMADS_LANGUAGES cannot be used: name at least one language, such as en,vi.",
        ),
        ("EMADS_ROUTER", "dice", "EMADS_ROUTER cannot be used: Input should be 'exemplars' or 'model'."),
        ("EMADS_ASR_URL", "asr:8000", "EMADS_ASR_URL cannot be used: give a base URL such as http://"),
        ("EMADS_TTS_URL", "http://", "EMADS_TTS_URL cannot be used: give a base URL such as http://"),
    ],
)
def test_a_value_that_cannot_be_used_is_told_by_its_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert str(raised.value).startswith(sentence)


def test_a_settings_file_that_is_no_text_is_told(home: Path) -> None:
    (home / ".env").write_bytes(b"EMADS_ASR=\xff\xfe")
    with pytest.raises(SettingsError, match=r"The file \.env cannot be read: .*utf-8"):
        load_settings()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no such pipes")
def test_a_settings_file_that_is_a_pipe_is_not_waited_for(home: Path) -> None:
    os.mkfifo(home / ".env")
    with pytest.raises(SettingsError, match="no file, but a pipe"):
        load_settings()


@pytest.mark.usefixtures("home")
def test_settings_made_in_a_program_say_what_is_wrong_as_those_of_the_environment_do() -> None:
    with pytest.raises(SettingsError, match=r"^EMADS_ROUTER cannot be used: .*'exemplars' or 'model'"):
        Settings(router="nobody")  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match=r"^EMADS_LANGUAGES cannot be used: .*Klingon"):
        Settings(languages="Klingon")  # type: ignore[arg-type]
    with pytest.raises(ConfigurationError, match=r"^EMADS_PHONE_MAX_CALLS cannot be used: "):
        TwilioSettings(max_calls=0)


def test_names_of_a_file_are_taken_out_of_what_is_kept(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "_names", {})
    (home / "names.txt").write_text("\ufeffNguyễn Văn An\n\nOliver Hawthorne\n", encoding="utf-8")
    monkeypatch.setenv("EMADS_REDACT_NAMES", str(home / "names.txt"))
    load_settings()
    assert redact("nguyen van an and Oliver Hawthorne") == "[name] and [name]"


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_of_names_that_cannot_be_read_is_refused(
    home: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    if content:
        (home / "names.txt").write_bytes(content)
    monkeypatch.setenv("EMADS_REDACT_NAMES", str(home / "names.txt"))
    with pytest.raises(
        SettingsError, match="EMADS_REDACT_NAMES.*give a text file in UTF-8 with one name a line"
    ):
        load_settings()


def test_a_log_has_one_of_two_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMADS_LOG_FORMAT", "json")
    assert load_settings().log_format == "json"
    monkeypatch.setenv("EMADS_LOG_FORMAT", "xml")
    with pytest.raises(SettingsError, match="EMADS_LOG_FORMAT"):
        load_settings()
