"""A deployment's own messages: what they change, and what is told of those that cannot be used."""

import os
from pathlib import Path

import pytest

from emads_voice.messages import Catalogue, MessagesError, load_catalogue, shipped
from emads_voice.messages.keys import PARTS

ITALIAN = Path(__file__).with_name("it.ftl")
CODES = {"de", "en", "fr", "it", "vi"}


def load(folder: Path, **files: str) -> Catalogue:
    for code, text in files.items():
        (folder / f"{code}.ftl").write_text(text, encoding="utf-8")
    return load_catalogue(folder, CODES)


def refused(folder: Path, **files: str) -> str:
    with pytest.raises(MessagesError) as raised:
        load(folder, **files)
    return str(raised.value).replace(f"{folder}{os.sep}", "")


def test_only_what_is_written_changes_and_only_there(tmp_path: Path) -> None:
    catalogue = load(tmp_path, en="greeting = Contoso, good morning.", vi="moment = Dạ, chờ em chút.")
    assert catalogue.english.text("greeting") == "Contoso, good morning."
    assert catalogue.english.text("moment") == shipped().english.text("moment")
    assert catalogue.phrases("vi").text("moment") == "Dạ, chờ em chút."
    assert catalogue.phrases("vi").text("greeting") == shipped().phrases("vi").text("greeting")
    assert catalogue.phrases("fr").text("greeting") == shipped().phrases("fr").text("greeting")
    assert shipped().english.text("greeting") == "Hello. This is an automated assistant. How can I help?"


def test_a_name_is_written_once_as_a_term(tmp_path: Path) -> None:
    catalogue = load(
        tmp_path, en="-company = Contoso\ngreeting = { -company }, hello.\ngoodbye = { -company } thanks you."
    )
    assert catalogue.english.text("greeting") == "Contoso, hello."
    assert catalogue.english.text("goodbye") == "Contoso thanks you."


def test_agents_of_ones_own_are_spoken_of_by_their_titles(tmp_path: Path) -> None:
    catalogue = load(
        tmp_path, en="speaker = { $agent ->\n    [hr] the staff office\n   *[other] { $agent }\n}\n"
    )
    assert catalogue.wording("English").text("speaker", agent="hr") == "the staff office"


def test_files_written_on_windows_are_read(tmp_path: Path) -> None:
    text = "\ufeffgreeting = Contoso.\r\nspeaker = { $agent ->\r\n   *[other] { $agent }\r\n}\r\n"
    (tmp_path / "en.ftl").write_bytes(text.encode())
    catalogue = load_catalogue(tmp_path, CODES)
    assert catalogue.english.text("greeting") == "Contoso."
    assert catalogue.english.text("speaker", agent="hr") == "hr"


