"""What is said in so many words is found, in both languages, and nothing else."""

import pytest

from emads_voice.agents.minutes.embedded import extract
from emads_voice.agents.minutes.forms import Findings
from emads_voice.agents.minutes.lines import Line


def meeting(*said: tuple[str, str]) -> list[Line]:
    return [Line(who, text, 5.0 * at, 5.0 * at + 4) for at, (who, text) in enumerate(said)]


def heard(*said: tuple[str, str]) -> Findings:
    return extract(meeting(*said))


def tasks(found: Findings) -> list[tuple[str, str, str]]:
    return [(action.owner, action.task, action.due_text) for action in found.actions]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("I'll send the report by Friday.", ("Lan", "send the report by Friday", "by Friday")),
        ("Okay, I will also check the invoices.", ("Lan", "check the invoices", "")),
        ("Let me call the supplier tomorrow.", ("Lan", "call the supplier tomorrow", "tomorrow")),
        ("Minh, can you update the budget?", ("Minh", "update the budget", "")),
        ("Minh, please book the room for Monday.", ("Minh", "book the room for Monday", "for Monday")),
        ("Minh will prepare the slides by next Tuesday.", ("Minh", "prepare the slides by next Tuesday", "by next Tuesday")),
        ("I need Minh to review the contract.", ("Minh", "review the contract", "")),
        ("Could you translate the manual, Minh?", ("Minh", "translate the manual", "")),
        ("Em sẽ gửi báo cáo trước thứ sáu.", ("Lan", "gửi báo cáo trước thứ sáu", "trước thứ sáu")),
        ("Để em liên hệ nhà cung cấp ạ.", ("Lan", "liên hệ nhà cung cấp", "")),
        ("Anh Minh chuẩn bị hợp đồng nhé.", ("Minh", "chuẩn bị hợp đồng", "")),
        ("Nhờ anh Minh kiểm tra kho vào sáng mai.", ("Minh", "kiểm tra kho vào sáng mai", "vào sáng mai")),
        ("Minh phụ trách phần đào tạo.", ("Minh", "phần đào tạo", "")),
        ("em se gui bao cao truoc thu sau", ("Lan", "gui bao cao truoc thu sau", "truoc thu sau")),
    ],
)  # fmt: skip
def test_a_task_is_found_with_its_owner(said: str, wanted: tuple[str, str, str]) -> None:
    lines = meeting(("Minh", "Good morning."), ("Lan", said), ("Hoa", "Let's go on."))
    found = extract(lines)
    assert tasks(found) == [wanted]
    assert found.actions[0].quote in lines[1].text
    assert (found.actions[0].speaker, found.actions[0].line) == ("Lan", 1)


@pytest.mark.parametrize(
    "said",
    [
        "I sent the report last week.",
        "I'll be honest, it was hard.",
        "If it rains I'll call you.",
        "I won't send it.",
        "I would send it if I could.",
        "Maybe I'll write something.",
        "Did you send the report?",
        "Can you speak more slowly?",
        "Please tell me about overtime.",
        "Let me check.",
        "Names, phone numbers and addresses are removed.",
        "Chờ chút để anh lấy giấy bút.",
        "They will probably be late.",
        "We use this to plan our work.",
        "Let me know what you think.",
        "It will take three weeks.",
        "Em đã gửi báo cáo rồi.",
        "Anh Minh gửi báo cáo rồi.",
        "Nếu trời mưa em sẽ gọi.",
        "Em sẽ không gửi nữa.",
        "Báo cáo chưa xong.",
        "Doanh thu tháng này tăng mười phần trăm.",
        "",
    ],
)
def test_what_is_no_task_is_not_made_one(said: str) -> None:
    found = heard(("Minh", "Good morning."), ("Lan", said), ("Hoa", "Let's go on."))
    assert tasks(found) == []


def test_whoever_says_yes_has_taken_it_on() -> None:
    found = heard(("Lan", "Can you check the price?"), ("Hoa", "Sure, by Monday."), ("Minh", "Good."))
    assert tasks(found) == [("Hoa", "check the price", "by Monday")]
    found = heard(
        ("Lan", "Anh gửi giúp em hợp đồng nhé?"), ("Minh", "Được, mai anh gửi."), ("Hoa", "Tốt quá.")
    )
    assert [owner for owner, _, _ in tasks(found)] == ["Minh"]


def test_a_request_and_its_promise_are_one_task() -> None:
    found = heard(
        ("Lan", "Minh, can you send the contract?"),
        ("Minh", "Yes, I'll send it by Friday."),
        ("Hoa", "Great."),
    )
    assert tasks(found) == [("Minh", "send the contract", "by Friday")]


