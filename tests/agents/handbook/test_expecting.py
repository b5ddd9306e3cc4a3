"""What a passage must have to be an answer."""

import pytest

from emads_voice.agents.handbook.expecting import asks_permission, can_answer, tells_permission

STORM = (
    "When a typhoon is forecast within 48 hours, goods go to the upper shelves and trucks leave the low yard."
)
BÃO = "Khi dự báo có bão trong vòng 48 giờ, hàng được chuyển lên kệ cao và xe tải rời bãi thấp."


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How many trucks do we own?", STORM),
        ("Công ty có bao nhiêu xe tải?", BÃO),
        ("cong ty co bao nhieu xe tai", BÃO),
        ("Is there a gym in the Hanoi office?", "The Hanoi office has 6 meeting rooms."),
        ("Do we have any parking in Hanoi?", "The Hanoi office has 6 meeting rooms."),
        (
            "Lương của giám đốc công nghệ bao nhiêu?",
            "Trên 5 nghìn đô la phải được giám đốc công nghệ đồng ý.",
        ),
        ("How many women work in technology?", "There are 46 people in technology."),
        (
            "Phòng công nghệ mấy người?",
            "Đặt phòng họp: chọn văn phòng, thời gian và số người. Gọi số nội bộ 100.",
        ),
        (
            "tong dai co may nguoi",
            "Giọng nhân tạo nói mình không phải là người. Tổng đài chuyển máy trong 1 phút.",
        ),
        (
            "How many people work in marketing?",
            "We have 420 employees: 46 in technology, 34 in the contact centre.",
        ),
        ("Nhân viên kho mấy người?", "Nhân viên kho mới được đào tạo 3 ngày. Mỗi năm tài xế học 1 ngày."),
        (
            "What may he refund? And above that?",
            "Up to 50 dollars the agent refunds, up to 500 the team leader.",
        ),
        ("Lương pha chế bao nhiêu?", "Mỗi pha chế được 2 ly miễn phí mỗi ca."),
        ("can tin mo cua may gio", "Khách được báo trong vòng 2 giờ."),
    ],
)
def test_what_is_asked_for_is_in_the_passage(question: str, text: str) -> None:
    assert not can_answer(question, [text])


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How many services do we have?", "The shop runs as twenty services around a core."),
        ("How many people work in the call centre?", "420 employees: 46 in technology, 34 in the contact centre."),
        ("How many beds has the ward?", "Ward: Beds 6, Price 25 dollars."),
        ("Công ty có bao nhiêu tài xế?", "Công ty có 120 tài xế."),
        ("Có mấy phòng họp ở Hà Nội?", "Văn phòng Hà Nội có 6 phòng họp."),
        ("How many are there?", STORM),
        ("Phòng công nghệ mấy người?", "Có 420 nhân viên: 46 người khối công nghệ, 34 người ở tổng đài."),
        ("tong dai co may nguoi", "Tổng đài ở Đà Nẵng có 34 tổng đài viên."),
        ("Ca đêm cần bao nhiêu người?", "Kho làm 3 ca. Ca đêm cần 18 người ở Hà Nội."),
        ("How many pickers a night does Hue need?", "Warehouse: A night shift needs 22 people in Hue."),
        ("Trưởng ca hoàn bao nhiêu? Trên mức đó thì sao?", "Tới 200 nghìn đồng, trên mức đó do quản lý."),
        ("duoc duyet bao nhieu tien", "Trưởng bộ phận được duyệt tối đa 5 nghìn đô la."),
        ("How many times does a courier try?", "A courier tries 3 times and calls before each try."),
        ("Is there a generator?", "Each warehouse has a generator with fuel for 24 hours."),
        ("Are there any meeting rooms in Hanoi?", "The Hanoi office has 6 meeting rooms."),
    ],
)  # fmt: skip
def test_figures_in_words_and_other_words_for_a_thing_count(question: str, text: str) -> None:
    assert can_answer(question, [text])


def test_questions_what_may_be_done() -> None:
    asking = [
        "May AI promise a refund?",
        "Is a bot allowed to reschedule?",
        "AI có được hứa hoàn tiền không?",
    ]
    assert all(map(asks_permission, asking))
    assert not any(map(asks_permission, ["How many rooms are there?", "Có nhà ăn không?"]))
    assert tells_permission(["It may not promise money."])
    assert not tells_permission(["Calls are kept for 180 days."])
