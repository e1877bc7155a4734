"""Takes in the files that customers hand over: bounded, known by their content, decoded once, kept as they are."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Protocol

from bot.channels import Upload
from bot.config import EvidenceLimits
from bot.metrics import PICTURES
from flows.model import Text

# fmt: off
SIGNS: tuple[tuple[int, bytes, str], ...] = (
    # at   bytes                  type
    (0,    b"\xff\xd8\xff",       "JPEG"),
    (0,    b"\x89PNG\r\n\x1a\n",  "PNG"),
    (8,    b"WEBP",               "WEBP"),
    (0,    b"GIF87a",             "GIF"),
    (0,    b"GIF89a",             "GIF"),
    (0,    b"%PDF-",              "PDF"),
)
SUFFIX = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "GIF": ".gif", "PDF": ".pdf"}
# fmt: on

MEGA = 1_000_000


class Keeper(Protocol):
    """Where files are kept by their content."""

    def put(self, data: bytes, suffix: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Taken:
    """One file that was taken in: its name by content, what it is, and how many bytes it has."""

    file: str
    type: str
    size: int


@dataclass(frozen=True, slots=True)
class Haul:
    """What came of the files of one message: those that are kept, and what is wanted instead of the others."""

    taken: tuple[Taken, ...] = ()
    problems: tuple[Text, ...] = ()


class _Unfit(Exception):
    """The file cannot be evidence; the text says what is wanted."""

    def __init__(self, key: str, **values: int) -> None:
        super().__init__(key)
        self.text = Text(key, values)


class Intake:
    """The one door for files. What is kept is the original; nothing of it is believed but what decoding shows."""

    def __init__(self, files: Keeper, limits: EvidenceLimits) -> None:
        self._files = files
        self._limits = limits

    def take(self, uploads: Sequence[Upload], already: int = 0) -> Haul:
        """Looks at each file; `already` are the pieces that the claim has."""
        taken: dict[str, Taken] = {}
        problems: dict[str, Text] = {}
        for upload in uploads:
            try:
                piece = self._one(upload, already + len(taken))
                taken[piece.file] = piece
            except _Unfit as unfit:
                problems[unfit.text.key] = unfit.text
        return Haul(tuple(taken.values()), tuple(problems.values()))

    def _one(self, upload: Upload, already: int) -> Taken:
        if upload.problem:
            raise _Unfit(upload.problem)
        if already >= self._limits.max_pieces:
            raise _Unfit("evidence.too_many", pieces=self._limits.max_pieces)
        kind = look(upload.data, self._limits)
        return Taken(self._files.put(upload.data, SUFFIX[kind]), kind, len(upload.data))


def look(data: bytes, limits: EvidenceLimits) -> str:
    """The type of a file that is fit to be evidence. Raises _Unfit."""
    if not data:
        raise _Unfit("evidence.empty")
    if len(data) > limits.max_megabytes * MEGA:
        raise _Unfit("evidence.too_big", megabytes=limits.max_megabytes)
    kind = _sniffed(data)
    if kind == "PDF":
        if len(data) > limits.max_document_megabytes * MEGA:
            raise _Unfit("evidence.document_too_big", megabytes=limits.max_document_megabytes)
    else:
        _decode(data, kind, limits.max_megapixels)
    return kind


def _sniffed(data: bytes) -> str:
    for at, sign, kind in SIGNS:
        if data.startswith(sign, at):
            return kind
    raise _Unfit("evidence.not_a_picture")


def _decode(data: bytes, kind: str, megapixels: int) -> None:
    """Opens the picture as what it says it is, and as nothing else; the first frame is enough."""
    from PIL import Image

    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        picture = Image.open(BytesIO(data), formats=[kind])
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise _Unfit("evidence.too_many_pixels", megapixels=megapixels) from None
    except Exception:
        # A decoder may fail with anything on bytes that were made to break it.
        raise _Unfit("evidence.broken") from None
    if picture.width * picture.height > megapixels * MEGA:
        raise _Unfit("evidence.too_many_pixels", megapixels=megapixels)
    try:
        with PICTURES.labels("decode").time():
            picture.load()
    except Exception:
        raise _Unfit("evidence.broken") from None
