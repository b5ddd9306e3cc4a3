"""One root for all errors, and in each message what to do."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from emads_voice.agents.errors import AgentError
from emads_voice.channels.errors import ChannelError
from emads_voice.cli.streams import OutputEnded
from emads_voice.environment import VariableError
from emads_voice.errors import EmadsVoiceError
from emads_voice.observability import AuditError
from emads_voice.voice.errors import VoiceError

ROOT = Path(__file__).parents[2]
FOLDERS = ("agents", "channels", "emads_voice", "graph", "observability", "voice")

NOT_TOLD = {
    "ApiError",
    "BadEventError",
    "FormError",
    "NoteError",
    "OpeningError",
    "OtherLanguageError",
    "ProofError",
    "ProtocolError",
    "RequestError",
    "_AskAgainError",
    "_GoneError",
    "_RefusalError",
}
"""Refusals of what strangers send, and what is caught where it is raised: their messages are reasons, for a log."""

FRAGMENTS = {
    ("channels/speaking/live_mouth.py", "_say"),  # a bug, told by its class
    (
        "agents/specialist.py",
        "_call",
    ),  # one model's failure; the sentence that holds them all says what to do
    ("channels/conversation/our_side.py", "say"),  # the synthesiser's message is in it
    ("agents/minutes/model.py", "_ask"),  # the minutes are taken without it, and say so
    ("voice/recognizers/fallback.py", "_answered"),  # the log's
    ("voice/recognizers/fallback.py", "_all_failed"),  # the messages of all that failed
    ("voice/recognizers/fallback.py", "_error_of"),  # of an answer nobody waits for
    ("voice/recognizers/qwen/aligner.py", "align"),  # why a transcript has no words
    ("voice/openai_client.py", "explain"),  # put together of reasons with remedies
    ("voice/recognizers/realtime.py", "_take"),  # why a stream is given up
}
"""Where messages are made that are parts of others."""

REMEDY = re.compile(
    r"(?i:^|[:;,.] |\b(?:or|and|but|if) )"
    r"(?:(?i:add|answer|ask|check|choose|compile|correct|did you mean|encode|end|fetch|give|go|grant|install|is it|keep"
    r"|leave|let|look|lower|make|name|open|pass|pipe|plug|put|raise|record|save|remove|restore|replace|report|say|see|send|set|shorten|try"
    r"|unpack|unset|use|wait|write)\b|\{install_hint|\{_?remedy|\{SMALLER|\{self\._another|\{reason\})"
)
"""A clause that tells somebody to do something."""


def modules() -> Iterator[str]:
    """Of the product; what starts a program is none, nor what is made with torch."""
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*.py"):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            if not re.search(
                r"__main__|emads_voice\.(phone|studio)$|tiny_qwen|sherpa_export|vectors\.make", name
            ):
                yield name if folder == "emads_voice" else f"emads_voice.{name}"


def errors() -> list[type[Exception]]:
    """Every class of exception that is defined in the product, all of whose modules can be imported without extras."""
    found = {
        each
        for name in modules()
        for _, each in inspect.getmembers(importlib.import_module(name), inspect.isclass)
        if issubclass(each, Exception) and each.__module__.startswith("emads_voice")
    }
    assert len(found) > 20
    return sorted(found, key=lambda each: each.__qualname__)


def test_one_name_catches_all_that_is_raised_on_purpose() -> None:
    others = {each for each in errors() if not issubclass(each, (EmadsVoiceError, AssertionError))}
    assert others == {OutputEnded}, "an assertion of our tests' kit apart, and the end of a pipe"


@pytest.mark.parametrize(
    ("error", "builtin"),
    [(VoiceError, RuntimeError), (AuditError, RuntimeError), (VariableError, ValueError)],
)
def test_what_was_caught_by_pythons_names_still_is(error: type[Exception], builtin: type[Exception]) -> None:
    assert issubclass(error, builtin)


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    import emads_voice.errors

    drawn = set(re.findall(r"[├└]── (\w+)", emads_voice.errors.__doc__ or ""))
    told = {AgentError, ChannelError, VoiceError}
    ours = {each for each in errors() if EmadsVoiceError in each.__bases__ and each.__name__ not in NOT_TOLD}
    assert {each.__name__ for each in told} <= drawn
    assert drawn == {each.__name__ for each in ours if ".cli" not in each.__module__} - {"LoadError"}


def messages() -> list[tuple[str, str]]:
    """Where each error is made, and with what words; a value in them as the code that gives it."""
    names = {each.__name__ for each in errors() if issubclass(each, EmadsVoiceError)} - NOT_TOLD
    found = []
    for path in (path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")):
        within = path.relative_to(ROOT).as_posix()
        for function in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                for call in ast.walk(function):
                    if isinstance(call, ast.Call) and call.args and (within, function.name) not in FRAGMENTS:
                        named = call.func.id if isinstance(call.func, ast.Name) else ""
                        if (named in names or named in {"kind", "error"}) and (words := _words(call.args[0])):
                            found.append((f"{within}:{call.lineno}", words))
    return found


def _words(message: ast.expr) -> str:
    if isinstance(message, ast.Constant) and isinstance(message.value, str):
        return message.value
    if isinstance(message, ast.JoinedStr):
        parts = [
            part.value if isinstance(part, ast.Constant) else f"{{{ast.unparse(part.value)}}}"
            for part in message.values
            if isinstance(part, ast.Constant | ast.FormattedValue)
        ]
        return "".join(map(str, parts))
    return ""


def test_every_message_says_what_to_do() -> None:
    found = messages()
    assert len(found) > 120
    silent = [
        f"{where}: {words}"
        for where, words in found
        if not REMEDY.search(words.replace("{install_hint", "install"))
    ]
    assert not silent, "\n".join(silent)


def test_a_message_that_only_states_a_fault_would_be_found() -> None:
    for fault in (
        "Cannot read {path}: {reason_of(error)}.",
        "{name} is damaged: it claims {channels} channels.",
    ):
        assert not REMEDY.search(fault)
