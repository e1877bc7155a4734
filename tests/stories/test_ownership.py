"""Whose order it is: nothing is said of an order before it was shown to be theirs, and guessing is no way."""

import pytest
from msgspec.structs import replace

from nlp.codes import Reason
from tests.stories.telling import INVALID, STRANGERS, Tell

CLAIM = f"{STRANGERS.order_no} {INVALID}"
WRONG = [(f"1381111222{n}", ["ownership.mismatch"]) for n in range(4)]


@pytest.mark.parametrize("proof", ["13900000000", "查询密码 Zx81yz", "+86 139 0000 0000", "Zx81yz"])
def test_the_contact_or_the_query_password_given_at_checkout_shows_it(tell: Tell, proof: str) -> None:
    story = tell(STRANGERS)
    story.goes((CLAIM, ["ownership.ask"]), (proof, ["evidence.ask"]))
    assert story.store.recall("u1").bound == {STRANGERS.order_no}


def test_number_and_contact_in_the_first_message_are_enough(tell: Tell) -> None:
    assert tell(STRANGERS).hears(f"{CLAIM}，手机号 13900000000") == ["evidence.ask"]


def test_whoever_comes_by_the_signed_link_of_the_order_page_is_not_asked(tell: Tell) -> None:
    story = tell(STRANGERS)
    assert story.hears(payload=story.app.links.payload(STRANGERS.order_no)) == ["reason.ask"]
    assert story.hears(INVALID) == ["evidence.ask"]


def test_a_signed_link_proves_the_order_however_the_shops_page_writes_its_number(tell: Tell) -> None:
    story = tell(STRANGERS)
    assert story.hears(payload=story.app.links.payload(STRANGERS.order_no.lower())) == ["reason.ask"]
    assert story.store.recall("u1").bound == {STRANGERS.order_no}


def test_a_link_that_the_shop_has_not_signed_proves_nothing(tell: Tell) -> None:
    story = tell(STRANGERS)
    forged = story.app.links.payload(STRANGERS.order_no)[:-1] + "~"
    assert story.hears(payload=forged) == ["greeting.hello"]
    assert story.hears(CLAIM) == ["ownership.ask"]


def test_an_order_shown_to_be_theirs_stays_theirs(tell: Tell) -> None:
    story = tell(STRANGERS)
    story.goes((CLAIM, ["ownership.ask"]), ("13900000000", ["evidence.ask"]), ("算了", ["claim.dropped"]))
    assert story.hears(CLAIM) == ["evidence.ask"]


@pytest.mark.parametrize("instead", ["我没留手机号啊", "我用微信登录的", STRANGERS.order_no])
def test_who_answers_the_question_with_something_else_hears_what_it_is_for(tell: Tell, instead: str) -> None:
    story = tell(STRANGERS)
    story.goes((CLAIM, ["ownership.ask"]), (instead, ["ownership.help"]))
    assert (story.asks, story.said[-1].buttons[0][1]) == ("ownership", "换个订单号")


@pytest.mark.parametrize("slip", ["不好意思少打一位，", "打错了，是"])
def test_a_slip_in_the_number_is_no_wrong_purchase(tell: Tell, slip: str) -> None:
    story = tell(STRANGERS)
    story.goes(
        (f"{STRANGERS.order_no[:-1]} {INVALID}", ["ownership.ask"]),
        (f"{slip}{STRANGERS.order_no}", ["ownership.ask"]),
        ("13900000000", ["evidence.ask"]),
    )
    draft = story.store.recall("u1").talk.draft
    assert draft and draft.reason is Reason.INVALID_CODE


def test_five_wrong_tries_close_the_door_for_an_hour_even_to_the_right_word(tell: Tell) -> None:
    story = tell(STRANGERS)
    story.goes(
        (CLAIM, ["ownership.ask"]),
        *WRONG,
        ("13811112229", ["ownership.locked"]),
        (f"{CLAIM} 13900000000", ["ownership.locked"]),
    )
    story.waits(hours=1)
    assert story.hears(f"{CLAIM} 13900000000") == ["evidence.ask"]


def test_ten_wrong_tries_of_whomever_close_an_orders_door_to_strangers_but_not_to_its_owner(tell: Tell) -> None:
    story = tell(STRANGERS)
    for guesser in ("g1", "g2"):
        story.customer = guesser
        story.goes((CLAIM, ["ownership.ask"]), *WRONG, ("13811112229", ["ownership.locked"]))
    story.customer = "stranger"
    assert story.hears(f"{CLAIM} 13900000000") == ["ownership.locked"]
    story.customer = "somebody"
    assert story.hears(CLAIM) == ["evidence.ask"]


def test_an_order_that_is_not_there_and_one_of_a_stranger_sound_alike(tell: Tell) -> None:
    story = tell(replace(STRANGERS, product="谁也不该看到的商品"))
    heard: list[list[str]] = []
    for number in (STRANGERS.order_no, "KM202611201530099999"):
        story.customer = f"asks for {number}"
        said = []
        for words in (f"{number} {INVALID}", "13811112222", f"{number} 到哪一步了"):
            story.hears(words)
            said += [line.text.replace(number, "") for line in story.said]
        heard.append(said)
    assert heard[0] == heard[1]
    assert "谁也不该看到的商品" not in "".join(heard[0])


def test_the_query_password_is_kept_in_no_case_and_said_by_nobody(tell: Tell) -> None:
    story = tell(STRANGERS)
    story.goes((CLAIM, ["ownership.ask"]), ("查询密码 Zx81yz", ["evidence.ask"]))
    story.goes(("没有了", ["confirm.summary"]), ("提交", ["filed.submitted"]))
    assert story.case.order.query_password is None
    assert not any("Zx81yz" in line.text for line in (*story.said, *story.told))
