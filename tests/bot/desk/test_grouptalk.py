"""What staff do in their group: who may, what reaches the customer and what stays inside, and who was first."""

from datetime import timedelta
from typing import Any

import pytest

from bot.botapi import Refused
from bot.handle import NotAllowed, StaffAction
from bot.telegram import BINDING
from bot.web import Seal
from flows.model import CaseState, Role
from nlp.codes import Reason
from storage.search import Search
from tests.bot.channels.telegram_server import GROUP, Sent, a_photo
from tests.bot.channels.telegram_shop import AGENT, CUSTOMER, STRANGER, SUPERVISOR, Shop
from tests.stories.telling import REFUSAL, picture

S = CaseState


@pytest.fixture
def filed(shop: Shop) -> Shop:
    shop.hands_in()
    return shop


@pytest.fixture
def talking(filed: Shop) -> Shop:
    """An agent has the talk."""
    filed.staff_says("/take")
    return filed


def said(shop: Shop) -> list[str]:
    return shop.api.texts(CUSTOMER)


def to_customer(shop: Shop, do: Any) -> list[str]:
    """What the customer gets by something that is done."""
    before = len(said(shop))
    do()
    return said(shop)[before:]


def questions(shop: Shop) -> list[Sent]:
    return [call for call in shop.api.sent(GROUP) if "force_reply" in (call.fields.get("reply_markup") or {})]


def question(shop: Shop) -> Sent:
    return questions(shop)[-1]


# ---- who


@pytest.mark.parametrize("label", ["认领", "通过退款", "拒绝", "更正原因", "我来接待"])
def test_who_is_not_bound_can_press_nothing_and_is_told_how_to(filed: Shop, label: str) -> None:
    before = filed.case
    assert "绑定" in filed.staff_press(label, STRANGER)
    assert filed.case == before and filed.store.recall(str(CUSTOMER)).talk.owner == "bot"


@pytest.mark.parametrize("text", ["您好", "/say 您好", "/take", "// 备注", "/queue"])
def test_who_is_not_bound_can_say_nothing(filed: Shop, text: str) -> None:
    [told] = filed.staff_says(text, STRANGER)
    assert "绑定" in told and "您好" not in said(filed)


def test_who_is_not_bound_may_chat_outside_of_the_topics(filed: Shop) -> None:
    assert filed.staff_says("吃饭了吗", STRANGER, topic=0) == []
    assert filed.staff_says("/stock", STRANGER, topic=0) == []


def test_who_hides_behind_the_group_is_told_that_it_was_not_sent(talking: Shop) -> None:
    hidden = talking.people.says_in_group(1087968824, "您好", topic=talking.topic)
    hidden["message"]["from"] = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    assert to_customer(talking, lambda: talking.gets(hidden)) == []
    assert "匿名" in talking.api.texts(GROUP)[-1]


def test_a_code_of_the_desk_binds_an_account_once(filed: Shop) -> None:
    filed.store.add_staff("新人", Role.AGENT, "x", filed.now)
    code = Seal("x" * 32, BINDING).seal(["新人", None])
    assert "绑定好了" in filed.says(f"/bind {code}", user=STRANGER)[-1]
    assert filed.store.staff_on_telegram(STRANGER) == filed.store.staff("新人")
    assert "用不了" in filed.says(f"/bind {code}", user=STRANGER + 1)[-1]
    assert filed.store.staff_on_telegram(STRANGER) == filed.store.staff("新人")


@pytest.mark.parametrize("value", [["nobody", None], "小林", ["小林"], ["小林", 1], None])
def test_no_other_code_binds_anything(filed: Shop, value: object) -> None:
    code = Seal("x" * 32, BINDING).seal(value)
    assert "用不了" in filed.says(f"/bind {code}", user=STRANGER)[-1]
    assert "用不了" in filed.says("/bind " + Seal("x" * 32, "another purpose").seal(["小林", AGENT]), user=STRANGER)[-1]
    assert filed.store.staff_on_telegram(STRANGER) is None


def test_who_has_not_the_right_is_told_why(filed: Shop) -> None:
    filed.staff_press("拒绝")
    filed.answers(question(filed), REFUSAL)
    filed.presses("申诉")
    filed.says("新的截图说明：尾号是 5678")
    assert filed.case.state is S.APPEALED
    assert "另一位" in filed.staff_press("拒绝", data=f"rd:do:approve:{filed.case.number}")
    assert filed.case.state is S.APPEALED


# ---- deciding


