import pytest

from emads_voice.agents.text import content_words, fold, sound


def test_folding_drops_case_and_accents_and_keeps_letters() -> None:
    assert fold("ĐÀ NẴNG, Thủ Đức") == "da nang, thu duc"


def test_the_storm_is_not_taken_for_how_many() -> None:
    assert "bao" in content_words("bão vào thì kho làm gì")
    assert "bao" not in content_words("cần bao nhiêu người, mất bao lâu")


@pytest.mark.parametrize("heard", ["Kubernetes", "cooper net is", "cuber netties"])
def test_a_name_sounds_the_same_however_it_was_written_down(heard: str) -> None:
    assert sound(heard) == sound("kubernetes")
