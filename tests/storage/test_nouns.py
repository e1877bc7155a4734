"""Nouns become rows and come back the same, all of their parts."""

import dataclasses
import json
from datetime import timedelta
from typing import Any

import pytest

from flows.model import (
    Case,
    CaseState,
    Choice,
    Decision,
    Draft,
    Evidence,
    Need,
    Pay,
    Refund,
    Refusal,
    Remedy,
    Says,
    Talk,
    TalkState,
    Wake,
    WayOn,
)
from nlp.codes import Reason
from nlp.pictured import PictureKind
from storage.nouns import CASE, KEPT_BESIDE, TALK, TASKS, Arrived, Rendered, case_row, talk_row
from tests.conftest import NOON, a_case, an_order

PICTURE = Evidence("a.png", NOON, Need.ERROR_SCREEN, PictureKind.ACTIVATION_ERROR, Says.SUPPORTS)
TALK_FULL = Talk(
    "u1", TalkState.CONFIRM, case="RF1", owner="agent:a1", resume=TalkState.ASK_REASON, serial=4,
    draft=Draft(
        "KM1", "KM2", Reason.DUPLICATE_ORDER, True, (Reason.MALFUNCTION,), True, 2, False,
        ("买了两次",), ("13800000000",), (PICTURE,), frozenset({"detail", "order"}), True, True, NOON,
    ),
    choices=(Choice("4:yes", "yes", "对"),), language="en", heard_at=NOON, tries=(NOON, NOON + timedelta(minutes=1)),
)  # fmt: skip
CASE_FULL = a_case(
    state=CaseState.OFFERED, other_order_no="KM2", code_used=True, words="打不开", rule="quality.in_time",
    policy="abc", basis="七天内",
    evidence=(PICTURE, PICTURE), missing=(Need.LISTING,), reviewer="a1", first_reviewer="a2",
    decision=Decision("quality.late", "超过 7 天", "agent:a2", NOON), offer=Remedy.CREDIT, asked="再补一张",
    appealed=True, submitted_at=NOON, due_at=NOON, until=NOON, refund=Refund(an_order().amount_paid, 100),
)  # fmt: skip


def test_a_talk_keeps_all_its_parts() -> None:
    assert TALK.validate_json(talk_row(TALK_FULL)["body"]) == TALK_FULL


def test_a_case_keeps_all_its_parts() -> None:
    assert CASE.validate_json(case_row(CASE_FULL, NOON)["body"]) == CASE_FULL


@pytest.mark.parametrize("decision", [
    Decision("quality.in_window", "已核实", "agent:a2", NOON),
    Refusal("quality.window_over", "超过 7 天", "agent:a2", NOON, "七天内", WayOn.APPEAL, NOON),
    Refusal("quality.window_over", "超过 7 天", "agent:a2", NOON, "七天内", WayOn.OUTSIDE, None),
])  # fmt: skip
def test_a_decision_stays_what_it_was(decision: Decision) -> None:
    kept = CASE.validate_json(case_row(a_case(decision=decision), NOON)["body"]).decision
    assert (type(kept), kept) == (type(decision), decision)


def test_what_has_a_place_of_its_own_is_not_kept_twice() -> None:
    row = case_row(dataclasses.replace(CASE_FULL, version=6), NOON)
    assert row["version"] == 7
    assert not any(f'"{name}"' in row["body"] for name in KEPT_BESIDE)


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
    read = CASE.validate_json(old)
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
    adapter = TASKS[kind]
    assert adapter.validate_json(adapter.dump_json(task)) == task
