"""A call goes through the graph: heard, read, scored, advised on; what goes wrong is one sentence."""

from __future__ import annotations

import asyncio
import base64
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from langchain_core.messages import AIMessage, HumanMessage

from emads_voice.agents.embeddings import LexicalEmbeddings
from emads_voice.agents.errors import ModelError
from emads_voice.agents.quality.embedded import EmbeddedJudge
from emads_voice.agents.quality.errors import ScorecardError
from emads_voice.agents.quality.forms import Claim
from emads_voice.graph.quality import QualityContext, create_quality_graph
from emads_voice.testing import ScriptedRecognizer
from emads_voice.voice.errors import AudioError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE
from emads_voice.voice.recognizer import Segment, Transcript
from emads_voice.voice.sound.audio import Audio

RECORDINGS = Path(__file__).parents[2] / "recordings"


def heard(text: str, start_s: float, end_s: float, language: Any = ENGLISH) -> Transcript:
    return Transcript(text, language, 10, "m", (Segment(text, start_s, end_s),), "5a" * 32)


AGENT = heard("Tell me your password.", 0.3, 4)
CUSTOMER = heard("No, I will not.", 5.5, 9)
NOBODY = Transcript("", None, 10, "m", (), "5a" * 32)


@pytest.fixture
def call(tmp_path: Path) -> Path:
    """Two readers, each on a channel, one after the other."""
    path = tmp_path / "call.wav"
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


class Reader:
    """Finds what it is told."""

    name = "scripted:model"

    def __init__(self, *found: Claim | ModelError) -> None:
        self.found = found

    async def find(self, scorecard: Any, lines: Any) -> list[Claim]:
        for each in self.found:
            if isinstance(each, ModelError):
                raise each
        return [each for each in self.found if isinstance(each, Claim)]


async def judge(*script: Any, reader: Any = None, messages: Any = None, **choices: Any) -> dict[str, Any]:
    graph = create_quality_graph(
        ScriptedRecognizer(script), judge=reader, embedded=EmbeddedJudge(LexicalEmbeddings())
    ).compile()
    given = {"messages": messages} if messages else {}
    choices = {"date": "2026-11-25T09:00", "time_zone": "Asia/Ho_Chi_Minh", **choices}
    state: dict[str, Any] = await graph.ainvoke(given, context=QualityContext(**choices))  # type: ignore[call-overload]
    return state


def outcomes(state: dict[str, Any]) -> dict[str, str]:
    return {verdict["criterion"]: verdict["outcome"] for verdict in state["verdicts"]}


async def test_a_call_is_judged_with_quotes_a_score_and_advice(call: Path) -> None:
    state = await judge(AGENT, CUSTOMER, recording=call, agent="Lan", agent_speaks=1)
    assert state["agent"] == {"name": "Lan", "label": "left", "known_by": "given", "doubt": ""}
    assert (outcomes(state)["secrets"], state["score"]["failed_by"]) == ("broken", ["secrets"])
    assert state["score"]["passed"] is False
    assert [side["speaker"] for side in state["measures"]["sides"]] == ["left", "right"]
    assert state["measures"]["sides"][0]["talk_share"] == pytest.approx(0.5, abs=0.2)
    first = state["advice"][0]
    assert (first["criterion"], first["about"][0]["quote"]) == ("secrets", "Tell me your password.")
    assert "“Tell me your password.” (0:00)" in state["report"]
    assert "failed: secrets" in state["report"]
    assert "without a language model" in state["report"]


async def test_a_vietnamese_call_is_reported_on_in_vietnamese(call: Path) -> None:
    said = heard("Không trả tiền thì anh sẽ phải đi tù.", 0.3, 4, VIETNAMESE)
    state = await judge(said, NOBODY, recording=call, scorecard="collections_vn")
    assert outcomes(state)["threats"] == "broken"
    assert "## Tiêu chí" in state["report"]
    assert "Không đe dọa (bắt buộc)" in state["report"]


async def test_swapped_channels_are_told(call: Path) -> None:
    agent = heard(
        "How can I help you today? Could I have your full name and customer number, please?", 5.5, 9
    )
    state = await judge(CUSTOMER, agent, recording=call, agent_speaks=1)
    assert state["agent"]["doubt"] == "right"
    assert "the channels may be swapped" in state["report"]


async def test_an_empty_channel_makes_its_side_unknown_and_not_innocent(call: Path) -> None:
    state = await judge(NOBODY, CUSTOMER, recording=call, agent_speaks=1)
    assert (outcomes(state)["secrets"], outcomes(state)["greeting"]) == ("unknown", "unknown")
    assert state["score"]["passed"] is None


