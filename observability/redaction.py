"""Personal data taken out of text before it is kept: phone numbers, e-mail addresses, payment cards.

Phone numbers are found by Google's libphonenumber data, valid numbers only, so that prices, years and order
numbers stay readable. Numbers spelled out in words are not found.
"""

from __future__ import annotations

import re

_LOCAL = r"[\w.!#$%&'*+/=?^`{|}~-]"  # RFC 5322, 3.2.3: what may stand before the @
# Begun only where such characters begin, and never gone back on, so that each is looked at once: on a long run of them
# without an @ a pattern that tries again from every letter takes seconds.
_EMAIL = re.compile(rf"(?<!{_LOCAL}){_LOCAL}++@[\w-]++(?:\.[\w-]++)++")
_CARD = re.compile(r"\b\d(?:[ -]?\d){12,18}\b")


def redact(text: str, *, region: str = "VN") -> str:
    """The text with personal data replaced by ``[email]``, ``[card]`` and ``[phone]``.

    Args:
        text: what was said or written.
        region: ISO 3166 country in which a phone number without a country code is read.
    """
    text = _EMAIL.sub("[email]", text)
    text = _CARD.sub(lambda match: "[card]" if _luhn(match[0]) else match[0], text)
    if sum(character.isdigit() for character in text) < 7:  # no phone number is shorter
        return text

    import phonenumbers  # 0.1 s to import, and most sentences hold no number

    kept, done = [], 0
    for match in phonenumbers.PhoneNumberMatcher(text, region):
        kept += [text[done : match.start], "[phone]"]
        done = match.end
    return "".join([*kept, text[done:]])


def _luhn(number: str) -> bool:
    """Whether the check digit of a payment card is right (ISO/IEC 7812-1 annex B)."""
    digits = [int(character) for character in reversed(number) if character.isdigit()]
    return sum(digits[0::2] + [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]) % 10 == 0
