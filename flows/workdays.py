"""Mainland working days: which days count, and when a review is due."""

from datetime import timedelta, timezone

# China has kept one offset, without summer time, since 1992; a fixed one needs no time zone files on the machine.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
