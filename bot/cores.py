"""A worker keeps to one core: its threads run one at a time, and a turn passed to another core costs more than it."""

import os

ALLOWED: frozenset[int] = frozenset(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else frozenset()
"""Cores that this process was begun on; none where the system says nothing of it (macOS, Windows)."""


def keep_to_one(number: int) -> None:
    """Workers of different numbers keep to different cores, as far as there are so many."""
    if ALLOWED:
        os.sched_setaffinity(0, {sorted(ALLOWED)[number % len(ALLOWED)]})


def free(pid: int) -> None:
    """A process that a worker has begun may use all that there are: what it does is not the worker's turn."""
    if ALLOWED:
        os.sched_setaffinity(pid, ALLOWED)
