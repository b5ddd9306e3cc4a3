"""What a server does with each call: an assistant's live conversations, and the telephone's."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from emads_voice.agents.dialogue import ALL_ACTS
from emads_voice.channels.call import CallInfo, Converse
from emads_voice.channels.conversation.conversation import Conversation
from emads_voice.channels.conversation.options import ConversationOptions
from emads_voice.channels.conversation.services import Services
from emads_voice.channels.thread_lock import ThreadLocks
from emads_voice.channels.transport import Transport
from emads_voice.channels.turn import VoiceGraph
from emads_voice.channels.twilio.settings import TwilioSettings
from emads_voice.graph.conversing import dialogue_of
from emads_voice.voice.activity.live_vad import LiveVad
from emads_voice.voice.activity.vad import shared_vad
from emads_voice.voice.text.language import identify

from .assistant import Assistant
from .configured import load_turn_model
from .decisions import make_decisions
from .records import make_ledger

PATIENT_IDLE_S = 600.0
"""Silence before somebody is asked whether they are there who types, or presses a button to talk."""


async def answer_calls(
    assistant: Assistant,
    graph: VoiceGraph,
    options: ConversationOptions | None = None,
    *,
    record: bool = False,
    locks: ThreadLocks | None = None,
    rate: int = 8_000,
) -> Converse:
    """What a server does with each call: holds a live conversation, all of them on one voice activity session.

    Args:
        assistant: every part.
        graph: the assistant's, opened.
        options: how conversations are conducted; what they leave open of hotwords and turn model the settings say.
        locks: hold each conversation to the end of its call; None: nobody else has to do with them.
        record: ask callers whether the call may be recorded, and record it if they agree. A call that comes back
            after its line broke is not asked again: what was agreed holds, and a recording has gone on meanwhile.
        rate: of the lines, in samples per second: 8000 or 16000.

    Raises:
        BackendError, WeightsError: voice activity, or the turn model, cannot be loaded.
    """
    session = await asyncio.to_thread(shared_vad, assistant.settings.models_dir)
    preemptive, ledger = assistant.preemptive, make_ledger(assistant.settings)
    services = Services(
        graph,
        assistant.recognizer,
        preemptive.synthesizer if preemptive else assistant.synthesizer,
        LiveVad(session, rate),
        preemptive,
        assistant.catalogue,
        locks,
        ledger,
        make_decisions(assistant.settings).desk,
        dialogue=dialogue_of(assistant.agents, ALL_ACTS),
    )
    usual = options or ConversationOptions(language=assistant.settings.languages[0])
    consents = ledger if record else None
    usual = replace(
        usual,
        hotwords=usual.hotwords or assistant.hotwords,
        turn_model=usual.turn_model or await load_turn_model(assistant.settings),
    )

    languages = [usual.language, *assistant.settings.languages]

    async def converse(transport: Transport, call: CallInfo) -> int:
        opened = usual
        if call.resumed:
            opened = replace(usual, opening="resumed")
        elif call.direction == "outbound":
            language = await asyncio.to_thread(identify, call.purpose, languages)
            opened = replace(usual, opening="we_call", language=language)
        elif not call.greets:
            opened = replace(usual, opening=None)
        if call.patient:
            opened = replace(opened, idle_s=max(opened.idle_s, PATIENT_IDLE_S))
        asked = None if call.resumed or call.returned else consents
        conversation = Conversation(
            services,
            transport,
            thread_id=call.thread_id,
            options=opened,
            consents=asked,
            context=call.context,
            returned=bool(call.returned),
        )
        await conversation.run()
        return conversation.turns

    return converse


async def answer_phone(
    assistant: Assistant,
    graph: VoiceGraph,
    phone: TwilioSettings,
    options: ConversationOptions | None = None,
    *,
    locks: ThreadLocks | None = None,
) -> Converse:
    """:func:`answer_calls` as the telephone's settings want it: a human to hand over to, and recording.

    Args:
        assistant: every part.
        graph: the assistant's, opened.
        phone: the telephone's settings.
        options: how conversations are conducted; what they leave open of who takes over, who calls, and what answering
            machines are told, the settings say.
        locks: hold each conversation to the end of its call.

    Raises:
        BackendError, WeightsError: voice activity, or the turn model, cannot be loaded.
    """
    usual = options or ConversationOptions(language=assistant.settings.languages[0])
    usual = replace(
        usual,
        transfer_to=usual.transfer_to or phone.human,
        our_name=usual.our_name or phone.name,
        voicemail=usual.voicemail or phone.voicemail,
    )
    return await answer_calls(assistant, graph, usual, record=phone.record, locks=locks)