def test_approving_takes_two_presses_and_the_card_shows_it(filed: Shop) -> None:
    filed.staff_press("通过退款")
    assert filed.case.state is S.SUBMITTED and "90.00" in filed.markup(filed.card.result["message_id"])[0]
    assert "已办" in filed.staff_press("确认：")
    assert filed.case.state in (S.APPROVED, S.REFUNDED) and "已退款" in filed.card.text
    assert filed.provider.paid == {f"pay:{filed.case.number}": 9000}
    assert "90.00" in said(filed)[-1]


def test_who_thinks_better_of_it_goes_back_to_the_card(filed: Shop) -> None:
    filed.staff_press("通过退款")
    filed.staff_press("返回")
    assert "拒绝" in filed.markup(filed.card.result["message_id"]) and filed.case.state is S.SUBMITTED


def test_refusing_asks_whoever_pressed_for_the_text(filed: Shop) -> None:
    filed.staff_press("拒绝")
    asked = question(filed)
    [named] = asked.fields["entities"]
    assert (named["type"], named["user"]["id"]) == ("text_mention", AGENT)
    assert asked.text[named["offset"] :].startswith(f"人{AGENT}") and asked.fields["reply_markup"]["selective"]
    assert filed.case.state is S.SUBMITTED
    assert filed.answers(asked, REFUSAL) == []
    assert filed.case.state is S.REJECTED and REFUSAL in said(filed)[-1]
    assert filed.case.decision is not None and filed.case.decision.by == "agent:小林"


def test_a_note_in_answer_to_the_question_stays_inside(filed: Shop) -> None:
    filed.staff_press("拒绝")
    assert to_customer(filed, lambda: filed.answers(question(filed), "// 先等等，问问上游")) == []
    assert filed.case.state is S.SUBMITTED


def test_an_answer_to_a_question_that_is_not_known_any_more_goes_to_nobody(talking: Shop) -> None:
    foreign = Sent("sendMessage", {"reply_markup": {"force_reply": True}}, result={"message_id": 1})
    assert to_customer(talking, lambda: talking.answers(foreign, "内部的话")) == []
    assert "没有发给客户" in talking.api.texts(GROUP)[-1]


def test_asking_for_more_offering_and_correcting_the_reason(filed: Shop) -> None:
    filed.staff_press("请客户补充")
    filed.answers(question(filed), "请再拍一张看得到尾号的")
    assert filed.case.state is S.AWAITING_CUSTOMER and "请再拍一张看得到尾号的" in said(filed)[-1]
    filed.shows(31)
    filed.staff_press("更正原因")
    filed.staff_press("功能异常")
    assert filed.case.reason is Reason.MALFUNCTION and "功能异常" in filed.card.text
    assert "拒绝" in filed.markup(filed.card.result["message_id"])
    filed.staff_press("提出换货或余额")
    filed.staff_press("退成余额")
    assert filed.case.state is S.OFFERED


def test_the_second_to_decide_is_told_who_was_first_and_sees_the_card_as_it_is(filed: Shop) -> None:
    stale = filed.card
    filed.house.decide(StaffAction("小周", Role.AGENT, "reject", filed.case.number, text=REFUSAL), filed.now)
    data = f"rd:do:approve:{filed.case.number}"
    before = len(filed.api.calls)
    filed.gets(filed.people.presses(AGENT, data, stale))
    answer = next(call for call in filed.api.calls[before:] if call.method == "answerCallbackQuery")
    assert "小周" in answer.fields["text"] and answer.fields["show_alert"]
    assert filed.case.state is S.REJECTED and "已拒绝" in filed.card.text


def test_and_the_web_desk_is_told_the_same_of_who_was_first_here(filed: Shop) -> None:
    filed.staff_press("拒绝")
    filed.answers(question(filed), REFUSAL)
    with pytest.raises(NotAllowed, match="小林"):
        filed.house.decide(StaffAction("小周", Role.AGENT, "approve", filed.case.number), filed.now)


def test_a_press_that_is_delivered_again_is_done_once(filed: Shop) -> None:
    press = filed.people.presses(AGENT, f"rd:do:take:{filed.case.number}", filed.card)
    for _ in range(3):
        filed.gets(press)
    assert [event.trigger for event in filed.case.events].count("take") == 1


