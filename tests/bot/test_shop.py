"""The shop's own files are used where they are right, and what is wrong with them is said in one line."""

from pathlib import Path

import pytest

from bot import shop
from bot.config import ConfigError, Settings
from nlp.read import read


def settings(folder: Path, **given: str) -> Settings:
    for name, text in given.items():
        (folder / f"{name}.toml").write_text(text, "utf-8")
    return Settings(**{name: {"file": str(folder / f"{name}.toml")} for name in given})


def test_without_files_the_packaged_rules_and_words_hold() -> None:
    assert shop.rules(Settings()).limits.auto_approve == 10_000
    assert shop.words(Settings()).faults == ()


def test_the_shops_figures_lie_over_the_packaged_ones(tmp_path: Path) -> None:
    rules = shop.rules(settings(tmp_path, rules='[limits]\nauto_approve = "20.00"\n'))
    assert (rules.limits.auto_approve, rules.clock.review_days) == (2_000, 3)


def test_rules_that_cannot_be_used_are_refused_in_one_line_that_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as error:
        shop.rules(settings(tmp_path, rules="[limits]\nauto_aprove = 1\n"))
    assert "rules.toml" in str(error.value) and "auto_aprove" in str(error.value) and "\n" not in str(error.value)


def test_the_shops_own_order_numbers_are_read() -> None:
    lexicon = shop.words(Settings(words={"order_formats": ["ZZ[0-9]{5}"]}))
    assert read("我的单号ZZ12345没发货", lexicon).order_nos == ("ZZ12345",)


def test_a_missing_or_unreadable_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.toml: cannot be read"):
        shop.rules(Settings(rules={"file": str(tmp_path / "gone.toml")}))
    (tmp_path / "latin.toml").write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(ConfigError, match=r"latin\.toml: is not UTF-8"):
        shop.words(Settings(words={"file": str(tmp_path / "latin.toml")}))
