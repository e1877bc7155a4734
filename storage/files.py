"""Evidence on disk or in a bucket, each file by its content's hash: the same picture twice is one file for ever."""

import hashlib
import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path

BUCKETS = ("s3://", "memory://")
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
        return self.folder / place(name)

    def read(self, name: str) -> bytes:
        """Raises ValueError for what is no name of ours, FileNotFoundError for what is not kept."""
        return self.path(name).read_bytes()


class Bucket:
    """The same in an object store that machines share. Where it is and who may, the environment says (AWS_*)."""

    def __init__(self, address: str) -> None:
        from obstore.store import from_url

        # Called in threads and only so: the library's own async calls can abort a process at its end.
        self._store = from_url(address)

    def put(self, data: bytes, suffix: str = "") -> str:
        from obstore.exceptions import AlreadyExistsError

        name = hashlib.sha256(data).hexdigest() + suffix
        with suppress(AlreadyExistsError):
            self._store.put(place(name), data, mode="create")
        return name

    def read(self, name: str) -> bytes:
        try:
            return bytes(self._store.get(place(name)).bytes())
        except FileNotFoundError:
            raise FileNotFoundError(name) from None


class BadStore(ValueError):
    """What is no address of a bucket."""


def open_files(address: str, folder: Path) -> Files | Bucket:
    """`address`: an S3 address, a folder, or nothing for the given folder. Raises BadStore."""
    if not address.startswith(BUCKETS):
        if "://" in address:
            raise BadStore(f"expected a folder or s3://bucket/path, found {address}")
        return Files(Path(address) if address else folder)
    try:
        return Bucket(address)
    except Exception as error:
        # The library has kinds of its own for what is wrong with an address or the environment.
        raise BadStore(str(error).splitlines()[0]) from None


def place(name: str) -> str:
    """Where a file of this name lies below the top. Raises ValueError for whatever is no name of ours."""
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no evidence file's name")
    return f"{name[:2]}/{name}"


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
