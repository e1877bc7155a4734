"""The house's side of the reading process: started when first needed, bounded in time, begun anew when it dies."""

import json
import os
import selectors
import subprocess
import sys
import threading
import time
from typing import Any

import structlog

from bot.cores import free
from bot.reading import Seen, Unfit
from nlp.pictured import Line, Trace

CHECK_SECONDS, READ_SECONDS = 20.0, 40.0
"""How long a file may take before its process is ended. What takes seconds at most on a small machine is given room."""
TRIES = 2
CHUNK = 1 << 16

log = structlog.get_logger()


class Gone(Exception):
    """The process died over a file, or was ended because it took too long."""


class ReaderProcess:
    """A process that answers one question at a time. Whoever asks while another waits comes after it."""

    def __init__(self, check_seconds: float = CHECK_SECONDS, read_seconds: float = READ_SECONDS) -> None:
        self._check_seconds, self._read_seconds = check_seconds, read_seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def check(self, data: bytes, kind: str, megapixels: int) -> None:
        try:
            self._ask({"do": "check", "kind": kind, "megapixels": megapixels}, data, self._check_seconds)
        except Gone:
            raise Unfit("broken") from None

    def read(self, data: bytes, kind: str, megapixels: int) -> Seen | None:
        question = {"do": "read", "kind": kind, "megapixels": megapixels}
        for _ in range(TRIES):
            try:
                return _seen(*self._ask(question, data, self._read_seconds))
            except Gone as gone:
                log.warning("the reading process ended", why=str(gone), kind=kind, bytes=len(data))
        return None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def close(self) -> None:
        with self._lock:
            self._end()

    # ---- asking

    def _ask(self, question: dict[str, Any], data: bytes, seconds: float) -> tuple[dict[str, Any], bytes]:
        with self._lock:
            process = self._started()
            assert process.stdin and process.stdout
            try:
                process.stdin.write(json.dumps(question | {"bytes": len(data)}).encode() + b"\n" + data)
                process.stdin.flush()
                answer, payload = self._answer(process, time.monotonic() + seconds)
            except (OSError, ValueError, Gone) as error:
                self._end()
                raise Gone(str(error) or type(error).__name__) from None
        if "unfit" in answer:
            raise Unfit(answer["unfit"])
        return answer, payload

    def _answer(self, process: subprocess.Popen[bytes], deadline: float) -> tuple[dict[str, Any], bytes]:
        assert process.stdout
        pipe, got, head = process.stdout.fileno(), b"", None
        with selectors.DefaultSelector() as waiting:
            waiting.register(pipe, selectors.EVENT_READ)
            while True:
                if head is None and b"\n" in got:
                    line, got = got.split(b"\n", 1)
                    head = json.loads(line)
                if head is not None and len(got) >= head["bytes"]:
                    return head, got
                left = deadline - time.monotonic()
                if left <= 0 or not waiting.select(left):
                    raise Gone("it took too long")
                piece = os.read(pipe, CHUNK)
                if not piece:
                    raise Gone("it died")
                got += piece

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            # No setting and no secret of the house goes along: it only needs to find its modules.
            few = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OMP_NUM_THREADS": "1", "PATH": os.defpath}
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot.reading.child"], env=few,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            free(self._process.pid)
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                try:
                    pipe.close()
                except OSError:
                    continue


def _seen(answer: dict[str, Any], preview: bytes) -> Seen:
    return Seen(
        (answer["size"][0], answer["size"][1]),
        tuple(Line(text, tuple(box), sure) for text, box, sure in answer["lines"]),
        answer["print"],
        tuple(Trace(code, weight, tuple(box) if box else None, said) for code, weight, box, said in answer["traces"]),
        preview,
    )
