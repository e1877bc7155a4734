"""Everything is joined from the settings, and what keeps it from being joined is said in one line."""

import shutil
import stat
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot import app
from bot.config import CannotStart, Settings


def test_a_house_stands_on_an_empty_folder(tmp_path: Path) -> None:
    house = app.build(Settings(data=tmp_path / "new"))
    assert house.store.last_event() == 0 and house.links.read(house.links.payload("KM1")) == "KM1"
    house.close()
    assert {file.name for file in (tmp_path / "new").iterdir()} == {"refund-desk.db", "secret"}


def test_nobody_else_on_the_machine_looks_into_a_folder_that_we_make(tmp_path: Path) -> None:
    app.folder_for(Settings(data=tmp_path / "new"))
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_two_houses_on_one_folder_trust_each_others_links(tmp_path: Path, sqlite_template: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "refund-desk.db")
    one, two = app.build(Settings(data=tmp_path)), app.build(Settings(data=tmp_path))
    assert two.links.read(one.links.payload("KM1")) == "KM1"
    one.close()
    two.close()


def test_a_secret_from_the_settings_is_used(tmp_path: Path) -> None:
    assert app.shop_secret(Settings(data=tmp_path, secret="ours")) == b"ours"


def test_a_line_of_the_shops_words_that_cannot_be_used_is_in_the_log(tmp_path: Path) -> None:
    (tmp_path / "words.toml").write_text('[wrods]\n', "utf-8")
    with capture_logs() as logged:
        app.build(Settings(data=tmp_path, words={"file": str(tmp_path / "words.toml")})).close()
    (line,) = logged
    assert line["log_level"] == "warning"
    assert line["problems"] == ["line 1: there is no section [wrods]; words is meant?"]


@pytest.mark.parametrize("data", ["/proc/nowhere", "/dev/null/x", "\0"])
def test_a_folder_that_cannot_be_written_to_is_said_so(data: str) -> None:
    with pytest.raises(CannotStart, match="cannot be written to"):
        app.folder_for(Settings(data=Path(data)))


@pytest.mark.parametrize(
    "url, said",
    [
        ("postgresql://nobody:hunter2@127.0.0.1:1/x", "the database cannot be used"),
        ("nonsense hunter2", r"database\.url: expected an address"),
        ("postgresql://desk@host:hunter2/x", r"database\.url: expected an address"),
        ("oracle://hunter2@host/x", "is not installed|cannot be used"),
        ("sqlite:////proc/hunter2/x.db", "the database cannot be used"),
    ],
)
def test_a_database_that_cannot_be_used_is_said_so_without_its_password(tmp_path: Path, url: str, said: str) -> None:
    with pytest.raises(CannotStart, match=said) as error:
        app.open_store(Settings(data=tmp_path, database={"url": url}))
    assert "hunter2" not in str(error.value) and "\n" not in str(error.value)


def test_a_file_that_is_no_database_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "refund-desk.db").write_bytes(b"this is a letter, not a database" * 100)
    with pytest.raises(CannotStart, match="the database cannot be used"):
        app.open_store(Settings(data=tmp_path))


@pytest.mark.parametrize(
    "store, said",
    [("/proc/nowhere", "/proc/nowhere cannot be made"), ("ftp://nas/evidence", r"expected a folder or s3://bucket/path")],
)
def test_a_store_of_evidence_that_cannot_be_used_is_said_so(tmp_path: Path, store: str, said: str) -> None:
    with pytest.raises(CannotStart, match=rf"evidence\.store: {said}"):
        app.build(Settings(data=tmp_path, evidence={"store": store}))
