"""The voice graph in a chat page that others made, npm's create-agent-chat-app, used by a person in Chromium."""

from collections.abc import Iterator
from typing import Any

import pytest

chat_page = pytest.importorskip("chat_page", reason='it takes the extra "dev"')


@pytest.fixture(scope="module")
def page(restaurant: Any) -> Iterator[Any]:
    if lacking := chat_page.missing():
        pytest.skip(lacking)
    with chat_page.open_chat_page(restaurant.url, "voice") as page:
        yield page


def test_an_answer_is_read_while_it_is_generated(restaurant: Any, page: Any) -> None:
    page.open()
    restaurant.let_go_on(False)
    page.say("When do you open? With every detail.")
    assert page.shows("We open at six.").inner_text() == "We open at six."
    restaurant.let_go_on(True)
    page.shows("We open at six. The kitchen closes at ten.")
    page.say("And on Sunday?")
    page.shows("We are closed on Sundays.")


def test_a_question_of_an_agent_is_shown_and_answered(page: Any) -> None:
    page.open()
    page.say("Please cancel my table.")
    page.shows("19:00")
    page.press("Accept")
    page.shows("Your table is cancelled.")


def test_a_calls_question_is_answered_in_the_browser_and_the_call_goes_on(
    restaurant: Any, page: Any, texts: Any
) -> None:
    thread = restaurant.take_turn("CA-page", "Cancel my table.")
    page.open(thread)
    page.shows("Cancel my table.")
    page.press("Accept")
    page.shows("Your table is cancelled.")
    restaurant.take_turn("CA-page", "When do you open?")
    page.open(thread)
    page.shows("We open at six. The kitchen closes at ten.")
    assert texts(restaurant.state(thread)["values"])[:3] == [
        "Cancel my table.",
        "Your table is cancelled.",
        "When do you open?",
    ]


def test_the_page_talks_to_this_machine_alone(page: Any) -> None:
    page.open()
    assert page.asked
    assert not [url for url in page.asked if not url.startswith("http://127.0.0.1:")]
