"""``emads-voice ask`` where the models do not matter: what goes in, what comes out, and what it says when it cannot."""

from __future__ import annotations

import io
import logging
import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import pytest
from rich.console import Console

from emads_voice.cli import ask as ask_module
from emads_voice.cli import console
from emads_voice.testing.speech import ScriptedRecognizer, ScriptedSynthesizer
from emads_voice.voice.errors import RecognitionError, SynthesisError
from emads_voice.voice.sound.audio import Audio

from .conftest import Run

Hears = Callable[..., ScriptedRecognizer]
Record = Callable[..., str]

KUBERNETES = "Should we move the order system to Kubernetes?"


def test_an_answer_is_shown_and_spoken_into_a_file_beside_the_question(
    run: Run, hears: Hears, record: Record, home: Path
) -> None:
    hears(KUBERNETES)
    ran = run("ask", record("question.wav"))
    labels = [line.split()[0] for line in ran.out.splitlines() if line]
    assert (ran.status, ran.err) == (0, "")
    assert labels == ["Heard", "Asked", "Why", "Answer", "Decision", "Spoken", "Took"]
    assert f"“{KUBERNETES}” (English, 0.5 s, scripted:recognizer)" in ran.out
    assert Audio.load(home / "question-reply.wav").duration_s > 1


def test_json_is_one_line_for_each_question_in_the_order_asked(
    run: Run, hears: Hears, record: Record, home: Path
) -> None:
    (home / "empty.wav").touch()
    hears(KUBERNETES, RecognitionError("The server is down."), "Book a room.")
    ran = run("ask", "--json", record("a.wav"), "empty.wav", record("b.wav"), record("c.wav"))
    assert ran.status == 1
    assert [value.get("question") or value["transcript"]["text"] for value in ran.values] == [
        KUBERNETES,
        "empty.wav",
        "b.wav",
        "Book a room.",
    ]
    assert ran.complaints == [
        "empty.wav is empty: it has no bytes; give another recording.",
        "b.wav: The server is down.",
    ]
    assert [value["error"] for value in ran.values[1:3]] == ran.complaints


def test_nothing_is_loaded_for_recordings_that_cannot_be_used(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emads_voice.assembly.source.find_source", lambda *_: pytest.fail("loaded"))
    (home / "folder.wav").mkdir()
    ran = run("ask", "folder.wav", "missing.wav")
    assert (ran.status, ran.out) == (1, "")
    assert ran.complaints == [
        "Cannot read folder.wav: is a directory; give the path of a recording.",
        "Cannot read missing.wav: no such file or directory; give the path of a recording.",
    ]


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read and write anything"
)
def test_permissions_are_told(run: Run, record: Record, home: Path) -> None:
    (home / record("secret.wav")).chmod(0)
    (home / "locked").mkdir(mode=0o500)
    assert run("ask", "secret.wav").complaints == ["Cannot read secret.wav: permission denied."]
    ran = run("ask", record("a.wav"), "--out", "locked/reply.wav")
    assert ran.complaints == ["Cannot write locked/reply.wav: permission denied."]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], 'Give recordings, or --text "…" to ask without one.'),
        (["--text", ""], 'Give recordings, or --text "…" to ask without one.'),
        (["a.wav", "--text", "Hello"], 'Give recordings, or --text "…" to ask without one.'),
        (["--text", "  "], "There are no words in --text: write a question."),
        (
            ["--text", "a." * 8_000],
            "The message has 16,000 characters, and a question at most 10,000: shorten it.",
        ),
    ],
)
def test_a_command_line_that_contradicts_itself_is_refused(
    run: Run, arguments: list[str], sentence: str
) -> None:
    ran = run("ask", *arguments)
    assert (ran.status, ran.out, ran.complaints) == (2, "", [sentence])


def test_an_unknown_option_is_refused(run: Run) -> None:
    ran = run("ask", "--languge", "vi", "a.wav")
    assert ran.status == 2
    assert "--languge" in ran.err
    assert "Traceback" not in ran.err


def test_an_unknown_language_is_refused_with_a_suggestion(run: Run, record: Record) -> None:
    ran = run("ask", record("a.wav"), "--language", "Vietnamise", "--json")
    assert ran.status == 2
    assert ran.complaints == ["Unknown language 'Vietnamise': did you mean Vietnamese?"]
    assert ran.values == [{"error": ran.complaints[0]}]


