"""Every command starts, does what it says, or says in one line on standard error why it cannot, and ends with 2."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.commands.running import ORDER, Run, lines

ROOT = Path(__file__).parents[2]
WEB = {"starlette", "uvicorn", "jinja2", "PIL", "aiogram", "telegram"}
HEAVY = WEB | {"sqlalchemy", "alembic", "structlog", "rich"}


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["dance"], "No such command 'dance'"),
        (["talk", "--clocks", "x"], "No such option"),
        (["talk", "--clock", "noon"], "--clock: expected a time with its offset"),
        (["talk", "--clock", "2026-11-20T12:00:00"], "--clock: expected a time with its offset"),
        (["talk", "--orders", "gone.jsonl"], "gone.jsonl: cannot be read"),
        (["talk", "--config", "gone.toml"], "gone.toml: cannot be read"),
        (["classify", "--config", "bad.toml"], "unknown setting web.prot; the nearest known one is web.port"),
        (["policy", "check", "gone.toml"], "gone.toml: cannot be read"),
        (["orders", "import", "gone.csv"], "gone.csv: cannot be read"),
        (["orders", "import"], "Missing argument 'file'"),
        (["case", "show", "RF0"], "there is no case RF0"),
        (["link", "x" * 80], "does not fit into a link"),
        (["staff", "add", "wang", "--role", "boss"], "--role: expected agent or supervisor"),
        (["staff", "add", " ", "--role", "agent"], "expected a name"),
        (["staff", "add", "wang"], "expected a password of at least"),
    ],
    ids=lambda given: " ".join(given)[:40] if isinstance(given, list) else "",
)
def test_what_keeps_a_command_from_starting_is_one_line(
    run: Run, tmp_path: Path, arguments: list[str], said: str
) -> None:
    (tmp_path / "bad.toml").write_text("[web]\nprot = 1\n")
    code, out, err = run(*arguments)
    assert (code, out) == (2, "") and err.startswith("refund-desk: ") and said in err
    assert err.endswith("\n") and err.count("\n") == 1


def test_a_port_in_use_is_one_line_that_says_what_to_do(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, _, err = run("serve", "--port", str(taken.getsockname()[1]))
    assert code == 2 and err.count("\n") == 1 and "cannot be had" in err and "--port" in err


def test_a_folder_that_cannot_be_written_to_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFUND_DESK_DATA", "/proc/nowhere")
    code, _, err = run("talk")
    assert code == 2 and err.count("\n") == 1 and "REFUND_DESK_DATA" in err


def test_without_a_command_there_is_the_list_of_them(run: Run) -> None:
    code, out, err = run()
    assert code == 2 and out == "" and all(name in err for name in ("demo", "serve", "talk", "classify", "policy"))


def test_policy_answers_line_by_line(run: Run) -> None:
    claim = {"id": 1, "reason": "invalid_code", "now": "2026-11-20T12:00:00+08:00", "order": ORDER}
    code, out, _ = run("policy", "decide", stdin=lines(claim, {"id": 2}))
    first, second = map(json.loads, out.splitlines())
    assert (
        code == 0 and first["eligible"] == "review" and ORDER["order_no"] in first["explanation"] and "error" in second
    )
    code, out, _ = run("policy", "due", stdin=lines({"id": 1, "submitted_at": "2026-11-20T12:00:00+08:00"}))
    assert code == 0 and json.loads(out)["due_at"] == "2026-11-26T00:00:00+08:00"


def test_a_rules_file_is_checked_before_it_is_used(run: Run, tmp_path: Path) -> None:
    (tmp_path / "good.toml").write_text('[limits]\nauto_approve = "20.00"\n')
    (tmp_path / "bad.toml").write_text("[limits]\nauto_approve = -1\n")
    assert run("policy", "check", "good.toml")[0] == 0
    code, out, _ = run("policy", "check", "bad.toml")
    assert code == 1 and "bad.toml:2" in out


def test_the_database_is_brought_to_its_newest_as_often_as_asked(run: Run) -> None:
    assert run("db", "upgrade")[0] == run("db", "upgrade")[0] == 0


@pytest.mark.parametrize(
    "arguments, heavy",
    [
        (["classify"], HEAVY),
        (["policy", "decide"], HEAVY),
        (["policy", "due"], HEAVY),
        (["--help"], HEAVY),
        (["talk"], WEB),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else "",
)
def test_commands_that_read_lines_load_no_web_or_picture_library(
    arguments: list[str], heavy: set[str], tmp_path: Path
) -> None:
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); sys.argv[1:] = {arguments}\n"
        "from bot.__main__ import main\n"
        "try: main()\n"
        "except SystemExit: print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 0 and heavy & set(done.stderr.split()) == set()


def test_python_too_old_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "hexversion", 0x030A00F0)
    with pytest.raises(SystemExit) as ended:
        exec((ROOT / "bot" / "__init__.py").read_text("utf-8"), {})
    err = capsys.readouterr().err
    assert ended.value.code == 2 and err.count("\n") == 1 and "3.11 or newer" in err
