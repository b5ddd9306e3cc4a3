"""What a turn asked from the command line leaves in an OpenTelemetry collector."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from emads_voice.observability import AuditEvent, attributes
from emads_voice.observability.audit import KINDS
from emads_voice.observability.ledger import open_ledger

DOCUMENT = Path(__file__).parents[2] / "docs" / "observability.md"
RECORDING = Path(__file__).parents[2] / "examples" / "audio" / "kubernetes-en.wav"
CAPTURE = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"

pytest.importorskip("faster_whisper", reason='it takes the extra "local"')


def ask(collector: Any, folder: Path, *arguments: str, **settings: str) -> dict[str, Any]:
    """The printed result of ``emads-voice ask``; its spans have arrived when it returns."""
    collector.clear()
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("OTEL_", "EMADS_"))}
    environment |= {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint, "EMADS_DATA_DIR": str(folder)}
    environment |= {"OTEL_PYTHON_DISABLED_INSTRUMENTATIONS": "langchain"}
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "emads_voice",
            "ask",
            *arguments,
            "--json",
            "--out",
            str(folder / "reply.wav"),
        ],
        env=environment | settings,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_a_spoken_question_is_one_trace_of_every_stage_without_a_word_of_it(
    collector: Any, tmp_path: Path
) -> None:
    result = ask(collector, tmp_path, str(RECORDING))
    names = {span.id: span.name for span in collector.spans}
    assert {(names.get(span.parent, ""), span.name) for span in collector.spans} == {
        ("", "invoke_agent voice"),
        ("invoke_agent voice", "listen"),
        ("invoke_agent voice", "speech_to_text whisper:base"),
        ("invoke_agent voice", "route"),
        ("invoke_agent voice", "invoke_agent cto"),
        ("invoke_agent cto", "chat handbook"),
        ("invoke_agent voice", "invoke_agent coo"),
        ("invoke_agent coo", "chat handbook"),
        ("invoke_agent voice", "reconcile"),
        ("invoke_agent voice", "propose"),
        ("invoke_agent voice", "speak"),
        ("speak", "text_to_speech piper|espeak"),
    }
    (trace,) = {span.trace for span in collector.spans}
    ledger = open_ledger(tmp_path)
    assert {read.event.trace_id for read in ledger.read(result["thread_id"])} == {trace}
    ledger.close()
    assert collector.services == {"emads-voice"}

    of = {span.name: span.attributes for span in collector.spans}
    assert of["invoke_agent voice"] == {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": "voice",
        "gen_ai.conversation.id": result["thread_id"],
        "langsmith.metadata.thread_id": result["thread_id"],
        "langsmith.metadata.ls_modality": "audio",
        "emads_voice.channel": "command line",
        "emads_voice.turn.number": 1,
        "emads_voice.turn.ended": "answered",
    }
    assert of["speech_to_text whisper:base"]["gen_ai.request.model"] == "base"
    assert of["listen"]["emads_voice.language"] == "en"
    assert sorted(of["route"]["emads_voice.route.agents"]) == ["coo", "cto"]
    assert of["reconcile"]["emads_voice.decision.risk"] == result["decision"]["risk"]["value"]
    assert of["speak"]["emads_voice.audio.duration_s"] == pytest.approx(
        result["speech"]["duration_s"], abs=0.01
    )
    exported = repr(collector.spans).lower()
    assert not any(word in exported for word in ("warehouse", "kubernetes", result["reply"].lower()))


def test_langchain_s_spans_lie_below_ours_without_a_word(collector: Any, tmp_path: Path) -> None:
    pytest.importorskip("openinference.instrumentation.langchain", reason='it takes the extra "traces"')
    question = "The warehouse rang from 0912 345 678: how many people work the night shift?"
    ask(collector, tmp_path, "--text", question, OTEL_PYTHON_DISABLED_INSTRUMENTATIONS="")
    theirs = [span for span in collector.spans if span.scope == "openinference.instrumentation.langchain"]
    of = {span.id: span for span in collector.spans}
    assert {span.trace for span in collector.spans} == {theirs[0].trace}
    (below,) = {of[span.parent].name for span in theirs if of[span.parent].scope == "emads_voice"} & {
        "invoke_agent voice"
    }
    assert below
    assert any(span.attributes.get("openinference.span.kind") == "LLM" for span in theirs)
    assert not any(word in collector.raw.lower() for word in (b"warehouse", b"0912", b"night"))


def test_content_that_is_asked_for_is_redacted(collector: Any, tmp_path: Path) -> None:
    question = "The warehouse rang from 0912 345 678: how many people work the night shift?"
    ask(collector, tmp_path, "--text", question, **{CAPTURE: "SPAN_ONLY"})
    of = {span.name: span.attributes for span in collector.spans}
    heard = of["listen"]["emads_voice.transcript.text"]
    assert heard == "The warehouse rang from [phone]: how many people work the night shift?"
    assert of["invoke_agent coo"]["emads_voice.answer.text"]
    assert of["route"]["emads_voice.route.reason"]
    assert "0912" not in repr(collector.spans)
    names = {span.id: span.name for span in collector.spans}
    spoken = {names[span.parent] for span in collector.spans if span.name.startswith("text_to_speech")}
    assert spoken == {"invoke_agent coo"}, "one agent is spoken while it answers"


def test_the_document_lists_every_attribute_and_every_field_of_a_record() -> None:
    document = DOCUMENT.read_text("utf-8")
    listed = {value for name, value in vars(attributes).items() if name.isupper() and isinstance(value, str)}
    assert {name for name in listed if f"`{name}`" not in document} == set()
    audit = DOCUMENT.with_name("audit.md").read_text("utf-8")
    assert {name for name in {*AuditEvent.model_fields, *KINDS} if f"`{name}`" not in audit} == set()
    assert all(f"| `{name}` | yes |" in document for name in attributes.PERSONAL)
