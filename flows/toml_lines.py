"""Finds the line of a TOML text in which a value stands, so that a message can point at it."""

import re

_HEADER = re.compile(r"\s*\[\[?\s*(.+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*((?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+))*)\s*=""")
_PART = re.compile(r""""([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+)""")
_ERROR = re.compile(r"at line (\d+)")


def line_of(text: str, path: tuple[str, ...]) -> int | None:
    """The line of a value by its path, or of the nearest table around it. A row's path is ("rows", its name)."""
    if path[0] == "rows":
        return _line_of_row(text, path[1]) if len(path) > 1 else _places(text).get(("rows",))
    places = _places(text)
    return next((places[path[:n]] for n in range(len(path), 0, -1) if path[:n] in places), None)


def line_of_error(error: Exception, text: str) -> int:
    """The line that the TOML parser names; its «end of document» is the last one."""
    found = _ERROR.search(str(error))
    return int(found[1]) if found else max(1, len(text.splitlines()))


def _line_of_row(text: str, name: str) -> int | None:
    named = re.compile(rf"""\brule\s*=\s*["']{re.escape(name)}["']""")
    return next((number for number, line in enumerate(text.splitlines(), 1) if named.search(line)), None)


def _places(text: str) -> dict[tuple[str, ...], int]:
    table: tuple[str, ...] = ()
    places: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = _parts(header[1])
            places.setdefault(table, number)
        elif key := _KEY.match(line):
            places.setdefault(table + _parts(key[1]), number)
    return places


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple("".join(part) for part in _PART.findall(dotted))
