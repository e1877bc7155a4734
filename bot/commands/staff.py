"""`refund-desk staff`: accounts of those who work at the desk."""

import getpass
import sys
from datetime import UTC, datetime

from bot import app
from bot.config import CannotStart, Settings
from bot.desk.auth import hash_password
from flows.model import Role
from storage.store import NameTaken

ROLES = (Role.AGENT, Role.SUPERVISOR)
SHORTEST = 8
LONGEST_NAME = 40
HIGHEST_USER = 2**52
"""Telegram's ids are whole numbers of at most 52 bits."""


def add(settings: Settings, name: str, role: str) -> None:
    if role not in ROLES:
        raise CannotStart(f"--role: expected {' or '.join(ROLES)}, found {role!r}")
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise CannotStart(f"expected a name of 1 to {LONGEST_NAME} characters")
    hashed = hash_password(_password())
    store = app.open_store(settings)
    try:
        store.add_staff(name.strip(), Role(role), hashed, datetime.now(UTC))
    except NameTaken:
        raise CannotStart(f"there is an account of the name {name.strip()} already") from None
    finally:
        store.close()
    print(f"{name.strip()} can log in at the desk as {role}")


def password(settings: Settings, name: str) -> None:
    hashed = hash_password(_password())
    store = app.open_store(settings)
    try:
        if not store.change_password(name.strip(), hashed):
            raise CannotStart(f"there is no account of the name {name.strip()}")
    finally:
        store.close()
    print(f"{name.strip()} has a new password; whoever is logged in with the old one is asked for it")


def bind(settings: Settings, name: str, telegram: int | None) -> None:
    if telegram is not None and not 0 < telegram <= HIGHEST_USER:
        raise CannotStart(f"expected the id of a Telegram user, a number up to {HIGHEST_USER}")
    store = app.open_store(settings)
    try:
        if not store.bind_staff(name, telegram):
            raise CannotStart(f"there is no account of the name {name}")
    finally:
        store.close()
    print(f"{name} is bound to the Telegram user {telegram}" if telegram else f"{name} is bound to no Telegram user")


def _password() -> str:
    """Typed unseen; from a program, the first line of standard input."""
    password = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    if len(password) < SHORTEST:
        raise CannotStart(f"expected a password of at least {SHORTEST} characters")
    if any("\ud800" <= sign <= "\udfff" for sign in password):
        raise CannotStart("expected a password in UTF-8")
    return password
