"""Looks at the pictures of a message: read once, compared with those that were handed in before, kept for later."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from bot.config import EvidenceLimits
from bot.evidence import sort_of
from bot.metrics import PICTURES
from bot.reading import Reader, Unfit
from flows.doubts import doubts, used_before
from flows.model import Finding
from flows.reuse import Earlier, reused
from flows.workdays import SHANGHAI
from nlp.picture import read_picture
from nlp.pictured import PictureReading
from storage.files import Bucket, Files
from storage.nouns import ToRead
from storage.readings import PictureRecord
from storage.store import Store


class Sight(Struct, frozen=True):
    """What one picture was read as, and what staff should look at in it."""

    picture: PictureReading
    doubts: tuple[Finding, ...] = ()


class Looking:
    """What the worker calls for a message with pictures."""

    def __init__(self, store: Store, files: Files | Bucket, reader: Reader, limits: EvidenceLimits) -> None:
        self._store, self._files, self._reader, self._limits = store, files, reader, limits

    def __call__(self, message: ToRead, now: datetime) -> Mapping[str, Sight]:
        """What was seen in each of its files; a file that could not be read is left out, and the agent sees it."""
        known = self._store.readings.of(message.files)
        records = {file: known.get(file) or self._read(file, now) for file in message.files}
        return {file: self._sight(record, message.chat, now) for file, record in records.items() if record.print}

    def _read(self, file: str, now: datetime) -> PictureRecord:
        data = self._files.read(file)
        try:
            with PICTURES.labels("read").time():
                seen = self._reader.read(data, sort_of(data, self._limits), self._limits.max_megapixels)
        except Unfit:
            seen = None
        if seen is None:
            record = PictureRecord(file, (1, 1))
        else:
            preview = self._files.put(seen.preview, ".jpg") if seen.preview else None
            record = PictureRecord(file, seen.size, seen.lines, seen.print, seen.traces, preview)
        self._store.readings.put(record, now)
        return record

    def _sight(self, record: PictureRecord, chat: str, now: datetime) -> Sight:
        picture = read_picture(record.lines, record.size, now.astimezone(SHANGHAI).date())
        return Sight(picture, (*doubts(record.traces, picture), *self._used_before(record, chat)))

    def _used_before(self, record: PictureRecord, chat: str) -> tuple[Finding, ...]:
        """Handed in before by somebody else, as this file or as one that shows the same."""
        files = [record.file, *self._same(record)]
        firsts = [first for file in files if (first := self._store.readings.handed_in(file)) and first[0] != chat]
        return tuple(used_before(case, customer) for customer, case in firsts[:1])

    def _same(self, record: PictureRecord) -> list[str]:
        found = self._store.readings.of(self._store.readings.alike(record))
        earlier = (Earlier(one.file, one.print, one.lines) for one in found.values())
        again = reused(record.print, record.lines, earlier)
        return [again.id] if again else []
