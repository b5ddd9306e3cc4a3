"""The 52 languages and dialects Qwen3-ASR hears, their codes, and how a person may write them.

Source: the Qwen3-ASR model card (30 languages, 22 Chinese dialects; arXiv 2601.21337). Names are the
model's own: it is told, and answers, "Vietnamese", never "vi".
"""

from __future__ import annotations

import difflib
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

# What people also write. Only forms that cannot mean anything else.
_ALIASES = {
    "mandarin": "zh", "cmn": "zh", "tagalog": "fil", "tl": "fil", "farsi": "fa", "in": "id",
    "tiếng việt": "vi", "tieng viet": "vi", "english (us)": "en", "wuu": "zh-wuu", "nan": "zh-nan",
}  # fmt: skip


def _parse(table: str, *, dialect: bool) -> list[Language]:
    rows = (entry.strip().rpartition(" ") for entry in table.replace("\n", " ").split(","))
    return [Language(name.strip(), code, dialect) for name, _, code in rows]


LANGUAGES: tuple[Language, ...] = (*_parse(_LANGUAGES, dialect=False), *_parse(_DIALECTS, dialect=True))
"""All 52, languages first, in the model card's order."""


@cache
def _index() -> dict[str, Language]:
    index = {key.casefold(): lang for lang in LANGUAGES for key in (lang.name, lang.code)}
    return index | {alias: index[code] for alias, code in _ALIASES.items()}


def find_language(name_or_code: str) -> Language:
    """The language a person means by a name or a code, in any case: "vi", "VI-vn", "vietnamese".

    A region nobody distinguishes is ignored ("en-GB" is English).

    Raises:
        LanguageError: nobody knows it; the message suggests the closest names.
    """
    key = unicodedata.normalize("NFC", name_or_code).strip().replace("_", "-").casefold()
    index = _index()
    if found := index.get(key) or index.get(key.split("-")[0] if "-" in key else ""):
        return found
    close = dict.fromkeys(
        index[match].name for match in difflib.get_close_matches(key, index, n=2, cutoff=0.7)
    )
    if close:
        raise LanguageError(f"Unknown language {name_or_code!r}: did you mean {' or '.join(close)}?")
    raise LanguageError(
        f"Unknown language {name_or_code!r}: use a name such as Vietnamese or a code such as vi."
    )


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
