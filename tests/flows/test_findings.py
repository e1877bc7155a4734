"""A picture held against a claim: which kinds say something of which reason, in words and with the place."""

from flows.model import Says
from nlp.codes import Reason
from tests.flows.holding import ERROR, LISTING, O, R, Row, every, held, page, says_so
from tests.flows.talking import in_chinese

FAULT = "会员中心\n会员已失效\n续费会员\n{when}"

# fmt: off
ROWS: list[Row] = [
    (page("已发货"),                                                 R.INVALID_CODE,     O, "wrong_kind"),
    (page("已发货"),                                                 R.MALFUNCTION,      O, "wrong_kind"),
    (ERROR.format(when=""),                                         R.SERVICE_FAILED,   O, "wrong_kind"),
    (FAULT.format(when=""),                                         R.DUPLICATE_ORDER,  O, "wrong_kind"),
    (LISTING.format(product="100元点卡"),                            R.NOT_DELIVERED,    O, "wrong_kind"),
    ("杭州市\n23°\n多云 最高26° 最低17°",                             R.NOT_DELIVERED,    O, "wrong_kind"),
    ("",                                                            R.NOT_DELIVERED,    O, "unreadable"),
]
# fmt: on


@every(ROWS)
def test_what_it_says_of_a_claim(text: str, reason: Reason, says: Says, code: str) -> None:
    says_so(text, reason, says, code)


def test_a_finding_says_in_words_what_does_not_fit_and_where() -> None:
    [finding] = held(page("已发货", more="发货时间|2026-11-20 15:40"), R.NOT_DELIVERED).findings
    assert in_chinese(finding.detail) == "截图显示“已发货 15:40”，和“未发货/未到账”不符"
    assert finding.mark and finding.mark.width > 0
