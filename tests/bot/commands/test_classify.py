"""`classify` answers each line with what was understood of it."""

import json

from tests.bot.commands.running import Run, lines


def test_classify_answers_line_by_line(run: Run) -> None:
    code, out, _ = run("classify", stdin=lines({"id": "a", "text": "卡密提示无效，要退款"}) + "{\n")
    first, second = map(json.loads, out.splitlines())
    assert code == 0 and (first["id"], first["reason"]) == ("a", "invalid_code") and second["error"]["line"] == 2
