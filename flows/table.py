"""A table of steps that is code, document and diagram at once: the only file that knows `transitions`."""

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from functools import cached_property, partial
from typing import Any, Generic, Protocol, TypeVar

from msgspec import Struct
from transitions import EventData, Machine

from flows.model import Role

W = TypeVar("W", bound="Walker")
EVERYONE = frozenset(Role)


class Walker(Protocol):
    """Whoever walks a table for one step: where it stands, the row it took, the guards as methods without arguments."""

    state: Any
    row: Any

    @property
    def role(self) -> Role: ...


class Row(Struct, Generic[W], frozen=True, dict=True):
    """One step: `trigger` in one of `sources`, by one of `by`, if `when` holds, then on to `to` (None: it stays)."""

    trigger: str
    sources: StrEnum | Sequence[StrEnum]
    to: StrEnum | None
    by: Role | frozenset[Role] = EVERYONE
    when: str = ""
    do: Callable[[W], None] | None = None

    # Every message tries several rows: they are taken apart once.

    @cached_property
    def roles(self) -> frozenset[Role]:
        return frozenset({self.by}) if isinstance(self.by, Role) else self.by

    @cached_property
    def guards(self) -> tuple[str, ...]:
        return tuple(self.when.split())

    @property
    def froms(self) -> tuple[StrEnum, ...]:
        return (self.sources,) if isinstance(self.sources, StrEnum) else tuple(self.sources)

    def fits(self, walker: W) -> bool:
        return walker.role in self.roles and all(getattr(walker, guard)() for guard in self.guards)


def _fits(row: Row[Any], event: EventData) -> bool:
    return row.fits(event.model)


def _remember(row: Row[Any], event: EventData) -> None:
    walker: Any = event.model
    walker.row = row


class Table(Generic[W]):
    """Rows of a state and a trigger are tried from the top, the first that fits is taken; anything else is refused."""

    def __init__(self, states: type[StrEnum], walker: type[W], rows: Iterable[Row[W]]) -> None:
        self.states, self.rows = states, tuple(rows)
        self.triggers = tuple(dict.fromkeys(row.trigger for row in self.rows))
        for row in self.rows:
            self._check(row, walker)
        # `transitions` takes an enum's name, not its value, and lets typos pass: hence plain values, checked above.
        self._machine = Machine(
            model=None,
            states=[state.value for state in states],
            initial=next(iter(states)).value,
            auto_transitions=False,
            send_event=True,
            ignore_invalid_triggers=True,
        )
        for row in self.rows:
            for source in row.froms:
                self._machine.add_transition(
                    row.trigger,
                    source.value,
                    row.to.value if row.to else source.value,
                    conditions=partial(_fits, row),
                    after=partial(_remember, row),
                )

    def _check(self, row: Row[W], walker: type[W]) -> None:
        for state in (*row.froms, *((row.to,) if row.to else ())):
            if not isinstance(state, self.states):
                raise ValueError(f"{row.trigger}: {state!r} is no state of {self.states.__name__}")
        for guard in row.guards:
            if not callable(getattr(walker, guard, None)):
                raise ValueError(f"{row.trigger}: {walker.__name__} has no guard {guard!r}")

    def listed(self, state: StrEnum, trigger: str) -> tuple[Row[W], ...]:
        """The rows for a state and a trigger, in the order in which they are tried."""
        return tuple(row for row in self.rows if row.trigger == trigger and state in row.froms)

    def walk(self, walker: W, state: StrEnum, trigger: str) -> Row[W] | None:
        """Takes the first row that fits; None where no row does. `walker.state` is then the new state."""
        walker.state = state.value
        taken = self._machine.events[trigger].trigger(walker)
        walker.state = self.states(walker.state)
        return row if taken and isinstance(row := walker.row, Row) else None


def as_markdown(table: Table[Any]) -> str:
    """The table as a reader of the README sees it."""
    lines = ["| step | from | to | by | if |", "| --- | --- | --- | --- | --- |"]
    for row in table.rows:
        froms = _wherever(row.froms, tuple(table.states))
        by = "any" if row.roles == EVERYONE else ", ".join(sorted(row.roles))
        lines.append(
            f"| {row.trigger} | {froms} | {row.to or '—'} | {by} | {', '.join(row.guards).replace('_', ' ')} |"
        )
    return "\n".join(lines)


def _wherever(froms: tuple[StrEnum, ...], states: tuple[StrEnum, ...]) -> str:
    """Long lists by what they leave out."""
    others = [state for state in states if state not in froms]
    if not others:
        return "any"
    return f"any but {', '.join(others)}" if len(others) * 3 < len(states) else ", ".join(froms)


def as_mermaid(table: Table[Any]) -> str:
    """The table as a diagram; steps that stay where they are are left out."""
    lines = ["stateDiagram-v2", f"    [*] --> {next(iter(table.states))}"]
    for row in table.rows:
        lines += [f"    {source} --> {row.to}: {row.trigger}" for source in row.froms if row.to and row.to != source]
    return "\n".join(dict.fromkeys(lines))
