"""What is asked and shown for evidence: the pictures wanted, an example, one that contradicts, none at all."""

from msgspec.structs import replace

from flows.model import Evidence, Finding, Need, Says
from flows.proof import as_it_is, ask_contradiction, ask_evidence, other_picture, show_example
from nlp.codes import Intent, Reason
from tests.conftest import NOON, an_order
from tests.flows.talking import Desk, a_turn, facts, reads, says

OURS = an_order()
KNOWN = facts(own=(OURS,))
AGAINST = Evidence("b.png", NOON, verdict=Says.CONTRADICTS, findings=(Finding("activated"),))
UNFIT = Evidence("c.png", NOON, verdict=Says.UNRELATED, findings=(Finding("no_text"),))


def turn(*pieces: Evidence, came: tuple[str, ...] = ()):
    bench = a_turn(replace(reads("", Intent.OTHER), files=came), KNOWN)
    bench.know(order_no=OURS.order_no, reason=Reason.INVALID_CODE, reason_sure=True, evidence=pieces)
    return bench


def test_the_pictures_that_are_wanted_are_named_and_waited_for() -> None:
    bench = turn()
    ask_evidence(bench)
    said = bench.done.says[-1]
    assert (said.text.key, said.asks, said.expects) == ("evidence.ask", "evidence", (Need.ERROR_SCREEN,))
    ask_evidence(bench)
    assert bench.done.says[-1].text.key == "evidence.only"


def test_what_is_wrong_with_a_picture_that_just_came_is_said_and_of_an_older_one_not_again() -> None:
    for came, key in ((("c.png",), "evidence.unfit"), ((), "evidence.ask")):
        bench = turn(UNFIT, came=came)
        ask_evidence(bench)
        assert bench.done.says[-1].text.key == key


def test_an_example_is_shown_of_each_picture_that_is_still_wanted() -> None:
    bench = turn()
    show_example(bench)
    assert [(said.text.key, said.picture) for said in bench.done.says] == [("example.error_screen", Need.ERROR_SCREEN)]
    assert bench.next_trigger == "tell"


def test_a_picture_that_contradicts_is_asked_about_with_three_ways_on() -> None:
    bench = turn(AGAINST)
    ask_contradiction(bench)
    said = bench.done.says[-1]
    assert [button.value for button in said.buttons] == ["other_picture", "change:reason", "as_it_is"]
    assert said.text.values["finding"] == AGAINST.findings[0].detail


def test_another_picture_takes_the_one_that_contradicts_away_and_as_it_is_keeps_it() -> None:
    bench = turn(AGAINST, UNFIT)
    as_it_is(bench)
    assert bench.draft.evidence == (AGAINST, UNFIT) and not bench.contradicting
    bench = turn(AGAINST, UNFIT)
    other_picture(bench)
    assert bench.draft.evidence == (UNFIT,)


def test_whoever_answers_twice_in_words_when_asked_for_pictures_has_none() -> None:
    desk = Desk(facts(own=(OURS,)))
    assert desk.hear("卡密激活提示无效码", "手机坏了啊") == ["evidence.only"]
    assert desk.hear("说了手机坏了") == ["confirm.summary"]


def test_a_picture_that_is_promised_for_later_is_waited_for() -> None:
    desk = Desk(facts(own=(OURS,)))
    assert desk.hear("卡密激活提示无效码", "等会儿发") == ["claim.put_off"]
    assert desk.hear(replace(says(""), files=("error.png",))) == ["confirm.summary"]