def test_other_files_in_the_folder_are_nobodys(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("Ours.")
    (tmp_path / "en.ftl~").write_text("greeting = Old.")
    assert load(tmp_path, en="greeting = New.").english.text("greeting") == "New."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("# ours\n\ngreting = Hi.", "en.ftl, line 3: there is no message greting: did you mean greeting?"),
        ("greeting = Hi, { $name }.", "en.ftl, line 1: greeting has no placeholder $name: it has none."),
        (
            "moment = Wait.\nout_of_scope = Ask { $agent } or { $agents }.",
            "en.ftl, line 2: out_of_scope has no placeholder $agent: did you mean agents?",
        ),
        (
            "out_of_scope = Ask someone.",
            "en.ftl, line 1: out_of_scope must say { $agents }, which is missing.",
        ),
        (
            "moment = Wait.\nout_of_scope = Ask { $agents.",
            'en.ftl, line 2: this is not Fluent: expected token: "}".',
        ),
        ("moment = Wait.\nHello!", 'en.ftl, line 2: this is not Fluent: expected token: "=".'),
        ("greeting = Hi.\ngreeting = Ho.", "en.ftl, line 2: greeting is there twice: take one of them out."),
        ('greeting = { LOUD("Hi") }', "en.ftl, line 1: greeting cannot be said: Unknown function: LOUD."),
        ("greeting = { -company }", "en.ftl, line 1: greeting cannot be said: Unknown term: -company."),
        (
            'dollars = { SPOKEN("x") } { $amount }',
            "en.ftl, line 1: dollars cannot be said: SPOKEN() takes a number.",
        ),
        ('greeting = { "" }', "en.ftl, line 1: greeting says nothing."),
        (
            "greeting = { greeting }",
            "en.ftl, line 1: greeting cannot be said: it refers to itself, or to what refers back to it.",
        ),
        (
            "-a = { -b }\n-b = { -a }\ngreeting = { -a }",
            "en.ftl, line 3: greeting cannot be said: it refers to itself, or to what refers back to it.",
        ),
        (
            "out_of_scope = { $agents ->\n    [x] Ask x.\n   *[other] Ask others.\n }",
            "en.ftl, line 1: out_of_scope must say { $agents }, which is missing.",
        ),
        (
            "greeting = Hi.\n    .tone = warm",
            "en.ftl, line 1: greeting must be one text, without attributes.",
        ),
        (
            "may_record = We record.",
            "en.ftl, line 1: may_record must have a question mark (?, ？ or ؟): "
            "a yes counts once that has been heard.",
        ),
    ],
)
def test_a_fault_is_told_by_file_and_line(tmp_path: Path, text: str, sentence: str) -> None:
    assert refused(tmp_path, en=text) == sentence


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    told = refused(tmp_path, en="greting = Hi.\nmoment = { $x }", vi="Xin chào", xx="greeting = Hi.")
    assert [told.count(place) for place in ("en.ftl, line 1:", "en.ftl, line 2:", "vi.ftl, line 1:", "xx.ftl:")] == [
        1, 1, 1, 1,
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["english.ftl", "EN.FTL", "xx.ftl", "sv.ftl", "zh-CN.ftl"])
def test_a_file_for_a_language_nobody_knows_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("greeting = Hi.")
    assert refused(tmp_path) == (
        f"{name}: no caller's language is called so: name it by the language's code, such as en.ftl or vi.ftl."
    )


def test_what_is_only_said_in_english_is_only_changed_there(tmp_path: Path) -> None:
    load(tmp_path, en="line_problem = Sorry.")
    assert refused(tmp_path, vi="line_problem = Xin lỗi.") == (
        "vi.ftl, line 1: line_problem is only ever said in English: put it into en.ftl."
    )


def test_a_language_is_added_with_a_whole_part_or_not_at_all(tmp_path: Path) -> None:
    others = len(PARTS[0]) - 5
    assert refused(tmp_path, it="greeting = Buongiorno.") == (
        "it.ftl: with greeting the language needs all_right, callback, cannot_be_decided_here, capabilities and "
        f"{others} more, or callers would hear two languages at once."
    )
    whole = ITALIAN.read_text("utf-8")
    phrases, _ = whole.split("\nstart_over", 1)
    catalogue = load(tmp_path, it=phrases)
    assert (catalogue.phrases("it").code, catalogue.wording("it").code) == ("it", "en")
    catalogue = load(tmp_path, it=whole)
    assert (catalogue.phrases("Italian").code, catalogue.wording("Italian").code) == ("it", "it")


def test_a_language_is_filled_up_to_a_whole_part(tmp_path: Path) -> None:
    assert refused(tmp_path, de="level_low = niedrig").startswith(
        "de.ftl: with level_low the language needs about_"
    )
    assert load(tmp_path, de="greeting = Moin.").phrases("de").text("goodbye").startswith("Danke")


def test_a_folder_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    assert refused(tmp_path / "nowhere").endswith(
        "nowhere cannot be read (no such file or directory): give the folder that holds en.ftl or vi.ftl."
    )
    file = tmp_path / "en.ftl"
    file.write_text("greeting = Hi.")
    assert "en.ftl cannot be read (not a directory)" in refused(file)


def test_a_folder_without_messages_is_told(tmp_path: Path) -> None:
    (tmp_path / "en.txt").write_text("greeting = Hi.")
    assert refused(tmp_path).endswith("holds none: put an en.ftl or vi.ftl into it.")


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "en.ftl").write_bytes("greeting = Grüß Gott".encode("latin-1"))
    assert refused(tmp_path).startswith("en.ftl is not text in UTF-8 (")


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "en.ftl").mkdir()
    assert (
        refused(tmp_path) == "en.ftl cannot be read (is a directory): make it a file that this user can read."
    )
