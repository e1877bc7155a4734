"""The rules out of their files: flows/policy.toml, and a shop's own file laid over it; refused with line and reason."""

import json
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from pathlib import Path as File
from re import fullmatch
from typing import Any, TypeVar

from msgspec.structs import fields

from flows.amount import cents
from flows.model import Cents, Eligible, Goods, Need, Remedy
from flows.policy_check import contradictions
from flows.policy_sheet import BadPolicy, Path, Reader, Schema, Sheet, unknown
from flows.rules import CONDITIONS, Clock, Lengths, Limits, Policy, Rule
from flows.workdays import Calendar
from nlp.codes import Reason

__all__ = ["BadPolicy", "load", "load_alone", "packaged"]

Code = TypeVar("Code", bound=StrEnum)
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
LONGEST = timedelta(days=3650)
MOST = 1_000_000


def load(*texts: str) -> Policy:
    """The packaged rules with these texts laid over them in turn. Raises `BadPolicy` with every problem found."""
    return load_alone(packaged(), *texts)


@lru_cache(maxsize=1)
def packaged() -> str:
    return File(__file__).with_name("policy.toml").read_text("utf-8")


@lru_cache(maxsize=32)
def load_alone(*texts: str) -> Policy:
    """The same without the packaged rules below: the first text has to say everything."""
    sheet = Sheet(texts)
    figures = sheet.read(sheet.data, FIGURES, ())
    rows = sheet.read(sheet.rows, {"*": ROW}, ("rows",))
    _ask_for_missing(sheet)
    _check_names(sheet, rows)
    sheet.stop_at_problems()
    policy = _policy(sheet, figures, rows)
    for paths, reason in contradictions(policy, sheet.touched):
        sheet.note(paths[0], reason, *paths[1:])
    sheet.stop_at_problems()
    return policy


def length(raw: Any) -> timedelta:
    """「24h」 as 24 hours."""
    found = fullmatch(r"([0-9]{1,7})([mhd])", raw) if isinstance(raw, str) else None
    if found is None:
        raise ValueError(f'expected a length of time like "30m", "24h" or "7d", not negative, found {raw!r}')
    span = int(found[1]) * UNITS[found[2]]
    if span > LONGEST:
        raise ValueError(f"expected at most {LONGEST.days}d, found {raw!r}")
    return span


def count(raw: Any) -> int:
    if type(raw) is not int or not 1 <= raw <= MOST:
        raise ValueError(f"expected a whole number from 1, found {raw!r}")
    return raw


def money(raw: Any) -> Cents:
    if not isinstance(raw, str):
        raise ValueError(f'expected yuan in quotes, like "100.00", found {raw!r}')
    return cents(raw)


def money_or_none(raw: Any) -> Cents | None:
    return None if raw == "" else money(raw)


def text(raw: Any) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise ValueError(f"expected a text, found {raw!r}")
    return raw.strip()


def day(raw: Any) -> date:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    raise ValueError(f"expected dates like 2027-02-20, found {raw!r}")


def year(raw: Any) -> int:
    if type(raw) is not int or not 2000 <= raw <= 2999:
        raise ValueError(f"expected years like 2027, found {raw!r}")
    return raw


def one_of(codes: type[Code]) -> Callable[[Any], Code]:
    def read(raw: Any) -> Code:
        if raw not in list(codes):
            raise ValueError(f"{unknown(str(raw), codes, 'value')} expected one of {', '.join(codes)}")
        return codes(raw)

    return read


def each(read: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, ...]]:
    def read_list(raw: Any) -> tuple[Any, ...]:
        if not isinstance(raw, list):
            raise ValueError(f"expected a list in brackets, found {raw!r}")
        return tuple(read(one) for one in raw)

    return read_list


def condition(raw: Any) -> str:
    if raw not in CONDITIONS:
        raise ValueError(unknown(str(raw), CONDITIONS, "condition"))
    return str(raw)