def test_what_is_refused_or_taken_back_is_no_task() -> None:
    assert not heard(("Lan", "Minh, can you call them?"), ("Minh", "Sorry, I have no time.")).actions
    assert not heard(("Lan", "I'll book the hotel."), ("Lan", "No, never mind, it is booked.")).actions
    assert not heard(("Lan", "Anh Minh gọi khách nhé."), ("Minh", "Không, anh bận rồi.")).actions


def test_a_task_that_nobody_takes_has_no_owner() -> None:
    found = heard(("Lan", "Please check the printer."), ("Minh", "Next point."), ("Hoa", "Yes."))
    assert [owner for owner, _, _ in tasks(found)] in ([""], ["Hoa"])
    found = heard(("Lan", "We will send the offer by Friday."), ("Minh", "Next point."), ("Hoa", "Right."))
    assert tasks(found) == [("", "send the offer by Friday", "by Friday")]


def test_decisions_say_who_said_yes_and_who_said_no() -> None:
    found = heard(
        ("Lan", "So we have decided to move to the new warehouse."),
        ("Minh", "I agree."),
        ("Hoa", "No, it is too far."),
    )
    (taken,) = found.decisions
    assert taken.text == "move to the new warehouse"
    assert [agreement.who for agreement in taken.agreed] == ["Lan", "Minh"]
    assert [agreement.who for agreement in taken.against] == ["Hoa"]
    found = heard(
        ("Lan", "Vậy chúng ta thống nhất chọn phương án hai."),
        ("Minh", "Đồng ý ạ."),
        ("Hoa", "Em cũng nhất trí."),
    )
    (taken,) = found.decisions
    assert taken.text == "chọn phương án hai"
    assert [agreement.who for agreement in taken.agreed] == ["Lan", "Minh", "Hoa"]


@pytest.mark.parametrize(
    "said",
    ["We haven't decided on that.", "Should we go with the blue one?", "Mình chưa quyết định việc này.", "Who decided that?"],
)  # fmt: skip
def test_what_is_open_is_no_decision(said: str) -> None:
    assert not heard(("Lan", said), ("Minh", "Yes.")).decisions


def test_a_proposal_counts_if_somebody_agrees_and_nobody_objects() -> None:
    assert heard(("Lan", "I suggest we buy two printers."), ("Minh", "I agree.")).decisions
    assert not heard(("Lan", "I suggest we buy two printers."), ("Minh", "Hm."), ("Hoa", "Next.")).decisions
    assert not heard(
        ("Lan", "I suggest we buy two printers."), ("Minh", "I agree."), ("Hoa", "No.")
    ).decisions


def test_appointments_have_a_day() -> None:
    found = heard(("Lan", "Let's meet again on Monday at 9 am."), ("Minh", "Fine."))
    (appointment,) = found.appointments
    assert appointment.when_text == "on Monday at 9 am"
    found = heard(("Lan", "Cuộc họp tiếp theo vào thứ hai tuần sau lúc 9 giờ."), ("Minh", "Vâng."))
    (appointment,) = found.appointments
    assert appointment.when_text == "vào thứ hai tuần sau lúc 9 giờ"
    found = heard(("Lan", "Mình sẽ họp lại vào thứ năm lúc hai giờ chiều."), ("Minh", "Vâng."))
    assert (len(found.appointments), found.actions) == (1, [])
    found = heard(("Lan", "We'll meet the board at 9 a.m. on Monday."), ("Minh", "Fine."))
    assert "9 a.m. on Monday" in found.appointments[0].quote
    assert not heard(("Lan", "Let's meet again some day."), ("Minh", "Fine.")).appointments


def test_an_unsure_speaker_is_less_certain() -> None:
    sure, unsure = (Line("Lan", "I'll send it by Friday.", 0, 2, unsure=flag) for flag in (False, True))
    assert extract([unsure]).actions[0].confidence < extract([sure]).actions[0].confidence


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("I'll circulate the draft in a fortnight.", ("Lan", "circulate the draft in a fortnight", "in a fortnight")),
        ("I’ll ping legal about it.", ("Lan", "ping legal about it", "")),
        ("I've got to file the tax return by Friday.", ("Lan", "file the tax return by Friday", "by Friday")),
        ("I'll be sending out the invitations on Monday.", ("Lan", "sending out the invitations on Monday", "on Monday")),
        ("I'll have the figures ready for Monday.", ("Lan", "have the figures ready for Monday", "for Monday")),
        ("Action item for Minh: clean up the contact list.", ("Minh", "clean up the contact list", "")),
        ("Minh to water the plants.", ("Minh", "water the plants", "")),
        ("Please don't forget to renew the domain, Minh.", ("Minh", "renew the domain", "")),
        ("Would you mind chasing the supplier, Minh?", ("Minh", "chasing the supplier", "")),
        ("I'll need that list from you by Monday, Minh.", ("Minh", "that list from you by Monday", "by Monday")),
        ("Thứ hai tới em nộp hồ sơ thầu.", ("Lan", "nộp hồ sơ thầu", "Thứ hai tới")),
        ("Việc in tờ rơi giao cho Minh, hạn là ngày 3 tháng 12.", ("Minh", "in tờ rơi", "ngày 3 tháng 12")),
        ("Anh Minh kiểm tra giúp em cái máy chiếu với ạ.", ("Minh", "kiểm tra giúp em cái máy chiếu", "")),
        ("Trước Tết em sẽ thanh toán công nợ.", ("Lan", "thanh toán công nợ", "Trước Tết")),
    ],
)  # fmt: skip
def test_a_task_may_be_any_that_can_be_done(said: str, wanted: tuple[str, str, str]) -> None:
    assert tasks(heard(("Minh", "Good morning."), ("Lan", said), ("Hoa", "Let's go on."))) == [wanted]


