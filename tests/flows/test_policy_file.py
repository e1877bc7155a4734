"""A file of rules: what it may say, what it changes, and how it is refused."""

from datetime import date, timedelta

import pytest

from flows.model import Eligible, Goods, Need, Remedy, Role
from flows.policy import BadPolicy, load
from flows.policy_file import load_alone, packaged
from nlp.codes import Reason

HOUR = timedelta(hours=1)


def problems(shop: str) -> list[str]:
    with pytest.raises(BadPolicy) as bad:
        load(shop)
    return [str(problem) for problem in bad.value.problems]


def test_the_packaged_figures_are_those_that_were_promised():
    policy = load()
    assert (policy.limits.auto_approve, policy.limits.agent_approve) == (10000, None)
    assert (policy.limits.wrong_tries, policy.limits.order_tries, policy.limits.door_hours) == (5, 10, 1)
    clock = policy.clock
    assert (clock.review_days, clock.appeal_days, clock.offer_hours, clock.evidence_hours) == (3, 7, 72, 72)
    assert (clock.reminder_hours, clock.draft_hours, clock.draft_reminder_minutes) == (24, 24, 30)
    assert (clock.agent_silence_minutes, clock.payout_unknown_hours) == (30, 24)


def test_a_shop_changes_a_figure_and_keeps_the_rest():
    policy = load('[limits]\nauto_approve = "20.00"\nagent_approve = "500"\n[clock]\nreview_days = 2')
    assert (policy.limits.auto_approve, policy.limits.agent_approve, policy.limits.wrong_tries) == (2000, 50000, 5)
    assert (policy.clock.review_days, policy.clock.appeal_days) == (2, 7)


def test_above_an_agents_limit_a_supervisor_decides():
    limits = load('[limits]\nagent_approve = "500.00"').limits
    assert limits.may_decide(Role.AGENT, 50000) and not limits.may_decide(Role.AGENT, 50001)
    assert limits.may_decide(Role.SUPERVISOR, 50001)
    assert limits.may_decide(Role.SYSTEM, 10000) and not limits.may_decide(Role.SYSTEM, 10001)
    assert load().limits.may_decide(Role.AGENT, 10**9)
    assert not load().limits.may_decide(Role.CUSTOMER, 1)


def test_windows_go_by_product_then_by_kind_then_by_default():
    policy = load('[windows.quality]\naccount = "48h"\n[windows.quality.products]\n"腾讯" = "3d"\n"腾讯年卡" = "30d"')
    quality = policy.windows["quality"]
    assert (quality.by_kind[Goods.CARD], quality.by_kind[Goods.ACCOUNT]) == (24 * HOUR, 48 * HOUR)
    assert quality.default == 168 * HOUR
    assert quality.by_product == (("腾讯年卡", 720 * HOUR), ("腾讯", 72 * HOUR))


def test_a_row_is_changed_in_what_the_file_says_of_it():
    shop = 'rows = [{ rule = "change_of_mind.delivered", alternatives = ["credit"] }]'
    before, after = ({row.rule: row for row in policy.rows} for policy in (load(), load(shop)))
    assert after["change_of_mind.delivered"].alternatives == (Remedy.CREDIT,)
    assert after["change_of_mind.delivered"].when == before["change_of_mind.delivered"].when
    assert list(after) == list(before)


def test_a_row_that_answers_otherwise_brings_its_own_sentence():
    shop = 'rows = [{ rule = "change_of_mind.delivered", eligible = "review"WORDS }]'
    assert problems(shop.replace("WORDS", "")) == [
        'line 1: row change_of_mind.delivered: the row as changed needs its own sentence: words = "…"'
    ]
    row = next(row for row in load(shop.replace("WORDS", ', words = "由客服决定"')).rows if row.words)
    assert (row.rule, row.eligible, row.words) == ("change_of_mind.delivered", Eligible.REVIEW, "由客服决定")


def test_a_new_row_stands_where_it_is_put():
    shop = ('rows = [{ rule = "account.never", reasons = ["change_of_mind"], when = ["undelivered", "kind_account"],'
            ' eligible = "no", words = "账号不支持", before = "user_error.undelivered" }]')  # fmt: skip
    names = [row.rule for row in load(shop).rows]
    assert names.index("account.never") == names.index("user_error.undelivered") - 1


def test_a_row_can_be_moved_and_taken_out():
    names = [row.rule for row in load('rows = [{ rule = "order.nothing_left", before = "order.closed" },'
                                      ' { rule = "order.unclear", off = true }]').rows]  # fmt: skip
    assert names[:2] == ["order.nothing_left", "order.closed"]
    assert "order.unclear" not in names


def test_evidence_and_groups_are_the_shops_to_say():
    policy = load('[evidence]\nnot_delivered = []\nduplicate_order = ["order_page"]')
    assert (policy.needs[Reason.NOT_DELIVERED], policy.needs[Reason.DUPLICATE_ORDER]) == ((), (Need.ORDER_PAGE,))


def test_corrections_of_the_calendar_are_dates():
    policy = load("[calendar]\ndays_off = [2027-01-01, 2027-02-08]\ndays_on = [2027-02-20]")
    assert not policy.calendar.is_working(date(2027, 2, 8))
    assert policy.calendar.is_working(date(2027, 2, 20))


def test_the_version_is_that_of_what_is_said_not_of_how():
    one, other = load("[clock]\nreview_days = 2"), load("# ours\n\n[clock]\nreview_days=2 # quick\n")
    assert one.version == other.version != load().version
    assert load(packaged()).version == load().version
    assert one.texts == (packaged(), "[clock]\nreview_days = 2")


