"""Questions other than those the constants were chosen on."""

import pytest

from emads_voice.agents import CachedEmbeddings, Handbook, LexicalEmbeddings
from emads_voice.agents.handbook.features import stem
from emads_voice.agents.handbook.handbook import Passage
from emads_voice.agents.handbook.search import HandbookIndex

ANSWERED = [
    ("where can I reserve a room for a meeting", "Booking a meeting room"),
    ("đặt phòng họp ở đâu", "Booking a meeting room"),
    ("is it wise to put the order system on cooper net is", "Order system on Kubernetes"),
    ("co nen dua he thong don hang len kubernetes", "Order system on Kubernetes"),
    ("what do we do if a typhoon is coming", "Storms and typhoons"),
    ("who signs for a purchase above ten thousand dollars", "Who approves spending"),
    ("mua trên mười nghìn đô la thì ai ký duyệt", "Who approves spending"),
    ("may we record phone calls without asking", "Consent before recording calls"),
    ("nhân viên mới ở kho được đào tạo mấy ngày", "Training"),
    ("đổi hệ thống ERP có đáng không", "Switching the ERP"),
    ("what if the warehouse is flooded", "Flooded warehouse"),
    ("who can open the vault with the encryption keys", "Encryption"),
]
NOT_ANSWERED = [
    "what is our policy on office pets",
    "giá vàng hôm nay bao nhiêu",
    "gia vang hom nay bao nhieu",
    "do we pay for language courses",
    "có phòng tập thể dục không",
    "should we open a branch in Thailand",
    "who was the first president",
    "công ty có tài trợ đội bóng không",
]


@pytest.fixture(scope="module")
def index(handbook: Handbook, e5: CachedEmbeddings) -> HandbookIndex:
    return HandbookIndex(handbook, e5)


@pytest.mark.parametrize(("question", "section"), ANSWERED)
def test_finds_the_section(index: HandbookIndex, question: str, section: str) -> None:
    best = index.search(question)[0]
    assert best.passage.section["English"] == section


@pytest.mark.parametrize("question", NOT_ANSWERED)
def test_knows_when_nothing_is_written(index: HandbookIndex, question: str) -> None:
    assert index.search(question) == []


def test_shared_words_alone_find_most(handbook: Handbook) -> None:
    index = HandbookIndex(handbook, LexicalEmbeddings())
    found = [
        bool(m := index.search(q)) and m[0].passage.section["English"] == section for q, section in ANSWERED
    ]
    assert sum(found) >= 8


def test_an_agents_own_documents_go_first_between_equals(handbook: Handbook) -> None:
    index = HandbookIndex(handbook, LexicalEmbeddings())
    plain = {m.passage.section["English"]: m.score for m in index.rank("working hours")}
    owned = {m.passage.section["English"]: m.score for m in index.rank("working hours", agent="coo")}
    assert owned["Working hours"] > plain["Working hours"]
    assert owned["Databases and messages"] == plain["Databases and messages"]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("policies", "polici"),
        ("policy", "polici"),
        ("moved", "move"),
        ("orders", "order"),
        ("nghiem", "nghiem"),
    ],
)
def test_forms_of_an_english_word_are_one_and_vietnamese_syllables_stay(word: str, expected: str) -> None:
    assert stem(word) == expected


def test_a_large_handbook_is_found_by_its_words_and_embeds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Never(LexicalEmbeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            raise AssertionError("a large handbook is not embedded")

    monkeypatch.setattr("emads_voice.agents.handbook.search.MOST_EMBEDDED", 20)
    halls = tuple(
        Passage(
            {"English": "Halls"}, {"English": f"Hall {n}"}, {"English": f"Hall {n} stores {7 * n} pallets."}
        )
        for n in range(30)
    )
    index = HandbookIndex(Handbook(halls, ("English",)), Never())
    index.warm_up()
    assert index.search("how many pallets does hall 17 store")[0].passage is halls[17]
    assert index.search("what is the weather like") == []


def test_accents_tell_words_apart(index: HandbookIndex) -> None:
    assert index.search("Năm ngoái công ty lãi bao nhiêu?") == []  # "lãi" is profit, "lại" is again
    assert (
        index.search("may phat dien o kho chay duoc may gio")[0].passage.section["English"] == "Power failure"
    )
