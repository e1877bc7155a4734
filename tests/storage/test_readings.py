"""What was seen in a picture is kept once, and who handed it in first is known."""

from datetime import timedelta

import pytest

from flows.model import Evidence, Ledger, Outcome
from nlp.pictured import Line, Trace
from storage.nouns import Piece, Saving, as_json
from storage.readings import LINES, TRACES, PictureRecord
from storage.store import Store
from tests.conftest import NOON, a_case, an_event

RECORD = PictureRecord(
    "a.png", (400, 800), (Line("待发货", (1, 2, 3, 4), 0.9),), "00ff", (Trace("patch", 0.5, (1, 2, 3, 4)),), "b.jpg"
)


def test_what_was_seen_comes_back_whole(store: Store) -> None:
    store.readings.put(RECORD, NOON)
    assert store.readings.of(["a.png", "none.png"]) == {"a.png": RECORD} and store.readings.of([]) == {}


def test_what_was_seen_by_an_earlier_version_is_read_the_same() -> None:
    lines = '[{"text":"待发货","box":[1,2,3,4],"sure":0.9},{"text":"订单","box":[5,6,7,8],"sure":1.0}]'
    assert LINES.decode(lines) == (*RECORD.lines, Line("订单", (5, 6, 7, 8)))
    traces = (
        '[{"code":"patch","weight":0.5,"box":null,"said":""},'
        '{"code":"software","weight":1.0,"box":[1,2,3,4],"said":"x"}]'
    )
    assert TRACES.decode(traces) == (Trace("patch", 0.5), Trace("software", 1.0, (1, 2, 3, 4), "x"))
    assert (as_json(LINES.decode(lines)), as_json(TRACES.decode(traces))) == (lines, traces)


def test_a_file_is_kept_as_it_was_first_seen(store: Store) -> None:
    store.readings.put(RECORD, NOON)
    store.readings.put(PictureRecord("a.png", (1, 1)), NOON)
    assert store.readings.of(["a.png"])["a.png"] == RECORD


def looking(file: str, hash_: str, *texts: str) -> PictureRecord:
    return PictureRecord(file, (1, 1), tuple(Line(text, (0, 0, 9, 9)) for text in texts), hash_ + "80" * 576)


def test_a_picture_is_compared_with_those_that_share_a_trait_the_likest_first(store: Store) -> None:
    number = "KM202611201530012345"
    for record in (
        looking("same.png", "0f" * 8, number), looking("near.png", "0f" * 7 + "00"),
        looking("number.png", "a5" * 8, number), looking("far.png", "f0" * 8, "KM202611201530019999"),
        PictureRecord("unread.png", (1, 1)),
    ):  # fmt: skip
        store.readings.put(record, NOON)
    assert store.readings.alike(looking("new.png", "0f" * 8, number)) == ["same.png", "near.png", "number.png"]
    assert store.readings.alike(PictureRecord("other.png", (1, 1))) == []


def test_of_a_trait_that_thousands_share_only_the_latest_are_looked_at(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.readings.OF_A_TRAIT", 3)
    for n in range(9):
        store.readings.put(looking(f"{n}.png", "0f" * 8), NOON + timedelta(minutes=n))
    assert sorted(store.readings.alike(looking("new.png", "0f" * 8))) == ["6.png", "7.png", "8.png"]


def test_who_handed_a_file_in_first_is_known_with_their_case(store: Store) -> None:
    assert store.readings.handed_in("a.png") is None
    store.save(Saving("u1", Outcome(), NOON, "webchat", pieces=(Piece("a.png", 1, "PNG"),)))
    assert store.readings.handed_in("a.png") == ("u1", None)
    case = a_case(evidence=(Evidence("a.png", NOON),))
    store.save(Saving("u1", Outcome(cases=(case,), events=(an_event(),)), NOON, ledgers=(Ledger(case.order.order_no),)))
    assert store.readings.handed_in("a.png") == ("u1", case.number)
