"""Our own recognisers and synthesisers keep to what third parties' are asked to keep to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from emads_voice.testing import (
    RecognizerConformance,
    Sample,
    ScriptedSynthesizer,
    SynthesizerConformance,
)
from emads_voice.testing.recognition_server import recognition_app, serving
from emads_voice.voice.backends import init_recognizer
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language
from emads_voice.voice.recognizer import Recognizer
from emads_voice.voice.recognizers.vietnamese import VietnameseRecognizer
from emads_voice.voice.recognizers.whisper import WhisperRecognizer
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.synthesizer import Synthesizer
from emads_voice.voice.synthesizers.espeak import EspeakSynthesizer
from emads_voice.voice.synthesizers.fallback import FallbackSynthesizer
from emads_voice.voice.synthesizers.openai import RATE, OpenAISynthesizer
from emads_voice.voice.synthesizers.piper import PiperSynthesizer


@pytest.fixture(scope="session")
def sample(recordings: Path) -> Sample:
    audio = Audio.load(recordings / "en_az_weather.flac")
    return Sample(audio, "the weather like", ENGLISH)


class TestWhisper(RecognizerConformance):
    @pytest.fixture
    def recognizer(self, whisper: WhisperRecognizer) -> Recognizer:
        return whisper


@pytest.fixture(scope="module")
def vietnamese() -> VietnameseRecognizer:
    pytest.importorskip("vietasr", reason='it takes the extra "vi"')
    return VietnameseRecognizer()


class TestVietnamese(RecognizerConformance):
    @pytest.fixture
    def recognizer(self, vietnamese: VietnameseRecognizer) -> Recognizer:
        return vietnamese

    @pytest.fixture
    def sample(self, recordings: Path) -> Sample:
        """Vietnamese, so that viet-asr writes it and not Whisper."""
        audio = Audio.load(recordings / "vi_fosd_01.flac").clip(2.5, 5)
        return Sample(audio, "hoặc có biểu hiện mất", VIETNAMESE)


@pytest.fixture(scope="module")
def client(whisper: WhisperRecognizer) -> Iterator[Recognizer]:
    """What speaks to vLLM, with whisper-base behind the server."""
    with serving(recognition_app(whisper, model="Qwen/Qwen3-ASR-1.7B")) as url:
        yield init_recognizer("openai:Qwen/Qwen3-ASR-1.7B", base_url=f"{url}/v1", api_key="k")


class TestServer(RecognizerConformance):
    @pytest.fixture
    def recognizer(self, client: Recognizer) -> Recognizer:
        return client


class TestPiper(SynthesizerConformance):
    @pytest.fixture
    def synthesizer(self, piper: PiperSynthesizer) -> Synthesizer:
        return piper

    @pytest.fixture
    def sentence(self) -> tuple[str, Language]:
        return "The warehouse opens on Monday.", ENGLISH


class TestEspeak(SynthesizerConformance):
    @pytest.fixture
    def synthesizer(self) -> Synthesizer:
        return EspeakSynthesizer()

    @pytest.fixture
    def sentence(self) -> tuple[str, Language]:
        return "Kho hàng mở cửa vào thứ Hai.", VIETNAMESE


class TestSynthesizerLadder(TestEspeak):
    @pytest.fixture
    def synthesizer(self, piper: PiperSynthesizer) -> Synthesizer:
        return FallbackSynthesizer([piper, EspeakSynthesizer()])


class TestScripted(TestEspeak):
    @pytest.fixture
    def synthesizer(self) -> Synthesizer:
        return ScriptedSynthesizer()


class Speaker(BaseHTTPRequestHandler):
    """A speech server: hums for as long as it would speak."""

    def do_POST(self) -> None:
        text = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["input"]
        hum = 0.3 * np.sin(np.arange(round(len(text) * 0.05 * RATE)) * 0.1)
        body = (hum * 32767).astype("<i2").tobytes()
        self.send_response(200)
        self.send_header("Content-Type", "audio/pcm")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Tests are quiet."""


@pytest.fixture(scope="module")
def speaker() -> Iterator[Synthesizer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Speaker)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield OpenAISynthesizer("tts-1", base_url=f"http://127.0.0.1:{server.server_port}/v1", api_key="k")
    server.shutdown()
    server.server_close()


class TestSpeechServer(TestEspeak):
    @pytest.fixture
    def synthesizer(self, speaker: Synthesizer) -> Synthesizer:
        return speaker
