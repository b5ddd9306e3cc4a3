"""Legal, Risk and Cost: three specialists beside the CTO and the COO, each with its instructions in a file of its own.

    EMADS_MODEL=openai:gpt-5-mini EMADS_MODEL_KEY=… \\
        emads-voice ask --graph examples/specialists/agents.py:company --text "Should we move to Kubernetes?"

Without a chat model they answer from the sample handbook, like the others. To make one of your own, copy a file of
instructions and a call of `create_specialist`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from langchain_core.language_models import BaseChatModel
from langchain_core.tools import BaseTool, tool

from emads_voice import Settings, create_specialist
from emads_voice.agents import Specialist, create_coo, create_cto
from emads_voice.assembly.configured import make_catalogue, make_chat_model, make_embeddings, make_handbook

_FOLDER = Path(__file__).parent
_RATES = {"USD": 1.0, "VND": 25_400.0, "EUR": 0.92}


def _instructions(name: str) -> str:
    return (_FOLDER / f"{name}.md").read_text(encoding="utf-8")


@tool
def convert(amount: float, currency: str, to: str) -> str:
    """Convert an amount of money at the company's rates: USD, VND or EUR."""
    try:
        return f"{amount * _RATES[to] / _RATES[currency]:.2f} {to}"
    except KeyError as unknown:
        raise ValueError(f"There is no rate for {unknown}: there are {', '.join(_RATES)}.") from None


convert.metadata = {
    "readOnlyHint": True
}  # it changes nothing, so the agent may be asked before a caller has finished


def create_legal(models: Sequence[BaseChatModel], *, tools: Sequence[BaseTool] = ()) -> Specialist:
    """Law and compliance."""
    return create_specialist(
        "legal",
        title="General Counsel",
        also_called=("head of legal", "the lawyer", "luật sư", "trưởng phòng pháp chế"),
        description="Law and compliance: contracts, personal data, employment, licences, liability.",
        exemplars=(
            "Does this contract let us leave early?",
            "Are we allowed to record this call?",
            "Who is liable if a parcel is lost?",
            "Hợp đồng này có cho chấm dứt trước hạn không?",
            "Ghi âm cuộc gọi có đúng luật không?",
        ),
        instructions=_instructions("legal"),
        models=models,
        tools=tools,
    )


def create_risk(models: Sequence[BaseChatModel], *, tools: Sequence[BaseTool] = ()) -> Specialist:
    """What can go wrong."""
    return create_specialist(
        "risk",
        title="Chief Risk Officer",
        also_called=("head of risk", "giám đốc rủi ro"),
        description="What can go wrong with a plan, how likely and how bad it is, and what helps against it.",
        exemplars=(
            "What could go wrong if we do this?",
            "What is the worst that can happen?",
            "How likely is it that the project fails?",
            "Điều gì có thể hỏng nếu làm việc này?",
            "Trường hợp xấu nhất là gì?",
        ),
        instructions=_instructions("risk"),
        models=models,
        tools=tools,
    )


def create_cost(models: Sequence[BaseChatModel], *, tools: Sequence[BaseTool] = (convert,)) -> Specialist:
    """What things cost."""
    return create_specialist(
        "cost",
        title="Chief Financial Officer",
        also_called=("head of finance", "giám đốc tài chính"),
        description="What a plan costs, once and a month, what it saves, and whether it is worth it.",
        exemplars=(
            "What would this cost us over three years?",
            "Which of the two is cheaper?",
            "When does it pay for itself?",
            "Việc này tốn bao nhiêu trong ba năm?",
            "Phương án nào rẻ hơn?",
        ),
        instructions=_instructions("cost"),
        models=models,
        tools=tools,
    )


def company() -> tuple[Specialist, ...]:
    """All five, answering from the chat model and the handbook that the settings name."""
    settings = Settings()
    handbook = make_handbook(settings, make_embeddings(settings), make_catalogue(settings))
    chat = make_chat_model(settings)
    models: list[BaseChatModel] = [chat, handbook] if chat else [handbook]
    return (
        create_cto(models),
        create_coo(models),
        create_legal(models),
        create_risk(models),
        create_cost(models),
    )
