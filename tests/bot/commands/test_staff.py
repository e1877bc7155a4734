"""`staff add` makes an account whose password is kept as a hash."""

import io
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.commands import staff
from bot.desk.auth import Door
from storage.store import Store
from tests.bot.commands.running import Run


def test_staff_are_added_once(run: Run) -> None:
    assert run("staff", "add", "小林", "--role", "supervisor", stdin="correct horse\n")[0] == 0
    code, _, err = run("staff", "add", "小林", stdin="battery staple\n")
    assert code == 2 and "already" in err


def test_a_password_in_another_writing_is_refused_in_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = "正确的密码正确\n".encode("gb18030").decode("utf-8", "surrogateescape")
    monkeypatch.setattr(staff, "sys", SimpleNamespace(stdin=io.StringIO(typed)))
    code, _, err = run("staff", "add", "小林")
    assert (code, err) == (2, "refund-desk: expected a password in UTF-8\n")


@pytest.mark.parametrize("user", ["99999999999999999999999", str(2**53)])
def test_a_number_that_is_no_telegram_user_is_refused_in_one_line(run: Run, user: str) -> None:
    run("staff", "add", "小林", stdin="correct horse\n")
    code, _, err = run("staff", "bind", "小林", user)
    assert code == 2 and err.startswith("refund-desk: expected the id of a Telegram user") and err.count("\n") == 1
    assert run("staff", "bind", "小林", "4242")[0] == run("staff", "bind", "小林", "0")[0] == 0


def test_who_has_left_is_locked_out_by_a_new_password(run: Run, tmp_path: Path) -> None:
    run("staff", "add", "小林", stdin="correct horse\n")
    store = Store(f"sqlite:///{tmp_path / 'data' / 'refund-desk.db'}")
    door = Door(store.staff, "secret")
    assert door.log_in("小林", "correct horse", "")
    assert run("staff", "password", "小林", stdin="battery staple\n")[0] == 0
    assert not door.log_in("小林", "correct horse", "") and door.log_in("小林", "battery staple", "")
    store.close()


@pytest.mark.parametrize("name, typed, said", [("小周", "battery staple", "no account"), ("小林", "short", "at least")])
def test_a_password_for_nobody_and_one_too_short_are_refused(run: Run, name: str, typed: str, said: str) -> None:
    run("staff", "add", "小林", stdin="correct horse\n")
    code, out, err = run("staff", "password", name, stdin=f"{typed}\n")
    assert (code, out, err.count("\n")) == (2, "", 1) and said in err
