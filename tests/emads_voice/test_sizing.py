"""What a load needs: the formulas on the published figures, and the command that prints them."""

import math
from itertools import pairwise
from pathlib import Path

import pytest

from emads_voice.sizing import Load, LoadError, Plan, Setup, parse_load, plan

from .conftest import Run


def _setup(setups: tuple[Setup, ...], use: str) -> Setup:
    return next(setup for setup in setups if setup.use == use)


def test_calls_are_sized_by_latency() -> None:
    """50 calls ask 6.67 times a second; at 139 ms each that is 0.93 of a GPU, planned for at one half."""
    high = _setup(plan(Load(calls=50)).live, "high traffic")
    assert high.machines == math.ceil(50 * 2 / 15 * (0.092 + 0.0094 * 5) / 0.5) == 2
    assert high.carries == 53
    load = 50 * 2 / 15 * 0.139 / 2
    assert high.text_after_s == pytest.approx(0.139 * (1 + load / (2 * (1 - load))), abs=0.005)


def test_recordings_are_sized_by_throughput() -> None:
    """2000 s of sound a second, at half load: 1000 hours take an hour."""
    high = _setup(plan(Load(hours=1000)).batch, "high traffic")
    assert (high.machines, high.carries, high.text_after_s) == (1, 8000, 3600)
    assert _setup(plan(Load(hours=8001)).batch, "high traffic").machines == 2


def test_hosted_models_are_sized_by_what_an_account_may_ask() -> None:
    """Calls ask 2 times in 15 s, an account may ask 20 times a second."""
    hosted = _setup(plan(Load(calls=151)).live, "hosted")
    assert (hosted.machines, hosted.carries, hosted.gb, hosted.text_after_s) == (2, 300, 0, None)
    assert hosted.asr == "dashscope:qwen-audio-3.1-asr-flash-streaming"


@pytest.mark.parametrize(("calls", "use"), [(1, "low traffic"), (9, "low traffic"), (10, "high traffic")])
def test_the_accurate_model_is_recommended_while_one_gpu_carries_it(calls: int, use: str) -> None:
    assert plan(Load(calls=calls)).live[0].use == use


def test_every_setup_carries_what_it_is_recommended_for() -> None:
    for calls in (1, 2, 9, 10, 26, 27, 50, 120, 1000):
        live = plan(Load(calls=calls)).live
        assert all(setup.carries >= calls for setup in live if setup.use != "development")
    for hours in (0.5, 13, 14, 8000, 8001, 50_000):
        assert all(setup.carries >= math.floor(hours) for setup in plan(Load(hours=hours)).batch)


def test_more_calls_never_need_less() -> None:
    plans = [plan(Load(calls=calls)) for calls in range(1, 300)]

    def needs(one: Plan) -> list[int]:
        assert one.application
        setups = sorted(one.live, key=lambda setup: setup.use)
        return [*(setup.machines for setup in setups), one.application.cores, one.application.processes]

    for fewer, more in pairwise(plans):
        assert all(a <= b for a, b in zip(needs(fewer), needs(more), strict=True))


def test_the_application_is_sized_by_its_measured_cpu() -> None:
    app = plan(Load(calls=50)).application
    assert app
    assert app.cores == math.ceil(50 * (0.71 / 60 + 0.16 * 10 / 15) / 0.7) == 9
    assert (app.processes, app.gb) == (2, 1.8)


def test_what_is_not_asked_for_is_not_sized() -> None:
    assert plan(Load(calls=5)).batch == ()
    assert plan(Load(hours=5)).live == ()
    assert plan(Load(hours=5)).application is None


def test_a_load_is_read_as_it_is_written() -> None:
    assert parse_load("calls=50") == Load(calls=50)
    assert parse_load(" hours = 2.5 , calls=1") == Load(1, 2.5)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("calls=0", "calls=0 is no load: write a number above 0"),
        ("calls=abc", "calls=abc is no load"),
        ("calls=-3", "calls=-3 is no load"),
        ("calls=1.5", r"calls=1\.5 is no load"),
        ("calls=", "calls= is no load"),
        ("hours=nan", "hours=nan is no load"),
        ("hours=inf", "hours=inf is no load"),
        ("calls=1000001", "at most a million"),
        ("foo=3", "'foo=3' cannot be read: write calls=50"),
        ("calls", "'calls' cannot be read"),
        ("", "'' cannot be read"),
        ("calls=5,calls=6", "names calls twice"),
    ],
)
def test_what_is_no_load_is_told_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(LoadError, match=sentence):
        parse_load(text)


@pytest.mark.usefixtures("home")
def test_the_command_recommends(run: Run) -> None:
    ran = run("doctor", "--size", "calls=50,hours=200")
    assert ran.status == 0
    recommended = [line.split() for line in ran.out.splitlines() if line.startswith("→")]
    assert recommended[0][1:3] == ["high", "traffic"]
    assert recommended[0][3:8] == ["openai:Qwen/Qwen3-ASR-0.6B", "2", "GPUs", "of", "5"]
    assert recommended[1][3] == "openai:Qwen/Qwen3-ASR-1.7B"
    assert "2 processes, 9 cores, 1.8 GB" in ran.out


@pytest.mark.usefixtures("home")
def test_the_command_gives_json(run: Run) -> None:
    (plan,) = run("doctor", "--size", "calls=50", "--json").values
    assert plan["load"] == {"calls": 50, "hours": 0.0}
    assert plan["live"][0]["machines"] == 2
    assert plan["application"]["cores"] == 9


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("size", ["calls=0", "calls=abc", "foo=3"])
def test_a_wrong_size_is_one_sentence_and_status_2(run: Run, size: str) -> None:
    ran = run("doctor", "--size", size, "--json")
    assert ran.status == 2
    assert len(ran.complaints) == 1
    assert ran.values == [{"error": ran.complaints[0]}]


def test_the_formulas_in_the_documentation_are_these() -> None:
    from emads_voice import sizing

    told = (Path(__file__).parents[2] / "docs" / "qwen3-asr.md").read_text("utf-8")
    formulas = [line.strip() for line in (sizing.__doc__ or "").splitlines() if " = " in line]
    assert len(formulas) == 5
    for formula in formulas:
        assert formula.split("  ")[0] in told
