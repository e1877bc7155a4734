"""One suite for both carriers, over HTTP against a server that others wrote: what goes out, comes in and goes wrong."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from bot.botapi import Api, Refused, Unreachable
from bot.channels.telegram_aiogram import AiogramCarrier
from bot.channels.telegram_intake import Intake
from bot.channels.telegram_ptb import PtbCarrier
from bot.updates import ALLOWED_UPDATES, parsed
from tests.bot.channels.telegram_server import (
    BOT_ID,
    DROP,
    TOKEN,
    Always,
    People,
    TelegramServer,
    a_photo,
    refuses,
    too_many,
)
from tests.stories.telling import picture

CARRIERS = {"ptb": PtbCarrier, "aiogram": AiogramCarrier}
KEYS = {"inline_keyboard": [[{"text": "对", "callback_data": "rd:1.yes"}]]}


@pytest.fixture(scope="module")
def server() -> Iterator[TelegramServer]:
    opened = TelegramServer()
    yield opened
    opened.close()


@pytest.fixture(params=CARRIERS)
def api(request: pytest.FixtureRequest, server: TelegramServer) -> Iterator[Api]:
    server.calls.clear()
    server.emulator.faults.clear()
    carrier: Api = CARRIERS[request.param](TOKEN, server.url)
    yield carrier
    carrier.close()


def test_it_knows_whose_bot_it_is(api: Api) -> None:
    assert api.bot_id == BOT_ID
    assert api.call("getMe")["username"] == "refund_bot"


def test_words_go_out_with_their_buttons_and_come_back_as_json(api: Api, server: TelegramServer) -> None:
    sent = api.call("sendMessage", chat_id=555, text="您好 😀", reply_markup=KEYS, message_thread_id=None)
    assert isinstance(sent["message_id"], int)
    [call] = server.calls
    assert (call.text, call.keys) == ("您好 😀", [("对", "rd:1.yes")])
    assert "message_thread_id" not in call.fields


def test_a_message_is_changed_in_place(api: Api, server: TelegramServer) -> None:
    sent = api.call("sendMessage", chat_id=555, text="一", reply_markup=KEYS)
    place = {"chat_id": 555, "message_id": sent["message_id"]}
    assert api.call("editMessageText", **place, text="二", reply_markup=KEYS)
    assert api.call("editMessageReplyMarkup", **place, reply_markup={"inline_keyboard": []})
    assert [call.method for call in server.calls] == ["sendMessage", "editMessageText", "editMessageReplyMarkup"]


def test_a_picture_and_a_document_go_as_parts(api: Api, server: TelegramServer) -> None:
    shot = picture(3).data
    api.call("sendPhoto", files={"file": ("a.png", shot)}, chat_id=555, photo="attach://file", caption="看")
    api.call("sendDocument", files={"file": ("聊天.pdf", b"%PDF-1.4")}, chat_id=555, document="attach://file")
    assert [list(call.files.values()) for call in server.calls] == [[shot], [b"%PDF-1.4"]]
    assert server.calls[0].text == "看"


def test_an_album_goes_in_one_call(api: Api, server: TelegramServer) -> None:
    parts = {f"p{n}": (f"{n}.png", picture(n).data) for n in range(3)}
    media = [{"type": "photo", "media": f"attach://{part}"} for part in parts]
    sent = api.call("sendMediaGroup", 60, parts, chat_id=555, media=media)
    assert [isinstance(message["message_id"], int) for message in sent] == [True] * 3
    [call] = server.calls
    assert sorted(call.files.values()) == sorted(data for _, data in parts.values())


def test_topics_pins_and_signs(api: Api, server: TelegramServer) -> None:
    topic = api.call("createForumTopic", chat_id=-100, name="RF1")["message_thread_id"]
    sent = api.call("sendMessage", chat_id=-100, message_thread_id=topic, text="卡")
    assert api.call("pinChatMessage", chat_id=-100, message_id=sent["message_id"], disable_notification=True)
    sign = [{"type": "emoji", "emoji": "👌"}]
    assert api.call("setMessageReaction", chat_id=-100, message_id=sent["message_id"], reaction=sign)
    assert api.call("reopenForumTopic", chat_id=-100, message_thread_id=topic)
    assert server.calls[1].fields["message_thread_id"] == topic


def test_whoever_is_asked_for_an_answer_is_named(api: Api, server: TelegramServer) -> None:
    user = {"id": 42, "is_bot": False, "first_name": "小林"}
    named = [{"type": "text_mention", "offset": 0, "length": 2, "user": user}]
    answer = {"force_reply": True, "selective": True}
    api.call("sendMessage", chat_id=555, text="小林，请回复", entities=named, reply_markup=answer)
    [call] = server.calls
    assert call.fields["entities"][0]["user"]["id"] == 42 and call.fields["reply_markup"]["selective"] is True


def test_a_file_is_fetched(api: Api, server: TelegramServer) -> None:
    shot = picture(9).data
    assert api.download(server.photo(shot)) == shot


def test_a_file_that_is_not_there_is_a_refusal_or_no_answer(api: Api) -> None:
    with pytest.raises((Refused, Unreachable)):
        api.download("no-such-file")


def test_too_many_requests_say_for_how_long(api: Api, server: TelegramServer) -> None:
    server.fails("sendMessage", too_many(7))
    with pytest.raises(Refused) as refused:
        api.call("sendMessage", chat_id=555, text="好")
    assert (refused.value.code, refused.value.retry_after) == (429, 7)
    assert api.call("sendMessage", chat_id=555, text="好")["message_id"]


@pytest.mark.parametrize(
    "description, status, code",
    [
        ("Forbidden: bot was blocked by the user", 403, 403), ("Bad Request: chat not found", 400, 400),
        ("Bad Request: message is too long", 400, 400), ("Unauthorized", 401, 401),
        ("Conflict: terminated by other getUpdates request", 409, 409),
    ],
)  # fmt: skip
def test_what_telegram_refuses_keeps_its_code(
    api: Api, server: TelegramServer, description: str, status: int, code: int
) -> None:
    server.fails("sendMessage", refuses(description, status))
    with pytest.raises(Refused) as refused:
        api.call("sendMessage", chat_id=555, text="好")
    # A library that takes an unknown token for an unknown method is as good: both are waited for.
    assert refused.value.code == code or (code, refused.value.code) == (401, 404)


@pytest.mark.parametrize("fault", [refuses("Internal Server Error", 500), refuses("Bad Gateway", 502), DROP])
def test_where_there_is_no_answer_nobody_knows(api: Api, server: TelegramServer, fault: Any) -> None:
    server.fails("sendMessage", fault)
    with pytest.raises((Unreachable, Refused)) as away:
        api.call("sendMessage", chat_id=555, text="好")
    assert isinstance(away.value, Unreachable) or away.value.code >= 500
    assert api.call("sendMessage", chat_id=555, text="好")["message_id"]


@pytest.mark.parametrize("kind", CARRIERS)
def test_a_server_that_is_away_is_no_answer_and_the_token_is_in_no_message(
    kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    carrier: Api = CARRIERS[kind](TOKEN, "http://127.0.0.1:9")
    with pytest.raises(Unreachable) as away:
        carrier.call("sendMessage", chat_id=555, text="好")
    carrier.close()
    assert TOKEN not in str(away.value) and TOKEN not in caplog.text


@pytest.mark.parametrize("kind", CARRIERS)
def test_who_answers_too_late_is_not_waited_for(kind: str, server: TelegramServer) -> None:
    carrier: Api = CARRIERS[kind](TOKEN, server.url)
    with pytest.raises(Unreachable):
        carrier.call("getUpdates", 1, timeout=10)
    carrier.close()


# ---- updates


class Kept:
    """A bot that keeps what it is handed, and fails where it is told to."""

    name = "telegram:7001"

    def __init__(self, api: Api) -> None:
        self.api, self.updates, self.introduced, self.fails = api, list[dict[str, Any]](), 0, 0

    def keep(self, updates: list[dict[str, Any]]) -> None:
        if self.fails:
            self.fails -= 1
            raise OSError("the database is away")
        self.updates += updates

    def introduce(self) -> None:
        self.introduced += 1


def fresh(server: TelegramServer) -> People:
    server.emulator.faults.clear()
    return People()


@pytest.fixture(params=CARRIERS)
def polled(request: pytest.FixtureRequest) -> Iterator[tuple[TelegramServer, Kept, Intake]]:
    server = TelegramServer()
    bot = Kept(CARRIERS[request.param](TOKEN, server.url))
    intake = Intake(bot, "polling", {}, Always())
    yield server, bot, intake
    intake.close()
    server.close()
    assert not [thread for thread in threading.enumerate() if thread.name in ("telegram", bot.name)]


def test_updates_of_every_kind_come_as_telegram_sent_them(polled: tuple[TelegramServer, Kept, Intake]) -> None:
    server, bot, intake = polled
    intake.start()
    people = People()
    album = people.says(555, media_group_id="9", caption="两张", **a_photo("x"))
    document = people.says(555, document={"file_id": "d", "file_unique_id": "d", "file_name": "a.pdf", "file_size": 9})
    told = people.says(555, "好")
    updates = [album, document, told, people.edits(told, "好的")]
    for update in updates:
        server.deliver(update)
    server.until(lambda: len(bot.updates) == 4)
    ours, theirs = [parsed(update) for update in bot.updates], [parsed(update) for update in updates]
    assert [one and (one.key, one.album, one.private) for one in ours] == [
        one and (one.key, one.album, one.private) for one in theirs
    ]
    assert bot.introduced == 1


def test_an_update_is_acknowledged_only_after_it_was_kept(polled: tuple[TelegramServer, Kept, Intake]) -> None:
    server, bot, intake = polled
    bot.fails = 1
    server.deliver(People().says(555, "好"))
    intake.start()
    server.until(lambda: bot.updates)
    assert [update["message"]["text"] for update in bot.updates] == ["好"]


def test_polling_outlives_conflicts_errors_and_broken_lines(polled: tuple[TelegramServer, Kept, Intake]) -> None:
    server, bot, intake = polled
    server.fails("getUpdates", DROP)
    intake.start()
    server.deliver(People().says(555, "还在吗"))
    server.until(lambda: bot.updates, 20)


def test_a_long_question_that_is_open_does_not_hold_up_the_end(polled: tuple[TelegramServer, Kept, Intake]) -> None:
    server, _, intake = polled
    asked: list[str] = []
    server.emulator.asked = asked.append
    intake.start()
    server.until(lambda: "getUpdates" in asked)
    began = time.monotonic()
    intake.stop()
    intake.close()
    assert time.monotonic() - began < 5


def test_the_webhook_is_set_with_its_secret_and_kinds(api: Api, server: TelegramServer) -> None:
    intake = Intake(Kept(api), "webhook", {"url": f"{server.url}/telegram/7001", "secret_token": "s" * 64}, Always())
    intake.start()
    server.until(lambda: server.sent("setWebhook"))
    intake.stop()
    [call] = server.sent("setWebhook")
    assert call.fields["secret_token"] == "s" * 64
    assert call.fields["allowed_updates"] == list(ALLOWED_UPDATES)
