"""What new rules would change, told figure by figure and case by case."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from flows.model import Case, CaseState, Cents, Event, Goods, Order, OrderStatus, Refund
from flows.policy import load
from flows.policy_changes import Standing, changed_figures, judged_otherwise
from nlp.codes import Reason

OLD = load()
AT = datetime(2026, 11, 10, 7, 30, tzinfo=UTC)


def a_case(number="RF2611100001", submitted_at=AT + timedelta(days=5), **more) -> Case:
    order = Order("KM1", "腾讯视频月卡", Cents(4390), OrderStatus.DELIVERED, AT, kind=Goods.MEMBERSHIP, delivered_at=AT)
    handed_in = Event(number, submitted_at or AT, "customer", "submit", CaseState.DRAFT, CaseState.SUBMITTED)
    return Case(**{"events": (handed_in,), "number": number, "customer": "u1", "order": order,
                   "reason": Reason.MALFUNCTION,
                   "state": CaseState.IN_REVIEW, "refund": Refund(Cents(4390)), "submitted_at": submitted_at,
                   **more})  # fmt: skip


def test_the_same_rules_change_nothing():
    assert changed_figures(OLD, load("# nothing but a comment")) == ()
    assert [*judged_otherwise(load("# nothing but a comment"), [Standing(a_case(), OLD)])] == []


def test_every_changed_figure_is_told_with_what_it_was():
    new = load('[clock]\nreview_days = 2\n[windows.quality]\ncard = "90m"\n'
               '[windows.quality.products]\n"腾讯" = "3d"\n'
               '[evidence]\nnot_delivered = []\n[calendar]\ndays_off = [2027-01-01]\n'
               '[promise]\ncard = "1h"')  # fmt: skip
    assert changed_figures(OLD, new) == (
        "clock.review_days: 3 -> 2",
        "promise.card: 10m -> 1h",
        "windows.quality.card: 24h -> 90m",
        "evidence.not_delivered: order_page -> -",
        "calendar.days_off: - -> 2027-01-01",
        "windows.quality.products.腾讯: - -> 72h",
    )


def test_changed_new_and_missing_rows_and_a_new_order_are_told():
    new = load('rows = [{ rule = "order.unclear", off = true },'
               ' { rule = "order.nothing_left", before = "order.closed" },'
               ' { rule = "account", reasons = ["change_of_mind"], when = ["undelivered", "kind_account"],'
               ' eligible = "no", words = "不支持", before = "user_error.undelivered" },'
               ' { rule = "user_error.delivered", alternatives = ["credit"] }]')  # fmt: skip
    told = changed_figures(OLD, new)
    assert told[0].startswith("row order.unclear: change_of_mind, duplicate_order, invalid_code, malfunction, ")
    assert told[0].endswith("-> -")
    assert "exchange" in told[1] and told[1].endswith("| - | review | credit | by_reason | - | -")
    assert told[2] == "row account: - -> change_of_mind | kind_account, undelivered | - | no | - | - | account | 不支持"
    assert told[3].startswith("order of the rows: order.nothing_left, order.closed")


def test_a_case_is_judged_as_of_the_day_it_was_handed_in():
    new = load('[windows.quality.products]\n"腾讯" = "3d"')
    early, late = a_case("RF2611100002", AT + timedelta(days=3)), a_case()
    never = a_case("RF2611100003", None)
    told = [*judged_otherwise(new, [Standing(case, OLD) for case in (late, early, never)])]
    assert told == [("RF2611100001", (
        "review by quality.in_window -> no by quality.window_over",
        "evidence: activation_ok, fault_screen -> evidence: -",
    ))]  # fmt: skip


def test_a_case_is_held_against_its_own_rules_not_those_that_run():
    new = load('[windows.quality.products]\n"腾讯" = "3d"')
    assert [*judged_otherwise(new, [Standing(a_case(), new)])] == []


@pytest.mark.parametrize(("shop", "changes"), [
    ("[clock]\nreview_days = 1", ("due 2026-11-19 00:00 -> due 2026-11-17 00:00",)),
    ("[calendar]\ndays_off = [2026-11-17]", ("due 2026-11-19 00:00 -> due 2026-11-20 00:00",)),
    ('[limits]\nagent_approve = "43.89"', ("an agent decides -> a supervisor decides",)),
    ('[limits]\nagent_approve = "43.90"', ()),
    ("[evidence]\nmalfunction = []", ("evidence: activation_ok, fault_screen -> evidence: -",)),
])  # fmt: skip
def test_deadlines_evidence_and_who_decides_are_told_too(shop, changes):
    told = [*judged_otherwise(load(shop), [Standing(a_case(), OLD)])]
    assert told == ([("RF2611100001", changes)] if changes else [])


def test_the_last_day_of_an_appeal_is_told():
    day, S = AT + timedelta(days=6), CaseState
    refused = Event("RF2611100001", day, "agent:a1", "reject", S.IN_REVIEW, S.REJECTED)
    case = a_case(state=S.REJECTED)
    case = replace(case, events=(*case.events, refused))
    told = [*judged_otherwise(load("[clock]\nappeal_days = 9"), [Standing(case, OLD)])]
    assert told == [("RF2611100001", ("open until 2026-11-23 15:30 -> open until 2026-11-25 15:30",))]


def test_pieces_that_other_cases_gave_back_are_reckoned_with():
    case = a_case(quantity=2)
    case = replace(case, order=replace(case.order, quantity=3))
    [told] = judged_otherwise(load('[limits]\nagent_approve = "29.26"'), [Standing(case, OLD, granted=1)])
    assert told == ("RF2611100001", ("an agent decides -> a supervisor decides",))
