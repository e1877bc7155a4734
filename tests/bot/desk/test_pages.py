"""The desk's pages: all about a case on one of them, what can be done, and nothing that was written as markup."""

import html
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from msgspec.structs import replace

from bot.app import App
from bot.site import Site
from flows.model import Case, CaseState, Evidence, Need, Outcome, Remedy, Says, Talk
from flows.policy import calendar_notice
from nlp.pictured import PictureKind
from storage.nouns import Line, Saving
from storage.search import Search, View
from tests.bot.visitors import Customer, Staff
from tests.conftest import a_case, an_event, an_order

NOW = datetime.now(UTC)
MARKUP = "<script>alert('x')</script><img src=x onerror=alert(1)>\"'&"


@pytest.fixture
def number(customer: Customer) -> str:
    """A case that was handed in just now."""
    return customer.hands_in()


def put(app: App, case: Case, *lines: Line, talk: Talk | None = None) -> None:
    """A case as it might have come to be."""
    outcome = Outcome(talk=talk, cases=(case,), events=(an_event(case.number, at=NOW, why=case.words),))
    ledgers = tuple(record.ledger for record in app.store.about_orders([case.order.order_no]).values())
    app.store.save(Saving(case.customer, outcome, NOW, "web", ledgers=ledgers))
    for n, line in enumerate(lines):
        app.store.save(Saving(case.customer, Outcome(), NOW, "web", f"message-{n}", incoming=line))


def state_of(app: App, number: str) -> CaseState:
    case = app.store.case(number)
    assert case
    return case.state


# ---- looking


def test_the_queue_leads_to_the_case(agent: Staff, number: str) -> None:
    page = agent.sees("?view=all")
    assert f'href="/desk/cases/{number}"' in page
    assert "Steam 充值卡 100元" in page and "激活失败" in page and "93.50" in page


@pytest.mark.parametrize("view", [*View, "nonsense"])
def test_every_view_of_the_queue_opens(agent: Staff, view: str) -> None:
    assert "待处理" in agent.sees(f"?view={view}")
    assert agent.sees(f"?view={view}&page=2")
    assert agent.sees(f"?view={view}&page=x")


def test_a_case_is_found_by_its_orders_number(agent: Staff, app: App, number: str) -> None:
    case = app.store.case(number)
    assert case
    assert number in agent.sees(f"?q={case.order.order_no.lower()}")
    assert "没有找到" in agent.sees("?q=KM0")


def test_a_case_shows_order_verdict_evidence_talk_and_history_on_one_page(agent: Staff, app: App, number: str) -> None:
    case, page = app.store.case(number), agent.sees(f"cases/{number}")
    assert case
    assert case.order.order_no in page and "美区兑换码" in page and "支付宝" in page
    assert "quality.in_window" in page and "24 小时内" in page
    assert "激活报错截图" in page and f'src="/desk/files/{case.evidence[0].file}"' in page
    assert "卡密输进去提示无效" in page and "点了按钮：确认提交" in page
    assert "待审核" in page and "还剩" in page


def test_what_came_without_words_is_told_too(agent: Staff, app: App) -> None:
    case = a_case("RFWORDLESS", customer="wordless", order=an_order(order_no="KM-WORDLESS"))
    put(app, case, Line("customer"), Line("customer", kind="sticker"))
    page = agent.sees("cases/RFWORDLESS")
    assert "打开了聊天" in page and "不能显示的内容（sticker）" in page


def test_a_contact_is_masked(agent: Staff, number: str) -> None:
    page = agent.sees(f"cases/{number}")
    assert "138****8000" in page
    assert "13800138000" not in page and "abc123" not in page


