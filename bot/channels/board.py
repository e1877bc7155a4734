"""Where notices to staff go when they read them at their desk."""

from bot.channels import STAFF, Outgoing


class Board:
    """The desk shows the record, and every notice is in it: nothing is left to send."""

    name = STAFF

    def send(self, message: Outgoing) -> None:
        """It stands already where it is read."""
