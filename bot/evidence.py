"""Takes in the files that customers hand over: bounded, known by their content, decoded once, kept as they are."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from bot.channels import Upload
from bot.config import EvidenceLimits
from bot.metrics import PICTURES
from bot.reading import Reader, Unfit
from flows.model import Text, Value
from storage.nouns import Piece

# fmt: off
SIGNS: tuple[tuple[int, bytes, str], ...] = (
    # at   bytes                  type
    (0,    b"\xff\xd8\xff",       "JPEG"),
    (0,    b"\x89PNG\r\n\x1a\n",  "PNG"),
    (8,    b"WEBP",               "WEBP"),
    (0,    b"GIF87a",             "GIF"),
    (0,    b"GIF89a",             "GIF"),
    (4,    b"ftypheic",           "HEIF"),
    (4,    b"ftypheix",           "HEIF"),
    (4,    b"ftyphevc",           "HEIF"),
    (4,    b"ftypmif1",           "HEIF"),
    (4,    b"ftypmsf1",           "HEIF"),
    (0,    b"%PDF-",              "PDF"),
)
SUFFIX = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "GIF": ".gif", "HEIF": ".heic", "PDF": ".pdf"}
# fmt: on

MEGA = 1_000_000


EXAMPLES = Path(__file__).parent / "demo" / "pictures"
"""A made-up picture for each piece of evidence that may be asked for, by its name."""


class Keeper(Protocol):
    """Where files are kept by their content."""

    def put(self, data: bytes, suffix: str) -> str: ...


class Haul(Struct, frozen=True):
    """What came of the files of one message: those that are kept, and what is wanted instead of the others."""

    taken: tuple[Piece, ...] = ()
    problems: tuple[Text, ...] = ()


class Intake:
    """The one door for files. What is kept is the original; nothing of it is believed but what decoding shows."""

    def __init__(self, files: Keeper, limits: EvidenceLimits, reader: Reader) -> None:
        self._files, self._limits, self._reader = files, limits, reader

    def take(self, uploads: Sequence[Upload], already: int = 0) -> Haul:
        """Looks at each file; `already` are the pieces that the claim has."""
        taken: dict[str, Piece] = {}
        problems: dict[str, Text] = {}
        for upload in uploads:
            try:
                piece = self._one(upload, already + len(taken))
                taken[piece.file] = piece
            except Unfit as unfit:
                problems[unfit.problem] = Text(f"evidence.{unfit.problem}", self._bounds(unfit.problem))
        return Haul(tuple(taken.values()), tuple(problems.values()))

    def example(self, need: str) -> str:
        """The file of an example picture, kept like any other so that every channel can show it."""
        return self._files.put((EXAMPLES / f"{need}.png").read_bytes(), ".png")

    def _one(self, upload: Upload, already: int) -> Piece:
        if upload.problem:
            raise Unfit(upload.problem.removeprefix("evidence."))
        if already >= self._limits.max_pieces:
            raise Unfit("too_many")
        sort = sort_of(upload.data, self._limits)
        with PICTURES.labels("decode").time():
            self._reader.check(upload.data, sort, self._limits.max_megapixels)
        return Piece(self._files.put(upload.data, SUFFIX[sort]), len(upload.data), sort)

    def _bounds(self, problem: str) -> Mapping[str, Value]:
        limits = self._limits
        return {
            "too_big": {"megabytes": limits.max_megabytes},
            "document_too_big": {"megabytes": limits.max_document_megabytes},
            "too_many_pixels": {"megapixels": limits.max_megapixels},
            "too_many": {"pieces": limits.max_pieces},
        }.get(problem, {})


def sort_of(data: bytes, limits: EvidenceLimits) -> str:
    """What a file is by its content, within the bounds of its size. Raises Unfit."""
    if not data:
        raise Unfit("empty")
    if len(data) > limits.max_megabytes * MEGA:
        raise Unfit("too_big")
    sort = next((sort for at, sign, sort in SIGNS if data.startswith(sign, at)), None)
    if sort is None:
        raise Unfit("not_a_picture")
    if sort == "PDF" and len(data) > limits.max_document_megabytes * MEGA:
        raise Unfit("document_too_big")
    return sort
