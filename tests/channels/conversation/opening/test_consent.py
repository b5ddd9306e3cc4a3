"""A call is recorded only after its caller has agreed to that, and after the agreement is on disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from emads_voice.channels.errors import RecordingError
from emads_voice.graph.phrases import phrase
from emads_voice.messages import Phrase, shipped
from emads_voice.observability import AuditEvent
from emads_voice.testing import MemoryAuditLog, ScriptedLine, ScriptedSynthesizer
from emads_voice.voice.errors import SynthesisError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language, find_language
from emads_voice.voice.recognizer import Transcript
from emads_voice.voice.text.reading import read_aloud
from emads_voice.voice.text.sentences import split_sentences


def words(which: Phrase, language: Language = ENGLISH) -> str:
    """As a synthesiser is given it."""
    text, _ = phrase(shipped(), which, language)
    return " ".join(read_aloud(each, language) for each in split_sentences(text, language.code))


QUESTION, AGAIN = words("may_record"), words("may_record_again")
RECORDED, NOT_RECORDED = words("recorded"), words("not_recorded")


class Audit(MemoryAuditLog):
    """Keeps records in memory; ``fails`` if told to."""

    def __init__(self, *, fails: bool = False) -> None:
        super().__init__("The disk is full." if fails else "")

    async def append(self, event: AuditEvent) -> None:
        await asyncio.sleep(0.2)
        await super().append(event)


class Line(ScriptedLine):
    """Notes what was on record when the recording began; fails or takes its time if told to."""

    def __init__(self, audit: Audit, *, error: Exception | None = None, takes_s: float = 0.0) -> None:
        super().__init__()
        self._audit, self._error, self._takes_s = audit, error, takes_s
        self.on_record: list[AuditEvent] = []

    async def record(self, *, consent: str) -> None:
        self.on_record = list(self._audit.appended)
        await asyncio.sleep(self._takes_s)
        if self._error:
            raise self._error
        await super().record(consent=consent)


def caller(*steps: float | str) -> Callable[[ScriptedLine], Coroutine[Any, Any, None]]:
    """Waits for the question to end, then speaks for so many seconds or presses such a key, each time."""

    async def run(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.until_quiet()
        for step in steps:
            if isinstance(step, str):
                line.press(step)
            else:
                await line.speak(step)
            await line.until_answered()
            await line.until_quiet()

    return run


def said(done: Any) -> str:
    """All that we had spoken, however it was cut into sentences."""
    return " ".join(done.said)


def of(audit: Audit) -> list[tuple[str, str, str]]:
    return [(event.kind, event.text, event.model) for event in audit.appended]


def test_a_yes_is_on_record_before_the_call_is_recorded(call: Any, spans: Any) -> None:
    audit = Audit()
    line = Line(audit)
    done = call(caller(0.5), hears=["Yes, please."], consents=audit, line=line, opening="greeting")
    assert said(done) == " ".join([QUESTION, RECORDED])
    (event,) = audit.events
    assert line.on_record == [event]
    assert line.recorded == event.id != ""
    ((sound, _, _),) = done.recognizer.asked
    assert (event.kind, event.text, event.model) == (
        "recording_agreed",
        "Yes, please.",
        "scripted:recognizer",
    )
    assert (event.thread_id, event.turn, event.language) == ("call", 0, "English")
    assert (event.audio_sha256, event.duration_s) == (sound.sha256, sound.duration_s)
    names = [
        span.name for span in spans.get_finished_spans() if f"{span.context.trace_id:032x}" == event.trace_id
    ]
    assert names == ["speech_to_text scripted:recognizer", "recording_consent"]
    assert done.conversation == []  # the agents have nothing to do with it


@pytest.mark.parametrize("keys", ["1", "2"])
def test_the_keypad_answers_too_without_a_wait(call: Any, keys: str) -> None:
    audit, line, waited = Audit(), ScriptedLine(), list[float]()

    async def press(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.until_quiet()
        pressed = asyncio.get_running_loop().time()
        line.press(keys)
        await line.until_answered()
        waited.append(asyncio.get_running_loop().time() - pressed)
        await line.until_quiet()

    done = call(press, consents=audit, line=line)
    assert said(done) == " ".join([QUESTION, (RECORDED if keys == "1" else NOT_RECORDED)])
    kind = "recording_agreed" if keys == "1" else "recording_refused"
    assert of(audit) == [(kind, f"[keypad] {keys}", "keypad")]
    assert bool(line.recorded) == (keys == "1")
    assert waited[0] < 0.5


def test_a_no_is_on_record_and_nothing_is_recorded(call: Any) -> None:
    audit, line = Audit(), ScriptedLine()
    done = call(
        caller(0.5, 1.0), hears=["No.", "how is it done?"], answers=["Well."], consents=audit, line=line
    )
    assert said(done) == " ".join([QUESTION, NOT_RECORDED, "Well."])
    assert of(audit) == [("recording_refused", "No.", "scripted:recognizer")]
    assert line.recorded == ""
    assert done.conversation == ["how is it done?", "Well."]


def test_personal_data_is_not_kept(call: Any) -> None:
    audit = Audit()
    question = "You can ask me that at 090 123 4567 or a@b.com."
    call(caller(2.0), hears=[question], answers=["I will."], consents=audit)
    assert audit.events[0].text == "You can ask me that at [phone] or [email]."


@pytest.mark.parametrize(("second", "recorded"), [("Yes.", True), ("No.", False)])
def test_who_says_neither_is_asked_once_more(call: Any, second: str, recorded: bool) -> None:
    audit, line = Audit(), ScriptedLine()
    done = call(caller(0.5, 0.5), hears=["What?", second], consents=audit, line=line)
    assert said(done) == " ".join([QUESTION, AGAIN, (RECORDED if recorded else NOT_RECORDED)])
    assert [event.text for event in audit.appended] == [second]
    assert bool(line.recorded) == recorded


def test_who_says_nothing_is_asked_once_more_and_then_not_recorded(call: Any) -> None:
    async def silent(line: ScriptedLine) -> None:
        await line.wait(45)

    audit, line = Audit(), ScriptedLine()
    done = call(silent, consents=audit, line=line, idle_s=10)
    assert said(done) == " ".join([QUESTION, AGAIN, NOT_RECORDED, "Are you still there?"])
    assert of(audit) == [("recording_refused", "", "")]
    assert line.recorded == ""


@pytest.mark.parametrize("instead", ["Yes, but how are the servers?", "Book a room.", "我想订一个房间"])
def test_who_asks_something_instead_is_answered_and_not_recorded(call: Any, instead: str) -> None:
    audit, line = Audit(), ScriptedLine()
    done = call(caller(1.5), hears=[instead], answers=["Well."], consents=audit, line=line)
    assert said(done) == " ".join([QUESTION, "Well."])
    assert done.conversation == [instead, "Well."]
    assert [(event.kind, event.text) for event in audit.appended] == [("recording_refused", instead)]
    assert line.recorded == ""


def test_who_interrupts_the_question_with_one_of_their_own_is_answered(call: Any) -> None:
    async def impatient(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.wait(0.5)
        await line.speak(1.5)
        await line.until_answered()
        await line.until_quiet()

    audit, line = Audit(), ScriptedLine()
    done = call(impatient, hears=["How are the servers today?"], answers=["Well."], consents=audit, line=line)
    assert said(done) == " ".join(
        [QUESTION, "Well.", "This is an automated assistant."]
    )  # they spoke over it
    assert done.conversation == ["How are the servers today?", "Well."]
    assert line.recorded == ""


@pytest.mark.parametrize("early", ["Yes?", "Hello?", "Of course."])
def test_what_is_said_before_the_question_was_heard_is_no_yes(call: Any, early: str) -> None:
    async def at_once(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.wait(0.3)
        await line.speak(0.4)
        await line.until_answered()
        await line.until_quiet(3)

    audit, line = Audit(), ScriptedLine()
    done = call(at_once, hears=[early], consents=audit, line=line)
    assert audit.events == []
    assert line.recorded == ""
    # They hear the question to its end; it is not the second one, which is the last.
    assert done.line.played_s >= 0.05 * len(QUESTION) - 0.15
    assert AGAIN not in said(done)


def test_a_yes_over_what_follows_the_question_counts(call: Any) -> None:
    async def quick(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.wait(0.05 * QUESTION.index("Please") + 0.2)
        await line.speak(0.4)
        await line.until_answered()
        await line.until_quiet()

    audit, line = Audit(), ScriptedLine()
    assert said(call(quick, hears=["Yes."], consents=audit, line=line)) == " ".join([QUESTION, RECORDED])
    assert line.recorded == audit.events[0].id


def test_a_no_over_the_question_counts_at_any_time(call: Any) -> None:
    async def quick(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.wait(0.5)
        await line.speak(0.4)
        await line.until_answered()
        await line.until_quiet()

    audit = Audit()
    assert said(call(quick, hears=["No."], consents=audit)) == " ".join([QUESTION, NOT_RECORDED])
    assert [event.kind for event in audit.appended] == ["recording_refused"]


def test_a_question_nobody_could_hear_cannot_be_agreed_to(call: Any) -> None:
    audit, line = Audit(), ScriptedLine()
    broken = ScriptedSynthesizer({"Hello.": SynthesisError("Down.")})

    async def talks(line: ScriptedLine) -> None:
        await line.wait(1)
        await line.speak(0.5)
        await line.wait(3)

    call(talks, hears=["Yes."], consents=audit, line=line, synthesizer=broken)
    assert audit.events == []
    assert line.recorded == ""


def test_without_a_record_of_it_nothing_is_recorded_and_the_call_goes_on(
    call: Any, caplog: pytest.LogCaptureFixture
) -> None:
    line = ScriptedLine()
    done = call(
        caller(0.5, 1.0),
        hears=["Yes.", "how is it done?"],
        answers=["Well."],
        consents=Audit(fails=True),
        line=line,
    )
    assert said(done) == " ".join([QUESTION, NOT_RECORDED, "Well."])
    assert line.recorded == ""
    assert [record.getMessage() for record in caplog.records] == [
        "call call: it is not recorded (The disk is full.)"
    ]


@pytest.mark.parametrize("error", [RecordingError("Twilio refused."), KeyError("a bug")])
def test_a_line_that_cannot_record_says_so_and_the_call_goes_on(call: Any, error: Exception) -> None:
    audit = Audit()
    done = call(caller(0.5), hears=["Yes."], consents=audit, line=Line(audit, error=error))
    assert said(done) == " ".join([QUESTION, NOT_RECORDED])


def test_a_recording_that_is_slow_to_begin_is_waited_for(call: Any) -> None:
    async def patient(line: ScriptedLine) -> None:
        await caller()(line)
        await line.speak(0.5)
        await line.wait(12)

    audit = Audit()
    done = call(patient, hears=["Yes."], consents=audit, line=Line(audit, takes_s=6))
    assert said(done) == " ".join([QUESTION, "One moment, please.", RECORDED])


def test_who_goes_on_before_the_recording_has_begun_is_answered_first(call: Any) -> None:
    async def hasty(line: ScriptedLine) -> None:
        await caller()(line)
        await line.speak(0.5)
        await line.wait(1.5)
        await line.speak(1.0)
        await line.until_answered()
        await line.until_quiet(6)

    audit = Audit()
    done = call(
        hasty,
        hears=["Yes.", "how is it done?"],
        answers=["I am well, thank you."],
        consents=audit,
        line=Line(audit, takes_s=4),
    )
    assert said(done) == " ".join([QUESTION, "I am well, thank you.", RECORDED])
    assert done.line.recorded == audit.events[0].id


@pytest.mark.parametrize("after_s", [0.5, 2.0, 3.5, 4.5, 5.2, 5.5, 6.0])
def test_hanging_up_at_any_point_leaves_nothing_running(call: Any, after_s: float) -> None:
    async def leaves(line: ScriptedLine) -> None:
        talking = asyncio.create_task(caller(0.5)(line))
        await line.wait(after_s)
        talking.cancel()

    audit = Audit()
    done = call(leaves, hears=["Yes."], hears_after_s=0.5, consents=audit, line=Line(audit, takes_s=0.5))
    assert done.ended == "the caller hung up"


def test_the_question_and_its_answer_are_in_the_callers_language(call: Any) -> None:
    hears = [
        Transcript("A lô?", VIETNAMESE, 0.5, "scripted"),
        Transcript("Dạ được ạ.", VIETNAMESE, 0.5, "scripted"),
    ]
    audit, line = Audit(), ScriptedLine()
    done = call(caller(0.5, 0.5), hears=hears, consents=audit, line=line)
    english, vietnamese = (
        " ".join(text for text, spoken in done.synthesizer.spoken if spoken == language)
        for language in (ENGLISH, VIETNAMESE)
    )
    assert english == QUESTION
    assert vietnamese == " ".join(words(which, VIETNAMESE) for which in ("may_record_again", "recorded"))
    assert of(audit) == [("recording_agreed", "Dạ được ạ.", "scripted")]
    assert audit.events[0].language == "Vietnamese"
    assert call(caller(), consents=audit, language=VIETNAMESE).said[0] == "Xin chào."


def test_nobody_is_asked_where_nothing_is_recorded(call: Any) -> None:
    done = call(caller(1.0), hears=["where is it?"], answers=["Here."], opening="greeting")
    assert said(done) == " ".join(["Hello. This is an automated assistant. How can I help?", "Here."])
    assert done.line.recorded == ""


@pytest.mark.parametrize("code", ["en", "vi", "zh", "fr", "de", "es", "ja", "ko"])
@pytest.mark.parametrize("which", ["may_record", "may_record_again"])
def test_the_question_ends_with_its_only_question_mark_in_every_language(which: Any, code: str) -> None:
    language = find_language(code)
    text, spoken = phrase(shipped(), which, language)
    assert spoken == language
    assert sum(text.count(mark) for mark in "?？") == 1


def test_who_needs_a_moment_is_waited_for_and_asked_again_afterwards(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.until_quiet()
        await line.speak(1.0)
        asked_s = line.played_s
        await line.wait(20)
        assert line.played_s == asked_s
        await line.speak(1.0)
        await line.until_answered()
        await line.until_quiet()

    audit = Audit()
    done = call(caller, hears=["Hold on a moment.", "Yes."], consents=audit)
    assert " ".join(done.said) == f"{QUESTION} {RECORDED}"
    assert [event.kind for event in audit.appended] == ["recording_agreed"]


def test_a_yes_that_is_taken_back_ends_the_recording_and_one_given_again_goes_on_with_it(call: Any) -> None:
    audit, line = Audit(), ScriptedLine()
    paused = list[bool]()

    async def hesitate(line: ScriptedLine) -> None:
        for _ in range(3):
            await line.until_answered()
            await line.until_quiet()
            await line.speak(0.5)
            await line.until_answered()
            await line.until_quiet()
            paused.append(line.recording_paused)

    done = call(hesitate, hears=["Yes.", "No, I meant no.", "Sorry, I meant yes."], consents=audit, line=line)
    assert paused == [False, True, False]
    kinds = [event.kind for event in audit.appended if event.kind.startswith("recording")]
    assert kinds == ["recording_agreed", "recording_refused", "recording_agreed"]
    assert said(done).index(RECORDED) < said(done).index(NOT_RECORDED) < said(done).rindex(RECORDED)
