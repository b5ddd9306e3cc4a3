"""What stands in a log is told by us: whatever comes from outside is escaped, redacted and cut."""

import asyncio
import logging
import random
import subprocess
import sys
import time
import uuid
import warnings
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emads_voice.observability import LogFormatter, conceal, logs, one_line, redact

ANYTHING = st.text(st.characters(exclude_categories=()))


class Log:
    """A logger with a handler that uses the formatter."""

    def __init__(self) -> None:
        self._stream = StringIO()
        handler = logging.StreamHandler(self._stream)
        handler.setFormatter(LogFormatter("%(levelname)s %(name)s %(message)s"))
        self.logger = logging.Logger("a.logger")
        self.logger.addHandler(handler)

    @property
    def lines(self) -> list[str]:
        text = self._stream.getvalue()
        assert text.endswith("\n")
        return text[:-1].split("\n")


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture(autouse=True)
def _no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_secrets", set())


def test_an_honest_record_is_written_as_it_is(log: Log) -> None:
    log.logger.warning("Call %s: số điện thoại — 你好\u3000。", "CA1f")
    assert log.lines == ["WARNING a.logger Call CA1f: số điện thoại — 你好\u3000。"]


@pytest.mark.parametrize(
    ("forged", "written"),
    [
        ("CA1\n2026-01-01 00:00:00,000 INFO all is well", r"CA1\n2026-01-01 00:00:00,000 INFO all is well"),
        ("a\r\nb\rc", r"a\r\nb\rc"),
        ("\x1b[31mred\x1b]0;title\x07", r"\x1b[31mred\x1b]0;title\x07"),
        ("\x9b2J\x85", r"\x9b2J\x85"),
        ("a\u2028b\u2029c\x0bd\x0ce\x1cf\x1dg\x1eh", r"a\u2028b\u2029c\x0bd\x0ce\x1cf\x1dg\x1eh"),
        ("\u202egnp.exe\u2066\u200f\u061c", r"\u202egnp.exe\u2066\u200f\u061c"),
        ("a\tb\0c\x7fd\ufeffe\u200bf\U000e0041", r"a\tb\x00c\x7fd\ufeffe\u200bf\U000e0041"),
        ("half \ud800 half", r"half \ud800 half"),
    ],
)
def test_what_could_command_a_terminal_or_forge_a_line_is_escaped(
    log: Log, forged: str, written: str
) -> None:
    log.logger.warning("%s", forged)
    assert log.lines == [f"WARNING a.logger {written}"]


@given(text=ANYTHING, error=ANYTHING)
def test_whatever_is_logged_is_printable_and_only_records_begin_in_the_first_column(
    text: str, error: str
) -> None:
    log = Log()
    try:
        raise ValueError(error)
    except ValueError:
        log.logger.exception("%s", text)
    first, *below = log.lines
    assert first.startswith("ERROR a.logger ")
    assert below
    assert all(line.startswith("    ") for line in below)
    for line in log.lines:
        assert line.replace("\u3000", "").replace("\xa0", "").encode("utf-8")
        assert not any(character in line for character in "\r\x0b\x0c\x1b\x85\u2028\u2029\u202e\u2066")


@pytest.mark.parametrize(
    ("personal", "instead"),
    [
        ("gọi 0901234567 nhé", "gọi [phone] nhé"),
        ("+84 90 123 45 67", "[phone]"),
        ("an.nguyen@example.com", "[email]"),
        ("4111 1111 1111 1111", "[card]"),
    ],
)
def test_personal_data_is_in_no_message_and_no_traceback(log: Log, personal: str, instead: str) -> None:
    try:
        try:
            raise KeyError(personal)
        except KeyError as cause:
            raise RuntimeError(f"first\n{personal}") from cause
    except RuntimeError as error:
        log.logger.error("It failed: %s", error, exc_info=error, stack_info=True)
        log.logger.exception(error)
    written = "\n".join(log.lines)
    assert personal not in written
    assert written.count(instead) >= 3, "in the message, its cause and the traceback"
    assert "test_logs.py" in written


def test_a_traceback_stays_readable(log: Log) -> None:
    try:
        raise ValueError("one\nERROR a.logger two")
    except ValueError:
        log.logger.exception("A call failed")
    first, title, place, source, *what = log.lines
    assert first == "ERROR a.logger A call failed"
    assert title == "    Traceback (most recent call last):"
    assert place.startswith('      File "')
    assert source == '        raise ValueError("one\\nERROR a.logger two")'
    assert what == ["    ValueError: one", "    ERROR a.logger two"]


