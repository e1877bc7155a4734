"""Updates are taken apart as the Bot API documents them; what nobody said is nothing to the house."""

import pytest

from bot.botapi import Json
from bot.updates import ANONYMOUS, SERVICE, command, file_refs, fits, parsed, within, words

PERSON = {"id": 555, "is_bot": False, "first_name": "王"}
PRIVATE = {"id": 555, "type": "private"}
GROUP = {"id": -1001, "type": "supergroup", "is_forum": True}


def message(**given: object) -> Json:
    return {"update_id": 1, "message": {"message_id": 9, "date": 1, "chat": PRIVATE, "from": PERSON, **given}}


def edited(**given: object) -> Json:
    return {"update_id": 2, "edited_message": {**message(**given)["message"], "edit_date": 7}}


def test_the_same_message_has_the_same_key_and_its_change_another() -> None:
    again = {**message(text="好"), "update_id": 99}
    one, two, changed = parsed(message(text="好")), parsed(again), parsed(edited(text="好的"))
    assert one and two and changed
    assert one.key == two.key != changed.key
    assert (one.chat, one.user, one.private, one.topic, one.press) == (555, 555, True, None, False)


def test_a_press_is_known_by_its_own_id_and_happens_where_the_message_stands() -> None:
    stands = {"message_id": 9, "date": 1, "chat": GROUP, "message_thread_id": 4, "is_topic_message": True}
    press = parsed(
        {"update_id": 1, "callback_query": {"id": "77", "from": PERSON, "data": "rd:1.yes", "message": stands}}
    )
    assert press and (press.key, press.chat, press.user, press.topic, press.press) == ("c77", -1001, 555, 4, True)


def test_a_thread_of_answers_is_no_topic() -> None:
    general = parsed(message(text="好", chat=GROUP, message_thread_id=4))
    assert general is not None and general.topic is None


@pytest.mark.parametrize("name", sorted(SERVICE))
def test_what_telegram_or_a_sales_bot_brings_about_was_said_by_nobody(name: str) -> None:
    assert parsed(message(**{name: {}})) is None
    assert parsed(message(text="好", **{name: False})) is not None


@pytest.mark.parametrize(
    "raw",
    [
        {}, {"update_id": 1}, {"update_id": 1, "poll": {"id": "1"}}, {"message": "text"}, {"message": {"from": PERSON}},
        {"message": {"message_id": 1, "from": PERSON, "chat": "555"}}, {"callback_query": {"id": "1", "from": PERSON}},
        {"message": {**message(text="好")["message"], "from": {"id": 1, "is_bot": True}}},
        {"channel_post": {"message_id": 1, "chat": {"id": -5, "type": "channel"}, "text": "好"}},
        edited(location={"latitude": 1, "longitude": 1, "live_period": 60}), edited(photo=[{"file_id": "a"}]),
    ],
)  # fmt: skip
def test_what_no_person_said_or_cannot_be_read_is_left_alone(raw: Json) -> None:
    assert parsed(raw) is None


def test_who_hides_behind_the_group_is_heard_so_that_they_can_be_told() -> None:
    hidden = parsed(
        message(text="好", chat=GROUP, **{"from": {"id": ANONYMOUS, "is_bot": True, "first_name": "Group"}})
    )
    assert hidden is not None and hidden.user == ANONYMOUS


@pytest.mark.parametrize(
    "text, expected",
    [
        ("/start abc", ("start", "abc")), ("/refund@refund_bot KM1 没到账", ("refund", "KM1 没到账")),
        ("/note 第一行\n第二行", ("note", "第一行\n第二行")), (" /help ", ("help", "")),
        ("// 内部", ("", "")), ("/", ("", "")), ("你好 /help", ("", "")), ("/退款", ("", "")),
    ],
)  # fmt: skip
def test_a_command_and_what_follows_it(text: str, expected: tuple[str, str]) -> None:
    assert command(text) == expected


def test_the_largest_size_of_a_photo_is_wanted_wherever_it_stands() -> None:
    sizes = [{"file_id": f"s{side}", "width": side, "height": side, "file_size": side} for side in (90, 1280, 320)]
    [ref] = file_refs({"photo": sizes})
    assert (ref.file_id, ref.size) == ("s1280", 1280)


def test_a_document_is_a_file_and_an_animation_is_none() -> None:
    document = {"file_id": "d", "file_name": "聊天记录.pdf", "file_size": 9}
    assert [(ref.file_id, ref.name, ref.size) for ref in file_refs({"document": document})] == [
        ("d", "聊天记录.pdf", 9)
    ]
    assert list(file_refs({"document": document, "animation": {"file_id": "a"}})) == []
    assert list(file_refs({"sticker": {"file_id": "s"}})) == []


def test_words_stand_in_the_text_or_below_the_picture() -> None:
    assert [words({"text": "好"}), words({"caption": "看"}), words({"photo": []})] == ["好", "看", ""]


def test_lengths_are_counted_as_telegram_counts_them() -> None:
    assert fits("好" * 10, 10) and not fits("好" * 11, 10)
    assert fits("😀" * 5, 10) and not fits("😀" * 6, 10)
    assert within("a😀😀", 4) == "a😀"
    assert within("好的", 4) == "好的"
