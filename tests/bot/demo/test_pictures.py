"""The demo's pictures: fit to be evidence, each its order's own."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.config import EvidenceLimits
from bot.demo.orders import PICTURES, examples
from bot.demo.pictures import draw
from bot.evidence import sort_of

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
DRAWN = [(example, name) for example in examples(NOW) for name in example.pictures]


@pytest.mark.parametrize("example, name", DRAWN, ids=[f"{example.slug}-{name}" for example, name in DRAWN])
def test_every_picture_is_taken_as_evidence_and_is_small(example, name) -> None:  # type: ignore[no-untyped-def]  # the ids tell
    picture = draw(name, example.order)
    assert sort_of(picture, EvidenceLimits()) == "PNG"
    assert len(picture) < 40_000


def test_the_order_page_is_another_picture_for_another_order() -> None:
    today, tomorrow = (next(e for e in examples(at) if e.slug == "missing") for at in (NOW, NOW + timedelta(days=1)))
    assert draw("order_page", today.order) != draw("order_page", tomorrow.order)
    assert draw("order_page", today.order) == draw("order_page", today.order)


def test_pictures_are_named_after_the_evidence_that_they_are() -> None:
    from flows.model import Need

    assert {name for names in PICTURES.values() for name in names} == {need.value for need in Need}
