"""What a reason needs, what a picture is taken for, and what is still missing."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from flows.model import Evidence, Need


def missing(needs: Iterable[Need], evidence: Iterable[Evidence]) -> tuple[Need, ...]:
    """The needs that no piece was taken for, in the order in which they are asked."""
    held = {piece.need for piece in evidence}
    return tuple(need for need in needs if need not in held)


def add(files: Iterable[str], have: tuple[Evidence, ...], at: datetime) -> tuple[Evidence, ...]:
    """New files beside those there are. The same file twice is one piece."""
    held = {piece.file for piece in have}
    return (*have, *(Evidence(file, at) for file in dict.fromkeys(files) if file not in held))


def assign(evidence: tuple[Evidence, ...], needs: Iterable[Need]) -> tuple[Evidence, ...]:
    """Each piece is taken for the next thing asked for: unread, they cannot be told apart, and the agent sees them."""
    wanted = list(needs)
    return tuple(replace(piece, need=wanted.pop(0) if wanted else None) for piece in evidence)
