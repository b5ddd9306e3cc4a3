"""Vietnamese, after what callers say; words are folded, “quyết định” is ``quyet dinh``."""

from __future__ import annotations

import re

from .patterns import Wording, compiled, four

_DIGITS = {
    "khong": "0",
    "mot": "1",
    "hai": "2",
    "ba": "3",
    "bon": "4",
    "tu": "4",
    "nam": "5",
    "lam": "5",
    "sau": "6",
    "bay": "7",
    "tam": "8",
    "chin": "9",
}
_I = r"(?:toi|minh|em|anh|chi|tui|to|con|chau|chung toi)"
_DECIDED = r"(?:quyet dinh|quyet|chot|ket luan|chot lai)"
_WE = r"(?:chung ta|chung minh|chung toi|minh|cong ty|ban giam doc|ban lanh dao|sep|ben minh)"
_WHAT = (
    r"(?:gi|the nao|ra sao|sao|nhu the nao|nhu nao|cai gi|dieu gi|nhung gi|phuong an nao|theo huong nao|huong nao|chon gi"
    r"|lam gi|chua|den dau|toi dau|xong chua|ben nao|cai nao)"
)
_NOUN = r"(?:quyet dinh|de xuat|ket luan)"
_ON = r"(?:ve|vu|cho|lien quan(?: den| toi)?|chuyen|viec|doi voi|cua chung ta ve|hom truoc ve|lan truoc ve)"
_CUE = (
    r"(?:la gi|the nao|ra sao|den dau|toi dau|sao roi|sao|chua|con hieu luc|gi|duoc duyet|duoc phe duyet|da duyet"
    r"|da duoc|bi tu choi|con cho|co duoc)"
)
_YET = r"(?:chua|roi a|roi ha|roi phai khong|roi dung khong|chua vay|chua a|chua nhi|chua the|xong chua|roi khong)"
_POLITE = (
    r"^(?:(?:a|da|vang|vay|oi|em|anh|chi|ban|hay|xin|lam on|vui long|nay|the|co the|giup toi|tro ly|nho|them nua|a nay"
    r"|cho|phien|xin hay) )*?"
)

