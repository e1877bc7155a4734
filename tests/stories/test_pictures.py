"""What a picture adds, what contradicts, what is still wanted: the conversation once pictures are read."""

from typing import Any

import pytest
from msgspec.structs import replace

from bot.channels import Upload
from bot.reading import Seen
from flows.model import CaseState, Need, Says
from nlp.codes import Reason
from nlp.pictured import PictureKind
from tests.nlp.pages import SIZE, lines_of
from tests.reading import Told
from tests.stories.telling import CARD, DROPPED, INVALID, LATE, MEMBERSHIP, STRANGERS, Story, Tell, picture

ERROR, WORKED, FAULT, CAT, PAGE, OTHER, SENT = (picture(n) for n in range(1, 8))
NUMBER = LATE.order_no
PAGES: dict[Upload, str] = {
    ERROR: "卡券兑换中心\n卡密\nTY**-****-****-K7P3\n该激活码已被使用\n我知道了",
    WORKED: "卡券兑换中心\n兑换成功\n卡密 WY**-****-****-T2M9\n去使用",
    FAULT: "会员中心\n会员已失效\n续费会员",
    CAT: "杭州市\n23°\n多云 最高26° 最低17°",
    PAGE: f"订单详情\n待发货\n订单编号|{NUMBER}\n下单时间|2026-11-20 10:00\n实付款|¥90.00",
    SENT: f"订单详情\n已发货\n订单编号|{NUMBER}\n下单时间|2026-11-20 10:00\n发货时间|2026-11-20 10:05\n实付款|¥90.00",
    OTHER: "订单详情\n已发货\n订单编号|KM202611201530099999\n实付款|¥90.00",
}


@pytest.fixture
def shop(tell: Tell) -> Any:
    seen = {
        upload.data: Seen(SIZE, tuple(lines_of(text)), f"{n:016x}" + "80" * 576)
        for n, (upload, text) in enumerate(PAGES.items())
    }
    return lambda *orders: tell(*orders, reader=Told(seen))


def test_a_message_with_a_picture_is_answered_once_it_is_read(shop: Any) -> None:
    story: Story = shop(CARD)
    assert story.hears(INVALID, ERROR) == ["confirm.with_rule"]
    story.presses("yes")
    [piece] = story.case.evidence
    assert (piece.kind, piece.verdict, piece.need) == (PictureKind.ACTIVATION_ERROR, Says.SUPPORTS, Need.ERROR_SCREEN)


def test_a_first_message_that_is_only_an_order_page_starts_the_right_case(shop: Any) -> None:
    story: Story = shop(LATE)
    assert story.hears("", PAGE) == ["confirm.with_rule"]
    assert story.presses("yes")[0].startswith("filed.") and story.case.order.order_no == NUMBER


def test_a_picture_shows_no_one_that_the_order_is_theirs(shop: Any) -> None:
    story: Story = shop(replace(LATE, buyer="somebody", contact="13900000000"))
    assert story.hears("", PAGE) == ["ownership.ask"]
    assert LATE.product not in story.said[-1].text and "90" not in story.said[-1].text
    assert story.hears("13900000000") == ["confirm.with_rule"]


def test_a_number_that_is_nobodys_is_asked_about_in_the_same_words(shop: Any) -> None:
    unknown: Story = shop(STRANGERS)
    assert unknown.hears("", PAGE) == ["ownership.ask"]


def test_an_error_screen_is_a_guess_at_the_reason_and_the_order_is_asked_for(shop: Any) -> None:
    story: Story = shop(replace(CARD, buyer=None, contact="13900000000"))
    assert story.hears("", ERROR) == ["order.ask"]
    assert story.hears(f"{CARD.order_no} 13900000000") == ["confirm.with_rule"]


def test_what_has_nothing_to_do_with_it_is_said_so_and_counts_for_nothing(shop: Any) -> None:
    story: Story = shop(CARD)
    story.goes((INVALID, ["evidence.ask"]))
    assert story.hears("", CAT) == ["evidence.unfit"] and story.said[-1].expects == (Need.ERROR_SCREEN,)
    assert story.hears("", ERROR) == ["confirm.summary"]


def test_pieces_are_checked_off_by_what_they_show_in_any_order(shop: Any) -> None:
    story: Story = shop(MEMBERSHIP)
    story.goes((DROPPED, ["evidence.ask"]))
    assert story.hears("", WORKED) == ["evidence.more"] and story.said[-1].expects == (Need.FAULT_SCREEN,)
    assert "1/2 ✓" in story.said[-1].text
    assert story.hears("", FAULT) == ["confirm.summary"]


