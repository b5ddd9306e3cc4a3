"""Variables: which count, which comes first, and what is said of those that cannot be used."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from emads_voice.channels.errors import ConfigurationError
from emads_voice.channels.twilio.settings import load_twilio_settings
from emads_voice.environment import ENVIRONMENT, set_variables, unset_blank, variable
from emads_voice.known_settings import KINDS
from emads_voice.settings import Settings, SettingsError, load_settings
from emads_voice.voice.errors import WeightsError
from emads_voice.voice.models.hub import hub_allowed

SECRET = "sk-never-tell-5f1d"
BLANKS = ["", " ", "\t \n"]


@pytest.fixture(autouse=True)
def _home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EMADS_DATA_DIR", "EMADS_MODELS_DIR"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize("place", ["environment", "file"])
def test_every_setting_that_is_blank_is_unset(
    home: Path, monkeypatch: pytest.MonkeyPatch, place: str, blank: str
) -> None:
    unset = [kind() for kind in KINDS]
    names = [variable for kind in KINDS for variable in kind.variables().values()]
    if place == "file":
        (home / ".env").write_text("".join(f'{name}="{blank}"\n' for name in names))
    else:
        for name in names:
            monkeypatch.setenv(name, blank)
    assert [kind() for kind in KINDS] == unset


def test_a_blank_variable_lets_the_file_speak(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where a compose file says ``EMADS_TTS: ${EMADS_TTS:-}``."""
    (home / ".env").write_text("EMADS_TTS=espeak\nEMADS_ASR=\n")
    monkeypatch.setenv("EMADS_TTS", " ")
    monkeypatch.setenv("EMADS_ASR", "vietnamese")
    settings = load_settings()
    assert (settings.tts, settings.asr) == ("espeak", "vietnamese")


def test_white_space_around_a_value_is_no_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMADS_ROUTER", " model\n")
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", f" {SECRET} ")
    assert load_settings().router == "model"
    assert load_twilio_settings().auth_token.get_secret_value() == SECRET


def test_a_variable_in_small_letters_counts_but_after_the_one_in_capitals(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("emads_tts", "espeak")
    assert load_settings().tts == "espeak"
    if os.name != "nt":  # where the two are one
        monkeypatch.setenv("EMADS_TTS", "piper")
        assert load_settings().tts == "piper"


def test_who_set_a_variable_is_known(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / ".env").write_text("EMADS_TTS=espeak\nEMADS_ASR=vietnamese\n")
    monkeypatch.setenv("EMADS_TTS", "piper")
    found = set_variables()
    path = str(home / ".env")
    assert (found["EMADS_TTS"].source, found["EMADS_TTS"].hides) == (ENVIRONMENT, path)
    assert (found["EMADS_ASR"].source, found["EMADS_ASR"].hides) == (path, "")
    assert "EMADS_ASR" not in set_variables(with_file=False)


def test_all_that_is_wrong_is_told_at_once_and_no_secret(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / ".env").write_text(f"EMADS_LANGUAGES=tlh\nEMADS_TTS_KEY='{SECRET} and more'\n")
    for name, value in {
        "EMADS_ROUTER": "dice",
        "EMADS_ASR_URL": f"ftp://user:{SECRET}@host",
        "EMADS_MODEL_KEY": f"{SECRET}é",
        "TWILIO_AUTH_TOKEN": f"{SECRET}\n{SECRET}",
        "EMADS_PHONE_MAX_CALLS": "many",
        "EMADS_PUBLIC_URL": f"https://user:{SECRET}@host:99999",
    }.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as ours:
        load_settings()
    with pytest.raises(ConfigurationError) as phones:
        load_twilio_settings()
    for name in ("EMADS_LANGUAGES", "EMADS_TTS_KEY", "EMADS_ROUTER", "EMADS_ASR_URL", "EMADS_MODEL_KEY"):
        assert f"{name} cannot be used: " in str(ours.value)
    for name in ("TWILIO_AUTH_TOKEN", "EMADS_PHONE_MAX_CALLS", "EMADS_PUBLIC_URL"):
        assert f"{name} cannot be used: " in str(phones.value)
    assert SECRET not in f"{ours.value} {phones.value}"


def test_a_secret_is_in_no_error_of_the_class_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMADS_ASR_URL", f"ftp://user:{SECRET}@host")
    with pytest.raises(SettingsError, match="give a base URL") as raised:
        Settings()
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://h:99999",
        "http://h:0",
        "http://[::1",
        "http://:80",
        "http://h:x",
        "https://h/v1?key=1",
        "http://",
    ],
)
def test_a_url_that_can_be_none_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    for name in ("EMADS_ASR_URL", "EMADS_PUBLIC_URL"):
        monkeypatch.setenv(name, url)
    with pytest.raises(SettingsError, match="EMADS_ASR_URL cannot be used: give a base URL"):
        load_settings()
    with pytest.raises(ConfigurationError, match="EMADS_PUBLIC_URL cannot be used: give a base URL"):
        load_twilio_settings()


