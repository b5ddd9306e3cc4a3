from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from emads_voice.channels.errors import CallError, ConfigurationError
from emads_voice.cli.call import call
from emads_voice.cli.serve import serve

app = typer.Typer()
app.command()(serve)
app.command()(call)


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)  # no .env
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "EMADS_PUBLIC_URL", "EMADS_PHONE_NUMBER"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("command", [["serve"], ["call", "+84901234567"]])
def test_without_an_account_nothing_starts(command: list[str]) -> None:
    error = CliRunner().invoke(app, command).exception
    assert isinstance(error, ConfigurationError)
    assert str(error).startswith(
        "The phone stays closed: set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, EMADS_PUBLIC_URL"
    )


def test_a_number_is_checked_before_anyone_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "TWILIO_ACCOUNT_SID": "AC1",
        "TWILIO_AUTH_TOKEN": "secret",
        "EMADS_PUBLIC_URL": "https://voice.example.com",
    }.items():
        monkeypatch.setenv(name, value)
    error = CliRunner().invoke(app, ["call", "0901234567"]).exception
    assert isinstance(error, CallError)
    assert "such as +84901234567" in str(error)
