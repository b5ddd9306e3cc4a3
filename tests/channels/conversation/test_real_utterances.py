"""Real recordings on a telephone line: where an utterance ends for Silero, and what the recogniser is told."""

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emads_voice.channels.background import Background
from emads_voice.channels.conversation.caller.caller import Caller, Understood
from emads_voice.channels.conversation.options import ConversationOptions
from emads_voice.testing import ScriptedRecognizer, run_virtual
from emads_voice.voice.activity.live_vad import LiveVad
from emads_voice.voice.activity.vad import shared_vad
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language
from emads_voice.voice.recognizers.whisper import WhisperRecognizer
from emads_voice.voice.sound.audio import Audio

RECORDINGS = Path(__file__).parents[2] / "recordings"


def understood(recording: str, recognizer: Any, language: Language) -> list[str]:
    """The utterances in a recording."""
    sound = Audio.load(RECORDINGS / f"{recording}.flac").resample(8_000).samples
    texts: list[str] = []

    async def listen() -> None:
        background = Background("test")
        caller = Caller(
            LiveVad(shared_vad()),
            recognizer,
            background,
            ConversationOptions(),
            language=lambda: (language, True),
            whole=lambda _: None,
            asked=lambda _: "",
            own_loudness=lambda: 0.0,
            on_event=lambda event: (
                texts.append(event.transcript.text) if isinstance(event, Understood) else None
            ),
        )
        samples = np.concatenate([np.zeros(4_000, np.float32), sound, np.zeros(20_000, np.float32)])
        for start in range(0, len(samples), 160):
            caller.hear(samples[start : start + 160])
            await asyncio.sleep(0.02)
        caller.close()
        await background.close()

    run_virtual(listen())
    return texts


@pytest.mark.parametrize(
    ("recording", "told"),
    [("en_dograh_yes", VIETNAMESE), ("en_cv_no", VIETNAMESE), ("en_g_book_a_room", None)],
)
def test_one_word_is_recognised_in_the_conversations_language_and_three_are_not(
    recording: str, told: Any
) -> None:
    recognizer = ScriptedRecognizer(["word"] * 9)
    assert understood(recording, recognizer, VIETNAMESE) == ["word"]
    assert recognizer.asked[-1][1] is told


def test_figures_read_with_long_pauses_are_one_utterance() -> None:
    """Three ZIP codes, 1.3 s apart, as whisper-base writes them."""
    (text,) = understood("en_vosk_zipcodes", WhisperRecognizer(), ENGLISH)
    assert text.endswith("90210 01803")
