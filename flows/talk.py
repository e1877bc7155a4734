"""TALK: the table of the conversation, and the one way to take a step of it."""

from collections.abc import Callable
from datetime import timedelta

from msgspec.structs import replace

from flows import answers, dispute, filing, followup, person, proof, refund, smalltalk
from flows.claim import take_down, take_quantity
from flows.followup import WITHDRAWABLE, spoken_of
from flows.meaning import CLAIMING, meaning
from flows.model import CaseState, Draft, Outcome, Remedy, Say, Talk
from flows.model import TalkState as T
from flows.table import Row, Table
from flows.turn import Facts, Heard, button
from flows.turn import Turn as Workbench

SURE_ENOUGH_TO_WITHDRAW = 0.8
DRAFT_REMINDER = "draft"


class Turn(Workbench):
    """The walker of TALK: the workbench with the conditions that the table names beside those of a claim."""

    too_late = False    # nothing was ever handed in, and whatever was told before was put away

    def put_away(self) -> bool:
        return self.too_late

    def ready(self) -> bool:
        """Nothing of the claim is missing, and the rules do not refuse it."""
        return not (
            self.order_missing()
            or self.not_shown_theirs()
            or self.already_open()
            or self.given_back()
            or self.reason_missing()
            or self.refused()
            or self.evidence_missing()
        )

    def claim_refused(self) -> bool:
        return self.claim_known() and not self.already_open() and not self.given_back() and self.refused()

    def remedy_named(self) -> bool:
        return self.claim_stands() and self.argument in self.verdict().alternatives

    def claim_stands(self) -> bool:
        return self.claim_known() and not self.already_open() and not self.given_back()

    def evidence_was_asked(self) -> bool:
        return "evidence" in self.draft.asked and self.claim_stands() and bool(self.verdict().needs)

    def waits_for_answer(self) -> bool:
        """Pictures for a case are waited for while staff want them: what the customer brings of himself, he may."""
        if self.state == T.ADD_EVIDENCE:
            return any(case.number == self.talk.case for case in self.cases_in(CaseState.AWAITING_CUSTOMER))
        return self.state != T.IDLE

    def offer_stands(self) -> bool:
        return spoken_of(self, CaseState.OFFERED) is not None

    def offer_meant(self) -> bool:
        return dispute.offer_meant(self) is not None

    def offer_was_asked(self) -> bool:
        """The case last spoken of is offered something: 「行」 takes it."""
        return self.offer_meant() and any(
            case.number == self.talk.case for case in self.cases_in(CaseState.OFFERED)
        )

    def tells_of_case(self) -> bool:
        return refund.tells_of_it(self) and self.case_stands()

    def case_known(self) -> bool:
        return any(followup._is_named(self, case) for case in self.facts.cases)

    def handed_in(self) -> bool:
        return smalltalk.handed_in(self) is not None

    def refused_last(self) -> bool:
        return followup.refused_last(self)

    def case_stands(self) -> bool:
        return followup.case_takes_evidence(self) is not None

    def another_order_pictured(self) -> bool:
        """The picture is of an order of theirs that has no case: what it begins is a claim of its own."""
        shown, with_cases = followup.pictured_orders(self), {case.order.order_no for case in self.facts.cases}
        theirs = [number for number in shown if self.shown(number)]
        return bool(theirs) and not any(self.facts.orders[number].order_no in with_cases for number in shown)

    def no_case_named(self) -> bool:
        return not self.argument

    def no_case_said(self) -> bool:
        return not followup.names_a_case(self)

    def files_came(self) -> bool:
        return bool(self.heard.files)

    def can_appeal(self) -> bool:
        case = spoken_of(self, CaseState.REJECTED)
        return case is not None and (case.until is None or self.now <= case.until)

    def sure_which(self) -> bool:
        """Of several that were refused, the one last spoken of: an appeal can be made once, and is asked about else."""
        case = spoken_of(self, CaseState.REJECTED)
        last = case is not None and case.number == self.talk.case
        return last or not followup.several_meant(self, CaseState.REJECTED)

    def brings_material(self) -> bool:
        return dispute.tells_something(self)

    def can_withdraw(self) -> bool:
        return spoken_of(self, *WITHDRAWABLE) is not None

    def withdrawn_last(self) -> bool:
        return followup.withdrawn_last(self) is not None

    def could_mean_several(self) -> bool:
        return bool(followup.several_meant(self, *WITHDRAWABLE))

    def plainly_wants_out(self) -> bool:
        """Said in plain words, of the only case that can be meant: no second question."""
        said = self.heard.button is None and self.reading.confidence >= SURE_ENOUGH_TO_WITHDRAW
        case = spoken_of(self, *WITHDRAWABLE)
        if case is None or not said or self.could_mean_several():
            return False
        # Right after news of another case the words are most likely about that one, which cannot be withdrawn any more.
        return self.talk.case in (None, case.number) or followup.names_a_case(self)

    def nobody_came(self) -> bool:
        return person.nobody_came(self)


