"""The example in docs/conversation.md works as printed."""

import re
from pathlib import Path


def test_the_example_runs() -> None:
    text = (Path(__file__).parents[3] / "docs" / "conversation.md").read_text()
    (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    exec(compile(example, "docs/conversation.md", "exec"), {"__name__": "example"})