def test_the_language_can_be_given(run: Run, hears: Hears, record: Record) -> None:
    recognizer = hears("Xin chào")
    (value,) = run("ask", record("a.wav"), "--language", "vi", "--json").values
    assert value["transcript"]["language_code"] == "vi"
    assert [language and language.name for _, language, _ in recognizer.asked] == ["Vietnamese"]


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        (
            "missing/reply.wav",
            "Cannot write missing/reply.wav: no such file or directory; name another file with --out.",
        ),
        ("folder", "folder is a folder: name a file in it, such as folder/reply.wav."),
    ],
)
def test_an_answer_that_could_not_be_written_is_refused_before_it_is_worked_out(
    run: Run, record: Record, home: Path, monkeypatch: pytest.MonkeyPatch, path: str, sentence: str
) -> None:
    monkeypatch.setattr("emads_voice.assembly.source.find_source", lambda *_: pytest.fail("loaded"))
    (home / "folder").mkdir()
    assert run("ask", record("a.wav"), "--out", path).complaints == [sentence]
    two = run("ask", record("a.wav"), record("b.wav"), "--out", path)
    assert two.status == 1
    assert "Traceback" not in two.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_a_full_disk_is_told(run: Run, hears: Hears, record: Record) -> None:
    hears(KUBERNETES)
    ran = run("ask", record("a.wav"), "--out", "/dev/full")
    assert (ran.status, ran.complaints) == (
        1,
        ["Cannot write /dev/full: no space left on device; name another file."],
    )


def test_an_answer_never_overwrites_a_question(run: Run, hears: Hears, record: Record, home: Path) -> None:
    record("a.wav")
    record("a-reply.wav")
    before = (home / "a.wav").read_bytes(), (home / "a-reply.wav").read_bytes()
    assert run("ask", "a.wav", "--out", home / "a.wav").status == 1
    hears("Hello.")
    ran = run("ask", "a.wav", "a-reply.wav")
    assert ran.complaints == [
        "The answer would overwrite the recording a-reply.wav: give another file with --out."
    ]
    assert ran.status == 1
    assert (home / "a-reply-reply.wav").exists()
    assert before == ((home / "a.wav").read_bytes(), (home / "a-reply.wav").read_bytes())


def test_answers_never_overwrite_each_other(run: Run, hears: Hears, record: Record, home: Path) -> None:
    (home / "monday").mkdir()
    hears("One.", "Two.", "Three.", "Four.")
    ran = run("ask", record("a.wav"), record("monday/a.wav"), "--json")
    assert [value["speech"]["path"] for value in ran.values] == ["a-reply.wav", "a-reply-2.wav"]
    ran = run("ask", "a.wav", "monday/a.wav", "--json", "--out", "said.wav")
    assert [value["speech"]["path"] for value in ran.values] == ["said-1.wav", "said-2.wav"]


def test_what_people_say_is_no_markup(run: Run, hears: Hears, record: Record) -> None:
    said = r"[bold]red[/bold] [/] :smile: \[x] and \x1b[31m".replace(r"\x1b", "\x1b")
    hears(said)
    ran = run("ask", record("[red]odd[bold].wav"))
    assert f"“{said}”".replace("\x1b", " ") in ran.out
    assert "\x1b" not in ran.out
    assert "[red]odd[bold]-reply.wav" in ran.out
    assert run("ask", "[red]none.wav").complaints == [
        "Cannot read [red]none.wav: no such file or directory; give the path of a recording."
    ]


