"""`talk` joins the protocol to a house in the folder where it is started."""

import json
from pathlib import Path

from tests.bot.commands.running import ORDER, Run, lines


def test_talk_answers_and_keeps_its_data_where_it_was_started(run: Run, tmp_path: Path) -> None:
    (tmp_path / "orders.jsonl").write_text(lines(ORDER | {"buyer": "u1"}) + '{"order_no": "X"}\n', "utf-8")
    said = lines({"customer": "u1", "text": "你好"})
    code, out, err = run("talk", "--orders", "orders.jsonl", "--clock", "2026-11-20T12:00:00+08:00", stdin=said)
    assert code == 0 and json.loads(out.splitlines()[-1]) == {"done": True} and "orders.jsonl:2: amount_paid" in err
    assert (tmp_path / "data" / "refund-desk.db").exists()
