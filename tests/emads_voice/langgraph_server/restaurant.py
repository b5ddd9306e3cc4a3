"""A restaurant in LangGraph's server: two agents that hold no model, and calls that tests place over HTTP.

All of a call is real but the line and the sound: a conversation, in the server's process, on its checkpointer.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langgraph.types import interrupt
from pydantic import BaseModel

from emads_voice import (
    Analysis,
    Conversation,
    ConversationOptions,
    LiveVad,
    Services,
    create_voice_graph,
    run_turn,
)
from emads_voice.agents.agent import Agent, Say
from emads_voice.agents.routing.router import Route
from emads_voice.assembly.decisions import make_decision_graph
from emads_voice.channels.call import CallInfo, thread_of_call
from emads_voice.channels.transport import Transport
from emads_voice.langgraph_server import on_langgraph_server, saver
from emads_voice.messages import shipped
from emads_voice.settings import load_settings
from emads_voice.testing import LoudnessVad, ScriptedLine, ScriptedRecognizer, ScriptedSynthesizer
from emads_voice.voice.ear import TypedEar

BOOKING = {
    "action_requests": [
        {"name": "book_table", "args": {"at": "19:00"}, "description": "Book a table for two at seven?"}
    ],
    "review_configs": [{"action_name": "book_table", "allowed_decisions": ["approve", "reject"]}],
}
"""What LangChain's human-in-the-loop middleware asks with; answered ``{"decisions": [{"type": "approve"}]}``."""

CANCELLING = {
    "action_request": {"action": "cancel_booking", "args": {"at": "19:00"}},
    "config": {"allow_accept": True, "allow_respond": True, "allow_edit": False, "allow_ignore": False},
    "description": "Cancel the table at seven?",
}
"""What LangGraph's prebuilt agents asked with before; answered ``[{"type": "accept", "args": …}]``."""

may_go_on = threading.Event()
"""Closed, an answer to somebody who says "every detail" stops after its first sentence."""
may_go_on.set()


class Wording(BaseChatModel):
    """A chat model that says this, word by word."""

    words: str
    slowly: bool = False

    @property
    def _llm_type(self) -> str:
        return "wording"

    def _generate(self, *_: Any, **__: Any) -> ChatResult:
        raise NotImplementedError

    async def _astream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **_: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        del messages, stop
        for word in re.findall(r"\S+\s*", self.words):
            chunk = ChatGenerationChunk(message=AIMessageChunk(content=word))
            if run_manager:
                await run_manager.on_llm_new_token(word, chunk=chunk)
            yield chunk
            if self.slowly and word.rstrip().endswith("."):
                await asyncio.to_thread(may_go_on.wait, 30)


class Desk(Agent):
    """Answers, and asks a human before it books or cancels a table."""

    name = "desk"
    description = "Tables and opening hours."
    exemplars = ("Can I book a table?",)
    usual = "We open at six. The kitchen closes at ten."

    async def answer(
        self, messages: Sequence[BaseMessage], *, language: str, say: Say | None = None
    ) -> Analysis:
        del language
        asked = str(messages[-1].text).lower()
        words = self.usual
        if "sunday" in asked:
            words = "We are closed on Sundays."
        elif "book" in asked:
            (decision,) = interrupt(BOOKING)["decisions"]
            words = "Your table is booked." if decision["type"] == "approve" else "I have booked nothing."
        elif "cancel" in asked:
            (reply,) = interrupt(CANCELLING)
            words = "Your table is cancelled." if reply["type"] == "accept" else "It stays booked."
        said = ""
        async for chunk in Wording(words=words, slowly="every detail" in asked).astream(list(messages)):
            said += str(chunk.text)
            if say:
                say(str(chunk.text))
        return Analysis(answer=said, agent=self.name)


class Kitchen(Desk):
    """Knows the soup."""

    name = "kitchen"
    description = "Dishes and what is in them."
    exemplars = ("What is in the soup?",)
    usual = "Today's soup is pumpkin. There is no cream in it."


class Porter:
    """Sends those who speak of soup to the kitchen, all others to the desk."""

    async def warm_up(self, agents: Sequence[Agent]) -> None:
        """Nothing to load."""

    async def route(self, messages: Sequence[BaseMessage], agents: Sequence[Agent]) -> Route:
        wanted = "kitchen" if "soup" in str(messages[-1].text).lower() else "desk"
        names = [agent.name for agent in agents if agent.name == wanted]
        return Route(agents=names, reason="They spoke of it.", scores={})


voice = create_voice_graph([Desk(), Kitchen()], router=Porter())
graph = voice.compile(name="voice")
decision = make_decision_graph(load_settings(), [], shipped()).compile(name="decision")


class Call(BaseModel):
    """A call to place: what its caller says, turn by turn, and the conversation it continues, if it does.

    What is said ``later`` is said when the test wants it.
    """

    sid: str
    says: list[str]
    later: list[str] = []
    thread: str = ""


lines: dict[str, ScriptedLine] = {}


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with saver() as kept:
        app.state.graph = voice.compile(checkpointer=kept, name="voice")
        yield


app = FastAPI(lifespan=_lifespan)


@app.post("/calls")
async def place(call: Call) -> None:
    """Ring, say everything, and stay on the line; each answer is heard to its end before the next is said."""
    line = lines[call.sid] = ScriptedLine()
    info = CallInfo(call.sid, call.thread or thread_of_call(call.sid), caller="+84901234567")

    async def converse(line: Transport, info: CallInfo) -> None:
        heard = ScriptedRecognizer([*call.says, *call.later])
        services = Services(app.state.graph, heard, ScriptedSynthesizer(), LiveVad(LoudnessVad()))
        await Conversation(
            services,
            line,
            thread_id=info.thread_id,
            options=ConversationOptions(opening=None),
            context=info.context,
        ).run()

    app.state.talking = asyncio.ensure_future(on_langgraph_server(converse)(line, info))
    for _ in call.says:
        await say_next(call.sid)


@app.put("/calls/{sid}")
async def say_next(sid: str) -> None:
    """Say what comes next, once it is quiet, and hear the answer begin."""
    line = lines[sid]
    await line.until_quiet(0.3)
    await line.speak(0.5)
    await line.until_answered()


@app.post("/turns/{sid}")
async def take_turn(sid: str, said: str) -> None:
    """One turn of a call, with nothing around it."""

    async def converse(_line: Transport, call: CallInfo) -> None:
        await run_turn(
            app.state.graph,
            call.context.model_copy(update={"ear": TypedEar(said)}),
            thread_id=call.thread_id,
            config={"metadata": {**call.context.metadata}},
        )

    await on_langgraph_server(converse)(ScriptedLine(), CallInfo(sid, thread_of_call(sid)))


@app.delete("/calls/{sid}")
async def hang_up(sid: str, *, hears_it_out: bool = False) -> None:
    """The caller hangs up, at once or after the answer."""
    line = lines.pop(sid)
    if hears_it_out:
        await line.until_quiet()
    line.hang_up_caller()
    await app.state.talking


@app.put("/may_go_on/{yes}")
async def let_go_on(yes: bool) -> None:
    """Whether slow answers go on after their first sentence."""
    (may_go_on.set if yes else may_go_on.clear)()