def test_a_traceback_written_raw_by_another_handler_is_not_taken_over(log: Log) -> None:
    raw = logging.StreamHandler(StringIO())
    log.logger.handlers.insert(0, raw)  # logging keeps the text it made in the record
    try:
        raise ValueError("0901234567")
    except ValueError:
        log.logger.exception("failed")
    assert log.lines[-1] == "    ValueError: [phone]"


def test_a_traceback_from_another_process_is_indented_too(log: Log) -> None:
    record = log.logger.makeRecord("x", logging.ERROR, "x", 1, "failed", (), None)
    record.exc_text = "Traceback\nValueError: 0901234567"
    log.logger.handle(record)
    assert log.lines == ["ERROR x failed", "    Traceback", "    ValueError: [phone]"]


def test_what_is_long_is_cut(log: Log) -> None:
    def deep(left: int) -> None:
        if left:
            (shallow if left % 2 else deep)(left - 1)
        raise ValueError("y" * 1_000_000)

    def shallow(left: int) -> None:
        deep(left)

    log.logger.warning("x" * 65_536)
    assert log.lines == [f"WARNING a.logger {'x' * logs.MAX_TEXT}…"]
    try:
        deep(200)
    except ValueError:
        log.logger.exception("deep")
    assert len(log.lines) < 200
    assert any(line.endswith(" left out …") for line in log.lines)
    assert log.lines[-1] == f"    ValueError: {'y' * (logs.MAX_TEXT - len('ValueError: '))}…"


@pytest.mark.parametrize("item", ["0901234567", "an.nguyen@example.com", "4111 1111 1111 1111"])
@pytest.mark.parametrize("margin", range(0, 360, 7))
def test_nothing_is_cut_in_two_before_it_was_looked_for(item: str, margin: int) -> None:
    for end in (logs.MAX_TEXT, logs.MAX_TEXT + 320):
        text = f"{'x' * (end - margin)} {item} " + "z" * 1000
        assert item[:8] not in one_line(text)


def test_a_line_of_emails_only_leaves_none_at_its_end() -> None:
    assert "secret.name" not in one_line("secret.name@example.com " * 500)
    assert "secret.name" not in one_line("a@b.vn " * 330 + "secret.name@example.com")


def test_secrets_of_the_settings_are_concealed(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    from emads_voice.channels.twilio.settings import load_twilio_settings
    from emads_voice.settings import load_settings

    keys = {
        "EMADS_ASR_KEY": "heard-4711-secret",
        "EMADS_TTS_KEY": "spoken-4711-secret",
        "EMADS_MODEL_KEY": "thought-4711-secret",
        "TWILIO_AUTH_TOKEN": "0123456789abcdef0123456789abcdef",
    }
    for name, value in keys.items():
        monkeypatch.setenv(name, value)
    load_settings()
    load_twilio_settings()
    for value in keys.values():
        log.logger.warning("the server says: wrong key %s.", value)
        try:
            raise ValueError(f"header {value!r}")
        except ValueError:
            log.logger.exception("failed")
    assert not any(value in line for value in keys.values() for line in log.lines)
    assert log.lines[0] == "WARNING a.logger the server says: wrong key [secret]."


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (
            "Illegal header value b'Bearer sk-proj-abcDEF123456789\\n'",
            "Illegal header value b'[secret]\\n'",
        ),
        ("Authorization: Basic QUNhYmM6MTIzNDU2Nzg5MA==", "Authorization: [secret]"),
        ("Incorrect API key provided: sk-abcdefgh12345678.", "Incorrect API key provided: [secret]."),
        ("GET https://me:hunter22@speech.example/v1 failed", "GET https://[secret]speech.example/v1 failed"),
        ("wss://x.example/?model=m&api_key=abc123def", "wss://x.example/?model=m&api_key=[secret]"),
        ("a basic problem with the bearer of bad news", "a basic problem with the bearer of bad news"),
    ],
)
def test_credentials_are_known_by_their_shape(text: str, written: str) -> None:
    assert one_line(text) == written


def test_a_secret_at_the_end_of_what_is_kept_is_concealed() -> None:
    token = "t0ken-" * 100
    conceal(token)
    assert "t0ken" not in one_line("x" * (logs.MAX_TEXT - 50) + " " + token + "y" * 1000)


def test_words_are_no_secrets() -> None:
    conceal("", "call", "secret")
    assert one_line("a secret call") == "a secret call"


