"""`staff add` makes an account whose password is kept as a hash."""

from tests.bot.commands.running import Run


def test_staff_are_added_once(run: Run) -> None:
    assert run("staff", "add", "小林", "--role", "supervisor", stdin="correct horse\n")[0] == 0
    code, _, err = run("staff", "add", "小林", stdin="battery staple\n")
    assert code == 2 and "already" in err
