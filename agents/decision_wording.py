"""A decision in two to five spoken sentences, in English or Vietnamese; other languages hear English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .followup import is_follow_up
from .forms import Analysis, Decision, Level
from .handbook_wording import join, say_cost, speaker
from .reconcile import has_view

_LEVELS: dict[Level, str] = {"low": "thấp", "medium": "trung bình", "high": "cao"}

_DISAGREE = {
    "recommendation": ("what to do", "việc nên làm gì"),
    "cost": ("the cost", "chi phí"),
    "risk": ("the risk", "rủi ro"),
    "confidence": ("how sure they are", "mức độ chắc chắn"),
}

_BECAUSE = {
    "risk_score": ("the risk score", "điểm rủi ro"),
    "budget": ("the budget", "ngân sách"),
    "legal": ("a legal question", "vấn đề pháp lý"),
    "compliance": ("compliance", "việc tuân thủ"),
    "data_breach": ("the danger of a data breach", "nguy cơ lộ dữ liệu"),
    "conflict": ("the disagreement", "việc các bên chưa thống nhất"),
}


def answer_of_several(
    decision: Decision, analyses: Mapping[str, Analysis], *, question: str, language: str
) -> str:
    """What to say when several agents were asked.

    Args:
        decision: what `reconcile` made of the analyses.
        analyses: agent → its analysis.
        question: the caller's own words. A follow-up ("and what would that cost?") asks for one side of what
            is being decided, so it gets each agent's answer to it, not the whole decision again.
        language: by its English name.
    """
    if not any(has_view(analysis) for analysis in analyses.values()):
        return max(analyses.values(), key=lambda analysis: analysis.confidence).answer
    if not is_follow_up(question):
        return word(decision, language=language)
    says = "trả lời" if language == "Vietnamese" else "says"
    told = [
        f"{_capital(speaker(agent, language))} {says}: {analysis.answer}"
        for agent, analysis in sorted(analyses.items())
    ]
    return " ".join(told)


def word(decision: Decision, *, language: str) -> str:
    """Say a decision: what scores best, what speaks against it, what is missing, and that a person decides.

    Args:
        decision: from `reconcile`.
        language: by its English name.
    """
    vi = language == "Vietnamese"
    if not decision.recommended:
        return _nothing_to_weigh(vi)
    sentences = [
        _best(decision, vi),
        _disagreement(decision, vi),
        _figures(decision, vi),
        _who_decides(decision, vi),
    ]
    return " ".join(filter(None, sentences))


def _nothing_to_weigh(vi: bool) -> str:
    if vi:
        return "Các bên chưa đưa ra phương án nào để so sánh. Việc này cần một người xem xét và quyết định."
    return "Nobody has given an option that could be compared. A person has to look at this and decide."


def _best(decision: Decision, vi: bool) -> str:
    by_name = {option.name: round(option.score.value) for option in decision.options}
    first, *second = decision.recommended
    if not second:
        if vi:
            return f"Phương án được đánh giá cao nhất là: {first}, {by_name[first]} trên 100 điểm."
        return f"The option that scores best is: {first}, with {by_name[first]} points out of 100."
    other = second[0]
    if vi:
        told = f"{first}, {by_name[first]} điểm, và {other}, {by_name[other]} điểm"
        return f"Hai phương án gần ngang nhau: {told}."
    told = f"{first}, with {by_name[first]} points out of 100, and {other}, with {by_name[other]}"
    return f"Two options are close: {told}."


def _disagreement(decision: Decision, vi: bool) -> str:
    if not decision.conflicts:
        return ""
    language = "Vietnamese" if vi else "English"
    about = join([_DISAGREE[conflict.about][vi] for conflict in decision.conflicts], language)
    who = sorted({agent for conflict in decision.conflicts for agent in conflict.positions})
    names = _capital(join([speaker(agent, language) for agent in who], language))
    first = decision.conflicts[0]
    if first.about != "recommendation":
        return f"{names} chưa thống nhất về {about}." if vi else f"{names} do not agree on {about}."
    told = ", ".join(
        f"{speaker(agent, language)} {'chọn' if vi else 'says'} {position.rstrip('.')}"
        for agent, position in first.positions.items()
    )
    return (
        f"{names} chưa thống nhất về {about}: {told}." if vi else f"{names} do not agree on {about}: {told}."
    )


def _figures(decision: Decision, vi: bool) -> str:
    risk, level = f"{decision.risk.value:g}", decision.risk_level
    cost = decision.cost_estimate
    if vi:
        told = (
            f"chi phí cao nhất được nêu là {say_cost(cost, 'Vietnamese')}"
            if cost
            else "chưa có ước tính chi phí"
        )
        return f"Điểm rủi ro là {risk} trên 12, mức {_LEVELS[level]}, {told}."
    told = f"the highest cost stated is {say_cost(cost, 'English')}" if cost else "no cost estimate was given"
    return f"The risk is {level}, {risk} out of 12, and {told}."


def _who_decides(decision: Decision, vi: bool) -> str:
    language = "Vietnamese" if vi else "English"
    owner = {"ceo": ("the CEO", "tổng giám đốc")}.get(decision.accountable)
    who = owner[vi] if owner else speaker(decision.accountable, language)
    reasons = _unique([_BECAUSE[r.rule][vi] for r in decision.escalation_reasons if r.rule in _BECAUSE])
    if vi:
        why = f" Việc này phải được ban lãnh đạo xem xét vì {join(reasons, language)}." if reasons else ""
        return f"Đây chỉ là đề xuất, {who} là người quyết định.{why}"
    why = (
        f" It has to be looked at by the management because of {join(reasons, language)}." if reasons else ""
    )
    return f"This is only a proposal: {who} decides.{why}"


def _unique(texts: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