def test_later_files_are_laid_over_earlier_ones():
    assert load("[clock]\nreview_days = 2", "[clock]\nreview_days = 1").clock.review_days == 1


def test_a_file_of_another_editor_is_read_all_the_same():
    assert load("\ufeff[clock]\r\nreview_days = 2\r\n").clock.review_days == 2


@pytest.mark.parametrize(("shop", "problem"), [
    ("[clock]\nreview_dayz = 2", "line 2: unknown key 'review_dayz', did you mean 'review_days'?"),
    ("[klock]\nreview_days = 2", "line 1: unknown key 'klock', did you mean 'clock'?"),
    ("[xyz]\na = 2", "line 1: unknown key 'xyz'"),
    ("[clock]\n\nreview_days = 0", "line 3: review_days: expected a whole number from 1, found 0"),
    ("[clock]\nreview_days = true", "line 2: review_days: expected a whole number from 1, found True"),
    ('[limits]\nauto_approve = "-1.00"', "line 2: auto_approve: expected yuan like 49.90: digits, at most two places,"),
    ("[limits]\nauto_approve = 100", 'line 2: auto_approve: expected yuan in quotes, like "100.00", found 100'),
    ('[windows.quality]\ncard = "-1h"', 'line 2: card: expected a length of time like "30m", "24h" or "7d", not neg'),
    ('[windows.quality]\ncard = "9999d"', "line 2: card: expected at most 3650d, found '9999d'"),
    ('[windows.quality]\nkard = "1h"', "line 2: unknown key 'kard', did you mean 'card'?"),
    ('[windows.vip]\ncard = "1h"', "line 1: windows.vip: default is missing"),
    ('[windows]\nquality = "7d"', "line 2: quality: expected a table with default, card,"),
    ("clock = 3", "line 1: clock: expected a table with review_days,"),
    ("[evidence]\ninvalid_code = ['error_scren']", "line 2: invalid_code: unknown value 'error_scren', did you mean "
     "'error_screen'? expected one of order_page"),
    ("[evidence]\ninvalid_code = 'error_screen'", "line 2: invalid_code: expected a list in brackets"),
    ("[calendar]\ndays_off = ['2027-01-01']", "line 2: days_off: expected dates like 2027-02-20"),
    ("[calendar]\ndays_off = [2027-01-01T00:00:00]", "line 2: days_off: expected dates like 2027-02-20"),
    ("[calendar]\nyears = ['2027']", "line 2: years: expected years like 2027, found '2027'"),
    ("[products]\nnever_without_cause = ['']", "line 2: never_without_cause: expected a text"),
    ("[clock]\nreview_days = ?", "line 2: not TOML: Invalid value"),
    ("[clock]\nreview_days = 2\nreview_days = 2", "line 3: not TOML: Cannot overwrite a value"),
    ("rows = 5", "line 1: rows: expected rows like"),
    ("rows = [{ eligible = 'no' }]", "line 1: rows: expected rows like"),
    ("rows = [{ rule = 'order.closed', whem = [] }]", "line 1: unknown key 'whem', did you mean 'when'?"),
    ("rows = [{ rule = 'order.closed', when = ['closet'], words = 'x' }]",
     "unknown condition 'closet', did you mean 'closed'?"),
    ("rows = [{ rule = 'order.closed', eligible = 'maybe', words = 'x' }]", "expected one of yes, review, no"),
    ("rows = [{ rule = 'order.closed', reasons = 'anyy', words = 'x' }]",
     "unknown group of reasons 'anyy', did you mean 'any'?"),
    ("rows = [{ rule = 'quality.in_window', within = 'qualty' }]",
     "within: unknown window 'qualty', did you mean 'quality'?"),
    ("rows = [{ rule = 'order.closed', evidence = 'all' }]", "evidence: expected \"by_reason\" or a list, found 'all'"),
    ("rows = [{ rule = 'order.closed', before = 'order.uncler' }]",
     "before: unknown row 'order.uncler', did you mean 'order.unclear'?"),
    ("rows = [{ rule = 'order.closed', before = 'order.closed' }]", "before: unknown row 'order.closed'"),
    ("rows = [{ rule = 'order.closd', off = true }]",
     "off: unknown row 'order.closd', did you mean 'order.closed'?"),
    ("rows = [{ rule = 'order.closed', off = 1 }]", "off: expected true"),
    ("rows = [{ rule = 'order.closed' }, { rule = 'order.closed' }]", "row order.closed: named twice in one file"),
    ("rows = [{ rule = 'mine', when = [], words = 'x' }]", "line 1: row mine: reasons is missing"),
])  # fmt: skip
def test_what_cannot_be_used_is_named_with_its_line(shop, problem):
    assert any(problem in found for found in problems(shop)), problems(shop)


def test_all_problems_are_named_at_once_in_the_order_of_their_lines():
    found = problems('[clock]\nreview_days = 0\n[limits]\ndoor_hours = -1\nauto = "1"')
    assert [line.split(":")[0] for line in found] == ["line 2", "line 4", "line 5"]


def test_a_file_by_itself_has_to_say_everything():
    with pytest.raises(BadPolicy, match=r"the table \[clock\] is missing"):
        load_alone("[limits]\nwrong_tries = 3")
    with pytest.raises(BadPolicy, match="clock: review_days is missing"):
        load_alone(packaged().replace("review_days ", "# review_days "))


def test_the_same_files_are_loaded_once():
    assert load("[clock]\nreview_days = 2") is load("[clock]\nreview_days = 2")
