"""What a number is said to be by the words before it: "my card number is …", "stk …", "đơn hàng số …"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .words import Word, unaccented

_LOOKED_AT = 12
"""Words before a number."""

THING = "thing"
"""An order, an invoice, a room: nobody's personal data."""

_WHOSE = r"toi|minh|em|anh|chi|me|bo|vo|chong|con|ong|chau|co|chu|bac"
_ANNOUNCEMENTS = {
    THING: r"don hang|ma don|hoa don|van don|lo hang|hop dong|phien ban|ma loi|so du"
    r"|ma (?:san pham|hang|nhan vien|khach hang)|nhan vien|phong|tang|cong|chuyen bay"
    r"|ticket|order|invoice|contract|version|build|port|room|floor|flight"
    r"|tracking|badge|project|cost centre|cost center|zip|codes?"
    r"|imei|isbn|ean|sku|ma vach|barcode|postcode|serial|po|iso|error|item|parcel|shipment"
    r"|reference|quantity|so luong|gia|price",
    "pin": r"(?:ma |so )?pin|(?:ma |so )?otp|(?:so |ma )?c[vc][vc]|mat khau|mat ma"
    r"|ma (?:xac (?:thuc|nhan|minh)|bao mat)"
    r"|passcode|password|(?:verification|security|confirmation|access) code|code on the back"
    r"|one time (?:code|password)",
    "iban": r"iban",
    "id": r"can cuoc(?: cong dan)?|cccd|cmnd|cmt|chung minh(?: nhan dan| thu)?|(?:so |ma )?dinh danh(?: ca nhan)?"
    r"|(?:thẻ )?can cuoc|(?:citizen|national|identity|personal|my|his|her|their|your) id|id (?:card|number)"
    r"|identity (?:card|number)|identification(?: number)?|social(?: security)?|ssn"
    r"|driver s licen[cs]e|giay phep lai xe|bang lai(?: xe)?",
    "tax code": r"ma so thue(?: ca nhan)?|mst|tax (?:code|number|id)|tax identification(?: number)?",
    "passport": r"(?:so )?ho chieu|passport",
    "account": r"(?:so )?tai khoan(?: ngan hang)?|stk|(?:bank )?account|chuyen khoan (?:vao|cho|qua|den)|transfer to"
    r"|ngan hang [^\W\d]+|vietcombank|vcb|techcombank|bidv|vietinbank|agribank|acb|mb"
    r"|(?:mb|vp|tp) ?bank|sacombank|hd ?bank|vib|shb|ocb|msb|seabank",
    "card": r"(?:(?:so )?thẻ|so the)(?: (?:tin dung|ghi no|noi dia|atm|visa|ngan hang|master(?:card)?|napas))?|so visa"
    r"|(?:credit |debit |bank )?card|visa|mastercard|amex",
    "phone": rf"(?:so )?dien thoai|area code|country code|(?:so )?di dong"
    r"|s[dđ]?t|dt|so|may ban|zalo|viber|whatsapp|hotline"
    rf"|lien (?:he|lac)(?: qua)?|goi(?: lai)?(?: (?:{_WHOSE}))?|nhan tin"
    r"|phone|mobile|cell(?:phone)?|telephone|tel|ring|dial|extension"
    r"|(?:my|his|her|their|your|contact|phone|callback) (?:new |old )?number(?: s)?|the number|number"
    r"|(?:call|text|reach|ring)(?: (?:me|us|him|her|them))?(?: back)?|callback|call back",
}
_BETWEEN = (
    rf"la|is|s|are|was|cua|{_WHOSE}|my|his|her|their|our|your|the|this|that|its?|moi|cu|new|old|here|day|nay|nhe|nha"
    r"|a|da|vang|thi|chinh|so|ma|number|num|no|nr|id|hien tai|ca nhan|chi nhanh|personal|ngan hang|bank|ghi|dung"
    r"|cong ty|company|sau|at|on|to|vao|cho|qua|tai|voi|nguoi|ten|doc|xin|lai|uh|um|u|ừm|ờ|to be"
    r"|vua(?: roi)?|nhan|gui|duoc|[-:,#.(+…]"
)
_ANNOUNCED = re.compile(
    r"(?:^| )(?:"
    + "|".join(f"(?P<{kind.replace(' ', '_')}>{said})" for kind, said in _ANNOUNCEMENTS.items())
    + rf")(?: (?:{_BETWEEN})){{0,7}}$"
)
_NAMED = re.compile(r"(?:^| )so (?:cua )?[^\W\d]+(?: [^\W\d]+)?(?: la)?$")
""" "số của Hoa là", "số mẹ tôi": whoever's number it is."""


def announced(given: Sequence[Word], at: int) -> str:
    """What the number that begins with a word is: a kind, :data:`THING`, or "" where nothing says so."""
    before = given[max(0, at - _LOOKED_AT) : at]
    said = " ".join(_plain(word.text) for word in before if word.text not in "'’")
    if match := _ANNOUNCED.search(said):
        return (match.lastgroup or "").replace("_", " ")
    return "phone" if _NAMED.search(said) else ""


def _plain(word: str) -> str:
    return word if word == "thẻ" else unaccented(word)  # a card, not an English article
