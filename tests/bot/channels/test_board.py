"""The board takes every notice: staff read it from the record."""

from bot.channels import STAFF, Channel, Outgoing
from bot.channels.board import Board


def test_the_board_is_the_channel_of_staff_and_never_refuses() -> None:
    board: Channel = Board()
    board.send(Outgoing("k", STAFF, "RF2611200001 待审核"))
    assert board.name == STAFF
