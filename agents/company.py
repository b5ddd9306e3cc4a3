"""The two specialists every EMADS-PR deployment starts with: the CTO and the COO."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.language_models import BaseChatModel
from langchain_core.tools import BaseTool

from emads_voice.messages import Catalogue

from .exemplars import exemplars
from .forms import COOAnalysis, CTOAnalysis
from .prompts.texts import load_prompt
from .remembering import Remembers
from .specialist import Specialist, create_specialist


def company_agents(
    models: Sequence[BaseChatModel], *, catalogue: Catalogue | None = None, memory: Remembers | None = None
) -> tuple[Specialist, ...]:
    """The CTO and the COO, answering from the same models. The rest is as for `create_specialist`."""
    return (
        create_cto(models, catalogue=catalogue, memory=memory),
        create_coo(models, catalogue=catalogue, memory=memory),
    )


def create_cto(
    models: Sequence[BaseChatModel],
    *,
    tools: Sequence[BaseTool] = (),
    catalogue: Catalogue | None = None,
    memory: Remembers | None = None,
) -> Specialist:
    """The CTO: technology strategy and architecture. The arguments are those of `create_specialist`."""
    return create_specialist(
        "cto",
        title="Chief Technology Officer",
        also_called=(
            "chief technical officer",
            "head of technology",
            "giám đốc công nghệ",
            "giám đốc kỹ thuật",
        ),
        description=(
            "Technology strategy and architecture: systems, software, cloud, data, security, "
            "artificial intelligence, data protection and incidents."
        ),
        exemplars=exemplars("cto"),
        instructions=load_prompt("cto").text,
        form=CTOAnalysis,
        models=models,
        tools=tools,
        catalogue=catalogue,
        memory=memory,
    )


def create_coo(
    models: Sequence[BaseChatModel],
    *,
    tools: Sequence[BaseTool] = (),
    catalogue: Catalogue | None = None,
    memory: Remembers | None = None,
) -> Specialist:
    """The COO: operations, process, people, service levels. The arguments are those of `create_specialist`."""
    return create_specialist(
        "coo",
        title="Chief Operating Officer",
        also_called=(
            "chief operations officer",
            "head of operations",
            "giám đốc vận hành",
            "giám đốc điều hành",
        ),
        description=(
            "Operations: warehouses, delivery, people and shifts, process, service levels, suppliers, "
            "purchasing and running cost, offices and customer service."
        ),
        exemplars=exemplars("coo"),
        instructions=load_prompt("coo").text,
        form=COOAnalysis,
        models=models,
        tools=tools,
        catalogue=catalogue,
        memory=memory,
    )
