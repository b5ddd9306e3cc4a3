"""The questions our own agents should get, and those for nobody in a company: one a line, in the callers' words."""

from __future__ import annotations

from importlib.resources import files


def exemplars(name: str) -> tuple[str, ...]:
    """The lines of ``name``.txt: "cto", "coo", or "nobody" for what an agent's exemplars must beat."""
    return tuple(files(__name__).joinpath(f"{name}.txt").read_text(encoding="utf-8").splitlines())


def usual_questions() -> tuple[str, ...]:
    """A fourth of those to the CTO and the COO: what questions to a company have in common, in both languages."""
    return (*exemplars("cto"), *exemplars("coo"))[::4]
