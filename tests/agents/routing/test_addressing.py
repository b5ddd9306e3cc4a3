import pytest

from emads_voice.agents import Agent, company_agents
from emads_voice.agents.routing.addressing import addressed_agents
from emads_voice.testing import ScriptedAgent

AGENTS: list[Agent] = [
    *company_agents([]),
    ScriptedAgent("legal", [], titles=("Head of Legal", "trưởng phòng pháp chế")),
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cho tôi gặp c o o hỏi về server", ["coo"]),
        ("may I hear from the C.T.O. about overtime", ["cto"]),
        ("Bên vận hành nghĩ gì về cơ sở dữ liệu mới?", ["coo"]),
        ("hoi giup toi ben cong nghe chuyen thue them tai xe", ["cto"]),
        ("ask operations about Kubernetes", ["coo"]),
        ("what would the operations chief say", ["coo"]),
        ("put this to your head of technology", ["cto"]),
        ("please tell legal that we signed", ["legal"]),
        ("phòng pháp chế ơi", ["legal"]),
        ("I want both of you to comment", ["cto", "coo", "legal"]),
    ],
)
def test_by_name_title_or_department(text: str, expected: list[str]) -> None:
    assert addressed_agents(text, AGENTS) == expected


@pytest.mark.parametrize(
    "text",
    [
        "is this legal",
        "có ở đâu không",  # "co o", without accents
        "how will this change our operations",
        "bộ phận vận hành bị ảnh hưởng thế nào",
        "what technology do we use",
        "đổi ERP thì vận hành tốn bao nhiêu",
        "",
    ],
)
def test_a_subject_is_nobodys_name(text: str) -> None:
    assert addressed_agents(text, AGENTS) == []
