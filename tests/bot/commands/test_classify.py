"""`classify` answers each line with what was understood of it."""

import json
from pathlib import Path

from tests.bot.commands.running import Run, lines


def test_classify_answers_line_by_line(run: Run) -> None:
    code, out, _ = run("classify", stdin=lines({"id": "a", "text": "卡密提示无效，要退款"}) + "{\n")
    first, second = map(json.loads, out.splitlines())
    assert code == 0 and (first["id"], first["reason"]) == ("a", "invalid_code") and second["error"]["line"] == 2


def test_a_line_of_the_shops_words_that_cannot_be_used_is_named_and_the_others_hold(run: Run, tmp_path: Path) -> None:
    (tmp_path / "words.toml").write_text('[words]\nrefuced = ["用不起"]\nrefused = ["打不进去"]\n', "utf-8")
    (tmp_path / "shop.toml").write_text('[words]\nfile = "words.toml"\n', "utf-8")
    code, out, err = run("classify", "--config", "shop.toml", stdin=lines({"id": "a", "text": "你好"}))
    assert (code, out.count("\n"), err.count("\n")) == (0, 1, 1) and "words.toml: line 2: " in err
