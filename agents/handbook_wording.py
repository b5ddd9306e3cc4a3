"""How the handbook is spoken: citing, one side of an initiative, and saying that nothing is written.

English and Vietnamese; other languages are answered in English.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal

from .forms import CostEstimate
from .handbook import HandbookOption, Initiative, View, in_language
from .text import words

Side = Literal["position", "cost", "risk", "time", "people", "benefit", "options"]

# What a question about an initiative asks for; accents folded. The first that fits.
_WORDINGS: tuple[tuple[Side, str], ...] = (
    ("cost", "costs?|price|budget|expensive|how much|chi phi|bao nhieu tien|ton|ngan sach|kinh phi"),
    ("risk", "risks?|dangers?|dangerous|go wrong|rui ro|nguy co|nguy hiem"),
    ("time", "how long|timeline|how soon|when|bao lau|khi nao|bao gio|thoi gian|may thang"),
    (
        "people",
        "staff|people|employees|workers|agents|jobs|team|training|train|hire|nhan vien|nhan su"
        "|tong dai vien|dao tao|tuyen|cong viec|viec lam|nguoi",
    ),
    ("options", "options|alternatives?|choices|phuong an|lua chon"),
    ("benefit", "benefits?|advantages?|gain|loi ich|uu diem|duoc gi"),
)
_SIDES = [(side, re.compile(rf"\b({wording})\b")) for side, wording in _WORDINGS]

_DECISION = re.compile(r"\b(should|worth|recommend|can (?:we|the|a|an|it)|nen|duoc khong|co the)\b")


def asked_side(question: str, follow_up: str = "") -> Side:
    """Which side of an initiative a question asks for; a follow-up's own words go first."""
    for text in filter(None, (follow_up, question)):
        plain = " ".join(words(text))
        found = [side for side, pattern in _SIDES if pattern.search(plain)]
        # "Should we …, and what does it mean for staff?" is answered by the position, which names the staff.
        if found and not (text == question and _DECISION.search(plain)):
            return found[0]
    return "position"


def side_of(initiative: Initiative, view: View, side: Side, language: str) -> str:
    """What the initiative papers say about one side, in sentences; empty if they say nothing."""
    writers: dict[Side, Callable[[Initiative, View, str], str]] = {
        "position": lambda _, view, language: in_language(view.answer, language),
        "cost": _cost,
        "risk": _risk,
        "time": _time,
        "people": _people,
        "options": _options,
        "benefit": _benefit,
    }
    return writers[side](initiative, view, language)


def _vi(language: str) -> bool:
    return language == "Vietnamese"


def _cost(initiative: Initiative, view: View, language: str) -> str:
    chosen = initiative.options.get(view.recommendation)
    cost = (chosen.cost if chosen else None) or view.cost_estimate
    if cost is None:
        return ""
    what = _option_named(chosen, language) if chosen else in_language(initiative.title, language)
    return f"{what} {'tốn' if _vi(language) else 'costs'} {say_cost(cost, language)}."


def _risk(_: Initiative, view: View, language: str) -> str:
    if not view.risks:
        return ""
    vi = _vi(language)
    told = join([in_language(risk.risk, language) for risk in view.risks], language)
    many = len(view.risks) > 1
    sentences = [
        f"Rủi ro chính là {told}." if vi else f"The main risk{'s are' if many else ' is'} that {told}."
    ]
    if remedy := in_language(view.risks[0].mitigation, language):
        sentences.append(
            f"Cách phòng ngừa: {remedy}."
            if vi
            else f"The remedy{' for the first' if many else ''}: {remedy}."
        )
    return " ".join(sentences)


def _time(initiative: Initiative, view: View, language: str) -> str:
    chosen = initiative.options.get(view.recommendation)
    told = [chosen] if chosen else list(initiative.options.values())
    takes = "mất" if _vi(language) else "takes"
    return " ".join(
        f"{_option_named(option, language)} {takes} {in_language(option.timeline, language)}."
        for option in told
        if option.timeline
    )


def _people(_: Initiative, view: View, language: str) -> str:
    vi = _vi(language)
    sentences = []
    if view.resource_needs:
        needs = [f"{need.quantity:g} {in_language(need.type, language)}" for need in view.resource_needs]
        sentences.append(f"Cần {join(needs, language)}." if vi else f"It needs {join(needs, language)}.")
    for impact in view.operational_impact:
        area, change = in_language(impact.area, language), in_language(impact.change_needed, language)
        if change:
            sentences.append(f"Về {area}: {change}." if vi else f"For {area}: {change}.")
    return " ".join(sentences)


