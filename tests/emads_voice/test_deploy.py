"""The deployment's files: what they name exists. No container is started."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from emads_voice.channels.admission import Admission
from emads_voice.channels.server.app import create_app
from emads_voice.channels.twilio.settings import TwilioSettings
from emads_voice.cli.app import app as command_line
from emads_voice.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    services: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
    return services


@pytest.fixture(scope="module")
def dockerfile() -> dict[str, list[str]]:
    """The last stage's instructions: name → arguments, in order."""
    text = re.sub(r"^\s*#.*\n", "", (DEPLOY / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE)
    instructions: dict[str, list[str]] = {}
    for line in text.replace("\\\n", " ").splitlines():
        name, _, arguments = line.partition(" ")
        if name == "FROM":
            instructions = {}
        if name:
            instructions.setdefault(name, []).append(" ".join(arguments.split()))
    return instructions


@pytest.fixture(scope="module")
def example() -> dict[str, str]:
    lines = (DEPLOY / ".env.example").read_text("utf-8").splitlines()
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}


def _settings() -> set[str]:
    ours = {f"EMADS_{field.upper()}" for field in Settings.model_fields}
    return ours | {str(field.validation_alias) for field in TwilioSettings.model_fields.values()}


def test_every_variable_is_a_setting(
    services: dict[str, Any], dockerfile: dict[str, list[str]], example: dict[str, str]
) -> None:
    in_image = set(re.findall(r"\b(EMADS_\w+)=", " ".join(dockerfile["ENV"])))
    in_compose = set(services["app"]["environment"])
    ours = {name for name in example if not name.startswith("ASR_")}
    assert in_image | in_compose | ours <= _settings()
    assert {"EMADS_DATA_DIR"} <= in_image


def test_what_compose_fills_in_is_in_the_example_or_has_a_default(example: dict[str, str]) -> None:
    for name in ("compose.yaml", "compose.cpu.yaml"):
        filled_in = re.findall(r"\$\{(\w+)(:-[^}]+)?\}", (DEPLOY / name).read_text("utf-8"))
        assert filled_in
        assert all(default or name in example for name, default in filled_in)


def test_the_example_is_complete_and_holds_no_secret(example: dict[str, str]) -> None:
    assert {"TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "EMADS_PUBLIC_URL"} <= example.keys()
    secrets = {name for name in example if re.search("KEY|TOKEN|SID|SECRET", name)}
    assert {"TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"} <= secrets
    assert not any(example[name] for name in secrets)


def test_the_settings_read_the_example(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, example: dict[str, str]
) -> None:
    monkeypatch.chdir(tmp_path)  # where no .env is
    for name, value in example.items():
        monkeypatch.setenv(name, value)
    assert [language.code for language in Settings().languages] == ["en", "vi"]
    assert TwilioSettings().max_calls == 40


def test_the_recogniser_asked_is_the_one_that_is_started(services: dict[str, Any]) -> None:
    app, asr = services["app"]["environment"], services["asr"]
    model = asr["command"][1]
    assert app["EMADS_ASR"].split("|")[0] == f"openai:{model}"
    port = asr["expose"][0]
    assert app["EMADS_ASR_URL"] == f"http://asr:{port}/v1"
    assert f"--port={port}" in asr["command"]
    assert f":{port}/health" in asr["healthcheck"]["test"][-1]
    assert "ports" not in asr, "it asks for no key"


def test_the_form_without_a_gpu_is_the_same_application_and_what_was_tested() -> None:
    given: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.cpu.yaml").read_text("utf-8"))
    app, asr = given["services"]["app"], given["services"]["asr"]
    assert app["extends"] == {"file": "compose.yaml", "service": "app"}
    with_gpu: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    assert set(given["volumes"]) == set(with_gpu["volumes"])
    (model,) = (part.partition("=")[2] for part in asr["command"] if part.startswith("--model="))
    assert app["environment"]["EMADS_ASR"].split("|")[0] == f"openai:{model}"
    assert with_gpu["services"]["app"]["environment"]["EMADS_ASR_URL"] == "http://asr:8000/v1"
    assert "--port=8000" in asr["command"]
    assert asr["expose"] == ["8000"]
    assert "ports" not in asr, "it asks for no key"
    assert "deploy" not in asr, "a GPU is reserved there"
    image = (ROOT / asr["build"]["dockerfile"]).read_text("utf-8")
    assert "--require-hashes --no-deps -r locks/vllm-server.txt" in image
    makefile = (ROOT / "Makefile").read_text("utf-8")
    (torch,) = re.findall(r"^ARG TORCH=(\S+)$", image, re.MULTILINE)
    assert re.search(rf"^TORCH +\?= {re.escape(torch)}$", makefile, re.MULTILINE)
    ignored = (ROOT / f"{asr['build']['dockerfile']}.dockerignore").read_text("utf-8").splitlines()
    assert "!locks/vllm-server.txt" in ignored


def test_the_applications_port_is_one_everywhere(
    services: dict[str, Any], dockerfile: dict[str, list[str]]
) -> None:
    (port,) = dockerfile["EXPOSE"]
    (published,) = services["app"]["ports"]
    assert published == f"127.0.0.1:{port}:{port}"
    assert json.loads(dockerfile["CMD"][0])[-2:] == ["--port", port]
    assert f"http://127.0.0.1:{port}/" in dockerfile["HEALTHCHECK"][0]


def test_the_command_and_its_options_exist(dockerfile: dict[str, list[str]]) -> None:
    name, *arguments = json.loads(dockerfile["CMD"][0])
    command = typer.main.get_group(command_line).commands[name]
    options = {option for parameter in command.params for option in parameter.opts}
    assert "--port" in {argument for argument in arguments if argument.startswith("--")} <= options
    assert json.loads(dockerfile["ENTRYPOINT"][0]) == ["emads-voice"]


def test_the_health_check_asks_a_route_that_stays_up_while_calls_end(
    dockerfile: dict[str, list[str]],
) -> None:
    async def converse(*_: object) -> None: ...

    app = create_app(converse, TwilioSettings(), insecure=True, admission=Admission(1, 1))
    (path,) = re.findall(r":8080(/\w+)", dockerfile["HEALTHCHECK"][0])
    assert path == "/livez"
    assert path in {getattr(route, "path", "") for route in app.routes}


def test_calls_may_end_before_the_container_does(
    services: dict[str, Any], dockerfile: dict[str, list[str]]
) -> None:
    assert dockerfile["STOPSIGNAL"] == ["SIGTERM"]
    assert re.fullmatch(r"[1-9]\d*m", services["app"]["stop_grace_period"])


def test_the_image_runs_as_nobody_in_particular_and_writes_only_its_data(
    services: dict[str, Any], dockerfile: dict[str, list[str]]
) -> None:
    assert dockerfile["USER"] == ["10001"]
    (volume,) = dockerfile["VOLUME"]
    assert f"EMADS_DATA_DIR={volume}" in dockerfile["ENV"][0]
    assert services["app"]["volumes"] == [f"data:{volume}"]
    assert services["app"]["read_only"] is True


def test_everything_packaged_is_copied_and_its_requirements_are_locked() -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text("utf-8")
    assert "--require-hashes --no-deps -r locks/image.txt" in dockerfile
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    copied = {
        line[1:]
        for line in (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
        if line.startswith("!")
    }
    assert {"emads_voice", *project["tool"]["setuptools"]["package-dir"].values()} <= copied
    assert {
        "locks/image.txt",
        project["project"]["readme"],
        *project["project"]["license-files"],
        "pyproject.toml",
    } <= copied
    assert all((ROOT / name).exists() for name in copied)
