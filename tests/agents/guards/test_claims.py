"""Claims of deeds, in as many words as we could think of."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from emads_voice.agents.guards.claims import claims
from emads_voice.agents.sentences import split

PHRASINGS = yaml.safe_load(Path(__file__).with_name("phrasings.yaml").read_text("utf-8"))


@pytest.mark.parametrize("language", PHRASINGS)
def test_nine_of_ten_claims_are_recognised_and_no_harmless_sentence_is_taken_for_one(language: str) -> None:
    kinds = PHRASINGS[language]
    found = {kind: [text for text in texts if _claims(text)] for kind, texts in kinds.items()}
    assert len(found["claims"]) >= 0.9 * len(kinds["claims"])
    assert found["harmless"] == []


def test_lost_accents_do_not_hide_a_claim() -> None:
    assert claims("Em huy giup anh roi day a.")
    assert not claims("Toi da so sanh ba phuong an giup anh.")


def _claims(text: str) -> bool:
    return any(map(claims, split(text)))
