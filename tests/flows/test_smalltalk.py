"""What is said beside the matter: greeting, menu, thanks, and a word on a button pressed too late."""

from msgspec.structs import replace

from flows.model import CaseState
from nlp.codes import Answer, Intent, Reason
from tests.conftest import a_case, an_event, an_order
from tests.flows.talking import Desk, facts, presses, reads

OURS = an_order()
STANDS = a_case(events=(an_event(),), basis="按规则")
HELLO, THANKS, OTHER = (reads("说点什么", intent) for intent in (Intent.GREETING, Intent.THANKS, Intent.OTHER))
INVALID = reads("激活失败", reason=Reason.INVALID_CODE)


def values(desk: Desk) -> list[str]:
    return [button.value for button in desk.last.says[-1].buttons]


def test_who_was_here_before_is_greeted_as_such() -> None:
    assert Desk(facts()).hear(HELLO) == ["greeting.hello"]
    known = Desk(facts(cases=(STANDS,)))
    assert known.hear(HELLO) == ["greeting.again"]
    assert values(known) == ["refund", "status", "human"]


def test_what_is_not_understood_gets_the_menu_and_where_a_case_is_open_that_case() -> None:
    assert Desk(facts()).hear(OTHER) == ["other.menu"]
    known = Desk(facts(cases=(STANDS,)))
    assert known.hear(OTHER) == ["other.with_case"]
    assert values(known)[0] == f"status:{STANDS.number}"
    assert Desk(facts(cases=(replace(STANDS, state=CaseState.CLOSED),))).hear(OTHER) == ["other.menu"]


def test_thanks_in_the_middle_of_a_claim_reminds_of_it() -> None:
    assert Desk(facts()).hear(THANKS) == ["thanks.welcome"]
    desk = Desk(facts(own=(OURS,)))
    desk.hear(INVALID, reads("晚点发", answer=Answer.LATER))
    assert desk.hear(THANKS) == ["thanks.draft"]


def test_a_button_pressed_twice_or_from_an_old_message_has_no_second_effect() -> None:
    desk = Desk(facts(own=(OURS,)))
    desk.hear("卡密激活提示无效码", "没有了")
    old = next(choice.id for choice in desk.talk.choices if choice.value == "yes")
    assert desk.hear(presses(old)) == ["filed.submitted"]
    assert desk.hear(presses(old)) == ["button.done_already"]
    assert len(desk.facts.cases) == 1


def test_a_button_of_a_summary_that_is_out_of_date_hands_nothing_in() -> None:
    desk = Desk(facts(own=(OURS,)))
    desk.hear(replace(INVALID, files=("a.png",)))
    old = next(choice.id for choice in desk.talk.choices if choice.value == "yes")
    desk.hear(replace(INVALID, files=("b.png",)))
    assert desk.hear(presses(old))[0] == "button.is_stale"
    assert not desk.facts.cases
