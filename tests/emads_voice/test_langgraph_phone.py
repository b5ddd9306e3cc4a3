"""The phone in LangGraph's development server, beside the graph: called as Twilio does, opened as Studio does."""

import asyncio
import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets

from emads_voice.channels.call import thread_of_call
from emads_voice.observability.ledger import open_ledger
from emads_voice.voice.sound import g711
from emads_voice.voice.sound.audio import Audio

pytest.importorskip("langgraph_api", reason='it takes the extra "studio"')
pytest.importorskip("faster_whisper", reason='it takes the extra "local"')
from langgraph_sdk import get_client

RECORDING = Path(__file__).parents[2] / "examples" / "audio" / "kubernetes-en.wav"
PUBLIC, TOKEN = "https://voice.example.com", "the-auth-token"
ACCOUNT, CALL = "AC" + "0" * 32, "CA" + "1" * 32
THREAD = thread_of_call(CALL)
FORM = {"CallSid": CALL, "AccountSid": ACCOUNT, "From": "+84901234567"}


@dataclass
class Server:
    """A running development server with a phone."""

    port: int
    data: Path

    def ring(self, headers: dict[str, str]) -> httpx.Response:
        return httpx.post(f"http://127.0.0.1:{self.port}/twilio/voice", data=FORM, headers=headers)

    def record(self) -> dict[str, Any] | None:
        """The audit record of the call's question."""
        ledger = open_ledger(self.data)
        heard = (read.event for read in ledger.read(THREAD) if read.event.kind == "voice_input")
        record = next(heard, None)
        ledger.close()
        return record.model_dump(mode="json") if record else None


@pytest.fixture(scope="module")
def server(
    langgraph_server: Any, collector: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("phone")
    config = folder / "langgraph.json"
    graphs = {"voice": "emads_voice.studio:voice"}
    http = {"app": "emads_voice.phone:app"}
    checkpointer = {"path": "emads_voice.langgraph_server.saver"}
    project = {"dependencies": ["."], "graphs": graphs, "http": http, "checkpointer": checkpointer}
    config.write_text(json.dumps(project))
    phone = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "EMADS_PUBLIC_URL": PUBLIC}
    with langgraph_server(config, folder, collector, **phone) as port:
        yield Server(port, folder / "data")


def signed(url: str, form: dict[str, str] | None = None) -> dict[str, str]:
    """The header Twilio is known by: made from its description, not with the code under test."""
    text = url + "".join(name + value for name, value in sorted((form or {}).items()))
    mac = hmac.new(TOKEN.encode(), text.encode(), hashlib.sha1).digest()
    return {"X-Twilio-Signature": base64.b64encode(mac).decode()}


def test_the_phone_beside_the_graph_answers_twilio_and_nobody_else(server: Server) -> None:
    answer = server.ring(signed(f"{PUBLIC}/twilio/voice", FORM))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/xml")
    assert 'url="wss://voice.example.com/twilio/media/' in answer.text
    assert server.ring(signed("https://elsewhere.example.com/twilio/voice", FORM)).status_code == 403
    assert httpx.get(f"http://127.0.0.1:{server.port}/readyz").text == "ready"
    assert httpx.get(f"http://127.0.0.1:{server.port}/ok").json()["ok"] is True  # LangGraph's own


async def test_a_call_is_held_beside_the_graph_in_one_trace_and_is_a_thread(
    server: Server, collector: Any
) -> None:
    twiml = (await asyncio.to_thread(server.ring, signed(f"{PUBLIC}/twilio/voice", FORM))).text
    (path,) = re.findall(r'url="wss://voice.example.com(/twilio/media/[^"]+)"', twiml)
    media = f"ws://127.0.0.1:{server.port}{path}"
    with pytest.raises(websockets.InvalidStatus):
        await websockets.connect(media)
    (token,) = re.findall(r'name="token" value="([^"]+)"', twiml)
    stream = {
        "accountSid": ACCOUNT,
        "streamSid": "MZ1",
        "callSid": CALL,
        "tracks": ["inbound"],
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        "customParameters": {"token": token},
    }
    question = g711.encode(Audio.load(RECORDING).resample(8_000).samples)
    headers = signed(f"{PUBLIC.replace('https', 'wss')}{path}")
    async with websockets.connect(media, additional_headers=headers) as line, asyncio.timeout(60):

        async def send(event: str, **what: Any) -> None:
            await line.send(json.dumps({"event": event, "streamSid": "MZ1", **what}))

        async def until(event: str) -> Any:
            while (message := json.loads(await line.recv()))["event"] != event:
                pass
            return message

        await send("connected", protocol="Call", version="1.0.0")
        await send("start", sequenceNumber="1", start=stream)
        greeted = await until("mark")
        await send("mark", mark=greeted["mark"])
        for start in range(0, len(question) + 16_000, 160):  # two seconds of silence follow
            frame = question[start : start + 160].ljust(160, b"\xff")
            payload = base64.b64encode(frame).decode()
            await send("media", media={"track": "inbound", "timestamp": str(start // 8), "payload": payload})
            await asyncio.sleep(0.02)  # a line brings sound no faster than it is spoken
        while not (record := await asyncio.to_thread(server.record)):
            await line.recv()  # the answer at the latest: a question is recorded before anyone is asked
        await asyncio.to_thread(arrived, collector, record["trace_id"], "text_to_speech piper|espeak")
        await send("mark", mark=(await until("mark"))["mark"])  # a sentence was played
        studio: Any = get_client(url=f"http://127.0.0.1:{server.port}")
        (found,) = await studio.threads.search(metadata={"call_sid": CALL})
        during = await studio.threads.get_state(found["thread_id"])
        await send("stop", stop={"accountSid": ACCOUNT, "callSid": CALL})
        await line.wait_closed()

    assert "Kubernetes" in record["text"]
    names = await asyncio.to_thread(arrived, collector, record["trace_id"], "invoke_agent voice")
    assert names.count("speech_to_text whisper:base") == 1
    assert "text_to_speech piper|espeak" in names

    assert (found["thread_id"], found["metadata"]["graph_id"]) == (THREAD, "voice")
    assert during["values"]["transcript"]["text"] == record["text"]
    assert during["next"] == ["speak"]
    assert during["metadata"]["call_sid"] == CALL
    after = await studio.threads.get_state(THREAD)
    assert after["next"] == []
    assert after["values"]["ended"] == "hang-up"
    assert after["values"]["messages"][-1]["additional_kwargs"]["interrupted"]


def arrived(collector: Any, trace: str, last: str) -> list[str]:
    """The names of a trace's spans, once that one has been exported."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        names = [span.name for span in collector.spans if span.trace == trace]
        if last in names:
            return names
        time.sleep(0.05)
    pytest.fail(f"no span {last!r} of trace {trace} was exported")
