"""The sentences of the rules: one for every row, in every language, with nothing left open."""

import string
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from bot.texts import Catalogue, packaged
from flows.model import Cents, Eligible, Goods, Order, OrderStatus, Text
from flows.policy import BY_HAND, judge, load
from nlp.codes import Reason

POLICY, CATALOGUE = load(), Catalogue()
AT = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
LANGUAGES = sorted(packaged())


def verdicts():
    kinds, maybe = (Goods.CARD, Goods.SERVICE), (None, AT)
    ways = product(OrderStatus, kinds, maybe, maybe, (None, True), (False, True), (0, 1, 2), (0, 200))
    for status, kind, done, begun, used, risky, granted, hours in ways:
        order = Order("KM202611201530012345", "腾讯{视频}月卡", Cents(4390), status, AT, kind=kind, quantity=2,
                      points=100, coupon=Cents(500), delivered_at=done, service_started_at=begun)  # fmt: skip
        for reason in Reason:
            yield judge(POLICY, order, reason, now=AT + hours * HOUR, code_used=used, high_risk=risky, granted=granted)


EVERY = {(verdict.rule, *map(str, verdict.facts.values())): verdict for verdict in verdicts()}
VERDICTS = {verdict.rule: verdict for verdict in EVERY.values()}


def test_every_row_of_the_rules_was_reached():
    assert set(VERDICTS) == {row.rule for row in POLICY.rows} - {"change_of_mind.never"} | {BY_HAND}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_row_has_its_sentence_with_the_orders_own_facts(language):
    for (rule, *_), verdict in EVERY.items():
        sentence = CATALOGUE.say(language, verdict.explanation)
        assert "KM202611201530012345" in sentence, rule
        assert "腾讯{视频}月卡" in sentence, rule
        assert verdict.eligible is Eligible.NO or "21.95" in sentence or "43.90" in sentence, rule
        if verdict.alternatives:
            assert CATALOGUE.say(language, verdict.facts["instead"]) in sentence, rule


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_names_its_rule_and_its_arithmetic(language):
    """Paid, points, coupon, what went back before; and this refund, where there may be one."""
    for (rule, *_), verdict in EVERY.items():
        sentence = CATALOGUE.say(language, verdict.explanation)
        assert CATALOGUE.say(language, Text(f"rule.name.{rule}")) in sentence, rule
        for part in verdict.facts["sums"]:
            assert CATALOGUE.say(language, part) in sentence, rule
        assert {"rule.pieces", "rule.points_used", "rule.coupon"} <= {part.key for part in verdict.facts["sums"]}, rule
        if verdict.eligible is not Eligible.NO:
            assert CATALOGUE.say(language, verdict.facts["amount"]) in sentence, rule
        if verdict.apply_before:
            assert "15:30" in sentence or "16:30" in sentence, rule


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_product_that_is_never_refunded_is_told_so(language):
    shop = load('[products]\nnever_without_cause = ["秒杀"]')
    order = Order("KM1", "秒杀月卡", Cents(100), OrderStatus.UNDELIVERED, AT)
    verdict = judge(shop, order, Reason.CHANGE_OF_MIND, now=AT)
    assert (verdict.eligible, verdict.rule) == (Eligible.NO, "change_of_mind.never")
    assert "秒杀月卡" in CATALOGUE.say(language, verdict.explanation)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_shops_own_sentence_is_said_as_it_was_written(language):
    shop = load('rows = [{ rule = "change_of_mind.delivered", eligible = "review", words = "请{稍等}" }]')
    order = Order("KM1", "Q币", Cents(100), OrderStatus.DELIVERED, AT, delivered_at=AT)
    verdict = judge(shop, order, Reason.CHANGE_OF_MIND, now=AT)
    assert (verdict.eligible, verdict.rule) == (Eligible.REVIEW, "change_of_mind.delivered")
    assert "请{稍等}" in CATALOGUE.say(language, verdict.explanation)


def test_the_languages_say_the_same_things():
    def names(language: str) -> dict[str, set[str | None]]:
        rules = {key: text for key, text in packaged()[language].items() if key.startswith("rule.")}
        return {key: {name for _, name, _, _ in string.Formatter().parse(text) if name} for key, text in rules.items()}

    assert names("zh-CN") == names("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_by_the_clock_names_window_and_end(language):
    for rule in ("not_delivered.window_over", "quality.window_over", "service.window_over"):
        verdict = VERDICTS[rule]
        sentence = CATALOGUE.say(language, verdict.explanation)
        assert CATALOGUE.say(language, verdict.facts["window"]) in sentence
        assert "15:30" in sentence or "16:30" in sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_row_of_the_shops_own_has_its_name_the_sum_and_the_last_day_too(language):
    row = """{ rule = "vip", reasons = "quality", TITLE when = ["delivered", "kind_topup"], within = "quality",
             eligible = "ELIGIBLE", words = "老客户从宽。", alternatives = ["exchange"],
             before = "quality.in_window" }"""
    order = Order("KM1", "Q币", Cents(100), OrderStatus.DELIVERED, AT, delivered_at=AT)
    for eligible, gives in (("yes", True), ("review", True), ("no", False)):
        for title, name in (("", "vip"), ('title = "老客户规则",', "老客户规则")):
            shop = load("rows = [" + row.replace("ELIGIBLE", eligible).replace("TITLE", title).replace("\n", " ") + "]")
            sentence = CATALOGUE.say(language, judge(shop, order, Reason.MALFUNCTION, now=AT).explanation)
            assert name in sentence and "老客户从宽。" in sentence
            assert ("1.00" in sentence) is gives and ("15:30 前" in sentence or "until" in sentence) is gives
            assert CATALOGUE.say(language, Text("rule.way.exchange")) in sentence