@pytest.mark.parametrize(
    "data",
    ["rd:do:approve:RF9", "rd:do:nonsense:{n}", "rd:sure:nonsense:{n}", "rd:choose:nonsense:{n}",
     "rd:do:offer:{n}:gold", "rd:do:correct_reason:{n}:none", "rd:", "rd::::::", "rd:nonsense:approve:{n}",
     "rd:card::{n}"],
)  # fmt: skip
def test_made_up_buttons_do_nothing_and_hold_up_nothing(filed: Shop, data: str) -> None:
    before = filed.case
    filed.staff_press("", data=data.format(n=filed.case.number))
    assert filed.case == before
    assert filed.store.outbox.waiting(f"arrived:7001:{GROUP}/{filed.topic}") == []


def test_a_press_long_ago_whose_message_is_out_of_reach_is_done_in_the_cases_topic(filed: Shop) -> None:
    press = filed.people.presses(AGENT, f"rd:do:reject:{filed.case.number}", filed.card)
    number = press["callback_query"]["message"]["message_id"]
    press["callback_query"]["message"] = {"chat": {"id": GROUP, "type": "supergroup"}, "message_id": number, "date": 0}
    filed.gets(press)
    assert question(filed).fields["message_thread_id"] == filed.topic


# ---- talking


def test_what_is_written_while_the_bot_talks_is_not_passed_on_and_that_is_said(filed: Shop) -> None:
    assert to_customer(filed, lambda: filed.staff_says("您好")) == []
    assert "/take" in filed.api.texts(GROUP)[-1]


def test_what_is_written_while_a_person_talks_goes_to_the_customer_and_gets_a_sign(talking: Shop) -> None:
    assert "小林" in said(talking)[-1]
    assert to_customer(talking, lambda: talking.staff_says("我看一下，稍等")) == ["我看一下，稍等"]
    assert talking.api.named("setMessageReaction")[-1].fields["reaction"] == [{"type": "emoji", "emoji": "👌"}]
    assert "正在接待：小林" in talking.card.text


@pytest.mark.parametrize("text", ["// 这人老这样", "／／ 这人老这样", "/note 这人老这样", "//这人老这样"])
def test_notes_stay_among_staff_and_on_the_record(talking: Shop, text: str) -> None:
    assert to_customer(talking, lambda: talking.staff_says(text)) == []
    notes = [line for line in Search(talking.store.database).transcript(str(CUSTOMER)) if line.kind == "note"]
    assert [(note.who, note.text, note.internal) for note in notes] == [("agent:小林", "这人老这样", True)]


def test_say_passes_on_one_sentence_while_the_bot_goes_on(filed: Shop) -> None:
    assert to_customer(filed, lambda: filed.staff_says("/say 材料收到了")) == ["材料收到了"]
    assert filed.store.recall(str(CUSTOMER)).talk.owner == "bot"


def test_the_talk_goes_back_to_the_bot(talking: Shop) -> None:
    talking.staff_says("/back")
    assert talking.store.recall(str(CUSTOMER)).talk.owner == "bot" and "正在接待" not in talking.card.text
    [why] = talking.staff_says("/back")
    assert "机器人" in why


def test_after_a_long_silence_the_bot_is_back_and_the_card_says_so(talking: Shop) -> None:
    talking.settle(minutes=130)
    assert talking.store.recall(str(CUSTOMER)).talk.owner == "bot"
    assert "正在接待" not in talking.card.text and "小林" in talking.api.texts(GROUP)[-1]


def test_the_customer_s_words_reach_the_topic(talking: Shop) -> None:
    talking.says("你们到底查不查")
    assert "你们到底查不查" in talking.api.texts(GROUP)[-1]


def test_a_picture_goes_to_the_customer_with_its_words_and_to_the_web_chat(talking: Shop) -> None:
    talking.api.assets["shot"] = picture(77).data
    assert to_customer(talking, lambda: talking.staff_says(caption="像这样拍", **a_photo("shot"))) == ["像这样拍"]
    sent = talking.api.sent(CUSTOMER)[-1]
    assert (sent.method, sent.files) == ("sendPhoto", {"file": picture(77).data})
    line = Search(talking.store.database).transcript(str(CUSTOMER))
    assert [one.text for one in line if one.files and one.who == "agent:小林"] == ["像这样拍"]
    assert len([call for call in talking.api.sent(GROUP) if call.files]) == 1, "in the topic it stands already"


def group_album(shop: Shop, album: str, *captions: str) -> list[dict[str, Any]]:
    updates = []
    for n, caption in enumerate(captions):
        shop.api.assets[f"{album}{n}"] = picture(100 + n).data
        words = {"caption": caption} if caption else {}
        part = a_photo(f"{album}{n}") | words
        updates.append(shop.people.says_in_group(AGENT, topic=shop.topic, media_group_id=album, **part))
    return updates


