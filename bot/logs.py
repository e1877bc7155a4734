"""The log: facts with fields on standard error, in which no customer's word, contact, order or code can be read."""

import logging
import re
import sys
import threading
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO, cast

import structlog
from structlog.processors import CallsiteParameter, CallsiteParameterAdder, TimeStamper, add_log_level
from structlog.typing import EventDict, Processor

from bot.config import Log
from bot.metrics import ERRORS

OPEN_FIELDS = frozenset({
    "event", "level", "timestamp", "exception", "case", "channel", "kind", "key", "step", "state", "attempts",
    "seconds", "error", "line", "file", "rows", "count", "port", "address", "rule", "worker", "role", "answer", "place",
    "version", "problems",
})  # fmt: skip
"""Fields that say nothing of a person. Every other one is shown by its length alone: forgetting to list it is safe."""

OURS = ("timestamp", "exception", "version")
"""Fields that we alone fill, and that would look like a code: the version of rules is a hash."""

PRIVATE = re.compile(
    r"(?:bot)?\d{5,}:[\w-]{30,}|"  # tokens of bots, as they stand in addresses too
    r"(?<![\w-])(?:[\w.+-]+@[\w-]+\.[\w.]+"  # e-mail
    r"|\+?\d[\d -]{5,}\d"  # phones, card numbers, order numbers of digits
    r"|(?=[A-Za-z-]*\d)[A-Za-z0-9]{4,}(?:-[A-Za-z0-9]{4,})+"  # card codes in groups
    r"|(?=[A-Za-z]*\d)(?!RF\d)[A-Za-z0-9]{12,})(?![\w-])"  # codes and order numbers in one piece
)


TOKEN = re.compile(r"\d{3,}:[\w-]{20,}")
"""A Telegram bot's token: it stands in the address of every call, and libraries log addresses."""


def set_up(settings: Log) -> None:
    """From now on every log line goes through here: the warnings of libraries, and whatever nobody caught.

    `settings.level` is about our own lines. What libraries tell below a warning holds addresses with tokens and
    customers' words, and is never asked for.
    """
    form: Processor = structlog.processors.JSONRenderer(ensure_ascii=False) if settings.form == "json" else _as_text
    structlog.configure(
        processors=[add_log_level, TimeStamper("iso"), counted, frames_only, without_persons, form],
        wrapper_class=structlog.make_filtering_bound_logger(settings.level),
        logger_factory=structlog.WriteLoggerFactory(cast(TextIO, _Stderr())),
    )
    logging.basicConfig(handlers=[_Through()], level=logging.WARNING, force=True)
    # A step that a table does not list is refused and answered; its engine warns of each, and that is no news.
    logging.getLogger("transitions").setLevel(logging.ERROR)
    sys.excepthook = lambda kind, error, trace: _uncaught(error)
    threading.excepthook = lambda what: _uncaught(what.exc_value)


class _Stderr:
    """Standard error, on which a full disk or a closed pipe costs the line alone: nothing of the work fails for it."""

    def write(self, text: str) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.write(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.flush()


class _Through(logging.Handler):
    """What libraries log takes the same way out: the first line as they wrote it, without what they filled it with."""

    def emit(self, record: logging.LogRecord) -> None:
        said, library = str(record.msg).partition("\n")[0], record.name.partition(".")[0]
        error = (record.exc_info or (None, None))[1]
        structlog.get_logger().log(record.levelno, said, kind=record.name, place=library, exc_info=error)


def _uncaught(error: BaseException | None) -> None:
    """Its words go nowhere either."""
    if not isinstance(error, KeyboardInterrupt | SystemExit | None):
        structlog.get_logger().critical("stopped by a mistake of ours", exc_info=error)


def counted(logger: Any, method: str, fields: EventDict) -> EventDict:
    """Every error counts, at the place that tells of it: a module of ours, or a library."""
    if fields["level"] in ("error", "critical"):
        place = fields.get("place") or _where(logger, method, {})["module"]
        ERRORS.labels(place).inc()
    return fields


_where = CallsiteParameterAdder({CallsiteParameter.MODULE}, additional_ignores=[__name__])


def frames_only(_: object, __: str, fields: EventDict) -> EventDict:
    """Of an exception, its kind and place. Its words may be a customer's: a database repeats what it was given."""
    given = fields.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None
    if error is not None:
        steps = traceback.extract_tb(error.__traceback__)
        path = " > ".join(f"{_short(step.filename)}:{step.lineno}" for step in steps)
        fields["exception"] = f"{type(error).__name__} at {path}"
    return fields


def _short(file: str) -> str:
    return "/".join(Path(file).parts[-2:])


def without_persons(_: object, __: str, fields: EventDict) -> EventDict:
    """Open fields with whatever looks like a contact, number or code blanked; of the others, their length."""
    for name, value in fields.items():
        if name in OURS or isinstance(value, bool | int | float | None):
            continue
        fields[name] = _blanked(str(value)) if name in OPEN_FIELDS else f"({len(str(value))} characters)"
    return fields


def _blanked(text: str) -> str:
    return PRIVATE.sub("…", TOKEN.sub("…", text))


def _as_text(_: object, __: str, fields: EventDict) -> str:
    head = f"{fields.pop('timestamp')[:19]}Z {fields.pop('level'):7} {fields.pop('event')}"
    rest = "".join(f"  {name}={value}" for name, value in fields.items())
    return head + rest
