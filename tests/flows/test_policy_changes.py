"""What new rules would change, told figure by figure and case by case."""

from datetime import UTC, datetime, timedelta

from flows.model import Case, CaseState, Cents, Eligible, Goods, Order, OrderStatus, Refund
from flows.policy import load
from flows.policy_changes import changed_figures, judged_otherwise
from nlp.codes import Reason

OLD = load()
AT = datetime(2026, 11, 10, 7, 30, tzinfo=UTC)


def a_case(number="RF2611100001", submitted_at=AT + timedelta(days=5), **more) -> Case:
    order = Order("KM1", "腾讯视频月卡", Cents(4390), OrderStatus.DELIVERED, AT, kind=Goods.MEMBERSHIP, delivered_at=AT)
    return Case(**{"number": number, "customer": "u1", "order": order, "reason": Reason.MALFUNCTION,
                   "state": CaseState.IN_REVIEW, "refund": Refund(Cents(4390)), "submitted_at": submitted_at,
                   **more})  # fmt: skip


def test_the_same_rules_change_nothing():
    assert changed_figures(OLD, load("# nothing but a comment")) == ()
    assert [*judged_otherwise(OLD, load("# nothing but a comment"), [a_case()])] == []


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
    early = a_case("RF2611100002", AT + timedelta(days=3))
    never = a_case("RF2611100003", None)
    (changed,) = judged_otherwise(OLD, new, [a_case(), early, never])
    assert (changed.case, changed.was.eligible, changed.now.eligible) == ("RF2611100001", Eligible.REVIEW, Eligible.NO)
    assert (changed.was.rule, changed.now.rule) == ("quality.in_window", "quality.window_over")
