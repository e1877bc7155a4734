"""A full disk is said, and nothing half-written stays; once there is room again, what was refused is taken, once."""

import hashlib
import os
import re
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from io import BytesIO
from pathlib import Path

import httpx2
import pytest
from PIL import Image

from tests.bot.commands.test_serve import running
from tests.bot.visitors import Customer
from tests.waiting import until

Fills = Callable[[int, Path], AbstractContextManager[None]]
PICTURE = BytesIO()
Image.frombytes("RGB", (256, 256), os.urandom(256 * 256 * 3)).save(PICTURE, "PNG")


@contextmanager
def may_write_nothing(process: int, folder: Path) -> Iterator[None]:
    """As on a full disk, every write of the process fails, whoever runs the test."""
    before = resource.prlimit(process, resource.RLIMIT_FSIZE)
    resource.prlimit(process, resource.RLIMIT_FSIZE, (0, before[1]))
    yield
    resource.prlimit(process, resource.RLIMIT_FSIZE, before)


@contextmanager
def filled_up(process: int, folder: Path) -> Iterator[None]:
    """The disk itself, to its last byte."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
        while True:
            file.write(b"\0" * 65536)
    yield
    filler.unlink()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own, where we may mount one."""
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", tmp_path], capture_output=True).returncode:
        pytest.skip("a disk to fill up cannot be mounted here")
    yield tmp_path
    subprocess.run(["umount", "-l", tmp_path], check=True)


def test_where_no_write_succeeds(tmp_path: Path) -> None:
    refused_then_taken(tmp_path, may_write_nothing)


def test_where_the_disk_is_full_to_its_last_byte(disk: Path) -> None:
    refused_then_taken(disk, filled_up)


def refused_then_taken(folder: Path, fills: Fills) -> None:
    picture = PICTURE.getvalue()
    name = f"{hashlib.sha256(picture).hexdigest()}.png"
    with running(folder / "data", "serve", EVIDENCE__MAX_MEGABYTES="1") as (process, said):
        found = re.search(r"http://127\.0\.0\.1:\d+", said)
        assert found
        with httpx2.Client(base_url=found[0], timeout=60) as browser:
            customer = Customer(browser).arrive()  # type: ignore[arg-type]  # a browser as good as the test's own
            assert customer.write("你好").status_code == 200
            before = kept(folder)
            with fills(process.pid, folder):
                for _ in range(3):
                    refused = customer.write("提示卡密无效", picture, id="message-full")
                    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
                    assert refused.json()["error"]
                unready = browser.get("/health/ready")
                assert unready.status_code == 503 and unready.json()["wrong"][0].startswith("data folder: ")
                assert browser.get("/health/live").status_code == 200
                assert kept(folder) == before, "nothing half-written"
                assert [line["text"] for line in customer.read() if line["mine"]] == ["你好"]
            for _ in range(2):
                assert customer.write("提示卡密无效", picture, id="message-full").status_code == 200
            assert kept(folder) - before == {name}
            assert (folder / "data" / "evidence" / name[:2] / name).read_bytes() == picture
            assert [line["text"] for line in customer.read() if line["mine"]] == ["你好", "提示卡密无效"]
            until(lambda: browser.get("/health/ready").status_code == 200)
        process.terminate()
        _, logged = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "a visitor was asked to come again" in logged and "Traceback" not in logged and "卡密" not in logged


def kept(folder: Path) -> set[str]:
    return {file.name for file in (folder / "data" / "evidence").rglob("*") if file.is_file()}

