"""What a person does on the page and sees there, in Chromium; the other end is a script."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

tools = pytest.importorskip("talk_page", reason='it takes the extra "dev"')

Opened = Callable[..., Any]
QUESTION = {"item_id": "u1"}
ANSWER = {"item_id": "i1", "response_id": "r1"}
DECISION: dict[str, Any] = {
    "options": [
        {"name": "Stay", "score": {"value": 55.2}},
        {"name": "Move", "score": {"value": 50}},
    ],
    "recommended": ["Stay"],
    "risk": {"value": 0.0},
    "complexity": {"value": 10},
    "cost": {"first_year": {"least": 12000.0, "most": 54000.0}},
    "accountable": "ceo",
    "escalate": True,
    "escalation_reasons": [{"detail": "The complexity 10 is above 8."}],
}


@pytest.fixture
def talking(opened: Opened) -> Any:
    """The page in a conversation."""
    page, session = opened()
    page.press("Start talking")
    page.wait_for("listening")
    return page, session


def _ask(session: Any, text: str = "Is it up?", language: str = "en") -> None:
    session.tell("input_audio_buffer.speech_started", audio_start_ms=0, **QUESTION)
    session.tell("input_audio_buffer.speech_stopped", audio_end_ms=900, **QUESTION)
    session.tell(
        "conversation.item.input_audio_transcription.completed",
        transcript=text,
        language=language,
        **QUESTION,
    )
    session.tell("response.created", response={"id": "r1"})


def test_the_microphone_is_sent_as_it_is_at_24_khz(talking: Any) -> None:
    page, session = talking
    page.page.wait_for_timeout(1000)
    sent = b"".join(base64.b64decode(event["audio"]) for event in session.of("input_audio_buffer.append"))
    samples = np.frombuffer(sent, "<i2").astype(np.float32) / 32768
    assert len(samples) > 10_000
    loud = samples[np.flatnonzero(np.abs(samples) > 0.02)[0] :]
    hertz = np.abs(np.fft.rfft(loud)).argmax() * tools.RATE / len(loud)
    assert hertz == pytest.approx(300, abs=5)  # the microphone hums at 300 Hz
    assert page.page.locator("#level").evaluate("level => level.value") > 0.3
    update = session.of("session.update")[0]["session"]
    assert update["audio"]["input"]["format"] == {"type": "audio/pcm", "rate": tools.RATE}
    assert update["emads"] == {"events": True}


def test_a_turn_is_read_while_it_goes_on(talking: Any) -> None:
    page, session = talking
    session.tell("input_audio_buffer.speech_started", audio_start_ms=0, **QUESTION)
    page.wait_for("you")
    assert page.page.locator("#state").inner_text() == "You are speaking"
    session.tell("emads.heard_so_far", text="Is it", language="en")
    page.wait_for_text("Is it")
    session.tell("input_audio_buffer.speech_stopped", audio_end_ms=900, **QUESTION)
    page.wait_for("thinking")
    _ask(session)
    session.tell("emads.agents_asked", response_id="r1", agents=["cto"], reason="It is about servers.")
    session.say("It is up.", 0.5)
    session.tell(
        "emads.latency",
        response_id="r1",
        hearing_ms=500,
        thinking_ms=300,
        speaking_ms=200,
        total_ms=1000,
    )
    page.wait_for("speaking")
    page.wait_for_text("It is up.")
    session.tell("response.output_audio.done", **ANSWER)
    session.tell("response.done", response={"id": "r1", "status": "completed"})
    page.wait_for("listening")
    assert page.transcript == [
        "You Is it up?",
        "CTO It is up. Answered after 1.0 s Understanding 0.5 s Thinking 0.3 s Voice 0.2 s",
    ]
    assert session.wait_for(page.page, "emads.played")["audio_end_ms"] == pytest.approx(500, abs=0.1)


def test_what_the_worklet_played_settles_what_was_heard(talking: Any) -> None:
    page, session = talking
    _ask(session)
    session.say("It is a long story.", 5.0)
    page.wait_for("speaking")
    page.page.wait_for_timeout(1000)
    session.tell("input_audio_buffer.speech_started", audio_start_ms=2000, item_id="u2")
    cut = session.wait_for(page.page, "conversation.item.truncate")
    assert cut["item_id"] == "i1"
    played = [event["audio_end_ms"] for event in session.of("emads.played")]
    assert max(played[:-1]) <= cut["audio_end_ms"] + 1
    assert 700 < cut["audio_end_ms"] < 3000
    assert page.state == "you"
    # What was under way when it was cut is not played.
    session.say(" And longer.", 1.0)
    page.page.wait_for_timeout(300)
    assert page.state == "you"
    session.tell("emads.interrupted", item_id="i1", played="It is a", text="It is a long story.")
    assert page.transcript[-1] == "Assistantinterrupted It is a Not heard: long story."
    assert page.page.locator("s").inner_text() == "long story."
    # A cough: it goes on, as another response.
    session.tell("emads.unanswered", text="")
    session.say("long story.", 0.3, item="i2", response="r2")
    page.wait_for("speaking")
    session.wait_for(page.page, "emads.played", lambda event: event["item_id"] == "i2")


def test_an_answer_that_is_cut_between_two_sentences_is_shown_as_interrupted_too(talking: Any) -> None:
    page, session = talking
    _ask(session)
    session.say("It is a long story.", 0.2)
    page.wait_for_text("It is a long story.")
    session.tell("emads.turn_ended", how="interrupted", answer="", language="en")
    page.page.locator(".interrupted").wait_for()
    assert page.transcript[-1] == "Assistantinterrupted It is a long story."
    _ask(session, "And now?")
    session.tell("emads.turn_ended", how="interrupted", answer="", language="en")
    assert page.page.locator(".interrupted").count() == 1  # nothing of this one was said


def test_several_agents_and_their_decision_are_shown(talking: Any) -> None:
    page, session = talking
    _ask(session)
    session.tell("emads.agents_asked", response_id="r1", agents=["coo", "cto"], reason="Both.")
    session.tell("emads.decided", response_id="r1", decision=DECISION)
    session.say("Stay.", 0.2)
    page.wait_for_text("Stay.")
    assert page.transcript[-1].startswith("ReconcileGPT")
    card = " ".join(page.page.locator(".card").inner_text().split())
    assert card == (
        "Proposal Stayrecommended 55/100 Move 50/100 Risk 0/12 Complexity 10/12 First year $12,000 – $54,000 "
        "Decides CEO For the management The complexity 10 is above 8."
    )


def test_a_typed_question_needs_no_microphone_and_interrupts(opened: Opened) -> None:
    page, session = opened(allow=False)
    page.type("Is it up?")
    item = session.wait_for(page.page, "conversation.item.create")["item"]
    assert item["content"] == [{"type": "input_text", "text": "Is it up?"}]
    assert session.of("response.create")
    session.tell(
        "conversation.item.added",
        item={"id": "t1", "role": "user", "content": [{"type": "input_text", "text": "Is it up?"}]},
    )
    session.say("It is a long story.", 5.0)
    page.wait_for("speaking")
    assert page.page.locator("#mute").is_hidden()
    page.type("Stop.")
    session.wait_for(page.page, "conversation.item.truncate")
    assert page.transcript[0] == "You Is it up?"
    assert page.page.locator("#question").input_value() == ""


def test_who_began_by_typing_may_go_on_by_talking(opened: Opened) -> None:
    page, session = opened()
    page.type("Is it up?")
    session.wait_for(page.page, "response.create")
    assert not session.of("input_audio_buffer.append")
    page.press("Start talking")
    session.wait_for(page.page, "input_audio_buffer.append")
    assert page.page.locator("#mute").is_visible()
    assert len(session.of("session.update")) == 1


def test_muted_nothing_is_heard(talking: Any) -> None:
    page, session = talking
    page.page.locator("#mute").press("Enter")
    assert page.page.locator("#mute").get_attribute("aria-pressed") == "true"
    assert page.page.locator("#state").inner_text() == "Muted"
    page.page.wait_for_timeout(300)
    before = len(session.of("input_audio_buffer.append"))
    page.page.wait_for_timeout(500)
    after = session.of("input_audio_buffer.append")[before:]
    assert after  # its time goes on
    assert not any(np.frombuffer(base64.b64decode(each["audio"]), "<i2").any() for each in after)
    page.page.keyboard.press("m")
    assert page.page.locator("#mute").get_attribute("aria-pressed") == "false"
    page.page.locator("#question").press("m")
    assert page.page.locator("#mute").get_attribute("aria-pressed") == "false"


def test_another_microphone_is_chosen_while_talking(talking: Any) -> None:
    page, session = talking
    page.page.locator("#settings summary").press("Enter")
    choices = page.page.get_by_label("Microphone").locator("option").all_inner_texts()
    assert choices[0] == "The usual one"
    assert len(choices) > 1
    page.page.get_by_label("Microphone").select_option(choices[-1])
    page.page.wait_for_timeout(300)
    before = len(session.of("input_audio_buffer.append"))
    page.page.wait_for_timeout(500)
    assert len(session.of("input_audio_buffer.append")) > before
    assert page.notice == ""
    assert page.page.get_by_label("Loudspeaker").locator("option").count() >= 1


def test_it_ends_on_either_side_and_begins_again(talking: Any) -> None:
    page, session = talking
    page.press("End")
    page.wait_for("over")
    assert page.page.locator("#state").inner_text() == "The conversation is over"
    page.press("Start a new conversation")
    page.wait_for("listening")
    session.close(1000)
    page.wait_for("over")
    assert page.notice == ""
    page.press("Start a new conversation")
    page.wait_for("listening")
    session.close(1011)
    page.wait_for("over")
    assert page.notice == "The connection broke. What was said is kept; start a new conversation."


def test_a_microphone_that_is_refused_is_said_with_what_to_do(opened: Opened) -> None:
    page, _ = opened(allow=False)
    page.press("Start talking")
    page.wait_for("ready")
    assert page.notice.startswith("Your browser does not let this page use the microphone. Allow it")


def test_a_page_that_is_not_secure_says_so_and_can_still_be_typed_into(opened: Opened, address: str) -> None:
    page, session = opened(address.replace("127.0.0.1", tools.INSECURE_HOST), allow=True)
    assert "only over https or on localhost" in page.notice
    page.press("Start talking")
    assert "only over https or on localhost" in page.notice
    page.type("Is it up?")
    session.wait_for(page.page, "response.create")
    session.say("It is.", 0.2)
    page.wait_for_text("It is.")


def test_a_microphone_that_is_pulled_out_is_said_and_typing_goes_on(opened: Opened) -> None:
    page, session = opened()
    page.page.evaluate(
        "() => { const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);"
        "navigator.mediaDevices.getUserMedia = async (wanted) => (window.stream = await ask(wanted)); }"
    )
    page.press("Start talking")
    page.wait_for("listening")
    page.page.evaluate("stream.getAudioTracks()[0].dispatchEvent(new Event('ended'))")
    assert page.notice.startswith("The microphone is gone.")
    page.type("Are you there?")
    session.wait_for(page.page, "response.create")


def test_a_machine_without_a_microphone_is_told(browser: Any, address: str) -> None:
    with tools.without_microphone(browser) as other:
        page = tools.TalkPage(other, address)
        page.open()
        page.press("Start talking")
        page.page.locator("#notice").wait_for(state="visible")
        assert page.notice.startswith("There is no microphone.")
        page.close()


def test_what_the_server_refuses_is_read(talking: Any) -> None:
    page, session = talking
    session.tell("error", error={"code": "text_too_long", "message": "Shorten the question."})
    page.page.locator("#notice").wait_for(state="visible")
    assert page.notice == "Shorten the question."
    assert page.page.locator("#notice").get_attribute("role") == "alert"


@pytest.fixture
def key_page(browser: Any, keyed: Any) -> Iterator[Callable[..., Any]]:
    """Opens the page of a server that asks for keys."""
    pages = []

    def make(fragment: str = "") -> Any:
        page = tools.TalkPage(browser, keyed.url + fragment)
        pages.append(page)
        page.open()
        return page

    keyed.offered.clear()
    yield make
    for page in pages:
        page.close()
        assert not page.faults


def test_the_key_of_an_address_opens_the_session_and_leaves_the_address(key_page: Any, keyed: Any) -> None:
    page = key_page("#key=ek_123")
    assert "ek_123" not in page.page.url
    assert page.page.locator("#key-form").is_hidden()
    page.press("Start talking")
    page.wait_for("listening")
    assert keyed.offered == [["realtime", "openai-insecure-api-key.ek_123"]]
    assert not [url for url in page.asked if "ek_123" in url]
    page.press("End")
    page.wait_for("over")
    page.press("Start a new conversation")
    page.page.get_by_label("Access key").wait_for()  # it has opened its session
    page.page.evaluate("() => { location.hash = 'key=ek_456'; }")
    page.page.get_by_label("Access key").wait_for(state="hidden")
    page.press("Start a new conversation")
    page.wait_for("listening")
    assert keyed.offered[-1][1] == "openai-insecure-api-key.ek_456"


def test_without_a_key_it_is_asked_for_and_kept_nowhere(key_page: Any, keyed: Any) -> None:
    page = key_page()
    assert page.page.get_by_text("You need an access key").is_visible()
    page.press("Start talking")
    assert page.state == "ready"
    page.page.get_by_label("Access key").fill("ek_456")
    page.page.locator("#key").press("Enter")
    page.wait_for("listening")
    assert keyed.offered == [["realtime", "openai-insecure-api-key.ek_456"]]
    assert "ek_456" not in page.page.evaluate("JSON.stringify(localStorage)")


def test_a_key_that_opens_nothing_is_asked_for_again(key_page: Any, keyed: Any) -> None:
    page = key_page("#key=wrong")
    page.type("Is it up?")
    page.page.locator("#key-form").wait_for(state="visible")
    assert page.page.locator("#question").input_value() == "Is it up?"  # to be sent again
    assert page.notice.startswith("There is no connection.")
    page.faults.clear()  # the browser writes down that it was refused
    assert keyed.offered == [["realtime", "openai-insecure-api-key.wrong"]]


def test_it_is_read_in_the_persons_language_and_in_another_one(opened: Opened) -> None:
    page, _ = opened(locale="vi-VN")
    assert page.page.locator("html").get_attribute("lang") == "vi"
    page.page.get_by_role("button", name="Bắt đầu nói").wait_for()
    page.page.locator("#language").select_option("en")
    page.page.get_by_role("button", name="Start talking").wait_for()
    page.page.reload()
    page.page.get_by_role("button", name="Start talking").wait_for()  # it is remembered
    page, _ = opened(locale="fr-FR")
    page.page.get_by_role("button", name="Start talking").wait_for()


def test_all_of_it_is_reached_and_named_without_seeing_or_a_mouse(talking: Any) -> None:
    page, session = talking
    assert page.page.evaluate("document.activeElement.id") == "mute"  # where the start was
    order = []
    for _ in range(6):
        page.page.keyboard.press("Tab")
        order.append(page.page.evaluate("document.activeElement.id || document.activeElement.tagName"))
    assert order[:4] == ["end", "SUMMARY", "question", "BUTTON"]
    nameless = page.page.evaluate(
        """[...document.querySelectorAll('button, input, select, meter, [role=log]')]
        .filter((each) => each.offsetParent && !(each.ariaLabel || each.textContent.trim() || each.labels?.length))
        .map((each) => each.outerHTML)"""
    )
    assert nameless == []
    assert page.page.locator("#transcript").get_attribute("role") == "log"
    assert page.page.locator("#state").get_attribute("role") == "status"
    _ask(session, "Xe tải mấy giờ chạy?", "vi")
    page.wait_for_text("Xe tải")
    assert page.page.locator(".you .text").get_attribute("lang") == "vi"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_colours_can_be_read(opened: Opened, scheme: str) -> None:
    page, session = opened(color_scheme=scheme)
    page.press("Start talking")
    page.wait_for("listening")
    _ask(session)
    session.tell("emads.agents_asked", response_id="r1", agents=["coo", "cto"], reason="Both.")
    session.tell("emads.decided", response_id="r1", decision=DECISION)
    session.say("Stay here.", 0.2)
    session.tell("emads.interrupted", item_id="i1", played="Stay", text="Stay here.")
    page.wait_for_text("Stay")
    assert page.page.evaluate(CONTRAST) == []


def test_a_phone_shows_all_of_it_without_scrolling_sideways(opened: Opened) -> None:
    page, session = opened(viewport={"width": 360, "height": 640}, has_touch=True)
    page.press("Start talking")
    page.wait_for("listening")
    _ask(session, "A" * 200)
    session.tell("emads.decided", response_id="r1", decision=DECISION)
    page.page.locator(".card").wait_for()
    assert page.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for name in ("Mute", "End", "Send"):
        box = page.page.get_by_role("button", name=name, exact=True).bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
        assert box["height"] >= 40  # a finger


def test_it_asks_this_server_alone(talking: Any, address: str) -> None:
    page, _ = talking
    origin = address.removesuffix("/talk")
    assert page.asked
    assert not [url for url in page.asked if not url.startswith((origin, origin.replace("http", "ws")))]


CONTRAST = """
(() => {
  const context = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d');
  const rgb = (colour) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b]
    .map((value) => value / 255)
    .map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    .reduce((sum, value, i) => sum + value * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    for (; element; element = element.parentElement) {
      const found = rgb(getComputedStyle(element).backgroundColor);
      if (found[3] > 250) return found;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll('body *')]
    .filter((each) => each.offsetParent && [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
    .map((each) => {
      const [one, other] = [light(rgb(getComputedStyle(each).color)), light(ground(each))].sort((a, b) => b - a);
      return [(one + 0.05) / (other + 0.05), each.outerHTML.slice(0, 80)];
    })
    .filter(([contrast]) => contrast < 4.5);
})()
"""
"""WCAG 2.2: text stands out from its ground by 4.5 to 1."""