def _options(initiative: Initiative, view: View, language: str) -> str:
    names = [in_language(option.name, language) for option in initiative.options.values()]
    if not names:
        return ""
    vi = _vi(language)
    told = (
        f"Có {len(names)} phương án: {join(names, language)}."
        if vi
        else f"The options are: {join(names, language)}."
    )
    if view.recommendation:
        best = in_language(initiative.options[view.recommendation].name, language)
        told += (
            f" Phương án được khuyến nghị là {best}." if vi else f" The one recommended is {_lower(best)}."
        )
    return told


def _benefit(_: Initiative, view: View, language: str) -> str:
    liked = view.options.get(view.recommendation)
    told = [in_language(text, language) for text in [*view.benefits, *(liked.pros if liked else [])]]
    if not told:
        return ""
    return (
        f"Lợi ích là {join(told, language)}." if _vi(language) else f"The benefits: {join(told, language)}."
    )


def _option_named(option: HandbookOption, language: str) -> str:
    name = in_language(option.name, language)
    return f"Phương án {name}" if _vi(language) else f"The option {_lower(name)}"


_SIDE_NAMES: dict[Side, tuple[str, str]] = {
    "position": ("a position on it", "quan điểm"),
    "cost": ("the cost", "chi phí"),
    "risk": ("the risks", "rủi ro"),
    "time": ("how long it takes", "thời gian"),
    "people": ("the people needed", "nhân sự"),
    "options": ("the options", "các phương án"),
    "benefit": ("the benefits", "lợi ích"),
}


def cited(document: str, section: str, text: str, language: str) -> str:
    """A text with where it was read."""
    place = section if section == document else f"{document}, {section}"
    if _vi(language):
        return (
            f"Theo {_lower(document)}, mục {section}: {text}"
            if section != document
            else f"Theo {_lower(place)}: {text}"
        )
    return f"According to the {_lower(document.removeprefix('the '))}, {_lower(section)}: {text}"


def side_missing(initiative: Initiative, agent: str, side: Side, language: str) -> str:
    """That the papers do not give this side of an initiative."""
    document, who = in_language(initiative.document, language), speaker(agent, language)
    name = _SIDE_NAMES[side][1 if _vi(language) else 0]
    if _vi(language):
        return f"Về phía {who}, {document} không ghi {name}."
    return f"From {who}, {document} do not give {name}."


def nothing_found(language: str) -> str:
    """That the handbook does not answer the question."""
    if _vi(language):
        return (
            "Sổ tay công ty không nói gì về việc này, nên tôi không trả lời thay được. "
            "Bạn có thể hỏi cách khác, hoặc hỏi trực tiếp người phụ trách."
        )
    return (
        "The company handbook says nothing about this, so I cannot answer it. "
        "You can put the question another way, or ask the person in charge."
    )


def other_language(language: str, languages: Sequence[str]) -> str:
    """Said before an English answer to a caller whose language the documents are not written in."""
    return (
        f"I am sorry, I cannot answer in {language}. The company handbook is in {join(languages, 'English')}."
    )


def speaker(agent: str, language: str) -> str:
    """How an agent is spoken of."""
    known = {"cto": ("the CTO", "giám đốc công nghệ"), "coo": ("the COO", "giám đốc vận hành")}
    english, vietnamese = known.get(agent, (f"the {agent} agent", f"bộ phận {agent}"))
    return vietnamese if _vi(language) else english


def say_cost(cost: CostEstimate, language: str) -> str:
    """A cost as it is spoken: "85 thousand dollars once and 6 thousand dollars a month"."""
    once, monthly = say_dollars(cost.one_time, language), say_dollars(cost.monthly, language)
    vi = _vi(language)
    parts = []
    if cost.one_time:
        parts.append(f"{once} một lần" if vi else f"{once} once")
    if cost.monthly:
        parts.append(f"{monthly} mỗi tháng" if vi else f"{monthly} a month")
    return (" và " if vi else " and ").join(parts) or ("không đồng nào" if vi else "nothing")


def say_dollars(amount: float, language: str) -> str:
    """An amount in words a speech synthesiser reads right in either language: "12 thousand 500 dollars"."""
    vi = _vi(language)
    rest = round(amount)
    parts = []
    for size, english, vietnamese in ((1_000_000, "million", "triệu"), (1_000, "thousand", "nghìn")):
        if rest >= size:
            parts.append(f"{rest // size} {vietnamese if vi else english}")
            rest %= size
    if rest or not parts:
        parts.append(str(rest))
    return f"{' '.join(parts)} {'đô la' if vi else 'dollars'}"


def join(items: Sequence[str], language: str) -> str:
    """ "a, b and c"."""
    *first, last = items
    word = "và" if _vi(language) else "and"
    return f"{', '.join(first)} {word} {last}" if first else last


def _lower(text: str) -> str:
    """In the middle of a sentence; names that begin with several capitals stay ("ERP …")."""
    return text[0].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text
