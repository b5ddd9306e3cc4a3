"""The scripted recogniser and synthesiser that are shipped for users' tests."""

import numpy as np
import pytest

from emads_voice.testing import ScriptedRecognizer, ScriptedSynthesizer
from emads_voice.voice import (
    Audio,
    LanguageError,
    RecognitionError,
    Recognizer,
    SynthesisError,
    Synthesizer,
    Transcript,
)
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, find_language

CLIP = Audio(np.zeros(8_000, np.float32), 8_000)


async def test_a_recogniser_hears_its_script_in_order_and_must_hear_all_of_it() -> None:
    whole = Transcript("whole", VIETNAMESE, 9.0, "mine")
    recognizer = ScriptedRecognizer(["hello", "", whole, RecognitionError("Down.")])
    assert isinstance(recognizer, Recognizer)
    transcript = [await recognizer.transcribe(CLIP) for _ in range(2)]
    assert [(each.text, each.language, each.duration_s) for each in transcript] == [
        ("hello", ENGLISH, 1.0),
        ("", None, 1.0),
    ]
    assert [segment.text for segment in transcript[0].segments] == ["hello"]
    assert await recognizer.transcribe(CLIP, language=VIETNAMESE, hotwords=["x"]) is whole
    with pytest.raises(AssertionError, match="never asked"):
        recognizer.assert_complete()
    with pytest.raises(RecognitionError):
        await recognizer.transcribe(CLIP)
    recognizer.assert_complete()
    assert recognizer.asked[2] == (CLIP, VIETNAMESE, ("x",))
    with pytest.raises(AssertionError, match="more often"):
        await recognizer.transcribe(CLIP)


async def test_a_synthesiser_speaks_a_tone_for_each_text_and_must_meet_its_failures() -> None:
    synthesizer = ScriptedSynthesizer({"Fail.": SynthesisError("Down.")})
    assert isinstance(synthesizer, Synthesizer)
    audio = Audio.join([piece async for piece in synthesizer.synthesize("Hello.", language=ENGLISH)])
    np.testing.assert_array_equal(audio.samples, synthesizer.tone("Hello.").samples)
    assert audio.duration_s == pytest.approx(6 * synthesizer.seconds_per_character)
    assert not np.array_equal(audio.samples, synthesizer.tone("Hullo.").samples)
    with pytest.raises(AssertionError, match="never said"):
        synthesizer.assert_complete()
    with pytest.raises(SynthesisError):
        _ = [piece async for piece in synthesizer.synthesize("Fail.", language=VIETNAMESE)]
    synthesizer.assert_complete()
    with pytest.raises(LanguageError, match="does not speak French"):
        _ = [piece async for piece in synthesizer.synthesize("Oui.", language=find_language("fr"))]
    assert synthesizer.spoken == [("Hello.", ENGLISH), ("Fail.", VIETNAMESE)]
