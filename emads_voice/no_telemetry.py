"""Libraries that report to their makers, told not to.

Each reads its variable once: onnxruntime when it is imported, whoever imports it. So :mod:`emads_voice` sets them
before it imports anything, and for the whole process. What a deployment has set itself stays as it is.
"""

from __future__ import annotations

import os

VARIABLES = {
    "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime ≥ 1.29: an id under the home folder, sent with each model's load
    "HF_HUB_DISABLE_TELEMETRY": "1",  # huggingface_hub: what its users are called and run on
    "VLLM_NO_USAGE_STATS": "1",  # vLLM: the machine, the model and the settings
    "GRADIO_ANALYTICS_ENABLED": "False",  # gradio, which qwen-asr imports
}
"""Variable → the value that keeps its library quiet. LangSmith has none: it is silent until LANGSMITH_TRACING asks."""


def disable_telemetry() -> None:
    """Set what is not set; an empty variable counts as not set."""
    for name, value in VARIABLES.items():
        if not os.environ.get(name):
            os.environ[name] = value
