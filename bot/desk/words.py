"""How the desk shows codes, money, times and contacts to people."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flows.model import Cents
from storage.search import Logged

SHANGHAI = ZoneInfo("Asia/Shanghai")
Say = Callable[..., str]


def money(cents: Cents | int) -> str:
    sign, whole = "-" if cents < 0 else "", abs(cents)
    return f"{sign}{whole // 100}.{whole % 100:02d}"


def moment(at: datetime | None, now: datetime) -> str:
    """A time as people in China say it: the year where it is another one, midnight as the end of the day before."""
    if at is None:
        return ""
    here, today = at.astimezone(SHANGHAI), now.astimezone(SHANGHAI)
    clock = here.strftime("%H:%M")
    if (here.hour, here.minute, here.second) == (0, 0, 0):
        here, clock = here - timedelta(days=1), "24:00"
    if here.date() == today.date():
        return clock
    return f"{here.month:02d}-{here.day:02d} {clock}" if here.year == today.year else f"{here:%Y-%m-%d} {clock}"


def span(length: timedelta, say: Say) -> str:
    """How long, in its largest unit."""
    minutes = max(1, int(abs(length).total_seconds() // 60))
    if minutes < 60:
        return say("desk.minutes", count=minutes)
    hours = minutes // 60
    return say("desk.hours", count=hours) if hours < 48 else say("desk.days", count=hours // 24)


def masked(contact: str | None) -> str:
    """A phone number or address as far as staff need it to recognise it."""
    if not contact:
        return ""
    name, at, host = contact.partition("@")
    if at:
        return f"{name[:2]}***@{host}"
    return f"{contact[:3]}****{contact[-4:]}" if len(contact) >= 9 else f"{contact[:1]}***{contact[-1:]}"


def chat_name(chat: str) -> str:
    """A customer by the end of their channel's id: enough to tell two apart."""
    return chat if len(chat) <= 12 else f"{chat[:4]}…{chat[-4:]}"


def spoken(say: Say, group: str, code: str | None) -> str:
    """The name of a code in the page's language; what the shop made up itself stands as it is."""
    if not code:
        return ""
    try:
        return say(f"{group}.{code}")
    except KeyError:
        return code


def pressed_labels(lines: Iterable[Logged]) -> dict[int, str]:
    """Of every line that was a press: the words that stood on the button."""
    offered: dict[str, str] = {}
    pressed: dict[int, str] = {}
    for line in lines:
        offered |= {_meaning(button): label for button, label in line.buttons}
        if line.pressed:
            pressed[line.id] = offered.get(_meaning(line.pressed), line.pressed)
    return pressed


def _meaning(button: str) -> str:
    """A button's id is the number of its question and what pressing it means; a lasting one has no number."""
    number, dot, value = button.partition(".")
    return value if dot and number.isdigit() else button
