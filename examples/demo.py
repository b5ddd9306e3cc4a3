"""The main job, start to end, on the embedded models: ``make demo``.

Three turns: a recorded English question that concerns two agents, its follow-up, and a Vietnamese question
(typed: there is no neural Vietnamese voice in a package registry to record one with). Each prints what was
heard, in which language, who was asked, the answer, the time every stage took, and the reply's WAV.
"""

import subprocess
import sys
from pathlib import Path

RECORDING = Path(__file__).parent / "audio" / "kubernetes-en.wav"
REPLIES = Path("demo")

QUESTIONS = [
    ["ask", str(RECORDING), "--out", "demo/reply-en.wav", "--thread", "demo-en"],
    ["ask", "--text", "And what would that cost?", "--out", "demo/reply-en-2.wav", "--thread", "demo-en"],
    ["ask", "--text", "Chuyển hệ thống đơn hàng sang Kubernetes có rủi ro gì?", "--out", "demo/reply-vi.wav"],
]


def main() -> int:
    """Ask each question through the command line, as a user would."""
    REPLIES.mkdir(exist_ok=True)
    for arguments in QUESTIONS:
        shown = " ".join(f'"{argument}"' if " " in argument else argument for argument in arguments)
        print(f"$ emads-voice {shown}", flush=True)
        if status := subprocess.call([sys.executable, "-m", "emads_voice", *arguments]):
            return status
    print(f"The spoken replies are in {REPLIES.resolve()}: play them.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
