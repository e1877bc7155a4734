"""Nouns become rows and come back the same, all of their parts."""

import json
from datetime import timedelta
from typing import Any

import pytest
from msgspec import ValidationError
from msgspec.structs import replace

from flows.model import (
    Case,
    CaseState,
    Cents,
    Choice,
    Decision,
    Draft,
    Evidence,
    Finding,
    Mark,
    Need,
    Pay,
    Refund,
    Remedy,
    Says,
    Talk,
    TalkState,
    Wake,
    WayOn,
    Yuan,
)
from nlp.codes import Reason
from nlp.pictured import PictureKind
from storage.nouns import CASE, TALK, TASKS, Arrived, Rendered, ToRead, as_json, case_row, talk_row
from tests.conftest import NOON, a_case, an_event, an_order

PICTURE = Evidence("a.png", NOON, Need.ERROR_SCREEN, PictureKind.ACTIVATION_ERROR, Says.SUPPORTS)
TALK_FULL = Talk(
    "u1", TalkState.CONFIRM, case="RF1", owner="agent:a1", resume=TalkState.ASK_REASON, serial=4,
    draft=Draft(
        "KM1", "KM2", Reason.DUPLICATE_ORDER, True, (Reason.MALFUNCTION,), True, 2, False,
        ("买了两次",), ("13800000000",), (PICTURE,), frozenset({"detail", "order"}), True, True, NOON,
    ),
    choices=(Choice("4:yes", "yes"),), language="en", heard_at=NOON, tries=(NOON, NOON + timedelta(minutes=1)),
)  # fmt: skip
CASE_FULL = a_case(
    state=CaseState.OFFERED, other_order_no="KM2", code_used=True, words="打不开", rule="quality.in_time",
    policy="abc", basis="七天内",
    evidence=(PICTURE, PICTURE), missing=(Need.LISTING,), reviewer="a1", first_reviewer="a2",
    decision=Decision("quality.late", "超过 7 天", "agent:a2", NOON), offer=Remedy.CREDIT, asked="再补一张",
    appealed=True, submitted_at=NOON, due_at=NOON, until=NOON, refund=Refund(an_order().amount_paid, 100),
)  # fmt: skip


def test_a_talk_keeps_all_its_parts() -> None:
    assert TALK.decode(talk_row(TALK_FULL)["body"]) == TALK_FULL


def test_a_case_keeps_all_its_parts() -> None:
    assert CASE.decode(case_row(CASE_FULL, NOON)["body"]) == CASE_FULL


@pytest.mark.parametrize("decision", [
    Decision("quality.in_window", "已核实", "agent:a2", NOON),
    Decision("quality.window_over", "超过 7 天", "agent:a2", NOON, "七天内", WayOn.APPEAL, NOON),
    Decision("quality.window_over", "超过 7 天", "agent:a2", NOON, "七天内", WayOn.OUTSIDE, None),
])  # fmt: skip
def test_a_decision_stays_what_it_was(decision: Decision) -> None:
    assert CASE.decode(case_row(a_case(decision=decision), NOON)["body"]).decision == decision


def test_what_has_a_place_of_its_own_is_not_kept_twice() -> None:
    row = case_row(replace(CASE_FULL, version=6, events=(an_event(),)), NOON)
    assert row["version"] == 7
    body = CASE.decode(row["body"])
    assert (body.version, body.events) == (0, ())


def test_a_case_of_an_earlier_version_that_lacks_a_part_is_read_with_its_default() -> None:
    order = {
        "order_no": "KM1",
        "product": "p",
        "amount_paid": 1,
        "status": "closed",
        "ordered_at": "2026-11-20T04:00:00Z",
    }
    case = {"number": "RF1", "customer": "u1", "reason": "malfunction", "state": "submitted", "refund": {"cash": 1}}
    old = json.dumps(case | {"order": order, "a part that went": 1})
    read = CASE.decode(old)
    assert isinstance(read, Case)
    assert (read.quantity, read.evidence, read.order.ordered_at) == (1, (), NOON)


