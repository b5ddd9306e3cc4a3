"""The main job, start to end, on the embedded models: ``make demo``.

Three turns: a recorded English question that concerns two agents, its follow-up, and a Vietnamese question
(typed: there is no neural Vietnamese voice in a package registry to record one with). Each prints what was
heard, in which language, who was asked, the answer, the time every stage took, and the reply's WAV.
"""

import os
import subprocess
import sys
import uuid
from pathlib import Path

RECORDING = Path(__file__).parent / "audio" / "kubernetes-en.wav"
REPLIES = Path("demo")


def questions(thread: str) -> list[list[str]]:
    """The command lines, without the command."""
    recording = os.path.relpath(RECORDING)
    return [
        ["ask", recording, "--thread", thread, "--out", str(REPLIES / "reply-en.wav")],
        ["ask", "--text", "And what would that cost?", "--thread", thread, "--out", str(REPLIES / "reply-en-2.wav")],
        [
            "ask", "--text", "Chuyển hệ thống đơn hàng sang Kubernetes có rủi ro gì?",
            "--out", str(REPLIES / "reply-vi.wav"),
        ],
    ]  # fmt: skip


def main() -> int:
    """Ask each question through the command line, as a user would."""
    REPLIES.mkdir(exist_ok=True)
    data = os.environ.get("EMADS_DATA_DIR", "").strip() or str(REPLIES / "data")
    environment = {**os.environ, "EMADS_DATA_DIR": data, "PYTHONIOENCODING": "utf-8"}
    for arguments in questions(f"demo-{uuid.uuid4().hex[:6]}"):
        shown = " ".join(f'"{argument}"' if " " in argument else argument for argument in arguments)
        print(f"$ emads-voice {shown}", flush=True)
        if not sys.stderr.isatty():  # where it is a terminal, the command shows by itself what it does
            print("  (loads the models, listens and answers: some seconds)", flush=True)
        command = [sys.executable, "-m", "emads_voice", *arguments]
        if status := subprocess.call(command, env=environment):
            return status
    print(f"The spoken replies are in {REPLIES.resolve()}: play them.")
    return 0


if __name__ == "__main__":
    if sys.stdout.encoding.lower() != "utf-8":  # Windows consoles
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.exit(main())
