"""Whatever a customer hands over is either kept as it is, or answered with what is wanted instead."""

import struct
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from bot.channels import Upload
from bot.config import EvidenceLimits
from bot.evidence import Haul, Intake
from bot.metrics import PICTURES
from flows.model import Text
from tests.reading import Blind

LIMITS = EvidenceLimits()


class Folder(dict[str, bytes]):
    """Keeps files by their length: enough to see what was kept."""

    def put(self, data: bytes, suffix: str) -> str:
        self[f"{zlib.crc32(data):08x}{suffix}"] = data
        return f"{zlib.crc32(data):08x}{suffix}"


def take(*files: bytes, name: str = "a.png", already: int = 0) -> Haul:
    return Intake(Folder(), LIMITS, Blind()).take([Upload(name, data) for data in files], already)


def picture(form: str, size: tuple[int, int] = (40, 30), colour: int = 7, **more: object) -> bytes:
    out = BytesIO()
    Image.new("P" if form == "GIF" else "RGB", size, colour).save(out, form, **more)
    return out.getvalue()


def flat_png(width: int, height: int) -> bytes:
    """A PNG of one colour, made without ever holding its pixels: small on disk, huge in memory."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer, row = zlib.compressobj(1), b"\0" * (1 + width * 3)
    rows = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def zip_bomb() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("picture.png", b"\0" * 50_000_000)
    return out.getvalue()


@pytest.mark.parametrize("form, suffix", [("JPEG", ".jpg"), ("PNG", ".png"), ("WEBP", ".webp"), ("GIF", ".gif")])
def test_a_picture_is_known_by_its_content_whatever_it_is_called(form: str, suffix: str) -> None:
    haul = take(picture(form), name="contract.docx")
    assert haul.problems == () and haul.taken[0].type == form and haul.taken[0].file.endswith(suffix)


def test_what_is_kept_is_the_original() -> None:
    folder, data = Folder(), picture("JPEG", exif=Image.Exif())
    taken = Intake(folder, LIMITS, Blind()).take([Upload("x", data)]).taken
    assert folder[taken[0].file] == data and taken[0].size == len(data)


def test_a_moving_picture_counts_by_its_first_frame() -> None:
    frames = [Image.new("P", (40, 30), colour) for colour in range(3)]
    out = BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    assert take(out.getvalue()).taken[0].type == "GIF"


def test_a_small_pdf_is_a_document() -> None:
    assert take(picture("PDF"), name="chat.pdf").taken[0].file.endswith(".pdf")


# fmt: off
UNFIT: list[tuple[str, Callable[[], bytes], str]] = [
    ("nothing",                 lambda: b"",                                          "evidence.empty"),
    ("text named png",          lambda: "我要退款".encode() * 100,                      "evidence.not_a_picture"),
    ("a web page",              lambda: b"<svg onload=alert(1)></svg>",               "evidence.not_a_picture"),
    ("a zip bomb",              zip_bomb,                                             "evidence.not_a_picture"),
    ("a signature alone",       lambda: b"\x89PNG\r\n\x1a\n",                         "evidence.broken"),
    ("a truncated PNG",         lambda: picture("PNG", (300, 300))[:-40],             "evidence.broken"),
    ("a truncated JPEG",        lambda: picture("JPEG", (600, 600))[:700],            "evidence.broken"),
    ("a JPEG with noise",       lambda: b"\xff\xd8\xff" + bytes(range(256)) * 40,     "evidence.broken"),
    ("a WebP of nothing",       lambda: b"RIFF\x04\0\0\0WEBP",                        "evidence.broken"),
    ("50 megapixels",           lambda: flat_png(10_000, 5_000),                      "evidence.too_many_pixels"),
    ("400 megapixels",          lambda: flat_png(20_000, 20_000),                     "evidence.too_many_pixels"),
    ("30 MB",                   lambda: picture("PNG") + b"\0" * 30_000_000,          "evidence.too_big"),
    ("half a PDF",              lambda: b"%PDF-1.7\n%%EOF",                          "evidence.document_broken"),
    ("a PDF of 6 MB",           lambda: b"%PDF-" + b"\0" * 6_000_000,                 "evidence.document_too_big"),
]
# fmt: on


@pytest.mark.parametrize("data, key", [pytest.param(make, key, id=name) for name, make, key in UNFIT])
def test_a_file_that_is_unfit_is_answered_with_what_is_wanted(data: Callable[[], bytes], key: str) -> None:
    folder = Folder()
    haul = Intake(folder, LIMITS, Blind()).take([Upload("screenshot.png", data())])
    assert [problem.key for problem in haul.problems] == [key]
    assert haul.taken == () and not folder


def test_a_bomb_costs_neither_time_nor_memory() -> None:
    bomb = flat_png(20_000, 20_000)
    tracemalloc.start()
    started = time.perf_counter()
    take(bomb)
    assert time.perf_counter() - started < 2 and tracemalloc.get_traced_memory()[1] < 30_000_000
    tracemalloc.stop()


def test_a_bomb_in_a_pictures_text_is_refused() -> None:
    packed = zlib.compress(b"\0" * 100_000_000)
    data = b"note\0\0" + packed
    chunk = struct.pack(">I", len(data)) + b"zTXt" + data + struct.pack(">I", zlib.crc32(b"zTXt" + data))
    whole = picture("PNG")
    assert [text.key for text in take(whole[:33] + chunk + whole[33:]).problems] == ["evidence.broken"]


def test_ten_pictures_at_once_are_ten_pieces() -> None:
    assert len(take(*[picture("PNG", colour=n) for n in range(10)]).taken) == 10


def test_the_same_picture_twice_is_one_piece() -> None:
    assert len(take(picture("PNG"), picture("PNG")).taken) == 1


def test_good_files_are_kept_beside_a_bad_one() -> None:
    haul = take(picture("PNG"), b"", b"", picture("JPEG"))
    assert len(haul.taken) == 2 and haul.problems == (Text("evidence.empty", {}),)


def test_a_case_holds_as_many_pieces_as_the_settings_say() -> None:
    haul = take(*[picture("PNG", colour=n) for n in range(3)], already=LIMITS.max_pieces - 2)
    assert len(haul.taken) == 2 and haul.problems == (Text("evidence.too_many", {"pieces": LIMITS.max_pieces}),)


def test_a_file_that_the_channel_could_not_get_is_answered_too() -> None:
    upload = Upload("gone.png", problem="evidence.unreadable")
    assert Intake(Folder(), LIMITS, Blind()).take([upload]).problems == (Text("evidence.unreadable", {}),)


def test_the_time_that_a_picture_takes_is_measured_and_a_broken_one_counts_too() -> None:
    def measured() -> float:
        samples = [sample for metric in PICTURES.collect() for sample in metric.samples]
        return sum(one.value for one in samples if one.name.endswith("_count") and one.labels["work"] == "decode")

    before = measured()
    take(picture("PNG"), picture("PNG", (60, 60))[:-30])
    assert measured() == before + 2
