"""The rules asked from outside: the contract's fields, its error lines, a file of rules before it is used."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands.policy import check, decide, due
from bot.texts import Catalogue
from flows.policy import load
from nlp.codes import Reason
from tests.bot.commands.running import Run, lines

POLICY, CATALOGUE = load(), Catalogue()
ORDER = {
    "order_no": "KM202611201530012345", "product": "腾讯视频月卡", "kind": "membership", "quantity": 3,
    "price": "49.90", "coupon": "5.00",
    "points": 100, "points_value": "1.00", "amount_paid": "43.90", "paid_with": "alipay",
    "status": "delivered", "ordered_at": "2026-11-20T15:30:00+08:00", "delivered_at": "2026-11-20T15:40:00+08:00",
}  # fmt: skip
CLAIM = {"id": "c1", "reason": "malfunction", "now": "2026-11-21T10:00:00+08:00", "order": ORDER}


def said(*claims, language="zh-CN"):
    source = BytesIO("\n".join(json.dumps(claim) for claim in claims).encode())
    return [json.loads(line) for line in decide(source, POLICY, lambda text: CATALOGUE.say(language, text))]


def of(**more):
    return {**CLAIM, **more}


def order(**more):
    return of(order={**ORDER, **more})


def test_a_claim_is_answered_with_every_field_of_the_contract():
    (answer,) = said(of(refund_quantity=1, refunded_quantity=1))
    assert answer == {
        "id": "c1", "eligible": "review", "rule": "quality.in_window", "refund": {"cash": "14.63", "points": 33},
        "alternatives": [], "evidence": ["fault_screen", "activation_ok"], "apply_before": "2026-11-27T15:40:00+08:00",
        "explanation": "依据《质量问题申请时限》：订单 KM202611201530012345（腾讯视频月卡）在 11月20日 15:40 已发货，"
                       "质量问题可以在发货后 7 天内（11月27日 15:40 前）申请，客服看过凭证后决定，属实就"
                       "退回 14.63 元、33 积分（3 件里的 1 件，实付共 43.90 元、下单用了 100 积分、"
                       "优惠券 5.00 元不折现、之前已退 14.63 元、33 积分）。",
    }  # fmt: skip


def test_yes_and_no_are_true_and_false():
    waiting = order(status="undelivered", delivered_at=None)
    yes, no, by_hand = said(
        {**waiting, "reason": "change_of_mind"}, of(reason="change_of_mind"),
        {**waiting, "reason": "change_of_mind", "customer": {"high_risk": True}},
    )  # fmt: skip
    assert (yes["eligible"], yes["refund"], yes["apply_before"]) == (True, {"cash": "43.90", "points": 100}, None)
    assert (no["eligible"], no["alternatives"], no["apply_before"]) == (False, ["exchange", "credit"], None)
    assert no["explanation"].endswith("发货以后不支持无理由退款。您可以改选：换货、退成店铺余额。")
    assert (by_hand["eligible"], by_hand["evidence"]) == ("review", [])


def test_a_used_code_is_known_from_the_line():
    unknown, used = said(of(reason="wrong_purchase", code_used=None), of(reason="wrong_purchase", code_used=True))
    assert (unknown["eligible"], used["eligible"]) == ("review", False)


def test_the_whole_order_is_meant_where_no_quantity_is_named():
    whole, rest, nothing = said(CLAIM, of(refunded_quantity=2), of(refunded_quantity=3))
    assert (whole["refund"]["cash"], rest["refund"]["cash"], nothing["refund"]["cash"]) == ("43.90", "14.64", "0.00")
    assert (nothing["eligible"], nothing["rule"]) == (False, "order.nothing_left")


@pytest.mark.parametrize("now", ["2026-11-21T02:00:00Z", "2026-11-20T16:00:00-10:00", "2026-11-21T02:00:00+00:00"])
def test_the_notation_of_the_time_makes_no_difference(now):
    assert said(of(now=now)) == said(CLAIM)


def test_the_sentence_comes_in_english_too():
    (answer,) = said(of(reason="change_of_mind"), language="en")
    assert answer["explanation"] == (
        "By the rule “No refund without cause after delivery”: Order KM202611201530012345 (腾讯视频月卡, "
        "3 of 3 pieces, ¥43.90 paid for all, 100 points used, the coupon of ¥5.00 is not paid out) was delivered at "
        "Nov 20, 15:40, and after delivery it can't be refunded without cause. "
        "You can choose instead: an exchange, shop credit."
    )


@pytest.mark.parametrize(("claim", "message"), [
    (of(reason="rude"), "reason: expected one of not_delivered, "), (of(reason=None), "reason: expected a value"),
    (of(now="2026-11-21T10:00:00"), "now: expected a time with its offset"), (of(now=None), "now: expected a value"),
    (of(order=None), "order: expected a value"), (of(order=[]), "order: expected an object with order_no"),
    (order(amount_paid="12,5"), "order.amount_paid: expected yuan like"),
    (order(amount_paid="-1.00"), "order.amount_paid: "),
    (order(amount_paid="NaN"), "order.amount_paid: "),
    (order(delivered_at="2026-11-20T15:40:00"), "order.delivered_at: "),
    (order(price="50.00"), "order.price: expected coupon + points_value + amount_paid = 49.90, found '50.00'"),
    (of(refund_quantity=4), "refund_quantity: expected at most the 3 pieces that are left of 3, found '4'"),
    (of(refund_quantity=2, refunded_quantity=2), "refund_quantity: expected at most the 1 pieces that are left of 3"),
    (of(refund_quantity=0), "refund_quantity: expected a whole number of at least 1"),
    (of(refunded_quantity=4), "refunded_quantity: expected at most the 3 pieces that were bought"),
    (of(code_used="yes"), "code_used: expected true, false or null"),
    (of(customer="u1"), "customer: expected an object"),
    (of(customer={"high_risk": 1}), "high_risk: expected true, false or null"), (of(id=[1]), "id: expected text"),
])  # fmt: skip
def test_a_claim_that_cannot_be_used_is_told_why_and_the_next_is_answered(claim, message):
    bad, good = said(claim, CLAIM)
    assert (bad["error"]["line"], bad["error"]["code"]) == (1, "bad_field")
    assert bad["error"]["message"].startswith(message)
    assert good["id"] == "c1"


odd = st.sampled_from([
    None, True, 0, -1, 1, 10**30, 1.5, float("nan"), "", " ", "x", "\0", "\ud800", "9" * 5000, [], {}, "NaN", "1e5",
    "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59-23:59", "2999-12-31T23:59:59-23:59", "2026-W10-1T00:00:00+08:00",
    "undelivered", "delivered", "closed", "service", "2026-11-20T15:40:00.5+08:00", "9999999999.99", 999_999_999, "{x}",
])  # fmt: skip
ORDER_KEYS = [*ORDER, "promised_at", "service_started_at", "description", "contact", "query_password"]
CLAIM_KEYS = ["id", "reason", "now", "order", "customer", "code_used", "refund_quantity", "refunded_quantity"]


@settings(max_examples=300)
@given(
    st.sampled_from(Reason),
    st.dictionaries(st.sampled_from(ORDER_KEYS), odd, max_size=3),
    st.dictionaries(st.sampled_from(CLAIM_KEYS), odd, max_size=2),
)
def test_whatever_a_line_holds_it_gets_one_line_that_can_be_written(reason, of_order, of_claim):
    claim = {**CLAIM, "reason": reason.value, "order": {**ORDER, **of_order}, **of_claim}
    source = BytesIO(json.dumps(claim).encode())
    (line,) = decide(source, POLICY, lambda text: CATALOGUE.say("zh-CN", text))
    assert json.loads(line.encode()).keys() & {"error", "explanation"}


def dates(*reviews):
    source = BytesIO("\n".join(json.dumps(review) for review in reviews).encode())
    return [json.loads(line) for line in due(source, POLICY)]


def test_a_review_is_due_at_the_end_of_its_third_working_day():
    plain, paused = dates(
        {"id": "a", "submitted_at": "2026-09-30T10:00:00+08:00"},
        {"id": "b", "submitted_at": "2026-09-30T02:00:00Z",
         "paused": [["2026-10-08T20:00:00+08:00", "2026-10-09T09:00:00+08:00"]]},
    )  # fmt: skip
    assert plain == {"id": "a", "due_at": "2026-10-11T00:00:00+08:00", "working_days": 3}
    assert paused == {"id": "b", "due_at": "2026-10-13T00:00:00+08:00", "working_days": 3}


def test_while_the_customer_is_awaited_nothing_is_due():
    waiting, over = dates(
        {"id": "a", "submitted_at": "2026-11-20T10:00:00+08:00", "paused": [["2026-11-23T09:00:00+08:00", None]]},
        {"id": "b", "submitted_at": "2026-11-20T10:00:00+08:00", "paused": [["2026-11-27T09:00:00+08:00", None]]},
    )
    assert (waiting["due_at"], over["due_at"]) == (None, "2026-11-26T00:00:00+08:00")


@pytest.mark.parametrize(("review", "message"), [
    ({}, "submitted_at: expected a value"), ({"submitted_at": "2026-11-20"}, "submitted_at: expected a time"),
    ({"paused": {}}, "paused: expected at most 1000 pairs"),
    ({"paused": [["2026-11-20T10:00:00Z"]]}, "paused: expected pairs"),
    ({"paused": [["x", "y"]]}, "paused: expected a time"), ({"paused": [[None, None]]}, "paused: expected a time"),
    ({"paused": [["2026-11-20T10:00:00Z", "2026-11-20T09:00:00Z"]]}, "paused: expected an end that is not before"),
])  # fmt: skip
def test_a_review_that_cannot_be_used_is_told_why(review, message):
    given = {"submitted_at": "2026-11-20T10:00:00+08:00", **review} if "paused" in review else review
    bad, good = dates(given, {"id": "b", "submitted_at": "2026-11-20T10:00:00+08:00"})
    assert bad["error"]["message"].startswith(message)
    assert good["due_at"] == "2026-11-26T00:00:00+08:00"


def test_rules_that_can_be_used_say_what_they_would_change():
    usable, lines = check("shop.toml", "[clock]\nreview_days = 2", POLICY)
    assert usable
    assert lines[0].startswith("shop.toml: can be used, version ")
    assert lines[1:] == [
        "clock.review_days: 3 -> 2",
        "open cases keep the rules they were judged by; by these they would stand otherwise:",
        "no open case",
        f"holidays are known through {POLICY.calendar.known_through()}, later days go by weekends alone",
    ]


def test_rules_that_cannot_be_used_are_named_by_file_and_line():
    assert check("shop.toml", "[clock]\nreview_dayz = 2", POLICY) == (
        False, ["shop.toml:2: unknown key 'review_dayz', did you mean 'review_days'?"])  # fmt: skip


def test_the_file_that_runs_can_be_checked_where_it_is_broken_itself(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[rules]\nfile = "rules.toml"\n', "utf-8")
    (tmp_path / "rules.toml").write_text("[clock]\nreview_days = 0\nappeal_days = 0\n", "utf-8")
    code, out, _ = run("policy", "check", "rules.toml", "--config", "config.toml")
    assert code == 1 and out.splitlines()[:2] == [
        "rules.toml:2: review_days: expected a whole number from 1, found 0",
        "rules.toml:3: appeal_days: expected a whole number from 1, found 0",
    ]
    assert "rules.toml cannot be used itself" in out


def test_the_check_of_a_shop_owner_names_the_open_cases_and_leaves_them_alone(run: Run, tmp_path: Path) -> None:
    """From the file to the answer, with cases of two versions of the rules in the database."""
    (tmp_path / "config.toml").write_text('[rules]\nfile = "rules.toml"\n', "utf-8")
    rules, new = tmp_path / "rules.toml", tmp_path / "new.toml"
    rules.write_text("", "utf-8")
    new.write_text("[clock]\nreview_days = 1\n", "utf-8")
    bought = [{**ORDER, "order_no": f"KM20261120153001000{n}", "quantity": 1, "buyer": f"u{n}"} for n in (1, 2)]
    (tmp_path / "orders.jsonl").write_text(lines(*bought), "utf-8")
    for n, text in ((1, ""), (2, "[clock]\nreview_days = 1\n")):
        rules.write_text(text, "utf-8")
        said = ("会员开通后突然掉了，用不了，我要退款", "没有了", "提交")
        claim = [{"customer": f"u{n}", "text": text} for text in said]
        talk = ("talk", "--orders", "orders.jsonl", "--clock", "2026-11-20T16:00:00+08:00", "--config", "config.toml")
        run(*talk, stdin=lines(*claim))
    code, out, _ = run("policy", "check", "new.toml", "--config", "config.toml")
    assert code == 0
    assert [line for line in out.splitlines() if line.startswith("RF")] == [
        "RF2611200001: due 2026-11-26 00:00 -> due 2026-11-24 00:00"
    ]
    new.write_text("[clock]\nreview_dayz = 1\n", "utf-8")
    code, out, _ = run("policy", "check", "new.toml", "--config", "config.toml")
    assert (code, out) == (1, "new.toml:2: unknown key 'review_dayz', did you mean 'review_days'?\n")
