"""Versions of the rules: kept whole, and as they first were."""

from datetime import timedelta

from storage.rule_books import RuleBook
from storage.store import Store
from tests.conftest import NOON
from tests.storage.test_saving import at_once

TEXTS = ("rows = []\n", "# 我们的规则 \U0001f600\n[clock]\nreview_days = 2\n")


def test_a_version_comes_back_to_the_letter(store: Store) -> None:
    store.rule_books.keep("v1", TEXTS, NOON)
    assert store.rule_books.of("v1") == RuleBook("v1", TEXTS, NOON)
    assert store.rule_books.of("v2") is None


def test_a_version_that_is_kept_again_stays_as_it_first_was(store: Store) -> None:
    store.rule_books.keep("v1", TEXTS, NOON)
    store.rule_books.keep("v1", ("# the same, said otherwise",), NOON + timedelta(days=1))
    assert store.rule_books.of("v1") == RuleBook("v1", TEXTS, NOON)


def test_two_servers_that_start_with_the_same_new_rules_both_come_up(store: Store) -> None:
    keep = store.rule_books.keep
    assert at_once(lambda: keep("v1", TEXTS, NOON), lambda: keep("v1", TEXTS, NOON)) == [None, None]
