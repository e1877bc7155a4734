"""The pieces of many sentences say the same thing in the same words, in both languages."""

import pytest

from bot.texts import Catalogue
from flows.model import CaseState, Cents, Goods, Need, Refund, Text
from flows.wording import about, amounts, arrival, needs_text, order_text, paid_with, reason_text
from nlp.codes import Reason
from tests.conftest import a_case, an_order

SAY = Catalogue().say
LANGUAGES = Catalogue().languages
MONEY, POINTS, BOTH = Refund(Cents(100)), Refund(Cents(0), 30), Refund(Cents(100), 30)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("way", ["alipay", "wechat", "balance", "usdt", "", "paypal"])
def test_every_way_of_paying_has_words(language: str, way: str) -> None:
    order = an_order(paid_with=way)
    for back in (MONEY, POINTS, BOTH):
        assert SAY(language, paid_with(order, back)) and SAY(language, arrival(order, back))


def test_a_way_that_nobody_named_is_shown_as_the_order_has_it() -> None:
    assert "paypal" in SAY("zh-CN", paid_with(an_order(paid_with="paypal"), MONEY))


def test_points_go_back_to_the_points_whatever_the_money_was_paid_with() -> None:
    order = an_order(paid_with="alipay")
    assert SAY("zh-CN", paid_with(order, POINTS)) == "积分账户"
    assert SAY("zh-CN", paid_with(order, BOTH)) == "支付宝（积分退回积分账户）"
    assert "支付宝" not in SAY("zh-CN", arrival(order, POINTS))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_and_need_and_state_has_words(language: str) -> None:
    texts = [*map(reason_text, Reason), *needs_text(Need), *(Text(f"state.{state}") for state in CaseState)]
    assert all(SAY(language, text) for text in texts if isinstance(text, Text))


@pytest.mark.parametrize(
    "refund, parts",
    [(Refund(Cents(100)), 1), (Refund(Cents(0), 30), 1), (Refund(Cents(100), 30), 2), (Refund(Cents(0)), 1)],
)
def test_what_goes_back_names_money_and_points_where_there_are_some(refund: Refund, parts: int) -> None:
    assert len(amounts(refund)["back"]) == parts


def test_an_order_is_named_by_product_and_number() -> None:
    said = SAY("zh-CN", order_text(an_order(kind=Goods.CARD)))
    assert "100元点卡" in said and "KM202611201530012345" in said


def test_a_sentence_about_a_case_may_name_number_product_reason_and_state() -> None:
    values = about(a_case())
    assert {"number", "order", "reason", "state", "paid_with", "cash", "back"} <= values.keys()