def test_evidence_is_served_to_staff_as_what_it_is(agent: Staff, app: App, number: str) -> None:
    case = app.store.case(number)
    assert case
    answer = agent.browser.get(f"/desk/files/{case.evidence[0].file}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


def test_a_document_is_saved_and_not_opened(agent: Staff, app: App) -> None:
    name = app.files.put(b"%PDF-1.4 not really", ".pdf")
    answer = agent.browser.get(f"/desk/files/{name}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize("name", ["..%2f..%2fsecret", "a" * 64 + ".png", "secret", "%00"])
def test_a_name_that_is_no_evidence_leads_nowhere(agent: Staff, name: str) -> None:
    assert agent.browser.get(f"/desk/files/{name}").status_code == 404


@pytest.mark.parametrize("path", ["cases/RF0", "talk?chat=nobody", "talk"])
def test_what_is_not_there_is_said_to_be_missing(agent: Staff, path: str) -> None:
    answer = agent.browser.get(f"/desk/{path}")
    assert answer.status_code == 404
    assert "没有找到" in answer.text


def test_nothing_that_was_written_becomes_markup(agent: Staff, supervisor: Staff, app: App) -> None:
    order = an_order(
        order_no=f"KM{MARKUP}", product=MARKUP, description=MARKUP, paid_with=MARKUP, trade_no=MARKUP, contact=MARKUP
    )
    case = a_case(
        "RFMARKUP", customer=MARKUP, order=order, words=MARKUP, basis=MARKUP, rule=MARKUP, policy=MARKUP, asked=MARKUP,
        reviewer=MARKUP, other_order_no=MARKUP, state=CaseState.IN_REVIEW, offer=Remedy.EXCHANGE,
        evidence=(Evidence(MARKUP, NOW, Need.LISTING, PictureKind.LISTING, Says.SUPPORTS),),
    )  # fmt: skip
    talk = Talk(MARKUP, owner="agent:")
    put(
        app,
        case,
        Line("customer", MARKUP, (MARKUP,), MARKUP),
        Line(f"agent:{MARKUP}", MARKUP, internal=True),
        talk=talk,
    )
    for staff in (agent, supervisor):
        for path in ("", f"?q={quote(MARKUP)}", "talks", "cases/RFMARKUP", f"talk?chat={quote(MARKUP)}"):
            page = staff.sees(path)
            assert "<script>" not in page and "<img src=x" not in page
            assert "&lt;script&gt;" in page


def test_the_desk_speaks_english_too(site: Site, agent: Staff, number: str) -> None:
    page = agent.sees(f"cases/{number}?lang=en")
    assert "What the rules say" in page and "code refused" in page
    assert "规则怎么说" in agent.sees(f"cases/{number}?lang=zh-CN")


@pytest.mark.parametrize("state", CaseState)
def test_a_case_in_every_state_has_a_page_in_every_language(
    agent: Staff, supervisor: Staff, app: App, state: CaseState
) -> None:
    order = an_order(order_no=f"KM-{state}")
    now = NOW + timedelta(days=1)
    put(
        app, a_case(f"RF-{state}", customer=f"c-{state}", order=order, state=state, due_at=now, until=now, basis="规则")
    )
    for staff in (agent, supervisor):
        for language in ("en", "zh-CN"):
            assert f"RF-{state}" in staff.sees(f"cases/RF-{state}?lang={language}")


# ---- acting


def test_an_agent_takes_asks_and_approves_and_the_customer_hears_of_it(
    agent: Staff, app: App, customer: Customer, number: str
) -> None:
    path = f"cases/{number}"
    assert agent.does(path, "take").headers["location"] == f"/desk/{path}?done=take"
    agent.does(path, "request_evidence", text="麻烦补一张能看清尾号的截图")
    assert state_of(app, number) is CaseState.AWAITING_CUSTOMER
    assert any("能看清尾号" in text for text in customer.said_to_me())
    agent.does(path, "take")
    agent.does(path, "approve")
    assert state_of(app, number) is CaseState.APPROVED
    agent.does(path, "paid", text="2026112300001")
    assert state_of(app, number) is CaseState.REFUNDED


def test_a_refusal_reaches_the_customer_in_the_words_of_the_agent(
    agent: Staff, app: App, customer: Customer, number: str
) -> None:
    agent.does(f"cases/{number}", "reject", text="截图里的卡密在 11月20日 已经被您的账号兑换")
    assert state_of(app, number) is CaseState.REJECTED
    assert any("已经被您的账号兑换" in text and "申诉" in text for text in customer.said_to_me())


@pytest.mark.parametrize("offer", [Remedy.EXCHANGE, Remedy.CREDIT])
def test_something_else_is_offered_instead(agent: Staff, app: App, number: str, offer: Remedy) -> None:
    agent.does(f"cases/{number}", "offer", offer=offer.value, text="可以马上办")
    case = app.store.case(number)
    assert case and (case.state, case.offer) == (CaseState.OFFERED, offer)


def test_a_reason_is_corrected(agent: Staff, app: App, number: str) -> None:
    agent.does(f"cases/{number}", "correct_reason", reason="malfunction", text="其实是用着用着失效")
    case = app.store.case(number)
    assert case and case.reason == "malfunction"
    assert "更正原因" in agent.sees(f"cases/{number}")


def test_a_double_click_is_one_press(agent: Staff, app: App, customer: Customer, number: str) -> None:
    form = agent.forms(f"cases/{number}")["say"] | {"text": "您好，我在看了"}
    answers = [agent.browser.post(f"/desk/cases/{number}", data=form, follow_redirects=False) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [303, 303, 303]
    assert customer.said_to_me().count("您好，我在看了") == 1


def test_a_form_that_is_sent_again_with_other_words_says_those_too(
    agent: Staff, customer: Customer, number: str
) -> None:
    form = agent.forms(f"cases/{number}")["say"]
    for words in ("您好，我在看了", "要等上游回复", "要等上游回复"):
        agent.browser.post(f"/desk/cases/{number}", data=form | {"text": words})
    assert customer.said_to_me()[-2:] == ["您好，我在看了", "要等上游回复"]


def test_who_writes_is_shown_as_a_person(agent: Staff, customer: Customer, number: str) -> None:
    agent.does(f"cases/{number}", "say", text="您好，我在看了")
    assert [line["name"] for line in customer.read() if line["text"] == "您好，我在看了"] == ["小林"]


def test_what_is_not_allowed_is_said_and_what_was_typed_stays(agent: Staff, app: App, number: str) -> None:
    path = f"cases/{number}"
    old = agent.forms(path)["reject"] | {"text": "写了很久的<b>理由</b>"}
    agent.does(path, "approve")
    answer = agent.browser.post(f"/desk/{path}", data=old, follow_redirects=False)
    assert answer.status_code == 409
    assert "没有执行" in answer.text and "写了很久的&lt;b&gt;理由&lt;/b&gt;" in answer.text
    assert state_of(app, number) is CaseState.APPROVED


def test_a_refusal_without_words_is_no_step(agent: Staff, app: App, number: str) -> None:
    assert agent.does(f"cases/{number}", "reject", text="  ").status_code == 409
    assert state_of(app, number) is CaseState.SUBMITTED


@pytest.mark.parametrize("fields", [{"offer": "gold"}, {"do": "dance"}, {"do": ""}, {"offer": ""}])
def test_a_form_with_something_unknown_in_it_does_nothing(
    agent: Staff, app: App, number: str, fields: dict[str, str]
) -> None:
    assert agent.does(f"cases/{number}", "offer", **fields).status_code == 409
    assert state_of(app, number) is CaseState.SUBMITTED


def test_a_form_that_another_page_wrote_does_nothing(agent: Staff, app: App, number: str) -> None:
    answer = agent.does(f"cases/{number}", "approve", token="made-up", text="写好的话")
    assert answer.status_code == 409 and "写好的话" in answer.text
    elsewhere = agent.browser.post(
        f"/desk/cases/{number}",
        data=agent.forms(f"cases/{number}")["approve"],
        headers={"origin": "https://evil.example"},
    )
    assert elsewhere.status_code == 403
    assert state_of(app, number) is CaseState.SUBMITTED


def test_only_a_supervisor_restricts_and_lifts(agent: Staff, supervisor: Staff, number: str) -> None:
    path = f"cases/{number}"
    form = agent.forms(path)["note"] | {"do": "restrict", "text": "试试"}
    assert agent.browser.post(f"/desk/{path}", data=form, follow_redirects=False).status_code == 409
    supervisor.does(path, "restrict", text="凭证是拼接的")
    page = agent.sees(path)
    assert "高风险客户" in page and "凭证是拼接的" in page
    assert "approve" not in agent.forms(path)
    assert supervisor.does(path, "lift", text="核实是误会").status_code == 303
    assert "approve" in agent.forms(path)


def test_a_note_is_for_staff_alone(agent: Staff, customer: Customer, number: str) -> None:
    agent.does(f"cases/{number}", "note", text="以前也来过一次")
    assert "以前也来过一次" in agent.sees(f"cases/{number}")
    assert not any("以前也来过" in line["text"] for line in customer.read())


# ---- talks without a case


def test_a_customer_who_asked_for_a_person_is_found_answered_and_handed_back(
    agent: Staff, app: App, customer: Customer
) -> None:
    customer.arrive().write("转人工！！")
    page = agent.sees("talks")
    assert "等人工" in page and "转人工！！" in page
    [chat] = [talk.chat for talk in Search(app.store.database).talks() if talk.last_words == "转人工！！"]
    path = f"talk?chat={quote(chat)}"
    assert f'href="/desk/{path}"' in page
    assert agent.does(path, "take_over").status_code == 303
    assert agent.does(path, "say", text="您好，请说").status_code == 303
    said = customer.read()[-1]
    assert (said["text"], said["name"]) == ("您好，请说", "小林")
    customer.write("我想问问")
    assert customer.read()[-1]["mine"]
    assert "我想问问" in agent.sees(path)
    assert agent.does(path, "note", text="先问问是哪笔订单").status_code == 303
    assert agent.does(path, "hand_back").status_code == 303
    customer.write("谢谢")
    assert not customer.read()[-1]["mine"]


# ---- what changes meanwhile


def test_an_open_page_is_told_of_its_own_case_and_of_nothing_else(
    site: Site, app: App, agent: Staff, customer: Customer, number: str
) -> None:
    case = app.store.case(number)
    assert case
    head = {"cookie": "; ".join(f"{name}={value}" for name, value in agent.browser.cookies.items())}
    live = f"/desk/live?chat={quote(case.customer)}&case={number}"
    with customer.browser.websocket_connect(live, headers=head) as page:
        assert page.receive_text() == "changed"
        other = a_case("RF-OTHER", customer="u9", order=replace(an_order(), order_no="KM-OTHER"))
        put(app, other, Line("customer", "别人的事"))
        customer.write("有结果了吗")
        assert page.receive_text() == "changed"
    assert Search(app.store.database).mark(case.customer, number)


def test_the_rules_of_a_case_are_shown_whole_to_staff_alone(agent: Staff, customer: Customer, app: App) -> None:
    app.house.keep_watch(NOW)
    running = app.rules.running
    order = an_order(order_no="KM-RULES")
    put(app, a_case("RF-RULES", customer="u-rules", order=order, policy=running.version, rule="order.closed"))
    assert f'/rules/{running.version}"' in agent.sees("cases/RF-RULES")
    page = agent.sees(f"rules/{running.version}")
    assert html.unescape(page).count(running.texts[0].strip()) == 1
    assert agent.browser.get("/desk/rules/none").status_code == 404
    assert customer.browser.get(f"/desk/rules/{running.version}", follow_redirects=False).status_code == 303


def test_staff_are_told_in_good_time_that_the_known_holidays_end(agent: Staff, app: App) -> None:
    notice = calendar_notice(app.rules.running, NOW)
    shown = 'class="notice"' in agent.sees("")
    assert shown is (notice is not None)
    assert not shown or app.catalogue.say("zh-CN", notice) in agent.sees("")