def test_what_is_asked_of_nobody_is_taken_on_by_who_says_so() -> None:
    found = heard(("Lan", "Who's going to book the venue?"), ("Minh", "I will."))
    assert tasks(found) == [("Minh", "book the venue", "")]
    found = heard(("Lan", "Ai đi lấy bảng hiệu được ạ?"), ("Minh", "Để anh đi lấy cho."))
    assert [owner for owner, *_ in tasks(found)] == ["Minh"]
    assert tasks(heard(("Lan", "Someone should fix that door."), ("Minh", "Yes, it's awful."))) == []


def test_one_sentence_may_give_something_to_several() -> None:
    found = heard(
        ("Hoa", "Hi."), ("Minh", "Hi."), ("Lan", "Minh will book the room by Friday, and I'll order lunch.")
    )
    assert tasks(found) == [("Minh", "book the room by Friday", "by Friday"), ("Lan", "order lunch", "")]


def test_mai_is_somebody_or_tomorrow() -> None:
    said = (("Minh", "Chào em."), ("Mai", "Chào anh."))
    assert [owner for owner, *_ in tasks(heard(*said, ("Minh", "Mai soạn hợp đồng nhé.")))] == ["Mai"]
    assert tasks(heard(*said, ("Minh", "Mai em gửi báo giá."))) == [("Minh", "gửi báo giá", "Mai")]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (
            [("Lan", "Could you chase the landlord, Peter?"), ("Lan", "We need an answer by Friday.")],
            [("Peter", "chase the landlord", "by Friday")],
        ),
        (
            [("Lan", "Anh Minh gọi chủ nhà giúp em nhé."), ("Lan", "Cần có câu trả lời trước thứ sáu ạ.")],
            [("Minh", "gọi chủ nhà", "trước thứ sáu")],
        ),
        ([("Lan", "I'll book the room, no need to worry.")], [("Lan", "book the room, no need to worry", "")]),
        (
            [("Minh", "Chị Lan sẽ lo phần nhân sự, không cần bàn nữa.")],
            [("Lan", "lo phần nhân sự, không cần bàn nữa", "")],
        ),
        ([("Minh", "Nhớ hỏi kỹ chuyện phòng cháy nha em."), ("Lan", "Dạ.")], [("Lan", "hỏi kỹ chuyện phòng cháy nha em", "")]),
        ([("Lan", "Dạ vậy mai em gửi hình cho anh.")], [("Lan", "gửi hình cho anh", "mai")]),
        (
            [("Minh", "Em xuất lại hoá đơn cho anh nhé."), ("Lan", "Dạ em sẽ làm xong sớm ạ.")],
            [("Lan", "xuất lại hoá đơn cho anh", "")],
        ),
    ],
)  # fmt: skip
def test_it_is_whose_it_is_and_due_when_that_is_said_beside_it(
    said: list[tuple[str, str]], wanted: list[tuple[str, str, str]]
) -> None:
    assert tasks(heard(("Hoa", "Let's go on."), *said)) == wanted


@pytest.mark.parametrize(
    "said", ["Then I suggest we meet again next week, same day.", "Mình gặp lại giờ này tuần sau nhé."]
)
def test_who_suggests_to_meet_makes_an_appointment_and_no_decision(said: str) -> None:
    found = heard(("Lan", said), ("Minh", "Yes, good idea."))
    assert (len(found.appointments), found.decisions, found.actions) == (1, [], [])


def test_what_is_settled_is_a_decision_and_no_task() -> None:
    found = heard(
        ("Minh", "Mình chốt luôn là từ tháng sau đối chiếu hai tuần một lần."), ("Lan", "Dạ em nhất trí.")
    )
    assert [[vote.who for vote in each.agreed] for each in found.decisions] == [["Minh", "Lan"]]
    assert found.actions == []


def test_the_promise_that_all_is_well_takes_nothing_back() -> None:
    found = heard(("Lan", "I'll call the supplier tomorrow."), ("Lan", "There is no need to worry."))
    assert len(found.actions) == 1
