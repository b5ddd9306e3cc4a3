"""The page at ``/talk`` in a headless Chromium, whose microphone is a recording."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from chat_page import CHROMIUM, QUIET
from playwright.sync_api import Browser, Page, WebSocketRoute, sync_playwright

INSECURE_HOST = "talk.test"
"""A name for this machine that browsers do not take for secure."""

RATE = 24_000
"""Of the sound of sessions."""


def missing() -> str:
    """What has to be there first; "" if everything is."""
    return "" if CHROMIUM.exists() else "needs Chromium: apt-get install chromium"


def listening_to(microphone: Path) -> list[str]:
    """Chromium's arguments with a recording as its microphone, which is said once."""
    recording = f"--use-file-for-fake-audio-capture={microphone}%noloop"
    return [*QUIET, "--use-fake-device-for-media-stream", recording]


@contextmanager
def open_browser(
    microphone: Path | None = None, *, environment: Mapping[str, str] | None = None
) -> Iterator[Browser]:
    """A browser.

    Args:
        microphone: a WAV that is said once, from when the page begins to listen; None for none at all.
        environment: has the sound server on which it is heard; None: nobody hears it.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                *(listening_to(microphone) if microphone else QUIET),
                f"--host-resolver-rules=MAP {INSECURE_HOST} 127.0.0.1",
            ],
            env=dict(environment) if environment else None,
            ignore_default_args=["--mute-audio"] if environment else None,
        )
        yield browser
        browser.close()


@contextmanager
def without_microphone(browser: Browser) -> Iterator[Browser]:
    """Another browser, on a machine that has none; where one runs already, as Playwright has one at a time."""
    other = browser.browser_type.launch(executable_path=CHROMIUM, args=QUIET)
    yield other
    other.close()


class TalkPage:
    """The page, and what a person does with it.

    Attributes:
        page: Playwright's.
        asked: the addresses it has asked for anything.
        faults: what the browser complained about: scripts that failed, and what the policy of the page forbids.
    """

    def __init__(self, browser: Browser, url: str, *, allow: bool = True, **options: Any) -> None:
        """Open it.

        Args:
            browser: which.
            url: of the page.
            allow: whether it may use the microphone; else that is refused.
            options: of Playwright's context: viewport, color_scheme, locale …
        """
        context = browser.new_context(**options)
        if allow:
            context.grant_permissions(["microphone"])
        self.page: Page = context.new_page()
        if not allow:
            devtools = context.new_cdp_session(self.page)
            devtools.send(
                "Browser.setPermission", {"permission": {"name": "microphone"}, "setting": "denied"}
            )
        self.asked: list[str] = []
        self.faults: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("websocket", lambda socket: self.asked.append(socket.url))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on(
            "console",
            lambda told: self.faults.append(told.text) if told.type == "error" else None,
        )
        self._url = url

    def open(self) -> None:
        """Go there, and wait until it is ready."""
        self.page.goto(self._url)
        self.page.locator("body[data-ready]").wait_for(state="attached")

    @property
    def state(self) -> str:
        """What goes on: ready, connecting, listening, you, thinking, speaking or over."""
        return str(self.page.evaluate("document.body.dataset.state"))

    @property
    def notice(self) -> str:
        """What the person is told to do."""
        return self.page.locator("#notice").inner_text() if self.page.locator("#notice").is_visible() else ""

    @property
    def transcript(self) -> list[str]:
        """The messages, one after the other, white space made even."""
        return [" ".join(each.split()) for each in self.page.locator("#transcript > li").all_inner_texts()]

    def wait_for(self, state: str, timeout_s: float = 30) -> None:
        """Wait until it is in this state."""
        self.page.locator(f"body[data-state={state}]").wait_for(state="attached", timeout=timeout_s * 1000)

    def wait_for_text(self, text: str, timeout_s: float = 30) -> None:
        """Wait until this can be read in the transcript."""
        found = self.page.locator("#transcript").get_by_text(text)
        found.first.wait_for(state="visible", timeout=timeout_s * 1000)

    def press(self, button: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=button, exact=True).click()

    def type(self, text: str) -> None:
        """Type a question, and send it by the return key."""
        self.page.locator("#question").fill(text)
        self.page.locator("#question").press("Enter")

    def close(self) -> None:
        """Close it, as a tab is closed."""
        self.page.context.close()


class ScriptedSession:
    """The other end of the page's socket, in place of a server."""

    def __init__(self, page: Page) -> None:
        """Answer whatever socket the page opens."""
        self.sent: list[dict[str, Any]] = []
        self._socket: WebSocketRoute | None = None
        page.route_web_socket(lambda url: "/v1/realtime" in url, self._opened)

    def _opened(self, socket: WebSocketRoute) -> None:
        self._socket = socket
        socket.on_message(lambda data: self.sent.append(json.loads(data)))
        self.tell("session.created", session={})

    def tell(self, kind: str, **fields: Any) -> None:
        """Send the page an event."""
        assert self._socket, "the page has not connected"
        self._socket.send(json.dumps({"type": kind, **fields}))

    def say(self, text: str, seconds: float, *, item: str = "i1", response: str = "r1") -> None:
        """Begin to answer, with a tone."""
        where = {"item_id": item, "response_id": response}
        self.tell("response.output_audio_transcript.delta", delta=text, **where)
        tone = np.sin(np.arange(round(seconds * RATE)) * 2 * np.pi * 440 / RATE) * 8000
        self.tell(
            "response.output_audio.delta",
            delta=base64.b64encode(tone.astype("<i2").tobytes()).decode(),
            **where,
        )

    def close(self, code: int = 1000) -> None:
        """Hang up."""
        assert self._socket, "the page has not connected"
        self._socket.close(code=code)

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The events of this type that the page has sent."""
        return [event for event in self.sent if event["type"] == kind]

    def wait_for(
        self, page: Page, kind: str, until: Callable[[dict[str, Any]], bool] = bool
    ) -> dict[str, Any]:
        """Wait until the page has sent such an event; it."""
        for _ in range(300):
            if found := [event for event in self.of(kind) if until(event)]:
                return found[-1]
            page.wait_for_timeout(50)
        raise AssertionError(f"the page sends no {kind}: {[event['type'] for event in self.sent][-10:]}")
