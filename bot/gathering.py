"""What a decision needs to know: gathered from the store, the shop's orders and the rules that run."""

from collections.abc import Iterable, Mapping, Sequence
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
from storage.nouns import OrderRecord, Recalled
from storage.store import Store

FORGOTTEN = timedelta(days=1)
"""Wrong tries of before that are not looked at any more."""
MOST_NUMBERS = 6
"""Numbers of one message that are looked up."""
NO_PICTURES: Mapping[str, PictureReading] = MappingProxyType({})


class Sought:
    """What is to be known of the orders that one message may be about."""

    def __init__(self, recalled: Recalled, heard: Heard, pictures: Mapping[str, PictureReading] = NO_PICTURES) -> None:
        self.recalled, self.heard, self.pictures = recalled, heard, pictures
        self.chat, draft, reading = recalled.talk.chat, recalled.talk.draft, heard.reading
        shown = (one.number.text for picture in pictures.values() for one in picture.orders if one.number)
        named = (*reading.order_nos, *reading.candidates, *shown)[:MOST_NUMBERS]
        kept = (draft.order_no, draft.other_order_no) if draft else ()
        self._numbers = list(dict.fromkeys(filter(None, (heard.linked, *kept, *named))))
        self._bound = sorted(recalled.bound)[-MOST_NUMBERS:]
        self.own: tuple[Order, ...] = ()
        """Their own, newest first."""
        self.orders: dict[str, Order] = {}
        """Every one by its number and as it was written."""

    def beside(self, bought: Iterable[Order]) -> list[str]:
        """The numbers that are not among those of what they bought."""
        theirs = {order.order_no for order in bought}
        return [number for number in (*self._numbers, *self._bound) if number not in theirs]

    def found(self, bought: Iterable[Order], named: Mapping[str, Order]) -> None:
        theirs = {order.order_no: order for order in bought}
        theirs |= {named[number].order_no: named[number] for number in self._bound if number in named}
        self.own = tuple(sorted(theirs.values(), key=lambda order: order.ordered_at, reverse=True))
        found = {number: theirs.get(number) or named.get(number) for number in self._numbers}
        self.orders = {number: order for number, order in found.items() if order is not None}
        self.orders |= {order.order_no: order for order in (*self.orders.values(), *self.own)}
        for word in self.heard.reading.words:
            mine = next((order for order in self.own if order.order_no.upper() == word.upper()), None)
            self.orders |= {word: mine} if mine else {}

    @property
    def about(self) -> set[str]:
        """The numbers of all of which it is to be known what was decided before."""
        there = {order.order_no for order in (*self.orders.values(), *self.own)}
        return there.union(self._numbers, (case.order.order_no for case in self.recalled.cases))


class Gathering:
    """Looks up all that may be asked for: the flows look nothing up."""

    def __init__(self, store: Store, orders: OrderSource, rules: Rulebook, catalogue: Catalogue) -> None:
        self.orders = orders
        self._store, self._rules, self._catalogue = store, rules, catalogue

    def facts(self, recalled: Recalled, heard: Heard, pictures: Mapping[str, PictureReading] = NO_PICTURES) -> Facts:
        """By files, `pictures` are those of the message itself; those of the claim are found where they are kept."""
        return self.facts_of_all([Sought(recalled, heard, pictures)])[0]

    def facts_of_all(self, each: Sequence[Sought]) -> list[Facts]:
        """For messages of as many chats: what is asked for is asked for once."""
        unknown = not self._look_up(each)
        about = {number for sought in each for number in sought.about}
        records = self._store.about_orders(about, since=min(sought.heard.at for sought in each) - FORGOTTEN)
        return [self._facts(sought, records, unknown) for sought in each]

    def _look_up(self, each: Sequence[Sought]) -> bool:
        """Whether the source of orders gave an answer."""
        try:
            bought = self.orders.of_customers([sought.chat for sought in each])
            wanted = dict.fromkeys(number for sought in each for number in sought.beside(bought[sought.chat]))
            named = self.orders.find(wanted) if wanted else {}
        except OrdersUnavailable:
            return False
        for sought in each:
            sought.found(bought[sought.chat], named)
        return True

    def _facts(self, sought: Sought, records: Mapping[str, OrderRecord], unknown: bool) -> Facts:
        recalled, at, draft = sought.recalled, sought.heard.at, sought.recalled.talk.draft
        about = {number: records[number] for number in sought.about}
        return Facts(
            policy=self._rules.running, kept=self._rules.of_all(case.policy for case in recalled.cases),
            render=lambda text: self._catalogue.say(recalled.talk.language, text),
            numbers=lambda: self._store.next_case_number(at), orders=sought.orders, own=sought.own,
            bound=recalled.bound, cases=recalled.cases,
            ledgers={number: record.ledger for number, record in about.items()},
            order_tries={number: record.tries for number, record in about.items()},
            high_risk=recalled.high_risk, orders_unknown=unknown,
            pictures={**self.pictures(draft.evidence if draft else ()), **sought.pictures},
        )  # fmt: skip

    def pictures(self, evidence: Iterable[Evidence]) -> dict[str, PictureReading]:
        """What was seen before in the pictures of a claim, or of a case that is judged anew."""
        since = {piece.file: piece.at.astimezone(SHANGHAI).date() for piece in evidence}
        known = self._store.readings.of(since)
        return {file: read_picture(seen.lines, seen.size, since[file]) for file, seen in known.items() if seen.print}


def handed_in(recalled: Recalled) -> int:
    """How many pieces a customer has handed in already, for the claim or the case that is spoken of."""
    draft, spoken_of = recalled.talk.draft, recalled.talk.case
    held = next((len(case.evidence) for case in recalled.cases if case.number == spoken_of), 0)
    return max(held, len(draft.evidence) if draft else 0)
