"""docs/qwen3-asr.md: what it names exists, and what it shows is what is printed."""

import re
import tomllib
from pathlib import Path

import pytest
import typer

from emads_voice.channels.twilio.settings import TwilioSettings
from emads_voice.cli.app import app as command_line
from emads_voice.settings import Settings
from emads_voice.voice.backends import RECOGNIZERS

from .conftest import Run

ROOT = Path(__file__).parents[2]
TOLD = (ROOT / "docs" / "qwen3-asr.md").read_text("utf-8")
BLOCKS = re.findall(r"```console\n(.*?)```", TOLD, re.DOTALL)


def test_every_variable_is_read_somewhere() -> None:
    ours = {f"EMADS_{field.upper()}" for field in Settings.model_fields} | {"EMADS_ALLOW_HUB"}
    ours |= {str(field.validation_alias) for field in TwilioSettings.model_fields.values()}
    assert {"EMADS_ASR", "EMADS_ASR_URL"} <= set(re.findall(r"EMADS_[A-Z_]+", TOLD)) <= ours


def test_every_recogniser_is_one() -> None:
    named = re.findall(r'EMADS_ASR="?([\w:|/.-]+)', TOLD) + re.findall(r"\| `([\w-]+:[^`]+)` \|", TOLD)
    providers = {candidate.partition(":")[0] for spec in named for candidate in spec.split("|")}
    assert providers <= RECOGNIZERS.keys()
    assert {name for name in RECOGNIZERS if re.search("qwen|openai|dashscope", name)} <= providers


def test_every_extra_is_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = re.findall(r'"\.\[([\w,-]+)\]"', TOLD)
    assert named
    assert {extra for extras in named for extra in extras.split(",")} <= project[
        "optional-dependencies"
    ].keys()


def test_every_command_and_option_is_one() -> None:
    commands = typer.main.get_group(command_line).commands
    shown = re.findall(r"emads-voice ([a-z]+)(.*)", "\n".join(BLOCKS))
    assert {"transcribe", "doctor"} <= {name for name, _ in shown}
    assert any("--" in arguments for _, arguments in shown)
    for name, arguments in shown:
        options = {option for parameter in commands[name].params for option in parameter.opts}
        assert {word for word in arguments.split() if word.startswith("--")} <= options


@pytest.mark.usefixtures("home")
def test_the_recommendation_it_shows_is_the_one_that_is_printed(run: Run) -> None:
    (block,) = (block for block in BLOCKS if "doctor --size" in block)
    command, _, shown = block.partition("\n")
    printed = run(*command.split()[2:]).out
    lines = list(filter(None, shown.splitlines()))
    assert lines
    for line in lines:
        assert line.split() in [printed_line.split() for printed_line in printed.splitlines()]


def test_its_links_lead_somewhere() -> None:
    headings = {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", TOLD, re.M)
    }
    targets = re.findall(r"\]\(([^)]+)\)", TOLD)
    assert any(target.startswith("#") for target in targets)
    assert any(not target.startswith(("#", "http")) for target in targets)
    for target in targets:
        if target.startswith("#"):
            assert target[1:] in headings
        elif not target.startswith("http"):
            assert (ROOT / "docs" / target.partition("#")[0]).exists()
