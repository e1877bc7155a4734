"""What is still wanted follows from what was handed in, and one file is one piece."""

from flows.evidence import add, assign, missing
from flows.model import Evidence, Need
from tests.conftest import NOON

LISTING, RECEIVED = Need.LISTING, Need.RECEIVED


def pieces(*needs: Need | None) -> tuple[Evidence, ...]:
    return tuple(Evidence(f"{n}.png", NOON, need) for n, need in enumerate(needs))


def test_what_no_piece_was_taken_for_is_missing_in_the_order_in_which_it_is_asked() -> None:
    assert missing((LISTING, RECEIVED), ()) == (LISTING, RECEIVED)
    assert missing((LISTING, RECEIVED), pieces(RECEIVED)) == (LISTING,)
    assert missing((LISTING, RECEIVED), pieces(RECEIVED, LISTING)) == ()


def test_a_piece_that_was_taken_for_nothing_fills_no_gap() -> None:
    assert missing((LISTING,), pieces(None, RECEIVED)) == (LISTING,)


def test_the_same_file_twice_is_one_piece() -> None:
    have = add(["a.png", "b.png", "a.png"], (), NOON)
    assert [piece.file for piece in have] == ["a.png", "b.png"]
    assert add(["b.png", "c.png"], have, NOON)[:2] == have and len(add(["b.png", "c.png"], have, NOON)) == 3


def test_each_piece_is_taken_for_the_next_thing_that_is_asked_for() -> None:
    taken = assign(pieces(None, None, None), (LISTING, RECEIVED))
    assert [piece.need for piece in taken] == [LISTING, RECEIVED, None]


def test_another_reason_asks_for_other_things_of_the_same_pieces() -> None:
    assert [piece.need for piece in assign(pieces(LISTING, RECEIVED), (Need.ERROR_SCREEN,))] == [
        Need.ERROR_SCREEN,
        None,
    ]