Do = Callable[[Turn], None]
BOT = tuple(state for state in T if state is not T.WITH_AGENT)
ASKING = tuple(state for state in BOT if state is not T.IDLE)
CLAIM = CLAIMING
START = (T.IDLE, T.ADD_EVIDENCE, T.ASK_APPEAL, T.CONFIRM_WITHDRAW)


def again(turn: Turn) -> None:
    turn.then("tell")


def begin(turn: Turn) -> None:
    take_down(turn)
    turn.then("tell")


def aside(do: Do) -> Do:
    """Answered, and then what was pending comes again."""

    def answered(turn: Turn) -> None:
        do(turn)
        if turn.waits_for_answer() and turn.next_trigger is None:
            turn.then("repeat")

    return answered


def says(key: str) -> Do:
    return aside(lambda turn: turn.say(key))


def take_remedy(turn: Turn) -> None:
    take_quantity(turn)    # 「可以换货，只换一张」
    filing.accept_remedy(turn, Remedy(turn.argument))


def no_case_for_evidence(turn: Turn) -> None:
    turn.say("evidence.no_case", button("refund"))


# fmt: off
TALK: Table[Turn] = Table(T, Turn, [
    #   heard             in                  then                  if                            do
    # a claim: all facts are taken down first, and what is missing is asked in this order
    Row("tell",           BOT,                T.ASK_ORDER,          when="order_missing",         do=refund.ask_order),
    Row("tell",           BOT,                T.IDLE,               when="orders_unknown",        do=refund.orders_unknown),
    Row("tell",           BOT,                T.IDLE,               when="locked_out",            do=refund.locked_out),
    Row("tell",           BOT,                T.ASK_OWNERSHIP,      when="not_shown_theirs",      do=refund.ask_ownership),
    Row("tell",           BOT,                T.IDLE,               when="already_open",          do=refund.already_open),
    Row("tell",           BOT,                T.IDLE,               when="given_back",            do=refund.given_back),
    Row("tell",           BOT,                T.ASK_DETAIL,         when="complaint_is_vague",    do=refund.ask_vague_detail),
    Row("tell",           BOT,                T.ASK_REASON,         when="reason_missing",        do=refund.ask_reason),
    Row("tell",           BOT,                T.ASK_REASON,         when="refusal_in_doubt",      do=refund.ask_in_doubt),
    Row("tell",           BOT,                T.ASK_DETAIL,         when="other_order_missing",   do=refund.ask_other_order),
    Row("tell",           BOT,                T.ASK_DETAIL,         when="use_decides",           do=refund.ask_used),
    Row("tell",           BOT,                T.OFFER_INSTEAD,      when="refused",               do=refund.offer_instead),
    Row("tell",           BOT,                T.OFFER_INSTEAD,      when="alternatives_open",     do=refund.offer_instead),
    Row("tell",           BOT,                T.ASK_EVIDENCE,       when="contradicted",          do=proof.ask_contradiction),
    Row("tell",           BOT,                T.ASK_EVIDENCE,       when="evidence_missing",      do=proof.ask_evidence),
    Row("tell",           BOT,                T.CONFIRM,                                          do=refund.summary),
    # answers to what was asked
    Row("yes",            T.CONFIRM,          T.IDLE,               when="ready",                 do=filing.file_claim),
    Row("yes",            T.CONFIRM,          None,                                               do=again),
    Row("arrived",        T.CONFIRM,          T.IDLE,                                             do=refund.arrived),
    Row("accept",         T.CONFIRM,          T.IDLE,               when="remedy_named",          do=take_remedy),
    Row("accept",         T.CONFIRM,          None,                 when="claim_stands",          do=aside(refund.explain_way)),
    Row("another_sum",    T.CONFIRM,          None,                                               do=aside(refund.explain_sum)),
    Row("yes",            T.ASK_REASON,       None,                 when="one_guess",             do=answers.take_guess),
    Row("yes",            T.CONFIRM_WITHDRAW, T.IDLE,               when="can_withdraw",          do=followup.withdraw),
    Row("other_picture",  CLAIM,              None,                                               do=proof.other_picture),
    Row("as_it_is",       CLAIM,              None,                                               do=proof.as_it_is),
    Row("example",        CLAIM,              None,                 when="claim_stands",          do=proof.show_example),
    Row("yes",            T.IDLE,             None,                 when="drafting",              do=again),
    Row("yes",            T.IDLE,             None,                 when="offer_was_asked",       do=dispute.accept_offer),
    Row("no",             T.CONFIRM,          T.IDLE,                                             do=refund.put_off),
    Row("no",             T.ASK_REASON,       None,                                               do=answers.no_guess),
    Row("no",             T.ASK_APPEAL,       T.IDLE,                                             do=dispute.put_off_appeal),
    Row("no",             T.CONFIRM_WITHDRAW, T.IDLE,                                             do=followup.keep_case),
    Row("no_more",        T.ASK_EVIDENCE,     None,                                               do=answers.no_more),
    Row("yes",            T.IDLE,             None,                 when="put_away",              do=smalltalk.put_away),
    Row("yes",            T.IDLE,             None,                 when="handed_in",             do=smalltalk.is_in),
    Row("yes",            T.IDLE,             None,                                               do=smalltalk.thanks),
    Row("no",             T.IDLE,             None,                                               do=smalltalk.thanks),
    Row("no_more",        T.IDLE,             None,                 when="drafting",              do=again),
    Row("no_more",        T.IDLE,             None,                 when="put_away",              do=smalltalk.put_away),
    Row("no_more",        T.IDLE,             None,                 when="handed_in",             do=smalltalk.is_in),
    Row("no_more",        T.IDLE,             None,                                               do=smalltalk.thanks),
    Row("no_more",        T.ADD_EVIDENCE,     T.IDLE,                                             do=followup.no_more_for_case),
    Row("keep",           (T.IDLE, T.ADD_EVIDENCE), T.IDLE,         when="withdrawn_last",        do=followup.apply_again),
    Row("keep",           (T.IDLE, T.ADD_EVIDENCE), None,           when="can_withdraw",          do=aside(followup.keep_case)),
    Row("keep",           (T.IDLE, T.ADD_EVIDENCE), None,                                         do=begin),
    Row("unknown",        T.ASK_ORDER,        None,                                               do=refund.ask_order),
    Row("unknown",        T.ASK_OWNERSHIP,    None,                                               do=answers.where_to_look),
    Row("unknown",        T.ASK_DETAIL,       None,                                               do=again),
    Row("later",          CLAIM,              T.IDLE,                                             do=refund.put_off),
    Row("later",          T.ASK_APPEAL,       T.IDLE,                                             do=dispute.put_off_appeal),
    Row("later",          T.CONFIRM_WITHDRAW, T.IDLE,                                             do=followup.keep_case),
    Row("later",          T.ADD_EVIDENCE,     None,                                               do=followup.later),
    Row("later",          T.IDLE,             None,                                               do=smalltalk.thanks),
    Row("accept",         (T.OFFER_INSTEAD, T.IDLE), T.IDLE,        when="remedy_named",          do=take_remedy),
    Row("accept",         T.OFFER_INSTEAD,    None,                 when="alternatives_open",     do=refund.which_remedy),
    Row("accept",         BOT,                None,                 when="offer_meant",           do=dispute.accept_offer),
    Row("decline",        T.OFFER_INSTEAD,    T.IDLE,               when="refused",               do=refund.insist),
    Row("decline",        T.OFFER_INSTEAD,    None,                                               do=refund.insist),
    Row("decline",        T.IDLE,             None,                 when="offer_stands",          do=dispute.decline_offer),
    Row("in_writing",     BOT,                T.IDLE,               when="claim_refused",         do=filing.answer_in_writing),
    Row("in_writing",     BOT,                None,                                               do=aside(dispute.basis)),
    Row("material",       T.ASK_APPEAL,       T.IDLE,               when="can_appeal",            do=dispute.appeal),
    # buttons
    Row("order_wanted",   BOT,                T.ASK_ORDER,                                        do=refund.ask_order),
    Row("type_chosen",    BOT,                T.ASK_REASON,                                       do=answers.of_type),
    Row("change",         CLAIM,              None,                                               do=refund.ask_what_to_change),
    Row("offer_accept",   BOT,                None,                 when="offer_meant",           do=dispute.accept_offer),
    Row("offer_decline",  BOT,                None,                 when="offer_stands",          do=dispute.decline_offer),
    Row("offer_accept",   BOT,                None,                                               do=dispute.no_such_offer),
    Row("offer_decline",  BOT,                None,                                               do=dispute.no_such_offer),
    Row("stale",          BOT,                None,                                               do=aside(smalltalk.stale)),
    # the way back and out
    Row("back",           T.CONFIRM,          T.ASK_EVIDENCE,       when="evidence_was_asked",    do=answers.back_to_evidence),
    Row("back",           (T.CONFIRM, T.ASK_EVIDENCE, T.OFFER_INSTEAD, T.ASK_DETAIL),
                                              T.ASK_REASON,                                       do=answers.back_to_reason),
    Row("back",           (T.ASK_REASON, T.ASK_OWNERSHIP), T.ASK_ORDER,                           do=answers.back_to_order),
    Row("back",           T.ASK_ORDER,        T.IDLE,                                             do=refund.put_off),
    Row("cancel",         CLAIM,              T.IDLE,                                             do=refund.drop),
    Row("cancel",         T.IDLE,             None,                 when="drafting",              do=refund.drop),
    Row("cancel",         T.IDLE,             T.CONFIRM_WITHDRAW,   when="can_withdraw",          do=followup.ask_withdraw),
    Row("cancel",         START,              T.IDLE,                                             do=smalltalk.hello),
    Row("help",           BOT,                None,                                               do=says("greeting.help")),
    Row("restart",        BOT,                None,                                               do=refund.start_again),
    # pictures and other things than words
    Row("picture",        START,              None,                 when="another_order_pictured", do=begin),
    Row("picture",        T.IDLE,             None,                 when="evidence_was_asked",    do=begin),
    Row("picture",        T.ADD_EVIDENCE,     None,                 when="case_stands",           do=followup.attach),
    Row("picture",        T.ASK_APPEAL,       T.IDLE,               when="can_appeal",            do=dispute.appeal),
    Row("picture",        START,              T.IDLE,               when="case_stands",           do=followup.attach),
    Row("picture",        START,              T.IDLE,               when="refused_last can_appeal", do=dispute.appeal),
    Row("picture",        BOT,                None,                                               do=begin),
    Row("supplement",     BOT,                T.IDLE,               when="tells_of_case",         do=followup.attach),
    Row("supplement",     BOT,                None,                 when="can_appeal brings_material", do=dispute.ask_material),
    Row("supplement",     BOT,                None,                                               do=smalltalk.menu),
    Row("unsupported",    BOT,                None,                                               do=says("heard.unsupported")),
    Row("unusable",       BOT,                None,                                               do=aside(lambda turn: None)),
    # what may be wanted at any time
    Row("number",         BOT,                None,                 when="case_known",            do=aside(followup.status)),
    Row("number",         BOT,                None,                                               do=begin),
    Row("status",         BOT,                None,                                               do=aside(followup.status)),
    Row("urge",           BOT,                None,                                               do=aside(followup.urge)),
    Row("payout_missing", BOT,                None,                                               do=aside(followup.payout_missing)),
    Row("add_evidence",   CLAIM,              None,                 when="no_case_named",         do=aside(lambda turn: None)),
    Row("add_evidence",   BOT,                T.IDLE,               when="files_came case_stands", do=followup.attach),
    Row("add_evidence",   BOT,                T.ADD_EVIDENCE,       when="case_stands",           do=followup.ask_more),
    Row("add_evidence",   BOT,                T.IDLE,               when="files_came can_appeal", do=dispute.appeal),
    Row("add_evidence",   BOT,                T.ASK_APPEAL,         when="can_appeal",            do=dispute.ask_material),
    Row("add_evidence",   BOT,                None,                 when="files_came",            do=begin),
    Row("add_evidence",   BOT,                None,                                               do=no_case_for_evidence),
    Row("appeal",         T.OFFER_INSTEAD,    T.IDLE,               when="claim_refused no_case_said", do=filing.answer_in_writing),
    Row("appeal",         BOT,                T.IDLE,               when="can_appeal sure_which brings_material", do=dispute.appeal),
    Row("appeal",         BOT,                T.ASK_APPEAL,         when="can_appeal",            do=dispute.ask_material),
    Row("appeal",         T.IDLE,             None,                 when="claim_refused",         do=filing.answer_in_writing),
    Row("appeal",         BOT,                None,                                               do=aside(dispute.no_appeal)),
    Row("ask_basis",      T.OFFER_INSTEAD,    None,                 when="claim_refused",         do=dispute.basis_of_claim),
    Row("ask_basis",      BOT,                None,                                               do=aside(dispute.basis)),
    Row("withdraw",       T.IDLE,             None,                 when="plainly_wants_out",     do=followup.withdraw),
    Row("withdraw",       BOT,                T.IDLE,               when="could_mean_several",    do=followup.which_to_withdraw),
    Row("withdraw",       BOT,                T.CONFIRM_WITHDRAW,   when="can_withdraw",          do=followup.ask_withdraw),
    Row("withdraw",       BOT,                T.IDLE,               when="drafting",              do=refund.drop),
    Row("withdraw",       BOT,                None,                                               do=aside(followup.nothing_to_withdraw)),
    Row("policy",         BOT,                None,                                               do=aside(followup.answer_policy)),
    Row("external_help",  BOT,                None,                                               do=aside(dispute.outside_ways)),
    Row("greeting",       T.IDLE,             None,                                               do=smalltalk.hello),
    Row("greeting",       BOT,                None,                                               do=says("greeting.here")),
    Row("thanks",         BOT,                None,                                               do=aside(smalltalk.thanks)),
    Row("other",          T.IDLE,             None,                                               do=smalltalk.menu),
    Row("other",          BOT,                None,                                               do=says("other.not_understood")),
    # a person
    Row("human",          BOT,                T.WITH_AGENT,                                       do=person.call),
    Row("resume",         T.WITH_AGENT,       T.IDLE,               when="nobody_came",           do=person.come_back),
    Row("resume",         T.WITH_AGENT,       None,                                               do=person.keep),
    Row("anything",       T.WITH_AGENT,       None,                                               do=person.keep),
    # the pending question once more
    Row("repeat",         T.ASK_APPEAL,       None,                 when="can_appeal",            do=dispute.ask_material),
    Row("repeat",         T.ADD_EVIDENCE,     None,                 when="case_stands",           do=followup.ask_more),
    Row("repeat",         T.CONFIRM_WITHDRAW, None,                 when="can_withdraw",          do=followup.ask_withdraw),
    Row("repeat",         T.ASK_ORDER,        None,                                               do=refund.ask_order),
    Row("repeat",         T.ASK_OWNERSHIP,    None,                                               do=refund.ask_ownership),
    Row("repeat",         CLAIM,              None,                                               do=again),
    Row("repeat",         BOT,                T.IDLE,                                             do=smalltalk.menu),
])
# fmt: on

