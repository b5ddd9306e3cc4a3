"""What a tool does, in words for a caller who waits: "look up the order", from its name or the first words about it.

Only what is certainly a deed in words that people use is told. A caller hears nothing of a tool whose name is a
program's, and nothing in a language that is not theirs.
"""

from __future__ import annotations

import re

from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language
from emads_voice.voice.text.language import identify

MOST_WORDS = 7
"""Of what is said of it: a caller waits for the answer, and not to hear how it is found."""

_LOOKED_UP = "get fetch read retrieve load query list show lookup select find search see view"
"""To the caller it is one whether we get, fetch or query something."""
_DONE = (
    "check verify calculate compute estimate compare book reserve schedule reschedule cancel order send create update"
    " change add remove renew register confirm prepare open close count track translate convert pay refund call"
)
_VERBS = dict.fromkeys(_LOOKED_UP.split(), "look up") | {each: each for each in _DONE.split()}
_VERBS |= {f"{verb}s": said for verb, said in _VERBS.items()} | {"searches": "look up", "queries": "look up"}
_VERBS |= {"look up": "look up", "looks up": "look up", "search for": "look up", "find out": "find out"}
_JARGON = frozenset((
    "api", "json", "db", "database", "sql", "http", "url", "id", "ids", "uuid", "tool", "agent", "function", "handler",
    "impl", "async", "sync", "rag", "vector", "embedding", "index", "kb", "docs", "document", "documents", "data",
    "info", "web", "internet", "tavily", "google", "results", "result", "query", "endpoint", "crm", "erp",
))  # fmt: skip
"""Words of programs: "get_api_data" is told to nobody."""
_ARTICLES = (
    "a",
    "an",
    "the",
    "all",
    "some",
    "my",
    "your",
    "their",
    "his",
    "her",
    "its",
    "whether",
    "if",
    "how",
    "what",
)
_VIETNAMESE_VERBS = re.compile(
    r"(?:tra cứu|tra|tìm kiếm|tìm|kiểm tra|xem|lấy|đọc|đặt|hủy|huỷ|gửi|cập nhật|tạo|tính|đổi|đăng ký|xác nhận|so sánh"
    r"|thêm|xóa|xoá|đếm|dịch|thanh toán|hoàn)\b"
)
_CLAUSE = re.compile(
    r"[.,;:(\n]|\s[-–—]\s"
    r"|\s(?:by|for|given|using|with|and|from|based|that|which|where|in order|via|per|theo|bằng|với|và|dựa|từ|khi)\s"
)


def deed(name: str, description: str, language: Language) -> str:
    """What a tool does, to be said behind "Let me …"; "" where that is not known in the caller's language.

    Args:
        name: the tool's, "look_up_order".
        description: what models are told of it.
        language: the caller's.
    """
    first = " ".join((_CLAUSE.split(description.strip(), maxsplit=1) or [""])[0].split())
    if language == ENGLISH:
        return _of_name(name) or _of_words(first)
    if not first or len(first.split()) > MOST_WORDS:
        return ""
    said = first[:1].lower() + first[1:]
    if language == VIETNAMESE:
        return said if _VIETNAMESE_VERBS.match(said) else ""
    return said if identify(first, [ENGLISH, language]) == language else ""


def _of_name(name: str) -> str:
    words = [each.lower() for each in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", name)]
    if "by" in words:
        words = words[: words.index("by")]
    verb, object_ = _verb(words)
    if not verb or not 1 <= len(object_) <= 4 or _JARGON & {*object_}:
        return ""
    if not all(word.isalpha() and len(word) > 1 for word in object_):
        return ""
    return f"{verb} {'' if object_[0] in _ARTICLES else 'the '}{' '.join(object_)}"


def _of_words(words: str) -> str:
    verb, object_ = _verb(words.lower().split())
    if words.lower().startswith("search"):
        verb = "search"
    if not verb or len(object_) < 2 or len(object_) > MOST_WORDS or object_[0] not in _ARTICLES:
        return ""
    return "" if _JARGON & {*object_} else f"{verb} {' '.join(words.split()[-len(object_) :])}"


def _verb(words: list[str]) -> tuple[str, list[str]]:
    for many in (2, 1):
        if said := _VERBS.get(" ".join(words[:many])):
            return said, words[many:]
    return "", words
