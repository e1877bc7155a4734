"""Evidence on disk, each file by its content's hash: the same picture twice is one file, none is ever written over."""

import hashlib
import os
import re
import tempfile
from pathlib import Path

NAME = re.compile(r"[0-9a-f]{64}(\.[a-z0-9]{1,8})?")


class Files:
    """A folder of files. A name that is returned is on disk, whole, whatever happens next."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, data: bytes, suffix: str = "") -> str:
        name = hashlib.sha256(data).hexdigest() + suffix
        target = self.path(name)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            _write_whole(target, data)
        return name

    def path(self, name: str) -> Path:
        """Where it lies. Refuses whatever is no name of ours, so that a name from outside leads nowhere else."""
        if not NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no evidence file's name")
        return self.folder / name[:2] / name

    def read(self, name: str) -> bytes:
        return self.path(name).read_bytes()


def _write_whole(target: Path, data: bytes) -> None:
    # Another name, onto the disk, then renamed, then the folder too: a name never stands for half a file.
    descriptor, half = tempfile.mkstemp(dir=target.parent, prefix=".half-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(half, target)
    except BaseException:
        os.unlink(half)
        raise
    for folder in (target.parent, target.parent.parent):
        _sync(folder)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
