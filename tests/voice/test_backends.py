"""Backends by name: built in, or from someone else's package."""

from __future__ import annotations

import re
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from emads_voice.installation import install_hint
from emads_voice.testing.speech import ScriptedRecognizer, ScriptedSynthesizer
from emads_voice.voice import backends
from emads_voice.voice.backends import init_recognizer, init_synthesizer
from emads_voice.voice.errors import BackendError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE
from emads_voice.voice.recognizers.fallback import FallbackRecognizer
from emads_voice.voice.synthesizers.fallback import FallbackSynthesizer


def acme_recognizer(model: str = "small", *, languages: Any = (), beam: int = 1) -> ScriptedRecognizer:
    return ScriptedRecognizer([], name=f"acme:{model}:{len(languages)}:{beam}")


def acme_synthesizer(**options: Any) -> ScriptedSynthesizer:
    return ScriptedSynthesizer(name=f"acme:{sorted(options)}")


def broken() -> None:
    raise ImportError("No module named 'acme_engine'")


@pytest.fixture(autouse=True)
def third_parties(monkeypatch: pytest.MonkeyPatch) -> None:
    def entry_points(*, group: str) -> list[EntryPoint]:
        kind = group.removeprefix("emads_voice.").removesuffix("s")
        return [
            EntryPoint("acme", f"{__name__}:acme_{kind}", group),
            EntryPoint("broken", f"{__name__}:broken", group),
            EntryPoint("absent", "acme_absent:Recognizer", group),
        ]

    monkeypatch.setattr(backends, "entry_points", entry_points)


def test_ours_are_found_by_name() -> None:
    assert init_recognizer("openai:Qwen/Qwen3-ASR-1.7B", base_url="http://127.0.0.1:1/v1").name == (
        "openai:Qwen/Qwen3-ASR-1.7B"
    )
    assert init_synthesizer("openai:tts-1", api_key="k").name == "openai:tts-1"


def test_a_name_without_a_model_stands_for_the_default_one() -> None:
    assert init_recognizer("acme").name == "acme:small:0:1"
    assert init_recognizer(" acme : large ").name == "acme:large:0:1"


def test_a_model_name_may_hold_colons() -> None:
    assert init_recognizer("acme:a/b:c").name == "acme:a/b:c:0:1"


def test_a_provider_gets_the_common_options_that_it_takes_and_its_own() -> None:
    recognizer = init_recognizer(
        "acme:large", languages=(ENGLISH, VIETNAMESE), models_dir=Path(), base_url=None, api_key="k", beam=5
    )
    assert recognizer.name == "acme:large:2:5"
    assert init_synthesizer("acme", base_url=None, api_key="k", pitch=2).name == "acme:['api_key', 'pitch']"


@pytest.mark.parametrize(
    ("spec", "options", "says"),
    [
        ("acme", {"pitch": 2}, "unexpected keyword argument 'pitch'"),
        ("openai", {}, "missing a required argument: 'model'"),
    ],
)
def test_what_a_provider_does_not_take_is_refused(spec: str, options: dict[str, Any], says: str) -> None:
    with pytest.raises(BackendError, match=says):
        init_recognizer(spec, **options)


@pytest.mark.parametrize("spec", ["wisper:base", "", ":base", "acme|wisper:base", "acme|"])
def test_an_unknown_provider_is_told_what_there_is(spec: str) -> None:
    with pytest.raises(
        BackendError,
        match=r"there are absent, acme, broken, dashscope, openai, .*, vietnamese, whisper",
    ):
        init_recognizer(spec)


@pytest.mark.parametrize("spec", ["espeak2", "acme|espeak2", "acme|"])
def test_every_candidate_must_be_known(spec: str) -> None:
    with pytest.raises(BackendError, match=r"there are absent, acme, broken, espeak, openai, piper"):
        init_synthesizer(spec)


def test_several_make_a_ladder() -> None:
    fallback = init_synthesizer("acme|openai:tts-1", api_key="k")
    assert isinstance(fallback, FallbackSynthesizer)
    assert fallback.name == "acme:['api_key']|openai:tts-1"
    fallbacks = init_recognizer("acme:large | openai:whisper-1", api_key="k")
    assert isinstance(fallbacks, FallbackRecognizer)
    assert fallbacks.name == "acme:large:0:1|openai:whisper-1"


def test_a_missing_dependency_of_ours_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "emads_voice.voice.recognizers.whisper", None)
    with pytest.raises(BackendError, match=re.escape(install_hint("local"))):
        init_recognizer("whisper:base")


@pytest.mark.parametrize("spec", ["broken", "absent"])
def test_a_missing_dependency_of_theirs_is_named(spec: str) -> None:
    with pytest.raises(BackendError, match="cannot be loaded: No module named 'acme_"):
        init_recognizer(spec)


def test_every_built_in_names_an_extra_that_exists() -> None:
    project = (Path(__file__).parents[2] / "pyproject.toml").read_text()
    for provider in [*backends.RECOGNIZERS.values(), *backends.SYNTHESIZERS.values()]:
        assert f"\n{provider.extra} = [" in project
        assert provider.target.split(".")[0] in ("recognizers", "synthesizers")


def test_of_several_servers_the_first_alone_gets_the_address_and_the_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: list[tuple[str, str | None, str | None]] = []

    def provider(model: str, *, base_url: str | None = None, api_key: str | None = None) -> object:
        given.append((model, base_url, api_key))
        return ScriptedRecognizer([])

    monkeypatch.setattr("emads_voice.voice.backends._provider", lambda *_: provider)
    init_recognizer("openai:a|dashscope:b", base_url="http://asr/v1", api_key="k", aligner=None)
    assert given == [("a", "http://asr/v1", "k"), ("b", None, None)]