def test_long_lines_are_kept_whole_in_a_pipe_and_wrapped_beside_their_label_on_a_terminal(
    run: Run, hears: Hears, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    hears(KUBERNETES, KUBERNETES)
    piped = run("ask", record("a.wav"), "--json").values[0]["reply"]
    screen = io.StringIO()
    terminal = Console(file=screen, force_terminal=True, width=50, no_color=True, markup=False, emoji=False)
    monkeypatch.setattr(console, "out", terminal)
    monkeypatch.setattr(ask_module, "out", terminal)
    assert run("ask", "a.wav").status == 0
    lines = screen.getvalue().splitlines()
    assert all(len(line.replace("\x1b[2m", "").replace("\x1b[0m", "")) < 70 for line in lines)
    start = next(i for i, line in enumerate(lines) if "Answer" in line)
    end = next(i for i, line in enumerate(lines) if "Decision" in line)
    answer = [line.replace("\x1b[1m", "").replace("\x1b[0m", "")[10:] for line in lines[start:end]]
    assert " ".join(" ".join(answer).split()) == " ".join(piped.split())


def test_nothing_heard_is_answered_not_failed(run: Run, hears: Hears, record: Record) -> None:
    hears("")
    ran = run("ask", record("quiet.wav"))
    assert ran.status == 0
    assert "Heard  nothing (no language, 0.5 s, scripted:recognizer)" in ran.out
    assert "I did not hear anything" in ran.out


def test_an_answer_that_cannot_be_spoken_is_still_shown(
    run: Run, hears: Hears, voice: ScriptedSynthesizer, home: Path
) -> None:
    hears()
    refusal = "Nobody here can answer that, so a person has to look at it."
    voice.failures = {refusal: SynthesisError("The speech server is down.")}
    ran = run("ask", "--text", "What is the capital of France?", "--json")
    assert ran.status == 1
    assert ran.values[0]["speech"]["path"] is None
    assert "The speech server is down." in ran.complaints
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("EMADS_ROUTER", "x", "EMADS_ROUTER cannot be used: Input should be 'exemplars' or 'model'."),
        ("EMADS_ROUTER", "model", "EMADS_ROUTER=model needs a chat model: set EMADS_MODEL, or"),
        ("EMADS_LANGUAGES", "en,tlh", "EMADS_LANGUAGES cannot be used: Unknown language 'tlh'"),
        ("EMADS_ASR", "nope:x", "Unknown recogniser 'nope': there are dashscope, openai, "),
        ("EMADS_ASR", "whisper:/nowhere/x", "Whisper model '/nowhere/x' is not complete: put model.bin"),
        (
            "EMADS_TTS",
            "nope",
            "Unknown synthesiser 'nope': there are espeak, openai, piper; name one of them.",
        ),
        ("EMADS_HANDBOOK", "/nowhere", "There is no handbook folder /nowhere: give the folder that holds"),
        ("EMADS_MODEL_URL", "localhost:1", "EMADS_MODEL_URL cannot be used: give a base URL such as http://"),
        ("EMADS_DATA_DIR", "a.wav", "Conversations cannot be kept in a.wav/threads.sqlite (file exists)"),
        ("OTEL_TRACES_EXPORTER", "bogus", "No span exporter named 'bogus' is installed"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    run: Run, record: Record, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(variable, value)
    ran = run("ask", record("a.wav"), "--json")
    assert ran.status == 1
    assert ran.complaints[-1].startswith(sentence)
    if not variable.startswith("OTEL"):
        assert ran.values == [{"error": ran.complaints[-1]}]


def test_a_broken_handbook_is_told_by_file_and_line(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "book" / "initiatives").mkdir(parents=True)
    (home / "book" / "en").mkdir()
    (home / "book" / "en" / "a.md").write_text("# Rooms\n\nThere are rooms.\n")
    (home / "book" / "initiatives" / "x.yaml").write_text("a: [1\n b: :\n")
    monkeypatch.setenv("EMADS_HANDBOOK", "book")
    assert run("ask", "--text", "Hello").complaints == [
        "book/initiatives/x.yaml, line 2: expected ',' or ']', but got ':'; write YAML there."
    ]


def test_a_damaged_conversation_file_is_told(run: Run, hears: Hears, tmp_path: Path) -> None:
    hears()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "threads.sqlite").write_text("This is no database. " * 100)
    ran = run("ask", "--text", "Hello")
    assert ran.status == 1
    assert ran.complaints == [
        f"Conversations cannot be kept in {tmp_path / 'data' / 'threads.sqlite'} (file is not a database): "
        "make room, remove the file, or set EMADS_DATA_DIR to another folder."
    ]


def test_conversations_are_kept_from_others_and_told_apart(run: Run, hears: Hears, tmp_path: Path) -> None:
    hears()
    first = run("ask", "--text", KUBERNETES, "--thread", "monday", "--json").values[0]
    follow_up = run("ask", "--text", "And what would that cost?", "--thread", "monday", "--json").values[0]
    stranger = run("ask", "--text", "And what would that cost?", "--json").values[0]
    assert first["thread_id"] == follow_up["thread_id"] == "monday" != stranger["thread_id"]
    assert follow_up["route"]["reason"].startswith(f'Follows up "{KUBERNETES}"')
    assert not stranger["route"]["reason"].startswith("Follows up")
    threads = tmp_path / "data" / "threads.sqlite"
    assert threads.stat().st_mode & 0o077 == 0
    with sqlite3.connect(threads) as database:
        assert database.execute("select count(distinct thread_id) from checkpoints").fetchone() == (2,)


def test_standard_input_is_read_once_it_is_asked_for(
    run: Run, hears: Hears, record: Record, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pipe(data: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data), isatty=lambda: False))

    hears("Hello.")
    pipe((home / record("a.wav")).read_bytes())
    assert run("ask", "-", "--json").values[0]["speech"]["path"] == "reply.wav"
    pipe(os.urandom(5000))
    assert run("ask", "-").complaints[0].startswith("standard input is damaged or no recording: give a whole")
    pipe(b"")
    assert run("ask", "-").complaints == ["standard input is empty: it has no bytes; give another recording."]
    nothing_piped = ['"-" reads a recording from standard input, and none is piped in: give a file.']
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
    assert run("ask", "-").complaints == nothing_piped
    monkeypatch.setattr(sys, "stdin", None)
    assert run("ask", "-").complaints == nothing_piped


