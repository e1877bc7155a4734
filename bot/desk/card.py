"""A case as one message of the staff's group: what it is, where it stands, and buttons for what can be done now."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime

from msgspec import Struct

from bot.botapi import Json
from bot.desk.words import chat_name, moment
from bot.updates import OURS
from flows.case import staff_steps
from flows.model import Actor, Case, Remedy, Role, Talk, Yuan
from flows.review import CORRECTABLE
from flows.wording import amounts, needs_text
from nlp.codes import Reason

Say = Callable[..., str]
Key = tuple[str, str]
"""A button: its label and its data."""

ANYBODY = Actor(Role.SUPERVISOR)
"""The card shows what somebody could do; who presses is asked for when they press."""
ASKS_TWICE = ("approve", "settle", "paid", "pay")
"""Steps that move money: one more press, so that a thumb does not decide."""
ASKS_FOR_TEXT = ("reject", "request_evidence")
DO, SURE, CHOOSE, SHOW = "do", "sure", "choose", "card"
LONGEST_BASIS, LONGEST_WORDS, LONGEST_PRODUCT = 600, 200, 100


class Card(Struct, frozen=True):
    """What stands in the topic of a case."""

    text: str
    markup: Json

    @property
    def mark(self) -> str:
        """Differs where the card does."""
        return hashlib.sha256(f"{self.text}\n{self.markup}".encode()).hexdigest()[:16]


def card(case: Case, talk: Talk, high_risk: bool, say: Say, now: datetime) -> Card:
    return Card("\n".join(_lines(case, talk, high_risk, say, now)), keyboard(case, talk, high_risk, say, now))


def _lines(case: Case, talk: Talk, high_risk: bool, say: Say, now: datetime) -> Iterator[str]:
    order = case.order
    state = say(f"state.{case.state}")
    yield f"{case.number} · {say('card.second_review', state=state) if case.appealed else state}"
    product = order.product[:LONGEST_PRODUCT]
    yield say("card.order", product=product, paid=Yuan(order.amount_paid), order_no=order.order_no)
    who = chat_name(case.customer)
    yield say("card.customer_at_risk" if high_risk else "card.customer", customer=who)
    yield say("card.reason", reason=say(f"desk.reason.{case.reason}"), back=amounts(case.refund)["back"])
    if case.words:
        yield say("card.words", words=case.words[:LONGEST_WORDS])
    yield say("card.evidence", count=len(case.evidence)) + (
        say("card.missing", needs=needs_text(case.missing)) if case.missing else ""
    )
    if case.basis:
        yield say("card.basis", basis=case.basis.replace("\n", " ")[:LONGEST_BASIS])
    if case.offer:
        yield say("card.offer", offer=say(f"desk.remedy.{case.offer}"))
    if case.due_at and case.state in CORRECTABLE:
        yield say("card.due", at=moment(case.due_at, now))
    if case.until:
        yield say("card.until", at=moment(case.until, now))
    if case.reviewer:
        yield say("card.reviewer", name=case.reviewer)
    if talk.owner not in ("bot", "agent:"):
        yield say("card.talks", name=talk.owner.removeprefix("agent:"))
    if case.decision:
        yield say("card.decision", by=case.decision.by.removeprefix("agent:"), text=case.decision.text[:LONGEST_BASIS])


def keyboard(case: Case, talk: Talk, high_risk: bool, say: Say, now: datetime) -> Json:
    """The steps that LIFE lists for this state, whoever may take them, and whose talk it is."""
    keys: list[Key] = []
    for step in staff_steps(case, ANYBODY, at=now, high_risk=high_risk):
        way = CHOOSE if step == "offer" else SURE if step in ASKS_TWICE else DO
        keys.append((say(f"desk.do.{step}"), data(way, step, case)))
    if case.state in CORRECTABLE:
        keys.append((say("desk.do.correct_reason"), data(CHOOSE, "correct_reason", case)))
    talking = "take_over" if talk.owner in ("bot", "agent:") else "hand_back"
    keys.append((say(f"desk.do.{talking}"), data(DO, talking, case)))
    return rows_of_two(keys)


def sure(case: Case, step: str, say: Say) -> Json:
    """Once more, before money moves."""
    really = say("card.really", step=say(f"desk.do.{step}"), back=amounts(case.refund)["back"])
    return {"inline_keyboard": [[_key((really, data(DO, step, case)))], [_back(case, say)]]}


def choices(case: Case, step: str, say: Say) -> Json:
    """What an offer or a right reason can be."""
    if step == "offer":
        keys = [
            (say(f"desk.remedy.{remedy}"), data(DO, step, case, remedy))
            for remedy in (Remedy.EXCHANGE, Remedy.CREDIT)
        ]
    else:
        others = [reason for reason in Reason if reason is not case.reason]
        keys = [(say(f"desk.reason.{reason}"), data(DO, step, case, reason)) for reason in others]
    markup = rows_of_two(keys)
    markup["inline_keyboard"].append([_back(case, say)])
    return markup


def rows_of_two(keys: list[Key]) -> Json:
    return {"inline_keyboard": [[_key(key) for key in keys[at : at + 2]] for at in range(0, len(keys), 2)]}


def _back(case: Case, say: Say) -> Json:
    return _key((say("card.back"), data(SHOW, "", case)))


def _key(key: Key) -> Json:
    return {"text": key[0], "callback_data": key[1]}


def data(way: str, step: str, case: Case, choice: str = "") -> str:
    """At most 64 bytes, as Telegram wants it."""
    return f"{OURS}{way}:{step}:{case.number}" + (f":{choice}" if choice else "")
