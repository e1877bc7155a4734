"""A card shows what a case is and where it stands, within Telegram's bounds, with the buttons that LIFE allows now."""

from datetime import timedelta
from typing import Any

import pytest

from bot.desk.card import card, choices, data, sure
from bot.texts import Catalogue
from bot.updates import fits
from flows.case import staff_steps
from flows.model import Actor, Case, CaseState, Decision, Need, Remedy, Role, Talk, Text
from nlp.codes import Reason
from tests.conftest import NOON, a_case, an_order

LANGUAGES = ("zh-CN", "en")
CATALOGUE = Catalogue()
S = CaseState


def sayer(language: str = "zh-CN") -> Any:
    return lambda key, **values: CATALOGUE.say(language, Text(key, values))


def drawn(case: Case, talk: Talk = Talk("555"), high_risk: bool = False, language: str = "zh-CN") -> Any:  # noqa: B008
    return card(case, talk, high_risk, sayer(language), NOON)


def keys(markup: dict[str, Any]) -> list[dict[str, str]]:
    return [key for row in markup["inline_keyboard"] for key in row]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_all_that_a_decision_rests_on(language: str) -> None:
    due = NOON + timedelta(days=3)
    case = a_case(words="激活不了", basis="七天内可以申请", missing=(Need.ERROR_SCREEN,), due_at=due, reviewer="小林")
    text = drawn(case, Talk("555", owner="agent:小周"), language=language).text
    for part in (
        case.number,
        "100元点卡",
        "90.00",
        case.order.order_no,
        "激活不了",
        "七天内可以申请",
        "小林",
        "小周",
        "11-23",
    ):
        assert part in text, part
    assert "None" not in text and "{" not in text


def test_it_says_who_is_high_risk_what_was_offered_and_what_was_decided() -> None:
    decision = Decision("quality.late", "超过 7 天", "agent:小周", NOON)
    case = a_case(
        state=S.OFFERED, offer=Remedy.CREDIT, decision=decision, appealed=True, until=NOON + timedelta(days=1)
    )
    text = drawn(case, high_risk=True).text
    assert all(part in text for part in ("高风险", "退成余额", "小周 的决定：超过 7 天", "复审", "11-21"))


def test_secrets_of_the_order_are_not_on_it() -> None:
    order = an_order(contact="13900000000", query_password="Zx81yz", trade_no="T123456")
    assert not {"13900000000", "Zx81yz"} & set(drawn(a_case(order=order)).text.replace("\n", " ").split())


@pytest.mark.parametrize("state", S)
def test_its_buttons_are_the_steps_that_life_lists_for_somebody(state: CaseState) -> None:
    case = a_case(state=state, offer=Remedy.CREDIT)
    steps = {key["callback_data"].split(":")[2] for key in keys(drawn(case).markup)}
    listed = set(staff_steps(case, Actor(Role.SUPERVISOR), at=NOON))
    assert listed <= steps
    assert steps - listed <= {"correct_reason", "take_over"}


def test_the_talk_is_taken_or_given_back_by_the_same_card() -> None:
    labels = [
        [key["text"] for key in keys(drawn(a_case(), Talk("555", owner=owner)).markup)] for owner in ("bot", "agent:a")
    ]
    assert "我来接待" in labels[0] and "交还机器人" in labels[1]


def test_money_moves_only_at_the_second_press_and_a_text_is_asked_for() -> None:
    ways = {
        key["callback_data"].split(":")[2]: key["callback_data"].split(":")[1] for key in keys(drawn(a_case()).markup)
    }
    assert (ways["approve"], ways["reject"], ways["offer"], ways["take"]) == ("sure", "do", "choose", "do")
    really = keys(sure(a_case(), "approve", sayer()))
    assert "90.00" in really[0]["text"] and really[0]["callback_data"] == "rd:do:approve:RF2611200001"
    assert really[1]["callback_data"].startswith("rd:card:")


def test_every_other_reason_and_both_remedies_can_be_chosen() -> None:
    reasons = [key["callback_data"].rpartition(":")[2] for key in keys(choices(a_case(), "correct_reason", sayer()))]
    assert {*reasons[:-1]} == {reason.value for reason in Reason} - {"invalid_code"}
    remedies = [key["callback_data"].rpartition(":")[2] for key in keys(choices(a_case(), "offer", sayer()))]
    assert remedies[:-1] == ["exchange", "credit"]


def test_no_button_is_longer_than_telegram_takes() -> None:
    longest = a_case(number="RF" + "9" * 10, state=S.IN_REVIEW)
    every = [drawn(longest).markup, *(choices(longest, step, sayer()) for step in ("offer", "correct_reason"))]
    assert all(len(key["callback_data"].encode()) <= 64 for markup in every for key in keys(markup))
    assert len(data("choose", "correct_reason", longest, "not_as_described").encode()) <= 64


def test_however_long_everything_is_telegram_takes_it() -> None:
    case = a_case(
        words="😀" * 5000, basis="😀" * 5000, order=an_order(product="😀" * 500),
        decision=Decision("r", "😀" * 5000, "agent:a", NOON),
    )  # fmt: skip
    assert fits(drawn(case).text, 4096)


def test_its_mark_changes_with_what_it_shows_and_with_nothing_else() -> None:
    assert drawn(a_case()).mark == drawn(a_case()).mark
    others = [
        drawn(a_case(reviewer="小林")),
        drawn(a_case(), high_risk=True),
        drawn(a_case(), Talk("555", owner="agent:a")),
    ]
    assert len({drawn(a_case()).mark, *(other.mark for other in others)}) == 4
