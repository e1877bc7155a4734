"""What a text is weighed by."""

from nlp.features import features, pieces, shape
from nlp.lexicon import default


def _of(text: str) -> set[str]:
    return features(text, default())[1]


def test_the_pieces_of_a_text_are_of_one_sign_and_of_two_and_know_where_a_clause_ends() -> None:
    run, _ = features("退款, 快", default())
    assert pieces(run) == {"|", "退", "款", "快", "|退", "退款", "款|", "|快", "快|"}


def test_figures_and_long_numbers_have_one_shape() -> None:
    assert shape("km202611201530012345 等了3天") == "# 等了0天"


def test_a_notion_is_found_whichever_word_it_is_said_with() -> None:
    assert "@enter" in _of("一输就报错") & _of("粘贴以后没用")


def test_a_denied_notion_is_another_one() -> None:
    assert "@!arrive" in _of("没有给我发货")
    assert "@!arrive" not in _of("给我发货")


def test_a_clause_that_says_what_it_is_not_does_not_speak_for_it() -> None:
    assert "@mistake" not in _of("不是我买错")
    assert "@~mistake" in _of("不是我买错")


def test_a_text_of_signs_alone_has_no_notion() -> None:
    assert not {name for name in _of("???") if name.startswith("@")}
