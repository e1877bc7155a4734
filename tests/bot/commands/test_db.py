"""`db move` takes an installation along, and says in a line why it does not."""

from pathlib import Path

from tests.bot.commands.running import ORDER, Run, lines


def test_an_installation_goes_on_where_it_was_moved_to(run: Run, tmp_path: Path, bare_postgresql: str) -> None:
    late = ORDER | {"status": "undelivered", "delivered_at": None, "buyer": "u1"}
    (tmp_path / "orders.jsonl").write_text(lines(late), "utf-8")
    words = ("KM202611201530012345 等了三个小时还没发货，我要退款", "确认")
    said = lines(*({"customer": "u1", "text": text} for text in words))
    run("talk", "--orders", "orders.jsonl", "--clock", "2026-11-20T14:00:00+08:00", stdin=said)
    code, out, _ = run("db", "move", "--to", bare_postgresql)
    assert code == 0 and "cases                1 rows" in out and "everything came over" in out
    assert "had come over before" in run("db", "move", "--to", bare_postgresql)[1]
    (tmp_path / "shop.toml").write_text(f'[database]\nurl = "{bare_postgresql}"\n', "utf-8")
    shown = [run("case", "show", "RF2611200001", *where)[1] for where in ((), ("--config", "shop.toml"))]
    assert "approved" in shown[0] and shown[0] == shown[1]
    code, _, err = run("db", "move", "--to", bare_postgresql, "--config", "shop.toml")
    assert code == 2 and "nothing was moved: an installation is moved from SQLite" in err


def test_a_target_that_cannot_be_reached_is_said_without_its_password(run: Run) -> None:
    code, _, err = run("db", "move", "--to", "postgresql://desk:geheim@127.0.0.1:1/desk")
    assert code == 2 and err.count("\n") == 1 and "geheim" not in err
    assert run("db", "move", "--to", "nothing at all")[0] == 2
