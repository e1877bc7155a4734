"""What staff can do with a case or a talk now, as forms: steps come from LIFE, the rest from who owns the talk."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flows.case import staff_steps
from flows.model import Actor, Case, CaseState, Need, Remedy, Role, Talk
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


@dataclass(frozen=True, slots=True)
class Template:
    """A text to begin with."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Form:
    """One thing that can be done now."""

    do: str
    at_once: bool = False
    must_say: bool = False
    text: str = ""  # what the text begins with
    templates: tuple[Template, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()  # (value, label)
    field: str = ""  # the name of the choice: offer, reason


def case_forms(case: Case, actor: Actor, *, now: datetime, high_risk: bool, say: Say) -> tuple[Form, ...]:
    """The steps that LIFE allows this person, and what else can be done with a case."""
    steps = staff_steps(case, actor, at=now, high_risk=high_risk)
    more = ("correct_reason",) if case.state in UNDECIDED else ()
    return tuple(_form(do, case, say) for do in (*steps, *more, *_always(actor, high_risk)))


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


def _form(do: str, case: Case, say: Say) -> Form:
    templates = _templates(do, case, say)
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


def _templates(do: str, case: Case, say: Say) -> tuple[Template, ...]:
    """Texts that staff change instead of writing them anew. A refusal begins with the rule and its facts."""
    if do == "reject":
        kinds = ("basis", "evidence_silent", "evidence_contradicts")
        return tuple(Template(say(f"desk.template.{kind}"), _refusal(kind, case, say)) for kind in kinds)
    if do == "request_evidence":
        handed_in = (piece.need for piece in case.evidence if piece.need)
        wanted = dict.fromkeys((*case.missing, *handed_in, *Need))
        return tuple(
            Template(
                say(f"desk.need.{need}"),
                say("desk.template.ask", need=say(f"desk.need.{need}"), product=case.order.product),
            )
            for need in wanted
        )
    return ()


def _refusal(kind: str, case: Case, say: Say) -> str:
    return say(
        f"desk.template.{kind}.text", basis=case.basis or say("desk.no_basis"), order_no=case.order.order_no,
        product=case.order.product, reason=say(f"desk.reason.{case.reason}"),
    )  # fmt: skip
