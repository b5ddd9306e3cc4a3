"""What a caller takes for done, or wants done: papers only prepare decisions, and a voice carries none of them out."""

from __future__ import annotations

import re
from typing import Literal

from emads_voice.agents.text import words

Premise = Literal["claimed", "ordered"]

# Deeds on a decision; accents folded.
_DEED = (
    r"(?:approv|cancel|bought|buy|purchas|sign|order|execut|launch|reject|decid|start|stop|finish|abandon|replac"
    r"|agree|pay|paid|implement|deploy|switch)\w*"
)
_LAM = (
    r"(?:phe duyet|duyet|huy(?: bo)?|mua|ky|dat mua|trien khai|tu choi|quyet dinh|bo|dung|dong y|thay|chot"
    r"|tra tien|thuc hien|chuyen)"
)
_CLAIMED = re.compile(
    rf"\bwhy (?:did|has|have|was|were)\b.*\b{_DEED}\b"
    rf"|\b(?:since|as|because|now that|given that)\b.*\b(?:has|have|had|was|were)\b.*\b{_DEED}\b"
    rf"|\b(?:has|have) already {_DEED}\b|\bthanks? (?:you )?for {_DEED}\b"
    rf"|\b(?:vi sao|tai sao|sao)\b.*\b(?:lai|da)\b(?: \w+)? ?{_LAM}\b|\b(?:vi|do|boi vi)\b.*\bda\b(?: \w+)? ?{_LAM}\b"
    rf"|^(?:vi sao|tai sao|sao) (?:\w+ ){{0,3}}?(?:huy|huy bo|tu choi|cham dut|dinh chi)\b"
    rf"|\bwhen (?:did|was|were|has|have)\b.*\b{_DEED}\b"
    rf"|\b{_LAM}\b(?: \w+)? ?(?:hom nao|khi nao|luc nao|bao gio|ngay nao|tu khi nao|tu bao gio)\b"
    rf"|\b(?:cam on|nghe noi)\b.*\bda\b(?: \w+)? ?{_LAM}\b"
)
_NOW = r"(?:now|today|tonight|at once|right away|immediately|for me|please|then)"
_ORDERED = re.compile(
    rf"\b(?:so|then|please|just|go ahead(?: and)?|i confirm\b.*|approved|done) ?(?:and )?"
    rf"\b(?:approve|cancel|buy|purchase|sign|order|execute|launch|implement|deploy|start)\b.*\b{_NOW}\b"
    rf"|^(?:approve|cancel|buy|purchase|sign|order|execute|launch|implement|deploy)\b"
    rf"|\b{_LAM}\b.*\b(?:luon|ngay|lien|gap|giup toi|giup anh)(?: di| nhe| cho toi| bay gio)?$"
    rf"|\b(?:hay|cu) {_LAM}\b.*\b(?:di|luon|ngay)$"
)


def premise(question: str) -> Premise | None:
    """Whether a question takes a decision for made, or wants one carried out; None for what is asked openly."""
    plain = " ".join(words(question))[:_READ]
    if _CLAIMED.search(plain):
        return "claimed"
    return "ordered" if _ORDERED.search(plain) else None


_READ = 300
"""Of a question so many characters are read: a deed is named in one sentence."""
