"""A recording goes through the graph: heard, understood, dated, written up; what goes wrong is one sentence."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from langchain_core.messages import AIMessage, HumanMessage

from emads_voice.agents.errors import ModelError
from emads_voice.agents.minutes.forms import Action, Findings
from emads_voice.graph.meetings import MeetingContext, create_meeting_graph
from emads_voice.testing import ScriptedRecognizer
from emads_voice.voice.errors import AudioError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE
from emads_voice.voice.recognizer import Segment, Transcript
from emads_voice.voice.sound.audio import Audio

RECORDINGS = Path(__file__).parents[2] / "recordings"
SAID = (
    Segment("I will send the report by Friday.", 0.3, 3.0),
    Segment("We agreed to buy a printer.", 3.0, 6.0),
    Segment("", 6.0, 6.5),
)
HEARD = Transcript(
    "I will send the report by Friday. We agreed to buy a printer.", ENGLISH, 11, "scripted", SAID, "sha"
)


@pytest.fixture
def speech(tmp_path: Path) -> Path:
    path = tmp_path / "meeting.wav"
    Audio.load(RECORDINGS / "en_jfk.flac", max_rate=16_000).save(path)
    return path


def stereo(path: Path) -> Path:
    """Two readers, each on a channel, one after the other."""
    import wave

    left, right = (
        Audio.load(RECORDINGS / name, max_rate=16_000).samples[:80_000]
        for name in ("en_jfk.flac", "vi_fosd_01.flac")
    )
    quiet = np.zeros(80_000, np.float32)
    both = np.stack([np.concatenate([left, quiet]), np.concatenate([quiet, right])], axis=1)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes((both * 32000).astype("<i2").tobytes())
    return path


async def meet(*script: Any, messages: Any = None, extractor: Any = None, **choices: Any) -> dict[str, Any]:
    graph = create_meeting_graph(ScriptedRecognizer(script), extractor=extractor).compile()
    choices = {"date": "2026-11-25", "time_zone": "Asia/Ho_Chi_Minh", **choices}
    given = {"messages": messages} if messages else {}
    state: dict[str, Any] = await graph.ainvoke(given, context=MeetingContext(**choices))  # type: ignore[call-overload]
    return state


async def test_a_recording_becomes_minutes(speech: Path) -> None:
    state = await meet(HEARD, recording=speech, speakers=["Lan"])
    assert [(action["owner"], action["due"]) for action in state["actions"]] == [("Lan", "2026-11-27")]
    assert [taken["text"] for taken in state["decisions"]] == ["buy a printer"]
    assert (state["recorded_by"], state["recorded_at"]) == ("given", "2026-11-25T00:00:00+07:00")
    assert (state["found_by"], state["model_failure"], state["dropped"]) == ("embedded", "", 0)
    recording = state["recording"]
    assert (recording["name"], recording["speakers"], recording["by_channel"]) == (
        "meeting.wav",
        ["Lan"],
        False,
    )
    assert "| Lan | send the report by Friday | 2026-11-27 |" in state["minutes"]
    assert "without a language model" in state["minutes"]
    assert "`0:06` **Lan**: […]" in state["minutes"], "what could not be understood is not passed over"
    assert "audio" not in str(state).replace("audio_sha256", "")


async def test_the_sides_of_a_call_are_its_speakers_without_any_model(tmp_path: Path) -> None:
    left = Transcript(
        "I will call you tomorrow.", ENGLISH, 10, "m", (Segment("I will call you tomorrow.", 0, 4),)
    )
    right = Transcript("Dạ vâng ạ.", VIETNAMESE, 10, "m", (Segment("Dạ vâng ạ.", 6, 8),))
    state = await meet(left, right, recording=stereo(tmp_path / "call.wav"), speakers=["Agent", "Customer"])
    assert [(part["speaker"], part["text"]) for part in state["recording"]["segments"]] == [
        ("Agent", "I will call you tomorrow."),
        ("Customer", "Dạ vâng ạ."),
    ]
    assert state["recording"]["by_channel"]
    assert [(action["owner"], action["due"]) for action in state["actions"]] == [("Agent", "2026-11-26")]


async def test_an_empty_channel_has_no_speaker_and_the_other_keeps_its_name(tmp_path: Path) -> None:
    nobody = Transcript("", None, 10, "m")
    right = Transcript("Hello.", ENGLISH, 10, "m", (Segment("Hello.", 6, 8),))
    state = await meet(nobody, right, recording=stereo(tmp_path / "call.wav"), speakers=["Agent", "Customer"])
    assert state["recording"]["speakers"] == ["Customer"]


async def test_a_recording_in_a_message_is_replaced_by_what_was_said(speech: Path) -> None:
    sound = await asyncio.to_thread(speech.read_bytes)
    block = {
        "type": "audio",
        "base64": base64.b64encode(sound).decode(),
        "mime_type": "audio/wav",
    }
    state = await meet(HEARD, messages=[HumanMessage([block], id="1")])
    question, answer = state["messages"]
    assert (question.id, question.text) == ("1", HEARD.text)
    assert isinstance(answer, AIMessage)
    assert answer.text == state["minutes"]


async def test_minutes_of_a_vietnamese_meeting_are_in_vietnamese(speech: Path) -> None:
    text = "Em sẽ gửi báo cáo trước thứ sáu tuần sau."
    said = Transcript(text, VIETNAMESE, 11, "m", (Segment(text, 0, 3),))
    state = await meet(said, recording=speech)
    assert state["actions"][0]["due"] == "2026-12-04"
    assert "## Việc cần làm" in state["minutes"]
    assert "# Biên bản: meeting.wav" in state["minutes"]


async def test_what_may_be_two_days_is_asked(speech: Path) -> None:
    text = "I will send the report by next Friday."
    state = await meet(Transcript(text, ENGLISH, 11, "m", (Segment(text, 0, 3),)), recording=speech)
    assert state["actions"][0]["due"] == ""
    assert state["questions"][0]["options"] == ["2026-11-27", "2026-12-04"]
    assert "is that 2026-11-27 or 2026-12-04?" in state["minutes"]


class Model:
    """Finds what it is told."""

    name = "scripted:model"

    def __init__(self, found: Findings | ModelError) -> None:
        self.found = found

    async def extract(self, lines: Any) -> Findings:
        if isinstance(self.found, ModelError):
            raise self.found
        return self.found


async def test_a_model_that_quotes_what_nobody_said_is_not_believed(speech: Path) -> None:
    invented = Findings(actions=[Action(quote="I will buy a castle", owner="Lan", task="buy a castle")])
    state = await meet(HEARD, recording=speech, extractor=Model(invented))
    assert (state["actions"], state["dropped"], state["found_by"]) == ([], 1, "scripted:model")
    assert "One entry was left out" in state["minutes"]


async def test_where_the_model_fails_minutes_are_taken_without_it_and_say_so(speech: Path) -> None:
    state = await meet(HEARD, recording=speech, extractor=Model(ModelError("It is down.")))
    assert len(state["actions"]) == 1
    assert state["model_failure"] == "It is down."
    assert "The chat model could not be used (It is down)" in state["minutes"]


async def test_where_nobody_speaks_minutes_say_so() -> None:
    state = await meet(Transcript("", None, 8, "m"), recording=RECORDINGS / "x_pv_empty.flac")
    assert "Nobody speaks in this recording." in state["minutes"]
    assert (state["actions"], state["recording"]["speakers"]) == ([], [])


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        ({"date": "yesterday"}, '"yesterday" is no date: write it as 2026-11-27'),
        ({"date": "0099-01-01"}, '"0099-01-01" is no date of a recording'),
        ({"time_zone": "Mars/Olympus"}, 'There is no time zone "Mars/Olympus"'),
        ({"split": True}, "has one channel, so there is nothing to split"),
        (
            {"voices": {"Lan": RECORDINGS / "x_pv_empty.flac"}},
            "which is to be Lan's voice, has no speech in it",
        ),
    ],
)
async def test_what_cannot_be_is_one_sentence(speech: Path, choices: dict[str, Any], sentence: str) -> None:
    with pytest.raises(AudioError, match=sentence.replace("?", r"\?")):
        await meet(HEARD, recording=speech, **choices)


@pytest.mark.parametrize(
    ("messages", "sentence"),
    [
        (None, "There is no recording"),
        ([HumanMessage("Hello.")], "The message holds no recording"),
        ([HumanMessage([{"type": "audio", "url": "http://x/a.wav"}])], "links are not fetched"),
        ([HumanMessage([{"type": "audio", "base64": "no!", "mime_type": "audio/wav"}])], "is damaged"),
    ],
)
async def test_a_run_without_a_recording_is_told_how_to_send_one(messages: Any, sentence: str) -> None:
    with pytest.raises(AudioError, match=sentence):
        await meet(messages=messages)


def test_studio_shows_what_may_be_chosen_and_no_files_can_be_named() -> None:
    schema = MeetingContext.model_json_schema()
    assert set(schema["properties"]) == {
        "speakers",
        "speaker_count",
        "date",
        "time_zone",
        "language",
        "hotwords",
    }
    assert MeetingContext.model_validate({"speakers": ["Lan"]}).recording is None
