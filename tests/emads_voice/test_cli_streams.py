"""The command on streams, arguments and homes that are not as they should be: a sentence and the right status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell makes the streams")
full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")


def shell(line: str, work: Path, **variables: str | None) -> subprocess.CompletedProcess[bytes]:
    """Runs ``emads-voice`` as a shell does; a variable that is None is not set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EMADS_", "OTEL_"))}
    environment = kept | {"EMADS_DATA_DIR": str(work), "EMADS_MODELS_DIR": str(work)} | variables
    done = subprocess.run(
        ["/bin/bash", "-c", f'emads-voice() {{ "{sys.executable}" -m emads_voice "$@"; }}; {line}'],
        cwd=work,
        env={name: value for name, value in environment.items() if value is not None},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert b"Traceback" not in done.stderr + done.stdout
    assert b"Exception ignored" not in done.stderr
    return done


@full
@pytest.mark.parametrize(
    "command",
    ["", "--help", "--version", "--show-completion bash", "serve --help", "languages", "languages --json",
     "doctor --size calls=9", "transcribe --format json missing.wav"],
)  # fmt: skip
def test_a_full_disk_is_told(command: str, tmp_path: Path) -> None:
    done = shell(f"emads-voice {command} >/dev/full", tmp_path)
    assert done.returncode == 1
    assert (
        b"emads-voice: Standard output cannot be written: no space left on device; make room, or send it elsewhere."
        in done.stderr
    )


@full
def test_complaints_that_cannot_be_written_are_a_failure_and_cost_no_answer(tmp_path: Path) -> None:
    assert shell("emads-voice transcribe missing.wav 2>/dev/full", tmp_path).returncode == 1
    assert shell("emads-voice --no-such 2>/dev/full", tmp_path).returncode == 2
    done = shell("emads-voice ask --json --text 'Hello' 2>/dev/full", tmp_path, EMADS_ROUTER="x")
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"].startswith("EMADS_ROUTER cannot be used")


def test_who_stops_reading_is_not_told(tmp_path: Path) -> None:
    done = shell("emads-voice languages | true; echo ${PIPESTATUS[0]}", tmp_path)
    assert (done.stdout, done.stderr) == (b"141\n", b"")


def test_closed_streams(tmp_path: Path) -> None:
    done = shell("emads-voice languages >&-", tmp_path)
    assert (done.returncode, done.stderr.count(b"\n")) == (1, 1)
    assert (
        b"Standard output cannot be written: bad file descriptor; make room, or send it elsewhere."
        in done.stderr
    )
    assert shell("emads-voice languages 2>&- <&-", tmp_path).returncode == 0
    assert shell("emads-voice transcribe missing.wav 2>&- >&- <&-", tmp_path).returncode == 1
    assert shell("emads-voice --version 2>&- >&- <&-", tmp_path).returncode == 1


@pytest.mark.parametrize(
    "command",
    [
        r"ask --text $'\xff'", r"ask --text Hi --thread $'\xff'", r"ask a.wav --hotwords $'\xff'",
        r"ask a.wav --language $'\xff'", r"say $'\xff' --out a.wav", r"transcribe a.wav --format $'\xff'",
        r"doctor --size $'\xff'", r"$'\xff'", r"--$'\xff'", r"call +84901234567 --thread $'\xff'",
    ],
)  # fmt: skip
def test_an_argument_that_is_no_text_is_refused_in_a_sentence(command: str, tmp_path: Path) -> None:
    done = shell(f"emads-voice {command}", tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"emads-voice: ")
    assert done.stderr.count(b"\n") == 1
    assert done.stderr.decode()  # it is text


def test_a_file_may_have_any_name(tmp_path: Path) -> None:
    done = shell(r"emads-voice transcribe --format json $'m\xff.wav'", tmp_path)
    assert done.returncode == 1
    assert json.loads(done.stdout)["file"] == "m\ufffd.wav"
    assert "Cannot read m\ufffd.wav: no such file" in done.stderr.decode()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-16"])
def test_text_is_utf8_in_any_locale(encoding: str, tmp_path: Path) -> None:
    c_locale = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": encoding}
    done = shell("emads-voice transcribe --format json 'Bình Dương.wav'", tmp_path, **c_locale)
    assert json.loads(done.stdout)["file"] == "Bình Dương.wav"
    assert (
        done.stderr.decode()
        == "emads-voice: Cannot read Bình Dương.wav: no such file or directory; give the path of a recording.\n"
    )
    done = shell("emads-voice ask x.wav --language 'tiếng Việ'", tmp_path, **c_locale)
    assert "'tiếng Việ'" in done.stderr.decode()


def test_a_user_without_a_home_is_told_what_to_set(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def homeless(*_: object, **__: object) -> Path:
        raise RuntimeError("could not determine the home directory")

    monkeypatch.setattr("platformdirs.user_data_path", homeless)
    assert run("languages").status == 0  # what has to be set is set
    monkeypatch.delenv("EMADS_DATA_DIR")
    ran = run("languages")
    assert ran.status == 1
    assert ran.complaints == [
        "This user has no home folder: set EMADS_DATA_DIR and EMADS_MODELS_DIR, or HOME."
    ]
    monkeypatch.setenv("EMADS_DATA_DIR", str(tmp_path))
    monkeypatch.setattr("platformdirs.user_cache_path", homeless)
    ran = run("ask", "--text", "Hello")
    assert ran.status == 1
    assert ran.complaints[-1].startswith(
        "This user has no home folder: set EMADS_MODELS_DIR and XDG_CACHE_HOME"
    )


def test_a_home_that_nobody_has_is_told(tmp_path: Path) -> None:
    done = shell("emads-voice languages", tmp_path, EMADS_DATA_DIR="~nobody-at-all/x")
    assert done.returncode == 1
    assert b"EMADS_DATA_DIR cannot be used: there is no user to whose home" in done.stderr


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    done = shell('mkdir x; cd x; rmdir "$PWD"; emads-voice doctor; echo $?; emads-voice --version', tmp_path)
    assert done.stderr == b"emads-voice: The working folder is gone: go to another one.\n"
    assert done.stdout.splitlines()[0] == b"1"
    assert done.stdout.splitlines()[1].startswith(b"emads-voice ")


@pytest.mark.parametrize("variables", [{"COLUMNS": "1"}, {"TERM": "dumb"}, {"NO_COLOR": "1"}])
def test_a_terminal_may_be_small_or_dumb(variables: dict[str, str], tmp_path: Path) -> None:
    for command in ("--help", "ask --help", "languages", "doctor --size calls=9", "transcribe missing.wav"):
        done = shell(
            f"script -qec '{sys.executable} -m emads_voice {command}' /dev/null", tmp_path, **variables
        )
        assert done.returncode == (1 if "missing" in command else 0)


def test_mistakes_are_one_sentence_and_status_2(run: Run) -> None:
    for arguments in (["nonsense"], ["ask", "--languge", "vi"], ["transcribe"], ["serve", "--port", "x"]):
        ran = run(*arguments)
        assert (ran.status, ran.out, len(ran.complaints)) == (2, "", 1)
        assert ran.err.startswith("emads-voice: ")


def test_the_version_is_the_distributions(run: Run) -> None:
    from importlib.metadata import version

    assert run("--version").out == f"emads-voice {version('emads-voice')}\n"


def test_without_a_command_it_says_what_there_is(run: Run) -> None:
    ran = run()
    assert ran.status == 2
    for name in ("ask", "transcribe", "say", "serve", "call", "languages", "doctor"):
        assert name in ran.out


def test_shells_are_told_how_to_complete(tmp_path: Path) -> None:
    for name in ("bash", "zsh", "fish", "powershell"):
        assert b"emads-voice" in shell(f"emads-voice --show-completion {name}", tmp_path).stdout
    done = shell(
        "emads-voice",
        tmp_path,
        _EMADS_VOICE_COMPLETE="complete_bash",
        COMP_WORDS="emads-voice tr",
        COMP_CWORD="1",
    )
    assert done.stdout.split() == [b"transcribe"]
