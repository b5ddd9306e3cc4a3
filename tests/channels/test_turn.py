from emads_voice import SilentMouth, TypedEar, VoiceContext, create_voice_graph, run_turn
from emads_voice.testing import ScriptedAgent
from emads_voice.voice.languages import ENGLISH


async def test_a_graph_without_a_checkpointer_answers_each_turn_alone() -> None:
    agent = ScriptedAgent("cto", ["One.", "Two."])
    graph = create_voice_graph([agent]).compile()
    for question, answer in (("first?", "One."), ("and then?", "Two.")):
        ear = TypedEar(question, language=ENGLISH)
        turn = await run_turn(graph, VoiceContext(ear=ear, mouth=SilentMouth()), thread_id="t")
        assert (turn.reply, turn.state["turn"]) == (answer, 1)
    assert [message.text for message in agent.asked[1][0]] == ["and then?"]