async def test_where_nobody_speaks_the_report_says_so() -> None:
    state = await judge(NOBODY, recording=RECORDINGS / "x_pv_empty.flac")
    assert "Nobody speaks in this recording." in state["report"]
    assert state["score"]["passed"] is None


async def test_one_channel_is_not_measured_for_interruptions() -> None:
    said = Transcript("Hello there.", ENGLISH, 11, "m", (Segment("Hello there.", 0.5, 10),), "5a" * 32)
    state = await judge(said, recording=RECORDINGS / "en_jfk.flac")
    assert (outcomes(state)["interruptions"], state["agent"]["known_by"]) == ("unknown", "alone")
    assert "Recorded on one channel" in state["report"]


async def test_one_microphone_on_two_channels_is_one_channel(tmp_path: Path) -> None:
    samples = Audio.load(RECORDINGS / "en_jfk.flac", max_rate=16_000).samples
    path = tmp_path / "twice.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes((np.stack([samples, samples], axis=1) * 32000).astype("<i2").tobytes())
    said = Transcript("Hello there.", ENGLISH, 11, "m", (Segment("Hello there.", 0.5, 10),), "5a" * 32)
    state = await judge(said, recording=path)
    assert not state["recording"]["by_channel"]
    assert outcomes(state)["interruptions"] == "unknown"


async def test_a_gap_is_not_taken_for_silence(call: Path) -> None:
    gap = Transcript(
        "Hello there.", ENGLISH, 10, "m", (Segment("Hello there.", 0.3, 2), Segment("", 2, 4)), "5a" * 32
    )
    state = await judge(gap, CUSTOMER, recording=call, agent_speaks=1)
    assert outcomes(state)["secrets"] == "unknown"
    assert "Not all of the call was understood." in state["report"]


@pytest.mark.parametrize(
    ("date", "outcome"),
    [("2026-11-25T22:30", "broken"), ("2026-11-25T09:00", "met"), ("2026-11-25", "unknown"), ("", "unknown")],
)
async def test_only_a_known_time_of_day_is_judged(call: Path, date: str, outcome: str) -> None:
    state = await judge(AGENT, CUSTOMER, recording=call, scorecard="collections_vn", date=date)
    assert outcomes(state)["hours"] == outcome


async def test_a_model_that_quotes_what_nobody_said_is_not_believed(call: Path) -> None:
    invented = Reader(Claim(criterion="blame", quote="It is all your fault"))
    state = await judge(AGENT, CUSTOMER, recording=call, reader=invented, agent_speaks=1)
    assert (state["dropped"], outcomes(state)["blame"], state["found_by"]) == (1, "met", "scripted:model")
    assert "One claim was left out" in state["report"]


async def test_where_the_model_fails_the_call_is_judged_without_it(call: Path) -> None:
    state = await judge(AGENT, CUSTOMER, recording=call, reader=Reader(ModelError("It is down.")))
    assert (state["model_failure"], state["found_by"]) == ("It is down.", "embedded")
    assert "The chat model could not be used (It is down)" in state["report"]


async def test_a_recording_in_a_message_is_answered_with_the_report(call: Path) -> None:
    sound = base64.b64encode(await asyncio.to_thread(call.read_bytes)).decode()
    block = {"type": "audio", "base64": sound, "mime_type": "audio/wav"}
    state = await judge(AGENT, CUSTOMER, messages=[HumanMessage([block], id="1")])
    question, answer = state["messages"]
    assert question.text == "Tell me your password. No, I will not."
    assert isinstance(answer, AIMessage)
    assert answer.text == state["report"]
    assert sound[:100] not in str(state)


async def test_only_scorecards_that_ship_can_be_named() -> None:
    with pytest.raises(ScorecardError, match="There is no scorecard"):
        await judge(AGENT, recording=RECORDINGS / "en_jfk.flac", scorecard="/etc/passwd")


async def test_a_speaker_who_is_not_there(call: Path) -> None:
    with pytest.raises(AudioError, match=r"There is no speaker 5 in call.wav: 2 were told apart"):
        await judge(AGENT, CUSTOMER, recording=call, agent_speaks=5)


def test_studio_can_name_no_files() -> None:
    fields = set(QualityContext.model_json_schema()["properties"])
    assert {"scorecard", "agent", "agent_speaks"} <= fields
    assert not fields & {"recording", "own_scorecard", "voices"}
