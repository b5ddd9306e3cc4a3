"""Which digits can be whose number: lengths, prefixes and check digits as their issuers define them."""

from __future__ import annotations

import re

from .words import written

_CARD = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})"  # Visa
    r"|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|3(?:0[0-5]|[689]\d)\d{11}"  # Diners
    r"|35\d{14}"  # JCB
    r"|6\d{15,18}"  # Discover, UnionPay
    r"|(?:5[06-9]|6\d)\d{11,17}"  # Maestro
    r"|9704\d{12}(?:\d{3})?"  # Napas, in Vietnam
)
"""What issuers' cards begin with, and how many digits they have (ISO/IEC 7812-1)."""
_MOBILE = r"(?:3[2-9]|5[25689]|7[06-9]|8[1-9]|9\d)\d{7}"
_LANDLINE = r"2\d{9}"
_VIETNAMESE_PHONE = re.compile(rf"(?:0|84|0084)(?:{_MOBILE}|{_LANDLINE})")
_MOBILE_BEGUN = re.compile(r"(?:0|84)(?:3[2-9]|5[25689]|7[06-9]|8[1-9]|9)\d*")
_PROVINCES = written(
    """001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038
    040 042 044 045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 080 082
    083 084 086 087 089 091 092 093 094 095 096"""
)
"""Of Vietnam, as Circular 59/2021/TT-BCA numbers them in personal identification numbers."""
_TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_IBAN_LENGTHS = {
    country: int(length)
    for length, countries in re.findall(
        r"(\d+) ([A-Z ]+)",
        """15 NO 16 BE 18 DK FI FO GL NL 19 MK SI 20 AT BA EE KZ LT LU XK 21 CH HR LI LV 22 BG BH CR DE GB GE IE ME RS
        VA 23 AE GI IL IQ TL 24 AD CZ ES MD PK RO SA SE SK TN VG 25 LY PT ST 26 IS TR 27 FR GR IT MC MR SM
        28 AL AZ BY CY DO GT HU LB PL SV 29 BR EG PS QA UA 30 JO KW MU 31 MT SC 32 LC""",
    )
    for country in countries.split()
}
"""Characters of an IBAN, from the registry of ISO 13616."""
_IBAN_BEGUN = re.compile(r"(?<![^\W_])[A-Za-z]{2}[ ]?\d{2}(?=[ ]?[A-Za-z\d])")


def is_card(digits: str) -> bool:
    """Whether digits are a payment card's: its issuer's first ones, its length, its check digit (ISO/IEC 7812-1)."""
    if not _CARD.fullmatch(digits):
        return False
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(map(int, digits[::-2]))) % 10 == 0


def is_vietnamese_phone(digits: str) -> bool:
    """Whether digits are a whole telephone number of Vietnam, mobile or not, from 0 or 84."""
    return bool(_VIETNAMESE_PHONE.fullmatch(digits))


def is_mobile_begun(digits: str) -> bool:
    """Whether digits can be the first of a mobile number of Vietnam."""
    return bool(_MOBILE_BEGUN.fullmatch(digits))


def is_phone(number: str, region: str) -> bool:
    """Whether a number, "+16502530000" or as it is dialled in a region, is one that can be given out there."""
    import phonenumbers  # 0.1 s to import, and most sentences hold no number

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        return False


def is_personal_id(digits: str) -> bool:
    """Whether 12 digits are a personal identification number of Vietnam: a province, a century and sex, a year.

    People born from 2100 on have none yet.
    """
    return len(digits) == 12 and digits[:3] in _PROVINCES and digits[3] in "0123"


def is_tax_code(digits: str) -> bool:
    """Whether 10 digits, or 13 with a branch's, are a tax code of Vietnam: the tenth is a check digit."""
    if len(digits) not in (10, 13):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_TAX_WEIGHTS, digits, strict=False))
    return 10 - total % 11 == int(digits[9])


def ibans(text: str) -> list[tuple[int, int]]:
    """Where IBANs stand in a text, with blanks in them or without."""
    found: list[tuple[int, int]] = []
    for begun in _IBAN_BEGUN.finditer(text):
        length = _IBAN_LENGTHS.get(begun[0][:2].upper())
        if not length or (found and begun.start() < found[-1][1]):
            continue
        rest = text[begun.start() : begun.start() + 2 * length]
        end = _end_of(rest, length)
        if end and _is_iban(rest[:end]):
            found.append((begun.start(), begun.start() + end))
    return found


def _end_of(text: str, length: int) -> int:
    """Where so many letters and digits with single blanks between them end; 0 if they do not, or end in a word."""
    seen = 0
    for at, each in enumerate(text):
        if each.isascii() and each.isalnum():
            seen += 1
            if seen == length:
                return 0 if text[at + 1 : at + 2].isalnum() else at + 1
        elif each != " " or text[at - 1] == " ":
            return 0
    return 0


def _is_iban(text: str) -> bool:
    written = text.replace(" ", "").upper()
    return int("".join(str(int(each, 36)) for each in written[4:] + written[:4])) % 97 == 1
