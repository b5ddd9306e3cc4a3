"""The 52 languages and dialects Qwen3-ASR recognises, their codes, and how a person may write them.

Source: the Qwen3-ASR model card (30 languages, 22 Chinese dialects; arXiv 2601.21337). Names are the
model's own: it is told, and answers, "Vietnamese", never "vi".
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from .errors import LanguageError


@dataclass(frozen=True, slots=True)
class Language:
    """One language or dialect.

    Attributes:
        name: Qwen3-ASR's name for it, "Vietnamese" or "Sichuan".
        code: BCP 47 tag. Languages have two or three letters ("vi", "yue"); dialects are written as
            Chinese with the region ("zh-CN-SC"), so that ``code.split("-")[0]`` is always the language.
        dialect: whether this is one of the 22 Chinese dialects.
    """

    name: str
    code: str
    dialect: bool = False

    @property
    def base_code(self) -> str:
        """The code of the language a dialect belongs to ("zh-CN-SC" → "zh"); itself otherwise."""
        return self.code.split("-")[0]


_LANGUAGES = """
Chinese zh, English en, Cantonese yue, Arabic ar, German de, French fr, Spanish es, Portuguese pt,
Indonesian id, Italian it, Korean ko, Russian ru, Thai th, Vietnamese vi, Japanese ja, Turkish tr,
Hindi hi, Malay ms, Dutch nl, Swedish sv, Danish da, Finnish fi, Polish pl, Czech cs, Filipino fil,
Persian fa, Greek el, Romanian ro, Hungarian hu, Macedonian mk
"""

# Regions are ISO 3166-2:CN; Wu and Minnan have ISO 639-3 codes of their own, written as extensions of zh
# (RFC 5646 section 2.2.2 allows zh-wuu and zh-nan), Dongbei is a region of three provinces (private use).
_DIALECTS = """
Anhui zh-CN-AH, Dongbei zh-x-dongbei, Fujian zh-CN-FJ, Gansu zh-CN-GS, Guizhou zh-CN-GZ, Hebei zh-CN-HE,
Henan zh-CN-HA, Hubei zh-CN-HB, Hunan zh-CN-HN, Jiangxi zh-CN-JX, Ningxia zh-CN-NX, Shandong zh-CN-SD,
Shaanxi zh-CN-SN, Shanxi zh-CN-SX, Sichuan zh-CN-SC, Tianjin zh-CN-TJ, Yunnan zh-CN-YN, Zhejiang zh-CN-ZJ,
Cantonese (HK) yue-HK, Cantonese (Guangdong) yue-CN-GD, Wu zh-wuu, Minnan zh-nan
"""

# Three-letter codes of ISO 639-2, the bibliographic ones too, and 639-3: older tools and subtitle files have them.
_THREE_LETTERS = """
zho zh, chi zh, cmn zh, eng en, ara ar, arb ar, deu de, ger de, fra fr, fre fr, spa es, por pt, ind id, ita it, kor ko,
rus ru, tha th, vie vi, jpn ja, tur tr, hin hi, msa ms, may ms, zsm ms, nld nl, dut nl, swe sv, dan da, fin fi, pol pl,
ces cs, cze cs, tgl fil, fas fa, per fa, pes fa, ell el, gre el, ron ro, rum ro, hun hu, mkd mk, mac mk, wuu zh-wuu,
nan zh-nan
"""

# What languages call themselves.
_OWN_NAMES = """
中文 zh, 汉语 zh, 普通话 zh, 國語 zh, 粤语 yue, 粵語 yue, 廣東話 yue, العربية ar, deutsch de, français fr,
español es, castellano es, português pt, bahasa indonesia id, italiano it, 한국어 ko, русский ru, ไทย th,
tiếng việt vi, tieng viet vi, 日本語 ja, türkçe tr, हिन्दी hi, bahasa melayu ms, nederlands nl, svenska sv,
dansk da, suomi fi, polski pl, čeština cs, فارسی fa, ελληνικά el, română ro, magyar hu, македонски mk
"""

# What people also write. Only forms that cannot mean anything else: speech in Hong Kong's Chinese is Cantonese.
_OTHERS = """
mandarin zh, zh-cmn zh, zh-yue yue, zh-hk yue, zh-min-nan zh-nan, tagalog fil, tl fil, farsi fa, in id, malaysian ms,
english (us) en
"""

UNKNOWN = frozenset({"auto", "automatic", "detect", "und", "mul", "multi"})
"""What is written where the language is not known, or may change: "und" and "mul" are ISO 639's."""


def _entries(table: str) -> list[str]:
    return [entry.strip() for entry in table.replace("\n", " ").split(",")]


def _parse(table: str, *, dialect: bool) -> list[Language]:
    rows = (entry.rpartition(" ") for entry in _entries(table))
    return [Language(name.strip(), code, dialect) for name, _, code in rows]


LANGUAGES: tuple[Language, ...] = (*_parse(_LANGUAGES, dialect=False), *_parse(_DIALECTS, dialect=True))
"""All 52, languages first, in the model card's order."""


@cache
def _index() -> dict[str, Language]:
    index = {key.casefold(): lang for lang in LANGUAGES for key in (lang.name, lang.code)}
    aliases = (
        entry.strip().rpartition(" ")
        for table in (_THREE_LETTERS, _OWN_NAMES, _OTHERS)
        for entry in _entries(table)
    )
    return index | {alias: index[code] for alias, _, code in aliases}


def find_language(name_or_code: str) -> Language:
    """The language a person means by a name or a code, in any case: "vi", "VI-vn", "vie", "vietnamese", "zh-yue".

    A region or script nobody distinguishes is ignored ("en-GB" is English), and a locale's encoding ("vi_VN.UTF-8").

    Raises:
        LanguageError: nobody knows it; the message suggests the closest names.
    """
    key = unicodedata.normalize("NFC", name_or_code).strip().replace("_", "-").casefold()
    index = _index()
    tag = re.sub(r"[.@].*", "", key)
    while tag:
        if found := index.get(tag):
            return found
        tag = tag.rpartition("-")[0]
    close = dict.fromkeys(
        index[match].name for match in difflib.get_close_matches(key, index, n=2, cutoff=0.7)
    )
    if close:
        raise LanguageError(f"Unknown language {name_or_code!r}: did you mean {' or '.join(close)}?")
    raise LanguageError(
        f"Unknown language {name_or_code!r}: use a name such as Vietnamese or a code such as vi."
    )


def find_spoken(name_or_code: str | None) -> Language | None:
    """The language a person says is spoken; None where they say none, or that it is to be found out ("auto").

    Raises:
        LanguageError: as :func:`find_language`.
    """
    if not name_or_code or name_or_code.strip().casefold() in UNKNOWN:
        return None
    return find_language(name_or_code)


def known_language(named: object) -> Language | None:
    """The language a model or a server names; None where that is no name, or of none among ours."""
    try:
        return find_language(named) if isinstance(named, str) else None
    except LanguageError:
        return None


ENGLISH = find_language("en")
VIETNAMESE = find_language("vi")

ALIGNED = frozenset(map(find_language, ("zh", "en", "yue", "fr", "de", "it", "ja", "ko", "pt", "ru", "es")))
"""Those whose words Qwen3-ForcedAligner can time (its model card; not Vietnamese)."""

ALIGNED_AND_DIALECTS = tuple(
    language for language in LANGUAGES if find_language(language.base_code) in ALIGNED
)
"""The same with their dialects, whose words it times as well."""