MOST_STEPS = 5
"""A message takes a few rows at the most: an aside, the repeated question, the row that asks it."""


def step(talk: Talk, heard: Heard, facts: Facts) -> Outcome:
    """One message of a customer: what it changes, and what is said to it."""
    turn = Turn(_still_fresh(talk, heard, facts), heard, facts)
    turn.too_late = _a_draft_ago(talk, heard, facts) and not turn.drafting() and not facts.cases
    turn.remember(language=heard.reading.language or talk.language, heard_at=heard.at, chat=talk.chat)
    for text in heard.unusable if talk.state is not T.WITH_AGENT else ():
        turn.done = turn.done.also(says=(Say(text),))
    _walk(turn, meaning(turn))
    if heard.more_to_come:
        # The next picture is answered in a moment: what is asked now would be asked twice.
        turn.done = replace(turn.done, says=tuple(say for say in turn.done.says if say.asks is None))
    if turn.draft != Draft() and talk.draft is None:
        turn.wake(DRAFT_REMINDER, heard.at + timedelta(minutes=facts.policy.clock.draft_reminder_minutes))
    return turn.outcome()


def _walk(turn: Turn, trigger: str) -> None:
    for _ in range(MOST_STEPS):
        row = TALK.walk(turn, T(turn.state), trigger) if trigger in TALK.triggers else None
        if row is None:
            trigger = "repeat"
            continue
        if row.do:
            row.do(turn)
        if turn.next_trigger is None:
            return
        trigger, turn.next_trigger = turn.next_trigger, None


def _still_fresh(talk: Talk, heard: Heard, facts: Facts) -> Talk:
    """A draft is kept for a day after the last word; then the next message begins anew (domain, handing in)."""
    if talk.draft is None or not _a_draft_ago(talk, heard, facts) or talk.state is T.WITH_AGENT:
        return talk
    return replace(talk, draft=None, state=T.IDLE, choices=())


def _a_draft_ago(talk: Talk, heard: Heard, facts: Facts) -> bool:
    kept = timedelta(hours=facts.policy.clock.draft_hours)
    return talk.heard_at is not None and heard.at - talk.heard_at > kept


def resume(turn: Turn, key: str) -> None:
    """The talk comes back to the bot, with a sentence that says so and the question that was open."""
    pending = turn.talk.resume or T.IDLE
    turn.remember(owner="bot", resume=None)
    turn.state = pending
    turn.say(key)
    if pending is not T.IDLE:
        _walk(turn, "repeat")


def remind(turn: Turn) -> None:
    """One reminder of a draft that lies still, and the question that is open."""
    turn.once("reminded")
    turn.say("claim.reminder")
    if turn.state != T.IDLE:
        _walk(turn, "repeat")
