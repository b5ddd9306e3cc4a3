"""What Presidio finds, without a model: its own recognisers and vipii's Vietnamese ones.

pip install presidio-analyzer vipii, and then benchmarks/redaction.py --peer
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Sequence

from emads_voice.observability.redaction import Found

_LEAST = 0.35  # of its scores, as its documentation advises for a first try


def presidio(names: Sequence[str]) -> Callable[[str], list[Found]]:
    """A method that finds personal data; prints what loading it costs."""
    began, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    import spacy
    import tldextract
    from presidio_analyzer import AnalyzerEngine, PatternRecognizer, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine
    from presidio_analyzer.predefined_recognizers import (
        CreditCardRecognizer,
        EmailRecognizer,
        IbanRecognizer,
        PhoneRecognizer,
        UsPassportRecognizer,
        UsSsnRecognizer,
    )
    from vipii import PIIDetector

    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())  # no network

    class Blank(SpacyNlpEngine):  # type: ignore[misc]
        """Tokens, and no model."""

        def __init__(self) -> None:
            super().__init__(models=[{"lang_code": "en", "model_name": "blank"}])
            self.nlp = {"en": spacy.blank("en")}

        def load(self) -> None:
            """Nothing to load."""

    registry = RecognizerRegistry(
        recognizers=[
            CreditCardRecognizer(),
            EmailRecognizer(),
            IbanRecognizer(),
            PhoneRecognizer(supported_regions=("VN", "US", "GB")),
            UsPassportRecognizer(),
            UsSsnRecognizer(),
            PatternRecognizer("NAME", deny_list=list(names)),
        ]
    )
    engine = AnalyzerEngine(registry=registry, nlp_engine=Blank(), supported_languages=["en"])
    vietnamese = PIIDetector()
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"presidio: loading takes {time.process_time() - began:.1f} s of a core and {memory:.0f} MiB")

    def method(text: str) -> list[Found]:
        results = [
            Found(_KINDS.get(each.entity_type, each.entity_type.lower()), each.start, each.end)
            for each in engine.analyze(text, language="en", score_threshold=_LEAST)
        ]
        results += [
            Found(_KINDS.get(each.label, each.label.lower()), each.start, each.end)
            for each in vietnamese.detect(text)
            if each.score >= _LEAST
        ]
        found: list[Found] = []
        for each in sorted(results, key=lambda each: (each.start, -each.end)):
            if not found or each.start >= found[-1].end:
                found.append(each)
        return found

    return method


_KINDS = {
    "CREDIT_CARD": "card",
    "EMAIL_ADDRESS": "email",
    "IBAN_CODE": "iban",
    "PHONE_NUMBER": "phone",
    "US_PASSPORT": "passport",
    "US_SSN": "id",
    "NAME": "name",
}
