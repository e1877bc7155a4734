"""The rules' answers, row by row of the table that the platform promises, and what must hold of every answer."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from flows.model import Cents, Eligible, Goods, Need, Order, OrderStatus, Refund, Remedy, Text, Verdict, Yuan
from flows.policy import calendar_notice, judge, load, span
from flows.workdays import LAST_KNOWN_YEAR
from nlp.codes import USER_ERRORS, Reason

POLICY = load()
ORDERED = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
PROMISED = ORDERED + timedelta(minutes=30)
DELIVERED = ORDERED + timedelta(minutes=10)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
YES, REVIEW, NO = Eligible.YES, Eligible.REVIEW, Eligible.NO
QUALITY = (Reason.INVALID_CODE, Reason.MALFUNCTION, Reason.NOT_AS_DESCRIBED)
EXCHANGE_OR_CREDIT = (Remedy.EXCHANGE, Remedy.CREDIT)
NEEDS = {
    Reason.NOT_DELIVERED: (Need.ORDER_PAGE,),
    Reason.INVALID_CODE: (Need.ERROR_SCREEN,),
    Reason.MALFUNCTION: (Need.FAULT_SCREEN, Need.ACTIVATION),
    Reason.NOT_AS_DESCRIBED: (Need.LISTING, Need.RECEIVED),
    Reason.SERVICE_FAILED: (Need.AGREEMENT, Need.SERVICE_RECORD),
}


def undelivered(kind=Goods.TOPUP, **more) -> Order:
    order = Order("KM1", "Q币", Cents(4390), OrderStatus.UNDELIVERED, ORDERED, kind=kind, promised_at=PROMISED)
    return replace(order, **more)


def delivered(kind=Goods.TOPUP, **more) -> Order:
    return undelivered(kind, **{"status": OrderStatus.DELIVERED, "delivered_at": DELIVERED, **more})


def answer(verdict: Verdict):
    return verdict.eligible, verdict.rule, verdict.alternatives, verdict.needs


@pytest.mark.parametrize(("reason", "kind"), [*product(Reason, Goods)])
def test_a_closed_order_is_refused_before_anything_else(reason, kind):
    order = delivered(kind, status=OrderStatus.CLOSED)
    assert answer(judge(POLICY, order, reason, now=DELIVERED, high_risk=True)) == (NO, "order.closed", (), ())


def test_an_undelivered_order_may_be_refunded_from_the_second_after_its_promise():
    waiting = (NO, "not_delivered.not_yet_due", (Remedy.CANCEL,), ())
    assert answer(judge(POLICY, undelivered(), Reason.NOT_DELIVERED, now=PROMISED)) == waiting
    late = (YES, "not_delivered.late", (), ())
    assert answer(judge(POLICY, undelivered(), Reason.NOT_DELIVERED, now=PROMISED + SECOND)) == late
    assert answer(judge(POLICY, undelivered(), Reason.NOT_DELIVERED, now=PROMISED + 3000 * DAY)) == late


@pytest.mark.parametrize(("kind", "minutes"), [(Goods.CARD, 10), (Goods.TOPUP, 120), (Goods.MEMBERSHIP, 120),
                                               (Goods.ACCOUNT, 120), (Goods.SERVICE, 1440)])  # fmt: skip
def test_an_order_without_a_promise_has_that_of_its_kind(kind, minutes):
    order, promised = undelivered(kind, promised_at=None), ORDERED + timedelta(minutes=minutes)
    assert judge(POLICY, order, Reason.NOT_DELIVERED, now=promised).eligible is NO
    late = judge(POLICY, order, Reason.NOT_DELIVERED, now=promised + SECOND)
    assert (late.eligible, late.facts["promised_at"]) == (YES, promised)


@pytest.mark.parametrize("kind", Goods)
def test_a_delivered_order_may_be_claimed_as_missing_within_the_hour(kind):
    inside = judge(POLICY, delivered(kind), Reason.NOT_DELIVERED, now=DELIVERED + HOUR)
    assert answer(inside) == (REVIEW, "not_delivered.in_window", (), (Need.ORDER_PAGE,))
    assert inside.apply_before == DELIVERED + HOUR
    past = judge(POLICY, delivered(kind), Reason.NOT_DELIVERED, now=DELIVERED + HOUR + SECOND)
    assert answer(past) == (NO, "not_delivered.window_over", (), ())
    assert past.apply_before is None


@pytest.mark.parametrize(("reason", "kind"), [*product(QUALITY, Goods)])
def test_quality_is_open_for_a_day_of_a_card_and_seven_days_of_anything_else(reason, kind):
    window = DAY if kind is Goods.CARD else 7 * DAY
    inside = judge(POLICY, delivered(kind), reason, now=DELIVERED + window)
    assert answer(inside) == (REVIEW, "quality.in_window", (), NEEDS[reason])
    assert inside.apply_before == DELIVERED + window
    assert answer(judge(POLICY, delivered(kind), reason, now=DELIVERED + window + SECOND)) == (
        NO, "quality.window_over", (), ())  # fmt: skip


@pytest.mark.parametrize("kind", Goods)
def test_a_failed_service_is_open_until_seven_days_after_delivery(kind):
    needs = (Need.AGREEMENT, Need.SERVICE_RECORD)
    for order in (undelivered(kind), undelivered(kind, service_started_at=ORDERED)):
        begun = judge(POLICY, order, Reason.SERVICE_FAILED, now=PROMISED + 99 * DAY)
        assert answer(begun) == (REVIEW, "service.undelivered", (), needs)
        assert begun.apply_before is None
    inside = judge(POLICY, delivered(kind), Reason.SERVICE_FAILED, now=DELIVERED + 7 * DAY)
    assert answer(inside) == (REVIEW, "service.in_window", (), needs)
    past = judge(POLICY, delivered(kind), Reason.SERVICE_FAILED, now=DELIVERED + 7 * DAY + SECOND)
    assert answer(past) == (NO, "service.window_over", (), ())


@pytest.mark.parametrize(("reason", "used"), [*product(USER_ERRORS, (None, False, True))])
def test_what_is_not_delivered_yet_is_given_back_for_an_error_of_ones_own(reason, used):
    verdict = judge(POLICY, undelivered(), reason, now=ORDERED, code_used=used)
    assert answer(verdict) == (YES, "user_error.undelivered", (), ())


@pytest.mark.parametrize("order", [undelivered(service_started_at=ORDERED), delivered(service_started_at=ORDERED)])
@pytest.mark.parametrize("used", [None, False, True])
def test_a_service_that_has_begun_is_not_given_back_without_cause(order, used):
    verdict = judge(POLICY, order, Reason.CHANGE_OF_MIND, now=PROMISED, code_used=used)
    assert answer(verdict) == (NO, "change_of_mind.begun", (), ())


@pytest.mark.parametrize("reason", USER_ERRORS)
def test_a_used_code_is_not_taken_back(reason):
    verdict = judge(POLICY, delivered(), reason, now=DELIVERED, code_used=True)
    assert answer(verdict) == (NO, "user_error.code_used", (), ())


@pytest.mark.parametrize("reason", [Reason.WRONG_PURCHASE, Reason.DUPLICATE_ORDER])
@pytest.mark.parametrize("used", [None, False])
def test_a_wrong_or_double_purchase_after_delivery_is_negotiated(reason, used):
    verdict = judge(POLICY, delivered(), reason, now=DELIVERED + 99 * DAY, code_used=used)
    assert answer(verdict) == (REVIEW, "user_error.delivered", EXCHANGE_OR_CREDIT, ())
    begun = undelivered(Goods.SERVICE, service_started_at=ORDERED)
    verdict = judge(POLICY, begun, reason, now=PROMISED, code_used=used)
    assert answer(verdict) == (REVIEW, "user_error.begun", EXCHANGE_OR_CREDIT, ())


@pytest.mark.parametrize("used", [None, False])
def test_a_change_of_mind_after_delivery_is_refused_with_the_alternatives(used):
    verdict = judge(POLICY, delivered(), Reason.CHANGE_OF_MIND, now=DELIVERED, code_used=used)
    assert answer(verdict) == (NO, "change_of_mind.delivered", EXCHANGE_OR_CREDIT, ())


@pytest.mark.parametrize(("order", "reason", "used", "rule"), [
    (undelivered(), Reason.MALFUNCTION, None, "quality.undelivered"),
    (undelivered(service_started_at=ORDERED), Reason.WRONG_PURCHASE, True, "user_error.begun_and_used"),
    (delivered(delivered_at=None), Reason.NOT_DELIVERED, None, "not_delivered.time_unknown"),
    (delivered(delivered_at=None), Reason.INVALID_CODE, None, "quality.time_unknown"),
    (delivered(delivered_at=None), Reason.SERVICE_FAILED, None, "service.time_unknown"),
    (undelivered(delivered_at=DELIVERED), Reason.NOT_DELIVERED, None, "order.unclear"),
])  # fmt: skip
def test_what_the_table_does_not_cover_is_for_an_agent(order, reason, used, rule):
    verdict = judge(POLICY, order, reason, now=PROMISED + DAY, code_used=used)
    assert answer(verdict) == (REVIEW, rule, (), NEEDS.get(reason, ()))


def test_nothing_is_refunded_twice():
    verdict = judge(POLICY, undelivered(quantity=2), Reason.CHANGE_OF_MIND, now=ORDERED, granted=2)
    assert (verdict.eligible, verdict.rule, verdict.refund) == (NO, "order.nothing_left", Refund(Cents(0)))
    with pytest.raises(ValueError, match="more than the 2"):
        judge(POLICY, undelivered(quantity=2), Reason.CHANGE_OF_MIND, now=ORDERED, quantity=2, granted=1)


def test_nothing_is_decided_by_itself_for_a_customer_on_the_list():
    late = undelivered(promised_at=ORDERED)
    for order, reason in ((undelivered(), Reason.CHANGE_OF_MIND), (late, Reason.NOT_DELIVERED)):
        trusted = judge(POLICY, order, reason, now=PROMISED)
        watched = judge(POLICY, order, reason, now=PROMISED, high_risk=True)
        assert (trusted.eligible, watched.eligible, watched.rule) == (YES, REVIEW, "order.by_hand")
        assert (watched.facts["row"], watched.needs) == (trusted.rule, ())


def test_the_amount_is_that_of_the_pieces_and_is_told_where_the_answer_is_no_too():
    order = delivered(quantity=3, amount_paid=Cents(1000), points=100, coupon=Cents(500))
    verdict = judge(POLICY, order, Reason.CHANGE_OF_MIND, now=DELIVERED, quantity=1, granted=2)
    assert verdict.refund == Refund(Cents(334), 34)
    assert judge(POLICY, order, Reason.CHANGE_OF_MIND, now=DELIVERED, granted=2).refund == Refund(Cents(334), 34)
    amount = verdict.facts["amount"]
    assert amount.values["back"] == (Yuan(Cents(334)), Text("rule.points", {"points": 34}))
    notes = [note.key for note in amount.values["notes"]]
    assert notes == ["rule.pieces", "rule.points_used", "rule.coupon", "rule.before"]


def test_the_facts_name_the_window_and_its_end():
    facts = judge(POLICY, delivered(), Reason.MALFUNCTION, now=DELIVERED + 8 * DAY).facts
    assert (facts["window"], facts["until"]) == (Text("rule.days", {"n": 7}), DELIVERED + 7 * DAY)


@pytest.mark.parametrize(("length", "said"), [
    (HOUR, Text("rule.hour", {"n": 1})), (24 * HOUR, Text("rule.hours", {"n": 24})),
    (2 * DAY, Text("rule.days", {"n": 2})), (49 * HOUR, Text("rule.hours", {"n": 49})),
    (HOUR / 2, Text("rule.minutes", {"n": 30})),
    (timedelta(0), Text("rule.hours", {"n": 0})),
])  # fmt: skip
def test_a_length_is_said_as_people_say_it(length, said):
    assert span(length) == said


@pytest.mark.parametrize(("kind", "age", "until"), [
    (Goods.CARD, 2 * HOUR, DELIVERED + DAY), (Goods.TOPUP, 2 * HOUR, DELIVERED + 7 * DAY), (Goods.CARD, 2 * DAY, None),
])  # fmt: skip
def test_who_is_too_late_for_missing_goods_hears_until_when_faulty_ones_are_taken(kind, age, until):
    facts = judge(POLICY, delivered(kind), Reason.NOT_DELIVERED, now=DELIVERED + age).facts
    assert facts["still"] == (Text("rule.still", {"until": until}) if until else "")


def test_the_owner_is_told_two_months_before_the_calendar_ends():
    end = datetime(LAST_KNOWN_YEAR, 12, 31, tzinfo=UTC)
    assert calendar_notice(POLICY, end - 62 * DAY) is None
    told = Text("rule.calendar_ends", {"year": LAST_KNOWN_YEAR, "next": LAST_KNOWN_YEAR + 1})
    assert calendar_notice(POLICY, end - 60 * DAY) == calendar_notice(POLICY, end + 99 * DAY) == told
    one_day = f"[calendar]\ndays_off = [{LAST_KNOWN_YEAR + 1}-01-01]"
    assert calendar_notice(load(one_day), end) == told
    assert calendar_notice(load(f"{one_day}\nyears = [{LAST_KNOWN_YEAR + 1}]"), end) is None


times = st.integers(-3 * 86400, 20 * 86400).map(lambda seconds: ORDERED + timedelta(seconds=seconds))
maybe = st.one_of(st.none(), times)
orders = st.builds(
    Order, st.just("KM1"), st.just("Q币"), st.integers(0, 10**7).map(Cents), st.sampled_from(OrderStatus), times,
    kind=st.sampled_from(Goods), quantity=st.integers(1, 9), points=st.integers(0, 999), promised_at=maybe,
    delivered_at=maybe, service_started_at=maybe,
)  # fmt: skip
claims = st.tuples(orders, st.sampled_from(Reason), st.sampled_from([None, False, True]), st.booleans())


@settings(max_examples=400)
@given(claims, times, st.data())
def test_every_claim_gets_exactly_one_answer_and_never_more_than_was_paid(claim, now, data):
    order, reason, used, risky = claim
    granted = data.draw(st.integers(0, order.quantity))
    verdict = judge(POLICY, order, reason, now=now, code_used=used, high_risk=risky, granted=granted)
    assert 0 <= verdict.refund.cash <= order.amount_paid
    assert 0 <= verdict.refund.points <= order.points
    assert not (risky and verdict.eligible is YES)
    assert not (verdict.eligible is NO and (verdict.needs or verdict.apply_before))
    assert verdict.apply_before is None or verdict.apply_before >= now


TIMES = ("ordered_at", "promised_at", "delivered_at", "service_started_at")
RANK = {NO: 0, REVIEW: 1, YES: 2}


@settings(max_examples=300)
@given(claims, times, times)
def test_a_window_that_has_closed_never_opens_again(claim, one, other):
    order, reason, used, risky = claim
    first, second = (
        judge(POLICY, order, reason, now=now, code_used=used, high_risk=risky) for now in sorted((one, other))
    )
    if reason is Reason.NOT_DELIVERED and order.status is OrderStatus.UNDELIVERED:
        assert RANK[first.eligible] <= RANK[second.eligible], "a promise that is broken stays broken"
    else:
        assert RANK[first.eligible] >= RANK[second.eligible]


@settings(max_examples=200)
@given(claims, times, st.integers(-14, 14))
def test_the_answer_is_the_same_in_every_time_zone(claim, now, hours):
    order, reason, used, risky = claim
    zone = timezone(timedelta(hours=hours))
    times_of = {name: getattr(order, name) for name in TIMES}
    moved = {name: at and at.astimezone(zone) for name, at in times_of.items()}
    here = judge(POLICY, order, reason, now=now, code_used=used, high_risk=risky)
    there = judge(POLICY, replace(order, **moved), reason, now=now.astimezone(zone), code_used=used, high_risk=risky)
    assert here == there
