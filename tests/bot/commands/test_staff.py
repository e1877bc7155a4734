"""`staff add` makes an account whose password is kept as a hash."""

import pytest

from bot.commands import staff
from tests.bot.commands.running import Run


def test_staff_are_added_once(run: Run) -> None:
    assert run("staff", "add", "小林", "--role", "supervisor", stdin="correct horse\n")[0] == 0
    code, _, err = run("staff", "add", "小林", stdin="battery staple\n")
    assert code == 2 and "already" in err


def test_a_password_in_another_writing_is_refused_in_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = "正确的密码正确".encode("gb18030").decode("utf-8", "surrogateescape")
    monkeypatch.setattr(staff, "_password", lambda: typed)
    code, _, err = run("staff", "add", "小林")
    assert (code, err) == (2, "refund-desk: expected a password in UTF-8\n")


@pytest.mark.parametrize("user", ["99999999999999999999999", str(2**53)])
def test_a_number_that_is_no_telegram_user_is_refused_in_one_line(run: Run, user: str) -> None:
    run("staff", "add", "小林", stdin="correct horse\n")
    code, _, err = run("staff", "bind", "小林", user)
    assert code == 2 and err.startswith("refund-desk: expected the id of a Telegram user") and err.count("\n") == 1
    assert run("staff", "bind", "小林", "4242")[0] == run("staff", "bind", "小林", "0")[0] == 0
