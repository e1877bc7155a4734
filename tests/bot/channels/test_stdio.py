"""The line protocol keeps its word: order of output, frozen time, second deliveries, and an answer to every line."""

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.bot.channels.pipe import LATE, NOON, Desk, errors, kinds, order, says


@pytest.fixture
def desk(tmp_path: Path, sqlite_template: Path) -> Iterator[Desk]:
    shutil.copy(sqlite_template, tmp_path / "refund-desk.db")
    opened = Desk(tmp_path)
    yield opened
    opened.app.close()


# ---- every line has its answer


def test_a_reply_has_all_the_fields_of_the_protocol(desk: Desk) -> None:
    reply, done = desk(says("你好"))[0], desk(says("你好"))[-1]
    assert reply.keys() == {"to", "text", "buttons", "asks", "expects", "case"} and reply["to"] == "u1"
    assert done == {"done": True}


def test_replies_come_first_then_notices_then_events_then_done(desk: Desk) -> None:
    desk.put(order(LATE, buyer="u1"))
    rank = {"reply": 0, "notice": 1, "event": 2, "case": 3, "error": 4, "done": 5}
    for line in (
        says(f"{LATE} 等了三个小时还没发货，我要退款"),
        says("确认"),
        {"show": "cases", "customer": "u1"},
        says("转人工"),
    ):
        answered = [rank[kind] for kind in kinds(desk(line))]
        assert answered == sorted(answered) and answered[-1] == rank["done"]


@pytest.mark.parametrize(
    "line, code",
    [
        (b"{", "not_json"),
        (b"", "not_json"),
        (b"[1]", "not_json"),
        (b'"text"', "not_json"),
        (b"\xff\xfe{}", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b'{"customer": "u1", "text": "' + b"x" * 1_100_000 + b'"}', "too_long"),
        ({}, "unknown_line"),
        ({"customer": "u1"}, "unknown_line"),
        ({"customer": "u1", "sticker": "x"}, "unknown_line"),
        ({"customer": "", "text": "hi"}, "bad_field"),
        ({"customer": 5, "text": "hi"}, "bad_field"),
        ({"customer": "staff", "text": "hi"}, "bad_field"),
        ({"customer": "u1", "text": ["hi"]}, "bad_field"),
        ({"customer": "u1", "press": 3}, "bad_field"),
        ({"customer": "u1", "file": {}}, "bad_field"),
        ({"customer": "u1", "text": "hi", "id": [1]}, "bad_field"),
        ({"show": "everything"}, "bad_field"),
        ({"show": "case"}, "bad_field"),
        ({"show": "case", "case": "RF0"}, "unknown_case"),
        ({"clock": "tomorrow"}, "bad_field"),
        ({"clock": "2026-11-20T12:00:00"}, "bad_field"),
        ({"clock": "2026-11-20T11:59:59+08:00"}, "clock_backwards"),
        ({"agent": "a1", "case": "RF0", "do": "take"}, "unknown_case"),
        ({"agent": "a1", "case": "RF0", "do": "dance"}, "bad_field"),
        ({"agent": "a1", "case": "RF0", "do": "take", "role": "customer"}, "bad_field"),
        ({"agent": "a1", "case": "RF0", "do": "offer", "offer": "gold"}, "bad_field"),
        ({"agent": "a1", "case": "RF0", "do": "correct_reason", "reason": "bad_luck"}, "bad_field"),
        ({"agent": "", "case": "RF0", "do": "take"}, "bad_field"),
        ({"agent": "a1", "do": "take"}, "bad_field"),
    ],
)
def test_a_line_that_cannot_be_used_is_answered_and_the_next_one_read(
    desk: Desk, line: dict[str, Any] | bytes, code: str
) -> None:
    answers = desk(line, says("你好"))
    assert errors(answers) == [(1, code)] and answers[0]["error"]["message"]
    assert kinds(answers) == ["error", "done", "reply", "done"]


