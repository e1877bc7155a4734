"""The rows against a second account of the same rules, and against every way of getting them wrong."""

from datetime import UTC, datetime, timedelta
from itertools import combinations, product

import pytest
from msgspec.structs import replace

from flows.model import Cents, Eligible, Goods, Need, Order, OrderStatus, Remedy
from flows.policy import BadPolicy, Policy, judge, load
from flows.policy_check import contradictions, situations
from flows.rules import Claim
from nlp.codes import USER_ERRORS, Reason

POLICY = load('[products]\nnever_without_cause = ["秒杀"]')
ORDERED = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
PROMISED, DELIVERED = ORDERED + timedelta(minutes=30), ORDERED + timedelta(minutes=10)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
AGES = [past + more for past in (HOUR, DAY, 7 * DAY) for more in (timedelta(0), SECOND)]
YES, REVIEW, NO = Eligible.YES, Eligible.REVIEW, Eligible.NO
NEEDS = {
    Reason.NOT_DELIVERED: (Need.ORDER_PAGE,),
    Reason.INVALID_CODE: (Need.ERROR_SCREEN,),
    Reason.MALFUNCTION: (Need.FAULT_SCREEN, Need.ACTIVATION),
    Reason.NOT_AS_DESCRIBED: (Need.LISTING, Need.RECEIVED),
    Reason.SERVICE_FAILED: (Need.AGREEMENT, Need.SERVICE_RECORD),
}
QUALITY = (Reason.INVALID_CODE, Reason.MALFUNCTION, Reason.NOT_AS_DESCRIBED)
INSTEAD = (Remedy.EXCHANGE, Remedy.CREDIT)


def told(claim: Claim, reason: Reason):
    """The promised rules once more, told without a table: eligible, alternatives, evidence, apply before."""
    order = claim.order
    if order.status is OrderStatus.CLOSED or claim.granted >= order.quantity:
        return NO, (), (), None
    open_to_agents = REVIEW, (), NEEDS.get(reason, ()), None
    waiting = order.status is OrderStatus.UNDELIVERED
    if waiting and order.delivered_at:
        return open_to_agents
    if reason in USER_ERRORS:
        return told_of_an_error(claim, reason, waiting)
    if waiting and reason is Reason.NOT_DELIVERED:
        return (YES, (), (), None) if claim.now > PROMISED else (NO, (Remedy.CANCEL,), (), None)
    if waiting or not order.delivered_at:
        return open_to_agents
    until = order.delivered_at + window(order, reason)
    return (NO, (), (), None) if claim.now > until else (*open_to_agents[:3], until)


def told_of_an_error(claim: Claim, reason: Reason, waiting: bool):
    begun, used = claim.order.service_started_at is not None, claim.code_used is True
    without_cause = reason is Reason.CHANGE_OF_MIND
    if without_cause and "秒杀" in claim.order.product:
        return NO, (), (), None
    if waiting and not begun:
        return YES, (), (), None
    if (without_cause and begun) or (used and not waiting):
        return NO, (), (), None
    if without_cause:
        return NO, INSTEAD, (), None
    return REVIEW, () if used else INSTEAD, (), None


def window(order: Order, reason: Reason) -> timedelta:
    if reason is Reason.NOT_DELIVERED:
        return HOUR
    return DAY if reason in QUALITY and order.kind is Goods.CARD else 7 * DAY


def every_claim(kinds) -> list[Claim]:
    claims = []
    for words, kind, begun, used in product(("Q币", "秒杀月卡"), kinds, (None, ORDERED), (None, False, True)):
        order = Order("KM1", words, Cents(4390), OrderStatus.CLOSED, ORDERED, kind=kind, promised_at=PROMISED,
                      service_started_at=begun)  # fmt: skip
        waiting = replace(order, status=OrderStatus.UNDELIVERED)
        done = replace(order, status=OrderStatus.DELIVERED, delivered_at=DELIVERED)
        claims += [
            Claim(POLICY, order, PROMISED, used),
            Claim(POLICY, waiting, PROMISED, used, granted=1),
            Claim(POLICY, done, PROMISED, used, granted=1),
            Claim(POLICY, replace(waiting, delivered_at=DELIVERED), PROMISED + SECOND, used),
            Claim(POLICY, replace(done, delivered_at=None), PROMISED, used),
            *(Claim(POLICY, waiting, now, used) for now in (PROMISED, PROMISED + SECOND)),
            *(Claim(POLICY, done, DELIVERED + age, used) for age in AGES),
        ]
    return claims


