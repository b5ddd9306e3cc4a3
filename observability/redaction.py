"""Personal data taken out of text before it is kept: phone numbers, e-mail addresses, payment cards.

Phone numbers are found by Google's libphonenumber data, valid numbers only, so that prices, years and order
numbers stay readable. Numbers spelled out in words are not found.
"""

from __future__ import annotations

import re
from itertools import accumulate

_LOCAL = r"[\w.!#$%&'*+/=?^`{|}~-]"  # RFC 5322, 3.2.3: what may stand before the @
# Begun only where such characters begin, and never gone back on, so that each is looked at once: on a long run of them
# without an @ a pattern that tries again from every letter takes seconds.
_EMAIL = re.compile(rf"(?<!{_LOCAL}){_LOCAL}++@[\w-]++(?:\.[\w-]++)++")
_DIGITS = re.compile(r"\b\d+(?:[ -]\d+)*+\b")
_CARD_DIGITS = range(13, 20)  # ISO/IEC 7812-1
_REGION = "VN"  # where a phone number without a country code is read


def redact(text: str) -> str:
    """The text with personal data replaced by ``[email]``, ``[card]`` and ``[phone]``.

    A phone number without a country code is read as one of Vietnam.
    """
    text = _EMAIL.sub("[email]", text)
    text = _DIGITS.sub(lambda match: _without_cards(match[0]), text)
    if sum(character.isdigit() for character in text) < 7:  # no phone number is shorter
        return text

    import phonenumbers  # 0.1 s to import, and most sentences hold no number

    kept, done = [], 0
    for match in phonenumbers.PhoneNumberMatcher(text, _REGION):
        kept += [text[done : match.start], "[phone]"]
        done = match.end
    return "".join([*kept, text[done:]])


def _without_cards(number: str) -> str:
    """Groups of digits with one space or hyphen between them, those that may be a card's taken out.

    A card may follow other numbers: any groups in a row that have a card's length and a right check digit (ISO/IEC
    7812-1 annex B) are one, and where two overlap both go.
    """
    groups = list(re.finditer(r"\d+", number))
    doubled = _doubled([int(digit) for group in groups for digit in group[0]])
    ends = [0, *accumulate(len(group[0]) for group in groups)]  # in digits
    kept, done, last = [], 0, -1  # last: group up to which all is taken out
    for first, group in enumerate(groups):
        found = -1
        for end in range(first, len(groups)):
            a, b = ends[first], ends[end + 1]
            if b - a >= _CARD_DIGITS.stop:
                break
            if b - a in _CARD_DIGITS and (doubled[b % 2][b] - doubled[b % 2][a]) % 10 == 0:
                found = end
        if found > last:
            if first > last:
                kept += [number[done : group.start()], "[card]"]
            last, done = found, groups[found].end()
    return "".join([*kept, number[done:]])


def _doubled(digits: list[int]) -> tuple[list[int], list[int]]:
    """Sums of the digits up to each, those at even places doubled, and those at odd ones."""
    sums = []
    for parity in (0, 1):
        each = (sum(divmod(2 * digit, 10)) if i % 2 == parity else digit for i, digit in enumerate(digits))
        sums.append([0, *accumulate(each)])
    return sums[0], sums[1]
