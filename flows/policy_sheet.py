"""Policy files as data: TOML texts laid over one another, read value by value, every problem noted with its line."""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from msgspec import Struct

from flows.toml_lines import line_of, line_of_error

Path = tuple[str, ...]
Reader = Callable[[Any], Any]
Schema = Mapping[str, "Reader | Schema"]
"""What each key of a table holds; the key «*» stands for whatever a shop calls it."""

SENTENCE_RESTS_ON = ("reasons", "when", "eligible")
PRESENCE_MATTERS = ("within", "after")


class Problem(Struct, frozen=True):
    """Why a file cannot be used: in which of the texts, on which line."""

    reason: str
    line: int | None = None
    file: int = 0

    def __str__(self) -> str:
        return self.reason if self.line is None else f"line {self.line}: {self.reason}"


class BadPolicy(ValueError):
    """The rules as written contradict themselves, or cannot be read."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))


class Sheet:
    """Texts laid over one another: later ones take the place of what earlier ones say."""

    def __init__(self, texts: tuple[str, ...]) -> None:
        self.texts = texts
        self.problems: list[Problem] = []
        self.data: dict[str, Any] = {}
        self.rows: dict[str, dict[str, Any]] = {}
        self.touched: dict[str, int] = {}
        self.added: set[str] = set()
        self._from: dict[Path, int] = {}
        for number, text in enumerate(texts):
            self._lay(number, text)

    def read(self, raw: Any, schema: "Reader | Schema", path: Path) -> Any:
        """The value as its reader understands it; None where it cannot be used, which is noted."""
        if not isinstance(schema, Mapping):
            try:
                return schema(raw)
            except ValueError as bad:
                return self.note(path, f"{path[-1]}: {bad}")
        if not isinstance(raw, dict):
            return self.note(path, f"{path[-1]}: expected a table with {', '.join(schema)}")
        known = {key: schema.get(key) or schema.get("*") for key in raw}
        for key in (key for key, reader in known.items() if reader is None):
            self.note((*path, key), unknown(key, schema))
        return {key: self.read(raw[key], reader, (*path, key)) for key, reader in known.items() if reader is not None}

    def note(self, path: Path, reason: str, *others: Path) -> None:
        """Keeps a problem, with its line. Where several values are at odds, that of the last file is to blame."""
        blamed = max((path, *others), key=self._file_of)
        file = self._file_of(blamed)
        self.problems.append(Problem(reason, line_of(self.texts[file], blamed), file))

    def stop_at_problems(self) -> None:
        if self.problems:
            raise BadPolicy(sorted(dict.fromkeys(self.problems), key=lambda problem: (problem.file, problem.line or 0)))

    def _file_of(self, path: Path) -> int:
        if path[0] == "rows":
            return self.touched.get(path[1], 0) if len(path) > 1 else 0
        return next((self._from[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self._from), 0)

    def _lay(self, number: int, text: str) -> None:
        try:
            data = tomllib.loads(text.removeprefix("\ufeff"))
        except tomllib.TOMLDecodeError as bad:
            raise BadPolicy([Problem(f"not TOML: {bad}", line_of_error(bad, text), number)]) from None
        rows = data.pop("rows", [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) and row.get("rule") for row in rows):
            line = line_of(text, ("rows",))
            raise BadPolicy([Problem('rows: expected rows like { rule = "name", … }', line, number)])
        for row in rows:
            self._lay_row(number, row)
        self._merge(self.data, data, (), number)

    def _merge(self, under: dict[str, Any], over: dict[str, Any], path: Path, number: int) -> None:
        for key, value in over.items():
            self._from[(*path, key)] = number
            if isinstance(value, dict) and isinstance(under.get(key), dict):
                self._merge(under[key], value, (*path, key), number)
            elif isinstance(value, dict):
                under[key] = {}
                self._merge(under[key], value, (*path, key), number)
            else:
                under[key] = value

    def _lay_row(self, number: int, row: dict[str, Any]) -> None:
        name, known = str(row["rule"]), self.rows.get(str(row["rule"]), {})
        before, off = row.pop("before", None), row.pop("off", False)
        if self.touched.get(name) == number:
            self._note_row(name, "named twice in one file")
        self.touched[name] = number
        if number and not known:
            self.added.add(name)
        if off is True and known:
            del self.rows[name]
            return
        if off is not False:
            self._note_row(name, f"off: {unknown(name, self.rows, 'row')}" if off is True else "off: expected true")
        if number and not row.get("words") and _says_something_else(known, {**known, **row}):
            self._note_row(name, 'the row as changed needs its own sentence: words = "…"')
        self.rows[name] = {**known, **row}
        if before is not None:
            self._move(name, str(before))

    def _move(self, name: str, before: str) -> None:
        order = [each for each in self.rows if each != name]
        if before not in order:
            return self._note_row(name, f"before: {unknown(before, order, 'row')}")
        order.insert(order.index(before), name)
        self.rows = {each: self.rows[each] for each in order}

    def _note_row(self, name: str, reason: str) -> None:
        self.note(("rows", name), f"row {name}: {reason}")


def unknown(name: str, known: Iterable[str], what: str = "key") -> str:
    """A name that nothing knows, with the nearest that something does."""
    near = get_close_matches(name, [str(each) for each in known if each != "*"], 1, 0.5)
    return f"unknown {what} {name!r}" + (f", did you mean {near[0]!r}?" if near else "")


def _says_something_else(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    if any(before.get(key) != after.get(key) for key in SENTENCE_RESTS_ON):
        return True
    return any((key in before) != (key in after) for key in PRESENCE_MATTERS)
