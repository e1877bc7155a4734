"""What a decision needs to know: gathered from the store, the shop's orders and the rules that run."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from types import MappingProxyType

from bot.orders import OrderSource, OrdersUnavailable
from bot.rulebook import Rulebook
from bot.texts import Catalogue
from flows.model import Evidence, Order
from flows.turn import Facts, Heard
from flows.workdays import SHANGHAI
from nlp.picture import read_picture
from nlp.pictured import PictureReading
from storage.nouns import Recalled
from storage.store import Store

FORGOTTEN = timedelta(days=1)
"""Wrong tries of before that are not looked at any more."""
MOST_NUMBERS = 6
"""Numbers of one message that are looked up."""
NO_PICTURES: Mapping[str, PictureReading] = MappingProxyType({})


class Gathering:
    """Looks up all that may be asked for: the flows look nothing up."""

    def __init__(self, store: Store, orders: OrderSource, rules: Rulebook, catalogue: Catalogue) -> None:
        self.orders = orders
        self._store, self._rules, self._catalogue = store, rules, catalogue

    def facts(self, recalled: Recalled, heard: Heard, pictures: Mapping[str, PictureReading] = NO_PICTURES) -> Facts:
        """By files, `pictures` are those of the message itself; those of the claim are found where they are kept."""
        talk, cases, reading = recalled.talk, recalled.cases, heard.reading
        draft = talk.draft
        shown = (one.number.text for picture in pictures.values() for one in picture.orders if one.number)
        named = (*reading.order_nos, *reading.candidates, *shown)[:MOST_NUMBERS]
        kept = (draft.order_no, draft.other_order_no) if draft else ()
        numbers = dict.fromkeys(filter(None, (heard.linked, *kept, *named)))
        own, found, unknown = self._orders(talk.chat, recalled.bound, numbers)
        for word in reading.words:
            mine = next((order for order in own if order.order_no.upper() == word.upper()), None)
            found |= {word: mine} if mine else {}
        about = {order.order_no for order in (*found.values(), *own)} | set(numbers)
        about |= {case.order.order_no for case in cases}
        records = self._store.about_orders(about, since=heard.at - FORGOTTEN)
        return Facts(
            policy=self._rules.running, kept=self._rules.of_all(case.policy for case in cases),
            render=lambda text: self._catalogue.say(talk.language, text),
            numbers=lambda: self._store.next_case_number(heard.at), orders=found, own=own, bound=recalled.bound,
            cases=cases,
            ledgers={number: record.ledger for number, record in records.items()},
            order_tries={number: record.tries for number, record in records.items()},
            high_risk=recalled.high_risk, orders_unknown=unknown,
            pictures={**self.pictures(draft.evidence if draft else ()), **pictures},
        )  # fmt: skip

    def pictures(self, evidence: Iterable[Evidence]) -> dict[str, PictureReading]:
        """What was seen before in the pictures of a claim, or of a case that is judged anew."""
        since = {piece.file: piece.at.astimezone(SHANGHAI).date() for piece in evidence}
        known = self._store.readings.of(since)
        return {file: read_picture(seen.lines, seen.size, since[file]) for file, seen in known.items() if seen.print}

    def _orders(
        self, chat: str, bound: Iterable[str], numbers: Iterable[str]
    ) -> tuple[tuple[Order, ...], dict[str, Order], bool]:
        """Their own newest first; every order by its number and as written; whether the source gave no answer."""
        try:
            theirs = {order.order_no: order for order in self.orders.of_customer(chat)}
            theirs |= {order.order_no: order for order in map(self.orders.find, sorted(bound)[-MOST_NUMBERS:]) if order}
            found = {number: order for number in numbers if (order := theirs.get(number) or self.orders.find(number))}
        except OrdersUnavailable:
            return (), {}, True
        found |= {order.order_no: order for order in (*found.values(), *theirs.values())}
        return tuple(sorted(theirs.values(), key=lambda order: order.ordered_at, reverse=True)), found, False


def handed_in(recalled: Recalled) -> int:
    """How many pieces a customer has handed in already, for the claim or the case that is spoken of."""
    draft, spoken_of = recalled.talk.draft, recalled.talk.case
    held = next((len(case.evidence) for case in recalled.cases if case.number == spoken_of), 0)
    return max(held, len(draft.evidence) if draft else 0)
