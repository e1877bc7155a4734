"""What staff can do with a case or a talk now, as forms: steps come from LIFE, the rest from who owns the talk."""

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from flows.case import staff_steps
from flows.model import Actor, Case, CaseState, Need, Remedy, Role, Talk, Text
from nlp.codes import Reason

Say = Callable[..., str]

UNDECIDED = (
    CaseState.SUBMITTED,
    CaseState.IN_REVIEW,
    CaseState.AWAITING_CUSTOMER,
    CaseState.OFFERED,
    CaseState.APPEALED,
)
AT_ONCE = ("take", "take_over", "hand_back")
"""Done by one press, without a word."""
MUST_SAY = ("reject", "request_evidence", "say", "restrict", "lift", "note", "correct_reason")


class Template(Struct, frozen=True):
    """A text to begin with."""

    label: str
    text: str


class Form(Struct, frozen=True):
    """One thing that can be done now."""

    do: str
    at_once: bool = False
    must_say: bool = False
    text: str = ""  # what the text begins with
    templates: tuple[Template, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()  # (value, label)
    field: str = ""  # the name of the choice: offer, reason


def case_forms(case: Case, actor: Actor, *, now: datetime, high_risk: bool, say: Say, write: Say) -> tuple[Form, ...]:
    """The steps that LIFE allows, and what else can be done. `say` speaks to staff, `write` to the customer."""
    steps = staff_steps(case, actor, at=now, high_risk=high_risk)
    more = ("correct_reason",) if case.state in UNDECIDED else ()
    return tuple(_form(do, case, say, write) for do in (*steps, *more, *_always(actor, high_risk)))


def talk_forms(talk: Talk, actor: Actor) -> tuple[Form, ...]:
    """Whose talk it is can change; a person who has it gives it back."""
    mine = talk.owner == str(actor)
    return (Form("hand_back", at_once=True),) if mine else (Form("take_over", at_once=True),)


NOTE_FORMS = (Form("note", must_say=True),)
"""What can be done about a talk without a case: the high-risk list needs a case that gives the reason."""


def _always(actor: Actor, high_risk: bool) -> tuple[str, ...]:
    if actor.role is not Role.SUPERVISOR:
        return ("note",)
    return ("note", "lift" if high_risk else "restrict")


def _form(do: str, case: Case, say: Say, write: Say) -> Form:
    templates = _templates(do, case, say, write)
    choices, field = _choices(do, case, say)
    begins = templates[0].text if do == "reject" and templates else ""
    return Form(do, do in AT_ONCE, do in MUST_SAY, begins, templates, choices, field)


def _choices(do: str, case: Case, say: Say) -> tuple[tuple[tuple[str, str], ...], str]:
    if do == "offer":
        return tuple(
            (remedy.value, say(f"desk.remedy.{remedy}")) for remedy in (Remedy.EXCHANGE, Remedy.CREDIT)
        ), "offer"
    if do == "correct_reason":
        return tuple(
            (reason.value, say(f"desk.reason.{reason}")) for reason in Reason if reason is not case.reason
        ), "reason"
    return (), ""


def _templates(do: str, case: Case, say: Say, write: Say) -> tuple[Template, ...]:
    """Texts that staff change instead of writing them anew."""
    if do == "reject":
        kinds = ("evidence_silent", "evidence_contradicts") if case.evidence else ("evidence_absent",)
        return tuple(Template(say(f"desk.template.{kind}"), _refusal(kind, case, write)) for kind in kinds)
    if do == "request_evidence":
        handed_in = (piece.need for piece in case.evidence if piece.need)
        wanted = dict.fromkeys((*case.missing, *handed_in, *Need))
        return tuple(Template(say(f"desk.need.{need}"), _request(need, case, write)) for need in wanted)
    return ()


def _refusal(kind: str, case: Case, write: Say) -> str:
    facts = {
        "order_no": case.order.order_no,
        "product": case.order.product,
        "reason": write(f"desk.reason.{case.reason}"),
    }
    if kind == "evidence_absent":
        wanted = case.missing or (Need.ORDER_PAGE,)
        return write(f"desk.template.{kind}.text", needs=tuple(Text(f"desk.need.{need}") for need in wanted), **facts)
    return write(f"desk.template.{kind}.text", count=len(case.evidence), **facts)


def _request(need: Need, case: Case, write: Say) -> str:
    return write("desk.template.ask", need=write(f"desk.need.{need}"), product=case.order.product)