CLAIMS = [(reason, claim) for claim in every_claim((Goods.CARD, Goods.TOPUP)) for reason in Reason]
CLAIMS_OF_OTHERS = [
    (reason, claim) for claim in every_claim(set(Goods) - {Goods.CARD, Goods.TOPUP}) for reason in Reason
]


def first_wrong_answer(policy: Policy, claims=CLAIMS) -> str | None:
    """Where these rules say something else than was promised; None where they nowhere do."""
    for reason, claim in claims:
        row = next((row for row in policy.by_reason[reason] if row.fits(replace(claim, policy=policy))), None)
        if row is None:
            return f"{reason}: no row"
        verdict = judge(policy, claim.order, reason, now=claim.now, code_used=claim.code_used, granted=claim.granted)
        said = verdict.eligible, verdict.alternatives, verdict.needs, verdict.apply_before
        if said != told(claim, reason):
            return f"{reason}: {said}, and not {told(claim, reason)}"
    return None


def test_the_rows_say_what_was_promised_in_every_situation():
    assert first_wrong_answer(POLICY) is None
    assert first_wrong_answer(POLICY, CLAIMS_OF_OTHERS) is None


def without(name: str) -> Policy:
    return replace(POLICY, rows=tuple(row for row in POLICY.rows if row.rule != name))


@pytest.mark.parametrize("name", [row.rule for row in POLICY.rows])
def test_a_row_that_is_dropped_is_missed(name):
    assert first_wrong_answer(without(name)) is not None


def in_conflict() -> list[tuple[int, int]]:
    """Pairs of rows that fit one and the same claim and answer it differently: those whose order matters."""
    pairs = set()
    for reason, claim in CLAIMS:
        places = [place for place, row in enumerate(POLICY.rows) if reason in row.reasons and row.fits(claim)]
        pairs |= {(places[0], place) for place in places[1:] if answer(places[0]) != answer(place)}
    return sorted(pairs)


def answer(place: int):
    row = POLICY.rows[place]
    return row.eligible, row.alternatives, row.evidence, row.within


@pytest.mark.parametrize("pair", in_conflict(), ids=lambda pair: "-".join(POLICY.rows[place].rule for place in pair))
def test_two_rows_that_are_swapped_are_noticed(pair):
    rows = list(POLICY.rows)
    rows[pair[0]], rows[pair[1]] = rows[pair[1]], rows[pair[0]]
    assert first_wrong_answer(replace(POLICY, rows=tuple(rows))) is not None


@pytest.mark.parametrize("way", ["eligible", "alternatives", "evidence"])
@pytest.mark.parametrize("place", range(len(POLICY.rows)))
def test_a_row_that_answers_otherwise_is_noticed(place, way):
    row = POLICY.rows[place]
    other = {
        "eligible": REVIEW if row.eligible is not REVIEW else NO,
        "alternatives": () if row.alternatives else (Remedy.CREDIT,),
        "evidence": () if row.evidence is None else (Need.LISTING,),
    }
    if way == "evidence" and row.evidence is None and not any(POLICY.needs[reason] for reason in row.reasons):
        other["evidence"] = (Need.LISTING,)
    rows = (*POLICY.rows[:place], replace(row, **{way: other[way]}), *POLICY.rows[place + 1 :])
    assert first_wrong_answer(replace(POLICY, rows=rows)) is not None


# fmt: off
NEVER_MATTERS = {
    # A row above it or its other words leave only those orders to it: the condition says it for whoever reads the row.
    ("not_delivered.not_yet_due", "undelivered"), ("not_delivered.late", "undelivered"),
    ("not_delivered.not_yet_due", "before_promise"),
    ("not_delivered.in_window", "delivered"), ("not_delivered.window_over", "delivered"),
    ("not_delivered.time_unknown", "delivered"), ("not_delivered.time_unknown", "delivery_time_unknown"),
    ("quality.in_window", "delivered"), ("quality.window_over", "delivered"), ("quality.undelivered", "undelivered"),
    ("quality.time_unknown", "delivered"), ("quality.time_unknown", "delivery_time_unknown"),
    ("service.in_window", "delivered"), ("service.window_over", "delivered"),
    ("service.time_unknown", "delivered"), ("service.time_unknown", "delivery_time_unknown"),
    ("user_error.delivered", "delivered"), ("user_error.delivered", "code_not_known_used"),
    ("user_error.begun", "undelivered"),
    ("user_error.begun", "service_begun"), ("user_error.begun_and_used", "undelivered"),
    ("user_error.begun_and_used", "service_begun"), ("user_error.begun_and_used", "code_used"),
    ("change_of_mind.delivered", "delivered"), ("change_of_mind.delivered", "code_not_known_used"),
}
# fmt: on


