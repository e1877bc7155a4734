"""One bot: kept first, heard once, answered at once, sent within the limits, whatever is delivered or fails."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from bot.botapi import Json, Refused, Unreachable
from bot.channels import Outgoing, SendLater, Undeliverable
from bot.channels.telegram import COMMANDS
from bot.channels.telegram_bot import MOST_TRIES
from bot.updates import LONGEST_FILE
from flows.model import CaseState, Outcome
from storage.nouns import Rendered, Saving
from storage.search import Search
from tests.bot.channels.telegram_server import GROUP, a_photo
from tests.bot.channels.telegram_shop import AGENT, CUSTOMER, Shop
from tests.stories.telling import CARD, INVALID, picture

OpenShop = Callable[..., Shop]
BLOCKED = Refused(403, "Forbidden: bot was blocked by the user")


def lines(shop: Shop, chat: int = CUSTOMER) -> list[Any]:
    return [line for line in Search(shop.store.database).transcript(str(chat)) if line.who == "customer"]


# ---- what comes in


def test_a_message_is_on_disk_before_it_is_dealt_with_and_heard_once(shop: Shop) -> None:
    hello = shop.people.says(CUSTOMER, "你好")
    shop.bot.keep([hello])
    assert shop.store.outbox.next_due() == shop.now and lines(shop) == []
    shop.bot.keep([hello])
    shop.settle()
    shop.gets({**hello, "update_id": 99})
    assert [line.text for line in lines(shop)] == ["你好"]
    assert len(shop.api.texts(CUSTOMER)) == 1


def test_the_link_of_the_order_page_finds_the_order_and_shows_that_it_is_theirs(shop: Shop) -> None:
    [answer] = shop.says(f"/start {shop.app.links.payload(CARD.order_no)}", user=777)
    assert CARD.order_no in answer and CARD.product in answer


def test_plain_words_are_heard_together_and_what_somebody_has_to_be_asked_for_by_itself(shop: Shop) -> None:
    shop.hands_in()
    people, asked = shop.people, shop.api.sent(CUSTOMER)[-1]
    plain = [people.says(CUSTOMER, INVALID), people.says(777, "/start"), people.says(778, "你好")]
    parts = [people.says(780, media_group_id="a", **a_photo(name)) for name in ("one", "two")]
    others = [people.says(779, **a_photo("one")), people.presses(CUSTOMER, "rd:1.yes", asked), *parts]
    shop.bot.keep([*plain, *others])
    lanes = [f"arrived:{shop.api.bot_id}:{user}" for user in (CUSTOMER, 777, 778, 779, 780)]
    due = [row for lane in lanes for row in shop.store.outbox.waiting(lane)]
    heard = {row.key: shop.bot.message(row) for row in due if row.task.plain}
    assert [(one.chat, one.text, one.payload) for one in heard.values()] == [
        (str(CUSTOMER), INVALID, None), ("777", "", ""), ("778", "你好", None),
    ]  # fmt: skip
    assert all(one.finishes == (key,) for key, one in heard.items())
    assert len(due) == len(plain) + len(others)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_answered(shop: Shop, command: str) -> None:
    answers = shop.says(f"/{command}")
    assert answers and all(text.count("\n\n") <= 1 for text in answers)


def test_the_language_is_that_of_the_app_until_words_say_otherwise(shop: Shop) -> None:
    english = shop.people.says(900, "/help")
    english["message"]["from"]["language_code"] = "en"
    shop.gets(english)
    assert "refund" in shop.api.texts(900)[-1]
    assert "订单号" in shop.says("卡密激活不了，我要退款", user=900)[-1]


def test_typing_is_shown_while_a_picture_is_read(shop: Shop) -> None:
    shop.says(INVALID)
    shop.shows(1)
    [typing] = shop.api.named("sendChatAction")
    assert typing.fields == {"chat_id": CUSTOMER, "action": "typing"}
    assert len(lines(shop)[-1].files) == 1


def test_a_press_is_answered_at_once_and_shows_the_choice(shop: Shop) -> None:
    shop.hands_in()
    order = [call.method for call in shop.api.calls]
    pressed = order.index("answerCallbackQuery")
    assert order[pressed : pressed + 2] == ["answerCallbackQuery", "editMessageReplyMarkup"]
    assert shop.api.named("editMessageReplyMarkup")[0].keys == [("✓ 确认提交", "rd:-")]
    assert shop.case.state is CaseState.SUBMITTED


def test_a_button_that_went_stale_says_so_and_goes(shop: Shop) -> None:
    shop.hands_in()
    asked = next(call for call in shop.api.sent(CUSTOMER) if any("改原因" in label for label, _ in call.keys))
    before = shop.case
    shop.gets(shop.people.presses(CUSTOMER, asked.data("改原因"), asked))
    assert shop.case == before
    assert "按钮" in shop.api.texts(CUSTOMER)[-1]
    assert shop.api.named("editMessageReplyMarkup")[-1].keys == []


@pytest.mark.parametrize("data", ["other:1", "rd:-", ""])
def test_buttons_of_others_and_those_already_pressed_only_stop_turning(shop: Shop, data: str) -> None:
    shop.says(INVALID)
    sent, said = shop.api.sent(CUSTOMER)[-1], len(shop.api.texts(CUSTOMER))
    shop.gets(shop.people.presses(CUSTOMER, data, sent))
    assert (len(shop.api.texts(CUSTOMER)), len(shop.api.named("answerCallbackQuery"))) == (said, 1)


def test_a_changed_message_is_heard_with_its_new_words(shop: Shop) -> None:
    said = shop.people.says(CUSTOMER, "我要退")
    shop.gets(said)
    shop.gets(shop.people.edits(said, INVALID))
    assert [line.text for line in lines(shop)] == ["我要退", INVALID]


def test_ones_own_number_shows_that_the_order_is_theirs(open_shop: OpenShop) -> None:
    shop = open_shop()
    shop.app.orders.put([replace(CARD, buyer="somebody", contact="13800000000")])
    shop.says(f"{CARD.order_no} {INVALID}")
    contact = {"phone_number": "8613800000000", "first_name": "王", "user_id": CUSTOMER}
    [answer] = shop.says(contact=contact)
    assert CARD.product in answer


@pytest.mark.parametrize("kind", ["sticker", "voice", "video", "location"])
def test_what_cannot_be_read_is_said_politely(shop: Shop, kind: str) -> None:
    [answer] = shop.says(**{kind: {"file_id": "f", "duration": 1}})
    assert "打字" in answer


def test_a_file_that_telegram_does_not_hand_out_is_explained(shop: Shop) -> None:
    shop.says(INVALID)
    answers = shop.says(document={"file_id": "d", "file_name": "a.png", "file_size": LONGEST_FILE + 1})
    assert any("20 MB" in answer for answer in answers)
    shop.api.assets["gone"] = Refused(400, "Bad Request: file is too big")
    assert any("20 MB" in answer for answer in shop.says(document={"file_id": "gone", "file_name": "a.png"}))


def test_a_picture_is_asked_for_again_before_it_is_given_up(shop: Shop) -> None:
    shop.says(INVALID)
    shop.api.assets["later"] = Unreachable("TimedOut")
    shop.bot.keep([shop.people.says(CUSTOMER, **a_photo("later"))])
    shop.settle(seconds=1)
    shop.api.assets["later"] = picture(7).data
    shop.settle()
    assert len(lines(shop)[-1].files) == 1
    shop.api.assets["never"] = Unreachable("TimedOut")
    answers = shop.says(**a_photo("never"))
    assert any("没有传完整" in answer or "再发一次" in answer for answer in answers), answers
    assert MOST_TRIES == 5


def test_pictures_for_a_person_reach_the_topic_with_what_was_said(shop: Shop) -> None:
    shop.hands_in()
    shop.says("/human")
    shop.shows(9, caption="您看这张")
    album = [call for call in shop.api.sent(GROUP) if call.files]
    assert len(album) == 2 and any("您看这张" in text for text in shop.api.texts(GROUP))


def test_pictures_for_a_person_in_a_talk_without_a_case_are_passed_on_once(shop: Shop) -> None:
    shop.says("/human", user=800)
    shop.shows(9, user=800, caption="看这里")
    assert [call.method for call in shop.api.sent(GROUP)].count("sendPhoto") == 1
    assert len([text for text in shop.api.texts(GROUP) if "看这里" in text]) == 1


# ---- an album of ten pictures, delivered a thousand times


def album(shop: Shop, first: int, parts: int, **more: Any) -> list[Json]:
    updates = []
    for n in range(parts):
        file_id = f"album-{first + n}"
        shop.api.assets[file_id] = picture(first + n).data
        words = {"caption": "十张截图"} if n == 0 else {}
        updates.append(shop.people.says(CUSTOMER, media_group_id="77", **a_photo(file_id), **words, **more))
    return updates


def test_an_album_that_comes_shuffled_is_one_message_in_its_order(shop: Shop) -> None:
    shop.says(INVALID)
    parts = album(shop, 1, 5)
    random.Random(1).shuffle(parts)
    shop.gets(*parts)
    [line] = [line for line in lines(shop) if line.files]
    assert (len(line.files), line.text) == (5, "十张截图")
    assert len(shop.api.named("sendChatAction")) == 1


def test_a_thousand_deliveries_of_an_album_with_a_restart_in_the_middle_lose_and_double_nothing(
    open_shop: OpenShop,
) -> None:
    shop = open_shop()
    shop.says(INVALID)
    before = len(shop.api.texts(CUSTOMER))
    parts = album(shop, 1, 10)
    chance = random.Random(20261120)
    deliveries = parts + chance.choices(parts, k=990)
    chance.shuffle(deliveries)
    for n, update in enumerate(deliveries):
        shop.bot.keep([update])
        if n % 100 == 50:
            shop.settle(seconds=1)
        if n == 500:
            again = open_shop()
            again.api, again.people, again.now = shop.api, shop.people, shop.now
            again.bot.api = shop.api
            shop = again
    shop.settle()
    files = Counter(file for line in lines(shop) for file in line.files)
    assert (len(files), set(files.values())) == (10, {1})
    assert [line.text for line in lines(shop)].count("十张截图") == 1
    asked = [text for text in shop.api.texts(CUSTOMER)[before:]]
    assert len(asked) == len([line for line in lines(shop) if line.files])


# ---- what goes out


def send(shop: Shop, text: str = "好", chat: int = CUSTOMER, key: str = "say:1", **given: Any) -> None:
    shop.bot.send(Outgoing(key, str(chat), text, **given))


def kept_picture(shop: Shop, shade: int) -> str:
    return shop.app.files.put(picture(shade).data, ".png")


@pytest.mark.parametrize("refused", [BLOCKED, Refused(400, "Bad Request: chat not found")])
def test_who_blocked_the_bot_or_is_gone_is_not_tried_again(shop: Shop, refused: Refused) -> None:
    shop.api.fails["sendMessage"] = [refused]
    with pytest.raises(Undeliverable):
        send(shop)


@pytest.mark.parametrize("error, seconds", [(Refused(429, "Too Many Requests", 7), 7), (Unreachable("TimedOut"), 5)])
def test_what_telegram_does_not_take_now_is_sent_later_and_once(
    shop: Shop, error: Exception, seconds: float
) -> None:
    shop.api.fails["sendMessage"] = [error]
    began = shop.now
    assert len(shop.says("/help")) == 1
    assert shop.now - began >= timedelta(seconds=seconds)


def test_a_message_of_several_parts_is_sent_whole_and_each_part_once(shop: Shop) -> None:
    files = tuple(kept_picture(shop, shade) for shade in range(3))
    send(shop, "长" * 5000, files=files)
    sent = shop.api.sent(CUSTOMER)
    assert [call.method for call in sent] == ["sendMessage", "sendMessage", *["sendPhoto"] * 3]
    assert shop.stood == pytest.approx(4, abs=0.1)


def test_what_breaks_off_between_two_parts_goes_on_with_the_second(shop: Shop) -> None:
    files = (kept_picture(shop, 1), kept_picture(shop, 2))
    shop.api.fails["sendPhoto"] = [Refused(429, "Too Many Requests", 3)]
    with pytest.raises(SendLater):
        send(shop, "长" * 2000, files=files)
    shop.now += timedelta(seconds=3)
    send(shop, "长" * 2000, files=files)
    assert [call.method for call in shop.api.sent(CUSTOMER)] == ["sendMessage", "sendPhoto", "sendPhoto"]
    shop.now += timedelta(seconds=3)
    send(shop, "长" * 2000, files=files, key="say:2")
    assert len(shop.api.sent(CUSTOMER)) == 6


def test_a_picture_that_telegram_does_not_show_goes_as_a_file(shop: Shop) -> None:
    shop.api.fails["sendPhoto"] = [Refused(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")]
    send(shop, "看这里", files=(kept_picture(shop, 1),), buttons=(("1.yes", "对"),))
    [sent] = shop.api.sent(CUSTOMER)
    assert (sent.method, sent.text, sent.keys) == ("sendDocument", "看这里", [("对", "rd:1.yes")])
    assert sent.files == {"file": picture(1).data}


def test_a_chat_that_is_at_its_limit_does_not_hold_up_the_thread(shop: Shop) -> None:
    send(shop)
    with pytest.raises(SendLater) as wish:
        send(shop, key="say:2")
    assert 0 < wish.value.seconds <= 1 and shop.stood == 0
    send(shop, chat=CUSTOMER + 1, key="say:3")


def most_within(times: list[datetime], span: timedelta) -> int:
    """The most of these that fall into any span of this length."""
    most = first = 0
    for last, time in enumerate(times):
        while times[first] <= time - span:
            first += 1
        most = max(most, last - first + 1)
    return most


def test_five_thousand_messages_leave_within_the_limits_each_chat_in_order_and_the_urgent_first(shop: Shop) -> None:
    """To 248 chats and the group, all of it waiting at once; half is routine, and was there first."""
    chats, rounds = 248, 10
    left: list[tuple[datetime, int, str]] = []
    call = shop.api.call

    def noting(method: str, within: float = 15, files: Any = None, **given: Any) -> Any:
        if method == "sendMessage":
            left.append((shop.now, given["chat_id"], given["text"]))
        return call(method, within, files, **given)

    shop.api.call = noting  # type: ignore[method-assign]  # the same, and the time noted
    for urgent in (False, True):
        kind = "urgent" if urgent else "routine"
        for chat in range(1, chats + 1):
            rows = tuple(Rendered("k", "{}", f"{kind} {n:03}") for n in range(rounds))
            shop.store.save(Saving(str(chat), Outcome(), shop.now, shop.bot.name, said=rows, urgent=urgent))
    for n in range(40):
        told = (Rendered("staff.wrote", "{}", f"told {n:03}"),)
        shop.store.save(Saving("1", Outcome(), shop.now, shop.bot.name, told=told, urgent=False))
    began = shop.now
    shop.settle(hours=1)
    assert len(left) == 2 * chats * rounds + 40 == 5000
    times = [at for at, _, _ in left]
    assert most_within(times, timedelta(seconds=1)) <= 30
    for chat in {chat for _, chat, _ in left}:
        theirs = [(at, text) for at, to, text in left if to == chat]
        assert most_within([at for at, _ in theirs], timedelta(seconds=1)) <= 1
        assert most_within([at for at, _ in theirs], timedelta(minutes=1)) <= (20 if chat == GROUP else 60)
        for kind in ("urgent", "routine", "told"):
            texts = [text for _, text in theirs if text.startswith(kind)]
            assert texts == sorted(texts)
    # 5,000 at 30 a second take 166 s at least, and 40 into one group more than a minute of their own.
    assert left[-1][0] - began < timedelta(seconds=300)


def test_whatever_is_urgent_is_said_before_the_routine_of_other_chats(shop: Shop) -> None:
    for chat in range(1, 61):
        row = (Rendered("k", "{}", "routine"),)
        shop.store.save(Saving(str(chat), Outcome(), shop.now, shop.bot.name, said=row, urgent=False))
    shop.store.save(Saving("99", Outcome(), shop.now, shop.bot.name, said=(Rendered("k", "{}", "urgent"),)))
    shop.settle()
    assert shop.api.named("sendMessage")[0].text == "urgent"


# ---- beside another program's bot


@pytest.fixture
def refunding(shop: Shop) -> Shop:
    shop.says(INVALID)
    return shop


def test_of_a_stranger_only_what_begins_a_refund_is_wanted(shop: Shop) -> None:
    wants, says = shop.bot.wants, shop.people.says
    link = shop.app.links.payload(CARD.order_no)
    assert [wants(says(9, text)) for text in ("/refund", f"/start {link}", "/refund KM1 没到账")] == [True] * 3
    others = ("/start", "/start ref_42", "/help", "/buy", "你好", "我要退款", "/start " + "A" * 64)
    assert [wants(says(9, text)) for text in others] == [False] * len(others)


def test_of_a_customer_in_the_middle_of_a_case_words_and_pictures_are_wanted_and_no_foreign_command(
    refunding: Shop,
) -> None:
    wants, says = refunding.bot.wants, refunding.people.says
    assert wants(says(CUSTOMER, "KM1")) and wants(says(CUSTOMER, **a_photo("x"))) and wants(says(CUSTOMER, "/cancel"))
    assert not wants(says(CUSTOMER, "/buy 点卡"))
    payment = {"currency": "CNY", "total_amount": 100, "invoice_payload": "x"}
    assert not wants(says(CUSTOMER, successful_payment=payment))
    sent = refunding.api.sent(CUSTOMER)[-1]
    assert wants(refunding.people.presses(CUSTOMER, "rd:human", sent))
    assert not wants(refunding.people.presses(CUSTOMER, "buy:1", sent))


def test_what_follows_at_once_is_wanted_before_the_first_was_dealt_with(shop: Shop) -> None:
    shop.bot.keep([shop.people.says(9, "/refund")])
    assert shop.bot.wants(shop.people.says(9, "KM202611201530012345"))


def test_who_is_done_goes_back_to_the_other_bot_and_may_still_ask_how_it_stands(shop: Shop) -> None:
    shop.hands_in()
    assert not shop.bot.wants(shop.people.says(CUSTOMER, "再买一张点卡"))
    assert shop.bot.wants(shop.people.says(CUSTOMER, "/status"))


def test_of_the_staffs_group_topics_commands_and_our_buttons_are_wanted(shop: Shop) -> None:
    shop.hands_in()
    group = shop.people.says_in_group
    assert shop.bot.wants(group(AGENT, "您好", topic=shop.topic)) and shop.bot.wants(group(AGENT, "/queue"))
    assert not shop.bot.wants(group(AGENT, "吃饭了吗")) and not shop.bot.wants(group(AGENT, "/stock", topic=1))
    elsewhere = shop.people.says_in_group(AGENT, "/queue")
    elsewhere["message"]["chat"]["id"] = -5
    assert not shop.bot.wants(elsewhere)
    shop.gets(elsewhere)
    assert shop.api.sent(-5) == []


# ---- what it says of itself


def test_the_menu_is_set_in_every_language(shop: Shop) -> None:
    shop.bot.introduce()
    menus = shop.api.named("setMyCommands")
    assert {menu.fields.get("language_code") for menu in menus} == {None, "en"}
    for menu in menus:
        assert [entry["command"] for entry in menu.fields["commands"]] == list(COMMANDS)
        assert all(entry["description"] for entry in menu.fields["commands"])
        assert menu.fields["scope"] == {"type": "all_private_chats"}
