"""The real sherpa-onnx hears the tiny Qwen3-ASR, exported as it wants it."""

import asyncio
from pathlib import Path

import pytest

from emads_voice.testing.conformance import RecognizerConformance, Sample
from emads_voice.voice import init_recognizer
from emads_voice.voice.errors import WeightsError
from emads_voice.voice.languages import find_language
from emads_voice.voice.recognizers.sherpa import SherpaQwenRecognizer
from emads_voice.voice.sound.audio import Audio
from sherpa_export import export
from tiny_qwen import HOTWORDS, TinyQwen, Utterance

LANGUAGES = tuple(map(find_language, ("en", "vi", "zh", "es", "fr", "de", "ja")))


@pytest.fixture(scope="session")
def folder(tiny_checkpoints: TinyQwen) -> Path:
    """Exported once for each checkpoint: it takes half a minute."""
    folder = tiny_checkpoints.model.parent / "sherpa"
    made = folder / "tokenizer" / "merges.txt"  # written last
    if not made.exists() or made.stat().st_mtime < tiny_checkpoints.model.stat().st_mtime:
        export(tiny_checkpoints.model, folder)
    return folder


@pytest.fixture(scope="session")
def sherpa(folder: Path) -> SherpaQwenRecognizer:
    return SherpaQwenRecognizer(str(folder), languages=LANGUAGES)


async def test_it_hears_every_sentence_and_its_language(
    sherpa: SherpaQwenRecognizer, utterances: dict[str, Utterance]
) -> None:
    """All but the one whose spelling depends on hotwords."""
    said = {key: one for key, one in utterances.items() if not one.sentence.context_words}
    transcript = await asyncio.gather(*(sherpa.transcribe(one.audio) for one in said.values()))
    assert [one.text for one in transcript] == [one.text for one in said.values()]
    assert [one.language for one in transcript] == [one.language for one in said.values()]


async def test_hotwords_spell_a_name(sherpa: SherpaQwenRecognizer, utterances: dict[str, Utterance]) -> None:
    one = utterances["transfer-en"]
    transcript = await sherpa.transcribe(one.audio, hotwords=HOTWORDS)
    assert transcript.text == one.sentence.context_text


async def test_a_language_that_is_told_is_written(
    sherpa: SherpaQwenRecognizer, utterances: dict[str, Utterance]
) -> None:
    one = utterances["hello-vi"]
    transcript = await sherpa.transcribe(one.audio, language=one.language)
    assert (transcript.text, transcript.language) == (one.text, one.language)


async def test_a_telephone_is_heard(sherpa: SherpaQwenRecognizer, utterances: dict[str, Utterance]) -> None:
    one = utterances["kubernetes-en"]
    assert (await sherpa.transcribe(one.audio.resample(8_000))).text == one.text


async def test_a_long_recording_is_heard_in_pieces(
    sherpa: SherpaQwenRecognizer, utterances: dict[str, Utterance]
) -> None:
    """45 s, of which sherpa-onnx would silently cut off half."""
    one = utterances["kubernetes-en"]
    gap = Audio.silence(4, one.audio.rate)
    times = round(45 / (one.audio.duration_s + gap.duration_s)) + 1
    transcript = await sherpa.transcribe(Audio.join([one.audio, gap] * times))
    assert transcript.text == " ".join([one.text] * times)


async def test_silence_is_empty(sherpa: SherpaQwenRecognizer) -> None:
    transcript = await sherpa.transcribe(Audio.silence(2, 8_000))
    assert (transcript.text, transcript.language) == ("", None)


async def test_it_has_no_word_times_and_says_so(
    sherpa: SherpaQwenRecognizer, utterances: dict[str, Utterance]
) -> None:
    transcript = await sherpa.transcribe(utterances["kubernetes-en"].audio, timestamps=True)
    assert transcript.words == ()
    assert "word times" in transcript.words_unavailable
    assert transcript.segments


async def test_a_graph_the_library_would_end_the_process_for_is_refused(folder: Path, tmp_path: Path) -> None:
    damaged = _with(folder, tmp_path, "encoder.onnx", (folder / "decoder.onnx").read_bytes())
    with pytest.raises(WeightsError, match="is not the encoder of a Qwen3-ASR model"):
        await init_recognizer(f"sherpa-qwen:{damaged}").warm_up()


async def test_a_cut_off_graph_is_refused(folder: Path, tmp_path: Path) -> None:
    damaged = _with(folder, tmp_path, "decoder.onnx", (folder / "decoder.onnx").read_bytes()[:1_000_000])
    with pytest.raises(WeightsError, match="cut off"):
        await init_recognizer(f"sherpa-qwen:{damaged}").warm_up()


async def test_a_graph_that_cannot_be_run_is_one_sentence(folder: Path, tmp_path: Path) -> None:
    """It has one input, and nothing else."""
    damaged = _with(folder, tmp_path, "conv_frontend.onnx", b"\x3a\x02\x5a\x00")
    with pytest.raises(WeightsError, match="cannot be loaded by sherpa-onnx"):
        await init_recognizer(f"sherpa-qwen:{damaged}").warm_up()


def _with(folder: Path, copy: Path, name: str, content: bytes) -> Path:
    """The folder with another content in one file."""
    for path in folder.iterdir():
        if path.name != name:
            (copy / path.name).symlink_to(path)
    (copy / name).write_bytes(content)
    return copy


class TestConformance(RecognizerConformance):
    """It keeps to what every recogniser keeps to."""

    @pytest.fixture
    def recognizer(self, sherpa: SherpaQwenRecognizer) -> SherpaQwenRecognizer:
        return sherpa

    @pytest.fixture
    def sample(self, utterances: dict[str, Utterance]) -> Sample:
        one = utterances["kubernetes-en"]
        return Sample(one.audio, one.text, one.language)
