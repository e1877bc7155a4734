"""A refusal in writing, one appeal with new material, a second person, and what is left after that."""

from datetime import timedelta

import pytest

from bot.channels import Incoming
from bot.handle import NotAllowed
from flows.model import CaseState, Remedy
from tests.stories.telling import CARD, FIRST, HANDED_IN, REFUSAL, Story, Tell, picture

S = CaseState
MATERIAL = "卡号就是这张，我重新拍了一张清楚的"


@pytest.fixture
def refused(tell: Tell) -> Story:
    """A case that an agent has refused."""
    story = tell(CARD)
    story.goes(*HANDED_IN)
    assert story.staff("reject", text=REFUSAL) == ["news.rejected"]
    return story


def test_a_refusal_says_the_facts_the_rule_and_until_when_it_may_be_appealed(refused: Story) -> None:
    said = refused.said[-1].text
    assert REFUSAL in said and refused.case.basis in said and "11月27日 12:00" in said
    assert [button for button, _ in refused.said[-1].buttons] == [f"appeal:{FIRST}"]


@pytest.mark.parametrize("text", ["", "  "])
def test_a_refusal_without_a_word_is_no_refusal(tell: Tell, text: str) -> None:
    story = tell(CARD)
    story.goes(*HANDED_IN)
    with pytest.raises(NotAllowed):
        story.staff("reject", text=text)
    assert story.state is S.SUBMITTED


def test_whoever_asks_why_hears_the_decision_again(refused: Story) -> None:
    refused.goes(("凭什么拒绝，给我个依据", ["basis.decided"]))
    assert REFUSAL in refused.said[-1].text


@pytest.mark.parametrize("material", [MATERIAL, "(picture)"])
def test_an_appeal_needs_something_new_and_is_decided_by_another_person(refused: Story, material: str) -> None:
    refused.goes(("我要申诉", ["appeal.material"]), (material, ["appeal.filed"]))
    assert (refused.state, refused.case.reviewer, refused.notices) == (S.APPEALED, None, ["staff.appealed"])
    with pytest.raises(NotAllowed, match="另一位"):
        refused.staff("approve", "a1")
    assert refused.staff("approve", "a2") == ["news.approved", "news.refunded"]


def test_whoever_refused_does_not_take_the_appeal_from_the_other_person_while_it_waits(refused: Story) -> None:
    refused.goes((f"我要申诉，{MATERIAL}", ["appeal.filed"]))
    refused.staff("request_evidence", "a2", text="请补一张截图。")
    with pytest.raises(NotAllowed, match="另一位"):
        refused.staff("take", "a1")
    assert (refused.state, refused.case.reviewer) == (S.AWAITING_CUSTOMER, "a2")


def test_the_button_of_the_refusal_appeals_as_well(refused: Story) -> None:
    refused.goes((f"[appeal:{FIRST}]", ["appeal.material"]), (MATERIAL, ["appeal.filed"]))


def test_all_in_one_message_is_asked_for_nothing_more(refused: Story) -> None:
    refused.goes((f"我要申诉，{MATERIAL}", ["appeal.filed"]))
    assert MATERIAL in refused.case.words


@pytest.mark.parametrize("anger", ["垃圾平台骗子", "你们这群骗子还我钱"])
def test_anger_that_tells_nothing_new_does_not_use_up_the_one_appeal(refused: Story, anger: str) -> None:
    refused.goes((anger, ["basis.decided"]))
    assert refused.state is S.REJECTED
    refused.goes((f"[appeal:{FIRST}]", ["appeal.material"]))


@pytest.mark.parametrize("insisting", ["还我钱", "我要退款"])
def test_who_insists_on_the_money_has_not_given_up_the_appeal(refused: Story, insisting: str) -> None:
    refused.goes(
        ("我要申诉", ["appeal.material"]), (insisting, ["appeal.material"]), (MATERIAL, ["appeal.filed"])
    )


def test_the_second_refusal_is_the_last_and_names_the_outside_ways(refused: Story) -> None:
    refused.goes(("我要申诉", ["appeal.material"]), (MATERIAL, ["appeal.filed"]))
    assert refused.staff("reject", "a2", text="复核后仍不是这张卡。") == ["news.refused_for_good"]
    assert refused.state is S.CLOSED
    assert all(way in refused.said[-1].text for way in ("12315", "消费者协会", "法院"))
    refused.goes(("我要申诉", ["appeal.used_up"]))


def test_the_second_person_may_offer_something_instead(refused: Story) -> None:
    refused.goes((f"我要申诉，{MATERIAL}", ["appeal.filed"]))
    refused.staff("offer", "a2", offer=Remedy.EXCHANGE)
    refused.goes((f"[offer_accept:{FIRST}]", ["offer.taken"]))


def test_an_appeal_is_in_time_up_to_the_end_of_the_seventh_day(refused: Story) -> None:
    refused.waits(days=7)
    assert refused.hears(f"我要申诉，{MATERIAL}") == ["appeal.filed"]


def test_a_second_past_the_seven_days_it_is_closed(refused: Story) -> None:
    refused.waits(days=7, seconds=1)
    refused.goes((f"我要申诉，{MATERIAL}", ["appeal.too_late"]))


def test_a_picture_sent_at_the_last_moment_counts_though_it_is_read_after_it(refused: Story) -> None:
    refused.goes((f"[appeal:{FIRST}]", ["appeal.material"]))
    refused.waits(days=7)
    sent = Incoming("webchat", "u1", "last", text=MATERIAL, files=(picture(9),))
    refused.house.hear(sent, refused.now)
    refused.now += timedelta(seconds=2)
    refused.worker.run_due(refused.now, ("wake",))
    assert refused.state is S.REJECTED, "the reader has not come to it yet"
    assert refused._news() == ["appeal.filed"]
    assert refused.waits(seconds=5) == [] and refused.state is S.APPEALED


def test_the_systems_own_refusal_may_be_appealed_to_any_agent(tell: Tell) -> None:
    story = tell(CARD)
    story.goes(
        ("不想要了，无理由退款", ["offer.instead"]),
        ("给我书面答复", ["filed.refused"]),
        ("我要申诉", ["appeal.material"]),
        ("商品页写着七天无理由退货，有截图为证", ["appeal.filed"]),
    )
    assert story.staff("approve", "a1") == ["news.approved", "news.refunded"]


def test_of_a_high_risk_customer_an_appeal_waits_for_a_supervisor(refused: Story) -> None:
    refused.boss("restrict", text="伪造的截图")
    refused.goes((f"我要申诉，{MATERIAL}", ["appeal.filed"]))
    with pytest.raises(NotAllowed):
        refused.staff("approve", "a2")
    assert refused.boss("approve") == ["news.approved", "news.refunded"]


def test_the_outside_ways_are_told_to_whoever_asks_and_staff_hear_of_it(refused: Story) -> None:
    refused.goes(("我打12315投诉你们", ["outside.ways"]))
    assert "12315" in refused.said[-1].text and FIRST in refused.said[-1].text
    assert refused.notices == ["staff.outside"]
