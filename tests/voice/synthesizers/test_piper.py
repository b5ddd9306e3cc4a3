"""Piper voices: the embedded one for real, and others' peculiarities with a stand-in for the model."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emads_voice.installation import install_hint
from emads_voice.voice.errors import BackendError, LanguageError, SynthesisError, WeightsError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.synthesizer import Synthesizer
from emads_voice.voice.synthesizers.piper import PiperSynthesizer

CONFIG: dict[str, Any] = {
    "audio": {"sample_rate": 16_000},
    "espeak": {"voice": "vi"},
    "inference": {"noise_scale": 0.5, "length_scale": 1.25, "noise_w": 0.75},
    "language": {"code": "vi_VN"},
    "phoneme_id_map": {
        "_": [0],
        "^": [1],
        "$": [2],
        " ": [3],
        ".": [4],
        "a": [5],
        "\u0301": [6],
        "b": [7],
        ",": [8],
    },
}


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EMADS_MODELS_DIR", str(tmp_path))
    monkeypatch.delenv("EMADS_ALLOW_HUB", raising=False)
    return tmp_path


@pytest.fixture
def fed(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, np.ndarray]]:
    """What a stand-in for every model was fed; it answers with as many samples as there were ids."""
    feeds: list[dict[str, np.ndarray]] = []

    class Session:
        def __init__(self, *_: object, **__: object) -> None: ...

        def run(self, _: None, feed: dict[str, np.ndarray]) -> list[np.ndarray]:
            feeds.append(feed)
            return [np.full((1, 1, feed["input"].size), 1.5, np.float32)]

    monkeypatch.setattr("onnxruntime.InferenceSession", Session)
    return feeds


def add_voice(models: Path, name: str, **changes: Any) -> None:
    (models / f"{name}.onnx").write_bytes(b"not a model")
    (models / f"{name}.onnx.json").write_text(json.dumps(CONFIG | changes))


async def speak(synthesizer: Synthesizer, text: str, **options: Any) -> list[Audio]:
    options = {"language": VIETNAMESE} | options
    return [audio async for audio in synthesizer.synthesize(text, **options)]


async def test_the_embedded_voice_speaks_english_sentence_by_sentence(piper: PiperSynthesizer) -> None:
    first, second = await speak(piper, "Good morning, Mr. Smith. How are you?", language=ENGLISH)
    assert first.rate == second.rate == 22_050
    assert 1 < first.duration_s < 4
    assert 0.1 < np.abs(first.samples).max() <= 1
    assert piper.name == "piper:en_US-joe-medium"
    assert set(piper.languages) == {ENGLISH}


async def test_the_first_clause_of_a_long_sentence_is_heard_before_the_rest_is_made(
    piper: PiperSynthesizer,
) -> None:
    clauses = "Moving the order system to Kubernetes is worth it, but only once the spring peak is over."
    assert len(await speak(piper, f"{clauses} We think, therefore we are.", language=ENGLISH)) == 3
    assert (
        len(await speak(piper, "Yes, of course we can do that tomorrow.", language=ENGLISH)) == 1
    )  # no mere "Yes,"


async def test_where_there_are_no_words_nothing_is_spoken(piper: PiperSynthesizer) -> None:
    assert [await speak(piper, text, language=ENGLISH) for text in ("", " ", "…")] == [[], [], []]


async def test_a_voice_in_the_models_folder_is_picked_up_by_its_language(
    models: Path, fed: list[dict[str, np.ndarray]]
) -> None:
    add_voice(models, "my-own")
    synthesizer = PiperSynthesizer()
    assert set(synthesizer.languages) == {ENGLISH, VIETNAMESE}
    (audio,) = await speak(synthesizer, "ba")
    assert audio.rate == 16_000
    assert audio.samples.max() == 1  # clipped
    (feed,) = fed
    assert feed["input"].tolist() == [[1, 0, 7, 0, 5, 0, 2]]
    assert feed["input_lengths"].tolist() == [7]
    assert feed["scales"].tolist() == [0.5, 1.25, 0.75]
    assert "sid" not in feed


async def test_the_users_own_voice_comes_before_the_embedded_one(
    models: Path, fed: list[dict[str, np.ndarray]]
) -> None:
    add_voice(models, "zz", language={"code": "en_GB"}, espeak={"voice": "en-gb"})
    assert (await speak(PiperSynthesizer(), "ba", language=ENGLISH))[0].rate == 16_000
    assert fed


async def test_a_voice_of_letters_is_fed_letters(models: Path, fed: list[dict[str, np.ndarray]]) -> None:
    add_voice(models, "letters", phoneme_type="text")
    await speak(PiperSynthesizer("letters"), "BÁ x")
    assert fed[0]["input"].tolist() == [[1, 0, 7, 0, 5, 0, 6, 0, 3, 0, 2]]


async def test_a_voice_with_several_speakers(models: Path, fed: list[dict[str, np.ndarray]]) -> None:
    add_voice(models, "many", num_speakers=2, speaker_id_map={"lan": 0, "minh": 1})
    synthesizer = PiperSynthesizer("many")
    await speak(synthesizer, "ba")
    await speak(synthesizer, "ba", voice="many:minh")
    assert [feed["sid"].tolist() for feed in fed] == [[0], [1]]
    with pytest.raises(SynthesisError, match="no speaker 'hoa'"):
        await speak(synthesizer, "ba", voice="many:hoa")


async def test_a_sentence_without_end_is_spoken_in_parts(
    models: Path, fed: list[dict[str, np.ndarray]]
) -> None:
    add_voice(models, "my-own")
    await speak(PiperSynthesizer("my-own"), "ba ba ba ba ba ba ba ba ba ba, " * 60)
    assert len(fed) > 2
    assert max(feed["input"].size for feed in fed) < 2000


async def test_a_language_without_a_voice_is_said_so(models: Path) -> None:
    with pytest.raises(LanguageError, match=f"no voice for Vietnamese.*{models}"):
        await speak(PiperSynthesizer(), "xin chào")


async def test_a_voice_that_is_not_there(models: Path, piper: PiperSynthesizer) -> None:
    with pytest.raises(WeightsError, match=f"No Piper voice 'nobody'.*{models}"):
        PiperSynthesizer("nobody")
    with pytest.raises(SynthesisError, match="no voice 'nobody': there is en_US-joe-medium"):
        await speak(piper, "hello", language=ENGLISH, voice="nobody")


async def test_a_damaged_model_is_explained(models: Path) -> None:
    add_voice(models, "broken")
    with pytest.raises(WeightsError, match=r"broken\.onnx is not a model onnxruntime can load"):
        await PiperSynthesizer("broken").warm_up(VIETNAMESE)


@pytest.mark.parametrize("text", ["{", "[]", '{"language": {"code": "vi"}}'])
async def test_a_damaged_configuration_is_explained(models: Path, text: str) -> None:
    add_voice(models, "broken")
    (models / "broken.onnx.json").write_text(text)
    with pytest.raises(WeightsError, match=r"broken\.onnx\.json"):
        await PiperSynthesizer("broken").warm_up()


def test_a_damaged_voice_does_not_stop_the_others(models: Path, caplog: pytest.LogCaptureFixture) -> None:
    add_voice(models, "broken")
    (models / "broken.onnx.json").write_text("{")
    add_voice(models, "catalan", language={"code": "ca_ES"})
    assert set(PiperSynthesizer().languages) == {ENGLISH}
    assert "broken is left out" in caplog.text
    assert "catalan is left out" in caplog.text


async def test_a_model_that_fails_says_so(
    models: Path, fed: list[dict[str, np.ndarray]], monkeypatch: pytest.MonkeyPatch
) -> None:
    add_voice(models, "my-own")
    synthesizer = PiperSynthesizer("my-own")
    await synthesizer.warm_up()

    def fail(*_: object) -> None:
        raise RuntimeError("out of memory")

    monkeypatch.setattr("onnxruntime.InferenceSession.run", fail)  # of the stand-in
    with pytest.raises(SynthesisError, match="my-own failed: out of memory"):
        await speak(synthesizer, "ba")
    assert not fed


async def test_without_the_extra_it_is_named(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_voice(models, "my-own")
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(BackendError, match=re.escape(install_hint("local"))):
        await PiperSynthesizer("my-own").warm_up()
