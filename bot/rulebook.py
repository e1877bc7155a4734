"""The rules that run: the shop's file as it stands, taken anew when it changes; and every version that ever ran."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from threading import Lock

import structlog
from msgspec.structs import replace

from bot.config import ConfigError
from bot.shop import text_of
from flows.model import Text
from flows.policy import BadPolicy, Policy, load
from flows.policy_changes import changed_figures
from flows.policy_file import load_alone
from storage.rule_books import RuleBooks

MOST_TOLD = 8
"""Changes or problems that a notice names; `policy check` names them all."""
Seen = tuple[int, int, int]

log = structlog.get_logger()


class Rulebook:
    """New claims are judged by `running`; a case by the version that it names, which stays as it was."""

    def __init__(self, file: str, running: Policy, kept: RuleBooks) -> None:
        self.running = running
        self.refused: Text | None = None
        """Why the file as it stands now cannot be used; None where it is the one that runs."""
        self._file, self._kept = file, kept
        self._seen: Seen | None = None
        self._is_kept = False
        self._by_version: dict[str, Policy] = {}
        self._changing = Lock()

    def look(self, now: datetime) -> tuple[str, Text] | None:
        """Takes up a file that changed. What staff are to be told of it, with a mark that is the same only for this."""
        if self._is_kept and self._signature() == self._seen:
            return None
        with self._changing:
            if not self._is_kept:
                self._keep(self.running, now)
            seen = self._signature()
            told = None if seen == self._seen else self._take_up(now)
            self._seen = seen
            return (f"rules:{self._file}:{seen}", told) if told else None

    def of(self, version: str) -> Policy:
        """The rules of a case. Of a version that nobody kept, those that run."""
        running = self.running
        if version in ("", running.version):
            return running
        known = self._by_version.get(version) or self._read(version)
        if known is None:
            return running
        self._by_version[version] = known
        return known

    def of_all(self, versions: Iterable[str]) -> dict[str, Policy]:
        return {version: self.of(version) for version in set(versions)}

    def _take_up(self, now: datetime) -> Text | None:
        """The new rules run from here on, or the old ones go on and it is known why."""
        try:
            new = load(text_of(self._file)) if self._file else load()
        except BadPolicy as bad:
            return self._refuse([str(problem) for problem in bad.problems])
        except ConfigError as error:
            return self._refuse([str(error).removeprefix(f"{self._file}: ")])
        self.refused = None
        if new.version == self.running.version:
            return None
        changes = changed_figures(self.running, new)
        self._keep(new, now)
        self.running = new
        log.info("the rules changed", version=new.version)
        return Text("rules.changed", {"version": new.version, "changes": _some(changes)})

    def _refuse(self, problems: list[str]) -> Text:
        log.warning("the file of rules cannot be used, the rules that ran go on", file=self._file, problems=problems)
        values = {"file": Path(self._file).name, "version": self.running.version, "problems": _some(problems)}
        self.refused = Text("rules.refused", values)
        return self.refused

    def _keep(self, policy: Policy, now: datetime) -> None:
        self._kept.keep(policy.version, policy.texts, now)
        self._is_kept = True

    def _read(self, version: str) -> Policy | None:
        book = self._kept.of(version)
        texts = book.texts if book else ()
        # Rules of an older program may lack a figure that there is now: it comes from the packaged ones.
        for read in (load_alone, load) if texts else ():
            try:
                return replace(read(*texts), version=version)
            except BadPolicy:
                continue
        log.warning("the rules of a case cannot be read, those that run stand in", version=version, kept=bool(texts))
        return None

    def _signature(self) -> Seen | None:
        """Changes with every saving of the file; None where there is none."""
        try:
            stat = Path(self._file).stat() if self._file else None
        except OSError:
            return (0, 0, 0)
        return stat and (stat.st_mtime_ns, stat.st_size, stat.st_ino)


def _some(lines: Iterable[str]) -> str:
    told = list(lines)
    return "; ".join(told[:MOST_TOLD]) + (f" … (+{len(told) - MOST_TOLD})" if len(told) > MOST_TOLD else "")
