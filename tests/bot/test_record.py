"""A case is written as the protocol has it, and its record holds everything but secrets."""

import json
from datetime import timedelta

from bot.record import case_json, event_json, record_json
from flows.model import Cents, Decision, Evidence, Refund, WayOn
from storage.search import Logged
from tests.conftest import NOON, a_case, an_event, an_order


def test_times_are_shown_in_shanghai_and_money_with_two_places() -> None:
    shown = case_json(a_case(due_at=NOON, refund=Refund(Cents(4405), 100)), "bot")
    assert shown["due_at"] == "2026-11-20T12:00:00+08:00"
    assert shown["refund"] == {"cash": "44.05", "points": 100}


def test_what_is_not_there_is_null() -> None:
    shown = case_json(a_case(), "bot")
    assert [shown[name] for name in ("due_at", "decision", "offer", "other_order_no")] == [None] * 4
    assert shown["evidence"] == shown["events"] == []


def test_a_step_says_who_when_from_to_and_why() -> None:
    assert event_json(an_event(why="晚了")) == {
        "case": "RF2611200001",
        "at": "2026-11-20T12:00:00+08:00",
        "by": "customer",
        "from": "draft",
        "to": "submitted",
        "why": "晚了",
    }


def test_the_whole_is_json() -> None:
    case = a_case(
        evidence=(Evidence("a.png", NOON),),
        decision=Decision("order.closed", "…", "system", NOON),
        events=(an_event(),),
    )
    assert json.loads(json.dumps(case_json(case, "agent:a1")))["owner"] == "agent:a1"


def test_a_record_has_the_order_and_the_talk_and_no_query_password() -> None:
    talk = [
        Logged(1, NOON, "customer", "没发货"),
        Logged(2, NOON + timedelta(minutes=1), "agent:a1", "查一下", internal=True),
    ]
    record = record_json(a_case(order=an_order(query_password="geheim")), "bot", talk)
    assert "geheim" not in json.dumps(record) and record["order"]["product"] == "100元点卡"
    assert [line["text"] for line in record["talk"]] == ["没发货", "查一下"]
    assert [line.get("internal", False) for line in record["talk"]] == [False, True]


def test_the_record_of_a_refusal_says_where_to_turn_and_until_when() -> None:
    until = NOON + timedelta(days=7)
    appealable = Decision("quality.window_over", "看不清", "agent:a1", NOON, "过了 24 小时。", WayOn.APPEAL, until)
    last = Decision("quality.window_over", "看不清", "agent:a2", NOON, "过了 24 小时。", WayOn.OUTSIDE, None)
    ways = [record_json(a_case(decision=decision), "bot", [])["way_on"] for decision in (appealable, last, None)]
    assert ways == [
        {"to": "appeal", "until": "2026-11-27T12:00:00+08:00"}, {"to": "outside", "until": None}, None,
    ]  # fmt: skip
