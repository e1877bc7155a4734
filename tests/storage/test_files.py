"""Evidence on disk or in a bucket: whole, once, by its content, and nowhere else."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from storage.files import BadStore, Bucket, Files, open_files
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


# ---- a bucket


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Bucket, dict[str, bytes]]]:
    """A bucket over HTTP, and what lies in it by its key."""
    kept: dict[str, bytes] = {}

    class Store(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            data = self.rfile.read(int(self.headers["content-length"]))
            known = self.path in kept and self.headers.get("if-none-match") == "*"
            kept.setdefault(self.path, data)
            self._answer(412 if known else 200)

        def do_GET(self) -> None:
            missing = b"<Error><Code>NoSuchKey</Code></Error>"
            self._answer(200 if self.path in kept else 404, kept.get(self.path, missing))

        def _answer(self, status: int, body: bytes = b"") -> None:
            self.send_response(status)
            headers = {"content-length": len(body), "etag": '"1"', "last-modified": "Wed, 25 Nov 2026 00:00:00 GMT"}
            for name, value in headers.items():
                self.send_header(name, str(value))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """A test has no use for it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Store)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}", "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    opened = open_files("s3://evidence/shop", Path("unused"))
    assert isinstance(opened, Bucket)
    yield opened, kept
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_bucket_keeps_the_same_content_once_under_the_name_that_a_folder_gives_it(
    bucket: tuple[Bucket, dict[str, bytes]], tmp_path: Path
) -> None:
    files, kept = bucket
    name = files.put(b"picture", ".png")
    assert name == Files(tmp_path).put(b"picture", ".png")
    assert files.put(b"picture", ".png") == name
    assert files.read(name) == b"picture"
    assert list(kept) == [f"/evidence/shop/{name[:2]}/{name}"]


def test_what_a_bucket_does_not_keep_is_not_found_and_bad_names_go_nowhere(
    bucket: tuple[Bucket, dict[str, bytes]],
) -> None:
    files, _ = bucket
    with pytest.raises(FileNotFoundError):
        files.read("a" * 64)
    with pytest.raises(ValueError, match="no evidence file"):
        files.read("../secret")


def test_the_setting_names_a_folder_a_bucket_or_nothing(tmp_path: Path) -> None:
    assert open_files("", tmp_path).folder == tmp_path  # type: ignore[union-attr]  # a folder
    assert open_files(str(tmp_path / "shared"), tmp_path).folder == tmp_path / "shared"
    with pytest.raises(BadStore):
        open_files("s3://", tmp_path)
