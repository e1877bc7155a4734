"""The rules while the house runs: a changed file holds for what is new, a broken one changes nothing."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import App, build
from bot.channels import Incoming
from bot.config import Settings
from bot.handle import StaffAction
from bot.rulebook import Rulebook
from flows.clock import with_deadlines
from flows.model import CaseState, Goods, Remedy, Role
from flows.policy import load
from flows.policy_file import packaged
from nlp.codes import Reason
from storage.store import Store
from tests.conftest import NOON, an_order

TWO_DAYS = "[clock]\nreview_days = 2\nappeal_days = 5\n"
DROPPED = "会员开通后突然掉了，用不了，我要退款"
ORDERS = tuple(
    an_order(order_no=f"KM20261120153001000{n}", product="腾讯视频VIP 月卡", kind=Goods.MEMBERSHIP, buyer=f"u{n}")
    for n in range(1, 4)
)
Write = Callable[[str], None]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rules.toml"


@pytest.fixture
def write(file: Path) -> Write:
    """Saves the file of rules, as an editor does: a new file takes the place of the old one."""

    def save(text: str) -> None:
        new = file.with_suffix(".new")
        new.write_text(text, "utf-8")
        new.replace(file)

    save("# nothing of our own yet\n")
    return save


@pytest.fixture
def app(tmp_path: Path, file: Path, write: Write, sqlite_template: Path) -> Iterator[App]:
    shutil.copy(sqlite_template, tmp_path / "refund-desk.db")
    built = build(Settings(data=tmp_path, rules={"file": str(file)}))
    built.orders.put(ORDERS)
    yield built
    built.close()


def hand_in(app: App, customer: str, after: timedelta = timedelta(0)) -> str:
    for n, text in enumerate((DROPPED, "没有了", "提交")):
        app.house.hear(Incoming("webchat", customer, message_id=f"m{n}", text=text), NOON + after)
    return app.store.recall(customer).cases[0].number


def told(app: App) -> list[str]:
    taken = app.store.outbox.take(NOON + timedelta(days=99), 100, timedelta(minutes=1), ("tell",))
    for due in taken:
        app.store.outbox.finish(due.key, NOON)
    return [text for due in taken if (text := getattr(due.task, "text", "")) and "规则" in text]


def test_new_rules_hold_for_new_claims_and_an_open_case_keeps_its_own(app: App, write: Write) -> None:
    first = hand_in(app, "u1")
    write(TWO_DAYS)
    second = hand_in(app, "u2", timedelta(minutes=1))
    one, two = app.store.case(first), app.store.case(second)
    assert one and two and one.due_at and two.due_at
    assert (one.policy, two.policy) == (load().version, load(TWO_DAYS).version)
    assert one.due_at - two.due_at == timedelta(days=1)
    for number in (first, second):
        app.house.decide(
            StaffAction("a1", Role.AGENT, "reject", number, text="截图看不出问题。"), NOON + timedelta(hours=1)
        )
    days = [kept.until - NOON for n in (first, second) if (kept := app.store.case(n)) and kept.until]
    assert days == [timedelta(days=7, hours=1), timedelta(days=5, hours=1)]


def test_a_case_keeps_its_rules_through_a_restart_and_a_program_without_them(
    app: App, write: Write, tmp_path: Path
) -> None:
    write(TWO_DAYS)
    number = hand_in(app, "u1")
    again = build(Settings(data=tmp_path))
    again.house.decide(StaffAction("a1", Role.AGENT, "reject", number, text="截图看不出问题。"), NOON)
    case = again.store.case(number)
    again.close()
    assert case and case.until == NOON + timedelta(days=5)


def test_a_corrected_reason_is_judged_by_the_rules_of_the_case(app: App, write: Write) -> None:
    number = hand_in(app, "u1")
    write('[windows.quality]\ndefault = "10m"\n[windows.not_delivered]\ndefault = "10m"\n')
    correct = StaffAction("a1", Role.AGENT, "correct_reason", number, reason=Reason.NOT_AS_DESCRIBED)
    app.house.decide(correct, NOON + timedelta(hours=1))
    case = app.store.case(number)
    assert case and (case.rule, case.policy) == ("quality.in_window", load().version)


def test_who_may_decide_what_amount_is_a_rule_of_the_case_too(app: App, write: Write) -> None:
    number = hand_in(app, "u1")
    write('[limits]\nagent_approve = "1.00"\n')
    app.house.decide(StaffAction("a1", Role.AGENT, "approve", number), NOON + timedelta(hours=1))
    case = app.store.case(number)
    assert case and case.state is CaseState.APPROVED


def test_staff_are_told_once_what_changed(app: App, write: Write) -> None:
    app.house.keep_watch(NOON)
    told(app)
    write(TWO_DAYS)
    app.house.keep_watch(NOON)
    app.house.keep_watch(NOON)
    [notice] = told(app)
    assert "clock.review_days: 3 -> 2; clock.appeal_days: 7 -> 5" in notice and load(TWO_DAYS).version in notice


@pytest.mark.parametrize(("broken", "problem"), [
    ("[clock]\n\nreview_dayz = 2\n", "line 3: unknown key 'review_dayz', did you mean 'review_days'?"),
    ('rows = [\n  { rule = "order.closed", off = true },\n]\n', "line 2: no row for "),
    ("[clock\n", "line 1: not TOML"),
])  # fmt: skip
def test_a_file_that_cannot_be_used_changes_nothing_and_is_told_with_its_line(
    app: App, write: Write, broken: str, problem: str
) -> None:
    write(TWO_DAYS)
    app.house.keep_watch(NOON)
    told(app)
    write(broken)
    app.house.keep_watch(NOON)
    [notice] = told(app)
    shown = app.house.notice(NOON)
    assert problem in notice and shown and app.catalogue.say("zh-CN", shown) == notice
    number = hand_in(app, "u1")
    case = app.store.case(number)
    assert case and case.policy == load(TWO_DAYS).version
    write(TWO_DAYS + "# put right\n")
    app.house.keep_watch(NOON)
    assert app.rules.refused is None and told(app) == []


@pytest.mark.parametrize("wrong", ["gone", "not text"])
def test_a_file_that_cannot_be_read_changes_nothing_either(app: App, file: Path, wrong: str) -> None:
    app.house.keep_watch(NOON)
    file.unlink()
    if wrong == "not text":
        file.write_bytes(b"\xff\xfe\x00[clock]")
    app.house.keep_watch(NOON)
    assert app.rules.refused and app.rules.running.version == load().version


def test_back_to_the_rules_of_before_is_a_change_like_any_other(app: App, write: Write) -> None:
    app.house.keep_watch(NOON)
    told(app)
    for text in (TWO_DAYS, "# back\n", TWO_DAYS):
        write(text)
        app.house.keep_watch(NOON)
    assert [notice.count("->") for notice in told(app)] == [2, 2, 2]


def test_the_end_of_the_known_holidays_is_told_once_a_month_from_two_months_before(app: App) -> None:
    end = app.rules.running.calendar.known_through()
    begin = NOON.replace(year=end.year, month=10, day=20)
    notices = []
    for day in range(75):
        app.house.keep_watch(begin + timedelta(days=day))
        notices += told(app)
    assert len(notices) == 3 and f"{end.year + 1} 年" in notices[0]


def test_every_version_that_ran_is_kept_whole(app: App, write: Write) -> None:
    app.house.keep_watch(NOON)
    write(TWO_DAYS)
    app.house.keep_watch(NOON + timedelta(hours=1))
    book = app.store.rule_books.of(load(TWO_DAYS).version)
    assert book and (book.texts, book.since) == ((packaged(), TWO_DAYS), NOON + timedelta(hours=1))
    assert app.store.rule_books.of(load().version)


def test_rules_of_an_older_program_get_what_they_lack_from_the_packaged_ones(store: Store) -> None:
    old = packaged().replace("appeal_days            = 7", "appeal_days            = 6")
    older = "\n".join(line for line in old.splitlines() if not line.startswith("payout_unknown_hours"))
    store.rule_books.keep("old", (older,), NOON)
    kept = Rulebook("", load(), store.rule_books).of("old")
    assert (kept.version, kept.clock.appeal_days, kept.clock.payout_unknown_hours) == ("old", 6, 24)


def test_a_version_that_nobody_kept_is_stood_in_for_by_the_rules_that_run(store: Store) -> None:
    running = load(TWO_DAYS)
    rules = Rulebook("", running, store.rule_books)
    store.rule_books.keep("broken", ("rows = 5",), NOON)
    assert rules.of("never") is rules.of("broken") is rules.of("") is running
    rules.running = load()
    assert rules.of("never") is rules.running


@pytest.mark.parametrize("way", ["supply", "lapse", "decline", "appeal"])
def test_whatever_comes_later_a_case_is_timed_by_its_own_rules(app: App, write: Write, way: str) -> None:
    number = hand_in(app, "u1")
    write("[clock]\nreview_days = 1\nevidence_hours = 48\noffer_hours = 48\nappeal_days = 3\n")
    begin, own = NOON + timedelta(hours=1), load()
    do, more = {
        "supply": ("request_evidence", {"text": "请补一张完整截图。"}),
        "lapse": ("request_evidence", {"text": "请补一张完整截图。"}),
        "decline": ("offer", {"offer": Remedy.CREDIT}),
        "appeal": ("reject", {"text": "截图看不出问题。"}),
    }[way]
    app.house.decide(StaffAction("a1", Role.AGENT, do, number, **more), begin)
    until = (case := app.store.case(number)) and case.until
    assert until == begin + timedelta(hours=own.clock.appeal_days * 24 if way == "appeal" else own.clock.offer_hours)
    at = until + timedelta(seconds=1) if way == "lapse" else until - timedelta(hours=1)
    if way == "lapse":
        app.worker({}).run_due(at, ("wake",))
    else:
        said = {
            "supply": "补充说明：换了浏览器也一样",
            "decline": None,
            "appeal": "我要申诉，换了两台手机都不行，截图里能看到",
        }
        button = f"offer_decline:{number}" if way == "decline" else None
        app.house.hear(Incoming("webchat", "u1", message_id="later", text=said[way] or "", button=button), at)
    case = app.store.case(number)
    assert case and case.events[-1].trigger == way
    assert case.due_at == with_deadlines(case, case.events, own).due_at
    assert case.due_at != with_deadlines(case, case.events, app.rules.running).due_at