def contradicted(shop: Any) -> Story:
    story: Story = shop(CARD)
    story.goes((INVALID, ["evidence.ask"]))
    assert story.hears("", WORKED) == ["evidence.contradicts"]
    assert "兑换成功" in story.said[-1].text and len(story.said[-1].buttons) == 3
    return story


def test_a_contradiction_is_asked_about_and_handed_in_as_it_is_if_so_wished(shop: Any) -> None:
    story = contradicted(shop)
    assert story.presses("as_it_is") == ["confirm.summary"]
    assert story.presses("yes") == ["filed.submitted"] and story.state is CaseState.SUBMITTED
    [piece] = story.case.evidence
    assert piece.verdict is Says.CONTRADICTS and piece.findings[0].mark


@pytest.mark.parametrize("said", [
    "提交", "没有了", "就用这张提交", "就这张", "就按这个交", "我就用这个交", "还是用这张吧", "不换了，就这张",
    "照样提交", "submit it as it is",
])  # fmt: skip
def test_it_may_be_said_in_words_too(shop: Any, said: str) -> None:
    assert contradicted(shop).hears(said) == ["confirm.summary"]


def test_what_the_record_would_decide_alone_goes_to_an_agent_where_a_picture_contradicts(shop: Any) -> None:
    story: Story = shop(LATE)
    story.goes(("过了说好的时间还没发货，退款", ["confirm.with_rule"]))
    assert story.hears("", SENT) == ["evidence.contradicts"] and story.presses("as_it_is") == ["confirm.summary"]
    assert story.presses("yes") == ["filed.submitted"] and story.state is CaseState.SUBMITTED
    assert story.staff("approve")[0] == "news.approved"  # it decides nothing, neither yes nor no


def test_pictures_are_judged_again_by_the_reason_that_staff_correct(shop: Any) -> None:
    story: Story = shop(CARD)
    story.goes((INVALID, ["evidence.ask"]))
    story.hears("", WORKED)
    story.presses("as_it_is")
    story.presses("yes")
    assert story.case.evidence[0].verdict is Says.CONTRADICTS
    story.staff("correct_reason", reason=Reason.MALFUNCTION, text="激活成功后掉了")
    [piece] = story.case.evidence
    assert (piece.verdict, piece.need, piece.findings[0].code) == (Says.SUPPORTS, Need.ACTIVATION, "activated")
    assert story.case.missing == (Need.FAULT_SCREEN,)


def test_another_picture_takes_the_place_of_the_one_that_contradicts(shop: Any) -> None:
    story = contradicted(shop)
    assert story.presses("other_picture") == ["evidence.only"]
    assert story.hears("", ERROR) == ["confirm.summary"]
    story.presses("yes")
    assert [piece.verdict for piece in story.case.evidence] == [Says.SUPPORTS]


def test_another_reason_may_be_chosen(shop: Any) -> None:
    assert contradicted(shop).presses("change:reason") == ["reason.ask"]


def test_a_contradiction_in_a_case_that_stands_is_said_and_shown_to_staff(shop: Any) -> None:
    story: Story = shop(CARD)
    story.hears(INVALID, ERROR)
    story.presses("yes")
    assert story.hears("", WORKED) == ["evidence.attached_but"] and story.notices == ["staff.evidence_added"]
    assert story.case.evidence[-1].verdict is Says.CONTRADICTS


def test_an_album_is_answered_once(shop: Any) -> None:
    story: Story = shop(MEMBERSHIP)
    story.goes((DROPPED, ["evidence.ask"]))
    for n, upload in enumerate((WORKED, FAULT)):
        from bot.channels import Incoming

        story.house.hear(Incoming("webchat", "u1", f"album{n}", files=(upload,)), story.now)
    assert story._news() == ["confirm.summary"]


def test_a_picture_of_another_order_of_theirs_begins_a_claim_of_its_own(shop: Any) -> None:
    story: Story = shop(CARD, LATE)
    story.hears(INVALID, ERROR)
    story.presses("yes") if "yes" in {choice.value for choice in story.store.recall("u1").talk.choices} else None
    if not story.store.recall("u1").cases:
        story.presses(f"order:{CARD.order_no}")
        story.presses("yes")
    assert story.hears("", PAGE)[-1] == "confirm.with_rule"
    assert story.case.order.order_no == CARD.order_no and len(story.case.evidence) == 1


def test_an_example_is_shown_on_request(shop: Any) -> None:
    story: Story = shop(CARD)
    story.goes((INVALID, ["evidence.ask"]))
    assert story.presses("example") == ["example.error_screen", "evidence.only"]
    assert story.said[0].files and story.app.files.read(story.said[0].files[0])
