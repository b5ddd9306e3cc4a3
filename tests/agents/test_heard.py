"""What an agent is shown of answers that were interrupted."""

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

from emads_voice.agents.heard import as_agent_sees


def interrupted(played: str, whole: str | None = None) -> AIMessage:
    kept = {"interrupted": True, **({"whole_answer": whole} if whole else {})}
    return AIMessage(played, id="a", name="desk", additional_kwargs=kept)


def test_an_answer_that_was_heard_to_its_end_stays_as_it_is() -> None:
    conversation: list[BaseMessage] = [HumanMessage("Where?"), AIMessage("Here."), HumanMessage("Thanks.")]
    assert as_agent_sees(conversation) == conversation


def test_an_interrupted_answer_is_shown_whole_and_its_end_is_told() -> None:
    conversation = [interrupted("It is", "It is booked. Bye."), HumanMessage("At seven.", id="q")]
    answer, note, question = as_agent_sees(conversation)
    assert (answer.text, answer.id, answer.name) == ("It is booked. Bye.", "a", "desk")
    assert note.text == (
        '(The caller interrupted your last answer and heard only this of it: "It is". What you did stays done.)'
    )
    assert (note.type, note.id) == ("human", "q-note")
    assert question is conversation[1], "what the caller said is what the caller said"


def test_of_an_answer_that_was_cut_before_it_was_whole_there_is_what_was_played() -> None:
    answer, note, _ = as_agent_sees([interrupted("It is"), HumanMessage("What?")])
    assert answer.text == "It is"
    assert "heard only this" in note.text


def test_an_answer_nobody_heard() -> None:
    for played in ("…", ""):
        _, note, _ = as_agent_sees([interrupted(played, "It is booked."), HumanMessage("Hello?")])
        assert "heard nothing of your last answer" in note.text


def test_only_the_next_words_of_the_caller_have_a_note() -> None:
    said = [interrupted("It", "It is."), HumanMessage("A."), AIMessage("Yes."), HumanMessage("B.")]
    assert [m.text.startswith("(") for m in as_agent_sees(said)] == [False, True, False, False, False]


def test_of_a_question_that_was_never_answered_it_is_told_so() -> None:
    said = [
        HumanMessage("A table, please."),
        HumanMessage("At seven."),
        AIMessage("Fine."),
        HumanMessage("Thanks."),
    ]
    assert [message.text for message in as_agent_sees(said)] == [
        "A table, please.",
        "(The caller went on before you had answered. What you had done by then stays done.)",
        "At seven.",
        "Fine.",
        "Thanks.",
    ]
