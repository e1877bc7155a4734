"""What was decided, in final words: customers read their language, staff the house's, and a visit is whole."""

import json
from typing import Any

import pytest

from bot.evidence import Haul
from bot.rendering import Rendering
from bot.texts import Catalogue
from flows.case import NotAllowed
from flows.model import Button, CaseState, Ledger, Need, Outcome, Say, Talk, Tell, Text
from flows.policy import load
from flows.turn import Facts
from storage.nouns import Line, Piece, Recalled, Saving
from tests.conftest import NOON, a_case, an_event

CATALOGUE = Catalogue()
RENDERING = Rendering(CATALOGUE, "zh-CN", lambda name: f"{name}.png")
NO_CASE = Text("not_allowed.unknown_case", {"number": "RF1"})
FACTS = Facts(load(), render=lambda text: text.key, numbers=lambda: "RF1")


def saving(outcome: Outcome, language: str = "zh-CN", known: str | None = None, **more: Any) -> Saving:
    recalled = Recalled(False, Talk("u1", language=language), channel=known)
    return RENDERING.saving(recalled, more.pop("facts", FACTS), outcome, NOON, **more)


# ---- who reads what


@pytest.mark.parametrize("before, after, read", [("en", None, "en"), ("en", "zh-CN", "zh-CN"), ("zh-CN", "en", "en")])
def test_a_customer_reads_the_language_that_the_talk_has_now(before: str, after: str | None, read: str) -> None:
    talk = Talk("u1", language=after) if after else None
    [said] = saving(Outcome(talk, says=(Say(NO_CASE, (Button("yes", Text("button.submit")),)),)), before).said
    assert said.text == CATALOGUE.say(read, NO_CASE)
    assert [label for _, label in said.buttons] == [CATALOGUE.say(read, Text("button.submit"))]


def test_staff_read_the_language_of_the_house_whoever_it_is_about() -> None:
    tell = Tell(NO_CASE, "RF1", ("a.png",))
    [told] = saving(Outcome(tells=(tell,)), "en").told
    assert told.text == CATALOGUE.say("zh-CN", NO_CASE) == RENDERING.to_staff(NO_CASE)
    assert (told.case, told.files, told.about) == ("RF1", ("a.png",), "u1")
    english = Rendering(CATALOGUE, "en", lambda name: "")
    assert english.told(tell, "u7").text == CATALOGUE.say("en", NO_CASE)


def test_a_sentence_keeps_the_key_and_the_values_it_was_made_from() -> None:
    [said] = saving(Outcome(says=(Say(NO_CASE),))).said
    assert said.key == NO_CASE.key and json.loads(said.values) == {"number": "RF1"} and said.at == NOON


def test_a_button_belongs_to_its_question_unless_it_lasts() -> None:
    label = Text("button.submit")
    buttons = (Button("yes", label), Button("status", label, lasting=True))
    [said] = saving(Outcome(says=(Say(NO_CASE, buttons, serial=4),))).said
    assert [pressed for pressed, _ in said.buttons] == ["4.yes", "status"]


def test_what_is_asked_and_whose_words_they_are_goes_with_the_sentence() -> None:
    say = Say(NO_CASE, asks="evidence", expects=(Need.ERROR_SCREEN,), case="RF1", by="agent:a1")
    [said] = saving(Outcome(says=(say,))).said
    assert (said.asks, said.expects, said.case, said.who) == ("evidence", ("error_screen",), "RF1", "agent:a1")


def test_an_example_picture_comes_after_the_files_that_go_with_a_sentence() -> None:
    says = (Say(NO_CASE, files=("a.png",), picture="error_screen"), Say(NO_CASE, files=("a.png",)))
    assert [said.files for said in saving(Outcome(says=says)).said] == [("a.png", "error_screen.png"), ("a.png",)]


# ---- the whole visit


def test_an_answer_goes_by_the_channel_that_was_written_by_else_by_the_one_of_before() -> None:
    before = saving(Outcome(), known="telegram")
    assert (before.channel, before.known_channel) == ("telegram", "telegram")
    moved = saving(Outcome(), known="telegram", channel="web")
    assert (moved.channel, moved.known_channel) == ("web", "telegram")
    never = saving(Outcome())
    assert (never.channel, never.known_channel) == ("", None)


def test_all_that_a_visit_brings_is_written_with_what_it_was_decided_by() -> None:
    line, pieces, ledger = Line("customer", "你好"), (Piece("a.png", 10, "PNG"),), Ledger("KM1", granted=1)
    outcome = Outcome(cases=(a_case(),))
    facts = Facts(load(), render=lambda text: text.key, numbers=lambda: "RF1", ledgers={"KM1": ledger})
    whole = saving(
        outcome, facts=facts, message_id="m1", incoming=line, haul=Haul(pieces), finishes=("row",), urgent=False
    )
    assert (whole.chat, whole.outcome, whole.now, whole.message_id) == ("u1", outcome, NOON, "m1")
    assert (whole.incoming, whole.pieces, whole.ledgers) == (line, pieces, (ledger,))
    assert (whole.finishes, whole.urgent) == (("row",), False)


def test_somebody_waits_for_an_answer_unless_it_is_said_that_nobody_does() -> None:
    assert saving(Outcome()).urgent


# ---- why not


def test_who_is_refused_reads_what_they_wanted_how_the_case_stands_and_who_was_first() -> None:
    case = a_case(state=CaseState.APPROVED, events=(an_event(by="customer"), an_event(by="agent:小林")))
    why = RENDERING.why_not(NotAllowed(case, "reject", "state"))
    for part in (Text("step.reject"), Text("state.approved")):
        assert CATALOGUE.say("zh-CN", part) in why
    assert "小林" in why and "agent:" not in why and "11月20日 12:00" in why


def test_a_refusal_without_a_case_or_anything_done_before_is_whole_as_well() -> None:
    for refused in (NotAllowed(None, "hand_back", "person_owns_the_talk"), NotAllowed(a_case(), "take", "state")):
        why = RENDERING.why_not(refused)
        assert why and "{" not in why and "None" not in why