def _a_folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(_a_folder, id="folder"),
        pytest.param(lambda path: path.write_bytes(b"EMADS_ASR=\xff"), id="latin-1"),
        pytest.param(lambda path: path.write_text("EMADS_ASR=x", "utf-16"), id="utf-16"),
        pytest.param(lambda path: path.write_bytes(b"EMADS_ASR=a\0b"), id="nul"),
        pytest.param(lambda path: path.symlink_to(path), id="loop"),
        pytest.param(lambda path: path.symlink_to("secrets/.env"), id="link to nothing"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(home: Path, make) -> None:  # type: ignore[no-untyped-def]
    make(home / ".env")
    with pytest.raises(SettingsError, match=r"^The file \.env cannot be read: [^\n]+\.$"):
        load_settings()
    with pytest.raises(ConfigurationError, match=r"^The file \.env cannot be read: "):
        load_twilio_settings()


def test_a_file_from_windows_is_read(home: Path) -> None:
    (home / ".env").write_bytes("\ufeffEMADS_TTS=espeak\r\nEMADS_HOTWORDS=Bình Dương\r\n".encode())
    settings = load_settings()
    assert (settings.tts, settings.hotwords) == ("espeak", ("Bình Dương",))


def test_only_who_starts_the_process_allows_the_hub(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / ".env").write_text("EMADS_ALLOW_HUB=true\n")
    assert not hub_allowed()
    monkeypatch.setenv("EMADS_ALLOW_HUB", " Yes ")
    assert hub_allowed()
    monkeypatch.setenv("EMADS_ALLOW_HUB", "perhaps")
    with pytest.raises(WeightsError, match="^EMADS_ALLOW_HUB cannot be used: "):
        hub_allowed()


@pytest.mark.parametrize("blank", BLANKS)
def test_variables_of_others_are_unset_when_blank(monkeypatch: pytest.MonkeyPatch, blank: str) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", blank)
    monkeypatch.setenv("OTEL_PROPAGATORS", blank)
    monkeypatch.setenv("OTEL_SERVICE_NAME", "kept")
    assert variable("OPENAI_API_KEY") is None
    unset_blank("OTEL_")
    assert "OTEL_PROPAGATORS" not in os.environ
    assert os.environ["OTEL_SERVICE_NAME"] == "kept"
    assert "OPENAI_API_KEY" in os.environ


def test_a_command_takes_empty_variables_of_opentelemetry_as_unset(home: Path) -> None:
    """Each of these, empty, ends its own packages in a traceback or a complaint, some as soon as they are imported."""
    names = (
        "OTEL_PROPAGATORS", "OTEL_PYTHON_CONTEXT", "OTEL_PYTHON_TRACER_PROVIDER", "OTEL_TRACES_SAMPLER",
        "OTEL_BSP_SCHEDULE_DELAY", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TIMEOUT",
    )  # fmt: skip
    environment = os.environ | dict.fromkeys(names, "") | {"OTEL_TRACES_EXPORTER": "console"}
    ran = subprocess.run(
        [sys.executable, "-m", "emads_voice", "doctor", "--settings"],
        env=environment, cwd=home, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    assert ran.stderr == ""
