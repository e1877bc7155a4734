"""Topics, days, languages: what a message says beside its wish."""

import pytest

from nlp.codes import Topic
from nlp.normal import plain
from nlp.read import read
from nlp.replies import day, language, quantity


@pytest.mark.parametrize(
    "text, topic",
    [
        ("点卡发货以后多久内可以退", Topic.WINDOW),
        ("一般多久能审完？", Topic.REVIEW_TIME),
        ("退款多久到账", Topic.ARRIVAL),
        ("钱退到哪里", Topic.WAY_BACK),
        ("能退到我另一个支付宝吗", Topic.WAY_BACK),
        ("优惠券退吗", Topic.AMOUNT),
        ("要什么材料", Topic.EVIDENCE),
        ("买错了能退吗", Topic.NOT_WANTED),
        ("代练打一半退多少", Topic.SERVICE),
        ("申诉几次", Topic.APPEAL),
        ("规则是什么", Topic.GENERAL),
        ("会员用了几天能退吗", Topic.GENERAL),
        ("一般多长时间啊", Topic.HOW_LONG),
        ("多久退", Topic.HOW_LONG),
        ("how long?", Topic.HOW_LONG),
    ],
)
def test_a_question_has_the_topic_that_it_asks_of(text: str, topic: Topic) -> None:
    assert read(text).topic is topic


@pytest.mark.parametrize(
    "text, ago", [("刚才买的", 0), ("昨晚那单", 1), ("前天拍的", 2), ("大前天的", 3), ("上周买的", None)]
)
def test_a_day_is_counted_back(text: str, ago: int | None) -> None:
    assert day(plain(text)) == ago


@pytest.mark.parametrize(
    "text, spoken",
    [
        ("the code does not work", "en"),
        ("hello", "en"),
        ("tk", "zh-CN"),
        ("steam没到", "zh-CN"),
        ("KM202611201530012345", ""),
        ("ok", ""),
        ("OK!", ""),
        ("asdfghjkl", ""),
        ("", ""),
    ],
)
def test_the_language_is_that_of_the_words(text: str, spoken: str) -> None:
    assert language(plain(text)) == spoken


@pytest.mark.parametrize(
    "text, pieces",
    [
        ("只退一张", 1),
        ("只退坏的那张", 1),
        ("买了五张，有两张激活不了", 2),
        ("三张卡有一张坏了", 1),
        ("有三个月用不了了", None),
        ("one of the three codes is invalid", 1),
        ("2 of my cards do not work", 2),
        ("全部退", 10_000),
        ("卡用不了", None),
    ],
)
def test_pieces_that_are_asked_back_are_counted(text: str, pieces: int | None) -> None:
    assert quantity(plain(text)) == pieces
