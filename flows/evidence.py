"""What a reason needs, what each piece is taken for, how it stands to the claim, and what is still missing."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec.structs import replace

from flows.findings import hold
from flows.model import Evidence, Finding, Need, Order, Says
from nlp.codes import Reason
from nlp.pictured import PictureKind, PictureReading

K = PictureKind
SHOWS: Mapping[PictureKind, tuple[Need, ...]] = {
    K.ORDER_PAGE: (Need.ORDER_PAGE,),
    K.ACTIVATION_ERROR: (Need.ERROR_SCREEN,),
    K.ACTIVATION_OK: (Need.ACTIVATION,),
    K.FAULT_SCREEN: (Need.FAULT_SCREEN,),
    K.LISTING: (Need.LISTING, Need.AGREEMENT),
    K.RECEIVED_GOODS: (Need.RECEIVED,),
    K.CHAT: (Need.AGREEMENT, Need.LISTING),
    K.SERVICE_RECORD: (Need.SERVICE_RECORD,),
}
"""What each kind of picture can be taken for (domain, the evidence that a reason needs)."""


def missing(needs: Iterable[Need], evidence: Iterable[Evidence]) -> tuple[Need, ...]:
    """The needs that no piece was taken for, in the order in which they are asked."""
    held = {piece.need for piece in evidence}
    return tuple(need for need in needs if need not in held)


def add(
    files: Iterable[str], have: tuple[Evidence, ...], at: datetime,
    doubts: Mapping[str, tuple[Finding, ...]] | None = None,
) -> tuple[Evidence, ...]:  # fmt: skip
    """New files beside those there are. The same file twice is one piece."""
    held = {piece.file for piece in have}
    new = (file for file in dict.fromkeys(files) if file not in held)
    return (*have, *(Evidence(file, at, doubts=(doubts or {}).get(file, ())) for file in new))


def beside(
    evidence: tuple[Evidence, ...], pictures: Mapping[str, PictureReading], reason: Reason | None, order: Order | None,
    other_no: str | None = None,
) -> tuple[Evidence, ...]:  # fmt: skip
    """Each piece with what it was read as, held against the claim as far as that is known."""
    return tuple(_beside(piece, pictures.get(piece.file), reason, order, other_no) for piece in evidence)


def _beside(
    piece: Evidence, picture: PictureReading | None, reason: Reason | None, order: Order | None, other_no: str | None
) -> Evidence:
    if picture is None:
        return piece
    if reason is None or order is None:
        return replace(piece, kind=picture.kind, verdict=None, findings=())
    held = hold(picture, reason, order, other_no)
    return replace(piece, kind=picture.kind, verdict=held.says, findings=held.findings)


def assign(evidence: tuple[Evidence, ...], needs: Iterable[Need]) -> tuple[Evidence, ...]:
    """What was read is taken for what it shows; what could not be read for the next thing asked for.

    So is what contradicts and shows nothing that is wanted: handed in as it is, it is not asked for again.
    """
    wanted, taken = list(needs), []
    for piece in sorted(evidence, key=lambda piece: piece.kind is None):
        fits = wanted if piece.kind is None else [need for need in SHOWS.get(piece.kind, ()) if need in wanted]
        fits = wanted if piece.verdict is Says.CONTRADICTS and not fits else fits
        need = fits[0] if fits and piece.verdict is not Says.UNRELATED else None
        if need:
            wanted.remove(need)
        taken.append((piece, need))
    needed = {piece.file: need for piece, need in taken}
    return tuple(replace(piece, need=needed[piece.file]) for piece in evidence)
