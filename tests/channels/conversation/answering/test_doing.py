"""What a tool does, as a caller who waits is told it."""

import pytest

from emads_voice.channels.conversation.answering.doing import deed
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, find_language

GERMAN = find_language("de")


@pytest.mark.parametrize(
    ("name", "description", "told"),
    [
        ("look_up_order", "", "look up the order"),
        ("lookup_order", "", "look up the order"),
        ("getOrderStatus", "", "look up the order status"),
        ("get_user_by_id", "", "look up the user"),
        ("book_table", "Book a table.", "book the table"),
        ("check_availability", "Checks whether a room is free.", "check the availability"),
        ("f", "Check the weather in a city.", "check the weather in a city"),
        ("retriever", "Search the company wiki for answers.", "search the company wiki"),
    ],
)
def test_deeds_are_told_in_words(name: str, description: str, told: str) -> None:
    assert deed(name, description, ENGLISH) == told


@pytest.mark.parametrize(
    ("name", "description"),
    [
        ("tavily_search_results_json", "A search engine optimized for results."),
        ("transfer_to_coo", "Ask agent coo for help"),
        ("query_db", "Query the database with SQL."),
        ("get_api_data", ""),
        ("calculate", "Calculates things"),
        ("", ""),
    ],
)
def test_what_is_a_programs_is_told_to_nobody(name: str, description: str) -> None:
    assert deed(name, description, ENGLISH) == ""


def test_in_another_language_only_what_is_described_in_it_is_told() -> None:
    assert deed("x", "Kiểm tra lịch hẹn của khách.", VIETNAMESE) == "kiểm tra lịch hẹn của khách"
    assert deed("look_up_order", "Look up an order.", VIETNAMESE) == ""
    assert deed("x", "Die Bestellung nachschlagen", GERMAN) == "die Bestellung nachschlagen"
    assert deed("x", "Look up an order", GERMAN) == ""
