"""Ready-made replies are filled in from the case; a shop's own are checked when they are read."""

from datetime import timedelta

import pytest

from bot.desk.replies import PLACES, BadReply, load
from bot.texts import Catalogue
from flows.model import Text
from tests.conftest import NOON, a_case

CATALOGUE = Catalogue()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("name", load().names)
def test_every_reply_is_filled_in_both_languages(name: str, language: str) -> None:
    def speak(text: Text) -> str:
        return CATALOGUE.say(language, text)

    case = a_case(due_at=NOON + timedelta(days=3))
    for known in (case, a_case(due_at=None)):
        said = load().filled(name, language, known, "小林", speak)
        assert said and "{" not in said and "None" not in said
    assert load().text(name, language) != load().text(name, "en" if language == "zh-CN" else "zh-CN")


def test_a_reply_that_is_not_there_is_none() -> None:
    assert load().filled("nothing", "zh-CN", a_case(), "小林", str) is None


def test_the_shops_own_are_laid_over_by_name_and_fall_back_to_the_language_that_is_there() -> None:
    own = load('[hello]\nzh-CN = "您好，{agent} 为您服务"\n[sorry]\nzh-CN = "抱歉"')
    assert own.text("hello", "en") == "您好，{agent} 为您服务"
    assert own.text("sorry", "zh-CN") == "抱歉" and "received" in own.names


@pytest.mark.parametrize(
    "text, problem",
    [
        ("hello = 1", "hello: expected a text for each language"), ("[hello]", "hello: expected"),
        ('[hello]\nzh-CN = "{nmae}"', "{nmae} cannot be filled in"), ('[hello]\nzh-CN = "{agent"', "hello: "),
        ('[hello]\nzh-CN = "{}"', "cannot be filled in"), ("[hello", "Expected"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(text: str, problem: str) -> None:
    with pytest.raises(BadReply) as bad:
        load(text)
    assert problem in str(bad.value)


def test_every_place_can_be_filled() -> None:
    every = load('[all]\nzh-CN = "' + " ".join(f"{{{place}}}" for place in PLACES) + '"')
    said = every.filled("all", "zh-CN", a_case(due_at=NOON), "小林", lambda text: CATALOGUE.say("zh-CN", text))
    assert said and all(part in said for part in ("RF2611200001", "100元点卡", "KM2026", "90.00", "小林", "支付宝"))
