"""``doctor`` tries what it found: what it says of ears, voices, models and the telephone, and when it gives up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emads_voice import configured_backends
from emads_voice.cli.doctor import turn
from emads_voice.cli.doctor.finding import Bench, Finding, status
from emads_voice.cli.doctor.phone import doubts_of_address
from emads_voice.testing.speech import ScriptedRecognizer
from emads_voice.voice.errors import BackendError, RecognitionError

from .conftest import Run

SECRET = "sk-never-tell-5f1d"
PHONE = {
    "TWILIO_ACCOUNT_SID": f"AC{'0' * 32}",
    "TWILIO_AUTH_TOKEN": SECRET,
    "EMADS_PUBLIC_URL": "https://voice.example.com",
}
Hears = Callable[..., ScriptedRecognizer]


def found(run: Run) -> list[dict[str, Any]]:
    (value,) = run("doctor", "--json").values
    findings: list[dict[str, Any]] = value["findings"]
    return findings


def of(findings: list[dict[str, Any]], name: str) -> dict[str, Any]:
    """The one of that name."""
    (finding,) = [finding for finding in findings if finding["name"] == name]
    return finding


def test_a_sentence_is_said_heard_and_a_question_asked(run: Run, hears: Hears, voice: Any) -> None:
    recognizer = hears("Hello.")
    findings = found(run)
    assert {text for text, _ in voice.spoken} >= {"This is an automated assistant.", "How can I help?"}
    assert [language.code for _, language in voice.spoken[:6]] == ["en"] * 3 + ["vi"] * 3, (
        "one in each language"
    )
    recognizer.assert_complete()
    assert of(findings, "a sentence heard")["found"] == "“Hello.”"
    assert of(findings, "a question")["found"].startswith("answered by C")


def test_what_it_does_is_shown_meanwhile(run: Run, hears: Hears) -> None:
    hears("Hello.")
    err = run("doctor").err
    names = ["EMADS_ASR", "EMADS_TTS", "EMADS_HANDBOOK", "a sentence said", "a sentence heard", "a question"]
    places = [err.index(f"Trying {name}…") for name in names]
    assert places == sorted(places)


def test_another_in_the_place_of_what_should_have_answered_is_marked(
    run: Run, hears: Hears, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("langchain_openai", reason='it takes the extra "openai"')
    hears("Hello.")
    for name, value in {
        "EMADS_MODEL": "openai:x",
        "EMADS_MODEL_KEY": SECRET,
        "EMADS_MODEL_URL": "http://127.0.0.1:9/v1",
    }.items():
        monkeypatch.setenv(name, value)
    ran = run("doctor")
    assert ran.status == 3
    assert ran.out.splitlines()[-1] == "Ready, but another takes the place of what is marked !."
    assert "  ! a question" in ran.out
    assert SECRET not in ran.out + ran.err


def test_a_recogniser_that_never_answers_is_given_up(
    run: Run, hears: Hears, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Hung(ScriptedRecognizer):
        async def transcribe(self, *_: Any, **__: Any) -> Any:
            await asyncio.Event().wait()

    hears("Hello.")
    monkeypatch.setattr(configured_backends, "make_recognizer", lambda _: Hung([]))
    monkeypatch.setattr(turn, "TRIED_WITHIN_S", 1.0)  # the voice says its sentence in it
    finding = of(found(run), "a sentence heard")
    assert (finding["ok"], finding["found"]) == (False, "does not answer within 1 s")


def test_a_backend_of_others_that_raises_anything_is_a_finding(
    run: Run, hears: Hears, monkeypatch: pytest.MonkeyPatch
) -> None:
    hears("Hello.")

    def broken(_: object) -> None:
        raise KeyError(SECRET)

    monkeypatch.setattr(configured_backends, "make_recognizer", broken)
    ran = run("doctor")
    assert ran.status == 1
    assert "fails with KeyError" in ran.out
    assert SECRET not in ran.out + ran.err


def test_the_question_is_in_nobodys_records(run: Run, hears: Hears, tmp_path: Path, home: Path) -> None:
    hears("Hello.")
    assert run("doctor").status == 0
    assert not (tmp_path / "data").exists()
    assert not list(home.iterdir())


def test_an_aligner_nobody_uses_is_told(run: Run, hears: Hears, monkeypatch: pytest.MonkeyPatch) -> None:
    hears("Hello.")
    monkeypatch.setenv("EMADS_ALIGNER", "Qwen/Qwen3-ForcedAligner-0.6B")
    finding = of(found(run), "EMADS_ALIGNER")
    assert (finding["ok"], finding["found"]) == (None, "not used")


def test_a_key_in_the_file_that_its_package_does_not_read_is_told(run: Run, home: Path, hears: Hears) -> None:
    hears("Hello.")
    (home / ".env").write_text(f"OPENAI_API_KEY={SECRET}\n")
    finding = of(found(run), "OPENAI_API_KEY")
    assert finding["found"] == "not set"
    assert "set it in the environment" in finding["remedy"]


def test_a_telephone_of_which_nothing_is_set_is_off(run: Run, hears: Hears) -> None:
    hears("Hello.")
    finding = of(found(run), "serve")
    assert (finding["ok"], finding["found"][:4]) == (None, "off:")


@pytest.mark.parametrize(
    ("url", "doubt"),
    [
        ("https://localhost", "localhost is a name of this machine or its network"),
        ("https://127.0.0.1", "127.0.0.1 is a name of this machine or its network"),
        ("https://192.168.1.7", "192.168.1.7 is a name of this machine or its network"),
        ("https://[::1]", "::1 is a name of this machine or its network"),
        ("https://voice.local", "voice.local is a name of this machine or its network"),
        ("https://voice", "voice is a name of this machine or its network"),
        ("https://voice.example.com:8443", "port 8443 is not 443, to which Twilio's streams come"),
        ("https://voice.example.com/phone", "the path /phone must be taken off by what forwards to `serve`"),
        (f"https://me:{SECRET}@voice.example.com", "a name or password stands in EMADS_PUBLIC_URL"),
    ],
)
def test_an_address_that_twilio_will_hardly_reach_is_doubted(url: str, doubt: str) -> None:
    ((said, remedy),) = doubts_of_address(url)
    assert said == doubt
    assert remedy
    assert SECRET not in said + remedy


@pytest.mark.parametrize(
    "url", ["https://voice.example.com", "https://voice.example.com:443", "https://8.8.8.8"]
)
def test_an_address_that_it_reaches_is_not(url: str) -> None:
    assert not list(doubts_of_address(url))


def test_doubts_are_no_failure(run: Run, hears: Hears, monkeypatch: pytest.MonkeyPatch) -> None:
    hears("Hello.")
    doubtful = {"TWILIO_ACCOUNT_SID": f"SK{'0' * 32}", "EMADS_PUBLIC_URL": f"https://me:{SECRET}@localhost"}
    for variable, text in {**PHONE, **doubtful}.items():
        monkeypatch.setenv(variable, text)
    ran = run("doctor", "--json")
    (said,) = ran.values
    assert ran.status == 0, "`serve` starts"
    told = [(f["name"], f["ok"]) for f in said["findings"] if f["part"] == "telephone" and f["remedy"]]
    assert told == [("EMADS_PUBLIC_URL", None), ("EMADS_PUBLIC_URL", None), ("TWILIO_ACCOUNT_SID", None)]
    assert SECRET not in ran.out + ran.err


def test_a_complete_telephone_is_in_order(run: Run, hears: Hears, monkeypatch: pytest.MonkeyPatch) -> None:
    hears("Hello.")
    for variable, text in PHONE.items():
        monkeypatch.setenv(variable, text)
    telephone = {f["name"]: f["ok"] for f in found(run) if f["part"] == "telephone"}
    assert telephone == {"serve": True, "voice activity": True}


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ([(True, False), (None, False)], 0),
        ([(True, False), (False, True)], 3),
        ([(False, True), (False, False)], 1),
    ],
)
def test_the_status_is_that_of_the_worst(findings: list[tuple[bool | None, bool]], expected: int) -> None:
    assert status([Finding("", "", ok, "", "", degrades) for ok, degrades in findings]) == expected


async def test_what_is_not_needed_may_fail() -> None:
    async def fail() -> str:
        raise RecognitionError("It is not here.")

    bench = Bench("telephone")
    assert await bench.attempt("a model", fail, str, needed=False) is None
    assert (bench.findings[0].ok, bench.findings[0].remedy) == (None, "It is not here.")
    assert bench.well


def test_a_recogniser_that_hears_nothing_is_no_recogniser(run: Run, hears: Hears) -> None:
    hears("")
    finding = of(found(run), "a sentence heard")
    assert finding["ok"] is False
    assert finding["remedy"].startswith("scripted:recognizer makes no words of a sentence that is said")


def test_without_a_voice_it_says_that_no_sentence_was_heard(
    run: Run, hears: Hears, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> None:
        raise BackendError("There is no voice: name one.")

    hears("Hello.")
    monkeypatch.setattr(configured_backends, "make_synthesizer", broken)
    assert of(found(run), "a sentence heard")["found"] == "not tried, for there is no voice to say one"
