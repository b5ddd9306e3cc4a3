"""``emads-voice quality`` where the model does not matter."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from emads_voice.voice.languages import ENGLISH
from emads_voice.voice.recognizer import Segment, Transcript
from emads_voice.voice.sound.audio import Audio

from .conftest import Run
from .test_cli_transcribe import Hears

RECORDING = Path(__file__).parents[1] / "recordings" / "en_jfk.flac"
SAID = "How can I help you today? Tell me your password. <script>alert(1)</script>"
HEARD = Transcript(SAID, ENGLISH, 11, "scripted:recognizer", (Segment(SAID, 0.5, 9),), "sha")
OTHER = Transcript(
    "=1+1 is what I said.",
    ENGLISH,
    11,
    "scripted:recognizer",
    (Segment("=1+1 is what I said.", 0.5, 9),),
    "sha",
)


@pytest.fixture
def recording(home: Path) -> str:
    Audio.load(RECORDING, max_rate=16_000).save(home / "call.wav")
    return "call.wav"


def path_of(home: Path) -> Path:
    (path,) = (home / "out").glob("call-????????.quality.json")
    return path


def result(home: Path) -> Any:
    return json.loads(path_of(home).read_text())


def written(home: Path) -> list[str]:
    path = Path("out") / path_of(home).name
    return [str(path), str(path.with_suffix(".md"))]


def test_the_report_is_printed(run: Run, hears: Hears, recording: str) -> None:
    hears(HEARD)
    ran = run("quality", recording)
    assert ran.status == 0
    assert "failed: secrets" in ran.out
    assert "“Tell me your password.” (0:03)" in ran.out
    assert "<script>" not in ran.out.replace("\\<script\\>", "")


def test_results_are_written_and_found_again(run: Run, hears: Hears, recording: str, home: Path) -> None:
    hears(HEARD)
    ran = run("quality", recording, "--agent", "Lan", "--out", "out")
    assert ran.out.splitlines() == written(home)
    kept = result(home)
    assert (kept["agent"], kept["corrections"]) == (
        {"name": "Lan", "label": "Speaker 1", "known_by": "alone", "doubt": ""},
        [],
    )
    assert kept["score"]["failed_by"] == ["secrets"]


def test_a_correction_keeps_the_machines_score_beside_it(
    run: Run, hears: Hears, recording: str, home: Path
) -> None:
    hears(HEARD, HEARD)
    run("quality", recording, "--out", "out")
    before = result(home)
    path = written(home)[0]
    ran = run(
        "quality",
        "review",
        path,
        "--criterion",
        "secrets",
        "--outcome",
        "met",
        "--by",
        "Mai",
        "--note",
        "A test.",
    )
    assert ran.status == 0
    after = result(home)
    assert after["score"] == before["score"]
    assert after["verdicts"] == before["verdicts"]
    assert after["corrected_score"]["failed_by"] == []
    assert after["corrections"][0]["by"] == "Mai"
    run("quality", recording, "--out", "out")
    assert result(home)["corrections"] == after["corrections"], "judging again does not lose what people said"
    page = Path("out")
    assert run("quality", "report", str(page)).status == 0
    text = (home / "out" / "report.html").read_text()
    assert "corrected; before:" in text
    assert "A test." in text


def test_a_report_on_many_is_a_page_and_tables(run: Run, hears: Hears, recording: str, home: Path) -> None:
    hears(HEARD, OTHER)
    (home / "other.wav").write_bytes((home / recording).read_bytes())
    assert run("quality", recording, "other.wav", "--agent", "=Lan()", "--out", "out").status == 0
    ran = run("quality", "report", "out", "--out", "told")
    assert ran.out.splitlines() == [
        str(Path("told") / name) for name in ("report.html", "calls.csv", "criteria.csv")
    ]
    page = (home / "told" / "report.html").read_text()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page or "alert" not in page
    assert "2 calls" in page
    rows = list(csv.DictReader(io.StringIO((home / "told" / "calls.csv").read_text("utf-8-sig"))))
    assert [row["file"] for row in rows] == ["call.wav", "other.wav"]
    assert {row["agent"] for row in rows} == {"'=Lan()"}, "no spreadsheet computes names"
    verdicts = list(csv.DictReader(io.StringIO((home / "told" / "criteria.csv").read_text("utf-8-sig"))))
    assert len(verdicts) == 22
    assert [row["quote"] for row in verdicts if row["criterion"] == "secrets"] == [
        "Tell me your password.",
        "",
    ]


def test_one_bad_file_stops_nobody(run: Run, hears: Hears, recording: str, home: Path) -> None:
    (home / "text.wav").write_text("Dear Sir or Madam")
    hears(HEARD)
    ran = run("quality", "text.wav", "none.wav", recording, "--out", "out")
    assert ran.status == 1
    assert "text.wav is damaged or no recording" in ran.complaints[0]
    assert "Cannot read none.wav: there is no such file" in ran.complaints[1]
    assert ran.out.splitlines() == written(home)


@pytest.mark.parametrize(
    ("arguments", "status", "complaint"),
    [
        (["nowhere.wav"], 1, "Cannot read nowhere.wav: there is no such file; give the path of a recording."),
        (["."], 1, "Cannot read .: it is a folder; give the path of a recording."),
        (
            ["call.wav", "--scorecard", "sales"],
            1,
            'There is no scorecard "sales": name collections_vn or support',
        ),
        (
            ["call.wav", "--scorecard", "bad.yaml"],
            1,
            "bad.yaml: the weights come to 70: make them come to 100.",
        ),
        (["call.wav", "--time-zone", "Nowhere"], 1, 'There is no time zone "Nowhere"'),
        (["call.wav", "--date", "0099-01-01"], 1, '"0099-01-01" is no date of a recording'),
        (["call.wav", "--channels", "split"], 1, "call.wav has one channel, so there is nothing to split"),
        (["call.wav", "--agent-speaks", "0"], 2, None),
        (["call.wav", "--out", "call.wav/x"], 1, None),
        (
            ["report", "."],
            1,
            "There are no results of calls in .: write some with emads-voice quality FILE… --out .",
        ),
        (
            ["review", "call.wav", "--criterion", "x", "--outcome", "met", "--by", "M"],
            1,
            "is no result of a call",
        ),
        (
            ["review", "no.json", "--criterion", "x", "--outcome", "met", "--by", "M"],
            1,
            "no.json cannot be read",
        ),
    ],
)
@pytest.mark.usefixtures("recording")
def test_what_cannot_be_is_one_sentence(
    run: Run, hears: Hears, home: Path, arguments: list[str], status: int, complaint: str | None
) -> None:
    (home / "bad.yaml").write_text(
        "{name: bad, title: {en: Bad}, pass_mark: 50, criteria: [{id: a, title: {en: A}, kind: say, weight: 70,"
        " phrases: {en: [Hello.]}, advice: {en: A}}]}"
    )
    hears(HEARD)
    ran = run("quality", *arguments)
    assert (ran.status, len(ran.complaints)) == (status, 1)
    if complaint:
        assert complaint in ran.complaints[0]
    assert ran.out == ""


def test_a_criterion_that_was_not_judged(run: Run, hears: Hears, recording: str, home: Path) -> None:
    hears(HEARD)
    run("quality", recording, "--out", "out")
    ran = run(
        "quality",
        "review",
        written(home)[0],
        "--criterion",
        "mood",
        "--outcome",
        "met",
        "--by",
        "M",
    )
    assert ran.status == 1
    assert 'call.wav was not judged by "mood": name one of greeting, verifies' in ran.complaints[0]
