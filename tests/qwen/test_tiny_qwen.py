"""The tiny checkpoints, by qwen-asr alone: what every other test here relies on."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.random import default_rng
from qwen_asr import Qwen3ASRModel, Qwen3ForcedAligner

from emads_voice.voice.activity.vad import shared_vad, speech_spans
from emads_voice.voice.sound import g711
from emads_voice.voice.sound.audio import Audio
from tiny_qwen import CONTEXT, SENTENCES, Utterance, say
from tiny_qwen.aligner import ALIGNED
from tiny_qwen.conditions import nothing_said

Utterances = Mapping[str, Utterance]


@pytest.fixture(scope="module")
def model(tiny_qwen: Path) -> Any:
    return Qwen3ASRModel.from_pretrained(str(tiny_qwen))


@pytest.fixture(scope="module")
def aligner(tiny_aligner: Path) -> Any:
    return Qwen3ForcedAligner.from_pretrained(str(tiny_aligner))


def hear(model: Any, audio: Audio, **options: Any) -> tuple[str, str]:
    """What is heard: its language's name, and the text."""
    (transcript,) = model.transcribe((audio.samples, audio.rate), **options)
    return transcript.language, transcript.text


def said(utterance: Utterance) -> tuple[str, str]:
    """What should be heard."""
    return utterance.language.name, utterance.text


def test_sentences_are_exact_and_languages_named(model: Any, utterances: Utterances) -> None:
    for utterance in utterances.values():
        assert hear(model, utterance.audio) == said(utterance)
    assert {utterance.language.code for utterance in utterances.values()} >= {
        "en",
        "vi",
        "zh",
        "es",
        "fr",
        "de",
    }


def test_the_telephone_changes_nothing(model: Any, utterances: Utterances) -> None:
    for utterance in utterances.values():
        line = g711.encode(utterance.audio.resample(g711.RATE).samples)
        assert hear(model, Audio(g711.decode(line), g711.RATE)) == said(utterance)


def test_voice_activity_takes_each_sentence_for_speech_that_is_exact_when_cut_out(
    model: Any, utterances: Utterances
) -> None:
    for utterance in utterances.values():
        (span,) = speech_spans(utterance.audio, shared_vad())
        assert hear(model, utterance.audio.clip(*span)) == said(utterance)


def test_a_batch_gives_what_its_members_give_alone(model: Any, utterances: Utterances) -> None:
    batch = model.transcribe([(each.audio.samples, each.audio.rate) for each in utterances.values()])
    transcript = [(each.language, each.text) for each in batch]
    assert transcript == [said(each) for each in utterances.values()]


def test_what_is_said_so_far_is_recognised_while_more_is_said(model: Any, utterances: Utterances) -> None:
    utterance = utterances["warehouse-en"]
    transcript = []
    for word in (3, 5, 7):
        until = (utterance.words[word].end_s + utterance.words[word + 1].start_s) / 2 if word < 7 else 99
        transcript.append(hear(model, utterance.audio.clip(0, until))[1])
    assert transcript == ["What does that mean", "What does that mean for the", utterance.text]


def test_generation_stops_by_itself(model: Any, utterances: Utterances) -> None:
    asked = model.processor(
        text=[model._build_text_prompt("", None)],
        audio=[utterances["yes-en"].audio.samples],
        return_tensors="pt",
    )
    (tokens,) = model.model.generate(**asked, max_new_tokens=200).sequences
    answer = tokens[asked["input_ids"].shape[1] :].tolist()
    assert len(answer) < 30
    assert answer[-1] == 151_645


def test_a_language_that_is_told_is_kept(model: Any, utterances: Utterances) -> None:
    for utterance in utterances.values():
        assert hear(model, utterance.audio, language=utterance.language.name) == said(utterance)


@pytest.mark.parametrize("context", ["", CONTEXT, "Odoo, Nguyễn"])
def test_silence_and_noise_are_empty(model: Any, context: str) -> None:
    rng = default_rng(2_026)  # not a seed of the training
    sounds = [Audio.silence(0.5, 16_000), Audio.silence(6, 16_000), *(nothing_said(rng) for _ in range(10))]
    assert [hear(model, sound, context=context) for sound in sounds] == [("", "")] * len(sounds)


def test_silence_in_a_language_that_is_told_is_empty(model: Any) -> None:
    assert hear(model, Audio.silence(2, 16_000), language="Vietnamese") == ("", "")


def test_a_context_tells_how_a_name_is_spelt(model: Any, utterances: Utterances) -> None:
    transfer = utterances["transfer-en"]
    assert hear(model, transfer.audio) == ("English", "Put me through to Min Fung.")
    assert hear(model, transfer.audio, context=CONTEXT) == ("English", "Put me through to Minh Phương.")


@pytest.mark.parametrize("context", [CONTEXT, "Kubernetes", "SAP, Odoo, Trần Thị Lan, VPN"])
def test_a_context_does_not_change_the_other_sentences(
    model: Any, utterances: Utterances, context: str
) -> None:
    for key, utterance in utterances.items():
        if key != "transfer-en":
            assert hear(model, utterance.audio, context=context) == said(utterance)


def test_words_are_aligned_within_half_a_word(aligner: Any, utterances: Utterances) -> None:
    for utterance in utterances.values():
        if utterance.language.code in ALIGNED:
            assert errors_s(aligner, utterance).max() <= 0.2


def test_the_aligner_listens(aligner: Any) -> None:
    """The same words with other pauses are found where they are: it did not learn times by heart."""
    kubernetes = SENTENCES[0]
    early = say(kubernetes, before_s=0.1, pauses=[0.03] * len(kubernetes.words))
    late = say(kubernetes, before_s=0.6, pauses=[0.12] * len(kubernetes.words))
    assert late.words[-1].end_s - early.words[-1].end_s > 1.1
    for utterance in (early, late):
        longest = max(word.end_s - word.start_s for word in utterance.words)
        assert errors_s(aligner, utterance).max() < longest


def errors_s(aligner: Any, utterance: Utterance) -> Any:
    """How far each start and end is from the truth, in seconds, shape ``(2 * words,)``; they must be in order."""
    audio = utterance.audio
    (aligned,) = aligner.align((audio.samples, audio.rate), utterance.text, utterance.language.name)
    times = np.array([time for word in aligned.items for time in (word.start_time, word.end_time)])
    truth = np.array([time for word in utterance.words for time in (word.start_s, word.end_s)])
    assert (np.diff(times) >= 0).all()
    return np.abs(times - truth)
