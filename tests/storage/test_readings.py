"""What was seen in a picture is kept once, and who handed it in first is known."""

from flows.model import Evidence, Ledger, Outcome
from nlp.pictured import Line, Trace
from storage.nouns import Piece, Saving
from storage.readings import PictureRecord
from storage.store import Store
from tests.conftest import NOON, a_case, an_event

RECORD = PictureRecord(
    "a.png", (400, 800), (Line("待发货", (1, 2, 3, 4), 0.9),), "00ff", (Trace("patch", 0.5, (1, 2, 3, 4)),), "b.jpg"
)


def test_what_was_seen_comes_back_whole(store: Store) -> None:
    store.readings.put(RECORD, NOON)
    assert store.readings.of(["a.png", "none.png"]) == {"a.png": RECORD} and store.readings.of([]) == {}


def test_a_file_is_kept_as_it_was_first_seen(store: Store) -> None:
    store.readings.put(RECORD, NOON)
    store.readings.put(PictureRecord("a.png", (1, 1)), NOON)
    assert store.readings.of(["a.png"])["a.png"] == RECORD


def test_a_picture_is_compared_with_all_others_that_could_be_read(store: Store) -> None:
    for file, print_ in (("a.png", "01"), ("b.png", "02"), ("unread.png", "")):
        store.readings.put(PictureRecord(file, (1, 1), print=print_), NOON)
    assert store.readings.prints("a.png") == [("b.png", "02")]


def test_who_handed_a_file_in_first_is_known_with_their_case(store: Store) -> None:
    assert store.readings.handed_in("a.png") is None
    store.save(Saving("u1", Outcome(), NOON, "webchat", pieces=(Piece("a.png", 1, "PNG"),)))
    assert store.readings.handed_in("a.png") == ("u1", None)
    case = a_case(evidence=(Evidence("a.png", NOON),))
    store.save(Saving("u1", Outcome(cases=(case,), events=(an_event(),)), NOON, ledgers=(Ledger(case.order.order_no),)))
    assert store.readings.handed_in("a.png") == ("u1", case.number)
