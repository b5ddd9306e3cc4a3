"""Prices of one thing, times as many as the caller asks for, and only where that is exact."""

from pathlib import Path

import pytest
from langchain_core.messages import HumanMessage

from emads_voice.agents import CachedEmbeddings, HandbookModel, load_handbook
from emads_voice.agents.handbook.products import product

PICKING = (
    "Storing and picking one order costs us 1.4 dollars on average. Thu Duc is the cheapest at 1.2 dollars, "
    "Da Nang the dearest at 1.9 dollars."
)
SOẠN = (
    "Lưu kho và soạn một đơn hàng trung bình tốn 1,4 đô la. "
    "Thủ Đức rẻ nhất với 1,2 đô la, Đà Nẵng đắt nhất với 1,9 đô la."
)


@pytest.mark.parametrize(
    ("question", "text", "total", "about"),
    [
        ("What does a meal for 10 people cost?", "A meal costs 7 dollars per person.", "70", False),
        ("What does it cost to store and pick 1,000 orders?", PICKING, "1400", True),
        ("Lưu kho 10 đơn thì tốn bao nhiêu?", SOẠN, "14", True),
        ("How much is parking for 5 hours?", "Parking costs 2.50 euros an hour.", "12.5", False),
        (
            "What does the cloud cost in a year?",
            "It costs about 18 thousand dollars a month.",
            "216000",
            True,
        ),
        ("Một năm tiền đám mây hết bao nhiêu?", "Khoảng 18 nghìn đô la một tháng.", "216000", True),
    ],
)
def test_a_price_of_one_is_multiplied(question: str, text: str, total: str, about: bool) -> None:
    found = product(question, text)
    assert found
    assert (str(found.total.normalize() if "." in total else int(found.total)), found.about) == (total, about)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What do 1000 orders in Da Nang cost?", PICKING),  # which have another price
        ("How much is it for 10 people?", "Up to 7 dollars per person."),
        ("How much is it for 10 people?", "Between 5 and 7 dollars per person."),
        ("How much is it for 10 people?", "A ride costs 35 dollars."),
        ("How much is it for 10 people and 3 dogs?", "7 dollars per person."),
        ("How much is it for ten of us?", "7 dollars per person."),
        ("How much is it?", "7 dollars per person."),
        ("10 người hết bao nhiêu?", "Tối đa 7 đô la mỗi người."),
        ("What is it for 10 people?", "Adults pay 7 dollars per person. Children pay 3 dollars per person."),
    ],
)
def test_nothing_is_multiplied_where_it_would_not_be_exact(question: str, text: str) -> None:
    assert product(question, text) is None


@pytest.mark.parametrize(
    ("language", "written", "question", "told"),
    [
        (
            "en",
            "Parking costs 2 dollars an hour.",
            "What does parking cost for 5 hours?",
            "For 5 hours that makes 10 dollars.",
        ),
        (
            "vi",
            "Suất ăn cho khách giá 7 đô la mỗi người.",
            "Suất ăn cho khách 10 người giá bao nhiêu?",
            "Như vậy 10 người là 70 đô la ạ.",
        ),
    ],
)
def test_what_one_costs_is_told_first(
    e5: CachedEmbeddings, tmp_path: Path, language: str, written: str, question: str, told: str
) -> None:
    (tmp_path / language).mkdir()
    heading = {"en": "Parking", "vi": "Suất ăn cho khách"}[language]
    (tmp_path / language / "meals.md").write_text(f"# {heading}\n\n## {heading}\n\n{written}\n")
    (tmp_path / language / "keys.md").write_text("# Z\n\n## Q\n\nA lost key is told to the porter.\n")
    model = HandbookModel(handbook=load_handbook(tmp_path), embeddings=e5)
    answer = model.invoke([HumanMessage(question)]).text
    assert written in answer
    assert answer.endswith(told)
