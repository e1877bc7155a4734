"""Evidence on disk: whole, once, by its content, and nowhere else."""

import hashlib
from pathlib import Path

import pytest

from storage.files import Files
from tests.storage.test_saving import at_once


def test_a_file_is_found_under_the_name_that_it_got(tmp_path: Path) -> None:
    files = Files(tmp_path / "evidence")
    name = files.put(b"picture", ".png")
    assert name == hashlib.sha256(b"picture").hexdigest() + ".png"
    assert files.read(name) == b"picture"


def test_the_same_content_is_one_file_and_is_not_written_again(tmp_path: Path) -> None:
    files = Files(tmp_path)
    first = files.path(files.put(b"picture", ".png"))
    written = first.stat().st_mtime_ns
    assert files.path(files.put(b"picture", ".png")) == first
    assert first.stat().st_mtime_ns == written
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == [first]


def test_a_name_from_outside_leads_nowhere_else(tmp_path: Path) -> None:
    good = "a" * 64
    for name in (
        "../secret",
        f"{good}/../x",
        "",
        good[:-1],
        f"{good}.PNG",
        f"{good}.png\n",
        f"/{good}",
        f"{good}.png.exe",
    ):
        with pytest.raises(ValueError, match="no evidence file"):
            Files(tmp_path).path(name)


def test_a_suffix_that_is_none_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no evidence file"):
        Files(tmp_path).put(b"x", "/../../x")
    assert list(tmp_path.iterdir()) == []


def test_a_writing_that_fails_leaves_no_name_and_no_rest(tmp_path: Path) -> None:
    files = Files(tmp_path)
    with pytest.raises(TypeError):
        files.put(memoryview(b"not text")[::2].tolist(), ".png")  # type: ignore[arg-type]  # what no file can hold
    name = files.put(b"x")
    files.path(name).unlink()
    files.path(name).mkdir()
    files.path(name).rmdir()
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


def test_two_who_bring_the_same_picture_at_once_both_find_it(tmp_path: Path) -> None:
    files = Files(tmp_path)
    data = b"p" * 1_000_000
    assert at_once(*[lambda: files.put(data, ".png")] * 4) == [None] * 4
    assert [file.stat().st_size for file in tmp_path.rglob("*") if file.is_file()] == [1_000_000]
