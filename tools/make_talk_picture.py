"""Make the picture of docs/browser.md: a conversation on the page, with whatever answers at a server.

emads-voice serve &
python tools/make_talk_picture.py http://127.0.0.1:8080/talk
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
from talk_page import TalkPage, open_browser

from emads_voice.voice.sound.audio import Audio

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "pictures" / "talk.png"
QUESTION = ROOT / "examples" / "audio" / "kubernetes-en.wav"
RATE = 48_000


def main(url: str) -> None:
    """Ask by voice, interrupt the answer in writing, and take a picture while that is answered."""
    with tempfile.TemporaryDirectory() as folder:
        microphone = Path(folder) / "question.wav"
        quiet = np.zeros(8 * RATE, np.float32)
        question = Audio.load(QUESTION).resample(RATE).samples
        Audio(np.concatenate([quiet, question, quiet, quiet, quiet]), RATE).save(microphone)
        with open_browser(microphone) as browser:
            page = TalkPage(browser, url, viewport={"width": 900, "height": 900}, locale="en-GB")
            page.open()
            page.press("Start talking")
            page.wait_for_text("scores best", 60)
            page.wait_for("speaking")
            page.page.wait_for_timeout(1500)
            page.type("How many warehouses are there?")
            page.wait_for_text("How many warehouses")
            page.page.locator(".message.us").last.get_by_text("warehouses").wait_for()
            page.wait_for("speaking")
            page.page.wait_for_timeout(500)
            page.page.screenshot(path=PICTURE)
            page.close()


if __name__ == "__main__":
    main(sys.argv[1])
