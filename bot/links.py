"""Signed deep links: an order number that only this shop can have written, in at most 64 characters of A-Za-z0-9_-."""

import base64
import binascii
import hashlib
import hmac
import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

from bot.config import CannotStart

LONGEST = 64
_SEAL = 16  # characters: 96 bits of the MAC
_PLAIN, _CODED = "p", "b"
_SAFE = re.compile(r"[A-Za-z0-9_-]+")


class LinkError(CannotStart):
    """Why no link can be made of an order number."""


class Links:
    """Writes and reads payloads with the shop's secret."""

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.digest(secret, b"refund-desk deep link", hashlib.sha256)

    def payload(self, order_no: str) -> str:
        """What the order page puts behind its link. Raises LinkError for a number that is empty or too long."""
        body = _PLAIN + order_no if _SAFE.fullmatch(order_no) else _CODED + _encoded(order_no)
        if len(body) == 1 or len(body) + _SEAL > LONGEST:
            raise LinkError(f"an order number of {len(order_no)} characters does not fit into a link")
        return body + self._seal(body)

    def read(self, payload: str) -> str | None:
        """The order number, or None for whatever this shop has not written."""
        if len(payload) > LONGEST or not _SAFE.fullmatch(payload):
            return None
        body, seal = payload[:-_SEAL], payload[-_SEAL:]
        if not hmac.compare_digest(seal.encode(), self._seal(body).encode()):
            return None
        return body[1:] if body.startswith(_PLAIN) else _decoded(body[1:])

    def _seal(self, body: str) -> str:
        return base64.urlsafe_b64encode(hmac.digest(self._key, body.encode(), hashlib.sha256))[:_SEAL].decode()


def secret(configured: str, folder: Path) -> bytes:
    """The configured secret, else one that is made once and kept in the data folder for its owner alone."""
    return configured.encode() if configured else _kept(folder / "secret")


def _kept(file: Path) -> bytes:
    """A link to a whole file appears at once or not at all: two processes that start together agree on one secret."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f"secret.{secrets.token_hex(8)}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as new:
            new.write(secrets.token_urlsafe(32))
            new.flush()
            os.fsync(new.fileno())
        with suppress(FileExistsError):
            os.link(draft, file)
        draft.unlink()
    return file.read_bytes().strip()


def _encoded(order_no: str) -> str:
    return base64.urlsafe_b64encode(order_no.encode("utf-8", "replace")).rstrip(b"=").decode()


def _decoded(body: str) -> str | None:
    with suppress(binascii.Error, UnicodeDecodeError):
        return base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode("utf-8")
    return None
