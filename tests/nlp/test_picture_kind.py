"""What kind of page it is, by its words and by how its lines stand."""

from nlp.picture_kind import bubbles, kind_of
from nlp.picture_layout import Page
from nlp.pictured import Line, PictureKind
from tests.nlp.pages import page_of


def test_lines_left_and_right_in_turn_are_a_talk() -> None:
    lines = [
        Line("还没收到卡密", (40, 100, 300, 130)), Line("已经发到订单里了哦", (450, 180, 760, 210)),
        Line("在哪里看", (40, 260, 240, 290)), Line("订单最下面", (500, 340, 760, 370)),
    ]  # fmt: skip
    assert bubbles(Page(lines)) == 3
    assert kind_of(Page(lines), {}) is PictureKind.CHAT


def test_labels_with_their_values_are_no_talk() -> None:
    assert bubbles(page_of("订单编号|KM2026\n下单时间|2026-11-20\n实付款|97.50")) == 0


def test_what_nothing_speaks_for_is_unrelated() -> None:
    assert kind_of(page_of("一只猫"), {}) is PictureKind.UNRELATED