def test_unknown_keys_are_ignored(desk: Desk) -> None:
    assert kinds(desk(says("你好", mood="angry", clocks="x"))) == ["reply", "done"]


def test_a_byte_order_mark_does_no_harm(desk: Desk) -> None:
    assert kinds(desk("\ufeff".encode() + json.dumps(says("你好")).encode())) == ["reply", "done"]


# ---- what customers send that nobody expects


@pytest.mark.parametrize(
    "text",
    [
        "退" * 6_600,
        "x" * 20_000,
        "\0\x01\x1b[31m\u202e退款",
        "\ud800半个字",
        "",
        "   ",
        "😀" * 500,
        "<script>alert(1)</script>",
    ],
    ids=["20 kB", "20,000 letters", "control characters", "half a character", "nothing", "blanks", "emoji", "markup"],
)
def test_any_text_gets_a_clear_reply(desk: Desk, text: str) -> None:
    answers = desk(says(text))
    assert kinds(answers)[0] == "reply" and not errors(answers) and answers[0]["text"]


def test_a_text_over_the_limit_is_answered_politely(tmp_path: Path) -> None:
    desk = Desk(tmp_path, conversation={"max_characters": 100})
    assert "100" in desk(says("退款" * 51))[0]["text"]
    assert "100" not in desk(says("退款" * 50))[0]["text"]
    desk.app.close()


def test_an_unknown_button_and_one_of_an_old_question_get_a_reply(desk: Desk) -> None:
    desk.put(order(LATE, buyer="u1"))
    asked = next(reply for reply in desk(says("退款")) if reply.get("buttons"))
    old = asked["buttons"][0]["id"]
    desk(says("算了"))
    for button in (old, old, "no-such-button", "", "9999.yes"):
        assert kinds(desk({"customer": "u1", "press": button}))[0] == "reply"


def test_a_button_pressed_twice_hands_in_once(desk: Desk) -> None:
    desk.put(order(LATE, buyer="u1"))
    asked = next(
        reply
        for reply in desk(says(f"{LATE} 过了时间等了三个小时还没发货，我要退款"))
        if reply.get("asks") == "confirm"
    )
    press = {"customer": "u1", "press": asked["buttons"][0]["id"]}
    first, second = desk(press), desk(press)
    assert len(desk.cases()) == 1
    assert any("event" in one for one in first) and not any("event" in one for one in second)


def zip_bomb(file: Path) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("screenshot.png", b"\0" * 50_000_000)


# fmt: off
FILES: list[tuple[str, Callable[[Path], Any]]] = [
    ("none there",     lambda file: None),
    ("a folder",       lambda file: file.mkdir()),
    ("zero bytes",     lambda file: file.write_bytes(b"")),
    ("text",           lambda file: file.write_text("我要退款")),
    ("no picture",     lambda file: file.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 100)),
    ("50 megapixels",  lambda file: Image.new("1", (10_000, 5_000)).save(file)),
    ("a zip bomb",     zip_bomb),
    ("30 MB",          lambda file: file.write_bytes(b"\xff\xd8\xff" + b"\0" * 30_000_000)),
]
# fmt: on


@pytest.mark.parametrize("make", [pytest.param(make, id=name) for name, make in FILES])
def test_a_file_that_cannot_be_taken_gets_a_reply_and_no_evidence(
    desk: Desk, tmp_path: Path, make: Callable[[Path], Any]
) -> None:
    file = tmp_path / "screenshot.png"
    make(file)
    answers = desk({"customer": "u1", "file": str(file)})
    assert kinds(answers)[0] == "reply" and not errors(answers)
    assert not list((tmp_path / "evidence").glob("*/*"))


@pytest.mark.parametrize("path", ["/dev/zero", "/proc/self/mem", "\0", "x" * 5_000, ""])
def test_a_path_that_is_no_file_is_not_waited_for(desk: Desk, path: str) -> None:
    assert kinds(desk({"customer": "u1", "file": path})) == ["reply", "done"]