@pytest.mark.parametrize(
    "kind, task",
    [
        ("say", Rendered("k", "{}", "好", (("1:yes", "对"),), "confirm", ("error_screen",), "RF1", "u1")),
        ("pay", Pay("RF1", an_order(), Refund(an_order().amount_paid, 5))),
        ("tell", Rendered("k", "{}", "好", case="RF1", files=("a.png",), about="555")),
        ("arrived", Arrived("telegram:7", {"update_id": 1, "message": {"text": "卡密", "photo": [{"width": 9}]}}, "x")),
        ("wake", Wake("w1", NOON, "lapse", "u1", "RF1", "3")),
    ],
)
def test_a_task_waits_in_the_queue_whole(kind: str, task: Any) -> None:
    assert TASKS[kind].decode(as_json(task)) == task


WRITTEN: dict[str, dict[str, Any]] = {
    "order": {
        "order_no": "KM202611201530012345", "product": "100元点卡", "amount_paid": 9000, "status": "delivered",
        "ordered_at": "2026-11-20T02:00:00Z", "kind": "card", "description": "", "quantity": 1, "price": 9000,
        "coupon": 0, "points": 0, "points_value": 0, "paid_with": "alipay", "trade_no": None, "promised_at": None,
        "delivered_at": "2026-11-20T03:00:00Z", "service_started_at": None, "buyer": "u1", "contact": None,
        "query_password": None,
    },
    "picture": {
        "file": "a.png", "at": "2026-11-20T04:00:00.001234Z", "need": "error_screen", "kind": "activation_error",
        "verdict": "supports",
        "findings": [{
            "code": "amount", "values": {"paid": {"cents": 500}, "kind": "listing"},
            "mark": {"left": 1, "top": 2, "width": 3, "height": 4}, "sort": "finding",
        }],
        "doubts": [{"code": "touched", "values": {}, "mark": None, "sort": "doubt"}],
    },
    "appealable": {
        "rule": "quality.late", "text": "超过 7 天", "by": "agent:a2", "at": "2026-11-20T04:00:00Z",
        "basis": "七天内", "way": "appeal", "until": "2026-11-27T12:00:00+08:00",
    },
    "last": {
        "rule": "quality.late", "text": "超过 7 天", "by": "agent:a2", "at": "2026-11-20T04:00:00Z",
        "basis": "七天内", "way": "outside", "until": None,
    },
    "granted": {"rule": "quality.late", "text": "超过 7 天", "by": "agent:a2", "at": "2026-11-20T04:00:00Z"},
}  # fmt: skip
"""Parts as they were written before they were structs: no noun of today is asked what they looked like."""


