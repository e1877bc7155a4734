"""What a message adds to a claim: all that it holds is taken down, and nothing of a stranger's order is given away."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec.structs import replace

from flows.claim import as_told, take_down
from flows.model import Draft, Goods, Need, Order, OrderStatus, TalkState
from flows.turn import Facts, Heard, Turn
from nlp.codes import Answer, Intent, Part, Reason
from nlp.reading import Alternative
from tests.conftest import NOON, an_order
from tests.flows.talking import CATALOGUE, Desk, a_turn, facts, reads, says

T = TalkState
OURS = an_order()
SECOND = an_order(order_no="KM202611201530022222", ordered_at=NOON - timedelta(hours=1))
STRANGE = an_order(order_no="KM202611201530011111", product="没人该看到的商品", amount_paid=77777, buyer="somebody",
                   contact="13900000000", query_password="Zx81yz")    # fmt: skip
SECRETS = (STRANGE.product, "777.77", "13900000000", "Zx81yz")
CLAIM = Draft(order_no=OURS.order_no, reason=Reason.INVALID_CODE)


def told(heard: Heard, *orders: Order, known: Facts | None = None, **talk: object) -> Turn:
    """The turn after this message was taken down."""
    turn = a_turn(heard, known or facts(own=orders or (OURS,)), **talk)
    take_down(turn)
    return turn


def test_everything_of_one_message_is_taken_down() -> None:
    heard = replace(
        reads("KM1 激活失败，没用过", reason=Reason.INVALID_CODE, order_nos=(OURS.order_no,), code_used=False,
              contacts=("13800138000",)),
        files=("a.png",),
    )  # fmt: skip
    draft = told(heard).draft
    assert (draft.order_no, draft.reason, draft.code_used) == (OURS.order_no, Reason.INVALID_CODE, False)
    assert [piece.need for piece in draft.evidence] == [Need.ERROR_SCREEN]
    assert (draft.words, draft.offered) == (("KM1 激活失败，没用过",), ("13800138000",))


# ---- the reason


@pytest.mark.parametrize(
    "confidence, state, known, guesses",
    [
        (0.9, T.IDLE, Reason.MALFUNCTION, ()),
        (0.5, T.IDLE, None, (Reason.MALFUNCTION,)),
        (0.5, T.ASK_REASON, Reason.MALFUNCTION, ()),  # where it was asked for
        (0.3, T.ASK_REASON, None, (Reason.MALFUNCTION,)),
        (0.2, T.IDLE, None, ()),
    ],
)
def test_a_reason_is_taken_offered_or_left_by_how_sure_it_was_read(
    confidence: float, state: T, known: Reason | None, guesses: tuple[Reason, ...]
) -> None:
    """Of an order that is not shown yet, so that its record settles nothing."""
    heard = reads(reason=Reason.MALFUNCTION, confidence=confidence)
    draft = told(heard, known=facts(), state=state).draft
    assert (draft.reason, draft.guesses) == (known, guesses)


def test_other_likely_reasons_are_offered_beside_the_first() -> None:
    others = (Alternative(Reason.NOT_AS_DESCRIBED, 0.3), Alternative(Reason.CHANGE_OF_MIND, 0.01))
    draft = told(reads(reason=Reason.MALFUNCTION, confidence=0.4, alternatives=others), known=facts()).draft
    assert draft.guesses == (Reason.MALFUNCTION, Reason.NOT_AS_DESCRIBED)


def test_a_complaint_that_decides_nothing_is_vague_only_until_a_reason_is_known() -> None:
    assert told(reads("垃圾", vague=True)).draft.vague
    assert not told(reads("垃圾", vague=True), draft=CLAIM).draft.vague


@pytest.mark.parametrize("confidence, wrong, reason", [
    (0.7, None, Reason.INVALID_CODE), (0.9, None, Reason.MALFUNCTION), (0.7, Part.REASON, Reason.MALFUNCTION),
])  # fmt: skip
def test_another_reason_later_counts_where_it_is_plain_or_the_first_is_called_wrong(
    confidence: float, wrong: Part | None, reason: Reason
) -> None:
    heard = reads(reason=Reason.MALFUNCTION, confidence=confidence, wrong=wrong)
    assert told(heard, draft=CLAIM).draft.reason is reason


@pytest.mark.parametrize("text, reason", [
    ("是未发货", Reason.NOT_DELIVERED),
    ("不是激活失败，是功能异常", Reason.MALFUNCTION),
    ("无理由", Reason.CHANGE_OF_MIND),
])  # fmt: skip
def test_a_reason_called_by_its_name_counts_where_it_was_asked_for(text: str, reason: Reason) -> None:
    draft = Draft(order_no=OURS.order_no)
    assert told(reads(text, Intent.OTHER, confidence=0.0), state=T.ASK_REASON, draft=draft).draft.reason is reason
    assert told(reads(text, Intent.OTHER, confidence=0.0), state=T.IDLE, draft=draft).draft.reason is None


def test_another_reason_forgets_what_was_asked_and_answered_for_the_first() -> None:
    draft = replace(CLAIM, declined=True, evidence_done=True, asked=frozenset({"ruled", "offered", "order"}))
    turn = a_turn(known=facts(own=(OURS,)), draft=draft)
    as_told(turn, Reason.NOT_AS_DESCRIBED)
    assert (turn.draft.declined, turn.draft.evidence_done, turn.draft.asked) == (False, False, {"order"})


# ---- which order


def test_a_second_order_in_the_middle_of_a_claim_begins_a_claim_of_its_own() -> None:
    heard = reads("SECOND 会员掉了", reason=Reason.MALFUNCTION, order_nos=(SECOND.order_no,))
    draft = told(heard, OURS, SECOND, draft=replace(CLAIM, words=("激活失败",)), state=T.ASK_EVIDENCE).draft
    assert (draft.order_no, draft.reason, draft.words) == (SECOND.order_no, Reason.MALFUNCTION, ("SECOND 会员掉了",))


def test_of_a_duplicate_the_later_order_is_the_claims_however_they_are_named() -> None:
    for numbers in ((OURS.order_no, SECOND.order_no), (SECOND.order_no, OURS.order_no)):
        heard = reads("重复下单", reason=Reason.DUPLICATE_ORDER, order_nos=numbers)
        draft = told(heard, OURS, SECOND).draft
        assert (draft.order_no, draft.other_order_no) == (SECOND.order_no, OURS.order_no)


def test_a_strangers_order_is_never_the_other_one_of_a_duplicate() -> None:
    heard = reads("重复下单", reason=Reason.DUPLICATE_ORDER, order_nos=(OURS.order_no, STRANGE.order_no))
    turn = told(heard, known=facts(OURS, STRANGE))
    assert turn.shown(turn.draft.other_order_no) is None


def test_a_number_that_is_called_wrong_is_forgotten_and_the_rest_is_kept() -> None:
    draft = told(reads("订单不对", wrong=Part.ORDER), draft=CLAIM, state=T.CONFIRM).draft
    assert (draft.order_no, draft.reason) == (None, Reason.INVALID_CODE), "though it is the only one that they have"


@pytest.mark.parametrize("asked, pieces", [(1, 1), (2, 2), (3, None), (9, None)])
def test_pieces_are_taken_down_where_they_are_fewer_than_were_bought(asked: int, pieces: int | None) -> None:
    three = replace(OURS, quantity=3)
    assert told(reads("退几张", quantity=asked), three, draft=CLAIM).draft.quantity == pieces


def test_pieces_named_before_the_order_wait_for_it() -> None:
    three = replace(OURS, quantity=3)
    assert told(reads("只退一张", quantity=1), three, SECOND, draft=None).draft.quantity == 1


# ---- whose it is


def test_a_wrong_contact_counts_as_one_try_and_the_right_one_binds() -> None:
    asked = {"known": facts(STRANGE), "draft": Draft(order_no=STRANGE.order_no), "state": T.ASK_OWNERSHIP}
    wrong = told(reads("138", Intent.OTHER, contacts=("13811112222",)), **asked)
    right = told(reads("139", Intent.OTHER, contacts=("13900000000",)), **asked)
    assert (wrong.done.wrong_tries, wrong.done.bind, wrong.talk.tries) == ((STRANGE.order_no,), (), (NOON,))
    assert (right.done.wrong_tries, right.done.bind) == ((), (STRANGE.order_no,))


@pytest.mark.parametrize(
    "text, tries", [("I don't have that phone any more", 0), ("somebody", 1), ("好像是somebody", 1)]
)
def test_a_sentence_in_english_is_no_wrong_try_and_a_single_word_may_be_the_password(text: str, tries: int) -> None:
    turn = told(says(text), known=facts(STRANGE), draft=Draft(order_no=STRANGE.order_no), state=T.ASK_OWNERSHIP)
    assert len(turn.done.wrong_tries) == tries


def test_words_that_were_not_asked_for_are_no_proof() -> None:
    heard = reads("Zx81yz 坏了", words=("Zx81yz",), order_nos=(STRANGE.order_no,), reason=Reason.MALFUNCTION)
    assert told(heard, known=facts(STRANGE)).theirs is None


def test_what_is_offered_is_bounded() -> None:
    turn = a_turn(known=facts(STRANGE))
    for n in range(30):
        turn = told(reads("138", Intent.OTHER, contacts=(f"1381111{n:04}",)), known=facts(STRANGE), draft=turn.draft)
    assert len(turn.draft.offered) <= 8


# ---- the record


@pytest.mark.parametrize("kind, status, guess, taken", [
    (Goods.TOPUP, OrderStatus.UNDELIVERED, Reason.NOT_DELIVERED, True),
    (Goods.TOPUP, OrderStatus.DELIVERED, Reason.NOT_DELIVERED, False),
    (Goods.SERVICE, OrderStatus.UNDELIVERED, Reason.SERVICE_FAILED, True),
    (Goods.CARD, OrderStatus.DELIVERED, Reason.SERVICE_FAILED, False),
])  # fmt: skip
def test_a_guess_that_the_record_bears_out_needs_no_question(
    kind: Goods, status: OrderStatus, guess: Reason, taken: bool
) -> None:
    delivered = OURS.delivered_at if status is OrderStatus.DELIVERED else None
    order = replace(OURS, kind=kind, status=status, delivered_at=delivered)
    draft = told(reads(reason=guess, confidence=0.3), order, draft=Draft(order_no=order.order_no)).draft
    assert (draft.reason is guess) is taken


# ---- a stranger's order


GUESSES = some.one_of(
    some.sampled_from(list(Intent)).map(lambda intent: reads("说点什么", intent)),
    some.sampled_from(list(Reason)).map(lambda reason: reads("说点什么", reason=reason)),
    some.sampled_from(list(Answer)).map(lambda answer: reads("嗯", Intent.OTHER, answer=answer)),
    some.sampled_from(list(Part)).map(lambda part: reads("不对", wrong=part)),
    some.sampled_from(["13811112222", "13911112222"]).map(
        lambda n: reads(n, Intent.OTHER, contacts=(n,), words=(n,))
    ),
    some.just(reads("密码 hunter2", Intent.OTHER, passwords=("hunter2",), words=("hunter2",))),
    some.just(reads("订单号", Intent.OTHER, order_nos=(STRANGE.order_no,))),
    some.integers(1, 4).map(lambda n: reads(str(n), Intent.OTHER, choice=n)),
    some.just(replace(reads("", Intent.OTHER), files=("a.png",))),
)  # fmt: skip


def wording(desk: Desk) -> list[str]:
    return [CATALOGUE.say(language, said.text) for said in desk.last.says for language in CATALOGUE.languages]


@settings(max_examples=60)
@given(some.lists(GUESSES, min_size=1, max_size=8))
def test_whatever_is_said_an_order_of_a_stranger_sounds_like_one_that_is_not_there(messages: list[Heard]) -> None:
    named = reads("激活失败", reason=Reason.INVALID_CODE, order_nos=(STRANGE.order_no,))
    there, not_there = Desk(facts(STRANGE)), Desk(facts())
    for message in (named, *messages):
        there.hear(message)
        not_there.hear(message)
        said = wording(there)
        assert said == wording(not_there)
        assert not any(secret in text for text in said for secret in SECRETS)
    assert not there.facts.cases and not there.facts.bound
