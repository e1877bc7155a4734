"""What is loaded is looked through no more."""

import gc

from bot.settling import settle


def test_what_is_there_is_left_out_of_later_collections() -> None:
    settle()
    try:
        frozen = gc.get_freeze_count()
        assert frozen > 10_000
        assert len(gc.get_objects()) < frozen
    finally:
        gc.unfreeze()
