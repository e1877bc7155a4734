"""The translator: Telegram's JSON to a customer's message and back, held by payloads as the Bot API documents them."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.botapi import Json
from bot.channels import Incoming, Outgoing
from bot.channels.telegram import (
    LONGEST_CAPTION,
    LONGEST_DATA,
    LONGEST_TEXT,
    as_document,
    calls,
    chosen,
    incoming,
    keyboard,
    meant,
    pieces,
)
from bot.updates import FileRef, fits, parsed

PAYLOADS = Path(__file__).parent / "payloads" / "telegram"


def payload(name: str) -> Json:
    loaded: Json = json.loads((PAYLOADS / f"{name}.json").read_text("utf-8"))
    return loaded


def heard(*names: str) -> tuple[Incoming, tuple[FileRef, ...]]:
    updates = [update for name in names if (update := parsed(payload(name)))]
    assert len(updates) == len(names)
    return incoming("telegram:7001", updates)


def photos(file: str) -> bool:
    return file.endswith(".png")


def out(text: str = "好", **given: Any) -> Outgoing:
    return Outgoing("say:555:m1:0", "555", text, **given)


# ---- what a customer sends


def test_words_are_words_and_the_chat_is_the_customer() -> None:
    said, files = heard("text")
    assert (said.channel, said.chat, said.text, said.kind, said.language, files) == (
        "telegram:7001", "5550001", "卡密激活不了，我要退款", "text", "zh-CN", (),
    )  # fmt: skip


@pytest.mark.parametrize(
    "name, payload_text, button, text",
    [
        ("start_with_payload", "pKM202611201530012345AbCdEfGhIjKlMnOp", None, ""), ("start_plain", "", None, ""),
        ("command_status", None, "status", ""), ("command_with_words", None, None, "KM202611201530012345 没到账"),
        ("command_of_another", None, None, "/buy 点卡"),
    ],
)  # fmt: skip
def test_commands(name: str, payload_text: str | None, button: str | None, text: str) -> None:
    said, _ = heard(name)
    assert (said.payload, said.button, said.text) == (payload_text, button, text)


def test_a_shared_contact_of_ones_own_is_the_number_and_that_of_another_is_none() -> None:
    assert heard("contact_own")[0].text == "8613800000000"
    other, _ = heard("contact_of_another")
    assert (other.text, other.kind) == ("", "other")


@pytest.mark.parametrize(
    "name, kind",
    [
        ("sticker", "sticker"), ("voice", "voice"), ("video_note", "video_note"), ("video", "video"),
        ("animation", "animation"), ("location", "location"), ("poll", "poll"), ("paid_media", "paid_media"),
        ("something_new", "other"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named(name: str, kind: str) -> None:
    said, files = heard(name)
    assert (said.kind, said.text, files) == (kind, "", ())


def test_a_caption_goes_with_its_picture_and_a_command_in_it_is_words() -> None:
    said, files = heard("photo_with_caption")
    assert (said.text, said.button, said.payload) == ("/refund KM202611201530012345 看图", None, None)
    assert [ref.file_id for ref in files] == ["photo-large"]


def test_an_album_is_one_message_with_all_its_pictures_and_its_words() -> None:
    said, files = heard("album_1", "album_2")
    assert (said.text, [ref.file_id for ref in files]) == ("两张截图", ["album-a", "album-b"])
    assert said.message_id == "m5550001.41"


def test_a_changed_caption_brings_its_words_and_not_the_picture_again() -> None:
    said, files = heard("caption_edited")
    assert (said.text, files) == ("卡号尾号 1234", ())


def test_a_forwarded_message_is_the_customers_own() -> None:
    said, _ = heard("forwarded")
    assert said.text == "商家说：不退"


@pytest.mark.parametrize(
    "code, language", [("zh-hans", "zh-CN"), ("zh-TW", "zh-CN"), ("en", "en"), ("ru", "en"), ("", None)]
)
def test_the_language_is_that_of_the_customers_app(code: str, language: str | None) -> None:
    raw = payload("text")
    raw["message"]["from"]["language_code"] = code
    update = parsed(raw)
    assert update and incoming("telegram:7001", [update])[0].language == language


def test_a_press_is_a_button() -> None:
    said, _ = heard("press")
    assert (said.button, said.chat, said.language) == ("12.yes", "5550001", "zh-CN")


# ---- what goes to a customer


def test_a_sentence_is_one_call_with_its_buttons_and_no_preview() -> None:
    [call] = calls(out(buttons=(("1.yes", "对"), ("1.no", "不对"), ("human", "转人工客服来帮我看看"))), 555, photos)
    assert (call.method, call.params["chat_id"], call.params["text"]) == ("sendMessage", 555, "好")
    rows = call.params["reply_markup"]["inline_keyboard"]
    assert [[key["text"] for key in row] for row in rows] == [["对", "不对"], ["转人工客服来帮我看看"]]
    assert call.params["link_preview_options"] == {"is_disabled": True}


def test_a_picture_carries_the_words_and_files_follow_with_the_buttons_last() -> None:
    several = list(calls(out(files=("a.png", "b.pdf"), buttons=(("1.yes", "对"),)), 555, photos))
    assert [(call.method, call.params.get("caption"), bool(call.params["reply_markup"])) for call in several] == [
        ("sendPhoto", "好", False), ("sendDocument", None, True),
    ]  # fmt: skip


def test_words_that_are_too_long_for_a_caption_go_before_the_picture() -> None:
    first, second = calls(out("长" * (LONGEST_CAPTION + 1), files=("a.png",)), 555, photos)
    assert (first.method, second.method, second.params["caption"]) == ("sendMessage", "sendPhoto", None)


def test_a_picture_can_go_as_a_file_with_the_same_words() -> None:
    [call] = calls(out(files=("a.png",)), 555, photos)
    document = as_document(call)
    assert (document.method, document.params["caption"], document.file) == ("sendDocument", "好", "a.png")
    assert document.params["document"] == "attach://file" and "photo" not in document.params


@given(st.text(st.sampled_from("a好😀\n "), max_size=30).map(lambda text: text * 500))
def test_a_long_text_is_cut_into_what_telegram_takes_and_nothing_but_blanks_is_lost(text: str) -> None:
    parts = list(pieces(text))
    assert all(fits(part, LONGEST_TEXT) for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@given(st.text(max_size=80))
def test_no_button_is_longer_than_telegram_takes(value: str) -> None:
    markup = keyboard([(f"12.{value}", "选项")])
    assert markup and len(markup["inline_keyboard"][0][0]["callback_data"].encode()) <= LONGEST_DATA


def test_a_long_button_is_pressed_by_its_question_and_place() -> None:
    offered = ["12.order:A", "12.order:" + "长" * 30]
    markup = keyboard([(button, "订单" * 5) for button in offered])
    assert markup
    data = markup["inline_keyboard"][1][0]["callback_data"].removeprefix("rd:")
    assert meant(data, offered) == offered[1]
    assert meant("12.yes", offered) == "12.yes"


@pytest.mark.parametrize("offered", [["13.a", "13.b"], ["13.a"], []])
def test_a_long_button_of_an_older_question_means_nothing_of_the_newer_one(offered: list[str]) -> None:
    assert meant("#12.2", offered) == "12."


def test_after_a_press_the_choice_is_ticked_and_what_lasts_stays() -> None:
    press = payload("press")["callback_query"]
    assert chosen(press, True) == {
        "inline_keyboard": [
            [{"text": "✓ 确认提交", "callback_data": "rd:-"}],
            [{"text": "转人工", "callback_data": "rd:human"}],
        ]
    }
    assert chosen(press, False) == {"inline_keyboard": [[{"text": "转人工", "callback_data": "rd:human"}]]}


def test_a_button_that_lasts_changes_nothing_and_neither_does_a_message_that_is_out_of_reach() -> None:
    press = payload("press")["callback_query"]
    assert chosen({**press, "data": "rd:human"}, True) is None
    assert chosen(payload("press_out_of_reach")["callback_query"], True) is None
