"""The process that reads may die, hang or be fed anything: the house gets its answer and goes on."""

import os
import signal
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bot.config import EvidenceLimits
from bot.evidence import sort_of
from bot.reading import Unfit
from bot.reading.process import ReaderProcess

DRAWN = Path(__file__).parents[2] / "pictures" / "drawn"
LIMITS = EvidenceLimits()
MOST_MEGABYTES = 450


@pytest.fixture(scope="module")
def reader() -> Iterator[ReaderProcess]:
    process = ReaderProcess()
    yield process
    process.close()


def encoded(form: str, size: tuple[int, int] = (40, 30), mode: str = "RGB", **more: object) -> bytes:
    out = BytesIO()
    Image.new(mode, size).save(out, form, **more)
    return out.getvalue()


def flat_png(side: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer, row = zlib.compressobj(1), b"\0" * (1 + side)
    rows = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def animated() -> bytes:
    out = BytesIO()
    frames = [Image.new("P", (40, 30), n) for n in range(20)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


# fmt: off
HOSTILE: list[tuple[str, Callable[[], bytes], str | None]] = [
    ("zero bytes",               lambda: b"",                                                    "empty"),
    ("text",                     lambda: b"<?php echo 1; ?>" * 50,                               "not_a_picture"),
    ("a truncated JPEG",         lambda: encoded("JPEG", (900, 900))[:500],                      "broken"),
    ("a truncated PNG",          lambda: encoded("PNG", (900, 900))[:-30],                       "broken"),
    ("a signature alone",        lambda: b"\x89PNG\r\n\x1a\n",                                   "broken"),
    ("20,000 x 20,000",          lambda: flat_png(20_000),                                       "too_many_pixels"),
    ("a PDF of nothing",         lambda: b"%PDF-1.7\n%%EOF",                                     "document_broken"),
    ("a HEIC of nothing",        lambda: b"\0\0\0\x18ftypheic" + b"\xff" * 400,                  "broken"),
    ("a WebP of nothing",        lambda: b"RIFF\x04\0\0\0WEBP",                                  "broken"),
    ("JPEG, then a ZIP",         lambda: encoded("JPEG") + b"PK\x03\x04" + b"\0" * 5000,         None),
    ("GIF, then JavaScript",     lambda: encoded("GIF") + b"/*<script>alert(1)</script>*/",      None),
    ("moving",                   animated,                                                       None),
    ("CMYK",                     lambda: encoded("JPEG", mode="CMYK"),                           None),
    ("16 bits",                  lambda: encoded("PNG", mode="I;16"),                            None),
    ("one pixel",                lambda: encoded("PNG", (1, 1)),                                 None),
    ("one pixel high",           lambda: encoded("PNG", (9000, 1)),                              None),
]
# fmt: on


@pytest.mark.parametrize("make, problem", [pytest.param(make, problem, id=name) for name, make, problem in HOSTILE])
def test_whatever_is_handed_over_gets_its_answer_and_memory_stays_bounded(
    reader: ReaderProcess, make: Callable[[], bytes], problem: str | None
) -> None:
    data = make()
    try:
        sort = sort_of(data, LIMITS)
        reader.check(data, sort, LIMITS.max_megapixels)
        assert reader.read(data, sort, LIMITS.max_megapixels) is not None and problem is None
    except Unfit as unfit:
        assert unfit.problem == problem
    if reader.pid:
        assert highest(reader.pid) < MOST_MEGABYTES


def highest(pid: int) -> int:
    """Megabytes that a process had at most."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        pytest.skip("no /proc here")
    [line] = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) // 1024


def test_a_process_that_dies_is_begun_anew(reader: ReaderProcess) -> None:
    data = (DRAWN / "g012.webp").read_bytes()
    assert reader.read(data, "WEBP", 25)
    before = reader.pid
    assert before
    os.kill(before, signal.SIGKILL)
    assert reader.read(data, "WEBP", 25) and reader.pid != before


def test_a_picture_that_takes_too_long_is_given_up_and_the_next_one_is_read() -> None:
    hasty = ReaderProcess(check_seconds=0.001, read_seconds=0.001)
    started = time.monotonic()
    assert hasty.read(encoded("PNG", (800, 800)), "PNG", 25) is None
    with pytest.raises(Unfit):
        hasty.check(encoded("PNG"), "PNG", 25)
    assert time.monotonic() - started < 20 and hasty.pid is None


def test_a_picture_that_browsers_cannot_show_comes_with_one_that_they_can(reader: ReaderProcess) -> None:
    seen = reader.read(encoded("PDF", (300, 400)), "PDF", 25)
    assert seen and Image.open(BytesIO(seen.preview)).format == "JPEG"
    plain = reader.read(encoded("PNG", (300, 400)), "PNG", 25)
    assert plain and plain.preview == b""
