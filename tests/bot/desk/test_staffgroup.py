"""The staff's group: a topic for each case, a card that is edited, and nothing lost, whatever is deleted."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from bot.botapi import Refused, Unreachable
from bot.channels import SendLater, Undeliverable
from bot.desk.staffgroup import AGAIN
from bot.handle import StaffAction
from bot.updates import fits
from flows.model import Remedy, Role
from nlp.codes import Reason
from storage.topics import Topic
from tests.bot.channels.telegram_server import GROUP, a_photo
from tests.bot.channels.telegram_shop import CUSTOMER, Shop
from tests.stories.telling import picture


@pytest.fixture
def filed(shop: Shop) -> Shop:
    shop.hands_in()
    return shop


def send(shop: Shop, *args: Any, **given: Any) -> list[float]:
    """What the worker does, until it is through. Returns for how long it was told to wait, each time."""
    assert shop.telegram.group is not None
    waited: list[float] = []
    while len(waited) < 20:
        try:
            shop.telegram.group.send(shop.tells(*args, **given))
            return waited
        except SendLater as wish:
            waited.append(wish.seconds)
            shop._stand(wish.seconds)
    raise AssertionError("it is never through")


def by_web(shop: Shop, do: str, agent: str = "小周", role: Role = Role.AGENT, **given: Any) -> None:
    shop.house.decide(StaffAction(agent, role, do, case=shop.case.number, **given), shop.now)
    shop.settle()


def test_a_case_has_one_topic_with_its_card_pinned_and_its_pictures_below(filed: Shop) -> None:
    assert list(filed.api.topics.values()) == [f"{filed.case.number} 100元点卡"]
    first, second = filed.api.sent(GROUP)
    assert (first.method, second.method, second.files) == ("sendMessage", "sendPhoto", {"p0": picture(5).data})
    [pinned] = filed.api.named("pinChatMessage")
    assert pinned.fields["message_id"] == first.result["message_id"]
    assert {call.fields["message_thread_id"] for call in (first, second)} == {filed.topic}


def test_as_the_case_moves_the_card_is_edited_and_nothing_is_sent(filed: Shop) -> None:
    before = len(filed.api.sent(GROUP))
    by_web(filed, "take")
    by_web(filed, "reject", text="截图里的卡号不是这张卡。")
    assert len(filed.api.sent(GROUP)) == before
    assert len(filed.api.named("editMessageText")) == 2
    assert "已拒绝" in filed.card.text and "小周 的决定" in filed.card.text


@pytest.mark.parametrize("do", ["correct_reason", "restrict", "note", "take_over", "offer"])
def test_whatever_is_done_at_the_web_desk_shows_in_the_topic(filed: Shop, do: str) -> None:
    more: dict[str, dict[str, Any]] = {
        "correct_reason": {"reason": Reason.MALFUNCTION},
        "offer": {"offer": Remedy.CREDIT},
    }
    before = [call.text for call in filed.api.sent(GROUP)] + [filed.card.text]
    by_web(filed, do, "陈姐", Role.SUPERVISOR, text="看过了", **more.get(do, {}))
    after = [call.text for call in filed.api.sent(GROUP)] + [filed.card.text]
    shown = {
        "correct_reason": "功能异常",
        "restrict": "高风险",
        "note": "陈姐 的备注：看过了",
        "take_over": "正在接待：陈姐",
        "offer": "退成余额",
    }
    assert not any(shown[do] in text for text in before) and any(shown[do] in text for text in after)


def test_new_pictures_come_as_one_album_and_those_that_stand_there_do_not_come_again(filed: Shop) -> None:
    by_web(filed, "request_evidence", text="请再拍清楚一点")
    before = len(filed.api.sent(GROUP))
    for shade in (21, 22):
        filed.api.assets[f"picture-{shade}"] = picture(shade).data
    filed.gets(*(filed.people.says(CUSTOMER, media_group_id="5", **a_photo(f"picture-{shade}")) for shade in (21, 22)))
    new = filed.api.sent(GROUP)[before:]
    assert [call.method for call in new].count("sendMediaGroup") == 1
    [album] = [call for call in new if call.method == "sendMediaGroup"]
    assert list(album.files.values()) == [picture(21).data, picture(22).data]
    assert [entry["media"] for entry in album.fields["media"]] == ["attach://p0", "attach://p1"]
    count = len([call for call in filed.api.sent(GROUP) if call.files])
    by_web(filed, "take_over")
    assert len([call for call in filed.api.sent(GROUP) if call.files]) == count


def test_words_stand_in_the_talks_own_topic_where_there_is_no_case(shop: Shop) -> None:
    shop.says("/human", user=800)
    shop.says("有人吗", user=800)
    assert list(shop.api.topics.values()) == ["客户 800"]
    assert any("有人吗" in text for text in shop.api.texts(GROUP))


def test_what_concerns_nobody_in_particular_goes_to_the_general_topic(shop: Shop) -> None:
    send(shop, "节假日表要更新了")
    [sent] = shop.api.sent(GROUP)
    assert (sent.text, "message_thread_id" in sent.fields) == ("节假日表要更新了", False)


# ---- what heals


def test_a_deleted_topic_is_opened_anew_with_everything_in_it(filed: Shop) -> None:
    old = filed.topic
    filed.api.gone |= {old, filed.card.result["message_id"]}
    send(filed, "客户催了", case=filed.case.number, what="staff.urged")
    assert filed.topic != old
    new = [call for call in filed.api.sent(GROUP) if call.fields.get("message_thread_id") == filed.topic]
    assert [call.method for call in new] == ["sendMessage", "sendPhoto", "sendMessage"]
    assert new[-1].text == "客户催了" and len(filed.api.named("pinChatMessage")) == 2


def test_a_deleted_topic_of_a_case_that_has_not_moved_heals_as_well(filed: Shop) -> None:
    filed.api.gone.add(filed.topic)
    send(filed, "客户催了", case=filed.case.number, what="staff.urged")
    assert filed.api.texts(GROUP)[-1] == "客户催了" and filed.topic not in filed.api.gone


def test_a_deleted_card_is_sent_and_pinned_anew(filed: Shop) -> None:
    filed.api.gone.add(filed.card.result["message_id"])
    by_web(filed, "take")
    assert "审核中" in filed.card.text
    assert filed.api.named("pinChatMessage")[-1].fields["message_id"] == filed.card.result["message_id"]


def test_a_closed_topic_is_opened_again(filed: Shop) -> None:
    filed.api.closed.add(filed.topic)
    send(filed, "客户催了", case=filed.case.number, what="staff.urged")
    assert (filed.api.closed, filed.api.texts(GROUP)[-1]) == (set(), "客户催了")


@pytest.mark.parametrize("method", ["sendMessage", "createForumTopic"])
@pytest.mark.parametrize(
    "refused",
    [
        Refused(403, "Forbidden: bot was kicked from the supergroup chat"), Refused(400, "Bad Request: chat not found"),
        Refused(400, "Bad Request: not enough rights to create a topic"),
        Refused(400, "Bad Request: group chat was upgraded to a supergroup chat"),
    ],
)  # fmt: skip
def test_what_only_the_owner_can_put_right_is_waited_for_and_nothing_is_lost(
    shop: Shop, refused: Refused, method: str
) -> None:
    shop.api.fails[method] = [refused]
    assert AGAIN in send(shop, "客户催了", about="u1", what="staff.urged")
    assert shop.api.texts(GROUP)[-1] == "客户催了"


def test_a_group_that_forbids_pinning_has_its_card_all_the_same(shop: Shop) -> None:
    shop.api.fails["pinChatMessage"] = [Refused(400, "Bad Request: not enough rights to manage pinned messages")]
    shop.hands_in()
    assert shop.case.number in shop.card.text


def test_a_pin_that_got_no_answer_is_tried_again_without_a_second_card(shop: Shop) -> None:
    shop.api.fails["pinChatMessage"] = [Unreachable("TimedOut")]
    shop.hands_in()
    assert len(shop.api.named("pinChatMessage")) == 1
    assert len([call for call in shop.api.sent(GROUP) if shop.case.number in call.text]) == 1


def test_a_card_that_shows_it_already_is_no_mistake(filed: Shop) -> None:
    assert filed.telegram.group is not None
    filed.api.fails["editMessageText"] = [Refused(400, "Bad Request: message is not modified")]
    filed.now += timedelta(minutes=1)
    filed.telegram.group.refresh(filed.case.number, forced=True)
    assert len(filed.api.sent(GROUP)) == 2


def test_pictures_that_telegram_does_not_show_go_as_files(shop: Shop) -> None:
    shop.api.fails["sendPhoto"] = [Refused(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")]
    shop.hands_in()
    assert [call.method for call in shop.api.sent(GROUP) if call.files] == ["sendDocument"]


def test_what_telegram_takes_from_nobody_does_not_hold_up_the_rest(shop: Shop) -> None:
    assert shop.telegram.group is not None
    shop.api.fails["sendMessage"] = [Refused(400, "Bad Request: message text is empty")]
    with pytest.raises(Undeliverable):
        shop.telegram.group.send(shop.tells("x"))


def test_what_is_longer_than_telegram_takes_is_cut_and_says_so(shop: Shop) -> None:
    send(shop, "😀" * 5000)
    [text] = shop.api.texts(GROUP)
    assert fits(text, 4096) and "工作台" in text


def test_twenty_a_minute_at_most_go_into_the_group(shop: Shop) -> None:
    began = shop.now
    for n in range(25):
        send(shop, f"{n}")
    assert shop.api.texts(GROUP) == [str(n) for n in range(25)]
    assert (shop.now - began).total_seconds() >= 60


def test_who_looked_first_does_not_draw_last(filed: Shop) -> None:
    """Two threads redraw one card: the second looks only after the first has drawn."""
    assert filed.telegram.group is not None
    group, looked = filed.telegram.group, list[str]()
    inside, second_began = threading.Event(), threading.Event()
    call, case = filed.api.call, filed.store.case

    def slow(method: str, *args: Any, **given: Any) -> Any:
        if threading.current_thread() is first:
            inside.set()
            second_began.wait(5)
        result = call(method, *args, **given)
        looked.append(f"{threading.current_thread().name} draws")
        return result

    def looking(number: str) -> Any:
        looked.append(f"{threading.current_thread().name} looks")
        return case(number)

    filed.api.call = slow  # type: ignore[method-assign]  # the same, and slower
    group._store = type("Store", (), {"case": staticmethod(looking), "recall": filed.store.recall})()
    group._turn = lambda *_: None
    first = threading.Thread(target=group.refresh, args=(filed.case.number,), kwargs={"forced": True}, name="first")
    second = threading.Thread(target=group.refresh, args=(filed.case.number,), kwargs={"forced": True}, name="second")
    first.start()
    assert inside.wait(5)
    second.start()
    second_began.set()
    first.join(5)
    second.join(5)
    assert looked == ["first looks", "first draws", "second looks", "second draws"]


def test_a_card_that_nobody_has_is_not_drawn(shop: Shop) -> None:
    assert shop.telegram.group is not None
    shop.telegram.group.refresh("RF1", forced=True)
    shop.telegram.group.topics.opened("RF1", 5)
    shop.telegram.group.refresh("RF1", forced=True)
    assert (shop.api.calls, shop.telegram.group.topics.of("RF1")) == ([], Topic("RF1", 5))