VIETNAMESE = Wording(
    decided=compiled(
        rf"\b(?:quyet dinh|de xuat|ma tham chieu|tham chieu|ma quyet dinh)(?: (?:so|ma|ma so|tham chieu|co ma|mang so))* "
        rf"{four(_DIGITS)}",
        rf"^(?P<p>.*?)\b(?:da |co )?{_DECIDED}(?: (?:lai|xong|duoc|duoc la|la|chon|theo|nhung|ve|vu|co))* {_WHAT}\b"
        r"(?P<s>.*)",
        rf"\b(?:da |co |{_WE} ){_DECIDED}\b(?P<s>.*?)\b(?:chua|roi a|roi ha|roi phai khong|khong|phai khong|the nao|ra sao|gi)\b",
        rf"\b(?:nhac lai|cho (?:toi|minh|em|anh|chi) biet|nhac (?:toi|minh|em)|ket qua|tinh trang|trang thai|con nho|nho"
        rf"|nhac giup (?:toi|minh|em)|hoi ve|doc lai)\b.*?\b(?:da |duoc )?{_NOUN} {_ON}\b(?P<s>.*)",
        rf"\b{_NOUN} {_ON}\b(?P<s>.*?)\b(?:hien )?{_CUE}\b",
        rf"\b(?:ket qua|tinh trang|trang thai) (?:cua )?{_NOUN}\b(?P<s>.*)",
        rf"\b(?:nhung|co|cac|may) {_NOUN} (?:nao|gi)\b.*",
        rf"\b{_NOUN} (?:nao|gi) (?:dang|con|chua|da|gan day|moi|vua)\b",
        r"\b(?:dang|con) cho (?:phe duyet|duyet|quyet dinh|y kien)\b",
        rf"\b{_NOUN} (?:gan day|moi nhat|gan nhat|dang cho|lan truoc|hom truoc|tuan truoc)\b(?P<s>.*)",
    ),
    perhaps=compiled(
        rf"\b(?:so|ma|ma so|ke hoach|yeu cau)(?: (?:so|ma))* {four(_DIGITS)}",
        rf"^(?P<s>(?:\w+ ){{1,14}}?)(?:da |co )?(?:duoc |bi )?(?:phe duyet|duyet|thong qua|chap thuan|dong y|thuc hien"
        rf"|trien khai|tu choi|bac bo|bac|ky|tien hanh|lam|huy|rut lai) {_YET}",
        r"^(?P<s>(?:\w+ ){1,14}?)(?:den dau roi|toi dau roi|the nao roi|ra sao roi|sao roi|ket qua the nao|ket qua ra sao"
        r"|ket qua sao|den dau|co tin gi chua|co ket qua chua)\b",
        r"^(?P<s>(?:\w+ ){1,14}?)(?:da |co )(?:duoc |bi )?(?:phe duyet|duyet|thong qua|chap thuan|dong y|tu choi|bac) "
        r"khong$",
        r"^(?P<p>.*?)\b(?:da |co )?(?:chon|dong y|thong nhat|nhat tri|duyet|thoa thuan)(?: (?:la|duoc))* (?:gi|phuong an nao|cai nao"
        r"|the nao|ben nao|nhung gi)\b(?P<s>.*)",
        r"\b(?:co tin gi|tin tuc gi|cap nhat gi|tinh hinh|tien do)(?: moi)?(?: ve| cua| vu)*\b(?P<s>.+)",
        r"\bai (?:da )?(?:phe duyet|duyet|tu choi|ky duyet|quyet dinh)\b(?P<s>.+)",
        r"\b(?:tai sao|vi sao|sao)(?: \w+){0,3}? (?:da |lai )?(?:chon|quyet dinh|tu choi|bac|duyet)\b(?P<s>.*)",
        r"\b(?:da|co) (?:quyet dinh|chot|chon|dong y|duyet)\b(?P<s>.+)",
    ),
    undecided=re.compile(
        r"\b(?:nen|phai|can|se|(?<!nhac lai )(?<!biet )(?<!nhac )giup|dang|lam sao|sap|hay|co the|co quyen|quyen|ai(?! da)|khi nao|bao gio|cach|quy trinh|quy dinh"
        r"|thuong|muon|dua vao|tieu chi|tham quyen|truoc khi|neu|lam the nao)\b"
    ),
    keep=compiled(
        rf"{_POLITE}(?:nho|ghi nho|luu y|ghi lai|luu lai|ghi chu|ghi nhan|dung quen)(?: (?:giup|ho|cho|dum|gium|lai|ky))*"
        rf"(?: {_I})?(?: (?:nhe|nha|dieu nay|viec nay|cho lan sau|cho cac lan sau))* (?:rang|la) (?P<s>.+)",
        rf"{_POLITE}(?:nho|ghi nho|luu y|ghi lai|luu lai|ghi chu|ghi nhan)(?: (?:giup|ho|cho|dum|gium) {_I})?"
        rf"(?: (?:nhe|nha|dieu nay|viec nay))* (?P<s>{_I} (?:thich|muon|la|o|hay|khong|thuong|ten|chi|bi|di|lam|uu tien|can"
        r"|an|co|van|se)\b.+)",
        rf"{_POLITE}(?:lan sau|tu nay|tu gio|sau nay)(?: (?:hay|nho))* (?P<s>(?:goi {_I}|{_I} (?:thich|muon|uu tien)).+)",
    ),
    tell=compiled(
        r"\b(?:biet|nho|luu|giu|ghi nho|ghi|co)(?: (?:duoc|lai|nhung|thong tin|dieu|cac))* (?:gi|nao|nhung gi)(?: \w+)?? "
        rf"(?:ve|cua) {_I}\b",
        rf"\b(?:nhung gi|thong tin gi|dieu gi)(?: \w+){{0,4}}? (?:biet|nho|luu|giu)(?: \w+){{0,2}}? (?:ve|cua) {_I}\b",
        rf"\b{_I} (?:da |co |tung )?(?:nho|dan|bao|noi|nhac)(?: \w+){{0,2}} (?:ghi )?nho (?:nhung )?(?:gi|dieu gi)",
        rf"\b(?:co|con) nho (?:gi ve )?{_I} (?:khong|la ai)\b",
    ),
    forget=compiled(
        rf"{_POLITE}(?:quen|xoa) (?:dieu do|viec do|dieu vua roi|ghi chu do|chuyen do|dieu toi vua noi)(?: di| nhe)*$",
        rf"{_POLITE}(?:quen|xoa|dung nho)(?: (?:di|giup toi|giup|ho|cho toi|bo))* (?:viec|chuyen|rang|la|dieu|ghi chu"
        r"|nhung gi toi noi ve)(?: (?:la|rang|ve))* (?P<s>.+)",
    ),
    forget_all=compiled(
        rf"{_POLITE}(?:quen|xoa|bo)(?: \w+){{0,2}}? (?:tat ca|het|moi|toan bo|nhung gi|moi thu|nhung dieu)(?: \w+){{0,8}}? "
        rf"(?:ve|cua) {_I}\b",
        rf"{_POLITE}(?:quen|xoa)(?: het)? (?:{_I}|(?:thong tin|du lieu|so thich|ghi chu)(?: ca nhan)? cua {_I})"
        r"(?: (?:di|nhe|nha|ngay))*$",
    ),
    around=re.compile(
        r"\b(?:(?:hom|tuan|thang|lan|bua|dot|cuoc goi) (?:truoc|no|vua roi|roi|qua|nay)|hom qua|gan day|vua roi|luc truoc"
        r"|chung ta|chung minh|chung toi|ben minh|cong ty|moi nguoi|ban lanh dao|ban giam doc|cho (?:toi|minh|em|anh|chi)"
        r" (?:hoi|biet)|cho hoi|xin hoi|lien quan (?:den|toi)|co nen|hay khong|quyet dinh|de xuat|ket qua|nhac lai|em oi"
        r"|toi hoi|toi muon biet|muon biet)\b"
    ),
    beside=frozenset(
        "về vụ chuyện việc thì cái là của à ạ nhỉ nhé thế rồi đã được còn vậy minh mình trong mấy xem bạn ve viec chuyen "
        "vu thi cai la cua nhi nhe roi".split()
    ),
    digits=_DIGITS,
    remembers={"nho": "nhớ", "ghi nho": "ghi nhớ", "quen": "quên"},
)
