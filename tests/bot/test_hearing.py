"""A message on its way in: a long one is said to be, only our links prove anything, and nothing is lost."""

from typing import Any

import pytest
from msgspec.structs import replace

from bot.channels import Incoming
from bot.evidence import Haul
from bot.hearing import Hearing, as_it_came, kept_for_reading, record_line
from bot.links import Links
from flows.model import Choice, Outcome, Talk, Text
from nlp.codes import Intent, Reason
from nlp.lexicon import default
from nlp.reading import Reading
from storage.nouns import Line, Piece, Recalled
from tests.conftest import NOON

OURS = Links(b"a shop's secret")
CLAIM = "卡密激活提示无效码，我要退款"
HEARING = Hearing(default(), OURS, 100, ("zh-CN", "en"), "zh-CN")
TALK = Talk("u1", choices=(Choice("3.yes", "confirm"),))


def message(text: str = "", **more: Any) -> Incoming:
    return Incoming("web", "u1", "m1", text, **more)


# ---- what it says


def test_a_message_is_understood_up_to_the_limit_and_beyond_it_not_read_at_all() -> None:
    assert HEARING.read(CLAIM.ljust(100, "。")).reason is Reason.INVALID_CODE
    assert HEARING.read(CLAIM.ljust(101, "。")).reason is None and HEARING.read("。" * 101).text == ""


def test_who_wrote_too_much_is_told_the_limit_after_what_is_wrong_with_their_files() -> None:
    broken, reading = Text("evidence.broken"), HEARING.read("")
    long, short = message("退" * 101), message("退" * 100)
    limit = Text("heard.too_long", {"characters": 100})
    assert HEARING.heard(long, reading, NOON, problems=(broken,)).unusable == (broken, limit)
    assert HEARING.heard(short, reading, NOON, problems=(broken,)).unusable == (broken,)


@pytest.mark.parametrize(
    "payload, started, linked",
    [
        (None, False, None),
        ("", True, None),
        (OURS.payload("KM1"), True, "KM1"),
        (Links(b"another secret").payload("KM1"), True, None),
    ],
)
def test_only_a_link_of_this_shop_proves_an_order(payload: str | None, started: bool, linked: str | None) -> None:
    heard = HEARING.heard(message(payload=payload), HEARING.read(""), NOON)
    assert (heard.started, heard.linked) == (started, linked)


def test_all_else_is_handed_on_as_it_came() -> None:
    reading = HEARING.read(CLAIM)
    heard = HEARING.heard(message(button="3.yes", kind="voice"), reading, NOON, ("a.png",))
    assert (heard.reading, heard.at, heard.message_id, heard.files) == (reading, NOON, "m1", ("a.png",))
    assert (heard.button, heard.kind, heard.unusable) == ("3.yes", "voice", ())


# ---- in which language


# fmt: off
LANGUAGES: list[tuple[str, str | None, str, int, str]] = [
    # of the talk  of the app  of the words  talks before   answered in
    ("zh-CN",      None,       "",           0,             "zh-CN"),
    ("zh-CN",      "en",       "",           0,             "en"),
    ("zh-CN",      "en",       "zh-CN",      0,             "zh-CN"),
    ("zh-CN",      "fr",       "",           0,             "zh-CN"),
    ("zh-CN",      "en",       "",           1,             "zh-CN"),
    ("zh-CN",      None,       "en",         1,             "en"),
    ("en",         "zh-CN",    "",           1,             "en"),
]
# fmt: on


@pytest.mark.parametrize("talk, app, words, version, answered", LANGUAGES)
def test_words_weigh_more_than_the_talk_and_the_talk_more_than_the_app(
    talk: str, app: str | None, words: str, version: int, answered: str
) -> None:
    reading = Reading("", Intent.OTHER, language=words)
    before = Recalled(False, Talk("u1", language=talk, version=version))
    assert HEARING.in_their_language(before, message(language=app), reading).talk.language == answered


def test_who_comes_without_a_word_is_answered_in_the_language_of_the_house() -> None:
    english = Hearing(default(), OURS, 100, ("zh-CN", "en"), "en")
    reading = Reading("", Intent.OTHER, language="")
    new = Recalled(False, Talk("u1"))
    assert english.in_their_language(new, message(), reading).talk.language == "en"


# ---- how it is kept


def test_a_pressed_button_is_on_record_by_what_it_stood_for_and_an_unknown_one_by_itself() -> None:
    assert record_line(message(button="3.yes"), TALK).pressed == "confirm"
    assert record_line(message(button="2.no"), TALK).pressed == "2.no"
    assert record_line(message("你好"), TALK, ("a.png",), "RF1") == Line(
        "customer", "你好", ("a.png",), None, case="RF1"
    )


def test_a_message_with_pictures_is_kept_whole_and_comes_back_as_it_was() -> None:
    words = message("看图", button="3.yes", payload="p", kind="photo", language="en", finishes=("row",))
    pieces = (Piece("a.png", 10, "PNG"), Piece("b.pdf", 20, "PDF"))
    problems = (Text("evidence.too_many", {"pieces": 9}), Text("evidence.broken"))
    saving = kept_for_reading(Recalled(False, TALK, channel="telegram"), words, Haul(pieces, problems), NOON)
    assert saving.read and saving.read.files == ("a.png", "b.pdf") and saving.read.at == NOON
    assert as_it_came(saving.read) == (replace(words, finishes=()), problems)


def test_it_is_on_record_at_once_with_its_files_and_nothing_is_answered_yet() -> None:
    pieces = (Piece("a.png", 10, "PNG"),)
    words = message("看图", button="3.yes", finishes=("row",))
    saving = kept_for_reading(Recalled(False, TALK, channel="telegram"), words, Haul(pieces), NOON)
    assert (saving.chat, saving.message_id, saving.outcome, saving.said) == ("u1", "m1", Outcome(), ())
    assert saving.incoming == Line("customer", "看图", ("a.png",), "confirm")
    assert (saving.pieces, saving.finishes) == (pieces, ("row",))
    assert (saving.channel, saving.known_channel) == ("web", "telegram")
