"""How people take on tasks, ask for them, decide and agree, in English and Vietnamese.

A sentence counts only if what is taken on begins with a verb of doing something: "I'll send", not "I'll be honest".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from emads_voice.vietnamese import is_vietnamese
from emads_voice.writing import without_accents

_EN_VERBS = [
    "add",
    "arrange",
    "ask",
    "assign",
    "book",
    "bring",
    "build",
    "buy",
    "call",
    "cancel",
    "check",
    "clean",
    "close",
    "collect",
    "compare",
    "compile",
    "complete",
    "confirm",
    "contact",
    "contract",
    "copy",
    "create",
    "deliver",
    "deploy",
    "design",
    "discuss",
    "distribute",
    "document",
    "download",
    "draft",
    "email",
    "estimate",
    "evaluate",
    "explain",
    "extend",
    "file",
    "fill",
    "find",
    "finish",
    "fix",
    "follow",
    "forward",
    "gather",
    "get",
    "give",
    "hand",
    "help",
    "hire",
    "hold",
    "host",
    "implement",
    "improve",
    "inform",
    "install",
    "interview",
    "investigate",
    "invite",
    "invoice",
    "keep",
    "launch",
    "look",
    "make",
    "measure",
    "meet",
    "message",
    "migrate",
    "monitor",
    "move",
    "negotiate",
    "notify",
    "open",
    "order",
    "organise",
    "organize",
    "pay",
    "phone",
    "pick",
    "plan",
    "post",
    "prepare",
    "present",
    "print",
    "procure",
    "produce",
    "publish",
    "purchase",
    "put",
    "raise",
    "reach",
    "record",
    "remind",
    "remove",
    "rename",
    "renew",
    "replace",
    "reply",
    "report",
    "request",
    "research",
    "reserve",
    "resolve",
    "restart",
    "review",
    "revise",
    "run",
    "schedule",
    "see",
    "send",
    "set",
    "share",
    "ship",
    "show",
    "sign",
    "speak",
    "start",
    "submit",
    "summarise",
    "summarize",
    "supply",
    "switch",
    "take",
    "talk",
    "tell",
    "test",
    "track",
    "train",
    "transfer",
    "translate",
    "update",
    "upload",
    "upgrade",
    "verify",
    "visit",
    "work",
    "write",
]
_VI_VERBS = """
bàn|bàn giao|báo|báo cáo|bổ sung|cài|cài đặt|cập nhật|chuẩn bị|chuyển|chia sẻ|chạy|chỉnh|chốt|công bố|dịch|dự trù|đàm phán|đào tạo|đăng|đặt|đề xuất
|điền|điều chỉnh|đo|đọc|đối chiếu|đưa|gặp|gọi|gửi|hỏi|hoàn tất|hoàn thành|hoàn thiện|họp|huấn luyện|in|khảo sát|kiểm tra|ký|làm|lập|lấy|lên|liên hệ|lo
|mang|mời|mua|nâng cấp|nghiên cứu|nhắc|nhắn|nộp|phát hành|phân công|phối hợp|phỏng vấn|rà soát|sắp xếp|sửa|soạn|tạo|thanh toán|thảo|theo dõi|thiết kế
|thống kê|thu thập|thuê|thử|tìm|tìm hiểu|tính|tổ chức|tổng hợp|trả|trả lời|trao đổi|triển khai|trình|trình bày|tuyển|ước tính|viết|xác nhận|xem|xử lý|xuất
""".replace("\n", "").split("|")  # fmt: skip

_EN_VERB = rf"(?i:{'|'.join(_EN_VERBS)})\b"
_VI_VERB = rf"(?i:{'|'.join(sorted(_VI_VERBS, key=len, reverse=True))})(?!\w)"
_NO_NAMES = (
    "I|We|You|It|He|She|They|This|That|The|There|What|Who|When|Where|Why|How|If|And|But|So|Then|Now|Well|Okay|Ok|Yes|No|Please"
    "|Let|Let's|Could|Can|Would|Will|Should|Maybe|Everyone|Everybody|Somebody|Someone|Nobody|Also|Just|Next|First|Finally|Sure"
    "|Em|Anh|Chị|Tôi|Mình|Chúng|Ta|Dạ|Vâng|Để|Cho|Các|Cả|Không|Được|Thì|Là|Nếu|Vậy|Rồi|Còn|Và|Nhưng|Bạn|Nhờ|Hôm|Ngày|Thứ|Ok"
)


_CAPITAL = rf"(?!(?:{_NO_NAMES})\b)[A-ZĐÀ-Ỹ][\w'-]+"
_PERSON = r"(?i:anh|chị|em|bạn|cô|chú|ông|bà)"


@dataclass(frozen=True, slots=True)
class Taken:
    """That something is to be done, as a sentence says it.

    Attributes:
        owner: "I", "you", "we", or a name.
        task: what, from its verb on.
        weak: it may be an offer, or meant for somebody else.
    """

    owner: str
    task: str
    weak: bool = False


class Phrasing:
    """The phrases of one meeting, whose people have names."""

    def __init__(self, names: Sequence[str]) -> None:
        """``names``: of those who speak, as far as they are known; they are found in any case."""
        own = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        known = rf"(?i:{own})\b" if own else r"(?!)"
        # A word at the beginning of a sentence is capital whether it is a name or not.
        self._inside = rf"(?P<name>{known}|(?<!^)(?<![.!?:] ){_CAPITAL})"
        self._known = rf"(?P<name>{known})"
        self._called = rf"(?P<name>{known}|{_CAPITAL})"
        self._titled = rf"(?:(?:{_PERSON} )?(?P<name>{known})|{_PERSON} (?P<titled>{_CAPITAL}))"

    def task(self, sentence: str) -> Taken | None:
        """What somebody is to do; None if the sentence does not say so for certain."""
        plain = sentence.strip()
        vietnamese = is_vietnamese(plain)
        if _search(_NOT_MEANT_VI if vietnamese else _NOT_MEANT_EN, plain):
            return None
        patterns = (
            _vietnamese(self._inside, self._titled)
            if vietnamese
            else _english(self._known, self._inside, self._called)
        )
        for pattern, owner, weak in patterns:
            if match := _compiled(pattern, plain.isascii() and vietnamese).search(plain):
                named = match.groupdict()
                who = named.get("name") or named.get("titled") or owner
                if plain.endswith("?") and not (_ASKED.search(plain) or owner == "you"):
                    continue
                return Taken(who, _tidy(match["task"]), weak)
        return None

    def decision(self, sentence: str) -> str:
        """What was decided; "" if the sentence does not say so."""
        if sentence.strip().endswith("?"):
            return ""
        vietnamese = is_vietnamese(sentence)
        if _search(_UNDECIDED_VI if vietnamese else _UNDECIDED_EN, sentence):
            return ""
        match = _search(_DECIDED_VI if vietnamese else _DECIDED_EN, sentence)
        return _tidy(match["text"]) if match else ""

    def proposal(self, sentence: str) -> str:
        """What is proposed to all; "" if the sentence proposes nothing."""
        match = _search(_PROPOSED_VI if is_vietnamese(sentence) else _PROPOSED_EN, sentence)
        return _tidy(match["text"]) if match else ""

    def appointment(self, sentence: str) -> str:
        """What is to take place; "" if the sentence does not say so."""
        if sentence.strip().endswith("?") or _search(_NOT_MEANT_EN, sentence):
            return ""
        match = _search(_MEETING_VI if is_vietnamese(sentence) else _MEETING_EN, sentence)
        return _tidy(match[0]) if match else ""


def accepts(sentence: str) -> bool:
    """Whether somebody says yes."""
    return not refuses(sentence) and bool(_YES.search(sentence))


def agrees(sentence: str) -> bool:
    """Whether somebody says that they are for it, and not just that they listen."""
    return not refuses(sentence) and bool(_FOR.search(sentence))


def refuses(sentence: str) -> bool:
    """Whether somebody says no."""
    return bool(_NO.search(sentence))


def takes_back(sentence: str) -> bool:
    """Whether what was said just before is not meant any more."""
    return bool(_BACK.search(sentence))


_SOFT = (
    r"(?:(?i:also|then|just|personally|definitely|try to|go ahead and|be able to|be happy to|quickly)\s+)*"
)


# What is asked of the conversation and done within it is no task: "can you speak up", "let me check".
_NO_TALK = r"(?!(?i:tell|show|help|speak|talk|switch|hold|explain|start|move|see|hear|look|give (?:me|us)|transfer me|send it)\b)"
_NO_MOMENT = (
    r"(?!(?i:know|see|think|get|look|take|talk|show|find|start|speak|move|hear|give|hold|put|add|open|share|tell|explain|raise"
    r"|check[.!?,]*$|lấy|xem|nói|hỏi|đưa|mở|đọc)\b)"
)


@cache
def _english(known: str, inside: str, called: str) -> tuple[tuple[str, str, bool], ...]:
    """Patterns, whose task it is if they name nobody, and whether that is uncertain; the most exact first."""
    task = rf"(?P<task>{_EN_VERB}.*)"
    lead = r"(?:^|[,;:] )(?:(?i:and|so|okay|ok|then|now|well|also|alright|great|right|thanks),? )*"
    return (
        (rf"(?i:\bI(?:'d like| would like| want| need)) {inside} (?i:to) {task}", "", False),
        (
            rf"{lead}{called}, ?(?i:(?:please|(?:can|could|would|will) you(?: please)?|you)) {_SOFT}{task}",
            "",
            False,
        ),
        (rf"{lead}{known}, {task}", "", False),
        (
            rf"\b{inside} (?i:will|shall|is going to|needs to|has to|must|is to|should) {_SOFT}{task}",
            "",
            False,
        ),
        (rf"(?i:\b(?:can|could|would|will)) {inside} (?i:please )?{task}", "", False),
        (
            rf"(?i:\b(?:can|could|would|will) you)(?i: please)?,? {_SOFT}(?P<task>{_EN_VERB}.*), {inside}\??$",
            "",
            False,
        ),
        (rf"(?i:\b(?:can|could|would|will) you)(?i: please)?,? {_SOFT}{_NO_TALK}{task}", "you", False),
        (rf"(?i:\bI(?:'d like| would like| want| need) you to) {_NO_TALK}{task}", "you", False),
        (rf"(?i:\bI(?:'ll| will| shall|'m going to| am going to| promise to)) {_SOFT}{task}", "I", False),
        (rf"(?i:\blet me) {_SOFT}{_NO_MOMENT}{task}", "I", False),
        (rf"(?i:\bI can) {_SOFT}{task}", "I", True),
        (rf"{lead}(?i:please) {_NO_TALK}{task}", "you", False),
        (rf"(?i:\bwe(?:'ll| will| need to| have to| must)) {_SOFT}{task}", "we", True),
    )


@cache
def _vietnamese(inside: str, titled: str) -> tuple[tuple[str, str, bool], ...]:
    task = rf"(?P<task>{_VI_VERB}.*)"
    lead = r"(?:^|[,;:.] )(?:(?i:dạ|vâng|vậy|thì|rồi|và|nên|còn|ok|thế|được|vậy thì),? )*"
    will = r"(?i:sẽ|cần|phải|nhớ|hãy|làm ơn|vui lòng|giúp (?:em|anh|chị|tôi|mình)|giúp)"
    return (
        (rf"(?i:\b(?:nhờ|giao(?: cho)?|phiền|đề nghị|yêu cầu|phân công(?: cho)?)) (?:{_PERSON} )?{inside} (?:{will} )*{task}", "", False),
        (rf"\b{titled},? (?:(?i:ơi),? )?(?:{_PERSON} )?(?:{will} )+{task}", "", False),
        (rf"\b{titled} (?i:phụ trách|chịu trách nhiệm|nhận(?: việc| phần)?|đảm nhận) (?P<task>.+)", "", False),
        (rf"{lead}{titled},? (?:(?i:ơi),? )?(?:{_PERSON} )?{task}", "", False),
        (rf"{lead}{_PERSON} (?:{will} )*(?P<task>{_VI_VERB}.*?)(?i: (?:giúp|cho) (?:em|anh|chị|tôi|mình))?(?i: (?:nhé|nha|được không|với))\b", "you", False),
        (rf"(?i:\bnhờ) {_PERSON} (?:{will} )*{task}", "you", False),
        (rf"(?i:\b(?:em|tôi|mình|tớ|con|cháu)) (?:(?i:cũng|thì) )?(?i:sẽ|xin|xin phép|nhận|chịu trách nhiệm|phụ trách|đảm nhận) (?:(?i:cố gắng|tự|phải|trực tiếp|việc|phần|phép) )*{task}", "I", False),
        (rf"(?i:\bđể (?:em|tôi|mình|tớ|con|cháu|anh|chị)) {_NO_MOMENT}{task}", "I", False),
        (rf"(?i:\b(?:anh|chị)) (?i:sẽ) {task}", "I", True),
        (rf"(?i:\b(?:chúng ta|chúng mình|chúng tôi|bên em|bọn em)) (?i:sẽ|cần|phải) {task}", "we", True),
    )  # fmt: skip


@cache
def _compiled(pattern: str, plain: bool) -> re.Pattern[str]:
    return re.compile(without_accents(pattern) if plain else pattern)


def _search(pattern: str, text: str) -> re.Match[str] | None:
    return _compiled(f"(?i:{pattern})", text.isascii() and is_vietnamese(text)).search(text)


_TAIL = re.compile(
    r"[\s,]*\b(?:please|ok|okay|all right|right|thanks|thank you|for me|nhé|nha|ạ|luôn|giúp em|giúp tôi|được không|với|nhe)?[\s.!?,;…]*$",
    re.IGNORECASE,
)
_AFTER = re.compile(r"(?<=\w)(?:[.!?…] |; |, (?:but|because|so that|nhưng|vì|để)\b).*$", re.IGNORECASE)


def _tidy(text: str) -> str:
    """A task or decision without what is only polite, and without the sentence after it."""
    return _TAIL.sub("", _TAIL.sub("", _AFTER.sub("", text.strip())))


_ASKED = re.compile(r"\b(?:can|could|would|will|được không|nhé|nha|duoc khong)\b", re.IGNORECASE)
_NOT_MEANT_EN = (
    r"\b(?:if|unless|would have|could have|should have|used to|wish|maybe|perhaps|might|supposed to|never mind|don't|do not"
    r"|won't|will not|can't|cannot|not going to|no need)\b"
)
_NOT_MEANT_VI = (
    r"(?:\b(?:nếu|giá mà|giá như|đã|chưa|đừng|không cần|khỏi|chẳng|có lẽ|chắc là|hay là|lẽ ra|đáng lẽ|sẽ không|không thể)\b"
    r"|\brồi[.!?]*$|\bkhông phải\b)"
)
_UNDECIDED_EN = r"\b(?:not|n't|never|yet to|if|whether|should|could|might|who|once|when) \b.{0,20}(?:decided|agreed|decide|agree|go with)|\b(?:haven't|hasn't|didn't)\b"
_UNDECIDED_VI = r"\b(?:chưa|không|nếu|có nên|đừng|sẽ|cần)\b.{0,16}(?:thống nhất|quyết định|chốt)"
_DECIDED_EN = (
    r"\b(?:we(?:'ve| have)?(?: all)? (?:decided|agreed)(?: to| that| on)?|it(?:'s| is| was| has been) decided(?: that| to)?"
    r"|the decision is(?: that| to)?|we(?:'re| are) going with|(?:let's|we(?:'ll| will)) go with|decision:) (?P<text>.+)"
)
_DECIDED_VI = r"\b(?:thống nhất|quyết định|chốt)(?: lại)?(?: là| rằng| sẽ|:)* (?P<text>(?!(?:đó|này|của|thế nào|gì)\b).+)"
_PROPOSED_EN = r"\bI (?:propose|suggest|move)(?: that)?(?: we)?(?: to)? (?P<text>.+)"
_PROPOSED_VI = r"\b(?:em|tôi|anh|chị|mình) (?:xin )?(?:đề xuất|đề nghị|kiến nghị)(?: là| rằng)?(?: mình| chúng ta)? (?P<text>.+)"
_MEETING_EN = (
    r"\b(?:let's (?:meet|have (?:a|another) (?:\w+ ){0,2}(?:meeting|call)|reconvene|talk again|catch up)"
    r"|we(?:'ll| will|'re going to) (?:meet|reconvene|talk again)"
    r"|(?:the |our )?(?:next|follow-up|following) (?:meeting|call|review|session|workshop) (?:is|will be|takes place)"
    r"|(?:let's |we(?:'ll| will) )(?:schedule|set up|book|plan) (?:a|the|another) (?:\w+ ){0,3}(?:meeting|call|review|demo|workshop|session))\b.*"
)
_MEETING_VI = (
    r"\b(?:họp lại|họp tiếp|(?:cuộc|buổi) họp (?:tiếp theo|tới|sau|kế tiếp)|hẹn (?:gặp|họp)|gặp lại|lịch họp"
    r"|(?:chúng ta|chúng mình|cả nhóm|mình) (?:sẽ )?(?:họp|gặp(?: nhau)?))\b.*"
)
_START = r"^(?:(?:well|so|and|oh|ah|um|à|ừm|thì|thế|vậy)[, ]+)?"
_YES = re.compile(
    _START
    + r"(?:yes|yeah|yep|sure|ok|okay|of course|will do|no problem|absolutely|certainly|right|fine|got it|agreed|I agree"
    r"|sounds good|happy to|good|dạ|vâng|ừ|được|đồng ý|nhất trí|tán thành|em làm|ok)\b",
    re.IGNORECASE,
)
_FOR = re.compile(
    _START + r"(?:(?:yes|yeah|sure|ok|okay|dạ|vâng|ừ)[, ]*(?:anh|chị|em)?[, ]*)?"
    r"(?:I(?:'m| am)? (?:also |all )?(?:agree|for it|in favou?r)|agreed|sounds good|fine (?:with|by) me|works for me|that works"
    r"|good idea|let's do (?:it|that)|(?:em |tôi |anh |chị |mình )?(?:cũng )?(?:hoàn toàn )?(?:đồng ý|nhất trí|tán thành|ủng hộ)"
    r"|yes\b|yeah\b|được\b|dạ\b|vâng\b)",
    re.IGNORECASE,
)
_NO = re.compile(
    _START
    + r"(?:no\b(?! problem| worries)|nope|sorry|I (?:can't|cannot|won't|don't agree|disagree)|I'm against|not (?:me|now|this week)|unfortunately"
    r"|không\b(?! sao| vấn đề)|(?:em|tôi|anh|chị) (?:không|phản đối|chưa)|phản đối|chưa được|xin lỗi|rất tiếc)",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"\b(?:never mind|scratch that|forget (?:it|that|about it)|no need (?:to|for that)|don't bother|thôi khỏi|khỏi cần|không cần nữa"
    r"|thôi bỏ (?:đi|qua)|bỏ qua việc)\b",
    re.IGNORECASE,
)
