"""The list of settings is whole, and a name that is not in it is told of."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from emads_voice.known_settings import names, shown, unread

from .conftest import Run

ROOT = Path(__file__).parents[2]
SECRET = "sk-never-tell-5f1d"

EXAMPLES = {"EMADS_TSS"}
"""Misspelt on purpose, where misspelling is explained."""


def read(*folders: str) -> dict[str, set[str]]:
    """The names of settings in the text files of folders, and where each is."""
    found: dict[str, set[str]] = {}
    for folder in folders:
        place = ROOT / folder
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            if path.is_file() and path.suffix in {".py", ".md", ".yaml", ".yml", ".toml", ".json", ""}:
                for name in re.findall(r"\bEMADS_[A-Z][A-Z_]*[A-Z]\b", path.read_text("utf-8", "ignore")):
                    found.setdefault(name, set()).add(str(path))
    return found


def test_every_name_in_the_code_and_the_documents_is_a_setting() -> None:
    ours = (
        "agents",
        "channels",
        "voice",
        "emads_voice",
        "graph",
        "observability",
        "deploy",
        "docs",
        "examples",
    )
    found = read(*ours, "benchmarks", "tools", "README.md", "Makefile", "deploy/.env.example")
    assert len(found) > 20, "the search finds what is there"
    # EMADS_PHONE_ is a beginning of names.
    unknown = {
        name: places for name, places in found.items() if name not in names() | EXAMPLES | {"EMADS_PHONE"}
    }
    assert not unknown


def test_every_setting_is_in_the_documents() -> None:
    assert names() <= read("README.md", "docs").keys() | {"TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"}


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("EMADS_TSS", "EMADS_TSS: did you mean EMADS_TTS?"),
        ("EMADS_LANGAUGES", "EMADS_LANGAUGES: did you mean EMADS_LANGUAGES?"),
        ("EMADS_LANGUAGE", "EMADS_LANGUAGE: did you mean EMADS_LANGUAGES?"),
        ("EMADS_MAX_CALLS", "EMADS_MAX_CALLS: did you mean EMADS_PHONE_MAX_CALLS?"),
        ("EMADS_PHONE_PUBLIC_URL", "EMADS_PHONE_PUBLIC_URL: did you mean EMADS_PUBLIC_URL?"),
        ("EMADS_TWILIO_AUTH_TOKEN", "EMADS_TWILIO_AUTH_TOKEN: did you mean TWILIO_AUTH_TOKEN?"),
        ("emads_modle", "EMADS_MODLE: did you mean EMADS_MODEL?"),
        ("EMAD_TTS", "EMAD_TTS: did you mean EMADS_TTS?"),
        ("TWILIO_ACOUNT_SID", "TWILIO_ACOUNT_SID: did you mean TWILIO_ACCOUNT_SID?"),
        ("TWILIO_AUTHTOKEN", "TWILIO_AUTHTOKEN: did you mean TWILIO_AUTH_TOKEN?"),
        ("EMADS_COFFEE_QXZ", "EMADS_COFFEE_QXZ: there is no such setting."),
    ],
)
def test_a_name_that_nothing_reads_is_told(monkeypatch: pytest.MonkeyPatch, name: str, sentence: str) -> None:
    monkeypatch.setenv(name, SECRET)
    assert unread() == [sentence]


@pytest.mark.usefixtures("home")
def test_names_of_others_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "TWILIO_API_KEY",
        "TWILIO_PHONE_NUMBER",
        "PUBLIC_URL",
        "ASR_MODEL",
    ):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "x")
    monkeypatch.setenv("TWILIO_AUTH_TOKEN_2", "x")  # as for another account
    monkeypatch.setenv("EMADS_TSS", " ")
    assert unread() == []


def test_the_file_is_looked_through_too(home: Path) -> None:
    (home / ".env").write_text(
        f"# ours\nexport EMADS_TSS=x\nEMADS_MODEL_KEY {SECRET}\nEMADS_ALLOW_HUB=true\nEMADS_ASR\nOTHER=1\n"
    )
    assert unread() == [
        "Line 3 of .env sets nothing: write it as NAME=value.",
        "Line 5 of .env sets nothing: write it as NAME=value.",
        "EMADS_ALLOW_HUB in .env is not read: set it in the environment.",
        "EMADS_TSS (in .env): did you mean EMADS_TTS?",
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask", "missing.wav"],
        ["transcribe", "missing.wav"],
        ["say", " ", "--out", "x.wav"],
        ["serve", "--host", "no such host"],
        ["call", "+84901234567"],
        ["languages", "--json"],
        ["doctor", "--settings"],
    ],
)
def test_every_command_warns_once_and_goes_on(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    without = run(*arguments)
    (home / ".env").write_text("EMADS_LANGAUGES=vi\n")
    monkeypatch.setenv("EMADS_TSS", "espeak")
    ran = run(*arguments)
    assert (ran.status, ran.out) == (without.status, without.out)
    assert sorted(set(ran.err.splitlines()) - set(without.err.splitlines())) == [
        "emads-voice: EMADS_LANGAUGES (in .env): did you mean EMADS_LANGUAGES?",
        "emads-voice: EMADS_TSS: did you mean EMADS_TTS?",
    ]
    assert ran.err.count("did you mean") == 2


def test_settings_are_shown_with_who_set_them(home: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / ".env").write_text(f"EMADS_TTS=espeak\nEMADS_ASR=vietnamese\nTWILIO_AUTH_TOKEN={SECRET}\n")
    monkeypatch.setenv("EMADS_TTS", "piper")
    monkeypatch.setenv("EMADS_ASR_URL", f"http://user:{SECRET}@asr:8000/v1")
    path = str(home / ".env")
    rows = {row.name: (row.value, row.source) for row in shown()}
    assert rows.keys() == names()
    assert rows["EMADS_TTS"] == ("piper", f"environment, not {path}")
    assert rows["EMADS_ASR"] == ("vietnamese", path)
    assert rows["EMADS_LANGUAGES"] == ("en,vi", "default")
    assert rows["TWILIO_AUTH_TOKEN"] == ("set", path)
    assert rows["EMADS_ASR_KEY"] == ("", "default")
    assert rows["EMADS_ASR_URL"] == ("http://…@asr:8000/v1", "environment")
    for arguments in (["doctor", "--settings"], ["doctor", "--settings", "--json"]):
        ran = run(*arguments)
        assert ran.status == 0
        assert SECRET not in ran.out + ran.err
        assert all(name in ran.out for name in names())


def test_settings_that_cannot_be_used_are_shown_all_the_same(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMADS_ROUTER", "dice")
    monkeypatch.setenv("EMADS_PHONE_MAX_CALLS", "many")
    monkeypatch.setenv("EMADS_ALLOW_HUB", "perhaps")
    ran = run("doctor", "--settings", "--json")
    assert ran.status == 1
    (rows,) = ran.values
    assert {"dice", "many", "perhaps"} <= {row["value"] for row in rows}
    assert [complaint.partition(" ")[0] for complaint in ran.complaints] == [
        "EMADS_ROUTER", "EMADS_ALLOW_HUB", "EMADS_PHONE_MAX_CALLS",
    ]  # fmt: skip
