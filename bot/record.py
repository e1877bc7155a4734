"""A case as the line protocol writes it, and its whole record: order, steps, conversation, evidence."""

from collections.abc import Sequence
from datetime import datetime

from bot.json_lines import Json
from bot.orders.order_json import order_json
from flows.amount import yuan
from flows.model import Case, Event, Evidence
from flows.workdays import SHANGHAI
from storage.rule_books import RuleBook
from storage.search import Logged


def case_json(case: Case, owner: str) -> Json:
    decision = case.decision
    return {
        "case": case.number,
        "customer": case.customer,
        "order_no": case.order.order_no,
        "other_order_no": case.other_order_no,
        "reason": case.reason,
        "state": case.state,
        "refund": {"cash": yuan(case.refund.cash), "points": case.refund.points},
        "due_at": iso(case.due_at),
        "evidence": [_piece(piece) for piece in case.evidence],
        "decision": decision
        and {"rule": decision.rule, "text": decision.text, "by": decision.by, "at": iso(decision.at)},
        "offer": case.offer,
        "owner": owner,
        "events": [event_json(event) for event in case.events],
    }


def event_json(event: Event) -> Json:
    at = iso(event.at)
    return {"case": event.case, "at": at, "by": event.by, "from": event.source, "to": event.to, "why": event.why}


def record_json(case: Case, owner: str, talk: Sequence[Logged], rules: RuleBook | None = None) -> Json:
    """Everything that is kept of a case and may leave the house. The query password is not kept.

    `rules`: those that the case was judged by.
    """
    order = {name: value for name, value in order_json(case.order).items() if name != "query_password"}
    more = {"order": order, "words": case.words, "basis": case.basis, "policy": case.policy}
    kept = {"version": rules.version, "since": iso(rules.since), "texts": list(rules.texts)} if rules else None
    return case_json(case, owner) | more | _way_on(case) | {"talk": [_line(line) for line in talk], "rules": kept}


def _way_on(case: Case) -> Json:
    """Where somebody who was refused can turn, and until when."""
    refusal = case.decision if case.decision and case.decision.refuses else None
    return {"way_on": {"to": refusal.way, "until": iso(refusal.until)} if refusal else None}


def iso(at: datetime | None) -> str | None:
    return at.astimezone(SHANGHAI).isoformat() if at else None


def _piece(piece: Evidence) -> Json:
    return {"file": piece.file, "kind": piece.kind, "verdict": piece.verdict, "at": iso(piece.at)}


def _line(line: Logged) -> Json:
    said = {"at": iso(line.at), "who": line.who, "text": line.text, "files": list(line.files)}
    return said | ({"internal": True} if line.internal else {})
