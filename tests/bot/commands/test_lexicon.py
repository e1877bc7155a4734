"""`lexicon suggest` learns from the reasons that staff corrected."""

import pytest

from tests.bot.commands.running import ORDER, Run, lines

pytestmark = pytest.mark.filterwarnings("ignore")
"""jieba's own sources warn when they are loaded, unless they were compiled before."""


def test_a_word_that_corrected_cases_have_in_common_is_suggested(run: Run, tmp_path: object) -> None:
    orders = [ORDER | {"order_no": f"KM20261120153001234{n}", "buyer": f"u{n}"} for n in (1, 2)]
    (tmp_path / "orders.jsonl").write_text(lines(*orders), "utf-8")  # type: ignore[operator]  # a path
    said: list[dict[str, str]] = []
    for n in (1, 2):
        said += [
            {"customer": f"u{n}", "text": "卡密激活失败，画面全是雪花"},
            {"customer": f"u{n}", "text": "没有了"},
            {"customer": f"u{n}", "text": "确认"},
            {"agent": "a1", "case": f"RF261120000{n}", "do": "correct_reason", "reason": "malfunction", "text": "看过"},
        ]
    run("talk", "--orders", "orders.jsonl", "--clock", "2026-11-20T15:50:00+08:00", stdin=lines(*said))
    code, out, _ = run("lexicon", "suggest")
    assert code == 0 and "malfunction\t雪花\t2" in out


def test_where_nothing_was_corrected_it_says_so(run: Run) -> None:
    code, out, _ = run("lexicon", "suggest")
    assert code == 0 and out.startswith("0 corrected cases")