def test_an_album_goes_to_the_customer_whole_in_order_and_with_its_words_once(talking: Shop) -> None:
    parts = group_album(talking, "a", "看这三张", "", "")
    before = len(talking.api.sent(CUSTOMER))
    talking.gets(*reversed(parts))
    sent = talking.api.sent(CUSTOMER)[before:]
    assert [call.files["file"] for call in sent] == [picture(100 + n).data for n in range(3)]
    assert [call.text for call in sent] == ["看这三张", "", ""]


def test_an_album_that_is_a_note_stays_inside_with_all_its_pictures(talking: Shop) -> None:
    parts = group_album(talking, "a", "// 内部截图", "", "", "")
    assert to_customer(talking, lambda: talking.gets(*parts[:2])) == []
    talking.now += timedelta(seconds=30)
    before = len(talking.api.sent(CUSTOMER))
    talking.gets(*parts[2:])
    assert len(talking.api.sent(CUSTOMER)) == before, "even those that come late"


def test_an_album_while_the_bot_talks_is_answered_once(filed: Shop) -> None:
    before = len(filed.api.sent(GROUP))
    filed.gets(*group_album(filed, "a", "", "", ""))
    assert len(filed.api.sent(GROUP)) == before + 1


def test_a_file_that_the_bot_cannot_fetch_is_explained(talking: Shop) -> None:
    big = {"file_id": "x", "file_name": "a.png", "file_size": 21_000_000}
    [told] = talking.staff_says(document=big)
    assert "20 MB" in told


def test_what_no_other_channel_could_show_is_not_sent_and_that_is_said(talking: Shop) -> None:
    assert to_customer(talking, lambda: talking.staff_says(sticker={"file_id": "s"})) == []
    assert "没有发出去" in talking.api.texts(GROUP)[-1]


def test_words_that_are_changed_afterwards_are_not_sent_again(talking: Shop) -> None:
    first = talking.people.says_in_group(AGENT, "稍等", topic=talking.topic)
    talking.gets(first)
    assert to_customer(talking, lambda: talking.gets(talking.people.edits(first, "稍等一下"))) == []


def test_ready_made_replies_are_listed_and_filled_in(filed: Shop) -> None:
    [listed] = filed.staff_says("/r")
    assert "/r received" in listed
    [text] = to_customer(filed, lambda: filed.staff_says("/r received"))
    assert "小林" in text and filed.case.number in text and "{" not in text


def test_the_queue_shows_what_waits_with_the_way_to_its_topic(filed: Shop) -> None:
    [listed] = filed.staff_says("/queue", topic=0)
    assert filed.case.number in listed and f"https://t.me/c/1234567890/{filed.topic}" in listed
    filed.staff_press("拒绝")
    filed.answers(question(filed), REFUSAL)
    assert filed.staff_says("/queue", SUPERVISOR, topic=0) == ["现在没有等处理的申请。"]


def test_other_commands_are_explained_and_a_topics_commands_are_sent_there(filed: Shop) -> None:
    assert "/take" in filed.staff_says("/nonsense")[0]
    assert "话题" in filed.staff_says("/say 您好", topic=0)[0]


def test_a_talk_without_a_case_has_its_topic_to_talk_in(shop: Shop) -> None:
    shop.says("/human", user=800)
    topic = shop.telegram_topic("800")
    shop.staff_says("/take", topic=topic)
    shop.staff_says("您好，请讲", topic=topic)
    assert shop.api.texts(800)[-1] == "您好，请讲"
    assert "/r received" in shop.staff_says("/r received", topic=topic)[0], "without a case there is nothing to fill in"


def test_a_topic_that_is_deleted_before_the_answer_holds_up_nothing(filed: Shop) -> None:
    topic = filed.topic
    update = filed.people.says_in_group(AGENT, "您好", topic=topic)
    filed.api.gone.add(topic)
    filed.gets(update)
    assert filed.store.outbox.waiting(f"arrived:7001:{GROUP}/{topic}") == []


def test_an_answer_that_has_to_wait_is_given_later_and_the_decision_made_once(filed: Shop) -> None:
    filed.api.fails["sendMessage"] = [Refused(429, "Too Many Requests", 3)]
    filed.staff_press("拒绝")
    assert len(questions(filed)) == 1