class _Nonsense(BaseHTTPRequestHandler):
    """A chat server that answers, but not in the form it was given."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        chunk = (
            '{"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,%s}]}'
        )
        for part in (
            '"delta":{"role":"assistant","content":"I like turtles"}',
            '"delta":{},"finish_reason":"stop"',
        ):
            self.wfile.write(f"data: {chunk % part}\n\n".encode())
        self.wfile.write(b"data: [DONE]\n\n")

    def log_message(self, format: str, *arguments: object) -> None: ...


@pytest.fixture
def nonsense() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Nonsense)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


def test_a_chat_model_that_is_down_or_talks_nonsense_is_replaced_and_told(
    run: Run, hears: Hears, nonsense: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("langchain_openai")
    hears()
    monkeypatch.setenv("EMADS_MODEL", "openai:little")
    monkeypatch.setenv("EMADS_MODEL_KEY", "sk-not-told")
    for url, reason in [
        ("http://127.0.0.1:9/v1", "failed (OpenAIConnectionError)."),
        (nonsense, "did not fill in the form it was given: name another."),
    ]:
        monkeypatch.setenv("EMADS_MODEL_URL", url)
        ran = run("ask", "--text", KUBERNETES, "--json")
        assert ran.status == 3
        assert ran.complaints == [f"CTO answered without its chat model: The model little {reason}"]
        assert ran.values[0]["analyses"]["cto"]["degraded"] == f"The model little {reason}"
        assert "managed Kubernetes" in ran.values[0]["reply"]
        assert "sk-not-told" not in ran.out + ran.err


def test_an_interruption_is_quiet(run: Run, hears: Hears, record: Record) -> None:
    class Interrupted(ScriptedRecognizer):
        async def warm_up(self) -> None:
            signal.raise_signal(signal.SIGINT)

    hears()
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("emads_voice.configured_backends.make_recognizer", lambda _: Interrupted([]))
            ran = run("ask", record("a.wav"))
    finally:
        signal.signal(signal.SIGINT, before)
    assert (ran.status, ran.out, ran.err) == (130, "", "")


def test_a_fault_of_ours_is_not_hushed_up(
    run: Run, hears: Hears, record: Record, caplog: pytest.LogCaptureFixture
) -> None:
    hears()  # an empty script: the recogniser fails in a way nobody foresaw
    with pytest.raises(AssertionError, match="asked more often") as fault:
        run("ask", record("a.wav"))
    sys.excepthook(fault.type, fault.value, fault.tb)  # what Python does next
    assert caplog.messages[-1] == "Nobody caught a AssertionError"


def test_a_name_from_outside_makes_no_second_complaint(run: Run) -> None:
    ran = run("ask", "a\nemads-voice: All is well.\x1b[31m\u2028 0901234567.wav")
    assert ran.err == (
        r"emads-voice: Cannot read a\nemads-voice: All is well.\x1b[31m\u2028 [phone].wav: "
        "no such file or directory; give the path of a recording.\n"
    )


@pytest.mark.usefixtures("home")
def test_what_the_library_logs_makes_no_second_line_either(capsys: pytest.CaptureFixture[str]) -> None:
    log = logging.getLogger("emads_voice.voice")
    with console.progress("Listening to a\nb.wav…") as warnings:
        log.info("fetching\nemads-voice: 0901234567")
        log.warning("The server says\nemads-voice: All is well. an.nguyen@example.com\x1b[2J")
    assert capsys.readouterr().err == (
        "fetching\\nemads-voice: [phone]\n"
        "emads-voice: The server says\\nemads-voice: All is well. [email]\\x1b[2J\n"
    )
    assert len(warnings) == 1
