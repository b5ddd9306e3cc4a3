"""What answers a call of ours before the person does: call screening, somebody who fetches them, an answering machine.

Only looked at until the person has had a turn. The words are data: each line of a table is a set of words that are all
said, in whatever order; recognisers may lose their accents.
"""

from __future__ import annotations

import re
from enum import Enum, auto

from emads_voice.writing import QUESTION_MARKS, SYLLABIC, without_accents


class Answers(Enum):
    """What answers."""

    MACHINE = auto()
    """An answering machine: leave a message."""
    ASKS = auto()
    """Somebody, or a machine, asks who calls, and why."""
    HOLD = auto()
    """We are to wait."""


_SAID: dict[Answers, tuple[str, ...]] = {
    # In this order: who is to leave a name and a reason is on an answering machine.
    Answers.MACHINE: (
        *("leave + message", "leave + name", "leave + number", "voicemail", "voice mail", "mailbox"),
        *("after + beep", "come to the phone", "not available + tone", "unable to take", "can't take + call"),
        *("cannot take + call", "after + tone", "at the tone", "record + message", "away from + phone"),
        *("get back to you", "call you back as soon as", "return your call", "leave + details"),
        *("để lại + lời nhắn", "để lại + tin nhắn", "hộp thư thoại", "sau tiếng bíp", "nhắn tin + tiếng bíp"),
        *("ghi âm + lời nhắn", "ghi âm + tin nhắn", "không thể nhận cuộc gọi", "không thể nghe máy"),
        *("để lại + tên", "sau tiếng + để lại", "số máy + không liên lạc được", "gọi lại cho bạn sau"),
        *("thuê bao + không liên lạc được", "nach dem + ton", "nachricht + hinterlassen", "mailbox"),
        *(
            "deje + mensaje",
            "buzón de voz",
            "después + señal",
            "laissez + message",
            "messagerie",
            "après + bip",
        ),
        *("留言", "语音信箱", "メッセージ + 発信音", "留守番電話", "메시지를 남겨", "음성 사서함", "삐 소리"),
    ),
    Answers.ASKS: (
        *("name + reason", "name + calling", "name + why", "state your name", "say your name", "your name"),
        *("reason + call", "reason + calling", "purpose + call", "who is calling", "who's calling"),
        *(
            "who is this",
            "who's this",
            "who am i speaking",
            "who is speaking",
            "who's speaking",
            "who are you",
        ),
        *("why are you calling", "what are you calling about", "what is this about", "what's this about"),
        *("what is it about", "what's it about", "what do you want", "cần gì", "muốn gì"),
        *(
            "where are you calling from",
            "what is it regarding",
            "ai gọi",
            "ai đấy",
            "ai đó",
            "ai vậy",
            "ai thế",
        ),
        *(
            "ai đang gọi",
            "ai ở đầu dây",
            "xin hỏi ai",
            "cho biết tên",
            "xưng tên",
            "tên + lý do",
            "lý do + gọi",
        ),
        *("gọi có việc gì", "có việc gì", "có chuyện gì", "gọi + làm gì", "gọi từ đâu", "bên nào"),
        *(
            "wer ist da",
            "wer spricht",
            "worum geht",
            "ihren namen",
            "quién es",
            "quién llama",
            "de parte de quién",
        ),
        *("su nombre", "qui est", "de la part de qui", "votre nom", "c'est à quel sujet", "您是哪位", "哪位"),
        *("什么事", "どちら様", "お名前", "ご用件", "누구세요", "누구시죠", "성함", "무슨 일"),
    ),
    Answers.HOLD: (
        *("stay on the line", "hold on", "please hold", "hold the line", "hold please", "please wait"),
        *(
            "one moment",
            "a moment",
            "one second",
            "just a second",
            "just a minute",
            "connect you",
            "put you through",
        ),
        *("giữ máy", "chờ máy", "chờ một chút", "chờ chút", "đợi một chút", "đợi chút", "đợi máy", "nối máy"),
        *(
            "einen moment",
            "bleiben + leitung",
            "un momento",
            "no cuelgue",
            "un instant",
            "ne quittez pas",
            "patientez",
        ),
        *("稍等", "请等", "不要挂", "少々お待ち", "お待ちください", "잠시만", "기다려"),
    ),
}

_PERSON = (  # they want to leave a message, or to take one
    *(
        "i leave",
        "i want to leave",
        "i would like to leave",
        "i'd like to leave",
        "i need to leave",
        "let me leave",
    ),
    *("take a message", "message with me", "your voicemail", "tôi để lại", "em để lại", "tôi muốn để lại"),
    *("em muốn để lại", "anh muốn để lại", "chị muốn để lại"),
)
_TONE = (  # only a machine has one
    *("after + beep", "after + tone", "at the tone", "tiếng bíp", "nach dem + ton", "después + señal"),
    *("après + bip", "発信音", "삐 소리"),
)

_SYLLABIC = re.compile(f"[{SYLLABIC}]")


def _folded(text: str) -> str:
    """Words between blanks, without accents and punctuation."""
    words = re.findall(r"[\w']+", without_accents(text.casefold().replace("\u2019", "'")))
    return f" {' '.join(words)} "


def _term(term: str) -> str:
    # Chinese, Japanese and Korean hang words together.
    return without_accents(term) if _SYLLABIC.search(term) else _folded(term)


def _terms(lines: tuple[str, ...]) -> list[list[str]]:
    return [[_term(term.strip()) for term in line.split("+")] for line in lines]


_TABLE = {answers: _terms(lines) for answers, lines in _SAID.items()}
_OF_PERSON, _OF_TONE = _terms(_PERSON), _terms(_TONE)


def what_answers(text: str) -> Answers | None:
    """What somebody who answers a call of ours says; None if it is something else, for an agent to answer."""
    said = _folded(text)

    def any_of(table: list[list[str]]) -> bool:
        return any(all(term in said for term in terms) for terms in table)

    found = next((answers for answers, table in _TABLE.items() if any_of(table)), None)
    if found is Answers.MACHINE and not any_of(_OF_TONE):  # "Can I leave a message for your boss?"
        asks = text.rstrip().endswith(tuple(QUESTION_MARKS))
        return None if asks or any_of(_OF_PERSON) else found
    return found
