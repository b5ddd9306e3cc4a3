"""Servers as they are: what each answers that the protocol does not foresee is a transcript, or one sentence."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from emads_voice.voice.errors import BackendError, RecognitionError
from emads_voice.voice.languages import ENGLISH
from emads_voice.voice.recognizer import Transcript
from emads_voice.voice.recognizers.openai import OpenAIRecognizer
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.transcription.gaps import marked

from ..conftest import KEY, Answer, Server, as_json

QWEN = "Qwen/Qwen3-ASR-1.7B"
CHAT, TRANSCRIPTIONS = "/v1/chat/completions", "/v1/audio/transcriptions"
PAGE = Answer(b"<!doctype html><html><title>Welcome to nginx</title></html>", kind="text/html")
DAY = timedelta(days=1)
SAID = "language English<asr_text>Book a room."


@pytest.fixture
def speech(recordings: Path) -> Audio:
    return Audio.load(recordings / "en_az_weather.flac")


def message(content: Any, **more: Any) -> Answer:
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": content},
        "finish_reason": "stop",
    } | more
    return as_json({"id": "1", "object": "chat.completion", "created": 1, "model": QWEN, "choices": [choice]})


def chunks(*choices: dict[str, Any]) -> Answer:
    lines = [
        {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": QWEN, "choices": [choice]}
        for choice in choices
    ]
    body = "".join(f"data: {json.dumps(line)}\n\n" for line in lines)
    return Answer(f"{body}data: [DONE]\n\n".encode(), kind="text/event-stream")


async def hear(server: Server, speech: Audio, model: str = QWEN, **asked: Any) -> Transcript:
    return await OpenAIRecognizer(model, base_url=server.url, api_key=KEY).transcribe(speech, **asked)


async def refusal(server: Server, speech: Audio, model: str = QWEN, **asked: Any) -> str:
    with pytest.raises(RecognitionError) as failure:
        await hear(server, speech, model, **asked)
    told = str(failure.value)
    assert told.endswith(".")
    assert "\n" not in told
    assert KEY not in told
    return told


class TestAnswers:
    @pytest.mark.parametrize(
        "content",
        [SAID, [{"type": "text", "text": SAID}], ["language English<asr_text>", "Book a room."]],
    )
    async def test_a_text_may_come_in_parts(self, server: Server, speech: Audio, content: Any) -> None:
        server.answers[CHAT] = message(content)
        assert (await hear(server, speech)).text == "Book a room."

    @pytest.mark.parametrize("model", [QWEN, "whisper-1"])
    async def test_an_answer_nested_beyond_reading_is_told(
        self, server: Server, speech: Audio, model: str
    ) -> None:
        server.answers[CHAT] = server.answers[TRANSCRIPTIONS] = Answer(b"[" * 100_000)
        assert "its answer cannot be read" in await refusal(server, speech, model)

    @pytest.mark.parametrize("content", [None, [], {}, 3, [{"type": "image"}]])
    async def test_no_text_is_told(self, server: Server, speech: Audio, content: Any) -> None:
        server.answers[CHAT] = message(content)
        assert "answered without a text" in await refusal(server, speech)

    @pytest.mark.parametrize(
        "body", [{"choices": []}, {"choices": None}, {"choices": [None]}, {"choices": [{}]}, {"choices": "x"}]
    )
    async def test_no_choice_is_told(self, server: Server, speech: Audio, body: Any) -> None:
        server.answers[CHAT] = as_json(body)
        assert "answered without a text" in await refusal(server, speech)

    async def test_chunks_may_add_nothing(self, server: Server, recordings: Path) -> None:
        jfk = Audio.load(recordings / "en_jfk.flac")
        long = Audio.join([jfk, jfk]).clip(0, 20)
        said = "Ask not what your country can do for you, ask what you can do for your country. And so on and on."
        server.answers[CHAT] = chunks(
            {"index": 0, "finish_reason": None},
            {"index": 0, "delta": None, "finish_reason": None},
            {"index": 0, "delta": {"role": "assistant"}, "finish_reason": None},
            {"index": 0, "delta": {"content": "language English<asr_text>"}, "finish_reason": None},
            {"index": 0, "delta": {"content": said}, "finish_reason": "stop"},
        )
        assert (await hear(server, long)).text == said

    @pytest.mark.parametrize("language", [None, ENGLISH])
    async def test_a_web_page_is_told(self, server: Server, speech: Audio, language: Any) -> None:
        server.answers |= {CHAT: PAGE, TRANSCRIPTIONS: PAGE}
        told = await refusal(server, speech, language=language)
        assert "answered with a web page: check its URL (most end in /v1)" in told

    @pytest.mark.parametrize("language", [None, ENGLISH])
    @pytest.mark.parametrize("error", ["No memory left", {"message": "No memory left", "code": 500}])
    async def test_an_error_with_status_200_is_told(
        self, server: Server, speech: Audio, language: Any, error: Any
    ) -> None:
        server.answers |= {CHAT: as_json({"error": error}), TRANSCRIPTIONS: as_json({"error": error})}
        assert 'says "No memory left": look at its log.' in await refusal(server, speech, language=language)

    async def test_an_answer_that_was_cut_off_has_a_gap(self, server: Server, speech: Audio) -> None:
        server.answers[CHAT] = message(SAID, finish_reason="length")
        heard = await hear(server, speech)
        assert heard.text == "Book a room."
        (gap,) = heard.gaps
        assert gap.failed
        assert marked(heard).endswith(f"[not recognised {gap.start_s:.1f}–{gap.end_s:.1f}]")
        (failure,) = heard.failures
        assert failure.text.startswith(f"openai:{QWEN} was cut off in its answer")


class TestOwnWords:
    @pytest.mark.parametrize(
        ("body", "words"),
        [
            ({"error": {"message": "CUDA out of memory."}}, "CUDA out of memory"),
            ({"error": "CUDA out of memory"}, "CUDA out of memory"),
            ({"message": "Model is\n loading"}, "Model is loading"),
            ({"detail": [{"loc": ["body"], "msg": "field required"}]}, "field required"),
            ({"error": {"message": f"Bad key {KEY} of anna@example.com"}}, "Bad key [key] of [email]"),
            ({"error": "Bad key sk-ab1"}, "Bad key [key]"),
            ({"error": "Bad key sec****123 given"}, "Bad key [key] given"),
        ],
    )
    async def test_what_a_server_says_is_shown(
        self, server: Server, speech: Audio, body: Any, words: str
    ) -> None:
        server.answers[CHAT] = as_json(body, 500)
        assert f'failed with status 500 (it says "{words}"): look at its log.' in await refusal(
            server, speech
        )

    @pytest.mark.parametrize("body", [b"<html>Bad gateway</html>", b"", b"{}", b'{"error": null}'])
    async def test_where_it_says_nothing_the_status_is(
        self, server: Server, speech: Audio, body: bytes
    ) -> None:
        server.answers[CHAT] = Answer(body, 502)
        assert (await refusal(server, speech)).endswith("failed with status 502: look at its log.")


class TestForms:
    WORDS = as_json({"text": "Hi there.", "words": [{"word": "Hi", "start": 0.1, "end": 0.4}]})

    async def test_a_server_that_refuses_the_verbose_form_is_asked_for_the_plain_one(
        self, server: Server, speech: Audio
    ) -> None:
        refused = as_json({"error": {"message": "Currently do not support verbose_json"}}, 400)
        server.answers[TRANSCRIPTIONS] = refused
        server.then[TRANSCRIPTIONS] = as_json({"text": "Hi."})
        recognizer = OpenAIRecognizer("whisper-large", base_url=server.url)
        assert (await recognizer.transcribe(speech)).text == "Hi."
        assert (await recognizer.transcribe(speech)).text == "Hi."
        assert [fields["response_format"] for _, _, fields in server.asked] == [
            b"verbose_json",
            b"json",
            b"json",
        ], "it is not asked twice for what it refuses"

    async def test_one_that_refuses_times_of_words_is_asked_without(
        self, server: Server, speech: Audio
    ) -> None:
        refused = as_json({"error": {"message": "unknown field: timestamp_granularities"}}, 422)
        server.answers[TRANSCRIPTIONS] = refused
        server.then[TRANSCRIPTIONS] = as_json({"text": "Hi.", "language": "english"})
        transcript = await hear(server, speech, "whisper-large", timestamps=True)
        assert (transcript.text, transcript.words) == ("Hi.", ())
        assert transcript.words_unavailable == "openai:whisper-large gives no word times."

    async def test_one_that_refuses_every_form_is_told_of_by_its_first_words(
        self, server: Server, speech: Audio
    ) -> None:
        server.answers[TRANSCRIPTIONS] = as_json({"error": "This is no sound."}, 400)
        assert 'says "This is no sound"' in await refusal(server, speech, "whisper-large", timestamps=True)
        assert len(server.asked) == 3

    @pytest.mark.parametrize("words", [None, "Hi", [None], [{"word": "Hi"}], [{"word": "Hi", "start": None}]])
    async def test_words_without_times_are_none(self, server: Server, speech: Audio, words: Any) -> None:
        server.answers[TRANSCRIPTIONS] = as_json({"text": "Hi.", "words": words})
        assert (await hear(server, speech, "whisper-1", timestamps=True)).words == ()


async def unusable(url: str, key: str | None = None) -> str:
    with pytest.raises(BackendError) as failure:
        await OpenAIRecognizer(QWEN, base_url=url, api_key=key).warm_up()
    told = str(failure.value)
    assert told.endswith(".")
    assert "secret" not in told
    return told


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


class TestTheWayThere:
    @pytest.mark.parametrize(
        ("url", "says"),
        [
            (
                "http://user:secret@127.0.0.1:8OOO/v1",
                "127.0.0.1:8OOO cannot be asked, for its port is no number",
            ),
            ("http://127.0.0.1:99999/v1", "its port is no number from 1 to 65535: correct its URL."),
            ("127.0.0.1:8000/v1", "it does not begin with http:// or https://"),
            ("ftp://asr/v1", "it does not begin with http://"),
            ("http:///v1", "it names no host"),
            ("http://nobody.invalid/v1", "no host of that name is known"),
            ("http://127.0.0.1:9/v1", "nothing listens there"),
        ],
    )
    async def test_a_wrong_address(self, url: str, says: str) -> None:
        assert says in await unusable(url)

    async def test_a_key_that_is_none(self) -> None:
        assert "holds characters that no key has" in await unusable("http://127.0.0.1:9/v1", "sk-sécret")

    async def test_a_server_without_tls(self, server: Server) -> None:
        told = await unusable(server.url.replace("http://", "https://"))
        assert "it does not speak TLS): write http:// for https://" in told

    async def test_a_certificate_nobody_knows(self, tls: str) -> None:
        assert (
            "its certificate is not trusted: self-signed certificate): name its authority"
            in await unusable(tls)
        )

    @pytest.mark.parametrize(
        ("name", "value", "says"),
        [
            ("HTTP_PROXY", "socks5://127.0.0.1:1", "through a SOCKS proxy, and the package socksio is not"),
            ("ALL_PROXY", "socks5://127.0.0.1:1", "pip install socksio, or name the server in NO_PROXY."),
            (
                "HTTP_PROXY",
                "127.0.0.1:bad",
                "by the proxy that is set (Invalid port: 'bad'): mend HTTP_PROXY",
            ),
            ("HTTPS_PROXY", "gopher://127.0.0.1:1", "mend HTTPS_PROXY, or unset it."),
            (
                "HTTP_PROXY",
                "http://user:secret@127.0.0.1:9",
                "by the proxy 127.0.0.1:9 (nothing listens there)",
            ),
            ("SSL_CERT_FILE", "/nowhere/ca.pem", "for /nowhere/ca.pem holds no certificates (no such file"),
            ("SSL_CERT_FILE", __file__, "holds no certificates"),
        ],
    )
    async def test_an_environment_that_is_wrong(
        self, monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
    ) -> None:
        monkeypatch.setenv(name, value)
        assert says in await unusable("http://192.0.2.1:8000/v1")


@pytest.fixture
def tls(tmp_path: Path) -> Iterator[str]:
    """A server with a certificate of its own."""
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now - DAY).not_valid_after(now + DAY)
    pem = serialization.Encoding.PEM
    own = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "own.pem").write_bytes(own + builder.sign(key, hashes.SHA256()).public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "own.pem")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        stop = threading.Event()

        def serve() -> None:
            listening.settimeout(0.05)
            while not stop.is_set():
                try:
                    connection, _ = listening.accept()
                except TimeoutError:
                    continue
                try:
                    context.wrap_socket(connection, server_side=True).close()
                except OSError:
                    connection.close()

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"https://127.0.0.1:{listening.getsockname()[1]}/v1"
        stop.set()
        thread.join()
