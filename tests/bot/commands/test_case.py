"""`case` shows and hands out the record, without what is nobody else's business."""

import json
from pathlib import Path

from flows.policy_file import packaged
from tests.bot.commands.running import ORDER, Run, lines


def test_a_case_is_shown_and_exported(run: Run, tmp_path: Path) -> None:
    late = ORDER | {"status": "undelivered", "delivered_at": None, "buyer": "u1", "query_password": "geheim"}
    (tmp_path / "orders.jsonl").write_text(lines(late), "utf-8")
    said = lines(
        {"customer": "u1", "text": "<b>KM202611201530012345</b> 等了三个小时还没发货，我要退款"},
        {"customer": "u1", "text": "确认"},
    )
    run("talk", "--orders", "orders.jsonl", "--clock", "2026-11-20T14:00:00+08:00", stdin=said)
    number = "RF2611200001"
    code, out, _ = run("case", "show", number)
    assert code == 0 and "approved" in out and "draft -> submitted" in out
    assert (
        run("case", "export", number, "-o", "record.json")[0]
        == run("case", "export", number, "-o", "record.html")[0]
        == 0
    )
    record = json.loads((tmp_path / "record.json").read_text("utf-8"))
    assert record["state"] == "approved" and [line["who"] for line in record["talk"]] == [
        "customer",
        "bot",
        "customer",
        "bot",
    ]
    page = (tmp_path / "record.html").read_text("utf-8")
    assert "&lt;b&gt;" in page and "<b>" not in page and "geheim" not in page + json.dumps(record)
    assert run("case", "export", number, "-o", "/proc/record.html")[0] == 2
    rules = record["rules"]
    assert (rules["version"], rules["texts"]) == (record["policy"], [packaged()])
    assert f"judged by {rules['version']}, since 2026-11-20 14:00" in out
    assert "当时执行的全部规则" in page and "change_of_mind.never" in page
