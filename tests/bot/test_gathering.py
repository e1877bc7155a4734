"""What a decision is told: a customer's own orders, those that are named, and what is known of each."""

import shutil
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bot.gathering import MOST_NUMBERS, Gathering, handed_in
from bot.orders import OrdersUnavailable
from bot.rulebook import Rulebook
from bot.texts import Catalogue
from flows.model import Draft, Evidence, Ledger, Order, Outcome, Talk, Text
from flows.policy import load
from flows.turn import Facts, Heard
from nlp.codes import Intent
from nlp.pictured import Line, OrderShown, PictureKind, PictureReading, Shown
from nlp.reading import Reading
from storage.nouns import Recalled, Saving
from storage.readings import PictureRecord
from storage.store import Store
from tests.conftest import NOON, a_case, an_order

OLD, NEW = (
    an_order(order_no=f"KM20261120153001000{n}", ordered_at=NOON - timedelta(hours=ago)) for n, ago in ((1, 9), (2, 1))
)
THEIRS = an_order(order_no="KM202611201530019999", buyer="u2")
TWO_DAYS = "[clock]\nreview_days = 2\n"


class Shop:
    """An order source that keeps in mind what it was asked for."""

    def __init__(self, *orders: Order) -> None:
        self.orders, self.asked = orders, list[str]()

    def find(self, order_nos: Iterable[str]) -> dict[str, Order]:
        self.asked += order_nos
        return {order.order_no: order for order in self.orders if order.order_no in order_nos}

    def of_customers(self, customers: Iterable[str]) -> dict[str, tuple[Order, ...]]:
        return {buyer: tuple(order for order in self.orders if order.buyer == buyer) for buyer in customers}


class Silent:
    """An order source that does not answer."""

    def find(self, order_nos: Iterable[str]) -> dict[str, Order]:
        raise OrdersUnavailable

    def of_customers(self, customers: Iterable[str]) -> dict[str, tuple[Order, ...]]:
        raise OrdersUnavailable


@pytest.fixture
def store(tmp_path: Path, sqlite_template: Path) -> Iterator[Store]:
    shutil.copy(sqlite_template, tmp_path / "test.db")
    opened = Store(f"sqlite:///{tmp_path / 'test.db'}")
    yield opened
    opened.close()


@pytest.fixture
def shop() -> Shop:
    return Shop(OLD, NEW, THEIRS)


@pytest.fixture
def gathering(store: Store, shop: Shop) -> Gathering:
    return Gathering(store, shop, Rulebook("", load(), store.rule_books), Catalogue())


def heard(*order_nos: str, linked: str | None = None, **said: Any) -> Heard:
    return Heard(Reading("", Intent.REFUND, order_nos=order_nos, **said), NOON, linked=linked)


def known(draft: Draft | None = None, **more: Any) -> Recalled:
    return Recalled(False, Talk("u1", draft=draft), **more)


# ---- orders


def test_their_own_orders_are_known_without_asking_the_newest_first(gathering: Gathering) -> None:
    facts = gathering.facts(known(), heard())
    assert facts.own == (NEW, OLD) and facts.orders == {OLD.order_no: OLD, NEW.order_no: NEW}


def test_a_strangers_order_is_found_where_it_is_named_and_is_not_their_own(gathering: Gathering) -> None:
    facts = gathering.facts(known(), heard(THEIRS.order_no, "KM0"))
    assert facts.orders[THEIRS.order_no] == THEIRS and THEIRS not in facts.own and "KM0" not in facts.orders


def test_an_order_that_was_shown_to_be_theirs_is_their_own_from_then_on(gathering: Gathering) -> None:
    facts = gathering.facts(known(bound=frozenset({THEIRS.order_no})), heard())
    assert THEIRS in facts.own and facts.bound == {THEIRS.order_no}


def test_a_word_names_an_order_of_theirs_however_it_is_written_and_nobody_elses(gathering: Gathering) -> None:
    mine, other = OLD.order_no.lower(), THEIRS.order_no.lower()
    facts = gathering.facts(known(), heard(words=(mine, other)))
    assert facts.orders[mine] == OLD and other not in facts.orders


def test_of_a_message_full_of_numbers_only_the_first_are_looked_up(gathering: Gathering, shop: Shop) -> None:
    numbers = [f"KM{n}" for n in range(50)]
    gathering.facts(known(), heard(*numbers[:2], candidates=tuple(numbers[2:])))
    assert shop.asked == numbers[:MOST_NUMBERS]


def test_what_a_link_or_the_claim_names_is_looked_up_besides_and_first(gathering: Gathering, shop: Shop) -> None:
    numbers = [f"KM{n}" for n in range(MOST_NUMBERS)]
    gathering.facts(known(Draft(order_no="D1", other_order_no="D2")), heard(*numbers, linked="L1"))
    assert shop.asked == ["L1", "D1", "D2", *numbers]


def test_a_number_that_a_picture_of_the_message_shows_is_looked_up(gathering: Gathering) -> None:
    shown = PictureReading(
        PictureKind.ORDER_PAGE, orders=(OrderShown(), OrderShown(Shown(THEIRS.order_no, (0, 0, 1, 1))))
    )
    facts = gathering.facts(known(), heard(), {"a.png": shown})
    assert facts.orders[THEIRS.order_no] == THEIRS and facts.pictures == {"a.png": shown}


def test_a_shop_that_does_not_answer_is_no_word_on_any_order_and_the_cases_are_known_all_the_same(
    gathering: Gathering,
) -> None:
    gathering.orders = Silent()
    facts = gathering.facts(known(cases=(a_case(),)), heard(OLD.order_no))
    assert facts.orders_unknown and (facts.own, facts.orders) == ((), {})
    assert facts.cases == (a_case(),) and a_case().order.order_no in facts.ledgers


