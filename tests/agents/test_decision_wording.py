from emads_voice.agents import Analysis, answer_of_several, reconcile, word
from emads_voice.agents.forms import Option

OPTIONS = [Option(name="Buy"), Option(name="Build")]
CTO = Analysis(
    answer="Building costs ten.", agent="cto", options=OPTIONS, recommendation="Build", confidence=0.8
)
COO = Analysis(
    answer="Buying costs five.", agent="coo", options=OPTIONS, recommendation="Buy", confidence=0.6
)


def say(question: str, *analyses: Analysis, language: str = "English") -> str:
    views = {analysis.agent: analysis for analysis in analyses}
    decision = reconcile(views, objective=question)
    return answer_of_several(decision, views, question=question, language=language)


def test_a_question_gets_the_decision() -> None:
    decision = reconcile({"cto": CTO, "coo": COO}, objective="Should we buy or build?")
    assert say("Should we buy or build?", CTO, COO) == word(decision, language="English")


def test_a_follow_up_gets_each_answer_to_it() -> None:
    told = "The COO says: Buying costs five. The CTO says: Building costs ten."
    assert say("And what would that cost?", CTO, COO) == told
    assert "trả lời: " in say("Chi phí bao nhiêu?", CTO, COO, language="Vietnamese")


def test_where_nobody_has_a_view_the_surest_answer_is_given() -> None:
    sure = Analysis(answer="Use the booking page.", agent="coo", confidence=0.6)
    unsure = Analysis(answer="The documents say nothing.", agent="cto", confidence=0)
    assert say("How do I book a room?", unsure, sure) == "Use the booking page."
