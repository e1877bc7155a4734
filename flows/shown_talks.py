"""What a chat says of a claim: that it came or did not, what was agreed, promised, or used."""

from collections.abc import Callable, Mapping

from flows.bench import Bench
from nlp.codes import Reason
from nlp.pictured import Shown


def talked(bench: Bench) -> None:
    """A chat: it has to be about the trade at all."""
    signs, picture = bench.picture.signs, bench.picture
    number = bench.shown.number
    agreed = "agreement" in signs and bench.reason is Reason.SERVICE_FAILED
    if "trade" not in signs and not agreed and not number:
        bench.unrelated("small_talk")
        return
    if number and not bench.is_either(number.text):
        bench.contradicts("order_mismatch", number.box, shown=number.text, order_no=bench.order.order_no)
        return
    rule = CHATS.get(bench.reason)
    if rule:
        rule(bench)
    elif bench.reason in QUALITY and (came := _came(signs)) and _is_last(came, signs, "not_received", "not_working"):
        bench.contradicts("says_received", came.box, shown=came.text)
    if not (bench.against or bench.fits):
        bench.unrelated("wrong_kind", kind=picture.kind.value)


def _chat_of_delivery(bench: Bench) -> None:
    signs = bench.picture.signs
    came, missing = _came(signs), signs.get("not_received")
    if came and _is_last(came, signs, "not_received"):
        bench.contradicts("says_received", came.box, shown=came.text)
    elif missing:
        bench.supports("says_missing", missing.box, shown=missing.text)


def _chat_of_service(bench: Bench) -> None:
    signs = bench.picture.signs
    done, undone = signs.get("done"), signs.get("undone")
    if done and "agreement" in signs and not undone:
        bench.contradicts("says_done", done.box, shown=done.text)
    elif undone or "agreement" in signs:
        bench.supports("agreement_shown", None)


def _chat_of_use(bench: Bench) -> None:
    signs = bench.picture.signs
    if "unused" in signs:
        bench.supports("code_unused", signs["unused"].box)
    elif used := signs.get("used") or _came(signs):
        bench.contradicts("code_used", used.box, shown=used.text)


def _chat_of_listing(bench: Bench) -> None:
    if "promise" in bench.picture.signs:
        bench.supports("promise_shown", bench.picture.signs["promise"].box)


def _chat_of_two(bench: Bench) -> None:
    numbers = [one.number.text for one in bench.picture.orders if one.number]
    if len(numbers) > 1:
        bench.supports("two_orders", None, one=numbers[0], other=numbers[1])


def _came(signs: Mapping[str, Shown]) -> Shown | None:
    """Where it is said that it came or that it works: the later of both."""
    said = [signs[name] for name in ("received", "works") if name in signs]
    return max(said, key=lambda one: one.box[1], default=None)


def _is_last(said: Shown, signs: Mapping[str, Shown], *others: str) -> bool:
    """Whether it was said after what says the opposite."""
    return all(said.box[1] > signs[name].box[1] for name in others if name in signs)


QUALITY = (Reason.INVALID_CODE, Reason.MALFUNCTION)
CHATS: Mapping[Reason, Callable[[Bench], None]] = {
    Reason.NOT_DELIVERED: _chat_of_delivery,
    Reason.SERVICE_FAILED: _chat_of_service,
    Reason.WRONG_PURCHASE: _chat_of_use,
    Reason.CHANGE_OF_MIND: _chat_of_use,
    Reason.NOT_AS_DESCRIBED: _chat_of_listing,
    Reason.DUPLICATE_ORDER: _chat_of_two,
}