def test_a_shop_that_answers_is_not_unknown(gathering: Gathering) -> None:
    assert not gathering.facts(known(), heard("KM0")).orders_unknown


# ---- what the store knows


def tried(store: Store, order_no: str, at: datetime) -> None:
    store.save(Saving("u9", Outcome(wrong_tries=(order_no,)), at))


def test_every_order_that_is_spoken_of_comes_with_its_ledger_even_one_that_is_not_there(gathering: Gathering) -> None:
    case = a_case(order=an_order(order_no="KM7"))
    ledgers = gathering.facts(known(cases=(case,)), heard("KM0")).ledgers
    assert ledgers == {number: Ledger(number) for number in ("KM0", "KM7", OLD.order_no, NEW.order_no)}


def test_wrong_tries_of_the_last_day_count_and_older_ones_are_forgotten(gathering: Gathering, store: Store) -> None:
    yesterday, lately = NOON - timedelta(hours=25), NOON - timedelta(hours=23)
    tried(store, THEIRS.order_no, yesterday)
    tried(store, THEIRS.order_no, lately)
    assert gathering.facts(known(), heard(THEIRS.order_no)).order_tries[THEIRS.order_no] == (lately,)


def test_numbers_of_new_cases_are_drawn_only_when_they_are_asked_for(gathering: Gathering) -> None:
    one, two = gathering.facts(known(), heard()), gathering.facts(known(), heard())
    assert (two.numbers(), one.numbers()) == ("RF2611200001", "RF2611200002")


def test_risk_is_handed_on(gathering: Gathering) -> None:
    assert [gathering.facts(known(high_risk=risky), heard()).high_risk for risky in (True, False)] == [True, False]


# ---- rules and words


def test_new_claims_have_the_rules_that_run_and_each_case_its_own(gathering: Gathering, store: Store) -> None:
    earlier = load(TWO_DAYS)
    store.rule_books.keep(earlier.version, earlier.texts, NOON)
    facts = gathering.facts(known(cases=(a_case(policy=earlier.version), a_case(policy="lost"))), heard())
    assert facts.policy.version == load().version
    assert facts.kept[earlier.version].version == earlier.version
    assert facts.kept["lost"] is facts.policy, "the rules that run stand in for what nobody kept"


def test_sentences_inside_sentences_are_in_the_language_of_the_talk(gathering: Gathering) -> None:
    def said(language: str) -> str:
        recalled = Recalled(False, Talk("u1", language=language))
        return gathering.facts(recalled, heard()).render(Text("state.rejected"))

    assert said("en").isascii() and not said("zh-CN").isascii()


# ---- pictures of before


SCREEN = ("卡券兑换中心", "卡密", "TY**-****-****-K7P3", "该激活码已被使用", "我知道了", "客服时间9:00")
LINES = tuple(Line(text, (20, 40 * n, 300, 40 * n + 30)) for n, text in enumerate(SCREEN))


def test_pictures_of_the_claim_are_known_as_they_were_seen_and_unread_ones_are_left_out(
    gathering: Gathering, store: Store
) -> None:
    store.readings.put(PictureRecord("a.png", (400, 800), LINES, "0f"), NOON)
    store.readings.put(PictureRecord("broken.png", (1, 1)), NOON)
    draft = Draft(evidence=tuple(Evidence(file, NOON) for file in ("a.png", "broken.png", "never_seen.png")))
    [(file, picture)] = gathering.facts(known(draft), heard()).pictures.items()
    assert file == "a.png" and (picture.kind, picture.size) == (PictureKind.ACTIVATION_ERROR, (400, 800))


def test_a_short_date_on_a_picture_is_of_the_year_in_which_it_came(gathering: Gathering, store: Store) -> None:
    page = ("订单详情", "已发货", "订单编号：KM202611201530012345", "实付款：￥90.00", "发货时间：12-31 10:00")
    lines = tuple(Line(text, (20, 40 * n, 300, 40 * n + 30)) for n, text in enumerate(page))
    store.readings.put(PictureRecord("a.png", (400, 800), lines, "0f"), NOON)

    def year(came: datetime) -> int:
        [moment] = gathering.pictures([Evidence("a.png", came)])["a.png"].first.times
        return moment.at.year

    assert [year(datetime(n, 1, 2, tzinfo=NOON.tzinfo)) for n in (2025, 2026)] == [2024, 2025]


def test_what_was_seen_just_now_stands_beside_what_was_seen_before(gathering: Gathering, store: Store) -> None:
    store.readings.put(PictureRecord("a.png", (400, 800), LINES, "0f"), NOON)
    now = PictureReading(PictureKind.UNRELATED)
    facts: Facts = gathering.facts(known(Draft(evidence=(Evidence("a.png", NOON),))), heard(), {"b.png": now})
    assert facts.pictures.keys() == {"a.png", "b.png"} and facts.pictures["b.png"] is now


# ---- how much was handed in already


def test_pieces_are_counted_for_the_claim_or_the_case_that_is_spoken_of() -> None:
    pieces = tuple(Evidence(f"{n}.png", NOON) for n in range(3))
    cases = (a_case("RF1", evidence=pieces), a_case("RF2", evidence=pieces[:1]))
    nothing, talk = known(cases=cases), Talk("u1", case="RF1")
    assert handed_in(nothing) == 0
    assert handed_in(replace(nothing, talk=talk)) == 3
    assert handed_in(known(Draft(evidence=pieces[:2]), cases=cases)) == 2
    both = replace(talk, case="RF2", draft=Draft(evidence=pieces[:2]))
    assert handed_in(replace(nothing, talk=both)) == 2
