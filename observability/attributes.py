"""Every span name and attribute once, so that dashboards have something to hold on to.

Names that start with ``gen_ai.`` follow OpenTelemetry's GenAI conventions, which are still in development and
have moved before: they are kept here, not imported, so that they move only when we decide it. The
``emads_voice.`` ones are ours.
"""

from typing import Final

# GenAI conventions.
OPERATION: Final = "gen_ai.operation.name"
CONVERSATION_ID: Final = "gen_ai.conversation.id"
AGENT_NAME: Final = "gen_ai.agent.name"
PROVIDER: Final = "gen_ai.provider.name"
REQUEST_MODEL: Final = "gen_ai.request.model"
OUTPUT_TYPE: Final = "gen_ai.output.type"
ERROR_TYPE: Final = "error.type"

# Ours.
LANGUAGE: Final = "emads_voice.language"
AUDIO_DURATION: Final = "emads_voice.audio.duration_s"
AUDIO_SHA256: Final = "emads_voice.audio.sha256"
ROUTE_AGENTS: Final = "emads_voice.route.agents"
DEGRADED: Final = "emads_voice.degraded"
RISK: Final = "emads_voice.decision.risk"
ESCALATE: Final = "emads_voice.decision.escalate"
PROMPT_NAME: Final = "emads_voice.prompt.name"
PROMPT_VERSION: Final = "emads_voice.prompt.version"
WITHHELD: Final = "emads_voice.answer.withheld"
"""The kinds of what a model wrote and nobody was told."""
INTERRUPTED: Final = "emads_voice.speech.interrupted"

# What people said: recorded only when asked for, and then redacted.
TRANSCRIPT: Final = "emads_voice.transcript.text"
ROUTE_REASON: Final = "emads_voice.route.reason"
ANSWER: Final = "emads_voice.answer.text"

PERSONAL: Final = frozenset({TRANSCRIPT, ROUTE_REASON, ANSWER})
"""The only attributes that may hold what a person said."""

# Operations, which begin span names ("invoke_agent cto").
TURN: Final = "invoke_workflow"
AGENT: Final = "invoke_agent"
CHAT: Final = "chat"
SPEECH_TO_TEXT: Final = "speech_to_text"
TEXT_TO_SPEECH: Final = "text_to_speech"

# Events.
RECOGNIZER_FAILED: Final = "recognizer.failed"
RECOGNIZER_ANSWERED: Final = "recognizer.answered"
"""Of whichever span is current: a recogniser of several failed; one that is not the first answered."""
FIRST_SOUND: Final = "first_sound"
"""Of a ``text_to_speech`` span on a live line: from here on the caller can be spoken to."""