@pytest.mark.parametrize(("name", "condition"), [(row.rule, each) for row in POLICY.rows for each in row.when])
def test_a_condition_that_is_dropped_is_noticed_wherever_it_matters(name, condition):
    rows = tuple(
        replace(row, when=tuple(each for each in row.when if each != condition)) if row.rule == name else row
        for row in POLICY.rows
    )
    noticed = first_wrong_answer(replace(POLICY, rows=rows)) is not None
    assert noticed is ((name, condition) not in NEVER_MATTERS)


@pytest.mark.parametrize(("window", "kind"), [("not_delivered", None), ("quality", None), ("quality", Goods.CARD),
                                              ("service", None)])  # fmt: skip
@pytest.mark.parametrize("change", [SECOND, -SECOND, 60 * SECOND, -60 * SECOND])
def test_a_bound_that_is_off_by_a_second_is_noticed(window, kind, change):
    lengths = POLICY.windows[window]
    if kind is None:
        moved = replace(lengths, default=lengths.default + change)
    else:
        moved = replace(lengths, by_kind={**lengths.by_kind, kind: lengths.by_kind[kind] + change})
    assert first_wrong_answer(replace(POLICY, windows={**POLICY.windows, window: moved})) is not None


def test_the_check_looks_at_every_situation_in_which_two_rows_meet():
    met = {frozenset(pair) for pair in in_conflict()}
    seen = set()
    for claim in situations(POLICY):
        for reason in Reason:
            places = [place for place, row in enumerate(POLICY.rows) if reason in row.reasons and row.fits(claim)]
            seen |= {frozenset(pair) for pair in combinations(places, 2)}
    assert met <= seen


def test_the_packaged_rules_contradict_nothing():
    assert [*contradictions(load(), [])] == []


@pytest.mark.parametrize(("shop", "line", "reason"), [
    ('rows = [\n  { rule = "quality.window_over", off = true },\n]', 2, "no row for invalid_code: .*past quality"),
    ('rows = [\n  { rule = "order.closed", off = true },\n]', 2, "no row for change_of_mind: closed"),
    ('[clock]\nreview_days = 2\n\n[[rows]]\nrule = "again"\nreasons = "any"\nwhen = ["closed"]\neligible = "no"\n'
     'words = "关了"', 5, "row again: can never be reached: every case it fits is taken above it by order.closed"),
    ('rows = [\n  { rule = "shut", reasons = "quality", when = [], eligible = "no", words = "不退",'
     ' before = "order.closed" },\n]', 2, "row quality.in_window: can never be reached: .* by shut"),
    ('rows = [\n  { rule = "odd", reasons = "any", when = ["closed", "delivered"], eligible = "no",'
     ' words = "不退" },\n]', 2, "row odd: can never be reached, no case fits it"),
    ("[clock]\nreminder_hours = 72", 2, "offer_hours: over before its reminder, which goes out 72 hours ahead"),
    ("[clock]\noffer_hours = 24", 2, "offer_hours: over before its reminder"),
    ("[clock]\ndraft_hours = 1\ndraft_reminder_minutes = 60", 2, "a draft is put away before its reminder"),
    ("[calendar]\nyears = [2099]\n", 2, "2099 is said to stand here in full, and days_off names no day of it"),
    ("[calendar]\ndays_on = [2027-02-20]\ndays_off = [2027-02-20]", 3, "2027-02-20 is both a day off and a working"),
])  # fmt: skip
def test_rules_that_contradict_themselves_are_refused_with_the_line_to_blame(shop, line, reason):
    with pytest.raises(BadPolicy, match=reason) as bad:
        load(shop)
    assert line in {problem.line for problem in bad.value.problems}
    assert {problem.file for problem in bad.value.problems} == {1}