def test_addresses_and_names_of_calls_stay_readable() -> None:
    chance = random.Random(1)
    for _ in range(500):
        bits = chance.getrandbits(128)
        address = ".".join(str(chance.randrange(256)) for _ in range(4))
        for text in (
            f"Listening on http://{address}:{chance.randrange(1024, 65536)}.",
            f"Connect call failed ('{address}', 5432)",
            f"Call CA{bits:032x} is over.",
            f"Its conversation is {uuid.UUID(int=bits, version=5)}.",
        ):
            assert one_line(text) == text
    for thread in ("81f2da3c-6903-5604-be1c-4892df292194", "00000000-0903-5604-8e1c-090123456789"):
        assert one_line(thread) == thread  # in these a telephone number would be found
    assert one_line("81f2da3c-0901234567") == "81f2da3c-[phone]"


def test_arguments_that_do_not_fit_are_not_printed(log: Log) -> None:
    class Rude:
        def __str__(self) -> str:
            raise ValueError("0901234567")

    log.logger.warning("%d calls", "0901234567")
    log.logger.warning("%s", Rude())
    assert log.lines == [
        "WARNING a.logger %d calls (with arguments that do not fit)",
        "WARNING a.logger %s (with arguments that do not fit)",
    ]


def best_of(times: int, work: Callable[[], object]) -> float:
    def once() -> float:
        began = time.perf_counter()
        work()
        return time.perf_counter() - began

    return min(once() for _ in range(times))


@pytest.mark.parametrize("text", ["0901234567 ", "a.", "\x1b", "://", "1.2.3.4", "basic ", "token="])
def test_a_long_line_costs_no_more_than_what_is_kept_of_it(text: str) -> None:
    short, long = (text * (length // len(text)) for length in (2 * logs.MAX_TEXT, 1_000_000))
    assert best_of(3, lambda: one_line(long)) < 10 * best_of(3, lambda: one_line(short))


@pytest.fixture
def _logging_as_it_was() -> Iterator[None]:
    logger, ours = logging.getLogger(), logging.getLogger("emads_voice")
    handlers, level = logger.handlers[:], ours.level
    logger.handlers.clear()  # what other tests, or the libraries they loaded, have left there writes in its own way
    yield
    logger.handlers[:] = handlers
    ours.setLevel(level)
    logging.captureWarnings(False)


@pytest.mark.usefixtures("_logging_as_it_was")
async def test_the_server_writes_every_library_s_lines_the_same_way(
    capsys: pytest.CaptureFixture[str],
) -> None:
    from emads_voice.observability import log_to_stderr

    log_to_stderr()
    logging.getLogger("emads_voice.channels").info("Call %s is on the line.", "CA\nx")
    logging.getLogger("some.library").warning("to %s", "+84901234567\x1b[2J")
    logging.getLogger("some.library").info("not worth a line")
    warnings.warn("0901234567\nis deprecated", stacklevel=1)

    async def fail() -> None:
        raise ValueError("0901234567")

    task = asyncio.create_task(fail())
    await asyncio.wait({task})
    del task  # asyncio logs what nobody asked for
    # Ours begin with the date; other tests' libraries may have left handlers that write beside it.
    records = [line.split(" ", 2)[2] for line in capsys.readouterr().err.splitlines() if line[:1].isdigit()]
    assert records[0] == r"INFO Call CA\nx is on the line."
    assert records[1] == r"WARNING to [phone]\x1b[2J"
    assert r"[phone]\nis deprecated" in records[2]
    assert records[3].startswith("ERROR Task exception was never retrieved")
    assert "0901234567" not in "".join(records)


PROGRAM = """
import gc, logging, threading
from emads_voice.observability import configure_logging
configure_logging()
logging.getLogger("some.library").warning("a\\nb 0901234567")
def fail():
    raise ValueError("0901234567\\x1b[2J")
thread = threading.Thread(target=fail)
thread.start()
thread.join()
class Rude:
    def __del__(self):
        fail()
Rude()
gc.collect()
fail()
"""


def test_what_python_itself_writes_is_written_the_same_way() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert ran.returncode == 1
    assert "0901234567" not in ran.stderr
    assert "\x1b" not in ran.stderr
    records = [line for line in ran.stderr.splitlines() if not line.startswith(" ")]
    assert records == [r"WARNING a\nb [phone]", *["CRITICAL Nobody caught a ValueError"] * 3]
    assert ran.stderr.count(r"    ValueError: [phone]\x1b[2J") == 3


def test_names_that_are_numbers_by_chance_are_rare() -> None:
    """Ids of threads without a name: what is taken for a number in them is taken out, which must stay the exception."""
    chance = random.Random(2)
    names = [str(uuid.UUID(int=chance.getrandbits(128), version=4)) for _ in range(1000)]
    assert sum(redact(name) != name for name in names) <= 5