def test_a_picture_is_found_from_where_the_program_was_started(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.new("RGB", (30, 20)).save(tmp_path / "here.png")
    monkeypatch.chdir(tmp_path)
    desk({"customer": "u1", "file": "here.png", "caption": "看截图"})
    assert len(list((tmp_path / "evidence").glob("*/*.png"))) == 1


# ---- twice is once


def test_a_message_delivered_twice_has_no_second_effect(desk: Desk) -> None:
    desk.put(order(LATE, buyer="u1"))
    for text in (f"{LATE} 等了三个小时还没发货，我要退款", "确认"):
        line = says(text, id=f"m:{text}")
        desk(line)
        before = desk.cases()
        assert not any("event" in one for one in desk(line)) and desk.cases() == before
    assert len(desk.cases()) == 1


def test_the_same_id_of_another_customer_is_another_message(desk: Desk) -> None:
    desk(says("你好", id=7))
    assert kinds(desk({"customer": "u2", "text": "你好", "id": 7})) == ["reply", "done"]


def test_a_staff_action_delivered_twice_is_done_once(desk: Desk) -> None:
    number = desk.handed_in()
    take = {"agent": "a1", "case": number, "do": "take", "id": "s1"}
    assert any("event" in one for one in desk(take))
    assert kinds(desk(take)) == ["done"] and len(desk.cases()[0]["events"]) == 2


# ---- staff


def test_what_the_table_does_not_list_is_not_allowed(desk: Desk) -> None:
    number = desk.handed_in()
    assert errors(desk({"agent": "a1", "case": number, "do": "settle"})) == [(1, "not_allowed")]
    assert errors(desk({"agent": "a1", "case": number, "do": "reject", "text": "  "})) == [(1, "not_allowed")]
    assert desk.cases()[0]["state"] == "submitted"


def test_who_names_no_role_is_an_agent(desk: Desk) -> None:
    number = desk.handed_in()
    assert errors(desk({"agent": "a1", "case": number, "do": "restrict", "text": "伪造凭证"})) == [(1, "not_allowed")]
    assert not errors(desk({"agent": "s1", "role": "supervisor", "case": number, "do": "restrict", "text": "伪造凭证"}))


def test_a_decision_reaches_the_customer_and_is_an_event(desk: Desk) -> None:
    number = desk.handed_in()
    answers = desk({"agent": "a1", "case": number, "do": "reject", "text": "卡密在充值前已被使用"})
    assert any(one.get("to") == "u1" and "卡密在充值前已被使用" in one["text"] for one in answers)
    event = [one["event"] for one in answers if "event" in one][-1]
    assert (event["case"], event["at"], event["by"]) == (number, "2026-11-20T12:00:00+08:00", "agent:a1")
    assert (event["from"], event["to"], event["why"]) == ("in_review", "rejected", "卡密在充值前已被使用")
    assert event.keys() == {"case", "at", "by", "from", "to", "why"}


def test_a_case_is_shown_as_the_protocol_writes_it(desk: Desk) -> None:
    number = desk.handed_in()
    shown = desk({"show": "case", "case": number})[0]["case"]
    assert shown == desk.cases()[0]
    assert shown.keys() == {
        "case", "customer", "order_no", "other_order_no", "reason", "state", "refund", "due_at", "evidence", "decision",
        "offer", "owner", "events",
    }  # fmt: skip
    assert shown["refund"] == {"cash": "28.80", "points": 0} and shown["owner"] == "bot"
    assert shown["due_at"] == "2026-11-26T00:00:00+08:00" and shown["reason"] == "invalid_code"


def test_whose_talk_it_is_shows_in_the_case(desk: Desk) -> None:
    number = desk.handed_in()
    desk({"agent": "a1", "case": number, "do": "take_over"})
    assert desk.cases()[0]["owner"] == "agent:a1"


# ---- time


def test_time_stands_still_until_it_is_moved(desk: Desk) -> None:
    desk.handed_in()
    assert {event["at"] for event in desk.cases()[0]["events"]} == {"2026-11-20T12:00:00+08:00"}


def test_moving_the_clock_lets_everything_happen_at_its_own_moment(desk: Desk) -> None:
    number = desk.handed_in()
    desk({"agent": "a1", "case": number, "do": "reject", "text": "卡密已被使用"})
    answers = desk({"clock": "2026-12-30T00:00:00+08:00"})
    closed = [one["event"] for one in answers if "event" in one]
    assert [(event["to"], event["at"]) for event in closed] == [("closed", "2026-11-27T12:00:01+08:00")]
    assert any(one.get("to") == "u1" for one in answers), "what lapses is told, and reminded of before"
    assert desk.clock.now() == datetime(2026, 12, 29, 16, tzinfo=UTC)


def test_a_case_that_was_decided_is_not_called_late(desk: Desk) -> None:
    number = desk.handed_in()
    desk({"agent": "a1", "case": number, "do": "approve", "text": ""})
    said = [answer["text"] for answer in desk({"clock": "2026-12-30T00:00:00+08:00"}) if "text" in answer]
    assert [text for text in said if "答复" in text or "审核时间" in text] == []


def test_small_steps_and_one_great_leap_come_to_the_same(tmp_path: Path) -> None:
    def lived(name: str, *days: int) -> list[tuple[str, str]]:
        desk = Desk(tmp_path / name)
        number = desk.handed_in()
        desk({"agent": "a1", "case": number, "do": "request_evidence", "text": "请补一张完整截图"})
        for day in days:
            desk({"clock": (NOON + timedelta(days=day)).isoformat()})
        events = [(event["to"], event["at"]) for event in desk.cases()[0]["events"]]
        desk.app.close()
        return events

    assert lived("leap", 30) == lived("steps", 1, 2, 3, 5, 8, 13, 21, 30)


def test_a_clock_line_delivered_twice_is_no_error(desk: Desk) -> None:
    line = {"clock": "2026-11-21T00:00:00+08:00", "id": "c1"}
    assert kinds(desk(line)) == ["done"] and kinds(desk(line)) == ["done"]


def test_without_a_frozen_clock_a_clock_line_freezes_it(tmp_path: Path) -> None:
    desk = Desk(tmp_path, stands_at=None)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    desk({"clock": tomorrow.isoformat()})
    assert desk.clock.now() == tomorrow
    desk.app.close()


# ---- nothing is lost


def test_who_starts_again_goes_on_where_the_customer_was(tmp_path: Path) -> None:
    first = Desk(tmp_path).put(order(LATE, buyer="u1"))
    assert any(reply.get("asks") == "confirm" for reply in first(says(f"{LATE} 等了三个小时还没发货，我要退款")))
    first.app.close()
    second = Desk(tmp_path)
    second(says("确认"))
    assert [case["order_no"] for case in second.cases()] == [LATE]
    second.app.close()


def test_two_customers_at_one_pipe_do_not_mix(desk: Desk) -> None:
    desk.put(order(LATE, buyer="u1"))
    desk(says(f"{LATE} 等了三个小时还没发货，我要退款"))
    stranger = desk({"customer": "u2", "text": "我的订单呢"})
    assert all(one["to"] == "u2" and LATE not in one["text"] for one in stranger if "to" in one)


def test_a_link_of_the_order_page_makes_the_order_theirs(desk: Desk) -> None:
    desk.put(order(LATE))
    desk({"customer": "u1", "start": desk.app.links.payload(LATE)})
    assert any(reply.get("asks") == "confirm" for reply in desk(says("等了三个小时还没发货，我要退款")))


def test_a_forged_link_tells_nothing(desk: Desk) -> None:
    desk.put(order(LATE))
    forged = desk.app.links.payload(LATE)[:-1] + "!"
    for payload in ("", forged, LATE, "x" * 10_000):
        answers = desk({"customer": "u1", "start": payload})
        assert kinds(answers) == ["reply", "done"] and "流量包" not in answers[0]["text"]
