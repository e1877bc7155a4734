"""Who sits at the desk: passwords, sessions in signed cookies, and tokens that prove that the desk wrote a form."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import cast

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from msgspec import Struct
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from bot.rates import Rate
from bot.web import Seal, set_cookie
from flows.model import Actor
from storage.nouns import StaffMember

COOKIE = "refund_desk_staff"
MINUTE, HOUR = 60, 3600
SHIFT = 12 * HOUR
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
NOBODY = HASHER.hash(secrets.token_urlsafe(16))
"""Tried where the name is unknown, so that an answer takes as long as for a wrong password."""


def hash_password(password: str) -> str:
    """What is kept of a password."""
    return HASHER.hash(password)


class Visit(Struct, frozen=True):
    """One browser at the desk: its own mark, and who logged in with it."""

    mark: str
    who: Actor | None = None


class TooManyTries(Exception):
    """Logging in is closed for a while, for this name or this address."""


class Door:
    """Lets staff in and remembers them for a shift; an account whose password or role changed is asked anew."""

    def __init__(self, staff: Callable[[str], StaffMember | None], secret: str) -> None:
        self._staff = staff
        self._sessions = Seal(secret, "staff")
        self._forms = Seal(secret, "form")
        self._at_once, self._of_name, self._of_address = Rate(MINUTE), Rate(HOUR), Rate(MINUTE)

    def visit(self, request: HTTPConnection) -> Visit:
        kept = self._sessions.open(request.cookies.get(COOKIE), SHIFT)
        if not isinstance(kept, dict):
            return Visit(new_id())
        mark, name, proof = (str(kept.get(part, "")) for part in ("mark", "name", "proof"))
        member = self._staff(name) if name else None
        if member is None or not hmac.compare_digest(_proof(member), proof):
            return Visit(mark)
        return Visit(mark, Actor(member.role, member.name))

    def log_in(self, name: str, password: str, address: str) -> StaffMember | None:
        """The account, or None where name and password do not fit. Slow on purpose. Raises `TooManyTries`."""
        self._slow_down(name, address)
        member = self._staff(name)
        try:
            HASHER.verify(member.password_hash if member else NOBODY, password)
        except (VerificationError, InvalidHashError):
            return None
        return member

    def remember(self, response: Response, request: Request, visit: Visit, member: StaffMember | None = None) -> None:
        """Keeps the visit in the browser: a new mark for whoever comes in, so that an older one is worth nothing."""
        kept = {"mark": visit.mark}
        if member is not None:
            kept = {"mark": new_id(), "name": member.name, "proof": _proof(member)}
        path = f"{request.scope['root_path']}/"
        set_cookie(response, request, COOKIE, self._sessions.seal(kept), path=path, max_age=SHIFT)

    def token(self, visit: Visit) -> str:
        return self._forms.seal(visit.mark)

    def wrote(self, token: str, visit: Visit) -> bool:
        """Whether the desk wrote the form for this browser."""
        mark = self._forms.open(token, SHIFT)
        return isinstance(mark, str) and hmac.compare_digest(mark, visit.mark)

    def _slow_down(self, name: str, address: str) -> None:
        # The address first: who is turned away there is counted for no name. So many names are counted at once and no
        # more, and thousands of made-up ones would have the tries at a real one forgotten.
        allowed = (
            self._of_address.allows(20, address)
            and self._at_once.allows(5, name, address)
            and self._of_name.allows(30, name)
        )
        if not allowed:
            raise TooManyTries


def _proof(member: StaffMember) -> str:
    """Changes with the password and with the role."""
    return hashlib.sha256(f"{member.role}:{member.password_hash}".encode()).hexdigest()[:16]


def new_id() -> str:
    """Of a browser's visit, or of one form: nobody else has it."""
    return secrets.token_urlsafe(15)


def actor_of(visit: Visit) -> Actor:
    """Who acts, where the page has made sure that somebody is logged in."""
    return cast(Actor, visit.who)
