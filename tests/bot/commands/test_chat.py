"""`chat` seats a customer in the demo shop, and never pours demo orders into a shop of its own settings."""

from pathlib import Path

import pytest

from tests.bot.commands.running import Run


def test_the_demo_shop_is_open_and_answers(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = iter(["我要退款"])
    monkeypatch.setattr("builtins.input", lambda *_: next(lines, "/quit"))
    code, out, _ = run("chat")
    assert code == 0 and "KM" in out and "订单号" in out


def test_with_a_configuration_there_are_no_demo_orders(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shop.toml").write_text("")
    monkeypatch.setattr("builtins.input", lambda *_: "/quit")
    code, out, _ = run("chat", "--config", "shop.toml")
    assert code == 0 and "KM" not in out
