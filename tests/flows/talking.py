"""A small desk for tests of the conversation: turns of a customer against facts in memory, without a database."""

from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from bot.texts import Catalogue
from flows.model import Case, Ledger, Order, Outcome, Talk, Text
from flows.policy import load
from flows.talk import Turn, step
from flows.turn import Facts, Heard
from nlp.codes import Intent
from nlp.read import read
from nlp.reading import Reading
from tests.conftest import NOON

POLICY = load()
CATALOGUE = Catalogue()


def facts(*orders: Order, cases: tuple[Case, ...] = (), own: tuple[Order, ...] = (), **given: Any) -> Facts:
    known = {order.order_no: order for order in (*orders, *own)}
    ledgers = {number: Ledger(number) for number in known}
    for case in cases:
        ledgers[case.order.order_no] = Ledger(case.order.order_no, open_case=case.number, open_customer=case.customer)
    plain = Facts(POLICY, in_chinese, lambda: "RF2611200009", known, own, cases=cases, ledgers=ledgers)
    return replace(plain, **given)


def in_chinese(text: Text) -> str:
    return CATALOGUE.say("zh-CN", text)


def says(text: str, at: datetime = NOON, **given: Any) -> Heard:
    return replace(Heard(read(text), at, "m1"), **given)


def reads(text: str = "说点什么", intent: Intent = Intent.REFUND, **given: Any) -> Heard:
    """A message that was understood just so, whatever the reading would make of it."""
    return Heard(Reading(text, intent, **{"confidence": 0.9, **given}), NOON, "m1")


def a_turn(heard: Heard | None = None, known: Facts | None = None, **talk: Any) -> Turn:
    return Turn(replace(Talk("u1"), **talk), heard or reads("", Intent.OTHER), known or facts())


def presses(button: str, at: datetime = NOON) -> Heard:
    return Heard(Reading("", Intent.OTHER), at, "m1", button=button)


class Desk:
    """One customer's conversation, turn by turn; what was saved is known in the next one."""

    def __init__(self, known: Facts, talk: Talk | None = None, now: datetime = NOON) -> None:
        self.facts, self.talk, self.now = known, talk or Talk("u1"), now
        self.last = Outcome()

    def hear(self, *messages: str | Heard) -> list[str]:
        """The keys of what is said to all of it, the last message's last."""
        keys: list[str] = []
        for message in messages:
            heard = says(message, self.now) if isinstance(message, str) else replace(message, at=self.now)
            self.last = step(self.talk, heard, self.facts)
            self._keep(self.last)
            keys = [said.text.key for said in self.last.says]
        return keys

    def press(self, name: str) -> list[str]:
        """A button of the last question, by what it means."""
        choice = next((choice.id for choice in self.talk.choices if choice.value == name), name)
        return self.hear(presses(choice, self.now))

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)

    @property
    def case(self) -> Case:
        return self.facts.cases[0]

    @property
    def asks(self) -> str | None:
        return next((said.asks for said in reversed(self.last.says) if said.asks), None)

    def _keep(self, outcome: Outcome) -> None:
        assert outcome.talk is not None
        self.talk = outcome.talk
        cases = {case.number: case for case in reversed(self.facts.cases)}
        for case in outcome.cases:
            cases.pop(case.number, None)
            steps = tuple(event for event in outcome.events if event.case == case.number)
            cases[case.number] = replace(case, events=(*case.events, *steps))
        self.facts = replace(
            self.facts, cases=tuple(reversed(cases.values())), bound=self.facts.bound | set(outcome.bind),
            ledgers={**self.facts.ledgers, **{case.order.order_no: _ledger(case) for case in cases.values()}},
        )  # fmt: skip


def _ledger(case: Case) -> Ledger:
    from flows.model import GRANTED, LAST

    open_case = None if case.state in LAST else case.number
    return Ledger(case.order.order_no, case.quantity if case.state in GRANTED else 0, open_case, case.customer)