def name_or(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A name that is looked up later, or the thing itself."""
    return lambda raw: raw if isinstance(raw, str) else read(raw)


# fmt: off
LENGTHS: Schema = {"default": length, **{kind.value: length for kind in Goods}, "products": {"*": length}}
FIGURES: Schema = {
    "groups":   {"*": each(one_of(Reason))},
    "evidence": {reason.value: each(one_of(Need)) for reason in Reason},
    "windows":  {"*": LENGTHS},
    "promise":  LENGTHS,
    "products": {"never_without_cause": each(text)},
    "limits":   {figure.name: count for figure in fields(Limits)} | {
                 "auto_approve": money, "agent_approve": money_or_none},
    "clock":    {figure.name: count for figure in fields(Clock)},
    "calendar": {"years": each(year), "days_off": each(day), "days_on": each(day)},
}
ROW: Schema = {
    "rule": text, "reasons": name_or(each(one_of(Reason))), "when": each(condition), "within": text, "after": text,
    "eligible": one_of(Eligible), "alternatives": each(one_of(Remedy)), "evidence": name_or(each(one_of(Need))),
    "words": text, "title": text,
}
# fmt: on
MAY_LACK = frozenset({"*", "products", *Goods})
ROW_NEEDS = ("reasons", "when", "eligible")


def _ask_for_missing(sheet: Sheet) -> None:
    for section, keys in FIGURES.items():
        _ask_for(sheet, (section,), sheet.data.get(section), keys)
    windows = sheet.data.get("windows")
    for name, window in windows.items() if isinstance(windows, dict) else ():
        _ask_for(sheet, ("windows", name), window, LENGTHS)


def _ask_for(sheet: Sheet, path: Path, table: Any, keys: Reader | Schema) -> None:
    if table is None:
        sheet.note(path, f"the table [{'.'.join(path)}] is missing")
    if isinstance(table, dict) and isinstance(keys, Mapping):
        for key in (key for key in keys if key not in MAY_LACK and key not in table):
            sheet.note(path, f"{'.'.join(path)}: {key} is missing")


def _check_names(sheet: Sheet, rows: Mapping[str, Mapping[str, Any]]) -> None:
    windows: Collection[str] = sheet.data.get("windows", {})
    groups = {"any", *sheet.data.get("groups", {})}
    for name, row in rows.items():
        path = ("rows", name)
        for key in (key for key in ROW_NEEDS if key not in row):
            sheet.note(path, f"row {name}: {key} is missing")
        for key, window in ((key, row.get(key)) for key in ("within", "after")):
            if window is not None and window not in windows:
                sheet.note(path, f"row {name}: {key}: {unknown(window, windows, 'window')}")
        if isinstance(row.get("reasons"), str) and row["reasons"] not in groups:
            sheet.note(path, f"row {name}: reasons: {unknown(row['reasons'], groups, 'group of reasons')}")
        if isinstance(row.get("evidence"), str) and row["evidence"] != "by_reason":
            sheet.note(path, f'row {name}: evidence: expected "by_reason" or a list, found {row["evidence"]!r}')


def _policy(sheet: Sheet, figures: Mapping[str, Any], rows: Mapping[str, Mapping[str, Any]]) -> Policy:
    groups = {"any": tuple(Reason), **figures["groups"]}
    return Policy(
        version=_version(sheet),
        texts=sheet.texts,
        rows=tuple(_rule(row, groups, name if name in sheet.added else "") for name, row in rows.items()),
        windows={name: _lengths(window) for name, window in figures["windows"].items()},
        promise=_lengths(figures["promise"]),
        needs={Reason(reason): needs for reason, needs in figures["evidence"].items()},
        never_without_cause=tuple(words.casefold() for words in figures["products"]["never_without_cause"]),
        limits=Limits(**figures["limits"]),
        clock=Clock(**figures["clock"]),
        calendar=Calendar(**{name: frozenset(given) for name, given in figures["calendar"].items()}),
    )


def _rule(row: Mapping[str, Any], groups: Mapping[str, tuple[Reason, ...]], title: str) -> Rule:
    reasons, evidence = row["reasons"], row.get("evidence", ())
    return Rule(**{
        "title": title,
        **row,
        "reasons": frozenset(groups[reasons] if isinstance(reasons, str) else reasons),
        "evidence": None if evidence == "by_reason" else evidence,
    })  # fmt: skip


def _lengths(raw: Mapping[str, Any]) -> Lengths:
    by_kind = {Goods(kind): span for kind, span in raw.items() if kind in list(Goods)}
    products = {words.casefold(): span for words, span in raw.get("products", {}).items()}
    # The longest words are the most particular: 「腾讯视频年卡」 goes before 「腾讯视频」.
    return Lengths(raw["default"], by_kind, tuple(sorted(products.items(), key=lambda product: -len(product[0]))))


def _version(sheet: Sheet) -> str:
    """Of what the rules say, not of how the files are written: comments and blanks don't make new rules."""
    said = json.dumps([sheet.data, list(sheet.rows.values())], ensure_ascii=False, sort_keys=True, default=str)
    return sha256(said.encode()).hexdigest()[:12]
