"""How well a folder of labelled pictures is read: `python -m tests.pictures.score FOLDER`. Every figure with its misses.

A folder holds pictures and `labels.jsonl`; pairs in `dups.jsonl` or `dups/dups.jsonl` (re-used, and only alike).
"""

import json
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from bot.commands.inspect import findings
from bot.config import EvidenceLimits
from bot.reading import Reader
from bot.reading.process import ReaderProcess
from bot.texts import Catalogue

Json = dict[str, Any]
SERIOUS = 0.5


@dataclass
class Figure:
    """One figure: what was looked at, each with whether it counts, and the share that is wanted."""

    name: str
    aim: float
    most: bool = False  # the aim is the most that may be, not the least
    counted: list[tuple[bool, str]] = field(default_factory=list)

    def add(self, hit: bool, said: str) -> None:
        self.counted.append((hit, said))

    @property
    def hits(self) -> int:
        return sum(hit for hit, _ in self.counted)

    @property
    def share(self) -> float | None:
        return self.hits / len(self.counted) if self.counted else None

    @property
    def misses(self) -> list[str]:
        return [said for hit, said in self.counted if hit is self.most]

    @property
    def is_met(self) -> bool:
        return self.share is None or (self.share <= self.aim if self.most else self.share >= self.aim)


def inspected(folder: Path, asked: list[Json], reader: Reader) -> Iterator[Json]:
    """What `inspect` answers, line by line."""
    catalogue = Catalogue()
    source = BytesIO("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in asked).encode())
    answers = findings(source, folder, reader, lambda text: catalogue.say("zh-CN", text), EvidenceLimits())
    return map(json.loads, answers)


def labels(folder: Path, name: str = "labels.jsonl") -> list[Json]:
    return [json.loads(line) for line in (folder / name).read_text("utf-8").splitlines()]


def pairs(folder: Path) -> list[Json]:
    """Pictures that are others again, or only look like them."""
    name = next((name for name in ("dups.jsonl", "dups/dups.jsonl") if (folder / name).exists()), None)
    return labels(folder, name) if name else []


def question(label: Json) -> Json:
    claim = label["claim"]
    order = {name: f"{at}:00+08:00" if name.endswith("_at") and at else at for name, at in claim["order"].items()}
    return {"id": label["file"], "file": label["file"], "customer": "u1", "claim": claim | {"order": order}}


def answered(folder: Path, reader: Reader) -> list[tuple[Json, Json]]:
    """Each label with what was found."""
    every = labels(folder)
    return list(zip(every, inspected(folder, [question(label) for label in every], reader), strict=True))


def figures(looked: list[tuple[Json, Json]]) -> dict[str, Figure]:
    """What is read, judged and doubted, of pictures that are labelled."""
    every = {
        name: Figure(name, aim, most)
        for name, aim, most in (
            ("kind", 0.95, False), ("order_no", 0.98, False), ("status", 0.97, False), ("amount", 0.95, False),
            ("times", 0.90, False), ("verdict", 0.95, False), ("contradictions caught", 0.95, False),
            ("honest called contradicting", 0.02, True), ("tampered found", 0.60, False),
            ("honest flagged", 0.05, True),
        )
    }  # fmt: skip
    for label, found in looked:
        shown = label | {"kind": label["kind"].replace("tampered", "order_page")}
        for name in ("kind", "order_no", "status", "amount", "verdict"):
            if shown[name]:
                every[name].add(found[name] == shown[name], _said(label, f"{shown[name]} read as {found[name]}"))
        for name, at in label["times"].items():
            read = found["times"].get(name)
            every["times"].add(read == at, _said(label, f"{name} {at} read as {read}"))
        codes = ",".join(one["code"] for one in found["findings"])
        accused = found["verdict"] == "contradicts"
        of_verdict = "contradictions caught" if label["verdict"] == "contradicts" else "honest called contradicting"
        every[of_verdict].add(accused, _said(label, f"{label['verdict']} judged {found['verdict']}: {codes}"))
        of_doubt = "tampered found" if label["tampered"] else "honest flagged"
        every[of_doubt].add(found["tampered"] >= SERIOUS, _said(label, f"{found['tampered']}"))
    return every


def reuse(folder: Path, reader: Reader) -> dict[str, Figure]:
    """The first pictures in the order of their names, then the second ones, by somebody else."""
    found_again, taken_for = Figure("re-used found", 11 / 12), Figure("look-alikes called re-used", 0.0, True)
    again = pairs(folder)
    known = {label["file"]: question(label) for label in labels(folder)}
    first = [known[file] for file in sorted({one.get("duplicate_of") or one["lookalike_of"] for one in again})]
    asked = first + [first[0] | {"id": one["file"], "file": one["file"], "customer": "u2"} for one in again]
    said = {answer["id"]: answer["reused_from"] for answer in inspected(folder, asked, reader)}
    for one in again:
        file, of = one["file"], one.get("duplicate_of")
        if of:
            found_again.add(said[file] == of, f"{file} of {of} taken for {said[file]}: {one['how']}")
        else:
            taken_for.add(said[file] is not None, f"{file} taken for {said[file]}: {one['how']}")
    return {one.name: one for one in (found_again, taken_for)}


def _said(label: Json, said: str) -> str:
    return f"{label['file']} {said} ({label['why']})"


class Timed:
    """A reader with a watch."""

    def __init__(self, reader: Reader) -> None:
        self.reader, self.seconds = reader, list[float]()

    def check(self, data: bytes, kind: str, megapixels: int) -> None:
        self.reader.check(data, kind, megapixels)

    def read(self, data: bytes, kind: str, megapixels: int) -> Any:
        begun = time.perf_counter()
        seen = self.reader.read(data, kind, megapixels)
        self.seconds.append(time.perf_counter() - begun)
        return seen

    def close(self) -> None:
        self.reader.close()


def shown(every: dict[str, Figure]) -> str:
    lines = []
    for one in every.values():
        if one.share is None:
            continue
        aim = f"{'at most' if one.most else 'at least'} {one.aim:.0%}"
        lines.append(f"{one.name:30}{one.hits:4}/{len(one.counted):<4}{one.share:7.1%}  {aim}{'' if one.is_met else '  MISSED'}")
        lines += [f"    {miss}" for miss in one.misses]
    return "\n".join(lines)


def main(folder: Path) -> None:
    process = ReaderProcess()
    reader = Timed(process)
    every = figures(answered(folder, reader)) | reuse(folder, reader)
    print(shown(every))
    peak = next(line for line in Path(f"/proc/{process.pid}/status").read_text().splitlines() if "VmHWM" in line)
    print(f"median {statistics.median(reader.seconds):.2f} s a picture; reader at most {int(peak.split()[1]) / 1000:.0f} MB")
    reader.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