def _written(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def test_a_talk_that_was_written_before_is_the_same() -> None:
    picture = WRITTEN["picture"] | {"at": "2026-11-20T04:00:00Z", "findings": [], "doubts": []}
    body = _written({
        "chat": "u1", "state": "confirm",
        "draft": {
            "order_no": "KM1", "other_order_no": "KM2", "reason": "duplicate_order", "reason_sure": True,
            "guesses": ["malfunction"], "vague": True, "quantity": 2, "code_used": False, "words": ["买了两次"],
            "offered": ["13800000000"], "evidence": [picture], "asked": ["order", "detail"], "declined": True,
            "evidence_done": True, "told_at": "2026-11-20T04:00:00Z",
        },
        "case": "RF1", "owner": "agent:a1", "resume": "ask_reason", "serial": 4,
        "choices": [{"id": "4:yes", "value": "yes", "label": "对"}], "language": "en",
        "heard_at": "2026-11-20T04:00:00Z", "agent_at": None,
        "tries": ["2026-11-20T04:00:00Z", "2026-11-20T04:01:00Z"],
    })  # fmt: skip
    assert TALK.decode(body) == TALK_FULL


CASE_WRITTEN = {
    "number": "RF2611200001", "customer": "u1", "order": WRITTEN["order"], "reason": "invalid_code",
    "state": "offered", "refund": {"cash": 9000, "points": 100}, "quantity": 1, "other_order_no": "KM2",
    "code_used": True, "words": "打不开", "rule": "quality.in_time", "policy": "abc", "basis": "七天内",
    "evidence": [WRITTEN["picture"]], "missing": ["listing"], "reviewer": "a1", "first_reviewer": "a2",
    "decision": WRITTEN["granted"], "offer": "credit", "asked": "再补一张", "appealed": True,
    "submitted_at": "2026-11-20T04:00:00Z", "due_at": "2026-11-20T12:00:00+08:00", "until": "2026-11-20T04:00:00Z",
}  # fmt: skip
CASE_MEANT = replace(CASE_FULL, evidence=(replace(
    PICTURE, at=NOON + timedelta(microseconds=1234),
    findings=(Finding("amount", {"paid": Yuan(Cents(500)), "kind": "listing"}, Mark(1, 2, 3, 4)),),
    doubts=(Finding("touched", sort="doubt"),),
),))  # fmt: skip


@pytest.mark.parametrize("decision, meant", [
    ("granted", CASE_FULL.decision),
    ("last", Decision("quality.late", "超过 7 天", "agent:a2", NOON, "七天内", WayOn.OUTSIDE)),
    ("appealable", Decision(
        "quality.late", "超过 7 天", "agent:a2", NOON, "七天内", WayOn.APPEAL, NOON + timedelta(days=7)
    )),
])  # fmt: skip
def test_a_case_that_was_written_before_is_the_same(decision: str, meant: Decision) -> None:
    read = CASE.decode(_written(CASE_WRITTEN | {"decision": WRITTEN[decision]}))
    assert read == replace(CASE_MEANT, decision=meant)
    assert meant.refuses is (decision != "granted")


def test_what_is_written_now_has_the_same_form() -> None:
    body = case_row(replace(CASE_MEANT, decision=None), NOON)["body"]
    written = CASE_WRITTEN | {"decision": None, "due_at": "2026-11-20T04:00:00Z", "events": [], "version": 0}
    assert body == _written(written)
    last = CASE.decode(_written(CASE_WRITTEN | {"decision": WRITTEN["last"]})).decision
    assert as_json(last) == _written(WRITTEN["last"])


@pytest.mark.parametrize("part", [
    {"state": "lost"}, {"reason": "mood"}, {"refund": {"cash": "9000"}}, {"due_at": "soon"}, {"order": None},
    {"decision": WRITTEN["last"] | {"way": "elsewhere"}}, {"decision": WRITTEN["last"] | {"basis": ""}},
    {"decision": WRITTEN["last"] | {"way": None}}, {"decision": WRITTEN["appealable"] | {"until": None}},
])  # fmt: skip
def test_what_makes_no_noun_is_not_read_as_one(part: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CASE.decode(_written(CASE_WRITTEN | part))


@pytest.mark.parametrize("kind, body, task", [
    ("say", {
        "key": "k", "values": "{}", "text": "好", "buttons": [["1:yes", "对"]], "asks": "confirm",
        "expects": ["error_screen"], "case": "RF1", "to": "u1", "who": "bot", "files": [], "about": "",
        "at": "2026-11-20T04:00:00Z",
    }, Rendered("k", "{}", "好", (("1:yes", "对"),), "confirm", ("error_screen",), "RF1", "u1", at=NOON)),
    ("pay", {"case": "RF1", "order": WRITTEN["order"], "refund": {"cash": 9000, "points": 5}},
     Pay("RF1", an_order(), Refund(an_order().amount_paid, 5))),
    ("arrived", {
        "channel": "telegram:7", "body": {"update_id": 1, "x": 1.5, "n": None, "photo": [{"width": 9}]}, "album": "x",
        "case": None,
    }, Arrived("telegram:7", {"update_id": 1, "x": 1.5, "n": None, "photo": [{"width": 9}]}, "x")),
    ("read", {
        "chat": "u1", "message_id": "m1", "files": ["a.png"], "at": "2026-11-20T04:00:00Z", "text": "好",
        "button": None, "payload": None, "kind": "text", "channel": "", "language": None,
        "problems": [["file.big", {"mb": 20}]], "case": None,
    }, ToRead("u1", "m1", ("a.png",), NOON, "好", problems=(("file.big", {"mb": 20}),))),
    ("wake", {
        "key": "w1", "at": "2026-11-20T04:00:00Z", "kind": "lapse", "chat": "u1", "case": "RF1", "mark": "3",
    }, Wake("w1", NOON, "lapse", "u1", "RF1", "3")),
])  # fmt: skip
def test_a_task_that_was_written_before_is_carried_out(kind: str, body: dict[str, Any], task: Any) -> None:
    assert TASKS[kind].decode(_written(body)) == task
    assert body.items() <= json.loads(as_json(task)).items()
