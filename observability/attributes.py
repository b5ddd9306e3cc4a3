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
INPUT_TOKENS: Final = "gen_ai.usage.input_tokens"
OUTPUT_TOKENS: Final = "gen_ai.usage.output_tokens"
TOKEN_TYPE: Final = "gen_ai.token.type"
"""Of the metric of tokens: "input" or "output"."""
ERROR_TYPE: Final = "error.type"

# How LangSmith knows conversations, and that they are spoken; others pass them over.
LANGSMITH_THREAD: Final = "langsmith.metadata.thread_id"
LANGSMITH_MODALITY: Final = "langsmith.metadata.ls_modality"

# Ours.
CHANNEL: Final = "emads_voice.channel"
LANGUAGE: Final = "emads_voice.language"
AUDIO_DURATION: Final = "emads_voice.audio.duration_s"
AUDIO_SHA256: Final = "emads_voice.audio.sha256"
SPEECH_LOST: Final = "emads_voice.speech.lost_s"
"""Seconds of a recording in which nobody could make out what was said."""
SOUND_DROPPED_S: Final = "emads_voice.sound.dropped_s"
"""Seconds of it."""
ROUTE_AGENTS: Final = "emads_voice.route.agents"
DEGRADED: Final = "emads_voice.degraded"
RISK: Final = "emads_voice.decision.risk"
ESCALATE: Final = "emads_voice.decision.escalate"
DECISION_STATUS: Final = "emads_voice.decision.status"
"""How a decision stands: as its row says ("approved"), or "waiting" for people."""
PROMPT_NAME: Final = "emads_voice.prompt.name"
PROMPT_VERSION: Final = "emads_voice.prompt.version"
WITHHELD: Final = "emads_voice.answer.withheld"
"""The kinds of what a model wrote and nobody was told."""
INTERRUPTED: Final = "emads_voice.speech.interrupted"
COST: Final = "emads_voice.model.cost"
"""What the model's server says that an answer has cost, in the currency it counts in."""

# Of a turn.
TURN_NUMBER: Final = "emads_voice.turn.number"
TURN_ENDED: Final = "emads_voice.turn.ended"
DIALOGUE_ACT: Final = "emads_voice.dialogue.act"
CALL_CONTROL: Final = "emads_voice.call.control"
"""What an agent asks to have done with the call: "Transfer", "HangUp", "AskKeys", "Pause"."""
FIRST_SOUND_S: Final = "emads_voice.turn.first_sound_s"
"""From the caller's last word to the first sound of the answer. Its parts follow."""
ENDPOINTING_S: Final = "emads_voice.turn.endpointing_s"
RECOGNITION_S: Final = "emads_voice.turn.recognition_s"
ANSWERING_S: Final = "emads_voice.turn.answering_s"
SYNTHESIS_S: Final = "emads_voice.turn.synthesis_s"

# Of a call.
CALL_DIRECTION: Final = "emads_voice.call.direction"
CALL_ENDED: Final = "emads_voice.call.ended"
CALL_TURNS: Final = "emads_voice.call.turns"
CONSENT: Final = "emads_voice.recording.consent"
PHASE: Final = "emads_voice.call.phase"
PHASE_EVENT: Final = "emads_voice.call.event"
PREEMPTIVE: Final = "emads_voice.preemptive.outcome"
LINKED: Final = "emads_voice.link"
"""Of a link: what is linked to, "previous turn", "call", "preemptive generation" or "request"."""

# What people said: recorded only when asked for, and then redacted.
TRANSCRIPT: Final = "emads_voice.transcript.text"
ROUTE_REASON: Final = "emads_voice.route.reason"
ANSWER: Final = "emads_voice.answer.text"

PERSONAL: Final = frozenset({TRANSCRIPT, ROUTE_REASON, ANSWER})
"""The only attributes that may hold what a person said. No span of ours has a caller's number, in no attribute."""

# Operations, which begin span names ("invoke_agent cto").
AGENT: Final = "invoke_agent"
CHAT: Final = "chat"
SPEECH_TO_TEXT: Final = "speech_to_text"
TEXT_TO_SPEECH: Final = "text_to_speech"

# Spans.
TURN: Final = "invoke_agent voice"
"""A turn: the root of its trace. Its operation is :data:`AGENT`, its agent :data:`TURN_AGENT`."""
TURN_AGENT: Final = "voice"
CALL: Final = "call"
"""A live conversation from its first moment to its last, in a trace of its own, to which its turns link."""

# Events.
RECOGNIZER_FAILED: Final = "recognizer.failed"
RECOGNIZER_ANSWERED: Final = "recognizer.answered"
"""A recogniser of several failed; one that is not the first answered."""
SYNTHESIZER_FAILED: Final = "synthesizer.failed"
MODEL_FAILED: Final = "model.failed"
"""Of an agent's span: the next of its chat models is asked."""
ANSWER_DEGRADED: Final = "answer.degraded"
FIRST_SOUND: Final = "first_sound"
"""Of a ``text_to_speech`` span: from here on the caller can be spoken to."""
BARGE_IN: Final = "barge_in"
FALSE_INTERRUPTION: Final = "false_interruption"
TIMEOUT: Final = "timeout"
SPEECH_NOT_HEARD: Final = "speech.not_heard"
"""What a caller said could not be recognised."""
SOUND_DROPPED: Final = "sound.dropped"
"""Sound of the caller's that nobody listened to in time."""
PREEMPTIVE_DISCARDED: Final = "preemptive.discarded"
REVIEW_REFUSED: Final = "review.refused"
"""Whoever wanted to decide may not, or decided on what was no longer so."""
PHASE_CHANGED: Final = "call.phase"
TRANSFERRED: Final = "call.transferred"
TRANSFER_FAILED: Final = "call.transfer_failed"
DISCLOSED: Final = "call.disclosed"
CONSENT_ANSWERED: Final = "recording.consent"
