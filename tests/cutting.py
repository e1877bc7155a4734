"""A line to a database that can be cut and mended: a TCP proxy before a real PostgreSQL."""

import socket
import threading
from contextlib import suppress


class Line:
    """Passes bytes on, both ways. Cut, it drops who is connected and takes nobody."""

    def __init__(self, host: str, port: int) -> None:
        self._there = (host, port)
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        self._door = self._listen(0)
        self.port = int(self._door.getsockname()[1])

    def cut(self) -> None:
        with self._lock:
            ends, self._open = [self._door, *self._open], []
        for end in ends:
            _hang_up(end)

    def mend(self) -> None:
        self._door = self._listen(self.port)

    def _listen(self, port: int) -> socket.socket:
        door = socket.create_server(("127.0.0.1", port), backlog=64)
        threading.Thread(target=self._take, args=(door,), daemon=True).start()
        return door

    def _take(self, door: socket.socket) -> None:
        with suppress(OSError):
            while True:
                here, _ = door.accept()
                there = socket.create_connection(self._there)
                with self._lock:
                    self._open += [here, there]
                for source, target in ((here, there), (there, here)):
                    threading.Thread(target=_pass_on, args=(source, target), daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    _hang_up(source)
    _hang_up(target)


def _hang_up(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
